from collections.abc import Iterable
from datetime import date
from typing import Any

import factory

from collab.enums import CandidateState, RoleKind, Visibility
from collab.models import ActionItem, Candidate, Collaboration, Decision, Participation, RoleAssignment
from partners.models import Organisation
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory


class CollaborationFactory(factory.django.DjangoModelFactory):
    """A collaboration of the host, which always takes part, with ``partners=[…]``."""

    name = factory.Sequence(lambda n: f"Collaboration {n}")
    purpose = "Nobody can do this alone."
    people_served = "People who find reading hard."
    shared_goal = "More people read well."

    class Meta:
        model = Collaboration
        skip_postgeneration_save = True

    @factory.post_generation
    def partners(self, create: bool, extracted: Iterable[Organisation] | None, **kwargs: Any) -> None:
        if create:
            for organisation in [HostFactory(), *(extracted or [])]:
                ParticipationFactory(collaboration=self, organisation=organisation)


class ParticipationFactory(factory.django.DjangoModelFactory):
    collaboration = factory.SubFactory(CollaborationFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    goal = "Reach twice as many people."
    motive = "We know each other's strengths."
    contribution = "Rooms and volunteers."

    class Meta:
        model = Participation
        django_get_or_create = ("collaboration", "organisation")


class RoleAssignmentFactory(factory.django.DjangoModelFactory):
    """A contact of the participating organisation, in a role since the start of 2025."""

    participation = factory.SubFactory(ParticipationFactory)
    contact = factory.SubFactory(ContactFactory, organisation=factory.SelfAttribute("..participation.organisation"))
    role = RoleKind.LEAD
    starts_on = date(2025, 1, 1)

    class Meta:
        model = RoleAssignment


class DecisionFactory(factory.django.DjangoModelFactory):
    """A decision by a contact of the host."""

    collaboration = factory.SubFactory(CollaborationFactory)
    what = factory.Sequence(lambda n: f"Decision {n}")
    decided_by = factory.SubFactory(ContactFactory, organisation=factory.SubFactory(HostFactory))
    decided_on = date(2025, 3, 1)

    class Meta:
        model = Decision


class ActionItemFactory(factory.django.DjangoModelFactory):
    """An open action of a contact of the host."""

    collaboration = factory.SubFactory(CollaborationFactory)
    title = factory.Sequence(lambda n: f"Action {n}")
    owner = factory.SubFactory(ContactFactory, organisation=factory.SubFactory(HostFactory))
    due_on = date(2025, 6, 1)

    class Meta:
        model = ActionItem


def _choice(candidate: Any) -> Decision:
    internal = {"visibility": Visibility.INTERNAL, "why": "They are near."}
    return DecisionFactory(collaboration=candidate.collaboration, **internal)


class CandidateFactory(factory.django.DjangoModelFactory):
    """A partner that is considered; ``not_chosen=True`` or ``chosen=True`` was settled by a decision."""

    collaboration = factory.SubFactory(CollaborationFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    offer = "A room in the centre."
    need = "More visitors."
    notes = "Do they have time?"

    class Meta:
        model = Candidate

    class Params:
        chosen = factory.Trait(state=CandidateState.CHOSEN, decision=factory.LazyAttribute(_choice))
        not_chosen = factory.Trait(state=CandidateState.NOT_CHOSEN, decision=factory.LazyAttribute(_choice))
