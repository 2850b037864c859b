"""What of the registry itself goes along when two organisations become one. Part of a merge, whose permission holds."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from common.visibility import Visibility
from notifications.actions import readdress_reminders
from partners.culture import SCALES
from partners.enums import Consent
from partners.merging.registry import Pair
from partners.models import (
    WORDS,
    Affiliation,
    Contact,
    Distinction,
    IdentityConversation,
    IdentityProfile,
    IdentityView,
    ImportRow,
    MergedOrganisation,
    Organisation,
    OrganisationAddress,
    OrganisationWebAddress,
)
from partners.recipients import key_of_contact


def move_registry(pair: Pair) -> None:
    """Everything of ``partners`` that points to the other organisation, or to a contact that goes, points on."""
    _move_contacts(pair)
    _move_affiliations(pair)
    _move_details(pair)
    _move_profiles(pair)
    _move_views(pair)
    _move_conversations(pair)
    _move_distinctions(pair)
    MergedOrganisation.objects.filter(into=pair.other).update(into=pair.kept)


def pointed_on(
    rows: QuerySet[Any], column: str, old: Model, new: Model, *, once_per: str = "", more: Iterable[str] = ()
) -> None:
    """Let rows that point to ``old`` point to ``new``; those that ``new`` has already, per ``once_per``, go."""
    rows = rows.filter(**{column: old.pk})
    if once_per:
        same = {name: OuterRef(name) for name in (once_per, *more)}
        rows.filter(Exists(rows.model._base_manager.filter(**{column: new.pk}, **same))).delete()
    rows.update(**{column: new.pk})


def _move_distinctions(pair: Pair) -> None:
    """Who was told apart from the other is told apart from the one that stays; of the two themselves it was not so."""
    for row in Distinction.objects.filter(Q(first=pair.other.pk) | Q(second=pair.other.pk)):
        third = row.second_id if row.first_id == pair.other.pk else row.first_id
        first, second = sorted((third, pair.kept.pk))
        if first == second or Distinction.objects.filter(first=first, second=second).exists():
            row.delete()
        else:
            Distinction.objects.filter(pk=row.pk).update(first=first, second=second)


def _move_contacts(pair: Pair) -> None:
    """Who moves is found by the new organisation; what is known of who goes is known of who stays."""
    for stays, goes in pair.people:
        people = IdentityConversation.people.through._default_manager.all()
        pointed_on(people, "contact", goes, stays, once_per="identityconversation")
        pointed_on(ImportRow.objects.all(), "contact", goes, stays)
        readdress_reminders(old=key_of_contact(goes.pk), new=key_of_contact(stays.pk))
    going = [goes.pk for _stays, goes in pair.people]
    moving = Contact.objects.filter(organisation=pair.other).exclude(pk__in=going)
    moving.update(organisation=pair.kept, updated_at=timezone.now())


def _move_affiliations(pair: Pair) -> None:
    """Of two places of work of now that become one, the longer one stays."""
    stays_for = {goes.pk: stays.pk for stays, goes in pair.people}
    known = Q(organisation__in=pair.keys) | Q(contact__in=[*stays_for, *stays_for.values()])
    rows = list(Affiliation.objects.filter(known).order_by("pk").select_for_update())
    is_moving = {row.pk: row.contact_id in stays_for or row.organisation_id == pair.other.pk for row in rows}
    now = {(row.contact_id, row.organisation_id): row for row in rows if row.ends_on is None and not is_moving[row.pk]}
    for row in (row for row in rows if is_moving[row.pk]):
        row.contact_id = stays_for.get(row.contact_id, row.contact_id)
        row.organisation_id = pair.kept.pk if row.organisation_id == pair.other.pk else row.organisation_id
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


def _move_details(pair: Pair) -> None:
    """Tags, themes, addresses and branches of both together; what both have once."""
    pointed_on(Organisation.tags.through._default_manager.all(), "organisation", pair.other, pair.kept, once_per="tag")
    themes = Organisation.themes.through._default_manager.all()
    pointed_on(themes, "organisation", pair.other, pair.kept, once_per="theme")
    place = ("street", "postal_code", "city", "country")
    addresses = OrganisationAddress._default_manager.all()
    pointed_on(addresses, "organisation", pair.other, pair.kept, once_per="kind", more=place)
    links = OrganisationWebAddress._default_manager.all()
    pointed_on(links, "organisation", pair.other, pair.kept, once_per="url", more=["label"])
    pointed_on(Organisation.objects.exclude(pk=pair.kept.pk), "parent", pair.other, pair.kept)
    pointed_on(ImportRow.objects.all(), "organisation", pair.other, pair.kept)


def _move_profiles(pair: Pair) -> None:
    """What the other published comes before what the kept one published: its newest version holds, if it has one.

    Of two drafts of the same side the words of both stay. Our own organisation reads nobody's own draft.
    """
    theirs = list(pair.other.profiles.published().order_by("version"))
    for profile in pair.kept.profiles.published().order_by("-version") if theirs else ():
        profile.version = (profile.version or 0) + len(theirs)
        profile.save(update_fields=["version"])
    for number, profile in enumerate(theirs, start=1):
        profile.organisation, profile.version = pair.kept, number
        profile.save(update_fields=["organisation", "version"])
    if pair.kept.is_host:
        pair.other.profiles.filter(published_at=None, is_on_behalf=False).delete()
    for draft in pair.other.profiles.filter(published_at=None):
        there = pair.kept.profiles.filter(published_at=None, is_on_behalf=draft.is_on_behalf).first()
        if there is None:
            draft.organisation = pair.kept
            draft.save(update_fields=["organisation"])
        else:
            _join_drafts(there, draft)


def _join_drafts(stays: IdentityProfile, goes: IdentityProfile) -> None:
    for name in WORDS:
        setattr(stays, name, joined(getattr(stays, name), getattr(goes, name)))
    for scale in SCALES:
        if getattr(stays, scale) is None:
            setattr(stays, scale, getattr(goes, scale))
    goes.delete()
    stays.save()


def joined(text: str, more: str) -> str:
    """Two texts under each other; one that is empty, or is there already, is left out."""
    if not text.strip():
        return more
    is_there = more.strip() in ("", text.strip(), *(part.strip() for part in text.split("\n\n")))
    return text if is_there else f"{text.rstrip()}\n\n{more}"


def _move_views(pair: Pair) -> None:
    """What one wrote about itself, as the other, goes; of two views of the same, the one that went furthest stays."""
    IdentityView.objects.filter(by__in=pair.keys, about__in=pair.keys).delete()
    if pair.kept.is_host:
        IdentityView.objects.filter(by=pair.other, visibility=Visibility.INTERNAL).delete()
    for column, beside in (("by", "about"), ("about", "by")):
        for view in IdentityView.objects.filter(**{column: pair.other}).select_for_update():
            twins = IdentityView.objects.filter(conversation=view.conversation_id)
            twin = twins.filter(**{column: pair.kept, beside: getattr(view, f"{beside}_id")}).first()
            stays = view if twin is None else _joined_views(twin, view)
            setattr(stays, column, pair.kept)
            stays.save()


def _joined_views(one: IdentityView, other: IdentityView) -> IdentityView:
    """Words that were not answered and that the same people may read go under each other."""
    stays, goes = sorted((one, other), key=lambda view: (view.is_answered, view.is_shared), reverse=True)
    if not stays.is_answered and stays.visibility == goes.visibility:
        stays.text = joined(stays.text, goes.text)
    goes.delete()
    return stays


def _move_conversations(pair: Pair) -> None:
    parties = IdentityConversation.organisations.through._default_manager.all()
    pointed_on(parties, "organisation", pair.other, pair.kept, once_per="identityconversation")


def join_people(pair: Pair, apart: Iterable[int]) -> list[Contact]:
    """Let who stays know what was known of who goes; those who stay, for whoever looks at them again.

    The access of who goes becomes that of who stays; nobody has two (a plan with that is refused). Whoever has to stay
    ``apart`` becomes a former contact without an address.
    """
    for stays, goes in pair.people:
        user, goes.user = goes.user, None
        if user is not None:
            Contact.objects.filter(pk=goes.pk).update(user=None)
            stays.user = user
        for name in ("phone", "position"):
            setattr(stays, name, getattr(stays, name) or getattr(goes, name))
        stays.spoken_languages = list(dict.fromkeys([*stays.spoken_languages, *goes.spoken_languages]))
        stays.consent, stays.consent_on = _consent(stays, goes)
        if goes.is_active:
            stays.deactivated_at = None
        stays.save()
    former = Contact.objects.filter(pk__in=list(apart))
    former.update(organisation=pair.kept, email="", deactivated_at=timezone.now(), updated_at=timezone.now())
    return [stays for stays, _goes in pair.people]


def _consent(*contacts: Contact) -> tuple[str, date | None]:
    """What was said last; of the same day the no, and anything rather than nothing."""
    order = (Consent.UNKNOWN, Consent.GIVEN, Consent.REFUSED)
    said = max(contacts, key=lambda row: (row.consent_on or date.min, order.index(Consent(row.consent))))
    return said.consent, said.consent_on
