"""The first page of a partner: what is asked of them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from assessments.actions import submit_answers
from collab.enums import RoleKind, Visibility
from collab.models import Collaboration
from portfolio.asked import asked_of
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import (
    collaboration_with,
    invitations_of,
    opened_cycle,
    planned_cycle,
    same_answer,
)
from tests.factories.collab import ActionItemFactory, CollaborationFactory, RoleAssignmentFactory
from tests.factories.partners import PartnerUserFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("portfolio:asked")


@pytest.fixture
def petra() -> User:
    return PartnerUserFactory(name="Petra", language="en")


@pytest.fixture
def together(petra: User) -> Collaboration:
    return collaboration_with(petra.contact.organisation, name="Taalhuis")


def what(user: User) -> list[str]:
    return [ask.what for ask in asked_of(user, timezone.localdate())]


def test_signing_in_leads_to_it(client: Client, petra: User) -> None:
    client.force_login(petra)
    assert client.get("/").headers["Location"] == PAGE
    client.force_login(CoordinatorFactory())
    assert client.get(PAGE).headers["Location"] == reverse("portfolio:dashboard")


def test_empty_page_says_what_will_stand_there(client: Client, petra: User) -> None:
    client.force_login(petra)
    assert "You do not work together in Samenspel yet" in client.get(PAGE).text
    CollaborationFactory(partners=[petra.contact.organisation])
    assert "Nothing is asked of you now" in client.get(PAGE).text


def test_most_pressing_comes_first_and_has_the_only_main_button(
    client: Client, petra: User, together: Collaboration
) -> None:
    today = timezone.localdate()
    ActionItemFactory(collaboration=together, owner=petra.contact, title="Later", due_on=today + timedelta(days=50))
    ActionItemFactory(collaboration=together, owner=petra.contact, title="Late", due_on=today - timedelta(days=3))
    ActionItemFactory(collaboration=together, title="Of another")
    hidden = {"visibility": Visibility.INTERNAL, "title": "Internal"}
    ActionItemFactory(collaboration=together, owner=petra.contact, **hidden)
    together.participations.filter(organisation=petra.contact.organisation).update(goal="")
    client.force_login(petra)

    assert what(petra) == [
        "Late – 3 days late",
        "Later – in 7 weeks",
        "Write down what your organisation wants to reach",
    ]
    assert client.get(PAGE).text.count("btn-primary") == 1


def test_questions_are_answered_without_the_mail(client: Client, petra: User, together: Collaboration) -> None:
    invitation = invitations_of(opened_cycle(together), petra.contact.organisation)[0]
    type(invitation).objects.filter(pk=invitation.pk).update(contact=petra.contact, linked_email="")
    invitation.refresh_from_db()
    client.force_login(petra)
    url = reverse("assessments:answer-own", args=[invitation.pk])
    assert url in client.get(PAGE).text

    opened = client.post(url, follow=True)

    assert opened.status_code == 200
    assert opened.request["PATH_INFO"].startswith("/e/")
    submit_answers(invitation=invitation, answers=same_answer(4), comments={})
    assert what(petra) == []


def test_lead_looks_who_is_asked(petra: User, together: Collaboration) -> None:
    part = together.participations.get(organisation=petra.contact.organisation)
    part.roles.all().delete()
    RoleAssignmentFactory(participation=part, contact=petra.contact, role=RoleKind.LEAD)
    planned_cycle(together)

    [ask] = asked_of(petra, timezone.localdate())

    assert ask.what.startswith("Look who is asked at your organisation, before")


def test_queries_do_not_grow_with_what_is_asked(
    client: Client, petra: User, together: Collaboration, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(petra)
    counts = []
    for number in (1, 3):
        ActionItemFactory.create_batch(number, collaboration=together, owner=petra.contact)
        with django_assert_max_num_queries(16) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
