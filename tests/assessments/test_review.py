"""The review meeting: on the page of its collaboration, in its history, and corrected for all to see."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.actions import AgreedAction, correct_review, record_review
from assessments.models import EvaluationCycle, ReviewMeeting
from collab.history import entries_of
from common.actions import ActionRefused
from common.edits import Seen
from partners.actions import deactivate_contact
from tests.edits import send
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import closed_cycle, collaboration_with, planned_cycle
from tests.factories.partners import ContactFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorder() -> User:
    return CoordinatorFactory(name="Sanne Visser")


@pytest.fixture
def partner() -> User:
    return PartnerUserFactory(language="en")


@pytest.fixture
def review(recorder: User, partner: User) -> ReviewMeeting:
    """Return a meeting that Sanne recorded, with one action of the partner."""
    today = timezone.localdate()
    return record_review(
        actor=recorder,
        cycle=closed_cycle(collaboration_with(partner.contact.organisation)),
        held_on=today,
        outcome="adjust",
        summary="We meet more often.",
        next_evaluation_on=today + timedelta(days=200),
        agreed=[AgreedAction("Plan the meetings", partner.contact, today + timedelta(days=20))],
    )


def shown(client: Client, user: User, cycle: EvaluationCycle, name: str = "assessments:collaboration-panel") -> str:
    client.force_login(user)
    key = cycle.collaboration_id if name.endswith("panel") else cycle.pk
    return re.sub(r"\s+", " ", client.get(reverse(name, args=[key])).content.decode())


def test_all_sides_read_on_the_collaboration_what_was_agreed(
    client: Client, review: ReviewMeeting, partner: User
) -> None:
    for user in (ManagerFactory(language="en"), partner):
        page = shown(client, user, review.cycle)
        assert "What we agreed" in page
        assert "· Adjust</span>" in page
        assert "We meet more often." in page
        assert "Plan the meetings" in page
        assert "Corrected on" not in page


def test_organisation_that_came_later_does_not_read_it(client: Client, review: ReviewMeeting) -> None:
    later = PartnerUserFactory(language="en")
    review.cycle.collaboration.participations.create(organisation=later.contact.organisation)
    page = shown(client, later, review.cycle)
    assert "What we agreed" not in page
    assert "We meet more often." not in page


def test_recorder_corrects_the_meeting_and_all_see_that(
    client: Client, review: ReviewMeeting, recorder: User, partner: User
) -> None:
    client.force_login(recorder)
    url = reverse("assessments:review-update", args=[review.cycle_id])
    on = timezone.localdate() + timedelta(days=300)
    data = {"held_on": review.held_on, "outcome": "continue", "summary": "We meet less.", "next_evaluation_on": on}

    assert send(client, url, data).status_code == 302

    review.refresh_from_db()
    assert (review.outcome, review.summary, review.next_evaluation_on) == ("continue", "We meet less.", on)
    review.cycle.collaboration.refresh_from_db()
    assert review.cycle.collaboration.next_evaluation_on == on
    for name in ("assessments:collaboration-panel", "assessments:cycle-results"):
        page = shown(client, partner, review.cycle, name)
        assert "We meet less." in page
        assert re.search(r"Corrected on [^<]+ by Sanne Visser\.", page)
        assert url not in page


def test_correcting_leaves_a_date_alone_that_was_agreed_on_since(review: ReviewMeeting, recorder: User) -> None:
    collaboration, today = review.cycle.collaboration, timezone.localdate()
    type(collaboration).objects.filter(pk=collaboration.pk).update(next_evaluation_on=today + timedelta(days=50))
    facts = {"held_on": today, "outcome": "adjust", "next_evaluation_on": today + timedelta(days=300)}
    correct_review(actor=recorder, review=review, **facts)
    collaboration.refresh_from_db()
    assert collaboration.next_evaluation_on == today + timedelta(days=50)


def test_meeting_that_was_corrected_to_a_stop_has_no_next_date(review: ReviewMeeting, recorder: User) -> None:
    correct_review(actor=recorder, review=review, held_on=review.held_on, outcome="stop")
    review.refresh_from_db()
    assert (review.outcome, review.next_evaluation_on) == ("stop", None)
    with pytest.raises(ActionRefused, match="date of the next evaluation"):
        correct_review(actor=recorder, review=review, held_on=review.held_on, outcome="continue")


def test_only_the_recorder_and_administrators_correct_it(client: Client, review: ReviewMeeting) -> None:
    client.force_login(CoordinatorFactory())
    assert client.get(reverse("assessments:review-update", args=[review.cycle_id])).status_code == 403


@pytest.mark.usefixtures("review")
def test_history_of_the_collaboration_tells_of_rounds_and_meetings(partner: User) -> None:
    collaboration = EvaluationCycle.objects.get().collaboration
    collaboration = type(collaboration).objects.get(pk=collaboration.pk)
    planned_cycle(collaboration)
    theirs = [entry.what for entry in entries_of(collaboration, partner)]
    ours = [entry.what for entry in entries_of(collaboration, ManagerFactory())]
    # In one transaction all has one time, so that the order tells nothing.
    told = ("Round planned", "Round opened", "Round closed", "Results discussed")
    assert [theirs.count(what) for what in told] == [0, 1, 1, 1]
    assert [ours.count(what) for what in told] == [2, 1, 1, 1]


def test_who_were_there_is_corrected_for_all_to_see(
    client: Client, review: ReviewMeeting, recorder: User, partner: User
) -> None:
    cycle, organisation = review.cycle, partner.contact.organisation
    once = ContactFactory(organisation=organisation, name="Olga Once", email="olga@once.example")
    correct_review(actor=recorder, review=review, **facts_of(review), attendees=[once])
    deactivate_contact(actor=None, contact=once)
    client.force_login(recorder)
    url = reverse("assessments:review-update", args=[cycle.pk])
    assert "Olga Once" in client.get(url).text

    assert send(client, url, facts_of(review) | {"attendees": [partner.contact.pk]}).status_code == 302

    assert list(review.attendees.all()) == [partner.contact]
    page = shown(client, partner, cycle)
    assert f"Who were there: {partner.contact.name}" in page
    assert re.search(r"Corrected on [^<]+ by Sanne Visser\.", page)
    corrections = [e for e in entries_of(cycle.collaboration, partner) if e.what == "Review meeting corrected"]
    told = [{(part.name, part.event) for part in entry.parts} for entry in corrections]
    assert {("Was there: Olga Once", "delete"), (f"Was there: {partner.contact.name}", "insert")} in told


def test_two_people_correct_who_were_there(review: ReviewMeeting, recorder: User, partner: User) -> None:
    ours, theirs = ContactFactory(), partner.contact
    nobody = Seen.of({"attendees": [], **facts_of(review)})
    for contact in (ours, theirs):
        correct_review(actor=recorder, review=review, **facts_of(review), attendees=[contact], seen=nobody)
    assert set(review.attendees.all()) == {ours, theirs}


def facts_of(review: ReviewMeeting) -> dict[str, Any]:
    return {name: getattr(review, name) for name in ("held_on", "outcome", "summary", "next_evaluation_on")}
