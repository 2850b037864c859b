"""Mails leave in the name of a person, and answers reach that person."""

from email import message_from_bytes, policy
from email.utils import parseaddr

import pytest
from pytest_django import Settings

from assessments.actions import open_cycle
from assessments.models import EvaluationCycle
from collab.enums import RoleKind
from collab.models import Collaboration
from notifications.actions import queue_mail
from notifications.delivery import build_message
from notifications.models import OutgoingMail
from notifications.recipients import Recipient
from notifications.senders import Sender, of_colleague
from partners.models import Contact, Organisation
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory
from tests.factories.assessments import collaboration_with, planned_cycle
from tests.factories.collab import RoleAssignmentFactory
from tests.factories.partners import ContactFactory, HostFactory

pytestmark = pytest.mark.django_db

JAN = Recipient(email="jan@example.org", name="Jan", language="nl", key="")
JANE = Recipient(email="jane@example.org", name="Jane", language="en", key="")
SANNE = Sender("Sanne Visser", "sanne@taalkracht.example", "Stichting Taalkracht")


@pytest.fixture(autouse=True)
def own_address(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Samenspel <samenspel@taalkracht.example>"


def headers(mail: OutgoingMail) -> dict[str, str]:
    """Return From and Reply-To of a mail as a mail program reads them."""
    message = message_from_bytes(build_message(mail).message().as_bytes(), policy=policy.default)
    return {name: str(message[name]) for name in ("From", "Reply-To") if message[name]}


def lead_at_host(collaboration: Collaboration, name: str = "Sanne Visser") -> Contact:
    Organisation.objects.filter(pk=HostFactory().pk).update(name="Stichting Taalkracht")
    part = collaboration.participations.get(organisation=HostFactory())
    contact: Contact = ContactFactory(organisation=HostFactory(), name=name, email="sanne@taalkracht.example")
    RoleAssignmentFactory(participation=part, role=RoleKind.LEAD, contact=contact)
    return contact


def opened(collaboration: Collaboration, planner: object = None) -> OutgoingMail:
    cycle = planned_cycle(collaboration)
    EvaluationCycle.objects.filter(pk=cycle.pk).update(planned_by=planner)
    Contact.objects.update(language="en")
    open_cycle(actor=None, cycle=cycle)
    mail = OutgoingMail.objects.filter(kind="evaluation_invitation").first()
    assert mail is not None
    return mail


def test_mail_has_the_name_of_a_person_and_the_address_of_the_installation() -> None:
    assert headers(queue_mail(kind="note", to=JANE, context={}, senders=[SANNE])) == {
        "From": "Sanne Visser of Stichting Taalkracht <samenspel@taalkracht.example>",
        "Reply-To": "Sanne Visser of Stichting Taalkracht <sanne@taalkracht.example>",
    }
    assert queue_mail(kind="note", to=JAN, context={}, senders=[SANNE]).from_name == (
        "Sanne Visser van Stichting Taalkracht"
    )


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Ünal-Šimić",
        "نور الهدى",
        'Sanne "S." Visser, hoofd <directie@kwaad.example>',
        "Sanne\r\nBcc: all@example.org",
        "Ĳ" * 300,
    ],
)
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    mail = queue_mail(kind="note", to=JANE, context={}, senders=[Sender(name, "sanne@taalkracht.example", "A, B & C")])

    message = message_from_bytes(build_message(mail).message().as_bytes(), policy=policy.default)
    assert [header for header in message if header in ("Bcc", "Cc")] == []
    assert [found.addr_spec for found in message["From"].addresses] == ["samenspel@taalkracht.example"]
    assert [found.addr_spec for found in message["Reply-To"].addresses] == ["sanne@taalkracht.example"]
    # Python's parser leaves a space between the parts of a long name, which mail programs do not.
    assert message["From"].addresses[0].display_name.replace(" ", "") == mail.from_name.replace(" ", "")
    assert parseaddr(build_message(mail).from_email)[1] == "samenspel@taalkracht.example"


def test_nobody_is_asked_to_write_to_themselves() -> None:
    CoordinatorFactory(email=JANE.email, name="Jane")
    other = AdministratorFactory(name="Ada")
    assert queue_mail(kind="note", to=JANE, context={}, senders=[Sender("Jane", JANE.email.upper())]).from_name == ""

    CoordinatorFactory(name="Zita")
    mail = queue_mail(kind="note", to=JANE, context={}, senders=[Sender("Jane", JANE.email.upper())])
    assert mail.from_name.startswith("Zita")
    assert of_colleague(other).name == "Ada"


def test_invitation_comes_from_our_lead() -> None:
    collaboration = collaboration_with()
    lead_at_host(collaboration)

    mail = opened(collaboration, CoordinatorFactory(name="Coco Keeper"))
    assert (mail.from_name, mail.reply_to) == ("Sanne Visser of Stichting Taalkracht", "sanne@taalkracht.example")
    first = mail.body_text.split("\n\n")[2]
    assert first.startswith(
        "Sanne Visser of Stichting Taalkracht asks you how the collaboration Taalhuis Noord is going"
    )
    assert "write to Sanne Visser: sanne@taalkracht.example." in mail.body_text
    assert 'href="mailto:sanne@taalkracht.example"' in mail.body_html


def test_invitation_without_our_lead_comes_from_the_planner_and_never_from_another_side() -> None:
    collaboration = collaboration_with()
    theirs = collaboration.participations.exclude(organisation=HostFactory()).get()
    RoleAssignmentFactory(participation=theirs, role=RoleKind.LEAD)
    planner = CoordinatorFactory(name="Pim Planner")
    CoordinatorFactory(name="Aad Ander")

    mail = opened(collaboration, planner)
    assert (mail.from_name.split(" of ")[0], mail.reply_to) == ("Pim Planner", planner.email)


def test_invitation_of_a_planner_who_has_left_comes_from_a_coordinator() -> None:
    planner = CoordinatorFactory(name="Pim Planner", is_active=False)
    keeper = CoordinatorFactory(name="Coco Keeper")

    assert opened(collaboration_with(), planner).reply_to == keeper.email
