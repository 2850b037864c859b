"""A demo of several times the size is as many stories, with people who are at work in the later ones too."""

import pytest

from collab.models import Collaboration
from partners.models import Contact, Organisation
from portfolio.demo import content
from portfolio.demo.build import build

pytestmark = pytest.mark.django_db


def test_twice_the_scale_tells_every_story_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the last of the stories, of which the rest of the demo speaks."""
    monkeypatch.setattr(content, "STORIES", content.STORIES[-8:])
    build(seed=2, scale=2)

    names = Collaboration.objects.values_list("name", flat=True)
    assert len(names) == 16
    assert {f"{name} 2" for name in names if not name.endswith(" 2")} == {name for name in names if name.endswith(" 2")}
    assert Organisation.objects.filter(is_host=True).count() == 1
    assert Contact.objects.filter(deactivated_at=None, organisation__is_host=True).count() == 7 + 3
