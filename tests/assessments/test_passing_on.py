"""Passing an invitation on: the mail to the colleague, taking it back, and an unknown address."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.actions import (
    agree_to_pass_on,
    close_cycle,
    decline,
    invite,
    pass_on,
    refuse_to_pass_on,
    save_answers,
    take_back,
)
from assessments.enums import InvitationStatus
from assessments.forms import InviteForm
from assessments.models import Invitation, PassOnRequest, Response
from assessments.personal_links import find_invitation
from common.actions import ActionRefused
from notifications.delivery import deliver_due
from notifications.enums import MailStatus
from notifications.models import OutgoingMail
from notifications.reminders import send_due
from partners.actions import deactivate_contact
from partners.models import Contact
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import collaboration_with, opened_cycle, start_answering, token_for
from tests.factories.partners import ContactFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "pia@noord.example", "pia@nord.example"
ANY_LINK = re.compile(r"https?://|www\.\w|\w@\w|\w\.\w+/")


@pytest.fixture
def invitation() -> Invitation:
    """Return the invitation of Petra of Gemeente Noord, asked with a colleague at noord.example."""
    noord = OrganisationFactory(name="Gemeente Noord", website="https://www.noord.example")
    cycle = opened_cycle(collaboration_with(noord))
    invitation = cycle.invitations.filter(party__organisation=noord).select_related("contact", "cycle").latest("pk")
    Contact.objects.filter(pk=invitation.contact_id).update(name="Petra Partner", email="petra@noord.example")
    invitation.contact.refresh_from_db()
    return invitation


def status(invitation: Invitation) -> str:
    return Invitation.objects.get(pk=invitation.pk).status


def mail_of(kind: str) -> OutgoingMail:
    return OutgoingMail.objects.get(kind=kind)


def page(token: str, *, post: dict[str, str] | None = None, to: str = "answer") -> str:
    client, url = Client(), reverse(f"assessments:{to}", args=[token])
    response = client.get(url, follow=True) if post is None else client.post(url, post, follow=True)
    return response.content.decode()


def test_mail_says_who_passes_on_what_with_which_words(invitation: Invitation) -> None:
    pass_on(invitation=invitation, name="Pia", email=KNOWN, words="You know more of it.\r\n\r\nThanks!")
    mail = mail_of("evaluation_passed_on")
    assert mail.subject == "Will you answer questions about Taalhuis Noord?"
    assert "Petra Partner of Gemeente Noord was asked first" in mail.body_text
    assert "Petra Partner wrote to you:\n> You know more of it.\n> Thanks!\n" in mail.body_text
    assert "<blockquote" in mail.body_html


def test_typed_words_do_not_open_the_mail_and_nothing_in_them_is_clickable(invitation: Invitation) -> None:
    """Type words with links, HTML and headers: they stand after our own text, never in the subject, as plain text."""
    evil = 'Win!\r\nBcc: all@evil.example <a href="https://evil.example/x">www.evil.example</a>'
    Contact.objects.filter(pk=invitation.contact_id).update(name="https://evil.example/me now")
    invitation.contact.refresh_from_db()
    pass_on(invitation=invitation, name=evil[:100], email=KNOWN, words=evil + " https://personal-link.invalid/")
    mail = mail_of("evaluation_passed_on")
    assert "evil" not in mail.subject
    assert "\n" not in mail.to_name
    for body in (mail.body_text, re.sub(r'<[^>]*>|style="[^"]*"', " ", mail.body_html)):
        ours = body.replace("https://personal-link.invalid/", "", body.count("https://personal-link.invalid/"))
        assert ANY_LINK.findall(ours) == []
        assert body.index("We ask you") < body.index("evil")
    assert '<a href="https://evil' not in mail.body_html
    assert mail.body_text.count("https://personal-link.invalid/") == 1


def test_too_many_words_are_refused_beside_the_field(client: Client, invitation: Invitation) -> None:
    url = reverse("assessments:answer-pass-on", args=[token_for(invitation)])
    response = client.post(url, {"name": "Pia", "email": KNOWN, "words": "x" * 501})
    assert (response.status_code, "x" * 501 in response.content.decode()) == (422, True)
    with pytest.raises(ActionRefused) as refusal:
        pass_on(invitation=invitation, name="Pia", email=KNOWN, words="x" * 501)
    assert refusal.value.field == "words"


def test_first_link_says_to_whom_it_was_passed_on_and_takes_it_back(invitation: Invitation) -> None:
    token = token_for(invitation)
    start_answering(invitation, value_clear_goal=2)
    text = page(token, post={"name": "Pia Noord", "email": KNOWN, "words": ""}, to="answer-pass-on")
    assert "You passed this on to Pia Noord" in text
    assert KNOWN in text
    colleague = Invitation.objects.get(contact__email=KNOWN)
    theirs = token_for(colleague)
    text = page(token, post={}, to="answer-take-back")
    assert "You took it back" in text
    assert re.search(r'name="value_clear_goal"\s+value="2"\s+checked', text)
    assert (status(invitation), status(colleague)) == ("started", "revoked")
    assert find_invitation(theirs) is None
    deliver_due()
    assert mail_of("evaluation_passed_on").status == MailStatus.CANCELLED


def test_what_is_passed_on_cannot_be_answered_by_the_first(invitation: Invitation) -> None:
    token = token_for(invitation)
    pass_on(invitation=invitation, name="Pia", email=KNOWN)
    response = Client().post(reverse("assessments:answer", args=[token]), {"value_clear_goal": "4", "later": "1"})
    assert response.status_code == 422
    assert "no longer yours to answer" in response.content.decode()
    for name in ("answer-decline", "answer-pass-on", "answer-sent", "answer-results"):
        assert "You passed this on to Pia" in page(token, to=name)


def test_taking_back_ends_when_the_colleague_starts(invitation: Invitation) -> None:
    token = token_for(invitation)
    start_answering(invitation, value_clear_goal=2)
    colleague = pass_on(invitation=invitation, name="Pia", email=KNOWN)
    assert colleague is not None
    start_answering(colleague, value_clear_goal=5)
    assert [row.invitation_id for row in Response.objects.all()] == [colleague.pk]
    with pytest.raises(ActionRefused, match="started"):
        take_back(invitation=invitation)
    text = page(token)
    assert "Your colleague has started" in text
    assert "Take it back" not in text


def test_colleague_who_said_no_or_passed_it_on(invitation: Invitation) -> None:
    colleague = pass_on(invitation=invitation, name="Pia", email=KNOWN)
    assert colleague is not None
    decline(invitation=colleague)
    take_back(invitation=invitation)
    colleague = pass_on(invitation=invitation, name="Pia", email=KNOWN)  # the same person may be asked again
    assert colleague is not None
    pass_on(invitation=colleague, name="Pol", email="pol@noord.example")
    with pytest.raises(ActionRefused):
        take_back(invitation=invitation)


def test_passing_on_ends_after_five_times(invitation: Invitation) -> None:
    """Pass on again and again: a link must not become a way to mail many people."""
    for number in range(5):
        pass_on(invitation=invitation, name="Pia", email=f"pia{number}@noord.example")
        take_back(invitation=invitation)
    with pytest.raises(ActionRefused, match="five times"):
        pass_on(invitation=invitation, name="Pia", email="pia5@noord.example")
    assert OutgoingMail.objects.filter(kind="evaluation_passed_on").count() == 5


def test_who_passed_on_can_be_asked_again(invitation: Invitation) -> None:
    colleague = pass_on(invitation=invitation, name="Pia", email=KNOWN)
    assert colleague is not None
    form = InviteForm(cycle=invitation.cycle)
    assert invitation.contact in form.fields["contacts"].queryset  # type: ignore[attr-defined]
    assert invite(actor=None, cycle=invitation.cycle, contacts=[invitation.contact]) == [invitation]
    assert (status(invitation), status(colleague)) == ("invited", "invited")
    assert pass_on(invitation=invitation, name="Pol", email="pol@noord.example") is not None


def waiting_for(invitation: Invitation, email: str = UNKNOWN) -> PassOnRequest:
    assert pass_on(invitation=invitation, name="Pia", email=email, words="Please") is None
    return PassOnRequest.objects.get(invitation=invitation)


@pytest.mark.parametrize(
    "email",
    [KNOWN, "PIA@NOORD.EXAMPLE", "pia@mail.noord.example", "pia@example.org", "known@elsewhere.example"],
)
def test_addresses_like_those_of_the_organisations_are_mailed_at_once(invitation: Invitation, email: str) -> None:
    """Try addresses like the website of an organisation, like its people's, below such a domain, or of its contacts."""
    ContactFactory(organisation=invitation.contact.organisation, email="known@elsewhere.example")
    assert pass_on(invitation=invitation, name="Pia", email=email) is not None


