"""All roles of a collaboration on one page."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from collab.actions import fill_roles
from collab.enums import RoleKind
from collab.history import entries_of
from collab.models import Collaboration, Participation, RoleAssignment
from common.actions import ActionRefused
from partners.actions import deactivate_contact
from partners.models import Contact
from tests.collab.pages import browser, errors, page
from tests.edits import seen_on
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory, ParticipationFactory, RoleAssignmentFactory
from tests.factories.partners import ContactFactory

pytestmark = pytest.mark.django_db

MARCH, MAY, TODAY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 15)
DECIDER, LEAD, DESIGNER = RoleKind.DECIDER, RoleKind.LEAD, RoleKind.DESIGNER


@pytest.fixture
def part() -> Participation:
    return ParticipationFactory(collaboration=CollaborationFactory())


def person(part: Participation, **fields: Any) -> Contact:
    return ContactFactory(organisation=part.organisation, **fields)


def fill(part: Participation, day: date = TODAY, **chosen: Contact | list[Contact] | None) -> None:
    keys = {
        f"{role}_{part.pk}": [row.pk for row in value] if isinstance(value, list) else value and value.pk
        for role, value in chosen.items()
    }
    fill_roles(actor=None, collaboration=part.collaboration, holders=keys, day=day, today=TODAY)


def periods(part: Participation, role: str) -> list[tuple[str, date, date | None]]:
    return list(part.roles.filter(role=role).order_by("pk").values_list("contact__name", "starts_on", "ends_on"))


def test_every_role_is_filled_at_once(part: Participation) -> None:
    ann, ben = person(part, name="Ann"), person(part, name="Ben")

    fill(part, decider=ann, lead=ben, designer=[ann, ben])

    assert periods(part, DECIDER) == [("Ann", TODAY, None)]
    assert periods(part, LEAD) == [("Ben", TODAY, None)]
    assert sorted(periods(part, DESIGNER)) == [("Ann", TODAY, None), ("Ben", TODAY, None)]
    part.collaboration.refresh_from_db()
    assert part.collaboration.lead_missing_since is None
    assert part.collaboration.decider_missing_since is None


def test_new_decider_replaces_the_old_one_on_the_day(part: Participation) -> None:
    fill(part, MARCH, decider=person(part, name="Ann"))
    fill(part, MAY, decider=person(part, name="Ben"))

    assert periods(part, DECIDER) == [("Ann", MARCH, MAY), ("Ben", MAY, None)]
    entries = [entry for entry in entries_of(part.collaboration, CoordinatorFactory()) if entry.what == "Roles filled"]
    told = [[(line.name, line.event) for line in entry.parts] for entry in entries]
    assert [("Decider: Ann", "update"), ("Decider: Ben", "insert")] in told


def test_nobody_ends_the_role_and_the_gap_is_noticed(part: Participation) -> None:
    fill(part, MARCH, lead=person(part, name="Ann"))
    fill(part, lead=None)

    assert periods(part, LEAD) == [("Ann", MARCH, TODAY)]
    part.collaboration.refresh_from_db()
    assert part.collaboration.lead_missing_since == TODAY


def test_who_stays_keeps_the_first_day(part: Participation) -> None:
    ann, ben = person(part, name="Ann"), person(part, name="Ben")
    fill(part, MARCH, designer=[ann])
    fill(part, MAY, designer=[ann, ben])

    assert periods(part, DESIGNER) == [("Ann", MARCH, None), ("Ben", MAY, None)]


def test_new_lead_stays_until_the_planned_one_begins(part: Participation) -> None:
    planned = TODAY + timedelta(days=30)
    RoleAssignmentFactory(participation=part, role=LEAD, starts_on=MARCH, ends_on=planned, contact__name="Ann")
    RoleAssignmentFactory(participation=part, role=LEAD, starts_on=planned, contact__name="Later")

    fill(part, lead=person(part, name="Ben"))

    assert periods(part, LEAD) == [("Ann", MARCH, TODAY), ("Later", planned, None), ("Ben", TODAY, planned)]


def test_all_refusals_are_told_at_once_and_nothing_is_written(part: Participation) -> None:
    fill(part, MAY, decider=person(part, name="Ann"), lead=person(part, name="Ann too"))
    before = list(RoleAssignment.objects.values_list("pk", "ends_on"))

    with pytest.raises(ActionRefused) as refused:
        fill(part, MARCH, decider=person(part), lead=person(part), designer=[person(part)])

    reasons = [refused.value, *refused.value.also]
    assert [reason.field for reason in reasons] == [f"decider_{part.pk}", f"lead_{part.pk}"]
    assert "Ann has this role since" in reasons[0].message
    assert list(RoleAssignment.objects.values_list("pk", "ends_on")) == before


def test_person_of_another_side_is_refused(part: Participation) -> None:
    with pytest.raises(ActionRefused) as refused:
        fill(part, lead=ContactFactory())

    assert refused.value.field == f"lead_{part.pk}"


def test_deactivated_holder_is_shown_and_can_be_replaced(part: Participation, coordinator: Client) -> None:
    gone = person(part, name="Gone")
    fill(part, MARCH, lead=gone)
    deactivate_contact(actor=None, contact=gone)
    ben = person(part, name="Ben")
    url = page("roles-update", part.collaboration)

    assert "Gone (not active any more)" in coordinator.get(url).text
    sent = coordinator.post(
        url, {"day": timezone.localdate(), f"lead_{part.pk}": ben.pk, "seen": seen_on(coordinator, url)}, follow=True
    )

    assert "Ben takes over as lead from Gone" in sent.text
    assert "in place of Gone" in sent.text


def test_error_stands_beside_the_cell_and_what_was_typed_stays(part: Participation, coordinator: Client) -> None:
    today = timezone.localdate()
    RoleAssignmentFactory(participation=part, role=DECIDER, starts_on=today)
    ben, url = person(part, name="Ben"), page("roles-update", part.collaboration)
    yesterday = today - timedelta(days=1)

    response = coordinator.post(
        url,
        {
            "day": yesterday,
            f"decider_{part.pk}": ben.pk,
            f"stakeholder_{part.pk}": [ben.pk],
            "seen": seen_on(coordinator, url),
        },
    )

    assert list(errors(response)) == [f"decider_{part.pk}"]
    form = response.context["form"]
    assert (form["day"].value(), form[f"stakeholder_{part.pk}"].value()) == (str(yesterday), [str(ben.pk)])
    assert not part.roles.filter(contact=ben).exists()


def test_two_people_fill_different_roles(part: Participation) -> None:
    one, other = browser(CoordinatorFactory(name="Coen")), browser(CoordinatorFactory(name="Carla"))
    ann, ben, url = person(part, name="Ann"), person(part, name="Ben"), page("roles-update", part.collaboration)
    today, seen = timezone.localdate(), seen_on(one, url)

    assert one.post(url, {"day": today, f"lead_{part.pk}": ann.pk, "seen": seen}).status_code == 302
    assert other.post(url, {"day": today, f"decider_{part.pk}": ben.pk, "seen": seen}).status_code == 302
    refused = other.post(url, {"day": today, f"lead_{part.pk}": ben.pk, "seen": seen})

    assert sorted(part.roles.values_list("role", "contact__name", "ends_on")) == [
        ("decider", "Ben", None),
        ("lead", "Ann", None),
    ]
    assert errors(refused) == {f"lead_{part.pk}": ["Coen changed this while you were writing."]}


def test_queries_do_not_grow_with_organisations_and_people(
    coordinator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    collaboration: Collaboration = CollaborationFactory()
    counts = []
    for number in (1, 3):
        for _ in range(number):
            RoleAssignmentFactory.create_batch(
                2, participation=ParticipationFactory(collaboration=collaboration), role=DESIGNER
            )
        with django_assert_max_num_queries(12) as queries:
            assert coordinator.get(page("roles-update", collaboration)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
