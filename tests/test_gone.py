"""Ended collaborations and removed people ask for nothing and are offered nowhere: no page, form or mail names them.

Two ended collaborations hold everything that could nag; an archived organisation and a contact who left hold everything
that could be offered. Every page of ``tests.permission_table`` is walked, and every reminder and job run far ahead.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import EvaluationCycle
from assessments.organisation import due_with
from collab.actions import add_action_item, assign_role
from collab.alerts.reading import alerts_of, needing
from collab.enums import RoleKind, Stage
from collab.models import ActionItem, Collaboration
from notifications.jobs import run_due_jobs
from notifications.models import OutgoingMail
from notifications.reminders import send_due
from partners.actions import archive_organisation, deactivate_contact
from partners.models import Contact
from portfolio.alerts import dashboard_alerts
from tests.factories.accounts import CoordinatorFactory
from tests.factories.partners import ContactFactory, OrganisationFactory
from tests.permission_table import TABLE
from tests.world import ROLES, World, active, closed, opened, planned_for, undone

pytestmark = pytest.mark.django_db

DAYS_AHEAD = [0, 1, 2, 3, 7, 8, 14, 15, 22, 26, 30, 31, 60, 120, 400]
NEEDS = ("lead", "decider", "evaluation", "owner")
GONE = ("Lena Left", "Alma Archived", "Archived Reading Room")


def ended(w: World, name: str, kind: str) -> Collaboration:
    """Return an ended collaboration of Noord with late actions, an undiscussed round and a planned or open one."""
    people = [w.contact(role) for role in ("coordinator", "manager", "partner")]
    collaboration = active(name, [w.noord], people, w.today)
    closed(collaboration, people, w.today)
    (planned_for if kind == "planned" else opened)(collaboration, people, w.today)
    for owner in (w.contact("partner"), w.contact("coordinator")):
        late = w.today - timedelta(days=30)
        add_action_item(actor=None, collaboration=collaboration, title="Late", owner=owner, due_on=late)
    EvaluationCycle.objects.filter(collaboration=collaboration, result__isnull=False).update(
        closed_at=w.users["manager"].date_joined - timedelta(days=60)
    )
    Collaboration.objects.filter(pk=collaboration.pk).update(
        stage=Stage.ENDED,
        next_evaluation_on=w.today - timedelta(days=40),
        lead_missing_since=w.today - timedelta(days=40),
        decider_missing_since=w.today - timedelta(days=40),
    )
    collaboration.refresh_from_db()
    return collaboration


@pytest.fixture
def over(world: World) -> Iterator[list[Collaboration]]:
    with undone():
        made = [ended(world, "Sunset, planned", "planned"), ended(world, "Sunset, open", "open")]
        OutgoingMail.objects.all().delete()
        yield made


def visited(world: World, role: str) -> Iterator[tuple[str, str]]:
    """Return every page that the role may open, with its HTML."""
    client = Client()
    client.force_login(world.users[role])
    for name, row in TABLE.items():
        if row.get.split()[ROLES.index(role)] == "200" and not row.personal:
            with undone():
                response = client.get(reverse(name, args=row.args(world)))
                if "html" in response.headers.get("Content-Type", "") and not response.streaming:
                    yield name, response.content.decode()


def test_no_reminder_or_job_mails_about_what_has_ended(world: World, over: list[Collaboration]) -> None:
    for days in DAYS_AHEAD:
        day = world.today + timedelta(days=days)
        failures: list[str] = []
        run_due_jobs(day, failures=failures)
        assert failures == []
        send_due(day)
    mails = OutgoingMail.objects.all()
    assert mails.exists()
    assert [mail.subject for mail in mails if "Sunset" in mail.subject + mail.body_text] == []


def test_no_list_dashboard_or_panel_asks_for_what_has_ended(world: World, over: list[Collaboration]) -> None:
    keys = {row.pk for row in over}
    for role in ("coordinator", "manager", "partner"):
        user = world.users[role]
        for days in DAYS_AHEAD:
            day = world.today + timedelta(days=days)
            for need in NEEDS:
                found = needing(need, Collaboration.objects.visible_to(user), user, day)
                assert keys.isdisjoint(found.values_list("pk", flat=True)), need
            assert [row.where for row in due_with(world.noord, user, day) if "Sunset" in row.where] == []
            for collaboration in Collaboration.objects.filter(pk__in=keys).with_people().with_agreements(user):
                assert alerts_of(collaboration, user, day) == []
    Collaboration.objects.exclude(pk__in=keys).update(stage=Stage.ENDED)
    assert dashboard_alerts(world.users["coordinator"], world.today) == []


# A row of a table, a thing of a list.
_ROWS = re.compile(r"<(tr|li)\b.*?</\1>", re.DOTALL)


@pytest.mark.parametrize("role", ["coordinator", "manager", "partner"])
def test_no_page_shows_anything_late_of_what_has_ended(role: str, world: World, over: list[Collaboration]) -> None:
    late = [
        (name, row.group(0))
        for name, html in visited(world, role)
        for row in _ROWS.finditer(html)
        if "Sunset" in row.group(0) and "days late" in row.group(0)
    ]
    assert late == []


@pytest.mark.parametrize("role", ["coordinator", "manager", "partner"])
def test_pages_of_what_has_ended_are_quiet(role: str, world: World, over: list[Collaboration]) -> None:
    client = Client()
    client.force_login(world.users[role])
    for collaboration in over:
        pages = [reverse("collab:collaboration-detail", args=[collaboration.pk])]
        pages.append(reverse("assessments:collaboration-panel", args=[collaboration.pk]))
        if role != "partner":
            pages += [reverse("assessments:cycle-detail", args=[cycle.pk]) for cycle in collaboration.cycles.all()]
        for page in pages:
            html = client.get(page, follow=True).content.decode()
            assert "days late" not in html, page
            assert 'alert-danger" role="status"' not in html, page
            assert reverse("assessments:cycle-plan", args=[collaboration.pk]) not in html, page


@pytest.fixture
def gone(world: World) -> Iterator[tuple[Contact, Contact]]:
    """Return a person of Noord who left, and one of an archived organisation; both had work everywhere."""
    with undone():
        room = OrganisationFactory(name="Archived Reading Room")
        alma = ContactFactory(name="Alma Archived", email="alma@room.example", organisation=room)
        lena = ContactFactory(name="Lena Left", email="lena@noord.example", organisation=world.noord)
        for collaboration in (world.taalhuis, world.taalcafe, world.leesclub, world.exploring):
            ours = collaboration.participations.create(organisation=room, goal="Read.")
            theirs = collaboration.participations.filter(organisation=world.noord).first()
            for part, contact in ((ours, alma), (theirs, lena)):
                assign_role(
                    actor=None,
                    participation=part,
                    contact=contact,
                    role=RoleKind.LEAD if contact == alma else RoleKind.DESIGNER,
                    starts_on=world.today,
                )
                late = world.today - timedelta(days=9)
                add_action_item(actor=None, collaboration=collaboration, title="Paint", owner=contact, due_on=late)
        archive_organisation(actor=None, organisation=room)
        deactivate_contact(actor=None, contact=lena)
        OutgoingMail.objects.all().delete()
        yield lena, alma


_CHOICES = re.compile(r"<option\b[^>]*>.*?</option>|<option\b[^>]*>|<label\b[^>]*>.*?</label>", re.DOTALL)


@pytest.mark.parametrize("role", ["coordinator", "administrator", "partner"])
def test_no_form_offers_who_left_or_was_archived(role: str, world: World, gone: tuple[Contact, Contact]) -> None:
    offered, choices = [], 0
    for name, html in visited(world, role):
        # A person who left with a role stands there, as chosen and marked, until somebody chooses another.
        found = [choice for choice in _CHOICES.findall(html) if "(not active any more)" not in choice]
        choices += len(found)
        offered += [(name, phrase) for choice in found for phrase in GONE if phrase in choice]
    assert choices > 20
    assert offered == []


def test_nobody_who_left_or_was_archived_is_mailed(world: World, gone: tuple[Contact, Contact]) -> None:
    for days in DAYS_AHEAD:
        send_due(world.today + timedelta(days=days))
    assert OutgoingMail.objects.exists()
    assert not OutgoingMail.objects.filter(to_email__in=[contact.email for contact in gone]).exists()


def test_what_they_had_asks_for_somebody_else(world: World, gone: tuple[Contact, Contact]) -> None:
    user = CoordinatorFactory()
    rows = Collaboration.objects.with_people().with_agreements(user)
    found = alerts_of(rows.get(pk=world.taalhuis.pk), user, world.today)
    assert [row.code for row in found].count("action_ownerless") == 2
    assert world.taalhuis in needing("owner", Collaboration.objects.all(), user, world.today)
    assert set(ActionItem.objects.ownerless().values_list("owner__name", flat=True)) == {"Lena Left", "Alma Archived"}


def test_the_searches_for_an_organisation_leave_out_the_archived(world: World, gone: tuple[Contact, Contact]) -> None:
    client = Client()
    client.force_login(world.users["coordinator"])
    picker = reverse("collab:organisation-picker") + "?name=partners&many=1&partners_search=archived"
    options = reverse("partners:organisation-options") + "?parent=archived"
    for url in (picker, options):
        assert "Archived Reading Room" not in client.get(url, headers={"HX-Request": "true"}).content.decode()