@pytest.mark.parametrize("email", [UNKNOWN, "pia@evilnoord.example", "pia@gmail.com", "pia@example"])
def test_other_addresses_wait_for_a_coordinator(invitation: Invitation, email: str) -> None:
    ContactFactory(organisation=invitation.contact.organisation, email="somebody@gmail.com")
    planner = CoordinatorFactory()
    type(invitation.cycle).objects.update(planned_by=planner)
    invitation.cycle.refresh_from_db()
    waiting_for(invitation, email)
    assert not OutgoingMail.objects.filter(to_email=email).exists()
    assert not Contact.objects.filter(email=email).exists()
    assert mail_of("evaluation_pass_on_request").to_email == planner.email
    assert status(invitation) == InvitationStatus.TO_CONFIRM


def test_without_who_planned_it_all_coordinators_are_asked(invitation: Invitation) -> None:
    people = {CoordinatorFactory().email, CoordinatorFactory().email}
    CoordinatorFactory(is_active=False)
    waiting_for(invitation)
    mails = OutgoingMail.objects.filter(kind="evaluation_pass_on_request")
    assert set(mails.values_list("to_email", flat=True)) == people
    for mail in mails:
        ours = mail.body_text.replace(mail.reply_to, "").replace(f"http://testserver{path_of(invitation)}", "")
        assert ANY_LINK.findall(ours) in (
            [],
            ["http://"],
        )


