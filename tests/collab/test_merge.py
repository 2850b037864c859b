"""Merging two organisations with collaborations: participations, roles, and the remaining lead or decider."""

from datetime import date
from itertools import combinations

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.timeline import Change
from collab.enums import RoleKind
from collab.history import entries_of
from collab.merging.moves import clashes
from collab.models import Collaboration, Participation, RoleAssignment
from partners.merging.actions import merge_organisations
from partners.merging.handlers import MergePair
from partners.merging.plan import plan_merge
from partners.models import Contact, Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import (
    ActionItemFactory,
    CollaborationFactory,
    DecisionFactory,
    ParticipationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import ContactFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 1)
Period = tuple[str, date, date | None]


@pytest.fixture
def noord() -> Organisation:
    return OrganisationFactory(name="Noord")


@pytest.fixture
def double() -> Organisation:
    return OrganisationFactory(name="Bieb Noord")


@pytest.fixture
def together(noord: Organisation, double: Organisation) -> Collaboration:
    return CollaborationFactory(name="Reading", partners=[noord, double])


def merged(survivor: Organisation, duplicate: Organisation) -> None:
    merge_organisations(actor=None, survivor=survivor, duplicate=duplicate, today=TODAY)


def told(survivor: Organisation, duplicate: Organisation) -> list[str]:
    return [note.text for note in plan_merge(survivor, duplicate, actor=None, today=TODAY).solved]


def moving(survivor: Organisation, duplicate: Organisation) -> list[str]:
    return [note.text for note in plan_merge(survivor, duplicate, actor=None, today=TODAY).moved]


def role(
    collaboration: Collaboration,
    organisation: Organisation,
    name: str,
    starts_on: date = date(2025, 1, 1),
    ends_on: date | None = None,
    kind: str = RoleKind.LEAD,
    **details: object,
) -> RoleAssignment:
    part = Participation.objects.get(collaboration=collaboration, organisation=organisation)
    contact = ContactFactory(organisation=organisation, name=name, **details)
    return RoleAssignmentFactory(participation=part, contact=contact, role=kind, starts_on=starts_on, ends_on=ends_on)


def leads(organisation: Organisation) -> list[Period]:
    rows = RoleAssignment.objects.filter(participation__organisation=organisation, role=RoleKind.LEAD)
    return [(row.contact.name, row.starts_on, row.ends_on) for row in rows.order_by("contact__name", "pk")]


def test_collaborations_and_roles_move_as_they_are(noord: Organisation, double: Organisation) -> None:
    first, second = CollaborationFactory(partners=[double]), CollaborationFactory(partners=[double])
    kept = [role(first, double, "Ann"), role(first, double, "Bob", kind="stakeholder"), role(second, double, "Cas")]
    assert moving(noord, double) == ["3 contacts", "2 collaborations with 3 roles"]
    merged(noord, double)
    assert {row.participation.organisation_id for row in RoleAssignment.objects.all()} == {noord.pk}
    assert [row.superseded_by_merge for row in RoleAssignment.objects.filter(pk__in=[row.pk for row in kept])] == [
        False
    ] * 3


def test_parts_in_one_collaboration_hold_the_words_of_both(
    noord: Organisation, double: Organisation, together: Collaboration
) -> None:
    together.participations.filter(organisation=noord).update(goal="Read", motive="Same", contribution="")
    together.participations.filter(organisation=double).update(goal="Write", motive="Same", contribution="Rooms")
    assert told(noord, double) == [
        "Both take part in Reading. Their goals, motives and contributions come under each other."
    ]
    merged(noord, double)
    part = together.participations.get(organisation=noord)
    assert (part.goal, part.motive, part.contribution) == ("Read\n\nWrite", "Same", "Rooms")
    assert together.participations.count() == 2


def test_one_lead_stays_and_the_other_ends_today_with_the_past_as_it_was(
    noord: Organisation, double: Organisation, together: Collaboration
) -> None:
    role(together, noord, "Ann")
    role(together, double, "Bob", date(2024, 1, 1))
    assert told(noord, double)[1] == "Reading keeps one lead here: Ann. For Bob the role ends today."
    merged(noord, double)
    assert leads(noord) == [("Ann", date(2025, 1, 1), None), ("Bob", date(2024, 1, 1), TODAY)]
    together.refresh_from_db()
    assert together.lead_missing_since is None


@st.composite
def one_after_the_other(draw: st.DrawFn) -> list[tuple[date, date | None]]:
    """Draw periods of one side, which never overlap; the last one may have no end."""
    days = sorted(draw(st.sets(st.dates(date(2024, 1, 1), date(2027, 1, 1)), max_size=6)))
    periods: list[tuple[date, date | None]] = list(zip(days[::2], days[1::2], strict=False))
    return [*periods, (days[-1], None)] if len(days) % 2 else periods


@given(one_after_the_other(), one_after_the_other(), st.sets(st.integers(0, 9)))
def test_whoever_stays_lead_fits_and_nobody_goes_without_a_reason(
    ours: list[tuple[date, date | None]], theirs: list[tuple[date, date | None]], left: set[int]
) -> None:
    pair = MergePair(Organisation(pk=1), Organisation(pk=2), None, TODAY)
    roles = []
    for key, periods in ((1, ours), (2, theirs)):
        part = Participation(pk=key, organisation_id=key, collaboration_id=1)
        for starts_on, ends_on in periods:
            pk = len(roles)
            contact = Contact(pk=pk, deactivated_at=timezone.now() if pk in left else None)
            row = RoleAssignment(pk=pk, participation=part, contact=contact, starts_on=starts_on, ends_on=ends_on)
            row.role = RoleKind.LEAD
            roles.append(row)
    found = clashes(roles, pair)
    gone = {clash.ending.pk for clash in found}
    assert len(gone) == len(found)
    assert gone.isdisjoint(clash.continuing.pk for clash in found)
    rest = [role for role in roles if role.pk not in gone]
    for one, two in combinations(sorted(rest, key=lambda row: row.starts_on), 2):
        assert one.ends_on is not None
        assert one.ends_on <= two.starts_on
    held = [role for role in roles if role.is_current(TODAY) and role.contact.is_active]
    assert bool(held) == any(role in rest for role in held)


