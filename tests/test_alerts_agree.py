"""The page of a collaboration, the dashboard, the list, the page of a partner and the reminders agree.

Small worlds and days are drawn; every reader finds the same alerts in each of these places.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from assessments.actions import record_review
from assessments.models import EvaluationCycle
from assessments.organisation import due_with
from assessments.reminders import evaluations_due, reviews_due, rounds_stuck
from collab.actions import add_action_item
from collab.alerts.kinds import all_kinds
from collab.alerts.reading import alerts_of, needs
from collab.enums import RoleKind, Stage
from collab.models import ActionItem, Collaboration
from collab.reminders import overdue_actions
from notifications.models import RefusedAddress
from notifications.recipients import number_in
from partners.actions import deactivate_contact
from partners.models import Organisation
from portfolio.alerts import dashboard_alerts
from tests.clock import TODAY
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import closed_cycle, opened_cycle, planned_cycle
from tests.factories.collab import CollaborationFactory, ParticipationFactory, RoleAssignmentFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory
from tests.world import undone

pytestmark = pytest.mark.django_db


# Around every day on which something begins, ends or is told.
OFFSETS = (-60, -31, -30, -15, -14, -8, -7, -1, 0, 1, 2, 14, 15, 40)
FINDERS = {
    "evaluation_due": evaluations_due,
    "review_due": reviews_due,
    "round_stuck": rounds_stuck,
    "action_overdue": overdue_actions,
}

Told = set[tuple[str, int]]


@dataclass(frozen=True)
class Drawn:
    """One collaboration of a drawn world; days are counted from today."""

    stage: str
    due_in: int | None
    no_lead: bool
    no_decider: bool
    round: str
    round_in: int
    is_extra: bool
    partner_leaves: bool
    is_refused: bool
    joins_later: bool
    actions: list[tuple[int, str, str]]


WORLDS = st.lists(
    st.builds(
        Drawn,
        stage=st.sampled_from([Stage.ACTIVE, Stage.ACTIVE, Stage.ACTIVE, *Stage]),
        due_in=st.none() | st.sampled_from(OFFSETS),
        no_lead=st.booleans(),
        no_decider=st.booleans(),
        round=st.sampled_from(["", "planned", "open", "closed", "closed, next planned", "discussed"]),
        round_in=st.sampled_from(OFFSETS),
        is_extra=st.booleans(),
        partner_leaves=st.booleans(),
        is_refused=st.booleans(),
        joins_later=st.booleans(),
        actions=st.lists(
            st.tuples(
                st.sampled_from(OFFSETS),
                st.sampled_from(["shared", "internal"]),
                st.sampled_from(["ours", "theirs", "gone"]),
            ),
            max_size=2,
        ),
    ),
    min_size=1,
    # More alerts than a partner's page has room for would be left out there.
    max_size=2,
)


def made(drawn: Drawn, partner: Organisation, later: Organisation) -> Collaboration:
    """Return the collaboration as it was drawn."""
    collaboration = CollaborationFactory(stage=Stage.ACTIVE, partners=[partner])
    add_round(collaboration, drawn)
    if drawn.joins_later:
        ParticipationFactory(collaboration=collaboration, organisation=later)
    ours = collaboration.participations.get(organisation__is_host=True)
    lead = RoleAssignmentFactory(participation=ours, role=RoleKind.LEAD).contact
    if drawn.is_refused:
        RefusedAddress.objects.create(
            email=lead.email, recipient=f"contact:{lead.pk}", words="550", refused_at=timezone.now()
        )
    for number, (due_in, visibility, whose) in enumerate(drawn.actions):
        organisation = partner if whose == "theirs" else HostFactory()
        owner = ContactFactory(organisation=organisation)
        visibility = "shared" if whose == "theirs" else visibility
        details = {"title": f"Action {number}", "due_on": TODAY + timedelta(days=due_in), "visibility": visibility}
        add_action_item(actor=None, collaboration=collaboration, owner=owner, **details)
        if whose == "gone":
            deactivate_contact(actor=None, contact=owner)
    Collaboration.objects.filter(pk=collaboration.pk).update(
        stage=drawn.stage,
        next_evaluation_on=None if drawn.due_in is None else TODAY + timedelta(days=drawn.due_in),
        lead_missing_since=TODAY if drawn.no_lead else None,
        decider_missing_since=TODAY if drawn.no_decider else None,
    )
    return collaboration


def add_round(collaboration: Collaboration, drawn: Drawn) -> None:
    """Add the rounds that were drawn."""
    starts = TODAY + timedelta(days=drawn.round_in)
    if drawn.round.startswith("closed"):
        cycle = closed_cycle(collaboration, host=(4,), partner=(2,))
        closed_at = timezone.now() + timedelta(days=min(drawn.round_in, 0))
        days = {"opens_on": closed_at.date() - timedelta(days=9), "closes_on": closed_at.date()}
        EvaluationCycle.objects.filter(pk=cycle.pk).update(closed_at=closed_at, **days)
    if drawn.round == "discussed":
        cycle = closed_cycle(collaboration, host=(2,), partner=(2,), mode="open")
        after = {"held_on": TODAY, "outcome": "adjust", "next_evaluation_on": TODAY + timedelta(days=90)}
        record_review(actor=None, cycle=cycle, **after)
    if drawn.round.endswith("planned"):
        cycle = planned_cycle(collaboration, per_side=1, opens_on=starts)
        EvaluationCycle.objects.filter(pk=cycle.pk).update(is_extra=drawn.is_extra)
    if drawn.round == "open":
        cycle = opened_cycle(collaboration, per_side=1)
        EvaluationCycle.objects.filter(pk=cycle.pk).update(
            opens_on=TODAY - timedelta(days=70), closes_on=starts, is_extra=drawn.is_extra
        )
    if drawn.partner_leaves and drawn.round.endswith(("planned", "open")):
        for row in cycle.invitations.filter(party__is_host=False).select_related("contact"):
            deactivate_contact(actor=None, contact=row.contact)


def on_pages(collaborations: Iterable[Collaboration], user: User, day: date) -> Told:
    """Return the alerts on the pages of the collaborations: the kind, and the collaboration."""
    rows = Collaboration.objects.visible_to(user).with_people().with_agreements(user)
    return {
        (alert.code, row.pk)
        for row in rows.filter(pk__in=[row.pk for row in collaborations])
        for alert in alerts_of(row, user, day)
    }


def narrowed(user: User, day: date, need: str) -> set[int]:
    """Return the collaborations that the list finds to have a need; check their count."""
    client = Client()
    with time_machine.travel(f"{day}T12:00Z", tick=False):
        client.force_login(user)
        page = client.get(reverse("collab:collaboration-list"), {"needs": need}).context["page"]
    found = {row.collaboration.pk for row in page.object_list}
    assert page.paginator.count == len(found)
    return found


def reminded(mail: str, day: date) -> set[int]:
    """Return the collaborations about which a reminder is sent."""
    keys: dict[str, set[int]] = {}
    for reminder in FINDERS[mail](day):
        keys.setdefault(reminder.subject.partition(":")[0], set()).add(number_in(reminder.subject))
    cycles = EvaluationCycle.objects.filter(pk__in=keys.get("cycle", ()))
    items = ActionItem.objects.filter(pk__in=keys.get("action", ()))
    return keys.get("collaboration", set()).union(
        cycles.values_list("collaboration", flat=True), items.values_list("collaboration", flat=True)
    )


def of(told: Told, codes: Iterable[str]) -> set[int]:
    """Return the collaborations with an alert of one of these kinds."""
    return {key for code, key in told if code in set(codes)}


def check_reader(made_up: list[Collaboration], user: User, organisations: list[Organisation], day: date) -> None:
    """Compare the alerts that one reader finds on the pages, in the list and with the partners."""
    keys = [row.pk for row in made_up]
    told = on_pages(made_up, user, day)
    for need, _label in needs():
        codes = [kind.key for kind in all_kinds() if kind.need and kind.need.key == need]
        assert narrowed(user, day, need) & set(keys) == of(told, codes), need
    with_partner = {kind.key for kind in all_kinds() if kind.with_partner}
    names = dict(Collaboration.objects.values_list("name", "pk"))
    for organisation in organisations:
        due = {(row.code, names[row.where]) for row in due_with(organisation, user, day) if row.code}
        with_it = set(Collaboration.objects.of_organisation(organisation.pk).values_list("pk", flat=True))
        assert due == {(code, key) for code, key in told if code in with_partner and key in with_it}


@given(world=WORLDS, ahead=st.sampled_from([0, 0, 1, 3, 7, 8, 14, 30]))
# To shrink a world takes minutes; what was drawn is small already.
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_place_tells_of_the_same_alerts(world: list[Drawn], ahead: int) -> None:
    with undone():
        day = TODAY + timedelta(days=ahead)
        manager, coordinator, partner = ManagerFactory(), CoordinatorFactory(), PartnerUserFactory()
        later = OrganisationFactory(name="Came later")
        theirs = partner.contact.organisation
        collaborations = [made(drawn, theirs, later) for drawn in world]
        told = on_pages(collaborations, coordinator, day)
        assert on_pages(collaborations, manager, day) == told

        names = dict(Collaboration.objects.values_list("name", "pk"))
        on_dashboard = {kind.key for kind in all_kinds() if kind.dashboard}
        shown = {(alert.code, names[alert.name]) for alert in dashboard_alerts(manager, day)}
        assert shown == {(code, key) for code, key in told if code in on_dashboard}

        check_reader(collaborations, coordinator, [theirs, later], day)
        check_reader(collaborations, partner, [theirs], day)
        check_reminders(told, day)


def check_reminders(told: Told, day: date) -> None:
    """Compare the reminders with the pages: from the first step on there is a recipient."""
    for mail in FINDERS:
        kinds = [kind for kind in all_kinds() if kind.mail == mail]
        ripe = {
            row[2]
            for kind in kinds
            for row in kind.found(day, None)
            if row[1] + timedelta(days=kind.mail_steps[0].days) <= day
        }
        waiting = of(told, [kind.key for kind in kinds])
        found = reminded(mail, day)
        assert found <= waiting, mail
        if mail != "action_overdue":
            assert waiting & ripe == found, mail
    # Each action has an owner of its own who hears; where the owner is gone only a lead does.
    late = ActionItem.objects.overdue(day)
    late = late.exclude(pk__in=ActionItem.objects.ownerless())
    told_of = {number_in(reminder.subject) for reminder in overdue_actions(day)}
    assert set(late.values_list("pk", flat=True)) <= told_of


def test_only_what_the_page_alone_tells_gives_way_to_another_alert() -> None:
    giving_way = [kind for kind in all_kinds() if kind.gives_way_to]
    keys = {kind.key for kind in all_kinds()}
    assert {kind.key for kind in giving_way} == {"round_open", "round_planned"}
    for kind in giving_way:
        assert keys.issuperset(kind.gives_way_to)
        assert (kind.need, kind.dashboard, kind.with_partner, kind.mail) == (None, None, False, "")


def test_every_kind_of_mail_about_an_alert_is_found_by_one_finder() -> None:
    assert {kind.mail for kind in all_kinds() if kind.mail} == set(FINDERS)
    assert all(kind.mail_steps for kind in all_kinds() if kind.mail)
