"""The wall between the sides: lists show exactly the rows that the rules allow, and hidden rows leave no trace."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import add_colleague
from accounts.models import User
from assessments.actions import plan_cycle
from assessments.models import EvaluationCycle
from collab.actions import (
    add_action_item,
    add_candidates,
    change_action_item,
    drop_action_item,
    finish_action_item,
    record_decision,
    remove_candidate,
    start_collaboration,
)
from collab.enums import Visibility
from collab.models import ActionItem, Candidate, Collaboration, Decision, Participation, RoleAssignment
from identity.actions import record_conversation, write_identity, write_view
from identity.models import IdentityConversation, IdentityProfile, IdentityView
from identity.rules import reads_profile, reads_view
from imports.models import FileImport, ImportRow
from notifications.models import OutgoingMail, Reminder
from notifications.reminders import send_due
from partners.actions import add_contact, change_organisation
from partners.models import (
    Affiliation,
    Contact,
    MergedOrganisation,
    NotDuplicate,
    Organisation,
    SavedView,
    Tag,
    Theme,
)
from tests.factories.accounts import CoordinatorFactory, UserFactory
from tests.factories.notifications import OutgoingMailFactory
from tests.factories.partners import OrganisationFactory, PartnerUserFactory
from tests.permission_table import TABLE
from tests.world import COMMENTS, ELSEWHERE, INTERNAL, OUR_ADDRESSES, World, leaks

pytestmark = pytest.mark.django_db
Rule = Callable[[Any, Any], bool]


def may(permission: str, subject: Callable[[Any], Any] = lambda row: row) -> Rule:
    return lambda user, row: bool(user.has_perm(permission, subject(row)))


# Which rule says who sees one row of a model.
RULES: dict[type[Model], Rule] = {
    User: lambda user, row: user == row or (isinstance(user, User) and user.is_colleague),
    Organisation: may("partners.view_organisation"),
    Contact: may("partners.view_contact"),
    Tag: may("partners.view_registry"),
    # Of what a side keeps to itself not even a superuser is told, to whom ``has_perm`` always says yes.
    IdentityProfile: reads_profile,
    IdentityConversation: may("identity.view_identityconversation"),
    IdentityView: reads_view,
    Theme: may("partners.view_registry"),
    MergedOrganisation: may("partners.view_organisation", lambda row: row.into),
    Affiliation: may("partners.view_affiliation"),
    NotDuplicate: may("partners.view_registry"),
    SavedView: may("partners.view_savedview"),
    FileImport: may("imports.import_organisations"),
    ImportRow: may("imports.import_organisations"),
    Collaboration: may("collab.view_collaboration"),
    Participation: may("collab.view_collaboration", lambda row: row.collaboration),
    RoleAssignment: may("collab.view_collaboration", lambda row: row.participation.collaboration),
    Decision: may("collab.view_decision"),
    ActionItem: may("collab.view_actionitem"),
    Candidate: may("collab.view_candidate"),
    EvaluationCycle: may("assessments.view_cycle"),
    OutgoingMail: may("notifications.view_mail"),
}


def models_with_visible_to() -> set[type[Model]]:
    return {model for model in apps.get_models() if hasattr(model._default_manager, "visible_to")}


def everybody(world: World) -> dict[str, Any]:
    """Return all kinds of people, freshly read: also those who should see nothing any more."""
    left = PartnerUserFactory(organisation=world.noord, email="left@noord.example")
    Contact.objects.filter(user=left).update(deactivated_at="2026-01-01T00:00Z")
    people = {
        **world.users,
        "nobody": UserFactory(),
        "left": left,
        "switched off": CoordinatorFactory(is_active=False),
        "superuser": User.objects.create_superuser("root@samen.example"),
    }
    return {"anonymous": AnonymousUser(), **{who: User.objects.get(pk=user.pk) for who, user in people.items()}}


def test_every_model_with_visible_to_has_a_rule_here() -> None:
    proved = {model._meta.label for model in RULES}
    assert proved == {model._meta.label for model in models_with_visible_to() if not model._meta.proxy}


@pytest.mark.parametrize("model", RULES, ids=lambda model: model.__name__)
def test_lists_show_exactly_what_the_rules_allow(model: type[Any], world: World) -> None:
    for who, user in everybody(world).items():
        shown = set(model.objects.visible_to(user).values_list("pk", flat=True))
        allowed = {row.pk for row in model.objects.all() if RULES[model](user, row)}
        assert shown == allowed, who
        assert model.objects.visible_to(user).count() == len(shown), who


# What must stay apart, said row by row and not in the words of the rules: rules and lists could be wrong together.
APART: dict[str, tuple[type[Any], Callable[[World], dict[str, Any]]]] = {
    "another collaboration": (Collaboration, lambda w: {"pk": w.sunflower.pk}),
    "part in another collaboration": (Participation, lambda w: {"collaboration": w.sunflower}),
    "role in another collaboration": (RoleAssignment, lambda w: {"participation__collaboration": w.sunflower}),
    "round of another collaboration": (EvaluationCycle, lambda w: {"collaboration": w.sunflower}),
    "round before the partner came": (EvaluationCycle, lambda w: {"pk": w.earlier_cycle.pk}),
    "round that is being planned": (EvaluationCycle, lambda w: {"pk": w.planned_cycle.pk}),
    "internal decision": (Decision, lambda w: {"what__startswith": "Whisper"}),
    "internal action": (ActionItem, lambda w: {"pk": w.internal_item.pk}),
    "action that was shared by mistake": (ActionItem, lambda w: {"pk": w.taken_back_item.pk}),
    "candidate": (Candidate, lambda w: {"pk": w.candidate.pk}),
    "draft of the host": (IdentityProfile, lambda w: {"organisation": w.host, "published_at": None}),
    "draft of the host for another": (IdentityProfile, lambda w: {"organisation": w.west, "published_at": None}),
    "draft from before the partner could sign in": (
        IdentityProfile,
        lambda w: {"organisation": w.noord, "is_on_behalf": True, "published_at": None},
    ),
    "internal conversation": (IdentityConversation, lambda w: {"visibility": Visibility.INTERNAL}),
    "view that the host did not share": (IdentityView, lambda w: {"by": w.host, "visibility": Visibility.INTERNAL}),
    "view after an internal conversation": (IdentityView, lambda w: {"conversation__visibility": Visibility.INTERNAL}),
    "contact of another organisation": (Contact, lambda w: {"organisation": w.west}),
}


@pytest.mark.parametrize("what", APART)
def test_rows_apart_are_neither_listed_nor_allowed(what: str, world: World) -> None:
    model, condition = APART[what]
    rows = list(model.objects.filter(**condition(world)))
    assert rows
    people = everybody(world)
    for who in ("anonymous", "partner", "nobody", "left"):
        user = people[who]
        assert not model.objects.visible_to(user).filter(**condition(world)).exists(), who
        assert [row for row in rows if RULES[model](user, row)] == [], who
    assert model.objects.visible_to(people["coordinator"]).filter(**condition(world)).count() == len(rows)


# One thing each that only the host may know of.


def internal_decision(world: World) -> None:
    record_decision(
        actor=world.users["manager"],
        collaboration=world.taalhuis,
        what="Quietly",
        decided_by=world.contact("manager"),
        decided_on=world.today,
        visibility=Visibility.INTERNAL,
    )


def late_internal_action(world: World) -> ActionItem:
    return add_action_item(
        actor=world.users["coordinator"],
        collaboration=world.taalhuis,
        title="Quietly",
        owner=world.contact("coordinator"),
        due_on=world.today - timedelta(days=40),
        visibility=Visibility.INTERNAL,
    )


def changed_internal_action(world: World) -> None:
    item, owner = late_internal_action(world), world.contact("coordinator")
    typed = {"title": "More quietly", "owner": owner, "due_on": world.today, "visibility": Visibility.INTERNAL}
    change_action_item(actor=world.users["coordinator"], item=item, **typed)
    finish_action_item(actor=world.users["coordinator"], item=item)


def dropped_internal_action(world: World) -> None:
    drop_action_item(actor=world.users["coordinator"], item=late_internal_action(world))


def another_candidate(world: World) -> None:
    newcomer = OrganisationFactory(name="Quietly considered")
    add_candidates(actor=world.users["coordinator"], collaboration=world.exploring, organisations=[newcomer])


def own_organisation_considered_elsewhere(world: World) -> None:
    exploring = start_collaboration(actor=None, name="Reading elsewhere", partners=[])
    add_candidates(actor=world.users["coordinator"], collaboration=exploring, organisations=[world.noord])


def candidate_taken_off(world: World) -> None:
    remove_candidate(actor=world.users["coordinator"], candidate=world.candidate)


def planned_round(world: World) -> None:
    """Plan a round of which the lead of the partner has seen the list; only that lead knows of it before it opens."""
    cycle = plan_cycle(
        actor=world.users["coordinator"],
        collaboration=world.leesclub,
        opens_on=world.today,
        closes_on=world.today + timedelta(days=9),
        contacts=[world.contact("coordinator"), world.contact("partner")],
    )
    cycle.parties.update(people_chosen_at=timezone.now())


def another_collaboration(world: World) -> None:
    start_collaboration(actor=world.users["coordinator"], name="Reading elsewhere", partners=[world.elsewhere])


def tag_on_the_partner(world: World) -> None:
    change_organisation(actor=None, organisation=world.noord, name=world.noord.name, tags=["Quietly", "Slow"])


def new_people(world: World) -> None:
    add_colleague(actor=None, email="new@samen.example", name="Nina", roles=["manager"], language="nl")
    add_contact(actor=None, organisation=world.west, name="Bas West", email="bas@west.example")


def talk_kept_to_ourselves(world: World) -> None:
    conversation = record_conversation(
        actor=world.users["coordinator"],
        organisations=[world.host, world.noord],
        held_on=world.today,
        learned="Quietly",
        visibility=Visibility.INTERNAL,
    )
    typed = {"by": world.host, "about": world.noord, "text": "Quietly"}
    write_view(actor=world.users["coordinator"], conversation=conversation, **typed)


def draft_for_somebody_without_access(world: World) -> None:
    write_identity(actor=world.users["coordinator"], organisation=world.west, publish=False, who_we_are="Quietly")


def mail_to_others(world: World) -> None:
    OutgoingMailFactory(to_email="bart@west.example")


QUIET = [
    internal_decision,
    late_internal_action,
    changed_internal_action,
    dropped_internal_action,
    another_candidate,
    own_organisation_considered_elsewhere,
    candidate_taken_off,
    planned_round,
    another_collaboration,
    tag_on_the_partner,
    new_people,
    talk_kept_to_ourselves,
    draft_for_somebody_without_access,
    mail_to_others,
]


def read_as_partner(world: World) -> dict[str, str]:
    """Return the text of every page that a partner may open, without the parts that differ from visit to visit."""
    client = Client()
    client.force_login(world.users["partner"])
    urls = {
        name: reverse(name, args=row.args(world))
        for name, row in TABLE.items()
        if row.get.split()[2] == "200" and not row.personal
    }
    for name in ("collaboration-detail", "collaboration-history"):
        urls[f"exploring: {name}"] = reverse(f"collab:{name}", args=[world.exploring.pk])
    pages = {}
    for name, url in urls.items():
        text = client.get(url).content.decode(errors="replace")
        pages[name] = re.sub(r'"X-CSRFToken": "\w+"|name="csrfmiddlewaretoken" value="\w+"', "", text)
    return pages


@pytest.mark.parametrize("happen", QUIET, ids=lambda happen: happen.__name__)
def test_what_is_not_for_partners_changes_nothing_they_read(happen: Callable[[World], Any], world: World) -> None:
    """Compare the pages of partners: not a word, count, order or line of history may differ."""
    before = read_as_partner(world)
    happen(world)
    assert read_as_partner(world) == before


def test_shared_things_do_change_what_partners_read(world: World) -> None:
    """Check the opposite of the test above: that shared rows do appear on the pages it reads."""
    before = read_as_partner(world)
    record_decision(
        actor=world.users["manager"],
        collaboration=world.taalhuis,
        what="Out loud",
        decided_by=world.contact("manager"),
        decided_on=world.today,
    )
    changed = {name for name, text in read_as_partner(world).items() if text != before[name]}
    assert changed == {"collab:collaboration-detail", "collab:collaboration-history"}


def send_a_year_of_reminders(world: World) -> None:
    for days in range(0, 365, 5):
        send_due(world.today + timedelta(days=days))


def test_mails_to_partners_hold_nothing_internal(world: World) -> None:
    """Send invitations, results and a year of reminders, with all work unfinished and overdue."""
    world.partners_item.refresh_from_db()
    send_a_year_of_reminders(world)
    hidden = {
        "noord.example": (*INTERNAL, *COMMENTS, *ELSEWHERE, *OUR_ADDRESSES),
        "west.example": (*INTERNAL, *COMMENTS, *ELSEWHERE, *OUR_ADDRESSES, "Leesclub Noord"),
        "elsewhere.example": (*INTERNAL, *COMMENTS, *OUR_ADDRESSES, "Taalhuis Noord", "Leesclub Noord"),
    }
    read = dict.fromkeys(hidden, "")
    for mail in OutgoingMail.objects.exclude(to_email__endswith="samen.example"):
        # The one person whom the reader can ask is named with an address, and no other colleague is.
        told = f"{mail.subject} {mail.body_text} {mail.body_html}".replace(mail.reply_to or "-", "")
        read[mail.to_email.partition("@")[2]] += told
    assert {place: [phrase for phrase in hidden[place] if phrase in read[place]] for place in read} == {
        place: [] for place in hidden
    }
    kinds = set(Reminder.objects.exclude(mail__to_email__endswith="samen.example").values_list("kind", flat=True))
    assert kinds == {"action_overdue", "evaluation_reminder", "side_list"}


def test_host_is_reminded_of_internal_actions(world: World) -> None:
    """Check that the mails above had something to leave out."""
    send_a_year_of_reminders(world)
    mails = OutgoingMail.objects.filter(kind="action_overdue", body_text__contains=INTERNAL[2])
    assert {mail.to_email for mail in mails} == {"coen@samen.example"}


def test_export_holds_no_person(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("export_cycle", world.closed_cycle.pk)
    exported = capsys.readouterr().out
    assert COMMENTS[0] in exported
    people = Contact.objects.filter(invitations__cycle=world.closed_cycle)
    assert [person.name for person in people if person.name in exported or person.email in exported] == []


def test_result_that_pages_read_holds_no_comment_of_a_few(world: World) -> None:
    results = [cycle.result for cycle in EvaluationCycle.objects.ended()]
    assert len(results) == 4
    assert [leaks(str(result), "manager") for result in results] == [[], [], [], []]
