import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator, URLValidator
from django.db.models import Model, Q, QuerySet
from django.utils.choices import BaseChoiceIterator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter

from accounts.models import User
from common.filters import NarrowingFilterSet
from common.forms import SeenAtForm
from partners.countries import country_choices, country_name
from partners.enums import OrganisationKind, OrganisationStatus
from partners.models import Contact, Organisation, Tag
from partners.querysets import OrganisationQuerySet

MAX_UPLOAD = 5_000_000
MAX_LINES = 50_000
MAX_TAGS = 20
ALL = "all"

_phone = RegexValidator(
    r"^\+?[\d\s()./-]{5,}(\s*(x|ext\.?|tst\.?)\s*\d+)?$",
    gettext_lazy("Write a phone number in figures, such as 030 123 45 67 or +31 30 123 45 67."),
)
_registration = RegexValidator(
    r"^\w[\w ./-]*$",
    gettext_lazy("A registration number has letters, figures, spaces, dots, dashes and slashes only."),
)


class WebsiteField(forms.URLField):
    """A web address; people may leave out the beginning."""

    default_validators = [URLValidator(schemes=["http", "https"])]
    default_error_messages = {"invalid": gettext_lazy("Write a web address such as www.example.org.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)


class TagsField(forms.CharField):
    """Words separated by commas."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        words = [" ".join(word.split()) for word in (super().to_python(value) or "").split(",")]
        return sorted({word.lower(): word for word in words if word}.values(), key=str.lower)

    def validate(self, value: Any) -> None:
        super().validate(value)
        limit = cast(int, Tag._meta.get_field("name").max_length)
        if len(value) > MAX_TAGS:
            raise forms.ValidationError(_("At most %(number)d tags fit.") % {"number": MAX_TAGS})
        if too_long := next((word for word in value if len(word) > limit), None):
            raise forms.ValidationError(_("The tag “%(tag)s” is too long.") % {"tag": too_long})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(tag) for tag in value) if isinstance(value, list) else value


class OrganisationForm(forms.ModelForm):
    """What people write about an organisation."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    website = WebsiteField(label=gettext_lazy("Website"), max_length=300, required=False)
    tags = TagsField(
        label=gettext_lazy("Tags"),
        required=False,
        help_text=gettext_lazy("Your own words to group organisations by, separated by commas."),
    )

    class Meta:
        model = Organisation
        fields = [
            "name",
            "short_name",
            "kind",
            "status",
            "street",
            "postal_code",
            "city",
            "country",
            "website",
            "email",
            "phone",
            "registration_number",
            "tags",
            "relation_owner",
        ]
        help_texts = {
            "registration_number": gettext_lazy("In the Netherlands the KvK number: 8 figures."),
            "relation_owner": gettext_lazy("The colleague who keeps in touch."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = cast(dict[str, Any], self.fields)
        fields["country"].choices = [("", "—"), *country_choices()]
        fields["status"].choices = self._statuses()
        fields["relation_owner"].queryset = self._owners()
        fields["phone"].validators.append(_phone)
        fields["registration_number"].validators.append(_registration)

    def _statuses(self) -> list[tuple[str, Any]]:
        """Archiving has a page of its own; what is archived can be taken out again here."""
        hidden = {OrganisationStatus.ARCHIVED.value} - {self.instance.status}
        return [(value, label) for value, label in OrganisationStatus.choices if value not in hidden]

    def _owners(self) -> QuerySet[User]:
        """Colleagues who can sign in, and whoever it is now."""
        working = User.objects.colleagues().filter(is_active=True)
        owners: QuerySet[User] = User.objects.filter(
            Q(pk__in=working.values("pk")) | Q(pk=self.instance.relation_owner_id)
        )
        return owners

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        number = cleaned.get("registration_number", "")
        if cleaned.get("country") == "NL" and number:
            figures = re.sub(r"[ .]", "", number)
            if re.fullmatch(r"\d{8}", figures):
                cleaned["registration_number"] = figures
            else:
                self.add_error("registration_number", _("A KvK number has 8 figures."))
        return cleaned


class OrganisationUpdateForm(SeenAtForm, OrganisationForm):
    """The same, with the moment of the version that was looked at."""

    def stored(self, row: Model, name: str) -> Any:
        return _tag_words(row) if name == "tags" else super().stored(row, name)

    def stored_text(self, row: Model, name: str) -> str:
        if name == "tags":
            return ", ".join(_tag_words(row))
        return country_name(getattr(row, name)) if name == "country" else super().stored_text(row, name)


def _tag_words(row: Model) -> list[str]:
    return sorted((tag.name for tag in cast(Organisation, row).tags.all()), key=str.lower)


class FoundChoices(BaseChoiceIterator):
    """Choices that are looked up once, when they are first needed, and taken as they are."""

    def __init__(self, find: Callable[[], list[tuple[Any, str]]]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> list[tuple[Any, str]]:
        return self._find()

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class OrganisationFilter(NarrowingFilterSet):
    """What the registry can be narrowed to."""

    q = CharFilter(label=gettext_lazy("Search in name, city, number and e-mail address"), method="search")
    kind = ChoiceFilter(label=gettext_lazy("Kind"), choices=OrganisationKind.choices, empty_label=gettext_lazy("All"))
    status = ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[*OrganisationStatus.choices, (ALL, gettext_lazy("All, archived ones too"))],
        empty_label=gettext_lazy("All but archived"),
        method="with_status",
    )
    country = ChoiceFilter(label=gettext_lazy("Country"), empty_label=gettext_lazy("All"))
    tag = ChoiceFilter(label=gettext_lazy("Tag"), field_name="tags", empty_label=gettext_lazy("All"))
    owner = ChoiceFilter(
        label=gettext_lazy("Relation owner"), field_name="relation_owner", empty_label=gettext_lazy("All")
    )

    class Meta:
        model = Organisation
        fields = ["q", "kind", "status", "country", "tag", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("country", _countries), ("tag", _tags), ("owner", _owners)):
            self.filters[name].extra["choices"] = FoundChoices(choices)

    def filter_queryset(self, queryset: OrganisationQuerySet) -> OrganisationQuerySet:
        """Without a word about the status, what was archived stays out of sight."""
        narrowed: OrganisationQuerySet = super().filter_queryset(queryset)
        return (
            narrowed if self.form.cleaned_data.get("status") else narrowed.exclude(status=OrganisationStatus.ARCHIVED)
        )

    def search(self, queryset: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        return queryset.matching(value)

    def with_status(self, queryset: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        return queryset if value == ALL else queryset.filter(status=value)


def _countries() -> list[tuple[str, str]]:
    """The countries in use, by name."""
    used = Organisation.objects.countries()
    return [(code, name) for code, name in country_choices() if code in used]


def _tags() -> list[tuple[int, str]]:
    return list(Tag.objects.values_list("pk", "name"))


def _owners() -> list[tuple[int, str]]:
    return list(User.objects.colleagues().values_list("pk", "name").order_by("name"))


class ContactForm(forms.ModelForm):
    """Somebody at an organisation."""

    class Meta:
        model = Contact
        fields = ["name", "email", "phone", "position", "language"]
        help_texts = {
            "email": gettext_lazy("Invitations and reminders go to this address."),
            "language": gettext_lazy("Of the mails this person gets."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(_phone)


class ContactUpdateForm(SeenAtForm, ContactForm):
    """The same, with the moment of the version that was looked at; a colleague's account says who a colleague is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id and self.instance.organisation.is_host:
            for name in ("name", "email", "language"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Kept with the account, at Colleagues.")


class ImportForm(forms.Form):
    """A file of organisations."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Values separated by commas, in UTF-8, with the names of the columns on the first line."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
            "missing": gettext_lazy("Choose a file."),
        },
    )

    def clean_file(self) -> UploadedFile:
        """The preview is made while somebody waits; what takes longer is for the command line."""
        file = cast(UploadedFile, self.cleaned_data["file"])
        sizes = {"size": f"{(file.size or 0) / 1e6:.1f}", "limit": f"{MAX_UPLOAD / 1e6:.0f}", "lines": MAX_LINES}
        if (file.size or 0) > MAX_UPLOAD:
            raise forms.ValidationError(
                _("The file is %(size)s MB; here at most %(limit)s MB fits. An operator can import larger files.")
                % sizes
            )
        if sum(chunk.count(b"\n") for chunk in file.chunks()) > MAX_LINES:
            raise forms.ValidationError(
                _("The file has more than %(lines)d lines. An operator can import larger files.") % sizes
            )
        file.seek(0)
        return file
