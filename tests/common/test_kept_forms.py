"""What was typed when the session had ended is kept for its account, and saved only when it is sent again."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import User
from collab.models import Collaboration, Participation
from common.kept_forms.filling import fill
from common.kept_forms.keeping import SECONDS
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory
from tests.forms_on_pages import own_form

pytestmark = pytest.mark.django_db
OURS = {"Origin": "http://testserver"}
PAGE = """<form method="post"><input name="name" value="old"><input type="password" name="secret">
<input type="hidden" name="seen" value="new marks"><input type="hidden" name="total" value="3"/>
<textarea name="goal" rows="2">
Old &amp; tired</textarea>
<input type="checkbox" name="yes" checked><input type="radio" name="mode" value="a" checked>
<input type="radio" name="mode" value="b">
<select name="stage"><option value="1" selected>One<option value="2">Two</select>
</form><form method="post" action="/other/"><input name="name" value="other"></form>"""


def test_filling_replaces_the_values_of_one_form_and_nothing_else() -> None:
    filled = fill(
        PAGE,
        ("",),
        {
            "name": ['"><b>'],
            "secret": ["x"],
            "seen": ["old marks"],
            "total": ["9"],
            "goal": ["\r\nNew </textarea>"],
            "mode": ["b"],
            "stage": ["2"],
            "gone": ["a whole story"],
        },
    )
    form = own_form(filled.html, "")
    assert form is not None
    assert form.data["name"] == ['"><b>']
    assert form.data["seen"] == ["old marks"]
    assert form.data["total"] == ["3"]
    assert form.data["goal"] == ["\nNew </textarea>"]
    assert form.data["mode"] == ["b"]
    assert form.data["stage"] == ["2"]
    assert "yes" not in form.data
    assert '<input type="password" name="secret">' in filled.html
    assert filled.html.endswith(PAGE[PAGE.index("</form>") :])
    assert filled.left["gone"] == ["a whole story"]


@pytest.fixture
def user() -> User:
    return CoordinatorFactory(language="en")


@pytest.fixture
def part() -> Participation:
    collaboration: Collaboration = CollaborationFactory()
    return collaboration.participations.get(organisation__is_host=True)


def ended(user: User, url: str) -> Client:
    """Return a browser on whose page the session of its user has ended."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    assert client.get(url).status_code == 200
    Session.objects.all().delete()
    return client


def sent_in_vain(client: Client, url: str, **fields: str) -> str:
    """Send the form of a page without a session; return where that leads."""
    response = client.post(url, fields, headers=OURS | {"Referer": f"http://testserver{url}"})
    assert response.status_code == 302
    return response["Location"]


def page_url(part: Participation) -> str:
    return reverse("collab:participation-update", args=[part.pk])


def test_text_comes_back_after_signing_in_and_is_saved_by_the_button_only(user: User, part: Participation) -> None:
    url, before = page_url(part), part.goal
    client = ended(user, url)
    assert (
        sent_in_vain(client, url, goal="Typed & kept", password="hunter2") == f"{reverse('account_login')}?next={url}"
    )
    assert "what you typed is kept" in client.get(reverse("account_login")).text
    client.force_login(user)

    page = client.get(url)
    form = own_form(page.text, url)
    assert form is not None
    assert form.data["goal"] == ["Typed & kept"]
    assert "It is not saved yet" in page.text
    assert "hunter2" not in str(dict(client.session))
    part.refresh_from_db()
    assert part.goal == before

    assert client.post(url, form.data).status_code == 302
    part.refresh_from_db()
    assert part.goal == "Typed & kept"
    assert "kept_form" not in client.session


def test_another_account_never_gets_it(user: User, part: Participation) -> None:
    url = page_url(part)
    client = ended(user, url)
    sent_in_vain(client, url, goal="Only mine to read")
    client.force_login(CoordinatorFactory())
    assert "Only mine" not in client.get(url).text
    assert "kept_form" not in client.session


def test_nothing_is_kept_after_signing_out_on_purpose(user: User, part: Participation) -> None:
    url = page_url(part)
    client = Client()
    client.force_login(user)
    client.get(url)
    client.post(reverse("account_logout"))
    sent_in_vain(client, url, goal="Left behind")
    assert "kept_form" not in client.session


def test_nothing_is_kept_of_a_stranger_or_another_site(user: User, part: Participation) -> None:
    url = page_url(part)
    stranger = Client()
    stranger.post(url, {"goal": "Who am I"}, headers=OURS)
    assert Session.objects.count() == 0
    client = ended(user, url)
    client.post(url, {"goal": "Not from here"}, headers={"Origin": "https://elsewhere.example"})
    assert Session.objects.count() == 0


def test_kept_for_an_hour(user: User, part: Participation) -> None:
    url = page_url(part)
    client = ended(user, url)
    sent_in_vain(client, url, goal="Too late")
    session = client.session
    session["kept_form"] |= {"at": session["kept_form"]["at"] - SECONDS - 1}
    session.save()
    client.force_login(user)
    assert "Too late" not in client.get(url).text


def test_refused_token_leads_back_to_the_filled_form(user: User, part: Participation) -> None:
    url = page_url(part)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.get(url)
    refused = client.post(
        url, {"goal": "Typed before the token changed", "csrfmiddlewaretoken": "x" * 64}, headers=OURS
    )
    assert refused.status_code == 403
    assert f'href="{url}">Back to the form' in refused.text
    form = own_form(client.get(url).text, url)
    assert form is not None
    assert form.data["goal"] == ["Typed before the token changed"]


def test_button_without_fields_leads_back_to_its_page(user: User, part: Participation) -> None:
    detail = reverse("collab:collaboration-detail", args=[part.collaboration_id])
    client = ended(user, detail)
    finish = reverse("collab:actionitem-finish", args=[1])
    response = client.post(finish, {}, headers=OURS | {"Referer": f"http://testserver{detail}"})
    assert response["Location"] == f"{reverse('account_login')}?next={detail}"
    client.force_login(user)
    assert "nothing was done" in client.get(detail).text
