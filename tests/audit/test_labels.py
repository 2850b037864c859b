"""Every label of an action is found in the history.

Every page is sent as in ``tests.permission_table`` by a user who may, and actions without a page are carried out here.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pghistory
import pghistory.models
import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as account_actions
from assessments.actions import send_waiting_invitations
from assessments.personal_links import TO_ANSWER
from assessments.reminding import remind_people
from collab.actions import (
    finish_action_item,
    record_evaluation_opened,
    refresh_missing_roles,
    reopen_action_item,
    restore_evaluation_dates,
)
from collab.models import Collaboration
from imports.actions import cancel_import, upload_import
from notifications import links
from notifications.models import OutgoingMail
from partners.actions import WebAddressDetails, change_addresses, deactivate_contact, make_host, reactivate_contact
from partners.lists.actions import set_owner_of_many, set_status_of_many, tag_many, untag_many
from partners.models import Contact, Organisation, Tag
from tests.permission_table import TABLE
from tests.world import CSV, ROLES, World, build_world, undone

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
APPS = ["accounts", "assessments", "collab", "identity", "imports", "notifications", "partners", "portfolio"]
REFUSED = ("login", "403", "404", "405")
# Of those who may send a page the first two do.
FIRST = ("administrator", "partner", "coordinator", "manager", "outsider", "anonymous")


@dataclass
class Seen:
    """The labels of actions that were carried out, and the labels that the history has."""

    ran: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)


def labels_in_source() -> set[str]:
    """Return every label that is given to ``recording`` anywhere, both of ``a if … else b`` included."""
    calls = (
        node
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "recording"
    )
    texts = (part for call in calls for label in call.args[1:2] for part in ast.walk(label))
    return {part.value for part in texts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


@contextmanager
def watching(seen: Seen) -> Iterator[None]:
    """Record the label of every action that ends well, and whether an event refers to it."""
    original = pghistory.context

    @contextmanager
    def watched(*args: Any, **kwargs: Any) -> Iterator[Any]:
        with original(*args, **kwargs) as context:
            yield context
            seen.ran.add(context.metadata["label"])
            if pghistory.models.Context.objects.filter(pk=context.id).exists():
                seen.kept.add(context.metadata["label"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pghistory, "context", watched)
        yield


def send_every_page(world: World) -> None:
    """Send a POST to every URL as the first two kinds of people who may; undo each."""
    for name, row in TABLE.items():
        may = [role for role, outcome in zip(ROLES, row.post.split(), strict=True) if outcome not in REFUSED]
        for role in sorted(may, key=FIRST.index)[:2]:
            with undone():
                client = Client()
                if role != "anonymous":
                    client.force_login(world.users[role])
                client.post(reverse(name, args=row.args(world)), row.data(world))


def what_no_page_does_by_itself(world: World) -> None:
    """Carry out actions that are part of larger ones, belong to jobs, or change nothing with the data of the pages."""
    user = account_actions.open_partner_account(actor=None, email="nan@west.example", name="Nan", language="nl")
    account_actions.change_partner_account(actor=None, user=user, email=user.email, name="Nana", language="nl")
    account_actions.close_account(actor=None, user=user)
    account_actions.reopen_account(actor=None, user=user)
    finish_action_item(actor=None, item=world.shared_item)
    reopen_action_item(actor=None, item=world.shared_item)
    Collaboration.objects.filter(pk=world.taalhuis.pk).update(next_evaluation_on=world.today)
    if move := record_evaluation_opened(collaboration=world.taalhuis):
        restore_evaluation_dates(collaboration=world.taalhuis, move=move)
    Collaboration.objects.filter(pk=world.taalhuis.pk).update(lead_missing_since=world.today)
    refresh_missing_roles()
    world.open_cycle.invitations.update(mail_waits=True)
    send_waiting_invitations(cycle=world.open_cycle)
    remind_people(actor=None, cycle=world.open_cycle, today=world.today + timedelta(days=7))
    petra = world.contact("partner")
    for email in ("petra@noord.example", "petra@north.example"):
        Contact.objects.filter(pk=petra.pk).update(email=email)
        links.mint(OutgoingMail(link_kind=TO_ANSWER, link_to=str(world.invitation.pk), to_email=email))
    deactivate_contact(actor=None, contact=petra)
    reactivate_contact(actor=None, contact=petra)
    change_addresses(
        actor=None, organisation=world.west, addresses=[], web_addresses=[WebAddressDetails("https://more.example")]
    )
    one = Organisation.objects.filter(pk=world.west.pk)
    tag_many(actor=None, chosen=one, expected=1, tags=["near"])
    untag_many(actor=None, chosen=one, expected=1, tag=Tag.objects.get(name="near"))
    set_owner_of_many(actor=None, chosen=one, expected=1, owner=world.users["coordinator"])
    set_status_of_many(actor=None, chosen=one, expected=1, status="former")
    waiting = upload_import(actor=world.users["coordinator"], file_name="waiting.csv", data=CSV)
    cancel_import(actor=world.users["coordinator"], upload=waiting)
    Organisation.objects.filter(pk=world.host.pk).update(is_host=False)
    make_host(actor=None, organisation=world.host)


@pytest.fixture(scope="module")
def seen(django_db_setup: None, django_db_blocker: Any) -> Seen:
    found = Seen()
    with django_db_blocker.unblock(), watching(found), undone():
        world = build_world()
        send_every_page(world)
        what_no_page_does_by_itself(world)
    return found


def test_every_action_was_carried_out(seen: Seen) -> None:
    """Fail for an action that needs a row in the table of pages, or a line above."""
    assert labels_in_source() - seen.ran == set()


def test_history_knows_every_action(seen: Seen) -> None:
    """Fail for an action that leaves no event; one that changes no tracked row calls ``audit.context.record_about``."""
    assert seen.ran - seen.kept == set()
