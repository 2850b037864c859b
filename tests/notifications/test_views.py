import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from notifications import kinds, links
from notifications.enums import MailStatus
from notifications.models import OutgoingMail
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.notifications import OutgoingMailFactory
from tests.factories.partners import PartnerUserFactory

pytestmark = pytest.mark.django_db
LIST = reverse("notifications:mail-list")


@pytest.fixture
def coordinator(client: Client) -> User:
    user = CoordinatorFactory(language="en")
    client.force_login(user)
    return user


def detail(mail: OutgoingMail) -> str:
    return reverse("notifications:mail-detail", args=[mail.pk])


def retry(mail: OutgoingMail) -> str:
    return reverse("notifications:mail-retry", args=[mail.pk])


def shown(client: Client, query: str = "") -> list[str]:
    return [mail.subject for mail in client.get(LIST + query).context["page"]]


@pytest.mark.parametrize("factory", [CoordinatorFactory, ManagerFactory, AdministratorFactory])
def test_colleagues_read_what_was_sent(client: Client, factory: type) -> None:
    mail = OutgoingMailFactory(subject="Please answer")
    client.force_login(factory(language="en"))

    assert shown(client) == ["Please answer"]
    assert "Please answer" in client.get(detail(mail)).text


def test_partners_read_no_mail_and_do_not_learn_that_it_exists(client: Client) -> None:
    mail = OutgoingMailFactory(failed=True)
    partner = PartnerUserFactory()
    client.force_login(partner)

    assert not OutgoingMail.objects.visible_to(partner).exists()
    assert not partner.has_perm("notifications.view_mail")
    assert client.get(LIST).status_code == 403
    assert client.get(detail(mail)).status_code == 404
    assert client.post(retry(mail)).status_code == 404
    mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED


def test_anonymous_visitors_are_asked_to_sign_in(client: Client) -> None:
    mail = OutgoingMailFactory(failed=True)

    for response in (client.get(LIST), client.get(detail(mail)), client.post(retry(mail))):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.usefixtures("coordinator")
def test_list_shows_the_newest_first_and_pages(client: Client) -> None:
    OutgoingMailFactory.create_batch(26)
    newest = OutgoingMail.objects.latest("pk")

    assert shown(client)[0] == newest.subject
    assert len(shown(client)) == 25
    assert len(shown(client, "?page=2")) == 1


@pytest.mark.usefixtures("coordinator")
def test_list_is_filtered_by_status_kind_and_words(client: Client) -> None:
    kinds.register("note", "Note")
    kinds.register("other", "Other")
    OutgoingMailFactory(subject="Waits", to_email="jan@example.org", to_name="Jan")
    OutgoingMailFactory(subject="Failed", failed=True)
    OutgoingMailFactory(subject="Sent to Zoë", sent=True, kind="other", to_email="zoe@school.example", to_name="Zoë")

    assert shown(client, "?status=failed") == ["Failed"]
    assert shown(client, "?kind=other") == ["Sent to Zoë"]
    assert shown(client, "?q=SCHOOL zoë") == ["Sent to Zoë"]
    assert shown(client, "?q=jan@example") == ["Waits"]
    assert shown(client, "?q=fail") == ["Failed"]
    assert shown(client, "?q=fail jan") == []
    assert shown(client, "?status=nonsense") == shown(client)


@pytest.mark.usefixtures("coordinator")
def test_list_says_how_many_failed_and_leads_there(client: Client) -> None:
    OutgoingMailFactory(sent=True)
    assert client.get(LIST).context["failed"].count == 0

    OutgoingMailFactory.create_batch(2, failed=True)
    response = client.get(LIST)
    assert response.context["failed"].count == 2
    assert f'href="{LIST}?status=failed"' in response.text


@pytest.mark.usefixtures("coordinator")
def test_list_without_mail_explains_itself(client: Client) -> None:
    empty = client.get(LIST).text
    OutgoingMailFactory()
    no_match = client.get(f"{LIST}?q=nothing").text

    assert "No mail yet" in empty
    assert "No mail matches" in no_match


@pytest.mark.usefixtures("coordinator")
def test_htmx_gets_only_the_results(client: Client) -> None:
    OutgoingMailFactory(subject="Please answer")

    fragment = client.get(LIST, headers={"HX-Request": "true"}).text

    assert "Please answer" in fragment
    assert "<html" not in fragment


@pytest.mark.usefixtures("coordinator")
def test_pages_take_as_many_queries_for_three_mails_as_for_one(client: Client) -> None:
    mail = OutgoingMailFactory(failed=True)
    client.get(LIST)
    one = [queries(client, LIST), queries(client, detail(mail))]
    OutgoingMailFactory.create_batch(2, failed=True)
    three = [queries(client, LIST), queries(client, detail(mail))]

    assert one == three
    assert max(three) <= 12


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.usefixtures("coordinator")
def test_detail_tells_what_became_of_the_mail(client: Client) -> None:
    mail = OutgoingMailFactory(
        failed=True, to_name="Jan", to_email="jan@example.org", body_text="Dear <b>Jan</b>\n", attempts=6
    )

    text = client.get(detail(mail)).text

    assert "550 No such user" in text
    assert "Jan, jan@example.org" in text
    assert "Dear &lt;b&gt;Jan&lt;/b&gt;" in text
    assert "<dd>6</dd>" in text


@pytest.mark.usefixtures("coordinator")
def test_detail_hides_the_personal_link(client: Client) -> None:
    mail = OutgoingMailFactory(link_kind="invitation", link_to="12", body_text=f"Answer here: {links.MARK}\n")

    text = client.get(detail(mail)).text

    assert "Answer here: personal link (hidden)" in text
    assert links.MARK not in text


@pytest.mark.usefixtures("coordinator")
def test_failed_mail_can_be_tried_again(client: Client) -> None:
    mail = OutgoingMailFactory(failed=True)
    assert f'action="{retry(mail)}"' in client.get(detail(mail)).text

    response = client.post(retry(mail))

    assert response.url == detail(mail)
    mail.refresh_from_db()
    assert (mail.status, mail.attempts) == (MailStatus.QUEUED, 0)
    assert f'action="{retry(mail)}"' not in client.get(detail(mail)).text


@pytest.mark.usefixtures("coordinator")
def test_mail_that_did_not_fail_is_not_tried_again(client: Client) -> None:
    mail = OutgoingMailFactory(sent=True)

    response = client.post(retry(mail), follow=True)

    assert "Only a mail that failed, was cancelled or is perhaps sent can be sent again." in response.text
    mail.refresh_from_db()
    assert mail.status == MailStatus.SENT


def test_manager_reads_but_does_not_try_again(client: Client) -> None:
    mail = OutgoingMailFactory(failed=True)
    client.force_login(ManagerFactory(language="en"))

    assert f'action="{retry(mail)}"' not in client.get(detail(mail)).text
    assert client.post(retry(mail)).status_code == 403
    mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED


@pytest.mark.usefixtures("coordinator")
def test_following_a_link_changes_nothing(client: Client) -> None:
    mail = OutgoingMailFactory(failed=True)

    assert client.get(retry(mail)).status_code == 405
    mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED
