"""Move the rows of the registry in a merge, whose permission and transaction hold."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from common.fields import Merge, ModelFields
from notifications.actions import readdress_reminders
from partners.enums import Consent
from partners.fields import CONTACT_FIELDS
from partners.merging.handlers import MergePair
from partners.models import (
    WORD_LINKS,
    Affiliation,
    Contact,
    MergedOrganisation,
    NotDuplicate,
    Organisation,
    OrganisationAddress,
    OrganisationWebAddress,
)
from partners.recipients import key_of_contact


def move_registry(pair: MergePair) -> None:
    """Point every reference in ``partners`` to the duplicate, or to a duplicate contact, to the survivor."""
    for survivor, duplicate in pair.people:
        readdress_reminders(old=key_of_contact(duplicate.pk), new=key_of_contact(survivor.pk))
    going = [duplicate.pk for _survivor, duplicate in pair.people]
    moving = Contact.objects.filter(organisation=pair.duplicate).exclude(pk__in=going)
    moving.update(organisation=pair.survivor, updated_at=timezone.now())
    _move_affiliations(pair)
    for words, word in WORD_LINKS.values():
        repoint(words._default_manager.all(), "organisation", pair.duplicate, pair.survivor, once_per=word)
    place = ("street", "postal_code", "city", "country")
    addresses = OrganisationAddress._default_manager.all()
    repoint(addresses, "organisation", pair.duplicate, pair.survivor, once_per="kind", more=place)
    links = OrganisationWebAddress._default_manager.all()
    repoint(links, "organisation", pair.duplicate, pair.survivor, once_per="url", more=["label"])
    repoint(Organisation.objects.exclude(pk=pair.survivor.pk), "parent", pair.duplicate, pair.survivor)
    for row in NotDuplicate.objects.filter(Q(first=pair.duplicate.pk) | Q(second=pair.duplicate.pk)):
        third = row.second_id if row.first_id == pair.duplicate.pk else row.first_id
        first, second = sorted((third, pair.survivor.pk))
        if first == second or NotDuplicate.objects.filter(first=first, second=second).exists():
            row.delete()
        else:
            NotDuplicate.objects.filter(pk=row.pk).update(first=first, second=second)
    MergedOrganisation.objects.filter(into=pair.duplicate).update(into=pair.survivor)


def repoint(
    rows: QuerySet[Any], column: str, old: Model, new: Model, *, once_per: str = "", more: Iterable[str] = ()
) -> None:
    """Point rows from ``old`` to ``new``.

    Deletes those that ``new`` has already, compared by the columns ``once_per`` and ``more``.
    """
    rows = rows.filter(**{column: old.pk})
    if once_per:
        same = {name: OuterRef(name) for name in (once_per, *more)}
        rows.filter(Exists(rows.model._base_manager.filter(**{column: new.pk}, **same))).delete()
    rows.update(**{column: new.pk})


def _move_affiliations(pair: MergePair) -> None:
    """Point places of work to the survivors; of two present places that become one, keep the earlier start."""
    survivor_of = {duplicate.pk: survivor.pk for survivor, duplicate in pair.people}
    known = Q(organisation__in=pair.keys) | Q(contact__in=[*survivor_of, *survivor_of.values()])
    rows = list(Affiliation.objects.filter(known).order_by("pk").select_for_update())
    is_moving = {row.pk: row.contact_id in survivor_of or row.organisation_id == pair.duplicate.pk for row in rows}
    now = {(row.contact_id, row.organisation_id): row for row in rows if row.ends_on is None and not is_moving[row.pk]}
    for row in (row for row in rows if is_moving[row.pk]):
        row.contact_id = survivor_of.get(row.contact_id, row.contact_id)
        row.organisation_id = pair.survivor.pk if row.organisation_id == pair.duplicate.pk else row.organisation_id
        there = now.get((row.contact_id, row.organisation_id)) if row.ends_on is None else None
        if there is None:
            row.save()
            if row.ends_on is None:
                now[row.contact_id, row.organisation_id] = row
            continue
        there.starts_on = min((day for day in (there.starts_on, row.starts_on) if day), default=None)
        there.position = there.position or row.position
        row.delete()
        there.save()


def join_texts(text: str, more: str) -> str:
    """Return two texts under each other, without one that is empty or already contained as a paragraph."""
    if not text.strip():
        return more
    is_there = more.strip() in ("", text.strip(), *(part.strip() for part in text.split("\n\n")))
    return text if is_there else f"{text.rstrip()}\n\n{more}"


def join_people(pair: MergePair, former_contacts: Iterable[int]) -> list[Contact]:
    """Add the details of each duplicate contact to the surviving one, and return the survivors.

    Account access moves to the surviving contact, with the name and language that the person chose for the account; no
    contact gets two accounts, as such a plan is refused. The ``former_contacts`` stay without an address.
    """
    for survivor, duplicate in pair.people:
        user, duplicate.user = duplicate.user, None
        if user is not None:
            Contact.objects.filter(pk=duplicate.pk).update(user=None)
            survivor.user, survivor.name, survivor.language = user, user.name, user.language
        taken = filled(CONTACT_FIELDS, survivor, duplicate) | together(CONTACT_FIELDS, survivor, duplicate)
        for name, value in taken.items():
            setattr(survivor, name, value)
        # The latest consent; of the same day a refusal before a consent, and either before an unknown one.
        order = (Consent.UNKNOWN, Consent.GIVEN, Consent.REFUSED)
        said = max(
            (survivor, duplicate), key=lambda row: (row.consent_on or date.min, order.index(Consent(row.consent)))
        )
        survivor.consent, survivor.consent_on = said.consent, said.consent_on
        if duplicate.is_active:
            survivor.deactivated_at = None
        survivor.save()
    former = Contact.objects.filter(pk__in=list(former_contacts))
    former.update(organisation=pair.survivor, email="", deactivated_at=timezone.now(), updated_at=timezone.now())
    return [survivor for survivor, _duplicate in pair.people]


def together(fields: ModelFields, survivor: Model, duplicate: Model) -> dict[str, list[str]]:
    """Return the lists of both, each value once, by field; without tags and themes, which are rows that move."""
    return {
        field.name: list(dict.fromkeys([*getattr(survivor, field.name), *getattr(duplicate, field.name)]))
        for field in fields.merged_by(Merge.TOGETHER)
        if not field.model_field.many_to_many
    }


def filled(fields: ModelFields, survivor: Model, duplicate: Model) -> dict[str, Any]:
    """Return the values that the survivor has, or takes over where it has none, by field."""
    found = {}
    for field in fields.merged_by(Merge.FILL):
        mine = getattr(survivor, field.name)
        found[field.name] = getattr(duplicate, field.name) if field.type.is_empty(mine) else mine
    return found
