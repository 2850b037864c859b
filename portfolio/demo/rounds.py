"""The evaluation rounds of a collaboration: planned, opened, answered, closed, discussed, and acted upon."""

from datetime import date, timedelta

from django.utils import timezone

from assessments import actions as rounds
from assessments.enums import Outcome
from assessments.models import EvaluationCycle, Invitation
from collab.actions import drop_action_item, finish_action_item
from collab.models import ActionItem
from common.dates import add_months
from partners.models import Contact
from portfolio.demo.answers import Respondent, fill_in
from portfolio.demo.calendar import Steps, workday
from portfolio.demo.people import address
from portfolio.demo.tale import INSTRUMENT, Tale
from portfolio.demo.texts import talk

OPEN_DAYS = 21
DAYS_AHEAD = 12
MOST_AGREED = 3
# What becomes of an invitation, out of 100; and, one after the other, in the round that is open today.
FATES = {"answers": 84, "nothing": 7, "starts": 4, "declines": 4, "passes": 1}
FATES_TODAY = ("answers", "nothing", "starts", "answers", "declines", "nothing", "answers", "nothing", "passes")


def hold_round(tale: Tale, number: int, opens_on: date) -> Steps:
    """One round from planning to discussing, counted from 0; the last part only if its outcome is known."""
    yield opens_on - timedelta(days=DAYS_AHEAD)
    cycle = plan(tale, opens_on)
    yield opens_on
    rounds.open_cycle(actor=tale.actor, cycle=cycle)
    _ask(tale, cycle, number)
    yield opens_on + timedelta(days=OPEN_DAYS + 1)
    rounds.close_cycle(actor=None, cycle=cycle)
    if number < len(tale.story.outcomes):
        yield workday(opens_on + timedelta(days=OPEN_DAYS + tale.chance.randint(8, 14)))
        _discuss(tale, cycle, number)


def plan(tale: Tale, opens_on: date) -> EvaluationCycle:
    return rounds.plan_cycle(
        actor=tale.actor,
        collaboration=tale.collaboration,
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=OPEN_DAYS),
        contacts=[contact for _side, contact in tale.asked()],
        mode=tale.story.mode,
    )


def _ask(tale: Tale, cycle: EvaluationCycle, number: int) -> None:
    """Let everybody asked do something, or nothing, in the days to come."""
    invitations = {invitation.contact_id: invitation for invitation in cycle.invitations.select_related("contact")}
    is_today = tale.story.today == "open" and number == len(tale.story.rounds)
    for place, (side, contact) in enumerate(tale.asked()):
        fate = FATES_TODAY[place % len(FATES_TODAY)] if is_today else _fate(tale, side, contact, number)
        respondent = Respondent(tale.seed, contact.email, side, number)
        day = cycle.opens_on + timedelta(days=tale.chance.randint(1, OPEN_DAYS - 3))
        if fate != "nothing":
            tale.calendar.add(_respond(tale, invitations[contact.pk], respondent, fate, day))


def _fate(tale: Tale, side: str, contact: Contact, number: int) -> str:
    """Who decides and who leads always answer, unless their whole side is silent in the last round."""
    if side == tale.story.silent and number == len(tale.story.rounds) - 1:
        return "nothing"
    if contact in tale.teams[side][:2]:
        return "answers"
    return tale.chance.choices(list(FATES), list(FATES.values()))[0]


def _respond(tale: Tale, invitation: Invitation, respondent: Respondent, fate: str, day: date) -> Steps:
    answers, comments = fill_in(respondent, tale.story, INSTRUMENT)
    begun = dict(list(answers.items())[: tale.chance.randint(4, 12)])
    yield day
    if fate == "declines":
        rounds.decline(invitation=invitation)
    elif fate == "starts":
        rounds.save_answers(invitation=invitation, answers=begun, comments={})
    elif fate == "passes":
        yield from _pass_on(tale, invitation, respondent, day)
    else:
        rounds.submit_answers(invitation=invitation, answers=answers, comments=comments)


