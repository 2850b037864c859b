"""One date of the next evaluation: every page, list, panel, file and alert says the same."""

import random
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from assessments.actions import correct_review, record_review
from collab.actions import plan_next_evaluation
from collab.alerts.reading import alerts_of
from collab.enums import Stage
from collab.models import Collaboration
from tests.factories.accounts import AdministratorFactory
from tests.factories.assessments import closed_cycle, collaboration_with, planned_cycle
from tests.factories.partners import OrganisationFactory

pytestmark = pytest.mark.django_db
SHOWN = re.compile(r'data-next-evaluation="(\d+)"\s+datetime="([\d-]+)"')


def collaborations(seed: int) -> list[Collaboration]:
    """Return one collaboration in every stage, each with a random date, a round or a meeting, or none."""
    chance, today = random.Random(seed), timezone.localdate()
    partner, rows = OrganisationFactory(), []
    for stage in Stage:
        row = collaboration_with(partner)
        on = today + timedelta(days=chance.randint(1, 900))
        what = chance.choice(["meeting", "corrected", "round", "nothing"])
        if what in ("meeting", "corrected"):
            facts = {"held_on": today, "outcome": "continue", "next_evaluation_on": on}
            review = record_review(actor=None, cycle=closed_cycle(row), **facts)
            plan_next_evaluation(actor=None, collaboration=row, on=on + timedelta(days=chance.randint(0, 9)))
            if what == "corrected":
                later = facts | {"next_evaluation_on": on + timedelta(days=30)}
                correct_review(actor=None, review=review, **later)
        elif what == "round":
            plan_next_evaluation(actor=None, collaboration=row, on=on)
            planned_cycle(row)
        Collaboration.objects.filter(pk=row.pk).update(
            stage=stage, **({"next_evaluation_on": None} if stage == Stage.ENDED else {})
        )
        rows.append(Collaboration.objects.get(pk=row.pk))
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_every_page_says_the_stored_date(client: Client, seed: int) -> None:
    rows = collaborations(seed)
    user = AdministratorFactory(language="en")
    client.force_login(user)
    stored = {row.pk: row.next_evaluation_on for row in rows}
    wanted = {(str(pk), on.isoformat()) for pk, on in stored.items() if on}
    partner = rows[0].participations.get(organisation__is_host=False).organisation_id
    together = [
        reverse("collab:collaboration-list"),
        f"{reverse('portfolio:dashboard')}?sort=name",
        reverse("collab:organisation-panel", args=[partner]),
    ]
    for url in together:
        assert set(SHOWN.findall(client.get(url).text)) == wanted, url
    for row in rows:
        on = row.next_evaluation_on
        page = client.get(reverse("collab:collaboration-detail", args=[row.pk])).text
        assert SHOWN.findall(page) == ([(str(row.pk), on.isoformat())] if on else [])
        form = client.get(reverse("collab:evaluation-update", args=[row.pk]))
        if on and form.status_code == 200:
            assert form.context["form"]["on"].value() == on
        panel = client.get(reverse("assessments:collaboration-panel", args=[row.pk])).text
        if "Next evaluation: " in panel:
            assert on
            assert f"Next evaluation: {date_format(on)}." in panel
        codes = {alert.code for alert in alerts_of(row, user, timezone.localdate())}
        assert ("evaluation_undated" in codes) <= (on is None)
        assert bool(codes & {"evaluation_overdue", "evaluation_soon"}) <= (on is not None)


def test_no_template_writes_the_date_by_itself() -> None:
    """Fail for a page that shows the field in its own way, and so may differ."""
    alone = {"collab/next_evaluation.html", "assessments/review.html"}
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        name = str(path.relative_to(settings.BASE_DIR / "templates"))
        shown = re.findall(r"\{[{%][^}]*collaboration\.next_evaluation_on", path.read_text())
        assert not shown or name in alone, name
