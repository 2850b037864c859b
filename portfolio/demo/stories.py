"""The collaborations of the demo, from their beginning to today."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from assessments import actions as rounds
from collab import actions as collab
from collab.enums import RoleKind, Stage, Visibility
from collab.models import Collaboration
from common.dates import add_months
from partners import actions as partners
from partners.models import Organisation
from portfolio.demo import content as text
from portfolio.demo.content import Story
from portfolio.demo.people import add_person, people_of
from portfolio.demo.rounds import give_answers, hold_round, open_round, things_to_say
from portfolio.demo.world import Demo, on


def act_out(demo: Demo, story: Story, organisations: Sequence[Organisation], copy: int) -> None:
    began = add_months(demo.today, -story.began)
    with on(began):
        purpose = "Geen van ons bereikt deze mensen alleen. Samen zijn we dichtbij en herkenbaar."
        goal = f"Met {story.name} vinden binnen twee jaar 200 mensen een plek die bij hen past."
        if story.english:
            purpose = "Cities learn faster from each other than from a handbook."
            goal = "In two years each city has tried one method that works elsewhere."
        collaboration = collab.start_collaboration(
            actor=demo.coordinator,
            name=story.name + (f" {copy + 1}" if copy else ""),
            partners=organisations,
            purpose=purpose,
            people_served="Adults who find reading hard." if story.english else "Mensen die moeite hebben met lezen.",
            shared_goal=goal,
            is_important=story.important,
        )
        for participation in collaboration.participations.select_related("organisation"):
            collab.change_participation(
                actor=demo.coordinator,
                participation=participation,
                goal=demo.chance.choice(text.GOALS),
                motive=demo.chance.choice(text.MOTIVES),
                contribution=demo.chance.choice(text.CONTRIBUTIONS),
            )
            people = people_of(participation)
            roles = (RoleKind.DECIDER, RoleKind.LEAD, RoleKind.DESIGNER, RoleKind.STAKEHOLDER)
            for role, contact in zip(roles, people, strict=False):
                collab.assign_role(
                    actor=demo.coordinator,
                    participation=participation,
                    contact=contact,
                    role=role,
                    starts_on=timezone.localdate(),
                )
    _move_on(demo, story, collaboration, began)
    for number, months in enumerate(story.rounds, start=1):
        is_last = number == len(story.rounds)
        hold_round(demo, story, collaboration, add_months(demo.today, -months), is_last=is_last)
    if story.ends in _ENDINGS:
        _ENDINGS[story.ends](demo, story, collaboration)
    if story.stage in (Stage.PAUSED, Stage.ENDED):
        with on(demo.today - timedelta(days=60)):
            _decide(demo, collaboration, story.stage)


def _move_on(demo: Demo, story: Story, collaboration: Collaboration, began: date) -> None:
    if story.stage == Stage.EXPLORING:
        return
    with on(began + timedelta(days=20)):
        _decide(demo, collaboration, Stage.DESIGNING)
    if story.stage != Stage.DESIGNING:
        with on(began + timedelta(days=60)):
            _decide(demo, collaboration, Stage.ACTIVE)


_WHY = {
    Stage.DESIGNING: "We kennen elkaar nu goed genoeg om het samen te ontwerpen.",
    Stage.ACTIVE: "De afspraken zijn rond en iedereen heeft tijd vrijgemaakt.",
    Stage.PAUSED: "Door ziekte is er tot de zomer niemand die kan trekken.",
    Stage.ENDED: "Het doel is gehaald; wat blijft doen de bibliotheek en de gemeente zelf.",
}


def _decide(demo: Demo, collaboration: Collaboration, stage: Stage) -> None:
    host = collaboration.participations.get(organisation=demo.host)
    decider = host.roles.get(role=RoleKind.DECIDER).contact
    lessons = "Begin kleiner, en spreek eerder af wanneer je stopt." if stage == Stage.ENDED else ""
    collab.change_stage(
        actor=demo.coordinator,
        collaboration=collaboration,
        to=stage,
        decided_by=decider,
        why=_WHY[stage],
        lessons=lessons,
    )


def _closing(demo: Demo, story: Story, collaboration: Collaboration) -> None:
    """Open a round that closes in two days; some have answered, one stopped half-way, one declined."""
    opened = demo.today - timedelta(days=12)
    cycle = open_round(demo, story, collaboration, opened, closes_on=demo.today + timedelta(days=2))
    invitations = list(cycle.invitations.select_related("party", "contact", "cycle").order_by("pk"))
    said = things_to_say(demo.chance)
    with on(demo.today - timedelta(days=3)):
        for invitation in invitations[:3]:
            give_answers(demo, story, invitation, cycle.number, said)
        rounds.save_answers(invitation=invitations[3], answers={"experience_use_lessons": 4}, comments={})
        rounds.decline(invitation=invitations[-1])


def _planned(demo: Demo, story: Story, collaboration: Collaboration) -> None:
    """Plan the first round."""
    participations = collaboration.participations.select_related("organisation")
    rounds.plan_cycle(
        actor=demo.coordinator,
        collaboration=collaboration,
        opens_on=demo.today + timedelta(days=9),
        closes_on=demo.today + timedelta(days=30),
        contacts=[contact for row in participations for contact in people_of(row)[:3]],
    )


def _no_lead(demo: Demo, story: Story, collaboration: Collaboration) -> None:
    """End every lead's role three weeks ago; add an internal note about the next step."""
    day = demo.today - timedelta(days=22)
    with on(day):
        for participation in collaboration.participations.all():
            lead = participation.roles.get(role=RoleKind.LEAD)
            collab.end_role(actor=demo.coordinator, assignment=lead, ends_on=day)
        owner = people_of(collaboration.participations.get(organisation=demo.host))[0]
        collab.add_action_item(
            actor=demo.coordinator,
            collaboration=collaboration,
            title="Intern bespreken wie dit kan trekken",
            owner=owner,
            due_on=demo.today + timedelta(days=10),
            visibility=Visibility.INTERNAL,
        )


def _lead_left(demo: Demo, story: Story, collaboration: Collaboration) -> None:
    """Let the only lead leave the organisation: a person added for this, so that no other collaboration is affected."""
    with on(demo.today - timedelta(days=60)) as day:
        host = collaboration.participations.get(organisation=demo.host)
        lead = add_person(demo, demo.host, demo.host.contacts.count(), "taalkracht.example")
        collab.assign_role(actor=demo.coordinator, participation=host, contact=lead, role=RoleKind.LEAD, starts_on=day)
    with on(demo.today - timedelta(days=15)) as day:
        for participation in collaboration.participations.exclude(organisation=demo.host):
            other = participation.roles.get(role=RoleKind.LEAD)
            collab.end_role(actor=demo.coordinator, assignment=other, ends_on=day)
        partners.deactivate_contact(actor=demo.coordinator, contact=lead)


_ENDINGS = {"closing": _closing, "planned": _planned, "no_lead": _no_lead, "lead_left": _lead_left}
