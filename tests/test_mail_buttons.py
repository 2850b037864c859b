"""Every mail has a button that its reader can use, or names who can help: every kind, for every sort of reader."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.actions import extend_cycle
from assessments.models import EvaluationCycle
from collab.enums import RoleKind
from collab.models import Collaboration, Participation
from notifications import wanted
from notifications.delivery import build_message
from notifications.enums import MailStatus
from notifications.links import LinkGone
from notifications.models import OutgoingMail
from notifications.recipients import can_resolve, resolve
from notifications.reminders import send_due
from partners.actions import give_access
from partners.models import Contact
from tests.clock import TODAY
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.assessments import closed_cycle, collaboration_with, opened_cycle, planned_cycle
from tests.factories.collab import ActionItemFactory, RoleAssignmentFactory
from tests.factories.partners import ContactFactory, HostFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db

KEEPER = "Coco Keeper"
Reader = Callable[[Collaboration], Contact]


def theirs(collaboration: Collaboration) -> Participation:
    return collaboration.participations.exclude(organisation=HostFactory()).get()


def of_account(user: User) -> Contact:
    """Return the contact at the host that belongs to a colleague."""
    contact: Contact = ContactFactory(organisation=HostFactory(), email=user.email, name=user.name)
    Contact.objects.filter(pk=contact.pk).update(user=user)
    return contact


def closed_account(collaboration: Collaboration) -> Contact:
    user = PartnerUserFactory(organisation=theirs(collaboration).organisation)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return Contact.objects.get(user=user)


READERS: dict[str, Reader] = {
    "coordinator": lambda row: of_account(CoordinatorFactory(language="en")),
    "manager": lambda row: of_account(ManagerFactory(language="en")),
    "administrator": lambda row: of_account(AdministratorFactory(language="en")),
    "colleague without account": lambda row: ContactFactory(organisation=HostFactory()),
    "partner with account": lambda row: Contact.objects.get(
        user=PartnerUserFactory(organisation=theirs(row).organisation)
    ),
    "partner without account": lambda row: ContactFactory(organisation=theirs(row).organisation),
    "partner whose account was closed": closed_account,
}


def lead(collaboration: Collaboration, reader: Contact) -> None:
    """Make the reader the only lead and decider."""
    part = collaboration.participations.get(organisation=reader.organisation)
    for role in (RoleKind.LEAD, RoleKind.DECIDER):
        RoleAssignmentFactory(participation=part, role=role, contact=reader)


def evaluation_due(collaboration: Collaboration, reader: Contact) -> None:
    lead(collaboration, reader)
    Collaboration.objects.filter(pk=collaboration.pk).update(next_evaluation_on=TODAY - timedelta(days=40))
    send_due(TODAY)


def review_due(collaboration: Collaboration, reader: Contact) -> None:
    lead(collaboration, reader)
    closed_cycle(collaboration)
    send_due(TODAY + timedelta(days=40))


def round_stuck(collaboration: Collaboration, reader: Contact) -> None:
    lead(collaboration, reader)
    cycle = planned_cycle(collaboration, per_side=1, opens_on=TODAY)
    EvaluationCycle.objects.filter(pk=cycle.pk).update(planned_by=reader.user)
    send_due(TODAY + timedelta(days=60))


def not_asked(collaboration: Collaboration, reader: Contact) -> None:
    cycle = planned_cycle(collaboration, per_side=2, opens_on=TODAY + timedelta(days=9))
    EvaluationCycle.objects.filter(pk=cycle.pk).update(planned_by=reader.user)
    Contact.objects.filter(pk=cycle.invitations.earliest("pk").contact_id).update(email="")
    send_due(TODAY)


def action_overdue(collaboration: Collaboration, reader: Contact) -> None:
    other = ContactFactory(organisation=reader.organisation, name="Otto Owner")
    for owner in (reader, other):
        ActionItemFactory(collaboration=collaboration, owner=owner, due_on=TODAY - timedelta(days=9))
    lead(collaboration, reader)
    send_due(TODAY)


REMINDERS: dict[str, Callable[[Collaboration, Contact], None]] = {
    "action_overdue": action_overdue,
    "evaluation_due": evaluation_due,
    "evaluation_not_asked": not_asked,
    "review_due": review_due,
    "round_stuck": round_stuck,
}


def remind(kind: str, sort: str) -> Contact:
    """Remind a reader of this sort; there is one coordinator beside."""
    CoordinatorFactory(name=KEEPER, language="en")
    collaboration = collaboration_with()
    reader = READERS[sort](collaboration)
    Contact.objects.filter(pk=reader.pk).update(language="en")
    reader = Contact.objects.select_related("organisation", "user").get(pk=reader.pk)
    REMINDERS[kind](collaboration, reader)
    return reader


def pages_in(mail: OutgoingMail) -> set[str]:
    """Return the pages of this site that a mail leads to."""
    return set(re.findall(rf"{re.escape(settings.SITE_URL)}(/[^\s#]*)", mail.body_text))


def account(mail: OutgoingMail) -> User | None:
    person = resolve(mail.recipient) if can_resolve(mail.recipient) else None
    return person.user if person else None


@pytest.mark.parametrize("sort", READERS)
@pytest.mark.parametrize("kind", REMINDERS)
def test_button_of_a_reminder_opens_for_its_reader_or_the_mail_names_who_can(
    kind: str, sort: str, client: Client
) -> None:
    remind(kind, sort)

    mails = list(OutgoingMail.objects.filter(kind=kind))
    assert mails
    for mail in mails:
        user, pages = account(mail), pages_in(mail)
        if pages:
            assert user is not None, mail.to_name
            client.force_login(user)
            assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
        else:
            leads = Contact.objects.filter(roles__role=RoleKind.LEAD).values_list("name", flat=True)
            names = {KEEPER, "Otto Owner", *leads} - {mail.to_name}
            assert any(name in mail.body_text for name in names), mail.body_text


@pytest.mark.parametrize("kind", ["evaluation_due", "round_stuck"])
@pytest.mark.parametrize("sort", ["manager", "colleague without account"])
def test_reader_who_may_not_take_the_step_reads_who_may(kind: str, sort: str) -> None:
    reader = remind(kind, sort)

    mail = OutgoingMail.objects.filter(kind=kind, to_email=reader.email).first()
    assert KEEPER in mail.body_text
    assert KEEPER in mail.body_html


def test_personal_links_and_access_open_for_a_visitor_without_account(client: Client) -> None:
    cycle = opened_cycle(per_side=1, days=10)
    OutgoingMail.objects.update(status=MailStatus.SENT, sent_at=timezone.now())
    send_due(TODAY + timedelta(days=8))
    extend_cycle(actor=None, cycle=cycle, closes_on=TODAY + timedelta(days=30))
    give_access(actor=None, contact=ContactFactory())
    closed_cycle()

    seen = set()
    for mail in OutgoingMail.objects.all():
        try:
            text = str(build_message(mail).body)
        except LinkGone:  # an invitation of the round that has closed
            continue
        pages = re.findall(rf"{re.escape(settings.SITE_URL)}(/\S+)", text)
        assert [client.get(page, follow=True).status_code for page in pages] == [200]
        seen.add(mail.kind)
    by_link = {"evaluation_invitation", "evaluation_reminder", "evaluation_extended", "evaluation_results"}
    assert seen == by_link | {"partner_access"}


def test_every_kind_of_mail_has_a_way_for_its_reader(client: Client) -> None:
    by_link = {"evaluation_invitation", "evaluation_passed_on", "evaluation_reminder", "evaluation_extended"}
    by_link |= {"evaluation_results", "evaluation_pass_on_refused"}
    to_sign_in = {"partner_access", "address_changed", "made_administrator"}
    CoordinatorFactory()  # without any account the sign-in page leads to the first steps
    for page in ("account_login", "account_request_login_code"):
        assert client.get(reverse(page)).status_code == 200
    without_button = {"evaluation_other_address"}  # it says to tell the host
    to_who_steers_rounds = {"evaluation_pass_on_request"}  # and only to those: tests/assessments/test_passing_on.py
    by_link |= {"side_list"}  # or by account: tests/assessments/test_sides.py
    to_who_leads = {"action_answered"}  # with an account, else by name: tests/collab/test_by_link.py
    others = by_link | to_sign_in | without_button | to_who_steers_rounds | to_who_leads
    assert wanted.checked_kinds() == set(REMINDERS) | others, "add a new kind of reminder to REMINDERS"
