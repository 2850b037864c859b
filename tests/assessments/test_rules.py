"""Rules and querysets allow the same, for every role and every state of a round."""

import pytest
from django.contrib.auth.models import AnonymousUser
from rules import Predicate

from accounts.models import User
from assessments.actions import cancel_cycle, open_cycle
from assessments.enums import Mode
from assessments.models import EvaluationCycle
from assessments.rules import is_asked, is_party, reads_names
from partners.models import Contact
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.assessments import answer, closed_cycle, collaboration_with, opened_cycle, planned_cycle
from tests.factories.partners import OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


def rounds_in_every_state() -> list[EvaluationCycle]:
    partner = OrganisationFactory(name="Gemeente Noord")
    called_off = opened_cycle(collaboration_with(partner))
    cancel_cycle(actor=None, cycle=called_off)
    return [
        planned_cycle(collaboration_with(partner)),
        opened_cycle(collaboration_with(partner)),
        closed_cycle(collaboration_with(partner)),
        called_off,
        closed_cycle(collaboration_with(OrganisationFactory(name="Elsewhere"))),
    ]


def test_permission_to_view_is_exactly_what_is_visible() -> None:
    cycles = rounds_in_every_state()
    partner = cycles[0].parties.get(is_host=False).organisation
    left = PartnerUserFactory(organisation=partner)
    Contact.objects.filter(user=left).update(deactivated_at="2026-01-01T00:00Z")
    users = {
        "anonymous": AnonymousUser(),
        "nobody": UserFactory(),
        "outsider": PartnerUserFactory(),
        "left": type(left).objects.get(pk=left.pk),
        "participant": PartnerUserFactory(organisation=partner),
        "coordinator": CoordinatorFactory(),
        "manager": ManagerFactory(),
        "administrator": AdministratorFactory(),
    }
    seen = {}
    for name, user in users.items():
        visible = set(EvaluationCycle.objects.visible_to(user).values_list("pk", flat=True))
        for cycle in EvaluationCycle.objects.all():
            assert user.has_perm("assessments.view_cycle", cycle) == (cycle.pk in visible), (name, cycle.status)
        seen[name] = len(visible)
    assert seen == {
        "anonymous": 0,
        "nobody": 0,
        "outsider": 0,
        "left": 0,
        "participant": 2,
        "coordinator": 5,
        "manager": 5,
        "administrator": 5,
    }


def partner_asked_in(cycle: EvaluationCycle) -> User:
    """Give the first contact of the partner who is in this round an account."""
    contact = cycle.invitations.filter(party__is_host=False).earliest("pk").contact
    contact.user = UserFactory(email=contact.email)
    contact.save()
    return contact.user


def test_nobody_is_asked_before_the_round_opens() -> None:
    cycle = planned_cycle(per_side=1)
    user = partner_asked_in(cycle)
    assert not is_asked(user, cycle)
    open_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    assert is_asked(user, cycle)


@pytest.mark.parametrize(("mode", "reads"), [(Mode.OPEN, True), (Mode.CONFIDENTIAL, False)])
def test_names_beside_answers_are_for_open_rounds_only(mode: Mode, reads: bool) -> None:
    cycle = opened_cycle(per_side=1, mode=mode)
    user = partner_asked_in(cycle)
    answer(cycle.invitations.get(contact__user=user), 4)
    assert reads_names(user, cycle) is reads
    assert not reads_names(AnonymousUser(), cycle)


def test_round_is_closed_to_an_organisation_that_no_longer_takes_part() -> None:
    cycle = closed_cycle()
    party = cycle.parties.get(is_host=False)
    user = PartnerUserFactory(organisation=party.organisation)
    assert is_party(user, cycle)
    cycle.collaboration.participations.filter(organisation=party.organisation).delete()
    assert not is_party(user, EvaluationCycle.objects.get(pk=cycle.pk))


@pytest.mark.parametrize("predicate", [is_party, is_asked, reads_names], ids=lambda predicate: predicate.name)
def test_nothing_holds_of_no_round(predicate: Predicate) -> None:
    assert not predicate(PartnerUserFactory(), None)


@pytest.mark.parametrize(
    ("factory", "manages", "reviews", "exports"),
    [
        (CoordinatorFactory, True, True, False),
        (ManagerFactory, False, True, False),
        (AdministratorFactory, True, True, True),
        (PartnerUserFactory, False, False, False),
    ],
)
def test_who_may_do_what(factory: type, manages: bool, reviews: bool, exports: bool) -> None:
    user = factory()
    cycle = closed_cycle()
    assert user.has_perm("assessments.manage_cycle", cycle) == manages
    assert user.has_perm("assessments.record_review", cycle) == reviews
    assert user.has_perm("assessments.export_answers", cycle) == exports
