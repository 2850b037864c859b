import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from collab.actions import assign_role, change_stage, end_role, refresh_missing_roles
from collab.actions.roles import MISSING_SINCE
from collab.enums import RoleKind, Stage
from collab.models import Collaboration, Participation, RoleAssignment
from common.actions import ActionRefused
from common.constraints import refusing_violations
from partners.actions import deactivate_contact, reactivate_contact, sync_colleague_contact
from partners.models import Contact
from partners.signals import contact_deactivated
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.collab import CollaborationFactory, ParticipationFactory, RoleAssignmentFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

JANUARY, MARCH, MAY, TODAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 15)


def assign(participation: Participation, role: str, starts_on: date, **fields: object) -> RoleAssignment:
    contact = fields.pop("contact", None) or ContactFactory(organisation=participation.organisation)
    return assign_role(
        actor=None,
        participation=participation,
        contact=contact,
        role=role,
        starts_on=starts_on,
        today=TODAY,
        **fields,
    )


def periods(participation: Participation, role: str) -> list[tuple[date, date | None]]:
    return list(participation.roles.filter(role=role).order_by("pk").values_list("starts_on", "ends_on"))


def deactivate(contact: Contact, on: date) -> None:
    contact.deactivated_at = timezone.make_aware(timezone.datetime(on.year, on.month, on.day, 12))
    contact.save()


@pytest.fixture
def participation() -> Participation:
    return ParticipationFactory(collaboration=CollaborationFactory())


@pytest.mark.parametrize("role", [RoleKind.DECIDER, RoleKind.LEAD])
def test_a_new_holder_takes_over_on_the_first_day(participation: Participation, role: str) -> None:
    assign(participation, role, JANUARY)
    assign(participation, role, MARCH)

    assert periods(participation, role) == [(JANUARY, MARCH), (MARCH, None)]


def test_a_holder_of_the_same_day_gives_way(participation: Participation) -> None:
    assign(participation, RoleKind.LEAD, MARCH)
    assign(participation, RoleKind.LEAD, MARCH)

    assert periods(participation, RoleKind.LEAD) == [(MARCH, MARCH), (MARCH, None)]


def test_an_earlier_holder_fits_before_the_present_one(participation: Participation) -> None:
    assign(participation, RoleKind.LEAD, MARCH)
    assign(participation, RoleKind.LEAD, JANUARY, ends_on=MARCH)

    assert periods(participation, RoleKind.LEAD) == [(MARCH, None), (JANUARY, MARCH)]


def test_a_period_that_runs_into_a_later_one_is_refused(participation: Participation) -> None:
    successor = assign(participation, RoleKind.LEAD, MARCH)

    with pytest.raises(ActionRefused) as refusal:
        assign(participation, RoleKind.LEAD, JANUARY)

    assert refusal.value.field == "ends_on"
    assert successor.contact.name in refusal.value.message
    assert periods(participation, RoleKind.LEAD) == [(MARCH, None)]


@pytest.mark.parametrize("role", [RoleKind.DESIGNER, RoleKind.STAKEHOLDER])
def test_others_keep_a_role_that_many_hold(participation: Participation, role: str) -> None:
    assign(participation, role, JANUARY)
    assign(participation, role, MARCH)

    assert periods(participation, role) == [(JANUARY, None), (MARCH, None)]


@pytest.mark.parametrize("role", RoleKind.values)
def test_nobody_has_the_same_role_twice(participation: Participation, role: str) -> None:
    first = assign(participation, role, JANUARY)

    with pytest.raises(ActionRefused) as refusal:
        assign(participation, role, MARCH, contact=first.contact)

    assert refusal.value.field == "contact"
    assert periods(participation, role) == [(JANUARY, None)]


def test_a_contact_of_another_organisation_is_refused(participation: Participation) -> None:
    with pytest.raises(ActionRefused) as refusal:
        assign(participation, RoleKind.LEAD, JANUARY, contact=ContactFactory())

    assert refusal.value.field == "contact"


def test_a_deactivated_contact_is_refused(participation: Participation) -> None:
    contact = ContactFactory(organisation=participation.organisation)
    deactivate(contact, JANUARY)

    with pytest.raises(ActionRefused) as refusal:
        assign(participation, RoleKind.LEAD, MARCH, contact=contact)

    assert refusal.value.field == "contact"


def test_an_end_on_or_before_the_start_is_refused(participation: Participation) -> None:
    with pytest.raises(ActionRefused) as refusal:
        assign(participation, RoleKind.DESIGNER, MARCH, ends_on=MARCH)

    assert refusal.value.field == "ends_on"


