"""Makes the demo through the actions, travelling from the past to today. The same seed gives the same data."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.actions import add_colleague
from accounts.models import User
from assessments import actions as rounds
from assessments.models import EvaluationCycle, Invitation
from collab import actions as collab
from collab.enums import RoleKind, Stage, Visibility
from collab.models import Collaboration, Participation
from common.actions import ActionRefused
from common.dates import add_months
from notifications.actions import settle_past_mails
from partners import actions as partners
from partners.enums import OrganisationStatus
from partners.models import Contact, Organisation
from portfolio.demo import COLLEAGUES, PARTNER, PASSWORD
from portfolio.demo import content as text
from portfolio.demo.content import Story
from portfolio.demo.identity import add_identities
from portfolio.demo.imports import import_list
from portfolio.demo.lists import add_views
from portfolio.demo.registry import enrich_registry, leave_doubles, merge_double, move_somebody
from portfolio.demo.shortlists import add_shortlists

PEOPLE_PER_ORGANISATION = 5
DAYS_TO_ANSWER = 21


@dataclass
class Demo:
    """What is being built: its chance, its day, and who acts."""

    chance: random.Random
    today: date
    coordinator: User
    host: Organisation


@contextmanager
def on(day: date, hour: int = 10) -> Iterator[date]:
    """As if it were ten in the morning of ``day``."""
    moment = datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())
    with time_machine.travel(moment, tick=True):
        yield day


@transaction.atomic
def build(*, seed: int, scale: int = 1) -> None:
    """Fill an empty database with the demo, ``scale`` times as large. Refuses when collaborations are there already.

    Either all of it is there afterwards or nothing. Mails of the past count as sent; those of the round that is open
    now wait to be delivered.
    """
    if Collaboration.objects.exists():
        raise ActionRefused("there are collaborations in this database already; the demo goes into an empty one")
    today = timezone.localdate()
    with on(add_months(today, -42)):
        demo = _start(random.Random(seed), today)
    for copy in range(scale):
        with on(add_months(today, -42)):
            organisations = _organisations(demo, copy)
            if copy == 0:
                enrich_registry(actor=demo.coordinator, partners=organisations, chance=random.Random(seed))
        for story in text.STORIES:
            _tell(demo, story, [organisations[index] for index in story.partners], copy)
    with on(add_months(today, -5)):
        merge_double(actor=demo.coordinator, organisation=Organisation.objects.get(name=text.ORGANISATIONS[1][0]))
    with on(add_months(today, -3)) as day:
        move_somebody(actor=demo.coordinator, day=day)
        leave_doubles(actor=demo.coordinator)
    _open_partner_access(demo)
    add_identities(demo, on)
    add_shortlists(demo, on)
    import_list(actor=demo.coordinator, chance=random.Random(seed))
    add_views(demo.coordinator)
    settle_past_mails(before=timezone.now() - timedelta(days=DAYS_TO_ANSWER))


def _start(chance: random.Random, today: date) -> Demo:
    host = partners.ensure_host(actor=None, name=text.HOST[0], city=text.HOST[1], country="NL")
    users = [
        add_colleague(actor=None, email=email, name=name, roles=roles, language=language, password=PASSWORD)
        for email, name, roles, language in COLLEAGUES
    ]
    demo = Demo(chance, today, users[0], host)
    for number in range(PEOPLE_PER_ORGANISATION + 2):
        _person(demo, host, number, "taalkracht.example")
    return demo


def _organisations(demo: Demo, copy: int) -> list[Organisation]:
    return [_organisation(demo, name, kind, city, copy) for name, kind, city in text.ORGANISATIONS]


def _organisation(demo: Demo, name: str, kind: str, city: str, copy: int) -> Organisation:
    suffix = f" {copy + 1}" if copy else ""
    domain = f"{''.join(c for c in name.lower() if c.isalnum())}{copy or ''}.example"
    abroad = city in ("Brussels", "Leuven")
    organisation = partners.add_organisation(
        actor=demo.coordinator,
        name=name + suffix,
        kind=kind,
        status=OrganisationStatus.ACTIVE,
        city=city,
        country="BE" if abroad else "NL",
        website=f"https://www.{domain}",
        email=f"info@{domain}",
        phone=f"0{demo.chance.randint(10, 79)} {demo.chance.randint(1000000, 9999999)}",
        registration_number=_unused_number(demo.chance),
        relation_owner=demo.coordinator,
        tags=[demo.chance.choice(["taal", "digitaal", "ouders", "werk", "gezondheid"])],
    )
    for number in range(PEOPLE_PER_ORGANISATION):
        _person(demo, organisation, number, domain, english=abroad)
    return organisation


def _unused_number(chance: random.Random) -> str:
    """A KvK number that no other organisation of the demo has."""
    while True:
        number = str(chance.randint(10_000_000, 79_999_999))
        if not Organisation.objects.filter(registration_number=number).exists():
            return number


def _person(demo: Demo, organisation: Organisation, number: int, domain: str, *, english: bool = False) -> Contact:
    name = f"{demo.chance.choice(text.FIRST_NAMES)} {demo.chance.choice(text.LAST_NAMES)}"
    if english:
        name = text.ENGLISH_NAMES[(number + len(domain)) % len(text.ENGLISH_NAMES)]
    return partners.add_contact(
        actor=None,
        organisation=organisation,
        name=name,
        email=f"{name.split()[0].lower()}.{number + 1}@{domain}",
        position=demo.chance.choice(text.POSITIONS),
        language="en" if english else "nl",
    )


def _open_partner_access(demo: Demo) -> None:
    """Somebody of the first partner can sign in: with a code, and in the demo with a password too."""
    email, name = PARTNER
    organisation = Organisation.objects.get(name=text.ORGANISATIONS[0][0])
    contact = partners.add_contact(actor=demo.coordinator, organisation=organisation, name=name, email=email)
    partners.give_access(actor=demo.coordinator, contact=contact)
    account = User.objects.get(email=email)
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])


def _tell(demo: Demo, story: Story, organisations: Sequence[Organisation], copy: int) -> None:
    began = add_months(demo.today, -story.began)
    with on(began):
        collaboration = _begin(demo, story, organisations, copy)
    _move_on(demo, story, collaboration, began)
    for number, months in enumerate(story.rounds, start=1):
        is_last = number == len(story.rounds)
        _hold_round(demo, story, collaboration, add_months(demo.today, -months), is_last=is_last)
    _ENDINGS.get(story.ends, _leave)(demo, story, collaboration)
    if story.stage in (Stage.PAUSED, Stage.ENDED):
        with on(demo.today - timedelta(days=60)):
            _decide(demo, collaboration, story.stage)


def _begin(demo: Demo, story: Story, organisations: Sequence[Organisation], copy: int) -> Collaboration:
    collaboration = collab.start_collaboration(
        actor=demo.coordinator,
        name=story.name + (f" {copy + 1}" if copy else ""),
        partners=organisations,
        purpose=_purpose(story),
        people_served="Adults who find reading hard." if story.english else "Mensen die moeite hebben met lezen.",
        shared_goal=_shared_goal(story),
        is_important=story.important,
    )
    for participation in collaboration.participations.select_related("organisation"):
        _join(demo, participation)
    return collaboration


def _purpose(story: Story) -> str:
    if story.english:
        return "Cities learn faster from each other than from a handbook."
    return "Geen van ons bereikt deze mensen alleen. Samen zijn we dichtbij en herkenbaar."


def _shared_goal(story: Story) -> str:
    if story.english:
        return "In two years each city has tried one method that works elsewhere."
    return f"Met {story.name} vinden binnen twee jaar 200 mensen een plek die bij hen past."


def _join(demo: Demo, participation: Participation) -> None:
    collab.change_participation(
        actor=demo.coordinator,
        participation=participation,
        goal=demo.chance.choice(text.GOALS),
        motive=demo.chance.choice(text.MOTIVES),
        contribution=demo.chance.choice(text.CONTRIBUTIONS),
    )
    people = _people(participation)
    roles = (RoleKind.DECIDER, RoleKind.LEAD, RoleKind.DESIGNER, RoleKind.STAKEHOLDER)
    for role, contact in zip(roles, people, strict=False):
        collab.assign_role(
            actor=demo.coordinator,
            participation=participation,
            contact=contact,
            role=role,
            starts_on=timezone.localdate(),
        )


def _people(participation: Participation) -> list[Contact]:
    """The people of an organisation; another order for every collaboration, so that not one person leads all."""
    people = list(participation.organisation.contacts.active().exclude(email="").order_by("pk"))
    turn = int(_level_of(participation.collaboration.name) * len(people))
    return people[turn:] + people[:turn]


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


def _hold_round(demo: Demo, story: Story, collaboration: Collaboration, day: date, *, is_last: bool) -> None:
    cycle = _open_round(demo, story, collaboration, day)
    with on(day + timedelta(days=5)):
        silent, said = is_last and story.ends == "silent", _things_to_say(demo.chance)
        for invitation in cycle.invitations.select_related("party", "contact", "cycle"):
            if demo.chance.random() < 0.9 and not (silent and not invitation.party.is_host):
                _answer(demo, story, invitation, cycle.number, said)
    closed = day + timedelta(days=DAYS_TO_ANSWER)
    with on(closed):
        rounds.close_cycle(actor=None, cycle=cycle)
    if not (is_last and story.ends == "not_discussed"):
        with on(closed + timedelta(days=14)):
            _discuss(demo, story, cycle, is_last=is_last)


def _open_round(
    demo: Demo, story: Story, collaboration: Collaboration, day: date, *, closes_on: date | None = None
) -> EvaluationCycle:
    with on(day):
        participations = collaboration.participations.select_related("organisation")
        cycle = rounds.plan_cycle(
            actor=demo.coordinator,
            collaboration=collaboration,
            opens_on=day,
            closes_on=closes_on or day + timedelta(days=DAYS_TO_ANSWER),
            contacts=[contact for row in participations for contact in _people(row)[: story.people]],
            mode=story.mode,
        )
        rounds.open_cycle(actor=demo.coordinator, cycle=cycle)
    return cycle


def _things_to_say(chance: random.Random) -> dict[tuple[str, str], Iterator[str]]:
    """By question and language, in an order of its own for every round."""
    texts = {"keep": text.KEEP, "change_first": text.CHANGE}
    return {
        (question, language): iter(chance.sample(said, len(said)))
        for question, by_language in texts.items()
        for language, said in by_language.items()
    }


def _answer(
    demo: Demo, story: Story, invitation: Invitation, number: int, said: Mapping[tuple[str, str], Iterator[str]]
) -> None:
    """A person answers by own temper, by how the side sees it, and a little better or worse each round."""
    chance, instrument = demo.chance, invitation.cycle.instrument.definition
    level = (story.host if invitation.party.is_host else story.partner) + chance.gauss(0, 0.3) + (number - 2) * 0.15
    answers: dict[str, int | None] = {}
    comments: dict[str, str] = {}
    for factor in instrument.factors:
        mood = level + (_level_of(story.name + factor.key) - 0.5) * 1.2
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


def _level_of(words: str) -> float:
    """A number from 0 up to 1 that belongs to these words, whatever chance says."""
    return random.Random(words).random()


def _discuss(demo: Demo, story: Story, cycle: EvaluationCycle, *, is_last: bool) -> None:
    held_on = timezone.localdate()
    people = [row.contact for row in cycle.invitations.select_related("contact")]
    agreed = [
        rounds.AgreedAction(title, demo.chance.choice(people), held_on + timedelta(days=demo.chance.randint(30, 120)))
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


def _next_date(demo: Demo, story: Story, held_on: date, *, is_last: bool) -> date:
    if is_last and story.ends == "overdue":
        return demo.today - timedelta(days=31)
    following = add_months(held_on, 6 if story.important else 12)
    return max(following, demo.today + timedelta(days=demo.chance.randint(20, 240))) if is_last else following


def _leave(demo: Demo, story: Story, collaboration: Collaboration) -> None:
    """Nothing special is going on today."""


def _closing(demo: Demo, story: Story, collaboration: Collaboration) -> None:
    """A round is open and closes in two days; some have answered, one stopped half-way, one said no."""
    opened = demo.today - timedelta(days=12)
    cycle = _open_round(demo, story, collaboration, opened, closes_on=demo.today + timedelta(days=2))
    invitations = list(cycle.invitations.select_related("party", "contact", "cycle").order_by("pk"))
    said = _things_to_say(demo.chance)
    with on(demo.today - timedelta(days=3)):
        for invitation in invitations[:3]:
            _answer(demo, story, invitation, cycle.number, said)
        rounds.save_answers(invitation=invitations[3], answers={"experience_use_lessons": 4}, comments={})
        rounds.decline(invitation=invitations[-1])


def _planned(demo: Demo, story: Story, collaboration: Collaboration) -> None:
    """The first round is in the calendar."""
    participations = collaboration.participations.select_related("organisation")
    rounds.plan_cycle(
        actor=demo.coordinator,
        collaboration=collaboration,
        opens_on=demo.today + timedelta(days=9),
        closes_on=demo.today + timedelta(days=30),
        contacts=[contact for row in participations for contact in _people(row)[:3]],
    )


def _no_lead(demo: Demo, story: Story, collaboration: Collaboration) -> None:
    """Every lead stopped three weeks ago; an internal note says what we do about it."""
    day = demo.today - timedelta(days=22)
    with on(day):
        for participation in collaboration.participations.all():
            lead = participation.roles.get(role=RoleKind.LEAD)
            collab.end_role(actor=demo.coordinator, assignment=lead, ends_on=day)
        owner = _people(collaboration.participations.get(organisation=demo.host))[0]
        collab.add_action_item(
            actor=demo.coordinator,
            collaboration=collaboration,
            title="Intern bespreken wie dit kan trekken",
            owner=owner,
            due_on=demo.today + timedelta(days=10),
            visibility=Visibility.INTERNAL,
        )


def _lead_left(demo: Demo, story: Story, collaboration: Collaboration) -> None:
    """The only lead works elsewhere now: somebody who came for this, and whom no other collaboration misses."""
    with on(demo.today - timedelta(days=60)) as day:
        host = collaboration.participations.get(organisation=demo.host)
        lead = _person(demo, demo.host, demo.host.contacts.count(), "taalkracht.example")
        collab.assign_role(actor=demo.coordinator, participation=host, contact=lead, role=RoleKind.LEAD, starts_on=day)
    with on(demo.today - timedelta(days=15)) as day:
        for participation in collaboration.participations.exclude(organisation=demo.host):
            other = participation.roles.get(role=RoleKind.LEAD)
            collab.end_role(actor=demo.coordinator, assignment=other, ends_on=day)
        partners.deactivate_contact(actor=demo.coordinator, contact=lead)


_ENDINGS = {"closing": _closing, "planned": _planned, "no_lead": _no_lead, "lead_left": _lead_left}