def test_who_is_active_stays_lead(noord: Organisation, double: Organisation, together: Collaboration) -> None:
    role(together, noord, "Ann", deactivated_at="2026-01-01T00:00:00Z")
    role(together, double, "Bob")
    merged(noord, double)
    assert leads(noord) == [("Ann", date(2025, 1, 1), TODAY), ("Bob", date(2025, 1, 1), None)]


def test_periods_of_the_past_that_overlap_stay_as_they_were_and_are_not_told(
    noord: Organisation, double: Organisation, together: Collaboration
) -> None:
    role(together, noord, "Ann", date(2024, 1, 1))
    role(together, double, "Bob", date(2023, 1, 1), date(2025, 1, 1))
    assert len(told(noord, double)) == 1
    merged(noord, double)
    assert leads(noord) == [("Ann", date(2024, 1, 1), None), ("Bob", date(2023, 1, 1), date(2025, 1, 1))]


def test_a_lead_who_was_to_begin_later_does_not(
    noord: Organisation, double: Organisation, together: Collaboration
) -> None:
    role(together, noord, "Ann")
    role(together, double, "Bob", date(2026, 6, 1))
    merged(noord, double)
    assert leads(noord) == [("Ann", date(2025, 1, 1), None), ("Bob", date(2026, 6, 1), date(2026, 6, 1))]


def test_leads_after_each_other_both_stay(noord: Organisation, double: Organisation, together: Collaboration) -> None:
    role(together, noord, "Ann", date(2024, 1, 1), date(2025, 1, 1))
    role(together, double, "Bob", date(2025, 1, 1))
    merged(noord, double)
    assert leads(noord) == [("Ann", date(2024, 1, 1), date(2025, 1, 1)), ("Bob", date(2025, 1, 1), None)]


def test_somebody_known_twice_has_each_role_once(
    noord: Organisation, double: Organisation, together: Collaboration
) -> None:
    for kind in (RoleKind.LEAD, RoleKind.STAKEHOLDER):
        for organisation in (noord, double):
            contact = organisation.contacts.first() or ContactFactory(organisation=organisation, email="ann@n.example")
            part = together.participations.get(organisation=organisation)
            RoleAssignmentFactory(participation=part, contact=contact, role=kind)
    assert [note for note in told(noord, double) if "keeps one" in note] == []
    merged(noord, double)
    ann = Contact.objects.get()
    current = RoleAssignment.objects.current(TODAY).filter(contact=ann)
    assert sorted(current.values_list("role", flat=True)) == ["lead", "stakeholder"]
    assert RoleAssignment.objects.count() == 4


def test_designers_of_both_stay(noord: Organisation, double: Organisation, together: Collaboration) -> None:
    for organisation in (noord, double):
        role(together, organisation, organisation.name, kind=RoleKind.DESIGNER)
    merged(noord, double)
    assert RoleAssignment.objects.current(TODAY).filter(participation__organisation=noord).count() == 2


def test_decisions_and_actions_of_somebody_known_twice_stay(
    noord: Organisation, double: Organisation, together: Collaboration
) -> None:
    ann = ContactFactory(organisation=noord, email="ann@n.example")
    twin = ContactFactory(organisation=double, email="ann@n.example")
    item = ActionItemFactory(collaboration=together, owner=twin)
    decision = DecisionFactory(collaboration=together, decided_by=twin)
    merged(noord, double)
    item.refresh_from_db()
    decision.refresh_from_db()
    assert (item.owner, decision.decided_by) == (ann, ann)


def test_lead_who_is_active_again_is_no_longer_missing(
    noord: Organisation, double: Organisation, together: Collaboration
) -> None:
    role(together, noord, "Ann", email="ann@n.example", deactivated_at="2026-01-01T00:00:00Z")
    Collaboration.objects.update(lead_missing_since=date(2026, 1, 1))
    ContactFactory(organisation=double, email="ann@n.example")
    merged(noord, double)
    together.refresh_from_db()
    assert together.lead_missing_since is None


def test_partner_sees_the_collaborations_of_both_and_nobody_else_more(
    noord: Organisation, double: Organisation, together: Collaboration
) -> None:
    own = CollaborationFactory(name="Own", partners=[double])
    users = {name: PartnerUserFactory(organisation=row) for name, row in (("noord", noord), ("double", double))}
    stranger = PartnerUserFactory()
    merged(noord, double)
    for user in users.values():
        fresh = type(user).objects.get(pk=user.pk)
        assert set(Collaboration.objects.visible_to(fresh)) == {together, own}
    assert list(Collaboration.objects.visible_to(stranger)) == []


def test_history_of_a_collaboration_still_names_who_is_gone(
    noord: Organisation, double: Organisation, together: Collaboration
) -> None:
    alone = CollaborationFactory(name="Alone")
    ParticipationFactory(collaboration=alone, organisation=double)
    reader = CoordinatorFactory()
    merge_organisations(actor=reader, survivor=noord, duplicate=double)
    entry = next(row for row in entries_of(alone, reader) if row.what == "Two organisations merged")
    assert [part.changes for part in entry.parts] == [(Change("organisation", "Bieb Noord", "Noord"),)]
    names = {part.name for row in entries_of(together, reader) for part in row.parts}
    assert {"Noord", "Bieb Noord"} <= names
