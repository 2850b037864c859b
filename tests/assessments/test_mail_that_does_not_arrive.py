"""Addresses that are refused, people who cannot be asked, and longer time: seen, told, and no reminder used up."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from accounts.models import User
from assessments.actions import change_cycle, change_mode, extend_cycle, invite, open_cycle, resend_link
from assessments.enums import InvitationStatus, Mode, NotAsked
from assessments.models import EvaluationCycle, Invitation
from assessments.reminders import people_not_asked
from collab.alerts.reading import alerts_of
from collab.enums import RoleKind
from collab.models import Collaboration
from notifications.delivery import deliver_due
from notifications.enums import MailStatus
from notifications.models import OutgoingMail, RefusedAddress, Reminder
from notifications.reminders import send_due
from partners.actions import deactivate_contact
from partners.models import Contact
from portfolio.alerts import dashboard_alerts
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import answer, collaboration_with, opened_cycle, planned_cycle
from tests.factories.collab import RoleAssignmentFactory
from tests.factories.partners import HostFactory, OrganisationFactory
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
        yield server


def someone(cycle: EvaluationCycle) -> Invitation:
    """Return one person of the partner."""
    return cycle.invitations.select_related("contact").latest("pk")


def refuse(server: MailServer, invitation: Invitation) -> str:
    address = invitation.contact.email
    server.refuses[address] = "550 No such user"
    return address


def mend(invitation: Invitation, address: str = "mended@noord.example") -> None:
    Contact.objects.filter(pk=invitation.contact_id).update(email=address)


def got(server: MailServer, address: str) -> list[str]:
    """Return the subjects of the mails that arrived."""
    return [message["Subject"] for recipient, message in server.received if recipient == address]


def days_of_reminders(server: MailServer, address: str) -> list[int]:
    """Run the jobs through March; return the days on which a reminder arrived at the address."""
    found = []
    for number in range(3, 24):
        before = len(got(server, address))
        send_due(date(2026, 3, number))
        RefusedAddress.objects.update(refused_at=timezone.now() - timedelta(days=5))
        deliver_due(today=date(2026, 3, number))
        found += [number] * (len(got(server, address)) - before)
    return found


def test_refused_address_is_kept_with_the_words_of_the_server_until_a_mail_gets_there(server: MailServer) -> None:
    invitation = someone(opened_cycle(today=TODAY, per_side=1))
    address = refuse(server, invitation)
    deliver_due(today=TODAY)
    assert list(RefusedAddress.objects.values_list("email", "words", "recipient")) == [
        (address, "550 No such user", f"contact:{invitation.contact_id}")
    ]

    server.refuses.clear()
    OutgoingMail.objects.filter(status=MailStatus.FAILED).update(status=MailStatus.QUEUED)
    deliver_due(today=TODAY)
    assert not RefusedAddress.objects.exists()


def test_message_that_was_refused_says_nothing_of_the_address(settings: Settings) -> None:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
        server.refuses["full@example.org"] = "452 Mailbox full"
        invitation = someone(opened_cycle(today=TODAY, per_side=1))
        mend(invitation, "full@example.org")
        deliver_due(today=TODAY)

    assert not RefusedAddress.objects.exists()


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        pytest.param(9, ["evaluation_invitation"], id="day of a reminder"),
        pytest.param(23, ["evaluation_invitation"], id="last day"),
        pytest.param(24, [], id="past the last day"),
    ],
)
def test_whose_invitation_never_arrived_is_asked_and_not_reminded(
    day: int, kinds: list[str], server: MailServer
) -> None:
    invitation = someone(opened_cycle(today=TODAY, days=21, per_side=1))
    refuse(server, invitation)
    deliver_due(today=TODAY)
    mend(invitation, "new@example.org")
    send_due(date(2026, 3, day))
    assert list(OutgoingMail.objects.filter(to_email="new@example.org").values_list("kind", flat=True)) == kinds


def test_reminders_that_failed_are_not_counted(server: MailServer) -> None:
    """Deliver the invitation; then the mailbox disappears, and is replaced by another one."""
    invitation = someone(opened_cycle(today=TODAY, days=21, per_side=1))
    deliver_due(today=TODAY)
    refuse(server, invitation)
    for number in range(3, 16):
        send_due(date(2026, 3, number))
        deliver_due(today=date(2026, 3, number))
    assert Reminder.objects.filter(subject=f"invitation:{invitation.pk}", mail__status=MailStatus.FAILED).exists()

    mend(invitation)
    assert len(days_of_reminders(server, "mended@noord.example")) >= 2


def test_person_with_a_refused_address_is_not_mailed_every_day(server: MailServer) -> None:
    invitation = someone(opened_cycle(today=TODAY, days=21, per_side=1))
    refuse(server, invitation)
    deliver_due(today=TODAY)
    for number in range(3, 24):
        send_due(date(2026, 3, number))
        deliver_due(today=date(2026, 3, number))

    assert OutgoingMail.objects.filter(about=f"invitation:{invitation.pk}").count() == 1


@pytest.mark.parametrize("late", [1, 20])
def test_invitation_goes_again_by_itself_once_the_address_is_mended(server: MailServer, late: int) -> None:
    invitation = someone(opened_cycle(today=TODAY, days=21, per_side=1))
    refuse(server, invitation)
    deliver_due(today=TODAY)
    assert [send_due(TODAY), send_due(TODAY)] == [0, 0]
    mend(invitation)

    day = TODAY + timedelta(days=late)
    send_due(day)
    send_due(day)
    deliver_due(today=day)

    assert "How do we work together" in got(server, "mended@noord.example")[0]
    invitations = OutgoingMail.objects.filter(about=f"invitation:{invitation.pk}", kind="evaluation_invitation")
    assert sorted(invitations.values_list("status", flat=True)) == ["failed", "sent"]


def test_new_link_that_was_refused_goes_again_though_an_earlier_one_arrived(server: MailServer) -> None:
    """Send a new link to a mailbox that is gone since: it ended the link that arrived, so nothing else is left."""
    invitation = someone(opened_cycle(today=TODAY, days=21, per_side=1))
    deliver_due(today=TODAY)
    refuse(server, invitation)
    resend_link(actor=CoordinatorFactory(), invitation=invitation)
    deliver_due(today=TODAY)
    assert [send_due(TODAY), send_due(TODAY)] == [0, 0]
    mend(invitation)

    assert [send_due(TODAY), send_due(TODAY)] == [1, 0]
    deliver_due(today=TODAY)
    assert len(got(server, "mended@noord.example")) == 1


def test_invitation_goes_again_once_there_is_an_address(server: MailServer) -> None:
    invitation = someone(opened_cycle(today=TODAY, per_side=1))
    mend(invitation, "")
    deliver_due(today=TODAY)
    assert send_due(TODAY) == 0
    mend(invitation)

    assert [send_due(TODAY), send_due(TODAY)] == [1, 0]


def test_person_who_answered_by_another_way_is_not_asked_again(server: MailServer) -> None:
    invitation = someone(opened_cycle(today=TODAY, per_side=1))
    refuse(server, invitation)
    deliver_due(today=TODAY)
    answer(invitation, 4)
    mend(invitation)

    assert send_due(TODAY) == 0


def test_page_of_the_round_names_the_words_and_leads_to_the_contact(client: Client, server: MailServer) -> None:
    invitation = someone(opened_cycle(today=TODAY, per_side=1))
    refuse(server, invitation)
    deliver_due(today=TODAY)
    client.force_login(CoordinatorFactory(language="en"))

    text = client.get(f"/evaluations/{invitation.cycle_id}/").text
    assert "“550 No such user”" in text
    assert f"/contacts/{invitation.contact_id}/edit/" in text

    mend(invitation)
    assert "550 No such user" not in client.get(f"/evaluations/{invitation.cycle_id}/").text


def alerts(collaboration: Collaboration, user: User) -> list[str]:
    rows = Collaboration.objects.with_people().with_agreements(user)
    with translation.override("en"):
        return [found.message for found in alerts_of(rows.get(pk=collaboration.pk), user, TODAY)]


def test_refused_address_is_an_alert_until_it_is_mended(server: MailServer) -> None:
    cycle = opened_cycle(today=TODAY, per_side=1)
    invitation = someone(cycle)
    refuse(server, invitation)
    deliver_due(today=TODAY)
    coordinator = CoordinatorFactory()
    alert = f"Mail to {invitation.contact.name} does not arrive: the address is refused."

    assert alert in alerts(cycle.collaboration, coordinator)
    with translation.override("en"):
        found = {(row.text, row.step_url) for row in dashboard_alerts(coordinator, TODAY)}
    assert (alert, f"/contacts/{invitation.contact_id}/edit/") in found

    mend(invitation)
    assert alert not in alerts(cycle.collaboration, coordinator)
    with translation.override("en"):
        assert not any("refused" in row.text for row in dashboard_alerts(coordinator, TODAY))


def test_lead_whose_address_is_refused_is_an_alert_and_coordinators_hear_instead(server: MailServer) -> None:
    collaboration = collaboration_with()
    Collaboration.objects.filter(pk=collaboration.pk).update(next_evaluation_on=TODAY)
    ours = collaboration.participations.get(organisation=HostFactory())
    lead = RoleAssignmentFactory(participation=ours, role=RoleKind.LEAD, contact__name="Lena").contact
    coordinator = CoordinatorFactory()
    server.refuses[lead.email] = "550 Gone"
    send_due(TODAY)
    deliver_due(today=TODAY)

    assert "Mail to Lena does not arrive: the address is refused." in alerts(collaboration, coordinator)
    assert [send_due(TODAY), send_due(TODAY)] == [1, 0]
    assert OutgoingMail.objects.latest("pk").to_email == coordinator.email


# People who drop out of a planned round before it opens.


def dropped(cycle: EvaluationCycle) -> list[tuple[str, str]]:
    rows = cycle.invitations.filter(status=InvitationStatus.NOT_ASKED).order_by("not_asked_because")
    return list(rows.values_list("contact__name", "not_asked_because"))


@pytest.fixture
def planned() -> EvaluationCycle:
    """Plan a round of three against four, by a coordinator; of the four one left, one moved, one has no address."""
    cycle = planned_cycle(per_side=4, opens_on=TODAY + timedelta(days=3))
    EvaluationCycle.objects.filter(pk=cycle.pk).update(planned_by=CoordinatorFactory(language="en", name="Coco"))
    left, moved, silent, _stays = [row.contact for row in cycle.parties.last().invitations.order_by("pk")]
    for contact, name in ((left, "Lea"), (moved, "Moe"), (silent, "Sil")):
        Contact.objects.filter(pk=contact.pk).update(name=name)
    deactivate_contact(actor=None, contact=left)
    Contact.objects.filter(pk=moved.pk).update(organisation=OrganisationFactory())
    Contact.objects.filter(pk=silent.pk).update(email="")
    cycle.refresh_from_db()
    return cycle


def test_people_who_drop_out_stay_on_record_with_the_reason(planned: EvaluationCycle) -> None:
    open_cycle(actor=None, cycle=planned, today=TODAY)

    assert dropped(planned) == [("Lea", NotAsked.LEFT), ("Moe", NotAsked.MOVED), ("Sil", NotAsked.NO_ADDRESS)]
    assert OutgoingMail.objects.filter(kind="evaluation_invitation").count() == 5
    counted: Any = EvaluationCycle.objects.with_progress().get(pk=planned.pk)
    assert counted.invited == 5
    assert planned.invitations.filter(status=InvitationStatus.NOT_ASKED, invited_on=None).count() == 3


def test_page_names_them_before_and_after_opening(client: Client, planned: EvaluationCycle) -> None:
    client.force_login(CoordinatorFactory(language="en"))
    before = client.get(f"/evaluations/{planned.pk}/").text
    open_cycle(actor=None, cycle=planned, today=TODAY)
    after = client.get(f"/evaluations/{planned.pk}/").text

    for text in (before, after):
        for reason in ("not active any more", "works elsewhere by now", "no e-mail address"):
            assert reason in text
    assert ("Cannot be asked" in before, "Not asked" in after) == (True, True)
    assert "0 of 5 people" in after


def test_who_planned_it_is_told_once_before_the_round_opens(planned: EvaluationCycle) -> None:
    ManagerFactory()
    CoordinatorFactory()
    early = TODAY - timedelta(days=5)
    assert [send_due(early), send_due(early)] == [1, 0]

    mail = OutgoingMail.objects.get(kind="evaluation_not_asked")
    assert mail.to_name == "Coco"
    for part in ("Lea", "not active any more", "Moe", "works elsewhere by now", "Sil", "no e-mail address"):
        assert part in mail.body_text
    open_cycle(actor=None, cycle=planned, today=TODAY)
    send_due(TODAY)
    assert OutgoingMail.objects.filter(kind="evaluation_not_asked").count() == 1


def test_asked_about_one_round_only_that_round_is_told_of(planned: EvaluationCycle) -> None:
    other = planned_cycle(per_side=1, opens_on=TODAY + timedelta(days=3))
    Contact.objects.filter(invitations__cycle=other).update(email="")

    assert {found.subject for found in people_not_asked(TODAY)} == {f"cycle:{planned.pk}", f"cycle:{other.pk}"}
    assert [found.subject for found in people_not_asked(TODAY, f"cycle:{other.pk}")] == [f"cycle:{other.pk}"]


def test_somebody_more_who_drops_out_is_told_as_well(planned: EvaluationCycle) -> None:
    send_due(TODAY)
    last = planned.parties.first().invitations.first().contact
    Contact.objects.filter(pk=last.pk).update(email="", name="Zed")

    assert [send_due(TODAY), send_due(TODAY)] == [1, 0]
    assert "Zed" in OutgoingMail.objects.latest("pk").body_text


@pytest.mark.parametrize("why", ["no role", "left", "nobody"])
def test_coordinators_are_told_when_who_planned_it_may_not_steer_any_more(why: str, planned: EvaluationCycle) -> None:
    if why == "no role":
        planned.planned_by.groups.clear()
    elif why == "left":
        User.objects.filter(pk=planned.planned_by_id).update(is_active=False)
    else:
        EvaluationCycle.objects.filter(pk=planned.pk).update(planned_by=None)
        User.objects.all().delete()
    coordinator = CoordinatorFactory()
    send_due(TODAY)

    assert OutgoingMail.objects.get(kind="evaluation_not_asked").to_email == coordinator.email


def test_mail_about_them_is_not_sent_once_nobody_is_left_out(planned: EvaluationCycle) -> None:
    send_due(TODAY)
    Invitation.objects.filter(contact__name__in=["Lea", "Moe", "Sil"]).delete()

    assert deliver_due(today=TODAY) == {MailStatus.CANCELLED: 1}


def test_changing_the_round_keeps_them_listed_and_needs_somebody_who_can_be_asked(planned: EvaluationCycle) -> None:
    chosen = [row.contact for row in planned.invitations.reachable().select_related("contact")]
    change_cycle(
        actor=None,
        cycle=planned,
        opens_on=TODAY,
        closes_on=TODAY + timedelta(days=9),
        contacts=chosen,
        mode=planned.mode,
    )

    assert planned.invitations.count() == 8


def test_person_who_was_left_out_can_be_asked_again(planned: EvaluationCycle) -> None:
    open_cycle(actor=None, cycle=planned, today=TODAY)
    person = Contact.objects.get(name="Sil")
    Contact.objects.filter(pk=person.pk).update(email="sil@noord.example")
    person.refresh_from_db()

    (invitation,) = invite(actor=None, cycle=planned, contacts=[person], today=TODAY)

    assert (invitation.status, invitation.not_asked_because) == (InvitationStatus.INVITED, "")
    assert OutgoingMail.objects.filter(to_email="sil@noord.example").count() == 1


# Longer time.


def test_longer_time_is_told_to_those_who_have_not_sent() -> None:
    cycle = opened_cycle(today=TODAY, days=9, per_side=2)
    answer(cycle.invitations.first(), 4)
    OutgoingMail.objects.update(status=MailStatus.SENT, sent_at=timezone.now())
    extend_cycle(actor=None, cycle=cycle, closes_on=TODAY + timedelta(days=20), today=TODAY)

    mails = OutgoingMail.objects.filter(kind="evaluation_extended")
    assert mails.count() == 3
    assert mails.first().link_kind == "invitation_reminder"


def test_of_two_extensions_only_the_last_is_told() -> None:
    cycle = opened_cycle(today=TODAY, days=9, per_side=1)
    OutgoingMail.objects.update(status=MailStatus.SENT, sent_at=timezone.now())
    for days in (20, 30):
        extend_cycle(actor=None, cycle=cycle, closes_on=TODAY + timedelta(days=days), today=TODAY)

    assert deliver_due(today=TODAY) == {MailStatus.SENT: 2}


# Mails that wait say what holds when they leave.


def subjects_and_texts(kind: str) -> list[tuple[str, str]]:
    """Return the subjects and texts of the delivered mails of a kind."""
    deliver_due(today=TODAY)
    return list(OutgoingMail.objects.filter(kind=kind, status=MailStatus.SENT).values_list("subject", "body_text"))


def test_invitation_that_waits_promises_what_holds_when_it_leaves() -> None:
    cycle = opened_cycle(today=TODAY, per_side=1, mode=Mode.CONFIDENTIAL)
    Contact.objects.update(language="en")
    change_mode(actor=None, cycle=cycle, mode=Mode.OPEN)

    texts = [text for _subject, text in subjects_and_texts("evaluation_invitation")]
    assert len(texts) == 2
    assert not any("confidential" in text.lower() or "vertrouwelijk" in text.lower() for text in texts)


def test_invitation_that_waits_names_the_new_last_day_and_no_second_mail_does() -> None:
    cycle = opened_cycle(today=TODAY, days=9, per_side=1)
    Contact.objects.update(language="en")
    extend_cycle(actor=None, cycle=cycle, closes_on=date(2026, 4, 10), today=TODAY)

    texts = [text for _subject, text in subjects_and_texts("evaluation_invitation")]
    assert ["10 April 2026" in text for text in texts] == [True, True]
    assert not OutgoingMail.objects.filter(kind="evaluation_extended").exists()


def test_reminder_that_waits_is_made_anew_and_uses_up_none() -> None:
    cycle = opened_cycle(today=TODAY, days=21, per_side=1)
    deliver_due(today=TODAY)
    day = TODAY + timedelta(days=8)
    send_due(day)
    change_mode(actor=None, cycle=cycle, mode=Mode.OPEN)

    assert [send_due(day), send_due(day)] == [2, 0]
    deliver_due(today=day)
    states = OutgoingMail.objects.filter(kind="evaluation_reminder").values_list("status", flat=True)
    assert sorted(states) == ["cancelled", "cancelled", "sent", "sent"]
