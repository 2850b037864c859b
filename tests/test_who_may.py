"""Who may what: each permission, asked about each kind of row there is for it, by a person of every kind.

``tests.test_permissions`` asks the pages; this asks the rules themselves, so that a rule that changed is told at once
and by its name. A permission that the table does not know fails.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from rules.permissions import permissions

from accounts.models import User
from assessments.actions import cancel_cycle, record_review
from assessments.models import EvaluationCycle, ReviewMeeting
from collab.actions import add_action_item
from identity.actions import record_conversation, write_view
from identity.models import IdentityConversation, IdentityProfile, IdentityView
from partners.lists.actions import save_view
from partners.models import Contact, SavedView
from tests.factories.accounts import CoordinatorFactory, UserFactory
from tests.factories.partners import PartnerUserFactory
from tests.world import World, planned_for

pytestmark = pytest.mark.django_db
Find = Callable[[World], Any]

# The columns of the table: ``y`` may, ``-`` may not. The last three can sign in no more, or are no contact of anybody.
PEOPLE = (
    "anonymous outsider partner coordinator manager administrator  account-alone former-contact switched-off".split()
)
NOBODY = "    - - - - - -  - - -"
SIGNED_IN = " - y y y y y  y y y"
COLLEAGUES = "- - - y y y  - - -"
KEEPERS = "   - - - y - y  - - -"
ADMIN = "     - - - - - y  - - -"
PARTNER = "   - - y - - -  - - -"
OUTSIDER = "  - y - - - -  - - -"
WITH_PARTNER = "- - y y y y  - - -"
WITH_OUTSIDER = "- y - y y y  - - -"


def shared_view(owner: str, *, is_shared: bool) -> Find:
    return lambda w: save_view(actor=w.users[owner], name="A view", query="kind=library", is_shared=is_shared)


def reviewed_by(who: str) -> Find:
    """Return the review of the closed round, recorded by somebody, who by now is what they are in the world."""

    def find(world: World) -> ReviewMeeting:
        return record_review(
            actor=world.users[who],
            cycle=world.closed_cycle,
            held_on=world.today,
            outcome="continue",
            summary="A talk",
            next_evaluation_on=world.today + timedelta(days=90),
            attendees=[world.contact("coordinator")],
        )

    return find


def reviewed_by_former_coordinator(world: World) -> ReviewMeeting:
    review = reviewed_by("coordinator")(world)
    world.users["coordinator"].groups.clear()
    return review


def planned_elsewhere(world: World) -> EvaluationCycle:
    return planned_for(world.sunflower, [world.contact("coordinator"), world.contact("outsider")], world.today)


def cancelled(world: World) -> EvaluationCycle:
    cancel_cycle(actor=None, cycle=world.planned_cycle)
    return world.planned_cycle


def action_of_outsider(world: World) -> Any:
    return add_action_item(
        actor=None,
        collaboration=world.sunflower,
        title="Water them",
        owner=world.contact("outsider"),
        due_on=world.today,
    )


def profile(who_we_are: str) -> Find:
    return lambda w: IdentityProfile.objects.get(who_we_are=who_we_are)


def talk_of(*names: str) -> Find:
    return lambda w: record_conversation(
        actor=None, organisations=[getattr(w, name) for name in names], held_on=w.today
    )


def sealed_talk(world: World) -> IdentityConversation:
    return IdentityConversation.objects.filter(visibility="internal").latest("pk")


def view(text: str) -> Find:
    return lambda w: IdentityView.objects.get(text=text)


def view_between_partners(world: World) -> IdentityView:
    talk = talk_of("noord", "elsewhere")(world)
    return write_view(
        actor=world.users["partner"],
        conversation=talk,
        by=world.noord,
        about=world.elsewhere,
        text="You are far away",
        visibility="shared",
    )


# Each kind of row: how a row of it is found, and what may be done with it.
TABLE: dict[str, tuple[Find, dict[str, str]]] = {
    "no row": (
        lambda w: None,
        {
            "accounts.manage_colleagues": ADMIN,
            "assessments.choose_people": NOBODY,
            "assessments.correct_review": ADMIN,
            "assessments.export_answers": ADMIN,
            "assessments.list_cycles": COLLEAGUES,
            "assessments.manage_cycle": KEEPERS,
            "assessments.record_review": COLLEAGUES,
            "assessments.view_cycle": COLLEAGUES,
            "collab.add_actionitem": COLLEAGUES,
            "collab.add_collaboration": KEEPERS,
            "collab.add_decision": COLLEAGUES,
            "collab.change_actionitem": COLLEAGUES,
            "collab.change_collaboration": KEEPERS,
            "collab.change_participation": KEEPERS,
            "collab.change_stage": COLLEAGUES,
            "collab.finish_actionitem": COLLEAGUES,
            "collab.keep_shortlist": KEEPERS,
            "collab.list_collaborations": SIGNED_IN,
            "collab.plan_evaluation": COLLEAGUES,
            "collab.view_actionitem": COLLEAGUES,
            "collab.view_candidate": COLLEAGUES,
            "collab.view_collaboration": COLLEAGUES,
            "collab.view_decision": COLLEAGUES,
            "identity.answer_identityview": NOBODY,
            "identity.compare_identities": SIGNED_IN,
            "identity.record_conversation": COLLEAGUES,
            "identity.view_identityconversation": COLLEAGUES,
            "identity.view_identityprofile": NOBODY,
            "identity.view_identityview": NOBODY,
            "identity.write_identity": NOBODY,
            "identity.write_identityview": NOBODY,
            "imports.import_organisations": KEEPERS,
            "notifications.retry_mail": KEEPERS,
            "notifications.view_mail": COLLEAGUES,
            "partners.change_registry": KEEPERS,
            "partners.change_savedview": NOBODY,
            "partners.choose_host": ADMIN,
            "partners.delete_organisation": ADMIN,
            "partners.manage_words": ADMIN,
            "partners.merge_organisations": KEEPERS,
            "partners.view_affiliation": COLLEAGUES,
            "partners.view_contact": COLLEAGUES,
            "partners.view_organisation": COLLEAGUES,
            "partners.view_registry": COLLEAGUES,
            "partners.view_savedview": NOBODY,
            "portfolio.view_dashboard": COLLEAGUES,
        },
    ),
    "collaboration of the partner": (lambda w: w.taalhuis, {"collab.view_collaboration": WITH_PARTNER}),
    "collaboration of others": (lambda w: w.sunflower, {"collab.view_collaboration": WITH_OUTSIDER}),
    "part of the partner": (
        lambda w: w.taalhuis.participations.get(organisation=w.noord),
        {"collab.change_participation": "- - y y - y  - - -"},
    ),
    "part of the host": (
        lambda w: w.taalhuis.participations.get(organisation=w.host),
        {"collab.change_participation": COLLEAGUES},
    ),
    "part of others": (
        lambda w: w.taalhuis.participations.get(organisation=w.west),
        {"collab.change_participation": KEEPERS},
    ),
    "shared action of ours": (
        lambda w: w.shared_item,
        {"collab.view_actionitem": WITH_PARTNER, "collab.finish_actionitem": COLLEAGUES},
    ),
    "internal action": (
        lambda w: w.internal_item,
        {"collab.view_actionitem": COLLEAGUES, "collab.finish_actionitem": COLLEAGUES},
    ),
    "action of the partner": (
        lambda w: w.partners_item,
        {"collab.view_actionitem": WITH_PARTNER, "collab.finish_actionitem": WITH_PARTNER},
    ),
    "action of others": (
        action_of_outsider,
        {"collab.view_actionitem": WITH_OUTSIDER, "collab.finish_actionitem": WITH_OUTSIDER},
    ),
    "shared decision": (
        lambda w: w.taalhuis.decisions.get(what="We meet monthly"),
        {"collab.view_decision": WITH_PARTNER},
    ),
    "internal decision": (
        lambda w: w.taalhuis.decisions.get(visibility="internal"),
        {"collab.view_decision": COLLEAGUES},
    ),
    "decision of others": (
        lambda w: w.sunflower.decisions.earliest("pk"),
        {"collab.view_decision": WITH_OUTSIDER},
    ),
    "open round": (
        lambda w: w.open_cycle,
        {"assessments.view_cycle": WITH_PARTNER, "assessments.choose_people": NOBODY},
    ),
    "closed round": (lambda w: w.closed_cycle, {"assessments.view_cycle": WITH_PARTNER}),
    "round that is planned": (
        lambda w: w.planned_cycle,
        {"assessments.view_cycle": COLLEAGUES, "assessments.choose_people": "- - y y - -  - - -"},
    ),
    "round that is planned by others": (
        planned_elsewhere,
        {"assessments.view_cycle": COLLEAGUES, "assessments.choose_people": "- y - y - -  - - -"},
    ),
    "round that was called off": (cancelled, {"assessments.view_cycle": COLLEAGUES}),
    "round before the partner came": (lambda w: w.earlier_cycle, {"assessments.view_cycle": COLLEAGUES}),
    "round of others": (lambda w: w.sunflower.cycles.get(), {"assessments.view_cycle": WITH_OUTSIDER}),
    "review that was imported": (
        lambda w: w.discussed_cycle.review,
        {"assessments.correct_review": ADMIN},
    ),
    "review of the coordinator": (
        reviewed_by("coordinator"),
        {"assessments.correct_review": KEEPERS},
    ),
    "review of the manager": (
        reviewed_by("manager"),
        {"assessments.correct_review": "- - - - y y  - - -"},
    ),
    "review of somebody who keeps records no more": (
        reviewed_by_former_coordinator,
        {"assessments.correct_review": ADMIN},
    ),
    "organisation of the partner": (
        lambda w: w.noord,
        {"partners.view_organisation": WITH_PARTNER, "identity.write_identity": PARTNER},
    ),
    "our own organisation": (
        lambda w: w.host,
        {"partners.view_organisation": COLLEAGUES, "identity.write_identity": COLLEAGUES},
    ),
    "organisation where one person signs in": (
        lambda w: w.elsewhere,
        {"partners.view_organisation": WITH_OUTSIDER, "identity.write_identity": OUTSIDER},
    ),
    "organisation where no one signs in": (
        lambda w: w.west,
        {"partners.view_organisation": COLLEAGUES, "identity.write_identity": COLLEAGUES},
    ),
    "contact of the partner": (
        lambda w: Contact.objects.get(name__startswith="Piet"),
        {"partners.view_contact": WITH_PARTNER},
    ),
    "contact of ours": (lambda w: w.contact("coordinator"), {"partners.view_contact": COLLEAGUES}),
    "contact of others": (lambda w: w.contact("outsider"), {"partners.view_contact": WITH_OUTSIDER}),
    "view of the list that is shared": (
        shared_view("coordinator", is_shared=True),
        {"partners.view_savedview": COLLEAGUES, "partners.change_savedview": KEEPERS},
    ),
    "view of the list of its own": (
        shared_view("manager", is_shared=False),
        {"partners.view_savedview": "- - - - y -  - - -", "partners.change_savedview": "- - - - y -  - - -"},
    ),
    "view of the list of an account that is no colleague": (
        lambda w: SavedView.objects.create(owner=w.users["partner"], name="A view", query="", is_shared=False),
        {"partners.view_savedview": NOBODY, "partners.change_savedview": NOBODY},
    ),
    "published identity of the partner": (
        profile("Noord is who we are"),
        {"identity.view_identityprofile": WITH_PARTNER},
    ),
    "published identity of others": (
        profile("Sunflower is who we are"),
        {"identity.view_identityprofile": WITH_OUTSIDER},
    ),
    "draft of the partner": (profile("Murmur: not sure who we are"), {"identity.view_identityprofile": PARTNER}),
    "draft of ours about the partner": (
        lambda w: IdentityProfile.objects.filter(organisation=w.noord).earliest("pk"),
        {"identity.view_identityprofile": COLLEAGUES},
    ),
    "draft of ours": (profile("Whisper: a draft about ourselves"), {"identity.view_identityprofile": COLLEAGUES}),
    "talk with the partner": (
        lambda w: w.conversation,
        {"identity.view_identityconversation": WITH_PARTNER, "identity.write_identityview": WITH_PARTNER},
    ),
    "internal talk": (
        sealed_talk,
        {"identity.view_identityconversation": COLLEAGUES, "identity.write_identityview": COLLEAGUES},
    ),
    "talk of partners without us": (
        talk_of("noord", "west"),
        {"identity.view_identityconversation": WITH_PARTNER, "identity.write_identityview": PARTNER},
    ),
    "talk of others": (
        talk_of("host", "elsewhere"),
        {"identity.view_identityconversation": WITH_OUTSIDER, "identity.write_identityview": WITH_OUTSIDER},
    ),
    "shared view of us about the partner": (
        view("You are always on time"),
        {"identity.view_identityview": WITH_PARTNER, "identity.answer_identityview": PARTNER},
    ),
    "draft view of the partner": (
        view("Murmur: how we see the host for now"),
        {"identity.view_identityview": PARTNER, "identity.answer_identityview": NOBODY},
    ),
    "draft view of us": (
        view("Whisper: how we see them for now"),
        {"identity.view_identityview": COLLEAGUES, "identity.answer_identityview": NOBODY},
    ),
    "view after an internal talk": (
        view("Whisper: a view after a talk of our own"),
        {"identity.view_identityview": COLLEAGUES, "identity.answer_identityview": NOBODY},
    ),
    "shared view between partners": (
        view_between_partners,
        {
            "identity.view_identityview": "- y y y y y  - - -",
            "identity.answer_identityview": OUTSIDER,
        },
    ),
}


def people(world: World) -> dict[str, Any]:
    """Return a person of every kind, freshly read."""
    former = PartnerUserFactory(organisation=world.noord, email="left@noord.example")
    Contact.objects.filter(user=former).update(deactivated_at="2026-01-01T00:00Z")
    accounts = {
        **world.users,
        "account-alone": UserFactory(),
        "former-contact": former,
        "switched-off": CoordinatorFactory(is_active=False),
    }
    return {"anonymous": AnonymousUser(), **{who: User.objects.get(pk=user.pk) for who, user in accounts.items()}}


def test_every_permission_is_asked_without_a_row_as_well() -> None:
    assert set(TABLE["no row"][1]) == set(permissions)


@pytest.mark.parametrize("kind", TABLE)
def test_everybody_may_what_the_table_says(kind: str, world: World) -> None:
    find, expected = TABLE[kind]
    row, everybody = find(world), people(world)
    if row is not None:
        row = type(row).objects.get(pk=row.pk)
    said = {name: [("y" if rules.has_perm(name, everybody[who], row) else "-") for who in PEOPLE] for name in expected}
    assert said == {name: outcome.split() for name, outcome in expected.items()}
