"""The Back button: no page can be read after signing out, and no older text overwrites a newer one."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from collab.models import Participation
from tests.e2e.people import let_in, send
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def desk(new_page: Callable[..., Page]) -> Page:
    page = new_page(locale="en-GB")
    let_in(page, CoordinatorFactory(language="en"))
    return page


def test_nothing_is_to_be_read_after_signing_out(desk: Page) -> None:
    collaboration = CollaborationFactory(name="Secret garden")
    page = reverse("collab:collaboration-detail", args=[collaboration.pk])
    desk.goto(page)
    expect(desk.locator("h1")).to_have_text("Secret garden")
    desk.goto(reverse("collab:collaboration-list"))
    desk.goto(reverse("account_logout"))
    desk.locator("main form button[type=submit]").click()
    desk.wait_for_url("**/accounts/login/**")

    for _step in range(3):
        desk.go_back()
        expect(desk.locator("[name=login]")).to_be_visible()
        assert "Secret garden" not in desk.content()
    stored = desk.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Secret garden" not in stored
    assert "htmx-history" not in stored


def test_back_puts_nothing_older_over_what_is_newer(desk: Page) -> None:
    collaboration = CollaborationFactory()
    part: Participation = collaboration.participations.get(organisation__is_host=True)
    url = reverse("collab:participation-update", args=[part.pk])
    desk.goto(url)
    before = desk.locator("[name=motive]").input_value()
    desk.locator("[name=goal]").fill("The newest goal")
    send(desk, "Save")
    desk.wait_for_url("**/collaborations/**")

    desk.go_back()
    expect(desk.locator("[name=goal]")).to_have_value("The newest goal")
    send(desk, "Save")
    desk.wait_for_url("**/collaborations/**")
    part.refresh_from_db()
    assert (part.goal, part.motive) == ("The newest goal", before)


def test_typed_and_left_and_come_back_to_overwrites_nobody(desk: Page) -> None:
    """Type without sending, let another person save, then go Back: at worst the two are shown beside each other."""
    collaboration = CollaborationFactory()
    part: Participation = collaboration.participations.get(organisation__is_host=True)
    desk.goto(reverse("collab:participation-update", args=[part.pk]))
    desk.locator("[name=goal]").fill("Older, typed by me")
    desk.goto(reverse("collab:collaboration-list"))
    Participation.objects.filter(pk=part.pk).update(goal="Newer, saved by somebody else")

    desk.go_back()
    send(desk, "Save")
    part.refresh_from_db()
    assert part.goal == "Newer, saved by somebody else"