def path_of(invitation: Invitation) -> str:
    return reverse("assessments:cycle-detail", args=[invitation.cycle_id])


def test_first_person_sees_that_it_waits_and_can_take_it_back(invitation: Invitation) -> None:
    token = token_for(invitation)
    waiting_for(invitation)
    assert "a coordinator looks at it first" in page(token)
    send_due(invitation.cycle.closes_on)
    assert not OutgoingMail.objects.filter(kind="evaluation_reminder", to_email="petra@noord.example").exists()
    take_back(invitation=invitation)
    assert (status(invitation), PassOnRequest.objects.count()) == ("invited", 0)
    CoordinatorFactory()
    deliver_due()
    assert OutgoingMail.objects.filter(kind="evaluation_pass_on_request", status=MailStatus.SENT).count() == 0


@pytest.fixture
def coordinator(client: Client) -> User:
    user = CoordinatorFactory()
    client.force_login(user)
    return user


def test_coordinator_agrees_on_the_page_of_the_round(client: Client, coordinator: User, invitation: Invitation) -> None:
    waiting_for(invitation)
    text = client.get(path_of(invitation)).content.decode()
    assert UNKNOWN in text
    agree = reverse("assessments:pass-on-agree", args=[invitation.pk])
    assert agree in text
    client.post(agree)
    colleague = Invitation.objects.get(contact__email=UNKNOWN)
    assert (status(invitation), colleague.passed_on_by, colleague.party) == ("passed_on", invitation, invitation.party)
    mail = mail_of("evaluation_passed_on")
    assert (mail.to_email, "> Please" in mail.body_text) == (UNKNOWN, True)
    assert agree not in client.get(path_of(invitation)).content.decode()
    for decide in (agree_to_pass_on, refuse_to_pass_on):
        with pytest.raises(ActionRefused, match="already"):
            decide(actor=coordinator, invitation=invitation)


