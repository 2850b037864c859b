import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models, transaction
from django.db.models import Q

from common.search import word_starts
from common.text import fold
from partners.enums import ImportStatus
from partners.likeness import number_key, plain_name, website_host

if TYPE_CHECKING:
    from accounts.models import User
    from partners.models import (  # noqa: F401  (ruff overlooks the quoted names below)
        Affiliation,
        Contact,
        Distinction,
        ImportMapping,
        ImportRow,
        MergedOrganisation,
        Organisation,
        OrganisationImport,
        SavedView,
        Tag,
        Theme,
    )


COUNTRIES_IN_USE = """
    WITH RECURSIVE used AS (
        (SELECT country FROM partners_organisation ORDER BY country LIMIT 1)
        UNION ALL
        SELECT (SELECT country FROM partners_organisation WHERE country > used.country ORDER BY country LIMIT 1)
        FROM used WHERE used.country IS NOT NULL
    )
    SELECT country FROM used
"""

# A name or an address that more organisations have than this says nothing of any of them.
MOST_ALIKE = 8
# Pairs that may be one by each reason; strength is the sum of what speaks for it. What is shared is found by walking
# along an index; only who shares it is read.
LIKELY_PAIRS = f"""
    WITH alike AS (
        SELECT one.id AS first, other.id AS second, 'number' AS reason, 8 AS strength
        FROM (
            SELECT number_key, country FROM partners_organisation WHERE number_key <> ''
            GROUP BY number_key, country HAVING count(*) BETWEEN 2 AND {MOST_ALIKE}
        ) AS shared JOIN partners_organisation AS one USING (number_key, country)
        JOIN partners_organisation AS other USING (number_key, country)
        WHERE other.id > one.id
        UNION ALL
        SELECT one.id, other.id, 'name',
            CASE WHEN one.country <> other.country THEN 1 WHEN one.sort_city <> other.sort_city THEN 2 ELSE 4 END
        FROM (
            SELECT plain_name FROM partners_organisation WHERE plain_name <> ''
            GROUP BY plain_name HAVING count(*) BETWEEN 2 AND {MOST_ALIKE}
        ) AS shared JOIN partners_organisation AS one USING (plain_name)
        JOIN partners_organisation AS other USING (plain_name)
        WHERE other.id > one.id
        UNION ALL
        SELECT one.id, other.id, 'website', 2
        FROM (
            SELECT website_host FROM partners_organisation WHERE website_host <> ''
            GROUP BY website_host HAVING count(*) BETWEEN 2 AND {MOST_ALIKE}
        ) AS shared JOIN partners_organisation AS one USING (website_host)
        JOIN partners_organisation AS other USING (website_host)
        WHERE other.id > one.id
    )
    SELECT first, second, array_agg(reason ORDER BY reason) FROM alike
    WHERE NOT EXISTS (
        SELECT FROM partners_distinction AS said WHERE said.first_id = first AND said.second_id = second
    )
    GROUP BY first, second
    HAVING %s = '' OR bool_or(reason = %s)
    ORDER BY sum(strength) DESC, first, second
    LIMIT %s OFFSET %s
"""

# More words than this PostgreSQL cannot keep for searching.
MOST_SEARCHED = 100_000
KEEP_PEOPLE_TEXT = """
    UPDATE partners_organisation SET people_text = given.words
    FROM unnest(%s::bigint[], %s::text[]) AS given(key, words) WHERE id = given.key
"""


PARENTS = """
    WITH RECURSIVE chain AS (
        SELECT id, parent_id FROM partners_organisation WHERE id = %s
        UNION
        SELECT above.id, above.parent_id
        FROM partners_organisation AS above JOIN chain ON above.id = chain.parent_id
    )
    SELECT id FROM chain
"""


