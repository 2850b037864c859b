"""Actions on the roles of people, each with a period."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import DateField, Exists, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Least, TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.enums import ONE_AT_A_TIME, RoleKind, Stage
from collab.models import Collaboration, Participation, RoleAssignment
from collab.querysets import RoleAssignmentQuerySet
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.edits import Seen, merge
from common.locking import lock
from partners.models import Contact, Organisation

MISSING_SINCE = {RoleKind.LEAD: "lead_missing_since", RoleKind.DECIDER: "decider_missing_since"}


def assign_role(
    *,
    actor: User | None,
    participation: Participation,
    contact: Contact,
    role: str,
    starts_on: date,
    ends_on: date | None = None,
    today: date | None = None,
) -> RoleAssignment:
    """Give a contact a role for an organisation in a collaboration.

    The former decider or lead of that organisation stops on the new first day. Refuses a contact of another
    organisation, of an archived one, or one who was deactivated, an end before the start, the same person twice, and a
    decider or lead whose period would run into one that starts later. Sends nothing.
    """
    require(actor, "collab.change_collaboration", participation.collaboration)
    with recording(actor, "collab.role_assigned"):
        # The collaboration is locked before its roles, in every action, so that no two can block each other.
        collaboration = lock(participation.collaboration)
        assignment = give_role(participation, contact, role, starts_on, ends_on)
        refresh_missing_roles(collaborations=[collaboration], roles=[role], today=today)
    return assignment


def give_role(
    participation: Participation, contact: Contact, role: str, starts_on: date, ends_on: date | None
) -> RoleAssignment:
    """Give a contact a role, with the refusals of ``assign_role``.

    Part of actions that locked the collaboration, whose permission holds.
    """
    if contact.organisation_id != participation.organisation_id:
        raise ActionRefused(
            _("%(person)s is not a contact of %(organisation)s.")
            % {"person": contact, "organisation": participation.organisation},
            field="contact",
        )
    if not contact.is_active:
        raise ActionRefused(_("%(person)s was deactivated.") % {"person": contact}, field="contact")
    if not contact.is_available:
        raise ActionRefused(_("%(name)s is archived.") % {"name": contact.organisation}, field="contact")
    if ends_on is not None and ends_on <= starts_on:
        raise ActionRefused(_("The end must be after the start."), field="ends_on")
    others = participation.roles.filter(role=role).overlapping(starts_on, ends_on).select_related("contact")
    if any(other.contact_id == contact.pk for other in others):
        raise ActionRefused(
            _("%(person)s has this role already in that period.") % {"person": contact}, field="contact"
        )
    if role in ONE_AT_A_TIME:
        _make_room(others, starts_on)
    with refusing_violations(RoleAssignment, field="starts_on"):
        return participation.roles.create(contact=contact, role=role, starts_on=starts_on, ends_on=ends_on)


def end_role(
    *,
    actor: User | None,
    assignment: RoleAssignment,
    ends_on: date,
    today: date | None = None,
    seen: Seen | None = None,
) -> None:
    """End a role: ``ends_on`` is the first day without it.

    Refuses a day before the role began, a role that has ended already, and another day than another person chose since
    the page had ``seen`` it. Sends nothing.
    """
    require(actor, "collab.change_collaboration", assignment.participation.collaboration)
    today = today or timezone.localdate()
    with recording(actor, "collab.role_ended"):
        collaboration = lock(assignment.participation.collaboration)
        current = lock(assignment)
        if current.ends_on is not None and current.ends_on <= today:
            raise ActionRefused(_("This role has already ended."))
        ends_on = merge(current, {"ends_on": ends_on}, seen)["ends_on"]
        if ends_on < current.starts_on:
            raise ActionRefused(_("The end cannot be before the start."), field="ends_on")
        with refusing_violations(RoleAssignment, field="ends_on"):
            current.ends_on = ends_on
            current.save(update_fields=["ends_on"])
        refresh_missing_roles(collaborations=[collaboration], roles=[current.role], today=today)


def end_roles_of(
    *, actor: User | None, contact: Contact, organisation: Organisation, day: date
) -> list[RoleAssignment]:
    """End every role for ``organisation`` of a contact who works elsewhere since ``day``; return the ended roles.

    A role that began later, or was to begin, is taken back to its first day. Part of moving a contact, whose permission
    holds.
    """
    with recording(actor, "collab.role_ended"):
        roles = RoleAssignment.objects.select_for_update(of=["self"]).filter(
            Q(ends_on=None) | Q(ends_on__gt=day), contact=contact, participation__organisation=organisation
        )
        ended = list(roles.select_related("participation__collaboration"))
        for role in ended:
            role.ends_on = max(day, role.starts_on)
            role.save(update_fields=["ends_on"])
        refresh_missing_roles(collaborations=[role.participation.collaboration for role in ended])
    return ended


def refresh_missing_roles(
    *,
    collaborations: Iterable[Collaboration] | None = None,
    roles: Collection[str] = tuple(MISSING_SINCE),
    today: date | None = None,
    dry_run: bool = False,
) -> int:
    """Correct ``lead_missing_since`` and ``decider_missing_since``; return the number of dates corrected.

    A role is missing on ``today`` while a collaboration has not ended and no active contact holds it, on any side.
    Without ``collaborations`` all are checked, which catches periods that ran out or began. Only the dates of ``roles``
    are corrected; others than lead and decider have none. A dry run only counts.
    """
    today = today or timezone.localdate()
    scope = Collaboration.objects.all()
    if collaborations is not None:
        scope = scope.filter(pk__in=[collaboration.pk for collaboration in collaborations])
    ended, day, made = Q(stage=Stage.ENDED), Value(today, output_field=DateField()), TruncDate(F("created_at"))
    # Missing since the last holder stopped or was deactivated; without any former holder, since the collaboration was
    # made. PostgreSQL's LEAST skips nulls: a role that only ended, or whose holder was only deactivated, counts with
    # that.
    stopped = Least("ends_on", TruncDate("contact__deactivated_at"), output_field=DateField())
    corrected = 0
    with recording(None, "collab.roles_refreshed"):
        for role, field in ((role, field) for role, field in MISSING_SINCE.items() if role in roles):
            there = RoleAssignment.objects.filter(participation__collaboration=OuterRef("pk"), role=role)
            held = Exists(there.current(today))
            filled = scope.filter(Q(**{f"{field}__isnull": False}) & (held | ended))
            missing = scope.filter(Q(**{field: None}) & ~held & ~ended)
            if dry_run:
                corrected += filled.count() + missing.count()
                continue
            started = there.filter(starts_on__lte=today).order_by()
            last = started.values("participation__collaboration").annotate(last=Max(stopped)).values("last")
            since = Least(Coalesce(Subquery(last), made, output_field=DateField()), day, output_field=DateField())
            corrected += filled.update(**{field: None}) + missing.update(**{field: since})
    return corrected


def _make_room(others: RoleAssignmentQuerySet, starts_on: date) -> None:
    for other in others:
        if other.starts_on > starts_on:
            raise ActionRefused(
                _("%(person)s takes over this role on %(day)s. Choose an end on or before that day.")
                % {"person": other.contact, "day": date_format(other.starts_on)},
                field="ends_on",
            )
        other.ends_on = starts_on
        other.save(update_fields=["ends_on"])
