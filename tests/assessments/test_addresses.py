"""A personal link belongs to the address it was mailed to, and opens only the answers given from there."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.actions import close_cycle, decline, resend_link, save_answers, submit_answers
from assessments.enums import InvitationStatus, Mode
from assessments.models import CycleParty, Invitation, PersonalLink, Response
from assessments.personal_links import find_invitation
from common.actions import ActionRefused
from notifications.delivery import build_message, deliver_due
from notifications.enums import MailStatus
from notifications.models import OutgoingMail
from notifications.reminders import send_due
from partners.actions import change_contact, give_access, move_contact
from partners.models import Contact
from tests.factories.assessments import answer, opened_cycle, same_answer, start_answering, token_for
from tests.factories.partners import ContactFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
SECRET_WORDS = "Nobody asked me anything"
OLD, NEW = "petra@noord.example", "coen@samen.example"
TICKED = re.compile(r'<input type="radio"\s+name="(\w+)"\s+value="(\w+)"\s+checked')


@pytest.fixture
def invitation() -> Invitation:
    """Return the invitation of Petra, asked at her own address."""
    invitation = opened_cycle().invitations.select_related("contact", "cycle").latest("pk")
    move_to(invitation, OLD)
    return invitation


def move_to(invitation: Invitation, email: str) -> None:
    """Give the contact another address, as on the page of the contact."""
    contact = Contact.objects.get(pk=invitation.contact_id)
    details = {"name": contact.name, "phone": "", "position": "", "language": "en"}
    change_contact(actor=None, contact=contact, email=email, **details)
    invitation.contact.refresh_from_db()


def answered(invitation: Invitation) -> None:
    answer(opened(token_for(invitation)), 2, keep=SECRET_WORDS)


def started(invitation: Invitation) -> None:
    save_answers(invitation=opened(token_for(invitation)), answers=same_answer(2), comments={"keep": SECRET_WORDS})


def opened(token: str) -> Invitation:
    found = find_invitation(token)
    assert found is not None
    return found


def page_of(token: str) -> str:
    return Client().get(reverse("assessments:answer", args=[token])).content.decode()


@pytest.mark.parametrize("fill_in", [answered, started])
def test_link_to_another_address_starts_empty(fill_in: Callable[[Invitation], None], invitation: Invitation) -> None:
    """Check pages, autosave and counts: none shows answers from the address before."""
    fill_in(invitation)
    move_to(invitation, NEW)
    token = token_for(invitation)
    page = page_of(token)
    assert TICKED.findall(page) == []
    assert SECRET_WORDS not in page
    assert "another e-mail address" in page
    url = reverse("assessments:answer-save", args=[token])
    assert "1 of 30" in Client().post(url, {"value_clear_goal": "5"}).content.decode()
    after = page_of(token)
    assert TICKED.findall(after) == [("value_clear_goal", "5")]
    assert SECRET_WORDS not in after


def test_page_of_another_address_says_that_sent_answers_stay(invitation: Invitation) -> None:
    answered(invitation)
    move_to(invitation, NEW)
    page = page_of(token_for(invitation))
    assert "What was sent before is kept. If you send your answers, they replace it." in page
    assert "You have sent your answers" not in page
    assert "Send my answers" in page


def test_thanks_are_for_who_sent(invitation: Invitation) -> None:
    answered(invitation)
    move_to(invitation, NEW)
    url = reverse("assessments:answer-sent", args=[token_for(invitation)])
    assert Client().get(url).status_code == 302


def test_link_that_is_too_late_shows_what_was_typed_and_no_more(invitation: Invitation) -> None:
    """Close an open round, which keeps names with answers; a link of another address still reads none of them."""
    cycle = opened_cycle(mode=Mode.OPEN)
    invitation = cycle.invitations.select_related("contact").latest("pk")
    answered(invitation)
    token = token_for(invitation)
    move_to(invitation, NEW)
    stranger = token_for(invitation)
    close_cycle(actor=None, cycle=cycle)
    for key, ticked in ((token, 30), (stranger, 1)):
        page = Client().post(reverse("assessments:answer", args=[key]), {"value_clear_goal": "5"}).content.decode()
        assert len(TICKED.findall(page)) == ticked
        assert (SECRET_WORDS in page) == (key == token)


def test_sent_answers_count_until_the_other_address_sends(invitation: Invitation) -> None:
    cycle = invitation.cycle
    answered(invitation)
    move_to(invitation, NEW)
    newcomer = opened(token_for(invitation))
    start_answering(newcomer, value_clear_goal=5)
    assert [(row.email, row.answers["value_clear_goal"]) for row in Response.objects.sent()] == [(OLD, 2)]
    assert Invitation.objects.get(pk=invitation.pk).status == InvitationStatus.SUBMITTED
    submit_answers(invitation=newcomer, answers=same_answer(5), comments={})
    assert [(row.email, row.answers["value_clear_goal"]) for row in Response.objects.all()] == [(NEW, 5)]
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    assert cycle.result["respondents"] == 1


def test_draft_of_another_address_is_not_counted(invitation: Invitation) -> None:
    """Close the round: the answers that were sent before count, and the draft goes."""
    answered(invitation)
    move_to(invitation, NEW)
    start_answering(opened(token_for(invitation)), value_clear_goal=5)
    close_cycle(actor=None, cycle=invitation.cycle)
    row = Response.objects.get()
    assert (row.answers["value_clear_goal"], row.invitation, row.email) == (2, None, "")


def test_old_link_keeps_its_own_answers(invitation: Invitation) -> None:
    """Use the link of the old mailbox, which does not show the answers by the new link."""
    token = token_for(invitation)
    answer(opened(token), 2, keep=SECRET_WORDS)
    move_to(invitation, NEW)
    start_answering(opened(token_for(invitation)), value_clear_goal=5)
    page = page_of(token)
    assert SECRET_WORDS in page
    assert ("value_clear_goal", "2") in TICKED.findall(page)


def test_case_of_an_address_does_not_matter(invitation: Invitation) -> None:
    answered(invitation)
    Contact.objects.filter(pk=invitation.contact_id).update(email=OLD.upper())
    invitation.contact.refresh_from_db()
    assert SECRET_WORDS in page_of(token_for(invitation))
    resend_link(actor=None, invitation=invitation)


def test_address_that_came_back_opens_its_own_answers(invitation: Invitation) -> None:
    answered(invitation)
    move_to(invitation, NEW)
    move_to(invitation, OLD)
    resend_link(actor=None, invitation=invitation)
    assert SECRET_WORDS in page_of(token_for(invitation))


def test_no_new_link_for_answers_from_another_address(invitation: Invitation) -> None:
    answered(invitation)
    token = token_for(invitation)
    move_to(invitation, NEW)
    with pytest.raises(ActionRefused, match="another address"):
        resend_link(actor=None, invitation=invitation)
    assert find_invitation(token) is not None  # nothing was revoked


def test_invitation_that_waited_is_not_sent_after_answers_from_another_address(invitation: Invitation) -> None:
    """Queue an invitation for the new address before there are answers; they then come from the old one."""
    OutgoingMail.objects.all().delete()
    token = token_for(invitation)
    move_to(invitation, NEW)
    resend_link(actor=None, invitation=invitation)
    PersonalLink.objects.update(revoked_at=None)  # the old page was still open
    answer(opened(token), 2)
    deliver_due()
    mail = OutgoingMail.objects.get(to_email=NEW, kind="evaluation_invitation")
    assert mail.status == MailStatus.CANCELLED


def test_reminder_to_another_address_starts_empty(invitation: Invitation) -> None:
    started(invitation)
    move_to(invitation, NEW)
    send_due(invitation.cycle.closes_on - timedelta(days=2))
    mail = OutgoingMail.objects.get(to_email=NEW, kind="evaluation_reminder")
    text = str(build_message(mail).body)
    (token,) = re.findall(r"/e/([\w-]+)/", text)
    page = page_of(token)
    assert TICKED.findall(page) == []
    assert SECRET_WORDS not in page


def test_mail_that_waits_for_the_old_address_makes_a_link_for_the_old_address(invitation: Invitation) -> None:
    """Deliver a mail to the old mailbox: its link opens the answers of that mailbox, not of the new address."""
    mail = OutgoingMail.objects.filter(kind="evaluation_invitation").latest("pk")
    OutgoingMail.objects.filter(pk=mail.pk).update(to_email=OLD)
    mail.refresh_from_db()
    answered(invitation)
    move_to(invitation, NEW)
    (token,) = re.findall(r"/e/([\w-]+)/", str(build_message(mail).body))
    assert opened(token).opened_by == OLD


def test_results_may_be_read_at_another_address(invitation: Invitation) -> None:
    """Open a link to results at another address: the answers of an open round stay with their own address."""
    answered(invitation)
    move_to(invitation, NEW)
    close_cycle(actor=None, cycle=invitation.cycle)
    mail = OutgoingMail.objects.get(to_email=NEW, kind="evaluation_results")
    (token,) = re.findall(r"/e/([\w-]+)/", str(build_message(mail).body))
    response = Client().get(reverse("assessments:answer", args=[token]))
    assert response["Location"] == reverse("assessments:answer-results", args=[token])


def test_saying_no_from_another_address_leaves_the_draft_of_the_first(invitation: Invitation) -> None:
    token = token_for(invitation)
    start_answering(opened(token), value_clear_goal=2)
    move_to(invitation, NEW)
    newcomer = opened(token_for(invitation))
    start_answering(newcomer, value_clear_goal=5)
    decline(invitation=newcomer)
    assert [row.email for row in Response.objects.all()] == [OLD]


def test_only_one_set_of_answers_is_sent_for_an_invitation(invitation: Invitation) -> None:
    """Check the constraint of the database, for code that forgets."""
    answered(invitation)
    sent = Response.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.create(
            invitation=invitation, email=NEW, cycle=sent.cycle, party=sent.party, submitted_at=sent.submitted_at
        )


def test_cut_ties_name_no_address(invitation: Invitation) -> None:
    answered(invitation)
    close_cycle(actor=None, cycle=invitation.cycle)
    assert set(Response.objects.values_list("invitation", "email", "submitted_at")) == {(None, "", None)}


def test_merged_contact_with_another_address_starts_empty(invitation: Invitation) -> None:
    """Merge the contact: the invitation moves to the contact that stays; the answers stay with their address."""
    answered(invitation)
    other = ContactFactory(organisation=OrganisationFactory(), name=invitation.contact.name, email=NEW)
    Invitation.objects.filter(pk=invitation.pk).update(contact=other, party=_party_of(invitation, other))
    invitation.refresh_from_db()
    page = page_of(token_for(invitation))
    assert TICKED.findall(page) == []
    assert SECRET_WORDS not in page
    with pytest.raises(ActionRefused, match="another address"):
        resend_link(actor=None, invitation=invitation)


def _party_of(invitation: Invitation, contact: Contact) -> CycleParty:
    """Return the side of the round that now belongs to the contact's organisation, as a merge leaves it."""
    CycleParty.objects.filter(pk=invitation.party_id).update(organisation=contact.organisation)
    return CycleParty.objects.get(pk=invitation.party_id)


