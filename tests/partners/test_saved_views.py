"""Views of the list, kept under a name."""

from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.actions import ActionRefused
from partners.lists import actions
from partners.models import SavedView
from tests.edits import send
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.partners import OrganisationFactory, PartnerUserFactory
from tests.partners.test_list import names

pytestmark = pytest.mark.django_db
LIST = reverse("partners:organisation-list")
ADD = reverse("partners:saved-view-create")
VIEWS = reverse("partners:saved-view-list")


def view_of(owner: User, name: str = "Libraries", query: str = "kind=library", **more: bool) -> SavedView:
    return actions.save_view(actor=owner, name=name, query=query, **more)


def test_view_keeps_filters_sort_and_columns(client: Client, coordinator: User) -> None:
    OrganisationFactory(name="Noord", kind="library", city="Assen")
    OrganisationFactory(name="Oost", kind="library", city="Zwolle")
    OrganisationFactory(name="Shop", kind="company")

    address = f"{ADD}?kind=library&sort=-city&columns=name&columns=city&page=3&nonsense=1"
    response = client.post(address, {"name": "Libraries"}, follow=True)

    view = SavedView.objects.get()
    assert view.query == "kind=library&sort=-city&columns=name&columns=city"
    assert response.redirect_chain == [(f"{LIST}?{view.query}&view={view.pk}", 302)]
    assert names(response.text) == ["Oost", "Noord"]
    assert f'<a href="{LIST}?{view.query}&view={view.pk}" aria-current="page">' in " ".join(
        unescape(response.text).split()
    )


def test_address_works_for_every_colleague(client: Client) -> None:
    view = view_of(CoordinatorFactory())
    OrganisationFactory(name="Noord", kind="library")
    OrganisationFactory(name="Shop", kind="company")
    client.force_login(ManagerFactory())

    assert names(client.get(view.address).text) == ["Noord"]


def test_outdated_address_shows_what_it_still_means(client: Client, coordinator: User) -> None:
    OrganisationFactory(name="Noord")
    outdated = "kind=gone&tag=999&owner=x&columns=gone&sort=gone&view=77&other=1"

    assert names(client.get(f"{LIST}?{outdated}").text) == ["Noord"]


def test_same_name_replaces_an_own_view(coordinator: User) -> None:
    first = view_of(coordinator)
    again = view_of(coordinator, name=" libraries ", query="kind=care")
    view_of(CoordinatorFactory())

    assert again.pk == first.pk
    assert SavedView.objects.get(pk=first.pk).query == "kind=care"
    assert SavedView.objects.count() == 2


def test_only_the_owner_sees_a_view_unless_it_is_shared(client: Client, coordinator: User) -> None:
    other = CoordinatorFactory(name="Bas")
    view_of(coordinator, "Mine")
    view_of(other, "Secret")
    view_of(other, "Ours", is_shared=True)

    html = client.get(LIST).text

    assert [name in html for name in ("Mine", "Ours", "Secret")] == [True, True, False]
    assert "Bas" in client.get(VIEWS).text


def test_default_opens_the_list(client: Client, coordinator: User) -> None:
    view_of(coordinator, "First", is_default=True)
    second = view_of(coordinator, "Second", query="kind=care", is_default=True)
    view_of(CoordinatorFactory(), "Other", is_shared=True, is_default=True)

    assert list(SavedView.objects.filter(owner=coordinator, is_default=True)) == [second]
    assert client.get(LIST).headers["Location"] == second.address
    assert client.get(LIST, {"view": "all"}).status_code == 200
    assert client.get(LIST, headers={"HX-Request": "true"}).status_code == 200


def test_owner_renames_shares_and_deletes(client: Client, coordinator: User) -> None:
    view = view_of(coordinator)
    update = reverse("partners:saved-view-update", args=[view.pk])

    send(client, update, {"name": "Bibliotheken", "is_shared": "on", "is_default": "on"})
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.is_default) == ("Bibliotheken", True, True)

    send(client, reverse("partners:saved-view-delete", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_name_that_another_view_has_is_refused(client: Client, coordinator: User) -> None:
    view_of(coordinator, "Taken")
    view = view_of(coordinator)

    response = send(client, reverse("partners:saved-view-update", args=[view.pk]), {"name": "taken"})

    assert response.status_code == 422
    assert "You have a view with this name already." in response.text


def test_nameless_view_is_refused(coordinator: User) -> None:
    with pytest.raises(ActionRefused, match="name"):
        view_of(coordinator, name="  ")


def test_shared_view_is_changed_by_its_owner_or_an_administrator_only(coordinator: User) -> None:
    view = view_of(coordinator, is_shared=True, is_default=True)

    with pytest.raises(PermissionDenied):
        actions.change_view(actor=CoordinatorFactory(), view=view, name="X")
    actions.change_view(actor=AdministratorFactory(), view=view, name="X", is_shared=True)
    view.refresh_from_db()
    assert (view.name, view.is_default) == ("X", True)


def test_private_view_is_nobody_elses(client: Client, coordinator: User) -> None:
    view = view_of(coordinator)
    client.force_login(AdministratorFactory())

    assert client.get(reverse("partners:saved-view-update", args=[view.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.delete_view(actor=AdministratorFactory(), view=view)


def test_partners_save_nothing() -> None:
    with pytest.raises(PermissionDenied):
        view_of(PartnerUserFactory())


@pytest.mark.parametrize("number", [1, 3])
def test_queries_are_the_same_for_one_and_for_many(
    client: Client, coordinator: User, number: int, django_assert_max_num_queries: object
) -> None:
    for place in range(number):
        view_of(CoordinatorFactory(), f"View {place}", is_shared=True)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        client.get(VIEWS)