def test_a_role_ends_on_the_first_day_without_it(participation: Participation) -> None:
    lead = assign(participation, RoleKind.LEAD, JANUARY)
    end_role(actor=None, assignment=lead, ends_on=MAY, today=TODAY)

    assert periods(participation, RoleKind.LEAD) == [(JANUARY, MAY)]


def test_a_role_that_ended_cannot_end_again(participation: Participation) -> None:
    lead = assign(participation, RoleKind.LEAD, JANUARY)
    end_role(actor=None, assignment=lead, ends_on=MAY, today=TODAY)

    with pytest.raises(ActionRefused):
        end_role(actor=None, assignment=lead, ends_on=MARCH, today=TODAY)
    assert periods(participation, RoleKind.LEAD) == [(JANUARY, MAY)]


def test_a_role_cannot_be_ended_before_it_began(participation: Participation) -> None:
    lead = assign(participation, RoleKind.LEAD, MARCH)

    with pytest.raises(ActionRefused) as refusal:
        end_role(actor=None, assignment=lead, ends_on=JANUARY, today=TODAY)

    assert refusal.value.field == "ends_on"


def test_an_end_that_was_agreed_on_can_be_moved(participation: Participation) -> None:
    lead = assign(participation, RoleKind.LEAD, JANUARY, ends_on=date(2026, 12, 1))
    end_role(actor=None, assignment=lead, ends_on=TODAY, today=TODAY)

    assert periods(participation, RoleKind.LEAD) == [(JANUARY, TODAY)]


def test_managers_do_not_assign_roles(participation: Participation) -> None:
    contact = ContactFactory(organisation=participation.organisation)
    with pytest.raises(PermissionDenied):
        assign_role(
            actor=ManagerFactory(), participation=participation, contact=contact, role=RoleKind.LEAD, starts_on=MARCH
        )


class TestMissingRoles:
    """``lead_missing_since`` and ``decider_missing_since`` follow the roles."""

    @staticmethod
    def missing(collaboration: Collaboration) -> tuple[date | None, date | None]:
        collaboration.refresh_from_db()
        return collaboration.lead_missing_since, collaboration.decider_missing_since

    def test_a_collaboration_misses_both_until_they_are_filled(self, participation: Participation) -> None:
        collaboration = participation.collaboration
        refresh_missing_roles(collaborations=[collaboration], today=TODAY)
        assert self.missing(collaboration) == (TODAY, TODAY)

        assign(participation, RoleKind.LEAD, JANUARY)
        assert self.missing(collaboration) == (None, TODAY)

        assign(participation, RoleKind.DECIDER, JANUARY)
        assert self.missing(collaboration) == (None, None)

    def test_it_is_missing_since_the_last_holder_stopped(self, participation: Participation) -> None:
        lead = assign(participation, RoleKind.LEAD, JANUARY)
        end_role(actor=None, assignment=lead, ends_on=MAY, today=TODAY)

        assert self.missing(participation.collaboration)[0] == MAY

    def test_a_holder_of_any_side_will_do(self, participation: Participation) -> None:
        lead = assign(participation, RoleKind.LEAD, JANUARY)
        host = participation.collaboration.participations.get(organisation=HostFactory())
        assign(host, RoleKind.LEAD, JANUARY)
        end_role(actor=None, assignment=lead, ends_on=MAY, today=TODAY)

        assert self.missing(participation.collaboration)[0] is None

    def test_a_deactivated_holder_counts_as_missing_since_that_day(self, participation: Participation) -> None:
        lead = assign(participation, RoleKind.LEAD, JANUARY)
        deactivate(lead.contact, MAY)
        contact_deactivated.send(sender=Contact, contact=lead.contact, actor=None)

        assert self.missing(participation.collaboration)[0] == MAY
        assert periods(participation, RoleKind.LEAD) == [(JANUARY, None)]

    def test_a_holder_who_is_back_counts_at_once(self, participation: Participation) -> None:
        lead = assign(participation, RoleKind.LEAD, JANUARY)
        deactivate_contact(actor=None, contact=lead.contact)
        assert self.missing(participation.collaboration)[0] is not None
        reactivate_contact(actor=None, contact=lead.contact)
        assert self.missing(participation.collaboration)[0] is None

    def test_a_colleague_who_is_back_counts_at_once(self) -> None:
        participation = CollaborationFactory().participations.get()
        user = CoordinatorFactory()
        lead = sync_colleague_contact(user=user)
        assign(participation, RoleKind.LEAD, JANUARY, contact=lead)
        for is_active in (False, True):
            user.is_active = is_active
            sync_colleague_contact(user=user)
            assert (self.missing(participation.collaboration)[0] is None) == is_active

    def test_a_holder_yet_to_come_does_not_count(self, participation: Participation) -> None:
        assign(participation, RoleKind.LEAD, TODAY + timedelta(days=1))

        assert self.missing(participation.collaboration)[0] is not None

    def test_an_ended_collaboration_misses_nobody(self, participation: Participation) -> None:
        decider = assign(participation, RoleKind.DECIDER, JANUARY)
        change_stage(
            actor=None,
            collaboration=participation.collaboration,
            to=Stage.ENDED,
            decided_by=decider.contact,
            why="The money stopped.",
            lessons="Ask sooner.",
            today=TODAY,
        )

        assert self.missing(participation.collaboration) == (None, None)

    def test_the_daily_round_notices_a_period_that_ran_out(self, participation: Participation) -> None:
        assign(participation, RoleKind.LEAD, JANUARY, ends_on=TODAY)
        assign(participation, RoleKind.DECIDER, JANUARY)
        before = TODAY - timedelta(days=1)
        refresh_missing_roles(today=before)
        assert self.missing(participation.collaboration) == (None, None)

        assert refresh_missing_roles(today=TODAY, dry_run=True) == 1
        assert self.missing(participation.collaboration) == (None, None)
        assert refresh_missing_roles(today=TODAY) == 1
        assert self.missing(participation.collaboration) == (TODAY, None)
        assert refresh_missing_roles(today=TODAY) == 0

    def test_the_daily_round_notices_a_period_that_began(self, participation: Participation) -> None:
        assign(participation, RoleKind.LEAD, TODAY)
        refresh_missing_roles(today=TODAY - timedelta(days=1))
        assert self.missing(participation.collaboration)[0] is not None

        refresh_missing_roles(today=TODAY)
        assert self.missing(participation.collaboration)[0] is None

    def test_the_day_does_not_move_while_nobody_comes(self, participation: Participation) -> None:
        lead = assign(participation, RoleKind.LEAD, JANUARY)
        end_role(actor=None, assignment=lead, ends_on=MARCH, today=TODAY)
        refresh_missing_roles(collaborations=[participation.collaboration], today=TODAY + timedelta(days=30))

        assert self.missing(participation.collaboration)[0] == MARCH

    def test_only_the_two_roles_that_one_person_holds_can_be_missing(self) -> None:
        assert set(MISSING_SINCE) == {RoleKind.LEAD, RoleKind.DECIDER}


