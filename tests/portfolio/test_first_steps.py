"""Beginning with own data: the first administrator and our own organisation, by the browser or on the server."""

import io
import logging
import re
import threading
from typing import Any

import pytest
from django.core import mail as mails
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.enums import Role
from accounts.models import User
from common.actions import ActionRefused
from notifications.delivery import deliver_due
from notifications.models import OutgoingMail
from partners.models import Contact, Organisation
from portfolio.first_steps.actions import set_up
from portfolio.first_steps.link import first_steps_url
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory
from tests.factories.assessments import opened_cycle
from tests.factories.partners import HostFactory

pytestmark = pytest.mark.django_db
PAGE = "/first-steps/"
PASSWORD = "river-apple-42-moss"


def typed(**other: str) -> dict[str, str]:
    return {
        "organisation": "Taalhuis Zuid",
        "name": "Noor Bakker",
        "email": "Noor@zuid.example",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **other,
    }


@pytest.fixture
def locked(settings: Settings) -> str:
    """Return the link of an installation that other people can reach."""
    settings.FIRST_STEPS_HOSTS = []
    return first_steps_url().removeprefix(settings.SITE_URL)


def test_home_of_an_empty_installation_leads_to_the_first_steps(client: Client) -> None:
    response = client.get("/", follow=True)
    assert response.redirect_chain[-1] == (PAGE, 302)
    assert response.status_code == 200


def test_first_steps_make_an_administrator_of_our_own_organisation_who_is_signed_in(client: Client) -> None:
    response = client.post(PAGE, typed(), follow=True, headers={"accept-language": "en"})

    user = User.objects.get()
    assert (user.name, user.email, user.language, user.roles) == (
        "Noor Bakker", "noor@zuid.example", "en", {Role.ADMINISTRATOR}
    )  # fmt: skip
    assert Organisation.objects.host() == Organisation.objects.get(name="Taalhuis Zuid")
    assert Contact.objects.get().user == user
    assert response.redirect_chain[-1] == ("/portfolio/", 302)
    assert "Welcome, Noor Bakker." in response.text


def test_organisation_that_is_our_own_already_is_not_asked(client: Client) -> None:
    HostFactory(name="Taalhuis Zuid")
    assert 'name="organisation"' not in client.get(PAGE).text

    client.post(PAGE, typed(organisation=""))
    assert Contact.objects.get(email="noor@zuid.example").organisation.name == "Taalhuis Zuid"


@pytest.mark.parametrize(
    "wrong",
    [
        {"organisation": " "},
        {"name": ""},
        {"email": "noor"},
        {"password2": "another-apple-42"},
        {"password1": "samenspel123", "password2": "samenspel123"},
        {"password1": "noor-bakker-1", "password2": "noor-bakker-1"},
    ],
    ids=["no organisation", "no name", "no address", "passwords differ", "guessable", "own name"],
)
def test_wrong_input_is_said_and_nothing_is_made(client: Client, wrong: dict[str, str]) -> None:
    response = client.post(PAGE, typed(**wrong))

    assert response.status_code == 422
    assert "data-error-summary" in response.text
    assert re.search("<title[^>]*>Fout: ", response.text)
    assert PASSWORD not in response.text
    assert (User.objects.count(), Organisation.objects.count()) == (0, 0)


def test_page_is_gone_once_there_is_an_account(client: Client) -> None:
    CoordinatorFactory()
    for answer in (client.get(PAGE), client.post(PAGE, typed())):
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert User.objects.count() == 1
    assert client.get("/accounts/login/").status_code == 200


