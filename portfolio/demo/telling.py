"""Tells one collaboration: how it began, who does what in it, and how it stands today."""

from datetime import timedelta

from django.utils import timezone

from collab import actions as collab
from collab.enums import RoleKind, Stage, Visibility
from partners.actions import deactivate_contact
from partners.models import Contact
from portfolio.demo.calendar import Steps
from portfolio.demo.rounds import hold_round, open_since, plan, planned_for
from portfolio.demo.tale import Tale
from portfolio.demo.texts import HOST, ActionText, DecisionText, voices

DESIGNING_AFTER, ACTIVE_AFTER = 25, 65
LEADERS = ("Projectleider", "Programme manager")
WHY = {
    "nl": {
        Stage.DESIGNING: "We kennen elkaar goed genoeg en willen hetzelfde. Nu de afspraken nog.",
        Stage.ACTIVE: "De afspraken zijn rond en iedereen heeft er tijd voor vrijgemaakt.",
    },
    "en": {
        Stage.DESIGNING: "We know each other well enough and want the same. Now for the agreements.",
        Stage.ACTIVE: "We agree on how we work, and everybody has freed time for it.",
    },
}


def tell(tale: Tale) -> Steps:
    """From the first talk until today."""
    story = tale.story
    yield tale.day(story.began)
    _begin(tale)
    _add_side_stories(tale)
    if story.stage != Stage.EXPLORING:
        yield tale.day(story.began - DESIGNING_AFTER)
        _decide(tale, Stage.DESIGNING, HOST)
    if story.rounds:
        yield tale.day(story.began - ACTIVE_AFTER)
        _decide(tale, Stage.ACTIVE, next(iter(story.partners)))
        collab.plan_next_evaluation(actor=tale.actor, collaboration=tale.collaboration, on=tale.day(story.rounds[0]))
    for number, ago in enumerate(story.rounds):
        yield from hold_round(tale, number, tale.day(ago))
    yield from _TODAY.get(story.today, _turn)(tale)


def _begin(tale: Tale) -> None:
    story, organisations = tale.story, tale.network.organisations
    tale.collaboration = collab.start_collaboration(
        actor=tale.actor,
        name=tale.name,
        partners=[organisations[key] for key in story.partners],
        purpose=story.purpose,
        people_served=story.served,
        shared_goal=story.goal,
        is_important=story.important,
        evaluation_interval_months=story.interval,
    )
    joined = {row.organisation_id: row for row in tale.collaboration.participations.select_related("organisation")}
    for side in tale.sides:
        tale.participations[side] = joined[organisations[side].pk]
        if side != story.quiet:
            _say_what_we_want(tale, side)
        _share_out_roles(tale, side)


def _say_what_we_want(tale: Tale, side: str) -> None:
    kind = HOST if side == HOST else tale.participations[side].organisation.kind
    offers = voices(tale.story.language, kind)
    collab.change_participation(
        actor=tale.actor, participation=tale.participations[side], **offers[tale.number % len(offers)]
    )


def _share_out_roles(tale: Tale, side: str) -> None:
    """A decider on every side; a lead of the host and of the first partner, unless the story says otherwise."""
    everybody = tale.network.people[side]
    decider = everybody[tale.number % 2] if side == HOST else everybody[0]
    lead = _born_lead(tale, side)
    others = [contact for contact in everybody if contact not in (decider, lead)]
    turn = tale.number % len(others)
    others = others[turn:] + others[:turn]
    tale.deciders[side], tale.teams[side] = decider, [decider, lead, *others]
    _assign(tale, side, decider, RoleKind.DECIDER)
    if side in (tale.story.leads or tale.sides[:2]):
        _assign(tale, side, others[0] if side == HOST and tale.story.handover else lead, RoleKind.LEAD)
    if side in tale.sides[:2]:
        _assign(tale, side, others[1], RoleKind.DESIGNER)
    for contact in others[2:3]:
        _assign(tale, side, contact, RoleKind.STAKEHOLDER)


def _born_lead(tale: Tale, side: str) -> Contact:
    """Of the host whoever keeps the records; of a partner its project leader, or its second person."""
    people = tale.network.people[side]
    if side == HOST:
        return next(contact for contact in people if contact.user_id == tale.actor.pk)
    return next((contact for contact in people[1:] if contact.position in LEADERS), people[1])


def _assign(tale: Tale, side: str, contact: Contact, role: str) -> None:
    collab.assign_role(
        actor=tale.actor,
        participation=tale.participations[side],
        contact=contact,
        role=role,
        starts_on=timezone.localdate(),
    )


def _decide(tale: Tale, stage: str, side: str) -> None:
    story = tale.story
    collab.change_stage(
        actor=tale.actor,
        collaboration=tale.collaboration,
        to=stage,
        decided_by=tale.deciders[side],
        why=WHY[story.language].get(Stage(stage), story.why),
        lessons=story.lessons if stage == Stage.ENDED else "",
    )


def _add_side_stories(tale: Tale) -> None:
    """What happens beside the rounds: other decisions and actions, another lead."""
    for decision in tale.story.decisions:
        tale.calendar.add(_record(tale, decision))
    for action in tale.story.actions:
        tale.calendar.add(_agree(tale, action))
    if tale.story.handover:
        tale.calendar.add(_hand_over(tale))


def _record(tale: Tale, decision: DecisionText) -> Steps:
    yield tale.day(decision.ago)
    collab.record_decision(
        actor=tale.actor,
        collaboration=tale.collaboration,
        what=decision.what,
        why=decision.why,
        decided_by=tale.deciders[decision.by],
        decided_on=timezone.localdate(),
        visibility=Visibility.INTERNAL if decision.internal else Visibility.SHARED,
    )


def _agree(tale: Tale, action: ActionText) -> Steps:
    yield tale.day(action.ago)
    collab.add_action_item(
        actor=tale.actor,
        collaboration=tale.collaboration,
        title=action.title,
        owner=tale.teams[action.by][1],
        due_on=tale.calendar.today + timedelta(days=action.due),
        visibility=Visibility.INTERNAL if action.internal else Visibility.SHARED,
    )


def _hand_over(tale: Tale) -> Steps:
    """Somebody else of the host leads from now on; who led before stops that day."""
    yield tale.day(tale.story.handover)
    _assign(tale, HOST, _born_lead(tale, HOST), RoleKind.LEAD)


def _turn(tale: Tale) -> Steps:
    """Pause or end, when that is how it goes."""
    if tale.story.turned:
        yield tale.day(tale.story.turned)
        _decide(tale, tale.story.stage, HOST)


def _open_round(tale: Tale) -> Steps:
    yield from hold_round(tale, len(tale.story.rounds), open_since(tale))


def _plan_round(tale: Tale) -> Steps:
    yield tale.day(4)
    plan(tale, planned_for(tale))


def _lose_leads(tale: Tale) -> Steps:
    """Both leads got other work, and nobody has followed them."""
    yield tale.day(22)
    for participation in tale.participations.values():
        for role in participation.roles.filter(role=RoleKind.LEAD, ends_on=None):
            collab.end_role(actor=tale.actor, assignment=role, ends_on=timezone.localdate())


def _lose_lead_to_another_job(tale: Tale) -> Steps:
    """The only lead works elsewhere now, and still stands in the role."""
    yield tale.day(12)
    deactivate_contact(actor=tale.actor, contact=tale.teams[tale.story.leads[0]][1])


_TODAY = {"open": _open_round, "planned": _plan_round, "no_lead": _lose_leads, "lead_left": _lose_lead_to_another_job}
