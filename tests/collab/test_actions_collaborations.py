from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from collab.actions import (
    add_participation,
    change_collaboration,
    change_participation,
    plan_next_evaluation,
    record_evaluation_opened,
    remove_participation,
    start_collaboration,
)
from collab.enums import Stage
from collab.models import Collaboration, Participation
from collab.signals import participation_leaves
from common.actions import ActionRefused
from common.edits import Seen
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.collab import (
    ActionItemFactory,
    CollaborationFactory,
    DecisionFactory,
    ParticipationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


def text_of(collaboration: Collaboration, **changes: object) -> dict[str, object]:
    """Return the arguments of ``change_collaboration``, as stored except for the ``changes``."""
    fields = (
        "name",
        "purpose",
        "people_served",
        "shared_goal",
        "starts_on",
        "ends_on",
        "is_important",
        "evaluation_interval_months",
    )
    return {name: getattr(collaboration, name) for name in fields} | changes


class TestStarting:
    def test_the_host_always_takes_part(self) -> None:
        host, partner = HostFactory(), OrganisationFactory()

        collaboration = start_collaboration(
            actor=CoordinatorFactory(), name=" Reading together ", partners=[partner], today=TODAY
        )

        assert collaboration.name == "Reading together"
        assert collaboration.stage == Stage.EXPLORING
        assert [part.organisation for part in collaboration.participations.all()] == [host, partner]
        assert (collaboration.lead_missing_since, collaboration.decider_missing_since) == (TODAY, TODAY)

    def test_an_organisation_that_is_named_twice_takes_part_once(self) -> None:
        host, partner = HostFactory(), OrganisationFactory()

        collaboration = start_collaboration(actor=None, name="A", partners=[partner, host, partner])

        assert [part.organisation for part in collaboration.participations.all()] == [host, partner]

    def test_a_first_evaluation_is_the_anchor(self) -> None:
        HostFactory()
        on = date(2027, 1, 31)

        collaboration = start_collaboration(actor=None, name="A", partners=[], next_evaluation_on=on)

        assert (collaboration.next_evaluation_on, collaboration.evaluation_anchor_on) == (on, on)

    def test_a_name_of_blanks_is_refused(self) -> None:
        HostFactory()

        with pytest.raises(ActionRefused) as refusal:
            start_collaboration(actor=None, name="  ", partners=[])

        assert refusal.value.field == "name"
        assert not Collaboration.objects.exists()

    def test_an_end_before_the_start_is_refused_and_leaves_nothing(self) -> None:
        HostFactory()

        with pytest.raises(ActionRefused) as refusal:
            start_collaboration(actor=None, name="A", partners=[], starts_on=TODAY, ends_on=TODAY - timedelta(days=1))

        assert refusal.value.field == "ends_on"
        assert not Collaboration.objects.exists()

    def test_without_a_host_nothing_starts(self) -> None:
        with pytest.raises(ActionRefused):
            start_collaboration(actor=None, name="A", partners=[])

    @pytest.mark.parametrize("factory", [ManagerFactory, PartnerUserFactory])
    def test_only_coordinators_and_administrators_start(self, factory: type[CoordinatorFactory]) -> None:
        HostFactory()

        with pytest.raises(PermissionDenied):
            start_collaboration(actor=factory(), name="A", partners=[])


class TestChanging:
    def test_what_is_written_changes(self) -> None:
        collaboration = CollaborationFactory()

        change_collaboration(
            actor=AdministratorFactory(),
            collaboration=collaboration,
            **text_of(collaboration, name="New name", shared_goal="New goal", is_important=True),
        )

        collaboration.refresh_from_db()
        assert (collaboration.name, collaboration.shared_goal) == ("New name", "New goal")
        assert collaboration.is_important
        assert collaboration.search_text == "new name new goal"

    def test_somebody_who_was_overtaken_is_refused(self) -> None:
        collaboration = CollaborationFactory(name="First")
        seen = Seen.of(text_of(collaboration))
        change_collaboration(
            actor=None, collaboration=collaboration, seen=seen, **text_of(collaboration, name="Second")
        )

        with pytest.raises(ActionRefused) as refusal:
            change_collaboration(
                actor=None, collaboration=collaboration, seen=seen, **text_of(collaboration, name="Third")
            )

        assert refusal.value.field == "name"
        collaboration.refresh_from_db()
        assert collaboration.name == "Second"

    def test_a_new_day_for_the_evaluation_does_not_overtake_anybody(self) -> None:
        collaboration = CollaborationFactory(name="First")
        plan_next_evaluation(actor=None, collaboration=collaboration, on=TODAY)

        change_collaboration(
            actor=None,
            collaboration=collaboration,
            **text_of(collaboration, name="Second"),
        )

        collaboration.refresh_from_db()
        assert (collaboration.name, collaboration.next_evaluation_on) == ("Second", TODAY)

    @pytest.mark.parametrize("changes", [{"name": " "}, {"starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}])
    def test_what_cannot_be_is_refused(self, changes: dict[str, object]) -> None:
        collaboration = CollaborationFactory(name="First")

        with pytest.raises(ActionRefused) as refusal:
            change_collaboration(
                actor=None,
                collaboration=collaboration,
                **text_of(collaboration, **changes),
            )

        assert refusal.value.field in changes
        collaboration.refresh_from_db()
        assert (collaboration.name, collaboration.ends_on) == ("First", None)

    def test_managers_do_not_keep_the_records(self) -> None:
        collaboration = CollaborationFactory()

        with pytest.raises(PermissionDenied):
            change_collaboration(
                actor=ManagerFactory(),
                collaboration=collaboration,
                **text_of(collaboration),
            )


class TestParticipations:
    def test_an_organisation_joins(self) -> None:
        collaboration, organisation = CollaborationFactory(), OrganisationFactory()

        part = add_participation(
            actor=CoordinatorFactory(), collaboration=collaboration, organisation=organisation, goal="Reach more people"
        )

        assert (part.organisation, part.goal) == (organisation, "Reach more people")

    def test_an_organisation_does_not_join_twice(self) -> None:
        part = ParticipationFactory()

        with pytest.raises(ActionRefused) as refusal:
            add_participation(actor=None, collaboration=part.collaboration, organisation=part.organisation)

        assert refusal.value.field == "organisation"
        assert refusal.value.message == "This organisation already takes part."

    def test_nobody_joins_what_has_ended(self) -> None:
        with pytest.raises(ActionRefused):
            add_participation(
                actor=None, collaboration=CollaborationFactory(stage=Stage.ENDED), organisation=OrganisationFactory()
            )

    def test_an_organisation_writes_its_own_goal(self) -> None:
        user = PartnerUserFactory()
        part = ParticipationFactory(organisation=user.contact.organisation)

        change_participation(actor=user, participation=part, goal="Ours", motive="Why", contribution="What")

        part.refresh_from_db()
        assert (part.goal, part.motive, part.contribution) == ("Ours", "Why", "What")

    def test_an_organisation_does_not_write_for_another(self) -> None:
        user = PartnerUserFactory()
        own = ParticipationFactory(organisation=user.contact.organisation)
        other = ParticipationFactory(collaboration=own.collaboration)

        with pytest.raises(PermissionDenied):
            change_participation(actor=user, participation=other, goal="", motive="", contribution="")

    def test_a_mistake_is_taken_off(self) -> None:
        part = ParticipationFactory()
        remove_participation(actor=CoordinatorFactory(), participation=part)

        assert not Participation.objects.filter(pk=part.pk).exists()

    def test_the_host_stays(self) -> None:
        host = CollaborationFactory().participations.get()

        with pytest.raises(ActionRefused):
            remove_participation(actor=None, participation=host)

    @pytest.mark.parametrize("trace", ["role", "action", "decision"])
    def test_traces_stay_on_record(self, trace: str) -> None:
        part = ParticipationFactory()
        contact = ContactFactory(organisation=part.organisation)
        if trace == "role":
            RoleAssignmentFactory(participation=part, contact=contact)
        elif trace == "action":
            ActionItemFactory(collaboration=part.collaboration, owner=contact)
        else:
            DecisionFactory(collaboration=part.collaboration, decided_by=contact)

        with pytest.raises(ActionRefused):
            remove_participation(actor=None, participation=part)
        assert Participation.objects.filter(pk=part.pk).exists()

    def test_other_apps_can_refuse(self) -> None:
        part = ParticipationFactory()

        def refuse(sender: type[Participation], participation: Participation, **kwargs: object) -> None:
            raise ActionRefused(f"{participation.organisation} has answered.")

        participation_leaves.connect(refuse)
        try:
            with pytest.raises(ActionRefused, match="has answered"):
                remove_participation(actor=None, participation=part)
        finally:
            participation_leaves.disconnect(refuse)
        assert Participation.objects.filter(pk=part.pk).exists()


class TestEvaluationDates:
    """The series of evaluation dates, which keeps its anchor."""

    @staticmethod
    def dates(collaboration: Collaboration) -> tuple[date | None, date | None]:
        collaboration.refresh_from_db()
        return collaboration.evaluation_anchor_on, collaboration.next_evaluation_on

    def test_the_31st_comes_back_after_february(self) -> None:
        collaboration = CollaborationFactory(evaluation_interval_months=1)
        anchor = date(2026, 1, 31)
        plan_next_evaluation(actor=None, collaboration=collaboration, on=anchor)

        seen = []
        for _ in range(3):
            collaboration.refresh_from_db()
            record_evaluation_opened(collaboration=collaboration, today=collaboration.next_evaluation_on)
            seen.append(self.dates(collaboration))

        assert seen == [
            (anchor, date(2026, 2, 28)),
            (anchor, date(2026, 3, 31)),
            (anchor, date(2026, 4, 30)),
        ]

    def test_an_overdue_date_slides_when_the_evaluation_opens(self) -> None:
        collaboration = CollaborationFactory(evaluation_interval_months=6)
        plan_next_evaluation(actor=None, collaboration=collaboration, on=date(2025, 1, 31))

        record_evaluation_opened(collaboration=collaboration, today=date(2026, 3, 10))

        assert self.dates(collaboration) == (date(2025, 1, 31), date(2026, 7, 31))

    def test_an_evaluation_that_opens_early_counts_for_the_date_that_was_due(self) -> None:
        collaboration = CollaborationFactory(evaluation_interval_months=12)
        plan_next_evaluation(actor=None, collaboration=collaboration, on=date(2026, 6, 30))

        record_evaluation_opened(collaboration=collaboration, today=date(2026, 6, 10))

        assert self.dates(collaboration) == (date(2026, 6, 30), date(2027, 6, 30))

    def test_without_any_date_the_opening_is_the_anchor(self) -> None:
        collaboration = CollaborationFactory(evaluation_interval_months=12)

        record_evaluation_opened(collaboration=collaboration, today=TODAY)

        assert self.dates(collaboration) == (TODAY, date(2027, 6, 15))

    @pytest.mark.parametrize(
        ("fields", "months"),
        [
            ({"starts_on": date(2024, 1, 1)}, 12),
            ({"starts_on": date(2026, 1, 1)}, 6),
            ({"starts_on": None}, 6),
            ({"starts_on": date(2024, 1, 1), "is_important": True}, 6),
            ({"starts_on": date(2024, 1, 1), "is_important": True, "evaluation_interval_months": 9}, 9),
        ],
    )
    def test_the_usual_interval_depends_on_the_collaboration(self, fields: dict[str, object], months: int) -> None:
        assert CollaborationFactory(**fields).interval_months(TODAY) == months

    def test_a_day_that_was_agreed_on_is_the_new_anchor(self) -> None:
        collaboration = CollaborationFactory(
            evaluation_anchor_on=date(2025, 1, 31), next_evaluation_on=date(2026, 1, 31)
        )

        plan_next_evaluation(actor=ManagerFactory(), collaboration=collaboration, on=date(2026, 3, 15))

        assert self.dates(collaboration) == (date(2026, 3, 15), date(2026, 3, 15))

    def test_what_has_ended_is_not_evaluated_again(self) -> None:
        with pytest.raises(ActionRefused):
            plan_next_evaluation(actor=None, collaboration=CollaborationFactory(stage=Stage.ENDED), on=TODAY)

    def test_partners_do_not_set_the_day(self) -> None:
        user: User = PartnerUserFactory()
        collaboration = CollaborationFactory(partners=[user.contact.organisation])

        with pytest.raises(PermissionDenied):
            plan_next_evaluation(actor=user, collaboration=collaboration, on=TODAY)
