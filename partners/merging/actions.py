"""Merge two organisations into one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.db import IntegrityError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from partners.actions.contacts import sync_account
from partners.actions.organisations import normalise_number, wait_for_parents
from partners.merging.details import allowed_parent, chosen_values
from partners.merging.handlers import merge_handlers
from partners.merging.moves import join_people
from partners.merging.plan import MergePlan, plan_merge
from partners.models import Contact, Logo, MergedOrganisation, Organisation


def merge_organisations(
    *,
    actor: User | None,
    survivor: Organisation,
    duplicate: Organisation,
    choices: Mapping[str, str] | None = None,
    seen: str | None = None,
    today: date | None = None,
) -> Organisation:
    """Merge ``duplicate`` into ``survivor``: point every reference to the survivor and delete the duplicate's row.

    ``choices`` name by field the side whose value the survivor gets (``partners.merging.details.SIDES``). A field
    without a choice keeps the survivor's value, or takes the duplicate's where the survivor has none. Rows that both
    have (a contact with one e-mail address, a part in one collaboration, a version of an identity) are joined as
    ``partners.merging.plan.plan_merge`` foretells. Access follows immediately: people who could sign in for the
    duplicate see what the survivor sees. An account moves with its own contact only. Private drafts and views become
    readable for the people of both; where our own organisation survives they are deleted, as they were not written
    for us.

    ``seen`` is the fingerprint of the plan that the actor read: the merge is refused when the plan has changed since
    (field ``seen``). Refuses an organisation with itself, one that is gone, our own organisation as the duplicate,
    every obstacle of the plan, a registration number that a third organisation has, and a chosen parent that is part
    of one of the two. Changes everything or nothing; sends nothing.
    """
    require(actor, "partners.merge_organisations")
    today = today or timezone.localdate()
    with recording(actor, "partners.organisations_merged"), _leaving_nothing_behind():
        survivor, duplicate = _locked(survivor, duplicate)
        plan = plan_merge(survivor, duplicate, actor=actor, today=today)
        _refuse(plan, seen)
        before, number = survivor.status, survivor.external_id
        for name, value in chosen_values(survivor, duplicate, choices or {}).items():
            setattr(survivor, name, value)
        if survivor.status != before:
            survivor.status_since = duplicate.status_since
        _move_logo(survivor, duplicate)
        joined = join_people(plan.pair, plan.preview.former_contacts)
        for handler in merge_handlers():
            handler.apply(plan.pair)
        _remember(plan, number)
        # By SQL: Django would first delete the rows that point to the duplicates, and here none may still do so.
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM partners_contact WHERE id = ANY(%s)", [plan.deleted_contacts])
            cursor.execute("DELETE FROM partners_organisation WHERE id = %s", [plan.pair.duplicate.pk])
        _set_parent(survivor, duplicate, is_chosen="parent" in (choices or {}))
        normalise_number(survivor)
        survivor.save()
        for contact in () if survivor.is_host else joined:
            sync_account(actor, contact)
        Organisation.objects.sync_people_text([survivor.pk])
    return survivor


@contextmanager
def _leaving_nothing_behind() -> Iterator[None]:
    """Refuse the merge when another person adds a reference to the duplicate at the same moment."""
    try:
        yield
        # Foreign keys are checked at the end of the transaction; checked here, a row that appeared since is refused in
        # words instead of failing the request.
        connection.check_constraints()
    except IntegrityError as error:
        raise ActionRefused(_("Somebody else changed one of the two at the same moment. Look again.")) from error


def _locked(survivor: Organisation, duplicate: Organisation) -> tuple[Organisation, Organisation]:
    """Return both organisations as they are now, locked in the order of all actions: people first, then by key."""
    if survivor.pk == duplicate.pk:
        raise ActionRefused(_("Choose two different organisations."))
    keys = [survivor.pk, duplicate.pk]
    list(Contact.objects.filter(organisation__in=keys).order_by("pk").select_for_update(no_key=True).values("pk"))
    rows = Organisation.objects.filter(pk__in=keys).select_related("parent", "relation_owner").order_by("pk")
    found = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    for row in (survivor, duplicate):
        if row.pk not in found:
            raise ActionRefused(_("“%(name)s” is not there any more.") % {"name": row})
    # Branches as well: whoever says what is part of what holds its row, and then waits for the others.
    branches = Organisation.objects.filter(parent__in=keys).order_by("pk")
    list(branches.select_for_update(of=("self",), no_key=True).values("pk"))
    wait_for_parents()
    return found[survivor.pk], found[duplicate.pk]


def _refuse(plan: MergePlan, seen: str | None) -> None:
    if plan.obstacles:
        raise ActionRefused(plan.obstacles[0].text)
    if seen is not None and seen != plan.fingerprint:
        raise ActionRefused(_("Something changed since you looked. This is how it is now."), field="seen")


def _set_parent(survivor: Organisation, duplicate: Organisation, *, is_chosen: bool) -> None:
    """Clear a parent that is part of one of the two, or refuse it where the actor chose it."""
    chosen, survivor.parent = survivor.parent, allowed_parent(survivor, duplicate, survivor.parent)
    if is_chosen and survivor.parent != chosen:
        message = _("%(parent)s is itself part of %(name)s.")
        raise ActionRefused(message % {"parent": chosen, "name": survivor}, field="parent")


def _move_logo(survivor: Organisation, duplicate: Organisation) -> None:
    """Keep the logo of the side whose ``logo_at`` was chosen, and delete the other."""
    going = survivor if survivor.logo_at == duplicate.logo_at else duplicate
    Logo._default_manager.filter(organisation=going).delete()
    Logo._default_manager.filter(organisation=duplicate).update(organisation=survivor)


def _remember(plan: MergePlan, number: str) -> None:
    """Record the merge; ``number`` is the number in the source that the survivor had before it."""
    survivor, duplicate = plan.pair.survivor, plan.pair.duplicate
    numbers = {number, duplicate.external_id} - {survivor.external_id}
    MergedOrganisation.objects.create(
        key=duplicate.pk,
        name=duplicate.name,
        external_id=max(numbers, default=""),
        contacts=plan.deleted_contacts,
        into=survivor,
        merged_by=plan.pair.actor,
    )
