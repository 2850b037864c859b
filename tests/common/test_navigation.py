import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory, UserFactory

pytestmark = pytest.mark.django_db

COLLEAGUE = ["Portfolio", "Collaborations", "Partners", "Evaluations", "Messages"]


def entries(user: User) -> list[str]:
    """Return the words of the menu in the sidebar, as a user sees them on the page of their account."""
    client = Client()
    client.force_login(user)
    html = client.get(reverse("accounts:preferences")).content.decode()
    menu = html.split('class="side"')[1].split("</nav>")[0]
    return re.findall(r"<li><a [^>]*>([^<]+)</a></li>", menu)


@pytest.mark.parametrize("factory", [CoordinatorFactory, ManagerFactory])
def test_colleague_sees_all_sections(factory: type[UserFactory]) -> None:
    assert entries(factory()) == COLLEAGUE


def test_administrator_sees_the_colleagues_too() -> None:
    assert entries(AdministratorFactory()) == [*COLLEAGUE, "Colleagues", "Tags and themes"]


def test_partner_sees_only_what_is_their_own() -> None:
    assert entries(UserFactory()) == ["Asked of you", "Our collaborations", "Our organisation"]


def test_menu_on_phones_is_the_same_menu() -> None:
    client = Client()
    client.force_login(AdministratorFactory())
    html = client.get(reverse("accounts:preferences")).content.decode()
    assert html.count(f'href="{reverse("accounts:colleague-list")}"') == 2
