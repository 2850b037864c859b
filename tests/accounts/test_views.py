import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.edits import send
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_language_of_the_account_changes_and_the_page_stays() -> None:
    user = UserFactory(language="en")
    response = signed_in(user).post(reverse("accounts:language-change"), {"language": "nl", "next": "/account/?a=1"})
    user.refresh_from_db()
    assert (response.status_code, response["Location"], user.language) == (302, "/account/?a=1", "nl")


def test_language_of_a_visitor_is_kept_in_a_cookie() -> None:
    UserFactory()
    client = Client()
    response = client.post(reverse("accounts:language-change"), {"language": "en", "next": "/accounts/login/"})
    assert response["Location"] == "/accounts/login/"
    assert '<html lang="en"' in client.get("/accounts/login/").content.decode()


def test_unknown_language_changes_nothing() -> None:
    user = UserFactory(language="en")
    response = signed_in(user).post(reverse("accounts:language-change"), {"language": "xx"})
    user.refresh_from_db()
    assert (response["Location"], user.language) == ("/", "en")
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_change_never_leads_to_another_site(target: str) -> None:
    response = Client().post(reverse("accounts:language-change"), {"language": "en", "next": target})
    assert response["Location"] == "/"


@pytest.mark.parametrize("name", ["accounts:language-change", "accounts:appearance-change"])
def test_reading_an_address_changes_nothing(name: str) -> None:
    assert signed_in(UserFactory()).get(reverse(name)).status_code == 405


def test_appearance_of_the_account_changes() -> None:
    user = UserFactory()
    client = signed_in(user)
    client.post(reverse("accounts:appearance-change"), {"appearance": "dark"})
    user.refresh_from_db()
    assert user.appearance == "dark"
    assert 'data-bs-theme="dark"' in client.get(reverse("accounts:preferences")).content.decode()


def test_appearance_stays_after_signing_out() -> None:
    client = signed_in(UserFactory())
    client.post(reverse("accounts:appearance-change"), {"appearance": "dark"})
    client.post(reverse("account_logout"))
    assert 'data-bs-theme="dark"' in client.get("/accounts/login/").content.decode()


def test_preferences_are_saved() -> None:
    user = UserFactory(language="en")
    response = send(signed_in(user), reverse("accounts:preferences"), {"language": "nl", "appearance": "light"})
    user.refresh_from_db()
    assert (response["Location"], user.language, user.appearance) == (reverse("accounts:preferences"), "nl", "light")


def test_preferences_refuse_nonsense_and_change_nothing() -> None:
    user = UserFactory(language="en")
    response = signed_in(user).post(reverse("accounts:preferences"), {"language": "xx", "appearance": "light"})
    user.refresh_from_db()
    assert "data-error-summary" in response.content.decode()
    assert (user.language, user.appearance) == ("en", "system")


def test_preferences_show_what_one_may_do() -> None:
    html = signed_in(CoordinatorFactory()).get(reverse("accounts:preferences")).content.decode()
    assert "<dd> Coordinator </dd>" in " ".join(html.split())
    assert "What you may do" not in signed_in(UserFactory()).get(reverse("accounts:preferences")).content.decode()


def test_preferences_offer_a_password_to_who_has_none() -> None:
    html = signed_in(UserFactory()).get(reverse("accounts:preferences")).content.decode()
    assert reverse("account_set_password") in html
    html = signed_in(UserFactory(password="river-apple-42")).get(reverse("accounts:preferences")).content.decode()
    assert reverse("account_change_password") in html


@pytest.mark.parametrize("name", ["accounts:colleague-list", "accounts:colleague-create"])
def test_colleagues_are_for_administrators(name: str) -> None:
    assert signed_in(CoordinatorFactory()).get(reverse(name)).status_code == 403
    assert signed_in(AdministratorFactory()).get(reverse(name)).status_code == 200


def test_colleague_list_leaves_partners_out() -> None:
    UserFactory(name="Partner person")
    CoordinatorFactory(name="Colleague person")
    html = signed_in(AdministratorFactory()).get(reverse("accounts:colleague-list")).content.decode()
    assert "Colleague person" in html
    assert "Partner person" not in html


@pytest.mark.parametrize("colleagues", [1, 3])
def test_colleague_list_costs_the_same_for_many(
    colleagues: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    CoordinatorFactory.create_batch(colleagues)
    client = signed_in(AdministratorFactory())
    # Session, user, page, their roles, and whether mail is kept back, which administrators read on every page.
    with django_assert_num_queries(5):  # type: ignore[operator]
        client.get(reverse("accounts:colleague-list"))


def test_administrator_adds_a_colleague() -> None:
    data = {"name": "Noor", "email": "Noor@Example.org", "language": "nl", "roles": ["manager"]}
    response = signed_in(AdministratorFactory()).post(reverse("accounts:colleague-create"), data)
    user = User.objects.get(email="noor@example.org")
    assert response["Location"] == reverse("accounts:colleague-list")
    assert (user.name, user.language, user.roles, user.has_usable_password()) == ("Noor", "nl", {"manager"}, False)


def test_taken_address_is_said_beside_the_field_and_the_rest_is_kept() -> None:
    UserFactory(email="noor@example.org")
    data = {"name": "Noor de Wit", "email": "noor@example.org", "language": "nl", "roles": ["manager"]}
    html = signed_in(AdministratorFactory()).post(reverse("accounts:colleague-create"), data).content.decode()
    assert 'id="id_email_error"' in html
    assert 'value="Noor de Wit"' in html


def test_administrator_changes_a_colleague() -> None:
    colleague = CoordinatorFactory()
    data = {"name": "New name", "language": "en", "roles": ["manager", "administrator"]}
    send(signed_in(AdministratorFactory()), reverse("accounts:colleague-update", args=[colleague.pk]), data)
    changed = User.objects.get(pk=colleague.pk)
    assert (changed.name, changed.is_active) == ("New name", False)
    assert set(changed.groups.values_list("name", flat=True)) == {"manager", "administrator"}


def test_last_administrator_stays() -> None:
    administrator = AdministratorFactory(name="Only one")
    data = {"name": "Changed", "language": "en", "roles": ["manager"], "is_active": "on"}
    response = send(signed_in(administrator), reverse("accounts:colleague-update", args=[administrator.pk]), data)
    administrator.refresh_from_db()
    assert "There must be at least one active administrator." in response.content.decode()
    assert (administrator.name, list(administrator.groups.values_list("name", flat=True))) == (
        "Only one",
        ["administrator"],
    )


def test_partner_account_is_not_a_colleague_to_change() -> None:
    partner = UserFactory()
    url = reverse("accounts:colleague-update", args=[partner.pk])
    assert signed_in(AdministratorFactory()).get(url).status_code == 404
