"""The evaluation rounds of the demo: the answers of each person, and the discussions of the results."""

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.utils import timezone

from assessments import actions as rounds
from assessments.models import EvaluationCycle, Invitation
from collab import actions as collab
from collab.models import Collaboration
from common.dates import add_months
from portfolio.demo import content as text
from portfolio.demo.content import Story
from portfolio.demo.people import people_of
from portfolio.demo.world import DAYS_TO_ANSWER, Demo, level_of, on


def hold_round(demo: Demo, story: Story, collaboration: Collaboration, day: date, *, is_last: bool) -> None:
    cycle = open_round(demo, story, collaboration, day)
    with on(day + timedelta(days=5)):
        silent, said = is_last and story.ends == "silent", things_to_say(demo.chance)
        for invitation in cycle.invitations.select_related("party", "contact", "cycle"):
            if demo.chance.random() < 0.9 and not (silent and not invitation.party.is_host):
                give_answers(demo, story, invitation, cycle.number, said)
    closed = day + timedelta(days=DAYS_TO_ANSWER)
    with on(closed):
        rounds.close_cycle(actor=None, cycle=cycle)
    if not (is_last and story.ends == "not_discussed"):
        with on(closed + timedelta(days=14)):
            held_on = timezone.localdate()
            people = [row.contact for row in cycle.invitations.select_related("contact")]
            agreed = [
                rounds.AgreedAction(
                    title, demo.chance.choice(people), held_on + timedelta(days=demo.chance.randint(30, 120))
                )
                for title in demo.chance.sample(text.ACTIONS, 3)
            ]
            review = rounds.record_review(
                actor=demo.coordinator,
                cycle=cycle,
                held_on=held_on,
                outcome=demo.chance.choice(["continue", "adjust", "adjust"]),
                summary=demo.chance.choice(text.SUMMARIES),
                next_evaluation_on=_next_date(demo, story, held_on, is_last=is_last),
                attendees=people[:6],
                agreed=agreed,
            )
            for item in review.action_items.all():
                if item.due_on <= demo.today and not (is_last and story.ends == "late_action"):
                    collab.finish_action_item(actor=demo.coordinator, item=item)


def open_round(
    demo: Demo, story: Story, collaboration: Collaboration, day: date, *, closes_on: date | None = None
) -> EvaluationCycle:
    with on(day):
        participations = collaboration.participations.select_related("organisation")
        cycle = rounds.plan_cycle(
            actor=demo.coordinator,
            collaboration=collaboration,
            opens_on=day,
            closes_on=closes_on or day + timedelta(days=DAYS_TO_ANSWER),
            contacts=[contact for row in participations for contact in people_of(row)[: story.people]],
            mode=story.mode,
        )
        rounds.open_cycle(actor=demo.coordinator, cycle=cycle)
    return cycle


def things_to_say(chance: random.Random) -> dict[tuple[str, str], Iterator[str]]:
    """Return the comments by question and language, shuffled anew for every round."""
    texts = {"keep": text.KEEP, "change_first": text.CHANGE}
    return {
        (question, language): iter(chance.sample(said, len(said)))
        for question, by_language in texts.items()
        for language, said in by_language.items()
    }


def give_answers(
    demo: Demo, story: Story, invitation: Invitation, number: int, said: Mapping[tuple[str, str], Iterator[str]]
) -> None:
    """Answer for a person: by a personal leaning, the experience of the side, and a small change each round."""
    chance, instrument = demo.chance, invitation.cycle.instrument.definition
    level = (story.host if invitation.party.is_host else story.partner) + chance.gauss(0, 0.3) + (number - 2) * 0.15
    answers: dict[str, int | None] = {}
    comments: dict[str, str] = {}
    for factor in instrument.factors:
        mood = level + (level_of(story.name + factor.key) - 0.5) * 1.2
        for item in factor.items:
            lenient = 0.3 if item.view == "own" else -0.2 if item.view == "partner" else 0.0
            value = round(mood + lenient + chance.gauss(0, 0.6))
            answers[item.key] = None if chance.random() < 0.06 else min(5, max(1, value))
            if (answers[item.key] or 5) <= 2 and chance.random() < 0.2:
                comments[f"low:{item.key}"] = chance.choice(text.HELP)
    for item in instrument.overall_items:
        answers[item.key] = min(5, max(1, round(level + 0.3 + chance.gauss(0, 0.5))))
    for question in ("keep", "change_first"):
        if chance.random() < 0.7:
            comments[question] = next(said[question, invitation.contact.language], "")
    rounds.submit_answers(invitation=invitation, answers=answers, comments=comments)


def _next_date(demo: Demo, story: Story, held_on: date, *, is_last: bool) -> date:
    if is_last and story.ends == "overdue":
        return demo.today - timedelta(days=31)
    following = add_months(held_on, 6 if story.important else 12)
    return max(following, demo.today + timedelta(days=demo.chance.randint(20, 240))) if is_last else following