def test_coordinator_says_no(client: Client, coordinator: User, invitation: Invitation) -> None:
    start_answering(invitation, value_clear_goal=2)
    waiting_for(invitation)
    client.post(reverse("assessments:pass-on-refuse", args=[invitation.pk]))
    assert (status(invitation), PassOnRequest.objects.count()) == ("started", 0)
    assert mail_of("evaluation_pass_on_refused").to_email == "petra@noord.example"
    assert not OutgoingMail.objects.filter(to_email=UNKNOWN).exists()
    deliver_due()
    assert mail_of("evaluation_pass_on_refused").status == MailStatus.SENT


def test_waiting_counts_as_asked_and_ends_with_the_round(invitation: Invitation) -> None:
    waiting_for(invitation)
    close_cycle(actor=None, cycle=invitation.cycle)
    invitation.cycle.refresh_from_db()
    assert invitation.cycle.result["invited"] == 6
    assert PassOnRequest.objects.count() == 0
    with pytest.raises(ActionRefused):
        agree_to_pass_on(actor=None, invitation=invitation)


def test_who_leaves_while_it_waits_is_withdrawn(invitation: Invitation) -> None:
    waiting_for(invitation)
    deactivate_contact(actor=None, contact=invitation.contact)
    assert (status(invitation), PassOnRequest.objects.count()) == ("revoked", 0)


def test_nothing_is_saved_while_it_waits(invitation: Invitation) -> None:
    waiting_for(invitation)
    with pytest.raises(ActionRefused):
        save_answers(invitation=invitation, answers={"value_clear_goal": 3}, comments={})


def test_who_passed_it_on_no_longer_reads_who_is_asked(invitation: Invitation) -> None:
    token = token_for(invitation)
    pass_on(invitation=invitation, name="Pia", email=KNOWN)

    response = Client().get(reverse("assessments:answer-people", args=[token]))

    assert response.status_code == 302
    assert response["Location"] == reverse("assessments:answer", args=[token])


def test_person_of_another_side_does_not_answer_for_this_one(invitation: Invitation) -> None:
    host = invitation.cycle.invitations.filter(party__is_host=True).select_related("contact")[0].contact
    url = reverse("assessments:answer-pass-on", args=[token_for(invitation)])

    response = Client().post(url, {"name": "Hanna Host", "email": host.email.upper()})

    assert response.status_code == 422
    assert "belongs to another organisation in this round" in response.content.decode()
    assert status(invitation) == InvitationStatus.INVITED
    assert not Contact.objects.exclude(pk=host.pk).filter(email__iexact=host.email).exists()


def test_contact_of_both_sides_may_answer_for_either(invitation: Invitation) -> None:
    host = invitation.cycle.invitations.filter(party__is_host=True).select_related("contact")[0].contact
    both = ContactFactory(organisation=invitation.contact.organisation, email=host.email)

    passed_on = pass_on(invitation=invitation, name="Hanna Host", email=host.email)

    assert passed_on is not None
    assert passed_on.contact == both


def test_address_that_came_to_the_other_side_meanwhile_is_not_agreed_to(invitation: Invitation) -> None:
    pass_on(invitation=invitation, name="Pia", email=UNKNOWN)
    other = invitation.cycle.parties.get(is_host=True).organisation
    ContactFactory(organisation=other, email=UNKNOWN)

    with pytest.raises(ActionRefused, match="belongs to another organisation"):
        agree_to_pass_on(actor=CoordinatorFactory(), invitation=invitation)


def test_asked_again_after_passing_on_links_to_an_older_address_stop(invitation: Invitation) -> None:
    """Ask the person again at a new address; the mail to the older one says that its links stopped."""
    old = token_for(invitation)
    Invitation.objects.filter(pk=invitation.pk).update(linked_email="petra@noord.example")
    pass_on(invitation=invitation, name="Pia", email=KNOWN)
    Contact.objects.filter(pk=invitation.contact_id).update(email="p.partner@noord.example")
    contact = Contact.objects.get(pk=invitation.contact_id)
    invitation.contact.refresh_from_db()
    own = token_for(invitation)

    invite(actor=None, cycle=invitation.cycle, contacts=[contact])

    mail = mail_of("evaluation_other_address")
    assert (mail.to_email, "Your earlier links no longer work." in mail.body_text) == ("petra@noord.example", True)
    assert find_invitation(old) is None
    assert find_invitation(own) == invitation
