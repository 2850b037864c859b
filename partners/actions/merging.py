"""Making one organisation of two."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.db import IntegrityError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from partners.actions.contacts import keep_account
from partners.actions.merge_moves import join_people
from partners.actions.organisations import keep_number, wait_for_parents
from partners.merging.details import allowed_parent, chosen_values
from partners.merging.plan import Plan, plan_merge
from partners.merging.registry import movers
from partners.models import Contact, Logo, MergedOrganisation, Organisation


def merge_organisations(
    *,
    actor: User | None,
    kept: Organisation,
    other: Organisation,
    choices: Mapping[str, str] | None = None,
    seen: str | None = None,
    today: date | None = None,
) -> Organisation:
    """Let ``other`` become part of ``kept``: all that points to it points to ``kept`` from then on, and its row goes.

    ``choices`` say by field whose value stays (``partners.merging.details.SIDES``); without one the value of ``kept``,
    or of ``other`` where that says nothing. Where both have the same (a contact with one e-mail address, a part in one
    collaboration, a version of an identity) the two are joined as ``partners.merging.plan.plan_merge`` tells. Access
    follows at once: who could sign in for ``other`` now sees what ``kept`` sees. Nobody is given the account of another
    person: an account moves with its contact only. What a side kept to itself (drafts, views that are not shared) the
    people of both read from then on; where our own organisation stays that goes, as it was not written for us.

    ``seen`` is the fingerprint of the plan that the actor read: refuses when it is no longer that (field ``seen``).
    Refuses an organisation with itself, one that is gone, our own organisation as ``other``, what the plan calls an
    obstacle, a registration number that a third organisation has, and being part of what is part of one of the two,
    where that was chosen. Everything or nothing; sends nothing.
    """
    require(actor, "partners.merge_organisations")
    today = today or timezone.localdate()
    with recording(actor, "partners.organisations_merged"), _leaving_nothing_behind():
        kept, other = _locked(kept, other)
        plan = plan_merge(kept, other, actor=actor, today=today)
        _refuse(plan, seen)
        before, number = kept.status, kept.external_id
        for name, value in chosen_values(kept, other, choices or {}).items():
            setattr(kept, name, value)
        if kept.status != before:
            kept.status_since = other.status_since
        _move_logo(kept, other)
        joined = join_people(plan.pair, plan.findings.apart)
        for mover in movers():
            mover.move(plan.pair)
        _remember(plan, number)
        _remove(plan)
        _set_parent(kept, other, is_chosen="parent" in (choices or {}))
        keep_number(kept)
        kept.save()
        for contact in () if kept.is_host else joined:
            keep_account(actor, contact)
        Organisation.objects.keep_people_text([kept.pk])
    return kept


@contextmanager
def _leaving_nothing_behind() -> Iterator[None]:
    """What anybody adds to the other organisation at this very moment is not lost: then nothing is merged."""
    try:
        yield
        connection.check_constraints()
    except IntegrityError as error:
        raise ActionRefused(_("Somebody else changed one of the two at the same moment. Look again.")) from error


def _locked(kept: Organisation, other: Organisation) -> tuple[Organisation, Organisation]:
    """Both as they are now, for us alone. In the order in which everybody locks: people first, then by key."""
    if kept.pk == other.pk:
        raise ActionRefused(_("Choose two different organisations."))
    keys = [kept.pk, other.pk]
    list(Contact.objects.filter(organisation__in=keys).order_by("pk").select_for_update(no_key=True).values("pk"))
    rows = Organisation.objects.filter(pk__in=keys).select_related("parent", "relation_owner").order_by("pk")
    found = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    for row in (kept, other):
        if row.pk not in found:
            raise ActionRefused(_("“%(name)s” is not there any more.") % {"name": row})
    # Branches as well: whoever says what is part of what holds its row, and then waits for the others.
    branches = Organisation.objects.filter(parent__in=keys).order_by("pk")
    list(branches.select_for_update(of=("self",), no_key=True).values("pk"))
    wait_for_parents()
    return found[kept.pk], found[other.pk]


def _refuse(plan: Plan, seen: str | None) -> None:
    if plan.obstacles:
        raise ActionRefused(plan.obstacles[0].text)
    if seen is not None and seen != plan.fingerprint:
        raise ActionRefused(_("Something changed since you looked. This is how it is now."), field="seen")


def _set_parent(kept: Organisation, other: Organisation, *, is_chosen: bool) -> None:
    """What is part of one of the two cannot stay above them: refused where somebody chose it, else left out."""
    chosen, kept.parent = kept.parent, allowed_parent(kept, other, kept.parent)
    if is_chosen and kept.parent != chosen:
        message = _("%(parent)s is itself part of %(name)s.")
        raise ActionRefused(message % {"parent": chosen, "name": kept}, field="parent")


def _move_logo(kept: Organisation, other: Organisation) -> None:
    """The logo whose day was chosen is the one that stays."""
    going = kept if kept.logo_at == other.logo_at else other
    Logo._default_manager.filter(organisation=going).delete()
    Logo._default_manager.filter(organisation=other).update(organisation=kept)


def _remember(plan: Plan, number: str) -> None:
    """``number`` is the one in the source that the organisation that stays had."""
    kept, other = plan.pair.kept, plan.pair.other
    numbers = {number, other.external_id} - {kept.external_id}
    MergedOrganisation.objects.create(
        key=other.pk,
        name=other.name,
        external_id=max(numbers, default=""),
        contacts=[goes.pk for _stays, goes in plan.pair.people if goes.pk not in plan.findings.apart],
        into=kept,
        merged_by=plan.pair.actor,
    )


def _remove(plan: Plan) -> None:
    """In the database itself: Django would first take along what it finds pointing there; here nothing may."""
    going = [goes.pk for _stays, goes in plan.pair.people if goes.pk not in plan.findings.apart]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM partners_contact WHERE id = ANY(%s)", [going])
        cursor.execute("DELETE FROM partners_organisation WHERE id = %s", [plan.pair.other.pk])
