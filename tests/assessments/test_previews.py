"""Who may open a round sees beforehand what people get: nothing is sent, and nothing that is filled in is kept."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.actions import open_cycle
from assessments.models import EvaluationCycle, PersonalLink, Response
from notifications.models import OutgoingMail
from partners.models import Contact
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import planned_cycle, same_answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> EvaluationCycle:
    cycle = planned_cycle()
    Contact.objects.update(language="nl")
    Contact.objects.filter(pk=cycle.invitations.earliest("pk").contact_id).update(language="en", name="Edith English")
    return cycle


@pytest.fixture
def coordinator(client: Client) -> Client:
    client.force_login(CoordinatorFactory(language="en", name="Coco Keeper"))
    return client


def url(cycle: EvaluationCycle, name: str, language: str = "") -> str:
    page = reverse(f"assessments:cycle-preview{name}", args=[cycle.pk])
    return f"{page}?language={language}" if language else page


def test_mail_is_the_one_that_people_get_but_for_its_link(coordinator: Client, cycle: EvaluationCycle) -> None:
    shown = coordinator.get(url(cycle, "-mail", "en")).content.decode()
    assert not OutgoingMail.objects.exists()

    open_cycle(actor=None, cycle=cycle)
    sent = OutgoingMail.objects.get(to_name="Edith English").body_html
    assert shown.replace("http://testserver/e/preview/", "https://personal-link.invalid/") == sent
    assert coordinator.get("/e/preview/").status_code == 404


def test_page_shows_each_language_with_the_number_of_people(coordinator: Client, cycle: EvaluationCycle) -> None:
    page = " ".join(coordinator.get(url(cycle, "")).content.decode().split())
    assert page.index("(5 people)") < page.index("(1 person)")
    assert "Hoe werken we samen?" in page
    assert "How do we work together?" in coordinator.get(url(cycle, "", "en")).content.decode()


def test_frame_of_the_mail_may_do_nothing(coordinator: Client, cycle: EvaluationCycle) -> None:
    policy = coordinator.get(url(cycle, "-mail"))["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src 'none'" in policy
    assert "frame-src 'self'" in coordinator.get(url(cycle, ""))["Content-Security-Policy"]


def test_form_keeps_nothing(coordinator: Client, cycle: EvaluationCycle) -> None:
    form = url(cycle, "-form", "nl")
    page = coordinator.get(form).content.decode()
    assert 'lang="nl"' in page
    assert "Dit is een voorbeeld" in page
    assert "data-save=" not in page

    answers = dict.fromkeys(same_answer(4), "4")
    for sent in (answers, {**answers, "later": "1"}, {**answers, "anyway": "1"}):
        assert coordinator.post(form, sent, follow=True).status_code == 200
    cycle.refresh_from_db()
    assert (Response.objects.count(), PersonalLink.objects.count(), cycle.status) == (0, 0, "planned")
    assert not OutgoingMail.objects.exists()


def test_round_that_is_over_has_no_preview(coordinator: Client, cycle: EvaluationCycle) -> None:
    EvaluationCycle.objects.filter(pk=cycle.pk).update(status="cancelled")
    assert [coordinator.get(url(cycle, name)).status_code for name in ("", "-mail", "-form")] == [404, 404, 404]
