from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models, transaction
from django.db.models import Q

from common.search import word_starts
from common.text import fold
from partners.enums import OrganisationStatus

if TYPE_CHECKING:
    from accounts.models import User
    from partners.models import (  # noqa: F401  (ruff overlooks the quoted names below)
        Affiliation,
        Contact,
        MergedOrganisation,
        NotDuplicate,
        Organisation,
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
    """Return the key of the organisation of which the user is an active contact; partners see by it."""
    contact = None if isinstance(user, AnonymousUser) else getattr(user, "contact", None)
    return contact.organisation_id if contact is not None and contact.is_active else None


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, user: "User | AnonymousUser") -> "TagQuerySet":
        """Return all tags for colleagues, none for other users."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()


class ThemeQuerySet(models.QuerySet["Theme"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ThemeQuerySet":
        """Return all themes for colleagues, none for other users."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "AffiliationQuerySet":
        """Return all places of work for colleagues, none for other users."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "OrganisationQuerySet":
        """Return the whole registry for colleagues, and for a partner's contact the organisation of that contact."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        own = own_organisation_id(user)
        return self.none() if own is None else self.filter(pk=own)

    def with_owner_and_tags(self) -> "OrganisationQuerySet":
        return self.select_related("relation_owner").prefetch_related("tags")

    def with_facts(self) -> "OrganisationQuerySet":
        """Load everything that the page of an organisation shows of it."""
        related = self.with_owner_and_tags().select_related("parent")
        return related.prefetch_related("themes", "addresses", "web_addresses")

    def with_number_of(self, organisation: "Organisation") -> "OrganisationQuerySet":
        """Return other organisations in the same country with the same registration number."""
        number = organisation.registration_number
        if not number:
            return self.none()
        same = self.filter(country=organisation.country, registration_number__iexact=number)
        return same.exclude(pk=organisation.pk)

    def chain_from(self, pk: int) -> list[int]:
        """Return the keys of the organisation, its parent, and so on up to the top."""
        with connection.cursor() as cursor:
            cursor.execute(PARENTS, [pk])
            return [parent for (parent,) in cursor.fetchall()]

    def countries(self) -> set[str]:
        """Return the country codes in use, found by leaping through an index: the cost does not grow with the rows."""
        with connection.cursor() as cursor:
            cursor.execute(COUNTRIES_IN_USE)
            return {code for (code,) in cursor.fetchall() if code}

    def host(self) -> "Organisation | None":
        """Return our own organisation; None when none is chosen yet."""
        return self.filter(is_host=True).first()

    def has_host(self) -> bool:
        return self.filter(is_host=True).exists()

    def matching(self, text: str) -> "OrganisationQuerySet":
        """Return the organisations in which every word of ``text`` starts a word. For colleagues only.

        Searches name, short name, city, numbers, e-mail and active contacts; ignores accents and case.
        """
        query = word_starts(text)
        return self.filter(search_with_people=query) if query else self

    def found_by(self, user: "User", text: str) -> "OrganisationQuerySet":
        """Return the organisations in which every word of ``text`` starts a word that ``user`` may search.

        Colleagues search as in ``matching``, partners in name and short name only.
        """
        query = word_starts(text)
        if query is None:
            return self
        return self.matching(text) if user.is_colleague else self.filter(search_names=query)

    def sync_people_text(self, keys: Iterable[int]) -> None:
        """Store the names and addresses of the present active contacts, by which organisations are found.

        Locks their rows first: of two people added at the same moment, the later transaction sees both.
        """
        wanted = list(keys)
        if not wanted:
            return
        with transaction.atomic():
            rows = self.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
            known = dict(rows.values_list("pk", "people_text"))
            words: dict[int, list[str]] = {key: [] for key in known}
            active: models.QuerySet[Any] = apps.get_model("partners.Contact").objects.active()
            there = active.filter(organisation__in=list(known)).order_by()
            for contact in there.values("organisation", "name", "email"):
                words[contact["organisation"]] += fold(f"{contact['name']} {contact['email']}").split()
            # Each word once, in a fixed order: equal people give an equal text.
            texts = {key: " ".join(sorted(set(found)))[:MOST_SEARCHED] for key, found in words.items()}
            changed = [(key, text) for key, text in texts.items() if text != known[key]]
            if changed:
                with connection.cursor() as cursor:
                    cursor.execute(KEEP_PEOPLE_TEXT, [list(column) for column in zip(*changed, strict=True)])


class NotDuplicateQuerySet(models.QuerySet["NotDuplicate"]):
    def visible_to(self, user: "User | AnonymousUser") -> "NotDuplicateQuerySet":
        """Return all dismissed pairs for colleagues, none for other users."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ContactQuerySet":
        """Return every contact for colleagues, and for a partner's contact the people of the same organisation."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        own = own_organisation_id(user)
        return self.none() if own is None else self.filter(organisation=own)

    def active(self) -> "ContactQuerySet":
        return self.filter(deactivated_at=None)

    def available(self) -> "ContactQuerySet":
        """Return active people of organisations that are not archived: those who can be chosen, asked and mailed."""
        return self.active().exclude(organisation__status=OrganisationStatus.ARCHIVED)

    def with_access(self) -> "ContactQuerySet":
        """Return active people who can sign in."""
        return self.active().filter(user__is_active=True)


class MergedOrganisationQuerySet(models.QuerySet["MergedOrganisation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "MergedOrganisationQuerySet":
        """Return the merged organisations whose survivor the user sees."""
        organisations = apps.get_model("partners.Organisation").objects.visible_to(user)
        return self.filter(into__in=organisations)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: "User | AnonymousUser") -> "SavedViewQuerySet":
        """Return for colleagues their own views and shared ones, none for other users."""
        if isinstance(user, AnonymousUser) or not user.is_colleague:
            return self.none()
        return self.filter(Q(owner=user) | Q(is_shared=True))
