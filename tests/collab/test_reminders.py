import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings

from collab.enums import ActionStatus, RoleKind, Stage, Visibility
from collab.models import ActionItem
from collab.reminders import overdue_actions
from notifications.models import OutgoingMail
from notifications.reminders import send_due
from partners.models import Contact
from tests.factories.collab import (
    ActionItemFactory,
    CollaborationFactory,
    ParticipationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import ContactFactory, HostFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db

DUE = date(2026, 6, 1)


def after(days: int) -> date:
    return DUE + timedelta(days=days)


def reminded(today: date) -> list[tuple[str, str]]:
    """Return the recipients of reminders, each with the occasion."""
    return [(reminder.recipient.name, reminder.occurrence) for reminder in overdue_actions(today)]


def lead_of(item: ActionItem, contact: Contact | None = None, **fields: Any) -> Contact:
    """Return a lead on the owner's side."""
    part = ParticipationFactory(collaboration=item.collaboration, organisation=item.owner.organisation)
    fields = {"contact": contact} if contact else fields
    return RoleAssignmentFactory(participation=part, role=RoleKind.LEAD, **fields).contact


@pytest.fixture
def item() -> ActionItem:
    return ActionItemFactory(title="Make a flyer", owner__name="Anna", due_on=DUE)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, []),
        (0, []),
        (1, [("Anna", "2026-06-01/owner+1")]),
        (6, [("Anna", "2026-06-01/owner+1")]),
        (7, [("Anna", "2026-06-01/owner+1"), ("Bea", "2026-06-01/lead+7")]),
        (100, [("Anna", "2026-06-01/owner+1"), ("Bea", "2026-06-01/lead+7")]),
    ],
)
def test_first_the_owner_then_the_lead(item: ActionItem, days: int, expected: list[tuple[str, str]]) -> None:
    lead_of(item, contact__name="Bea")

    assert reminded(after(days)) == expected


def test_every_mail_goes_out_once_also_after_missed_days(item: ActionItem) -> None:
    lead_of(item, contact__name="Bea")

    assert [send_due(day) for day in (after(0), after(1), after(2), after(10), after(11))] == [0, 1, 0, 1, 0]
    assert sorted(OutgoingMail.objects.values_list("to_name", flat=True)) == ["Anna", "Bea"]


def test_another_day_starts_the_reminders_anew(item: ActionItem) -> None:
    send_due(after(1))
    item.due_on = after(10)
    item.save()

    assert (send_due(after(2)), send_due(after(11))) == (0, 1)


@pytest.mark.parametrize("status", [ActionStatus.DONE, ActionStatus.DROPPED])
def test_settled_actions_are_left_alone(item: ActionItem, status: str) -> None:
    item.status = status
    item.save()

    assert reminded(after(30)) == []


def test_what_belongs_to_an_ended_collaboration_is_left_alone(item: ActionItem) -> None:
    item.collaboration.stage = Stage.ENDED
    item.collaboration.save()

    assert reminded(after(30)) == []


@pytest.mark.parametrize("fields", [{"email": ""}, {"deactivated_at": "2026-01-01T12:00Z"}])
def test_who_cannot_be_mailed_is_passed_by(item: ActionItem, fields: dict[str, str]) -> None:
    lead_of(item, contact__name="Bea")
    Contact.objects.filter(pk=item.owner.pk).update(**fields)

    assert reminded(after(7)) == [("Bea", "2026-06-01/lead+7")]


def test_a_lead_who_owns_the_action_hears_once(item: ActionItem) -> None:
    lead_of(item, contact=item.owner)

    assert reminded(after(7)) == [("Anna", "2026-06-01/owner+1")]


def test_the_lead_of_the_owners_side_hears_it(item: ActionItem) -> None:
    lead_of(item, contact__name="Own lead")
    other = ParticipationFactory(collaboration=item.collaboration)
    RoleAssignmentFactory(participation=other, contact__name="Other lead")

    assert reminded(after(7))[1:] == [("Own lead", "2026-06-01/lead+7")]


def test_the_other_lead_hears_it_where_the_own_side_has_none(item: ActionItem) -> None:
    other = ParticipationFactory(collaboration=item.collaboration)
    RoleAssignmentFactory(participation=other, contact__name="Other lead")

    assert reminded(after(7))[1:] == [("Other lead", "2026-06-01/lead+7")]


def test_nothing_internal_is_mailed_to_a_partner() -> None:
    collaboration = CollaborationFactory()
    other = ParticipationFactory(collaboration=collaboration)
    RoleAssignmentFactory(participation=other, contact__name="Partner's lead")
    ActionItemFactory(collaboration=collaboration, owner__name="Anna", due_on=DUE, visibility=Visibility.INTERNAL)
    stray = ContactFactory(organisation=other.organisation)
    ActionItemFactory(collaboration=collaboration, owner=stray, due_on=DUE, visibility=Visibility.INTERNAL)

    assert reminded(after(30)) == [("Anna", "2026-06-01/owner+1")]


def test_the_mail_says_what_why_and_where(item: ActionItem) -> None:
    user = PartnerUserFactory(organisation=HostFactory(), name="Chris")
    item.owner = user.contact
    item.save()
    send_due(after(1))

    mail = OutgoingMail.objects.get()
    assert mail.subject == "This action is late: Make a flyer"
    page = f"{settings.SITE_URL}/collaborations/{item.collaboration_id}/#actions"
    for part in ("Hello Chris,", "Make a flyer", "1 June 2026", "your name on it", page):
        assert part in mail.body_text
        assert part in re.sub("</?bdi>", "", mail.body_html)


def test_who_cannot_sign_in_gets_a_personal_link_and_reads_whom_to_ask(item: ActionItem) -> None:
    lead_of(item, contact__name="Bea")
    send_due(after(1))

    mail = OutgoingMail.objects.get()
    assert f"/collaborations/{item.collaboration_id}/" not in mail.body_text + mail.body_html
    assert "Say so on the page behind the button." in mail.body_text
    assert (mail.link_kind, mail.link_to) == ("action_overdue", str(item.pk))


def test_the_lead_reads_whose_action_it_is(item: ActionItem) -> None:
    lead_of(item, contact__name="Bea")
    send_due(after(7))

    mail = OutgoingMail.objects.get(to_name="Bea")
    assert "Ask Anna what is needed" in mail.body_text
    assert f"because you lead {item.collaboration} and" in mail.body_text
