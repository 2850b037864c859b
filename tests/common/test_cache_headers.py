"""No file with data may be kept by a browser or a proxy; ``tests.test_permissions`` asks the same of every page."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("query", ["", "?format=csv", "?format=xlsx"])
def test_no_export_is_kept(query: str, world: World) -> None:
    client = Client()
    client.force_login(world.users["administrator"])
    response = client.get(reverse("partners:organisation-export") + query)
    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)


def test_static_file_may_be_kept() -> None:
    assert "no-store" not in Client().get("/static/css/app.css").get("Cache-Control", "")
