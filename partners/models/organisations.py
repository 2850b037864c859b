import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.models import Searchable, TimeStamped
from common.sorting import NameOrder
from common.text import fold
from partners.countries import country_name
from partners.enums import OrganisationKind, OrganisationStatus
from partners.languages import language_choices, language_name
from partners.matching_keys import LONGEST, number_key, plain_name, website_host
from partners.models.themes import LONGEST_WORD, Theme
from partners.querysets import OrganisationQuerySet, TagQuerySet

SORT_LENGTH = 100
# Kept in step with other fields, or by every save: no change that anybody made.
_DERIVED = [
    *("search_text", "search", "people_text", "search_with_people", "names_text", "search_names"),
    *("sort_name", "sort_city"),
    *("plain_name", "website_host", "number_key"),
    *("created_at", "updated_at", "status_since"),
]


def this_year() -> int:
    return timezone.localdate().year


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Tag(models.Model):
    """A word of the host by which it groups organisations."""

    name = models.CharField(_("name"), max_length=LONGEST_WORD)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = [NameOrder("name")]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_name_unique")]

    def __str__(self) -> str:
        return self.name


@pghistory.track(exclude=_DERIVED)
class Organisation(Searchable, TimeStamped):
    """A party in the registry; exactly one is the host.

    ``country`` is an ISO 3166-1 alpha-2 code (``XK`` for Kosovo). ``external_id`` is the key the organisation has in
    the source it was imported from. ``search_text``, ``sort_name`` and ``sort_city`` are kept by ``save`` and by the
    imports: lists sort without capitals and accents, independent of the database's collation. ``plain_name``,
    ``website_host`` and ``number_key`` are kept the same way, to find duplicates (``partners.matching_keys``).
    ``people_text`` are the words of its active contacts, kept by ``sync_people_text``. Partners search ``search_names``
    and nothing else: a search must not tell them numbers, addresses or people that no page shows them.
    """

    name = models.CharField(_("name"), max_length=300)
    short_name = models.CharField(_("short name"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind, default=OrganisationKind.OTHER)
    status = models.CharField(
        _("status"), max_length=10, choices=OrganisationStatus, default=OrganisationStatus.PROSPECT
    )
    status_since = models.DateField(_("status since"), default=timezone.localdate, editable=False)
    founded_in = models.PositiveSmallIntegerField(
        _("founded in"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1000), MaxValueValidator(this_year)],
    )
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), on_delete=models.SET_NULL, related_name="branches", null=True, blank=True
    )
    street = models.CharField(_("street and number"), max_length=300, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    external_id = models.CharField(_("number in the source"), max_length=60, blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), related_name="organisations", blank=True)
    themes = models.ManyToManyField(Theme, verbose_name=_("themes"), related_name="organisations", blank=True)
    languages = ArrayField(
        models.CharField(max_length=3, choices=language_choices),
        verbose_name=_("languages"),
        default=list,
        blank=True,
    )
    relation_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("our relation owner"),
        on_delete=models.SET_NULL,
        related_name="organisations",
        null=True,
        blank=True,
    )
    logo_at = models.DateTimeField(_("logo"), null=True, blank=True, editable=False)
    is_host = models.BooleanField(default=False, editable=False)
    people_text = models.TextField(editable=False, default="")
    search_with_people = models.GeneratedField(
        expression=SearchVector("search_text", "people_text", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    names_text = models.TextField(editable=False, default="")
    search_names = models.GeneratedField(
        expression=SearchVector("names_text", config="simple"), output_field=SearchVectorField(), db_persist=True
    )
    sort_name = models.CharField(max_length=SORT_LENGTH, editable=False, default="", db_collation="C")
    sort_city = models.CharField(max_length=SORT_LENGTH, editable=False, default="", db_collation="C")
    plain_name = models.CharField(max_length=LONGEST, editable=False, default="", db_collation="C")
    website_host = models.CharField(max_length=LONGEST, editable=False, default="", db_collation="C")
    number_key = models.CharField(max_length=LONGEST, editable=False, default="", db_collation="C")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint("is_host", condition=Q(is_host=True), name="organisation_one_host"),
            models.UniqueConstraint(
                "external_id",
                condition=~Q(external_id=""),
                name="organisation_external_id_unique",
                violation_error_message=_("Another organisation has this number."),
            ),
            models.UniqueConstraint(
                "country",
                Lower("registration_number"),
                condition=~Q(registration_number=""),
                name="organisation_registration_unique",
                violation_error_message=_("Another organisation in this country has this registration number."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_named"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="organisation_not_its_own_parent"),
        ]
        indexes = [
            # Without a list of pending entries a search right after an import is as quick as any other.
            GinIndex(fields=["search"], name="organisation_search", fastupdate=False),
            GinIndex(fields=["search_with_people"], name="organisation_people_search", fastupdate=False),
            GinIndex(fields=["search_names"], name="organisation_names_search", fastupdate=False),
            models.Index(fields=["sort_name", "id"], name="organisation_by_name"),
            models.Index(
                fields=["sort_name", "id"],
                condition=~Q(status=OrganisationStatus.ARCHIVED),
                name="organisation_listed",
            ),
            # With the status in them these indexes answer alone how many are not archived.
            models.Index(fields=["sort_city", "sort_name", "id"], include=["status"], name="organisation_by_city"),
            models.Index(fields=["country", "sort_name", "id"], include=["status"], name="organisation_by_country"),
            models.Index(fields=["kind", "sort_name", "id"], include=["status"], name="organisation_by_kind"),
            models.Index(
                fields=["relation_owner", "sort_name", "id"], include=["status"], name="organisation_by_owner"
            ),
            models.Index(fields=["status", "sort_name", "id"], name="organisation_by_status"),
            models.Index(fields=["founded_in", "sort_name", "id"], name="organisation_by_founding"),
            models.Index(
                F("founded_in").desc(nulls_last=True),
                F("sort_name").desc(),
                F("id").desc(),
                name="organisation_by_founding_down",
            ),
            models.Index(fields=["plain_name", "id"], name="organisation_by_plain_name"),
            models.Index(fields=["website_host", "id"], condition=~Q(website_host=""), name="organisation_by_host"),
            models.Index(
                fields=["number_key", "country", "id"], condition=~Q(number_key=""), name="organisation_by_number"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.fold_texts()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def fold_texts(self) -> None:
        """Compute the columns for searching, sorting and matching from the fields they depend on."""
        self.sort_name, self.sort_city = fold(self.name)[:SORT_LENGTH], fold(self.city)[:SORT_LENGTH]
        self.plain_name, self.website_host = plain_name(self.name), website_host(self.website)
        self.number_key = number_key(self.registration_number)
        self.names_text = fold(f"{self.name} {self.short_name}")
        self.search_text = fold(
            f"{self.name} {self.short_name} {self.city} {self.registration_number} {self.external_id} {self.email}"
        )

    @property
    def country_name(self) -> str:
        return country_name(self.country)

    @property
    def language_names(self) -> list[str]:
        return [language_name(code) for code in self.languages]


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class OrganisationTag(Organisation.tags.through):  # type: ignore[name-defined]
    """The tag of an organisation, as a model so that history records it."""

    class Meta:
        proxy = True
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return str(_("Tag “%(tag)s”") % {"tag": self.tag})


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class OrganisationTheme(Organisation.themes.through):  # type: ignore[name-defined]
    """The theme of an organisation, as a model so that history records it."""

    class Meta:
        proxy = True
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return str(_("Theme “%(theme)s”") % {"theme": self.theme})


# Words that an organisation has several of: by its field the model of the links, and the field there.
WORD_LINKS: dict[str, tuple[type[models.Model], str]] = {
    "tags": (OrganisationTag, "tag"),
    "themes": (OrganisationTheme, "theme"),
}