def test_person_who_moved_away_opens_nothing_and_one_who_came_back_with_another_address_neither(
    invitation: Invitation,
) -> None:
    answered(invitation)
    token = token_for(invitation)
    home = invitation.contact.organisation
    for place, days_ago in ((OrganisationFactory(), 5), (home, 0)):
        day = timezone.localdate() - timedelta(days=days_ago)
        move_contact(actor=None, contact=invitation.contact, organisation=place, day=day, email=NEW)
        invitation.refresh_from_db()
        if place != home:
            assert (find_invitation(token), find_invitation(token_for(invitation))) == (None, None)
    assert SECRET_WORDS not in page_of(token_for(invitation))
    assert SECRET_WORDS in page_of(token)


def names_seen(token: str) -> set[str]:
    """Return the names whose answers the results behind a link show."""
    page = Client().get(reverse("assessments:answer-results", args=[token]))
    return {column["name"] for column in (page.context["people"] or {"columns": []})["columns"]}


@pytest.fixture
def open_round() -> Invitation:
    """Return Petra's invitation to a round in which names are shown; a colleague of hers answered."""
    cycle = opened_cycle(mode=Mode.OPEN)
    invitation, colleague = cycle.invitations.select_related("contact", "cycle").order_by("-pk")[:2]
    answer(colleague, 3)
    move_to(invitation, OLD)
    return invitation