def _pass_on(tale: Tale, invitation: Invitation, respondent: Respondent, day: date) -> Steps:
    """A colleague who knows more of it answers two days later."""
    name = tale.network.names.draw()
    email = address(name, respondent.email.partition("@")[2].removesuffix(".example"))
    passed_on = rounds.pass_on(invitation=invitation, name=name, email=email)
    yield day + timedelta(days=2)
    colleague = Respondent(tale.seed, email, respondent.side, respondent.round)
    answers, comments = fill_in(colleague, tale.story, INSTRUMENT)
    rounds.submit_answers(invitation=passed_on, answers=answers, comments=comments)


def _discuss(tale: Tale, cycle: EvaluationCycle, number: int) -> None:
    """Talk about the two lowest factors, agree on what to do about them, and on the next time."""
    cycle.refresh_from_db()
    outcome, held_on = tale.story.outcomes[number], timezone.localdate()
    lowest = _lowest(cycle)[:2]
    review = rounds.record_review(
        actor=tale.actor,
        cycle=cycle,
        held_on=held_on,
        outcome=outcome,
        summary=_report(tale, outcome, lowest),
        next_evaluation_on=None if outcome == Outcome.STOP else _next_date(tale, number),
        attendees=[contact for _side, contact in tale.asked()][::2],
        agreed=[] if outcome == Outcome.STOP else _agreed(tale, lowest, held_on),
    )
    for item in review.action_items.order_by("pk"):
        tale.calendar.add(_settle(tale, item))


def _lowest(cycle: EvaluationCycle) -> list[str]:
    scored = [row for row in cycle.summary if row["score"] is not None]
    return [row["key"] for row in sorted(scored, key=lambda row: row["score"])] or ["strategic_fit"]


def _report(tale: Tale, outcome: str, factors: list[str]) -> str:
    language = tale.story.language
    said = [tale.chance.choice(talk(language, factor, "said")) for factor in factors]
    return " ".join([tale.chance.choice(talk(language, "opening", outcome)), *said])


def _agreed(tale: Tale, factors: list[str], held_on: date) -> list[rounds.AgreedAction]:
    """Actions about the lowest factors, each side in turn."""
    offers = [title for factor in factors for title in talk(tale.story.language, factor, "agree")]
    titles = tale.chance.sample(offers, min(MOST_AGREED, len(offers)))
    return [
        rounds.AgreedAction(title, _owner(tale, place), workday(held_on + timedelta(days=tale.chance.randint(25, 110))))
        for place, title in enumerate(titles)
    ]


def _owner(tale: Tale, place: int) -> Contact:
    side = tale.sides[(place + tale.number) % len(tale.sides)]
    people = [contact for key, contact in tale.asked() if key == side]
    return tale.chance.choice(people[1:] or people)


def _settle(tale: Tale, item: ActionItem) -> Steps:
    """Most actions are done in time, a few are dropped; those of the last round may still be open."""
    settled_on = item.due_on - timedelta(days=tale.chance.randint(0, 14))
    settle = drop_action_item if tale.chance.random() < 0.12 else finish_action_item
    yield settled_on
    settle(actor=tale.actor, item=item)


def _next_date(tale: Tale, number: int) -> date:
    """When the next round opened; after the last one what the story says, or one interval after it opened."""
    story, today = tale.story, tale.calendar.today
    if number + 1 < len(story.rounds):
        return tale.day(story.rounds[number + 1])
    if story.today in NEXT_ROUND:
        return NEXT_ROUND[story.today](tale)
    if story.next:
        return today + timedelta(days=story.next)
    return add_months(tale.day(story.rounds[number]), story.interval or (6 if story.important else 12))


def open_since(tale: Tale) -> date:
    """When the round opened that is open now: it closes in two days."""
    return tale.calendar.today - timedelta(days=OPEN_DAYS - 2)


def planned_for(tale: Tale) -> date:
    return tale.calendar.today + timedelta(days=9)


NEXT_ROUND = {"open": open_since, "planned": planned_for}
