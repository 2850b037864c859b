"""A planned round that cannot open is overdue work: the people who can help are mailed the reason."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from assessments.actions import cancel_cycle, change_cycle, open_cycle
from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle
from assessments.obstacles import obstacles
from assessments.organisation import due_with
from assessments.reminders import evaluations_due, rounds_stuck
from assessments.tasks import open_due_cycles
from collab.actions import add_participation
from collab.alerts.reading import alerts_of, needing
from collab.enums import RoleKind
from collab.models import Collaboration
from common.actions import ActionRefused
from notifications.models import OutgoingMail
from notifications.reminders import send_due, send_due_by_kind
from partners.actions import deactivate_contact
from portfolio.alerts import dashboard_alerts
from tests.clock import TODAY
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import collaboration_with, people, planned_cycle
from tests.factories.collab import RoleAssignmentFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


def partner_leaves(cycle: EvaluationCycle) -> None:
    for row in cycle.invitations.filter(party__is_host=False).select_related("contact"):
        deactivate_contact(actor=None, contact=row.contact)


def our_side_loses_its_addresses(cycle: EvaluationCycle) -> None:
    for row in cycle.invitations.filter(party__is_host=True).select_related("contact"):
        row.contact.email = ""
        row.contact.save()


def another_partner_comes(cycle: EvaluationCycle) -> None:
    add_participation(actor=None, collaboration=cycle.collaboration, organisation=OrganisationFactory(name="Third"))


def partner_goes(cycle: EvaluationCycle) -> None:
    cycle.collaboration.participations.filter(organisation__is_host=False).delete()


def jobs_stood_still(cycle: EvaluationCycle) -> None:
    EvaluationCycle.objects.filter(pk=cycle.pk).update(
        opens_on=TODAY - timedelta(days=9), closes_on=TODAY - timedelta(1)
    )


REASONS: dict[str, tuple[Callable[[EvaluationCycle], None], list[str], str]] = {
    "nobody left": (partner_leaves, ["silent"], "Nobody at Gemeente Noord can be asked any more."),
    "no addresses": (our_side_loses_its_addresses, ["silent"], "can be asked any more."),
    "a side came": (another_partner_comes, ["silent"], "Nobody at Third can be asked any more."),
    "no partner": (partner_goes, ["alone"], "No partner takes part any more."),
    "too late": (jobs_stood_still, ["past"], "is past."),
}


def stuck_cycle(happens: Callable[[EvaluationCycle], None] = partner_leaves, opens_on: date = TODAY) -> EvaluationCycle:
    cycle = planned_cycle(per_side=1, opens_on=opens_on)
    happens(cycle)
    cycle.refresh_from_db()
    return cycle


def page_of(cycle: EvaluationCycle, user: User, today: date = TODAY) -> list[tuple[str, str, str]]:
    rows = Collaboration.objects.with_people().with_agreements(user)
    with translation.override("en"):
        found = alerts_of(rows.get(pk=cycle.collaboration_id), user, today)
    return [(row.code, row.tone, row.message) for row in found if row.code.startswith(("round", "evaluation"))]


@pytest.mark.parametrize("reason", REASONS)
def test_reason_is_the_same_for_the_action_the_page_and_the_mail(reason: str, client: Client) -> None:
    happens, codes, words = REASONS[reason]
    cycle, coordinator = stuck_cycle(happens), CoordinatorFactory(language="en")
    EvaluationCycle.objects.filter(pk=cycle.pk).update(planned_by=coordinator)

    assert [found.code for found in obstacles(cycle, TODAY)] == codes
    with translation.override("en"), pytest.raises(ActionRefused) as refused:
        open_cycle(actor=None, cycle=cycle, today=TODAY)
    assert words in refused.value.message
    assert open_due_cycles(TODAY, False) == 0

    ((code, tone, message),) = page_of(cycle, coordinator)
    assert (code, tone) == ("round_stuck", "act")
    assert words in message

    assert send_due(TODAY) == 1
    mail = OutgoingMail.objects.get(kind="round_stuck")
    assert mail.to_email == coordinator.email
    assert words in mail.body_text
    assert words in mail.body_html

    client.force_login(coordinator)
    assert words in client.get(reverse("assessments:cycle-detail", args=[cycle.pk])).content.decode()
    with translation.override("en"):
        ((name, text),) = [(row.name, row.text) for row in dashboard_alerts(coordinator, TODAY) if "opened" in row.text]
    assert name == cycle.collaboration.name
    assert words in text


def test_round_that_can_open_is_not_stuck_on_its_day_and_is_the_day_after() -> None:
    cycle, coordinator = planned_cycle(per_side=1, opens_on=TODAY), CoordinatorFactory()
    assert list(rounds_stuck(TODAY)) == []
    assert page_of(cycle, coordinator)[0][:2] == ("round_planned", "quiet")
    tomorrow = TODAY + timedelta(days=1)
    (reminder,) = rounds_stuck(tomorrow)
    assert [found.code for found in reminder.context["reasons"]] == ["not_run"]
    assert page_of(cycle, coordinator, tomorrow)[0][:2] == ("round_stuck", "act")


def test_page_warns_of_a_round_that_could_not_open_on_a_day_to_come() -> None:
    cycle = stuck_cycle(opens_on=TODAY + timedelta(days=5))
    assert page_of(cycle, CoordinatorFactory())[0][:2] == ("round_blocked", "act")
    assert list(rounds_stuck(TODAY)) == []


def heard(day: date) -> list[tuple[str, str]]:
    return [(row.recipient.email, row.occurrence.partition("/")[2]) for row in rounds_stuck(day)]


def test_mail_goes_to_who_planned_it_and_up_as_for_an_overdue_evaluation() -> None:
    cycle, planner, manager = stuck_cycle(), CoordinatorFactory(), ManagerFactory()
    EvaluationCycle.objects.update(planned_by=planner)
    ours = cycle.collaboration.participations.get(organisation=HostFactory())
    lead, decider = (
        RoleAssignmentFactory(participation=ours, role=role).contact.email for role in (RoleKind.LEAD, RoleKind.DECIDER)
    )
    first = (planner.email, "+0")
    assert heard(TODAY) == heard(TODAY + timedelta(days=6)) == [first]
    assert heard(TODAY + timedelta(days=7)) == [first, (lead, "+7")]
    assert heard(TODAY + timedelta(days=14)) == [first, (lead, "+7"), (decider, "+14")]
    assert heard(TODAY + timedelta(days=30)) == [first, (lead, "+7"), (decider, "+14"), (manager.email, "+30")]


@pytest.mark.parametrize("gone", ["never known", "switched off", "no colleague any more"])
def test_without_who_planned_it_the_lead_hears_and_without_a_lead_the_coordinators(gone: str) -> None:
    cycle = stuck_cycle()
    planner = {
        "never known": lambda: None,
        "switched off": lambda: CoordinatorFactory(is_active=False),
        "no colleague any more": PartnerUserFactory,
    }[gone]()
    EvaluationCycle.objects.update(planned_by=planner)
    coordinator = CoordinatorFactory()
    theirs = cycle.collaboration.participations.get(organisation__is_host=False)
    RoleAssignmentFactory(participation=theirs)
    assert heard(TODAY) == [(coordinator.email, "+0")]
    lead = RoleAssignmentFactory(participation=cycle.collaboration.participations.get(organisation=HostFactory()))
    assert heard(TODAY) == [(lead.contact.email, "+0")]


def test_mended_round_opens_by_itself_and_is_not_brought_up_again() -> None:
    cycle = stuck_cycle()
    CoordinatorFactory()
    contacts = [row.contact for row in cycle.invitations.filter(party__is_host=True).select_related("contact")]
    contacts += people(cycle.parties.get(is_host=False).organisation, 1)
    change_cycle(
        actor=None, cycle=cycle, opens_on=TODAY, closes_on=TODAY + timedelta(5), contacts=contacts, mode=cycle.mode
    )
    assert open_due_cycles(TODAY, False) == 1
    assert list(rounds_stuck(TODAY + timedelta(days=1))) == []


def test_lists_and_panel_find_it_and_a_partner_does_not_hear_of_it() -> None:
    partner, coordinator = PartnerUserFactory(), CoordinatorFactory()
    collaboration = collaboration_with(partner.contact.organisation)
    planned_cycle(collaboration, per_side=1, opens_on=TODAY - timedelta(days=2))

    def needs(user: User) -> list[Collaboration]:
        return list(needing("evaluation", Collaboration.objects.visible_to(user), user, TODAY))

    assert (needs(coordinator), needs(partner)) == ([collaboration], [])
    theirs = collaboration.participations.get(organisation__is_host=False).organisation
    assert [row.where for row in due_with(theirs, coordinator, TODAY)] == [collaboration.name]
    assert due_with(theirs, partner, TODAY) == []


@pytest.mark.parametrize(
    ("due_in", "opens_in", "is_extra", "answers"),
    [
        (0, 3, False, True),
        (0, 30, False, True),
        (0, 31, False, False),
        (0, 200, False, False),
        (0, 3, True, False),
        (5, 35, False, True),
        (5, 36, False, False),
        (-40, 14, False, True),
        (-40, 15, False, False),
        (-40, 200, False, False),
        (-3, 20, False, True),
    ],
)
def test_planned_round_answers_the_date_only_when_it_is_near(
    due_in: int, opens_in: int, is_extra: bool, answers: bool
) -> None:
    collaboration, coordinator = collaboration_with(), CoordinatorFactory()
    on = TODAY + timedelta(days=due_in)
    Collaboration.objects.filter(pk=collaboration.pk).update(next_evaluation_on=on)
    cycle = planned_cycle(collaboration, per_side=1, opens_on=TODAY + timedelta(days=opens_in))
    EvaluationCycle.objects.update(is_extra=is_extra)

    assert (list(evaluations_due(TODAY)) == []) is answers
    ((code, tone, _message),) = page_of(cycle, coordinator)
    assert code == ("round_planned" if answers else "evaluation_overdue" if due_in < 0 else "evaluation_soon")
    assert tone == ("quiet" if answers else "act" if due_in < 0 else "discuss")
    if due_in < 0:
        assert (dashboard_alerts(coordinator, TODAY) == []) is answers
    rows = Collaboration.objects.all()
    assert (list(needing("evaluation", rows, coordinator, TODAY)) == []) is answers


def test_escalation_goes_on_beside_a_round_planned_far_away() -> None:
    collaboration, manager = collaboration_with(), ManagerFactory()
    Collaboration.objects.filter(pk=collaboration.pk).update(next_evaluation_on=TODAY)
    for participation in collaboration.participations.all():
        for role in (RoleKind.LEAD, RoleKind.DECIDER):
            RoleAssignmentFactory(participation=participation, role=role)
    planned_cycle(collaboration, per_side=1, opens_on=TODAY + timedelta(days=180))
    sent = [send_due_by_kind(TODAY + timedelta(days=day))["evaluation_due"] for day in range(40)]
    assert {day: count for day, count in enumerate(sent) if count} == {0: 1, 7: 1, 14: 1, 30: 1}
    assert OutgoingMail.objects.filter(to_email=manager.email).count() == 1


def test_planning_leads_to_the_round_that_is_there(client: Client) -> None:
    cycle = planned_cycle(per_side=1)
    client.force_login(CoordinatorFactory())
    response = client.get(reverse("assessments:cycle-plan", args=[cycle.collaboration_id]))
    assert response["Location"] == reverse("assessments:cycle-detail", args=[cycle.pk])
    cancel_cycle(actor=None, cycle=cycle)
    assert client.get(reverse("assessments:cycle-plan", args=[cycle.collaboration_id])).status_code == 200


def test_paused_collaboration_opens_nothing_and_says_nothing() -> None:
    cycle = planned_cycle(per_side=1, opens_on=TODAY)
    Collaboration.objects.update(stage="paused")
    assert open_due_cycles(TODAY, False) == 0
    assert list(rounds_stuck(TODAY + timedelta(days=60))) == []
    assert [code for code, _tone, _message in page_of(cycle, CoordinatorFactory(), TODAY + timedelta(60))] == [
        "round_planned"
    ]
    Collaboration.objects.update(stage="active")
    assert open_due_cycles(TODAY + timedelta(days=2), False) == 1
    assert EvaluationCycle.objects.get().status == CycleStatus.OPEN