def own_organisation_id(user: "User | AnonymousUser") -> int | None:
    """The organisation that the user is an active contact of: what a partner sees hangs on it."""
    contact = None if isinstance(user, AnonymousUser) else getattr(user, "contact", None)
    return contact.organisation_id if contact is not None and contact.is_active else None


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, user: "User | AnonymousUser") -> "TagQuerySet":
        """Tags are the host's own words; only colleagues see them."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()


class ThemeQuerySet(models.QuerySet["Theme"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ThemeQuerySet":
        """Which themes we gave whom is the host's own; only colleagues see it."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "AffiliationQuerySet":
        """Where people worked is noted by and for colleagues."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "OrganisationQuerySet":
        """Colleagues see the whole registry; a partner's contact sees the own organisation."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        own = own_organisation_id(user)
        return self.none() if own is None else self.filter(pk=own)

    def with_owner_and_tags(self) -> "OrganisationQuerySet":
        return self.select_related("relation_owner").prefetch_related("tags")

    def with_facts(self) -> "OrganisationQuerySet":
        """With all that its page tells of an organisation itself."""
        related = self.with_owner_and_tags().select_related("parent")
        return related.prefetch_related("themes", "addresses", "web_addresses")

    def with_number_of(self, organisation: "Organisation") -> "OrganisationQuerySet":
        """Other organisations in the same country with the same registration number."""
        number = organisation.registration_number
        if not number:
            return self.none()
        same = self.filter(country=organisation.country, registration_number__iexact=number)
        return same.exclude(pk=organisation.pk)

    def chain_from(self, pk: int) -> list[int]:
        """The organisation and what it is part of, up to the top."""
        with connection.cursor() as cursor:
            cursor.execute(PARENTS, [pk])
            return [parent for (parent,) in cursor.fetchall()]

    def like(self, *, name: str = "", website: str = "", number: str = "", country: str = "") -> "OrganisationQuerySet":
        """Who may be the one with this name, website and number; nobody when nothing of it says who one is."""
        plain, host, key = plain_name(name), website_host(website), number_key(number)
        alike = Q(pk__in=[])
        if plain:
            alike |= Q(plain_name=plain)
        if host and self.filter(website_host=host)[: MOST_ALIKE + 1].count() <= MOST_ALIKE:
            alike |= Q(website_host=host)
        if key:
            alike |= Q(number_key=key, country=country)
        return self.filter(alike)

    def likely_pairs(self, reason: str, limit: int, offset: int = 0) -> list[tuple[int, int, list[str]]]:
        """Pairs of keys that may be one, with the reasons, the likeliest first; those told apart are left out.

        ``reason`` narrows to pairs that have it among theirs. For who sees the whole registry.
        """
        with connection.cursor() as cursor:
            cursor.execute(LIKELY_PAIRS, [reason, reason, limit, offset])
            return list(cursor.fetchall())

    def countries(self) -> set[str]:
        """The country codes in use, found by leaping through an index: as quick for many organisations as for few."""
        with connection.cursor() as cursor:
            cursor.execute(COUNTRIES_IN_USE)
            return {code for (code,) in cursor.fetchall() if code}

    def host(self) -> "Organisation | None":
        """Our own organisation, once it was chosen."""
        return self.filter(is_host=True).first()

    def has_host(self) -> bool:
        return self.filter(is_host=True).exists()

    def matching(self, text: str) -> "OrganisationQuerySet":
        """Organisations with, for every word of ``text``, a word that starts with it. For colleagues only.

        Looks at name, short name, city, numbers, e-mail and active contacts; accents and case are ignored.
        """
        query = word_starts(text)
        return self.filter(search_with_people=query) if query else self

    def keep_people_text(self, keys: Iterable[int]) -> None:
        """Let these organisations be found by the names and addresses that their active contacts have now.

        Their rows are locked first: of two people added at the same moment the later one sees both.
        """
        wanted = list(keys)
        if not wanted:
            return
        with transaction.atomic():
            rows = self.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
            known = dict(rows.values_list("pk", "people_text"))
            words: dict[int, list[str]] = {key: [] for key in known}
            for contact in _active_contacts(known):
                words[contact["organisation"]] += fold(f"{contact['name']} {contact['email']}").split()
            # Each word once, in a fixed order: equal people give an equal text.
            texts = {key: " ".join(sorted(set(found)))[:MOST_SEARCHED] for key, found in words.items()}
            changed = [(key, text) for key, text in texts.items() if text != known[key]]
            if changed:
                with connection.cursor() as cursor:
                    cursor.execute(KEEP_PEOPLE_TEXT, [list(column) for column in zip(*changed, strict=True)])