def test_results_behind_a_link_to_another_address_show_no_names(open_round: Invitation) -> None:
    """Read the results at the new mailbox, which must not learn there what the questionnaire keeps from it."""
    own = token_for(open_round)
    answered(open_round)
    move_to(open_round, NEW)
    other = token_for(open_round)
    close_cycle(actor=None, cycle=open_round.cycle)

    assert names_seen(other) == set()
    assert open_round.contact.name in names_seen(own)


def test_link_to_an_address_that_never_answered_and_was_corrected_shows_no_names(open_round: Invitation) -> None:
    mistyped = token_for(open_round)
    move_to(open_round, NEW)
    right = token_for(open_round)
    close_cycle(actor=None, cycle=open_round.cycle)

    assert names_seen(mistyped) == set()
    assert len(names_seen(right)) == 1


def test_account_with_another_address_reads_no_names(client: Client, open_round: Invitation) -> None:
    """Sign in at the new mailbox, which gets the codes of the account: as little is read there as behind a link."""
    answered(open_round)
    give_access(actor=None, contact=open_round.contact)
    close_cycle(actor=None, cycle=open_round.cycle)
    account = Contact.objects.get(pk=open_round.contact_id).user
    client.force_login(account)
    url = reverse("assessments:cycle-results", args=[open_round.cycle_id])
    assert open_round.contact.name in client.get(url).text
    move_to(open_round, NEW)
    account.refresh_from_db()
    assert account.email == NEW

    client.force_login(account)
    page = client.get(url)
    assert page.context["people"] is None
    assert "only the people who were asked see names and answers" in page.text