def in_two_threads(act: Callable[[int], object]) -> list[object]:
    """Carry out the same action at the same moment by two people; return both outcomes."""
    outcomes: list[object] = [None, None]
    start = threading.Barrier(2)

    def run(number: int) -> None:
        try:
            start.wait(timeout=10)
            outcomes[number] = act(number)
        except ActionRefused as refusal:
            outcomes[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return outcomes


@pytest.mark.parametrize("ends_on", [None, MARCH, MAY], ids=["open", "nothing of it", "until May"])
@pytest.mark.parametrize(
    "day",
    [MARCH - timedelta(days=1), MARCH, MAY - timedelta(days=1), MAY],
    ids=["day before", "first day", "last day", "day after"],
)
def test_role_is_held_from_its_first_day_until_its_end(day: date, ends_on: date | None) -> None:
    role = RoleAssignmentFactory(starts_on=MARCH, ends_on=ends_on)
    is_held = day >= MARCH and (ends_on is None or day < ends_on)
    assert role.is_current(day) == is_held
    assert RoleAssignment.objects.current(day).exists() == is_held


@pytest.mark.django_db(transaction=True)
def test_two_people_who_name_a_lead_at_the_same_moment_leave_one() -> None:
    participation = ParticipationFactory(collaboration=CollaborationFactory())
    contacts = [ContactFactory(organisation=participation.organisation) for _ in range(2)]
    actor = CoordinatorFactory()

    outcomes = in_two_threads(
        lambda number: assign_role(
            actor=actor,
            participation=Participation.objects.get(pk=participation.pk),
            contact=contacts[number],
            role=RoleKind.LEAD,
            starts_on=MARCH,
            today=TODAY,
        )
    )

    assert [type(outcome) for outcome in outcomes] == [RoleAssignment, RoleAssignment]
    assert set(periods(participation, RoleKind.LEAD)) == {(MARCH, MARCH), (MARCH, None)}
    assert RoleAssignment.objects.current(TODAY).filter(participation=participation).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_the_database_stops_comes_back_in_words() -> None:
    """Leave out the lock of the action, so that the constraint refuses."""
    lead = RoleAssignmentFactory(participation=ParticipationFactory(organisation=OrganisationFactory()))

    with pytest.raises(ActionRefused) as refusal, refusing_violations(RoleAssignment, field="starts_on"):
        RoleAssignmentFactory(participation=lead.participation)

    assert refusal.value.field == "starts_on"
    assert refusal.value.message == "This organisation has somebody in this role in that period."
