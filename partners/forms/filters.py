from collections.abc import Callable, Iterator
from typing import Any

from django.utils.choices import BaseChoiceIterator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter

from accounts.models import User
from common.filters import NarrowingFilterSet
from common.prepared import Prepared
from partners.countries import country_choices
from partners.enums import OrganisationKind, OrganisationStatus
from partners.models import Organisation, Tag, Theme
from partners.querysets import OrganisationQuerySet

ALL = "all"


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

    q = CharFilter(label=gettext_lazy("Search in name, city, number and people"), method="search")
    kind = ChoiceFilter(label=gettext_lazy("Kind"), choices=OrganisationKind.choices, empty_label=gettext_lazy("All"))
    status = ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[*OrganisationStatus.choices, (ALL, gettext_lazy("All, archived ones too"))],
        empty_label=gettext_lazy("All but archived"),
        method="with_status",
    )
    country = ChoiceFilter(label=gettext_lazy("Country"), empty_label=gettext_lazy("All"))
    tag = ChoiceFilter(label=gettext_lazy("Tag"), field_name="tags", empty_label=gettext_lazy("All"))
    theme = ChoiceFilter(label=gettext_lazy("Theme"), field_name="themes", empty_label=gettext_lazy("All"))
    owner = ChoiceFilter(
        label=gettext_lazy("Relation owner"), field_name="relation_owner", empty_label=gettext_lazy("All")
    )

    class Meta:
        model = Organisation
        fields = ["q", "kind", "status", "country", "tag", "theme", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("country", _countries), ("tag", _tags), ("theme", _themes), ("owner", _owners)):
            self.filters[name].extra["choices"] = FoundChoices(choices)

    def filter_queryset(self, queryset: OrganisationQuerySet) -> OrganisationQuerySet:
        return self.without(queryset)

    def without(self, queryset: OrganisationQuerySet, *left_out: str) -> OrganisationQuerySet:
        """Narrowed by all filters but these. Without a word about the status, what was archived stays out of sight."""
        given = {name: value for name, value in self.form.cleaned_data.items() if name not in left_out}
        for name, value in given.items():
            queryset = self.filters[name].filter(queryset, value)
        is_silent = "status" not in left_out and not given.get("status")
        return queryset.exclude(status=OrganisationStatus.ARCHIVED) if is_silent else queryset

    def in_words(self) -> list[tuple[str, str]]:
        """What it is narrowed to, as label and value."""
        self.form.is_valid()
        words = []
        for name, value in self.form.cleaned_data.items():
            if value:
                choices = dict(getattr(self.form.fields[name], "choices", ()))
                labels = {str(key): str(label) for key, label in choices.items()}
                words.append((str(self.filters[name].label), labels.get(str(value), str(value))))
        return words

    def search(self, queryset: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        return queryset.matching(value)

    def with_status(self, queryset: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        return queryset if value == ALL else queryset.filter(status=value)


def _countries() -> list[tuple[str, str]]:
    """The countries in use, by name."""
    used = Organisation.objects.countries()
    return [(code, name) for code, name in country_choices() if code in used]


def _tags() -> list[tuple[int, str]]:
    return _TAGS.rows()


def _themes() -> list[tuple[int, str]]:
    return _THEMES.rows()


def _owners() -> list[tuple[int, str]]:
    return _OWNERS.rows()


_TAGS = Prepared(lambda: Tag.objects.values_list("pk", "name"))
_THEMES = Prepared(lambda: Theme.objects.values_list("pk", "name"))
_OWNERS = Prepared(lambda: User.objects.colleagues().values_list("pk", "name").order_by("name"))
