"""Evaluation rounds for tests: planned, opened and answered through the actions, as people do it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils import timezone

from assessments.actions import close_cycle, load_questionnaire, open_cycle, plan_cycle, save_answers, submit_answers
from assessments.enums import Mode
from assessments.models import EvaluationCycle, Invitation
from assessments.personal_links import save_token
from collab.models import Collaboration
from partners.models import Contact, Organisation
from tests.factories.collab import CollaborationFactory
from tests.factories.partners import ContactFactory, OrganisationFactory


def collaboration_with(*partners: Organisation, name: str = "Taalhuis Noord") -> Collaboration:
    """Return an active collaboration of the host with the given partners, or with one new partner."""
    partners = partners or (OrganisationFactory(name="Gemeente Noord"),)
    return CollaborationFactory(name=name, stage="active", partners=partners)


def people(organisation: Organisation, count: int) -> list[Contact]:
    """Return so many people who can be asked."""
    return ContactFactory.create_batch(count, organisation=organisation)


def planned_cycle(
    collaboration: Collaboration | None = None,
    *,
    per_side: int = 3,
    mode: str = Mode.CONFIDENTIAL,
    opens_on: date | None = None,
    days: int = 21,
) -> EvaluationCycle:
    """Return a planned round with ``per_side`` people of every organisation that takes part."""
    collaboration = collaboration or collaboration_with()
    opens_on = opens_on or timezone.localdate()
    contacts = [
        contact
        for participation in collaboration.participations.select_related("organisation")
        for contact in people(participation.organisation, per_side)
    ]
    return plan_cycle(
        actor=None,
        collaboration=collaboration,
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=days),
        contacts=contacts,
        mode=mode,
    )


def opened_cycle(
    collaboration: Collaboration | None = None, *, today: date | None = None, **kwargs: object
) -> EvaluationCycle:
    """Return an open round in which all chosen people have an invitation."""
    today = today or timezone.localdate()
    cycle = planned_cycle(collaboration, opens_on=today, **kwargs)  # type: ignore[arg-type]
    open_cycle(actor=None, cycle=cycle, today=today)
    cycle.refresh_from_db()
    return cycle


def same_answer(value: int | None) -> dict[str, int | None]:
    """Return the same value for every question."""
    return dict.fromkeys(load_questionnaire().definition.items, value)


def answer(invitation: Invitation, answers: Mapping[str, int | None] | int, **comments: str) -> None:
    """Send answers of the person: one value for every question, or a value per question."""
    given = same_answer(answers) if isinstance(answers, int) else answers
    submit_answers(invitation=invitation, answers=given, comments=comments)


def start_answering(invitation: Invitation, **answers: int | None) -> None:
    """Fill in some questions of the person, without sending."""
    save_answers(invitation=invitation, answers=answers, comments={})


def invitations_of(cycle: EvaluationCycle, organisation: Organisation) -> list[Invitation]:
    """Return the invitations of one side, by name."""
    return list(cycle.invitations.filter(party__organisation=organisation).order_by("pk"))


def closed_cycle(
    collaboration: Collaboration | None = None,
    *,
    host: Sequence[int] = (4, 4, 4),
    partner: Sequence[int] = (3, 3, 3),
    others: Sequence[Sequence[int]] = (),
    mode: str = Mode.CONFIDENTIAL,
) -> EvaluationCycle:
    """Return a closed round of the host and its partners; each person answered every question with one value."""
    sides = (host, partner, *others)
    cycle = opened_cycle(collaboration, per_side=max(len(side) for side in sides), mode=mode)
    for party, values in zip(cycle.parties.order_by("pk"), sides, strict=True):
        for invitation, value in zip(party.invitations.order_by("pk"), values, strict=False):
            answer(invitation, value)
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    return cycle


def token_for(invitation: Invitation) -> str:
    """Return the token of a fresh personal link to the contact's address."""
    token = secrets.token_urlsafe()
    save_token(invitation, token, invitation.contact.email)
    return token
