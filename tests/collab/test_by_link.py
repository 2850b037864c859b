"""The owner of a late action, without an account, answers by the link in the reminder."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from collab.actions import change_action_item
from collab.by_link.actions import MOST_A_DAY, finish_by_link, move_by_link, remark_by_link
from collab.enums import ActionStatus, AnswerKind, RoleKind, Visibility
from collab.history import entries_of
from collab.models import ActionAnswer, ActionItem, ActionLink
from common.actions import ActionRefused
from notifications.delivery import build_message
from notifications.links import LinkGone
from notifications.models import OutgoingMail
from notifications.reminders import send_due
from partners.models import Contact
from tests.clock import TODAY
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import collaboration_with
from tests.factories.collab import ActionItemFactory, RoleAssignmentFactory
from tests.factories.partners import ContactFactory, HostFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> ActionItem:
    collaboration = collaboration_with()
    theirs = collaboration.participations.exclude(organisation=HostFactory()).get()
    owner = ContactFactory(organisation=theirs.organisation, name="Sam de Vries", language="en")
    return ActionItemFactory(
        collaboration=collaboration, owner=owner, title="Make a flyer", due_on=TODAY - timedelta(days=3)
    )


@pytest.fixture
def lead(item: ActionItem) -> Contact:
    part = item.collaboration.participations.get(organisation=HostFactory())
    user = CoordinatorFactory(name="Sanne Visser", language="en")
    contact = Contact.objects.filter(user=user).first() or ContactFactory(organisation=HostFactory(), user=user)
    RoleAssignmentFactory(participation=part, role=RoleKind.LEAD, contact=contact)
    return contact


def reminder() -> OutgoingMail:
    send_due(TODAY)
    return OutgoingMail.objects.filter(kind="action_overdue").earliest("pk")


@pytest.fixture
def url(item: ActionItem, lead: Contact) -> str:
    found = re.search(rf"{re.escape(settings.SITE_URL)}(/e/\S+/action/)", str(build_message(reminder()).body))
    assert found is not None
    return found[1]


def test_reminder_carries_a_link_of_which_only_a_hash_is_kept(item: ActionItem, url: str) -> None:
    mail = OutgoingMail.objects.get(kind="action_overdue")
    token = url.split("/")[2]
    assert "asks you how this action for Taalhuis Noord stands" in mail.body_text
    assert token not in mail.body_text + mail.body_html
    assert [token in link.token_hash for link in ActionLink.objects.all()] == [False]


def test_owner_with_an_account_gets_a_button_and_no_link(item: ActionItem) -> None:
    item.owner = PartnerUserFactory(organisation=item.owner.organisation).contact
    item.save()

    assert reminder().link_kind == ""


def test_looking_changes_nothing(client: Client, url: str, item: ActionItem) -> None:
    page = client.get(url)

    item.refresh_from_db()
    assert (page.status_code, item.status, ActionAnswer.objects.count()) == (200, ActionStatus.OPEN, 0)
    assert page["Referrer-Policy"] == "same-origin"
    assert not client.cookies
    assert "Everybody who takes part in this collaboration can read what you say." in page.content.decode()


def test_owner_finishes_it_and_the_lead_hears(client: Client, url: str, item: ActionItem, lead: Contact) -> None:
    page = client.post(url, {"what": "done", "words": "Printed, see https://evil.example"}, follow=True)

    item.refresh_from_db()
    assert (item.status, item.finished_on) == (ActionStatus.DONE, TODAY)
    assert "You do not have to do anything any more." in page.content.decode()
    mail = OutgoingMail.objects.get(kind="action_answered")
    assert (mail.to_email, mail.subject, mail.reply_to) == (lead.email, "Done: Make a flyer", item.owner.email)
    assert "> Printed, see https:" in mail.body_text
    assert "https://evil.example" not in mail.body_text
    told = [(entry.who, entry.what) for entry in entries_of(item.collaboration, CoordinatorFactory())]
    assert ("Sam de Vries, by a personal link", "Action done") in told


def test_owner_moves_it_to_a_later_day(client: Client, url: str, item: ActionItem) -> None:
    later = TODAY + timedelta(days=10)
    for wrong in ("", TODAY.isoformat(), (TODAY + timedelta(days=800)).isoformat(), "tomorrow"):
        assert client.post(url, {"what": "moved", "due_on": wrong}).status_code == 422
    client.post(url, {"what": "moved", "due_on": later.isoformat(), "words": "Waiting for the printer"})

    item.refresh_from_db()
    assert item.due_on == later
    mail = OutgoingMail.objects.get(kind="action_answered")
    assert f"It will be ready on {later:%-d %B %Y}, not on" in mail.body_text
    assert send_due(TODAY) == 0


def test_remark_stands_with_the_action_for_all_who_may_read_it(client: Client, url: str, item: ActionItem) -> None:
    client.post(url, {"what": "remark", "words": "Who has the <b>logo</b>?"})
    client.post(url, {"what": "remark", "words": "Who has the <b>logo</b>?"})

    assert [(row.kind, row.words) for row in item.answers.all()] == [(AnswerKind.REMARK, "Who has the <b>logo</b>?")]
    assert OutgoingMail.objects.filter(kind="action_answered").count() == 1
    client.force_login(CoordinatorFactory(language="en"))
    page = client.get(reverse("collab:collaboration-detail", args=[item.collaboration_id])).content.decode()
    assert "Who has the &lt;b&gt;logo&lt;/b&gt;?" in page


@pytest.mark.parametrize("posted", [{}, {"what": "drop"}, {"what": "remark", "words": " "}])
def test_what_says_nothing_is_refused(client: Client, url: str, posted: dict[str, str], item: ActionItem) -> None:
    assert client.post(url, posted or {"words": ""}).status_code == 422
    assert not ActionAnswer.objects.exists()


def test_post_of_another_site_is_refused(url: str, item: ActionItem) -> None:
    answer = Client(enforce_csrf_checks=True).post(url, {"what": "done"}, headers={"Origin": "https://evil.example"})
    item.refresh_from_db()
    assert (answer.status_code, item.status) == (403, ActionStatus.OPEN)


def test_link_dies_with_time_owner_address_and_place(client: Client, url: str, item: ActionItem) -> None:
    assert client.get(url).status_code == 200
    links, owner = ActionLink.objects.all(), Contact.objects.filter(pk=item.owner_id)
    steps = (
        (links, {"created_at": timezone.now() - timedelta(days=61)}, {"created_at": timezone.now()}),
        (owner, {"email": "other@noord.example"}, {"email": item.owner.email}),
        (owner, {"deactivated_at": timezone.now()}, {"deactivated_at": None}),
        (ActionItem.objects.all(), {"visibility": Visibility.INTERNAL}, {"visibility": Visibility.SHARED}),
        (ActionItem.objects.all(), {"owner": ContactFactory()}, {"owner": item.owner}),
    )
    for rows, dead, alive in steps:
        rows.update(**dead)
        page = client.post(url, {"what": "done"})
        assert page.status_code == 404, dead
        assert "mailto:" in page.content.decode()
        rows.update(**alive)
    assert client.get(url).status_code == 200
    item.refresh_from_db()
    assert item.status == ActionStatus.OPEN


def test_what_was_typed_behind_a_dead_link_is_given_back(client: Client, url: str) -> None:
    ActionLink.objects.all().delete()

    page = client.post(url, {"what": "remark", "words": "Who has the logo?"})
    assert (page.status_code, "Who has the logo?" in page.content.decode()) == (422, True)


def test_mail_does_not_leave_once_the_action_is_done(item: ActionItem) -> None:
    mail = reminder()
    finish_by_link(owner=item.owner, item=item)

    with pytest.raises(LinkGone):
        build_message(mail)


def test_link_mails_the_lead_ten_times_a_day_at_most(item: ActionItem, lead: Contact) -> None:
    for number in range(MOST_A_DAY):
        remark_by_link(owner=item.owner, item=item, words=f"Remark {number}")
    with pytest.raises(ActionRefused, match="ten times"):
        move_by_link(owner=item.owner, item=item, due_on=TODAY + timedelta(days=5))
    assert OutgoingMail.objects.filter(kind="action_answered").count() == MOST_A_DAY


def test_only_the_owner_answers_and_only_while_it_is_open(item: ActionItem) -> None:
    with pytest.raises(ActionRefused, match="your name"):
        finish_by_link(owner=ContactFactory(organisation=item.owner.organisation), item=item)
    finish_by_link(owner=item.owner, item=item)
    with pytest.raises(ActionRefused, match="Done"):
        finish_by_link(owner=item.owner, item=item)


def test_what_was_said_of_an_internal_action_stays_internal(item: ActionItem, client: Client) -> None:
    inside = ContactFactory(organisation=HostFactory(), name="Ina Intern")
    ActionItem.objects.filter(pk=item.pk).update(owner=inside, visibility=Visibility.INTERNAL)
    item.refresh_from_db()
    remark_by_link(owner=inside, item=item, words="Only among us")
    item.refresh_from_db()
    change_action_item(
        actor=None, item=item, title=item.title, owner=inside, due_on=item.due_on, visibility=Visibility.SHARED
    )

    partner = PartnerUserFactory(organisation=item.collaboration.participations.last().organisation)
    client.force_login(partner)
    page = client.get(reverse("collab:collaboration-detail", args=[item.collaboration_id])).content.decode()
    assert ("Make a flyer" in page, "Only among us" in page) == (True, False)
    assert "Only among us" not in str(entries_of(item.collaboration, partner))