def _active_contacts(organisations: Iterable[int]) -> "models.QuerySet[Any, dict[str, Any]]":
    contacts: models.QuerySet[Any] = apps.get_model("partners.Contact").objects.active()
    return contacts.filter(organisation__in=list(organisations)).order_by().values("organisation", "name", "email")


class DistinctionQuerySet(models.QuerySet["Distinction"]):
    def visible_to(self, user: "User | AnonymousUser") -> "DistinctionQuerySet":
        """Which organisations are not one is noted by and for colleagues."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ContactQuerySet":
        """Colleagues see every contact; a partner's contact sees the people of the own organisation."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        own = own_organisation_id(user)
        return self.none() if own is None else self.filter(organisation=own)

    def active(self) -> "ContactQuerySet":
        return self.filter(deactivated_at=None)

    def with_access(self) -> "ContactQuerySet":
        """Active people who can sign in."""
        return self.active().filter(user__is_active=True)


class OrganisationImportQuerySet(models.QuerySet["OrganisationImport"]):
    def visible_to(self, user: "User | AnonymousUser") -> "OrganisationImportQuerySet":
        """Whoever keeps the registry sees every file that was brought in."""
        if isinstance(user, AnonymousUser) or not (user.is_coordinator or user.is_administrator):
            return self.none()
        return self.all()

    def waiting(self) -> "OrganisationImportQuerySet":
        """Something is to be done by a job."""
        return self.filter(status__in=[ImportStatus.CHECKING, ImportStatus.CONFIRMED, ImportStatus.UNDOING])

    def settled(self) -> "OrganisationImportQuerySet":
        """Past their preview, the newest first."""
        before = [ImportStatus.MAPPING, ImportStatus.CHECKING, ImportStatus.PREVIEW]
        return self.exclude(status__in=before).order_by("-pk")

    def last_finished(self) -> "OrganisationImport | None":
        """The import that finished last, unless that was taken back."""
        last = self.exclude(finished_at=None).order_by("-finished_at", "-pk").defer("data").first()
        return last if last is not None and last.status == ImportStatus.DONE else None


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ImportRowQuerySet":
        """As the file they belong to."""
        if isinstance(user, AnonymousUser) or not (user.is_coordinator or user.is_administrator):
            return self.none()
        return self.all()


class ImportMappingQuerySet(models.QuerySet["ImportMapping"]):
    def of_header(self, header: Sequence[str]) -> "ImportMapping | None":
        """What was chosen for a file with the same names of columns, in whatever order."""
        return self.filter(shape=shape_of(header)).first()


def shape_of(header: Sequence[str]) -> str:
    """The same for files with the same names of columns."""
    return hashlib.sha256("\n".join(sorted(name.casefold() for name in header)).encode(errors="replace")).hexdigest()


class MergedOrganisationQuerySet(models.QuerySet["MergedOrganisation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "MergedOrganisationQuerySet":
        """Whoever sees the organisation that stayed may know what was merged into it."""
        organisations = apps.get_model("partners.Organisation").objects.visible_to(user)
        return self.filter(into__in=organisations)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: "User | AnonymousUser") -> "SavedViewQuerySet":
        """Colleagues see their own views and those that others share."""
        if isinstance(user, AnonymousUser) or not user.is_colleague:
            return self.none()
        return self.filter(Q(owner=user) | Q(is_shared=True))