def test_visitor_without_the_link_of_the_log_cannot_begin(
    client: Client, locked: str, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    with caplog.at_level(logging.WARNING):
        for address in (PAGE, f"{PAGE}{'0' * 40}/"):
            assert client.post(address, typed()).status_code == 403

    assert User.objects.count() == 0
    assert f"Nobody can sign in yet. Set up the installation at {settings.SITE_URL}{locked}" in caplog.messages
    assert locked not in client.get(PAGE).text


def test_link_made_with_a_public_key_opens_nothing(
    client: Client, locked: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SECRET_KEY_IS_PUBLIC = True
    assert client.post(locked, typed()).status_code == 403
    assert User.objects.count() == 0
    assert "Nobody can sign in yet. Set up the installation with manage.py createadministrator" in caplog.messages


def test_name_of_another_site_that_points_here_opens_nothing(client: Client, settings: Settings) -> None:
    settings.FIRST_STEPS_HOSTS = ["localhost"]
    assert client.post(PAGE, typed(), headers={"host": "elsewhere.example"}).status_code == 403
    assert client.get(PAGE, headers={"host": "localhost:8000"}).status_code == 200


def test_link_of_the_log_opens_the_first_steps(client: Client, locked: str) -> None:
    assert client.get(locked).status_code == 200
    assert client.post(locked, typed()).status_code == 302
    assert User.objects.get().is_administrator


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_begin_at_the_same_moment_one_does() -> None:
    refused, at_once = [], threading.Barrier(2)

    def begin(name: str) -> None:
        at_once.wait()
        try:
            set_up(organisation=name, name=name, email=f"{name}@zuid.example", language="nl", password=None)
        except ActionRefused:
            refused.append(name)
        finally:
            connection.close()

    people = [threading.Thread(target=begin, args=[name]) for name in ("Noor", "Piet")]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert len(refused) == 1
    assert (User.objects.count(), Organisation.objects.count()) == (1, 1)


def make_administrator(monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD, **given: Any) -> str:
    """Run ``createadministrator`` without a terminal, with the password as its input; return what it said."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    said = io.StringIO()
    details = {"name": "Noor Bakker", "email": "noor@zuid.example", "organisation": "Taalhuis Zuid", **given}
    call_command("createadministrator", stdout=said, **{key: value for key, value in details.items() if value})
    return said.getvalue()


def test_command_makes_an_administrator_who_can_sign_in(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_administrator(monkeypatch) == (
        "noor@zuid.example is administrator, and can sign in at http://testserver\n"
    )
    assert client.login(email="noor@zuid.example", password=PASSWORD)
    assert Organisation.objects.get().is_host


def test_command_makes_a_second_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    AdministratorFactory()
    HostFactory()
    make_administrator(monkeypatch, organisation="")
    assert User.objects.active_administrators().count() == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "give --name: there is nobody to ask"),
        ({"organisation": ""}, "give --organisation: there is nobody to ask"),
        ({"email": "noor"}, "Voer een geldig e-mailadres in."),
        ({"name": "N" * 201}, "Zorg dat deze waarde niet meer dan"),
        ({"organisation": "O" * 600}, "Zorg dat deze waarde niet meer dan"),
        ({"password": "short"}, "Dit wachtwoord is te kort."),
    ],
    ids=["no name", "no organisation", "no address", "long name", "long organisation", "short password"],
)
def test_command_refuses_in_one_line(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError, match=said) as refusal:
        make_administrator(monkeypatch, **given)
    assert "\n" not in str(refusal.value)
    assert (User.objects.count(), Organisation.objects.count()) == (0, 0)


@pytest.mark.parametrize("stays", [True, False], ids=["kept here", "leaves"])
def test_outbox_shows_the_personal_link_of_a_mail_only_where_mails_stay_here(
    client: Client, settings: Settings, stays: bool
) -> None:
    settings.MAILS_STAY_HERE = stays
    cycle = opened_cycle(today=timezone.localdate(), per_side=1)
    deliver_due()
    mail = OutgoingMail.objects.filter(about=f"invitation:{cycle.invitations.latest('pk').pk}").get()
    sent = next(message for message in mails.outbox if mail.to_email in message.to[0])
    link = re.search(r"http://testserver/e/[^\s]+", str(sent.body))
    assert link is not None

    client.force_login(AdministratorFactory())
    page = client.get(f"/mail/{mail.pk}/").text

    assert (f'href="{link[0]}"' in page) is stays
