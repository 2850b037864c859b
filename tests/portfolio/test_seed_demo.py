"""The demo is the same for the same seed, holds the promised situations, and sends no mail of the past."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle, Invitation
from collab.enums import Visibility
from collab.models import ActionItem, Candidate, Collaboration, RoleAssignment
from identity.models import IdentityConversation, IdentityProfile
from notifications.enums import MailStatus
from notifications.models import OutgoingMail
from partners.duplicates.matches import DuplicatePairs
from partners.history import entries_of
from partners.models import Contact, MergedOrganisation, NotDuplicate, Organisation
from portfolio.alerts import dashboard_alerts
from portfolio.demo import COLLEAGUES, PARTNER, PASSWORD
from portfolio.demo.build import build
from tests.factories.collab import CollaborationFactory
from tests.tables.copies import MIGRATED, put_back

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Make the demo once for the tests that only read it; undo it after them."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            build(seed=1)
            yield
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def fingerprint() -> list[Any]:
    return [
        list(Organisation.objects.order_by("name").values_list("name", "phone", "registration_number")),
        list(Contact.objects.order_by("email", "name").values_list("name", "email", "position")),
        list(Collaboration.objects.order_by("name").values_list("name", "stage", "next_evaluation_on")),
        list(EvaluationCycle.objects.order_by("collaboration__name", "number").values_list("status", "result")),
        list(ActionItem.objects.order_by("title", "due_on", "owner__email").values_list("title", "status", "due_on")),
    ]


def test_same_seed_gives_the_same_data(demo: None) -> None:
    first = fingerprint()
    put_back(MIGRATED)
    assert Collaboration.objects.count() == 0
    build(seed=1)
    assert fingerprint() == first


def test_network_is_as_large_as_promised(demo: None) -> None:
    assert Organisation.objects.count() == 50
    assert Organisation.objects.filter(is_host=True).count() == 1
    assert Counter(Collaboration.objects.values_list("stage", flat=True)) == {
        "active": 17,
        "designing": 2,
        "exploring": 2,
        "paused": 1,
        "ended": 2,
    }
    assert set(Contact.objects.values_list("language", flat=True)) == {"nl", "en"}


def test_organisations_said_who_they_are(demo: None) -> None:
    own = Contact.objects.get(user__email=PARTNER[0]).organisation
    assert IdentityProfile.objects.current().count() == 25
    assert [row.is_on_behalf for row in own.profiles.order_by("version")] == [True, False]
    assert own.views_received.get().answer == ""
    assert IdentityConversation.objects.filter(visibility=Visibility.INTERNAL).count() == 1
    year_ago = timezone.localdate() - timedelta(days=366)
    assert 0 < IdentityConversation.objects.filter(held_on__lt=year_ago).count() < IdentityConversation.objects.count()


def test_one_organisation_was_there_twice_and_is_one_again(demo: None) -> None:
    merged = MergedOrganisation.objects.get()
    assert merged.name == f"Stichting {merged.into}"
    with translation.override("en"):
        assert "Two organisations merged" in {entry.what for entry in entries_of(merged.into, 50)}


def test_two_organisations_may_be_one_and_two_are_told_apart(demo: None) -> None:
    assert [(pair.first.name, pair.second.name) for pair in DuplicatePairs("").get_page(1)] == [
        ("Humanitas Taalmaatjes", "Stichting Humanitas taalmaatjes")
    ]
    assert str(NotDuplicate.objects.get().second) == "Leerhuis Rijnoever"


def test_somebody_works_elsewhere_now(demo: None) -> None:
    (moved,) = Contact.objects.filter(affiliations__ends_on__isnull=False)
    assert (str(moved), str(moved.organisation)) == ("Jolanda Verkerk", "Bibliotheek Rijnoever")


def test_partners_are_weighed_and_were_chosen(demo: None) -> None:
    found = Candidate.objects.order_by("pk").values_list("collaboration__name", "organisation__name", "state")
    assert list(found) == [
        ("Almere leest", "Uitzendbureau Aan de Slag", "considered"),
        ("Almere leest", "Bibliotheek Noord", "considered"),
        ("Almere leest", "Kinderopvang Klavertje", "considered"),
        ("Taalcafé Vechtstreek", "Humanitas Taalmaatjes", "chosen"),
        ("Taalcafé Vechtstreek", "Welzijn Zuiderpark", "not_chosen"),
        ("Taalcafé Vechtstreek", "Hogeschool Waalstad", "not_chosen"),
    ]
    choice = Candidate.objects.get(state="chosen").decision
    assert (choice.visibility, choice.decided_on) == (Visibility.INTERNAL, timezone.localdate() - timedelta(days=6))


def test_rounds_are_in_every_state(demo: None) -> None:
    assert Counter(EvaluationCycle.objects.values_list("status", flat=True)) == {
        CycleStatus.DISCUSSED: 38,
        CycleStatus.CLOSED: 1,
        CycleStatus.OPEN: 1,
        CycleStatus.PLANNED: 1,
    }
    now = Invitation.objects.filter(cycle__status=CycleStatus.OPEN)
    assert Counter(now.values_list("status", flat=True)) == {
        "invited": 11,
        "submitted": 3,
        "started": 1,
        "declined": 1,
    }


def test_dashboard_has_something_to_say_about_everything(demo: None) -> None:
    with translation.override("en"):
        coordinator = User.objects.get(email=COLLEAGUES[0][0])
        found = {(row.name, row.text) for row in dashboard_alerts(coordinator, timezone.localdate())}
    assert ("Ouderkracht", "The evaluation is 31 days late") in found
    assert {name for name, _text in found} == {
        "Ouderkracht",
        "Taalhuis Noord",
        "Digitaal Punt Zuid",
        "Gezond en taalvaardig",
        "Werk & Taal",
        "Taalpunt Kempenland",
    }


def test_past_mails_count_as_sent_and_only_those_of_now_wait(demo: None) -> None:
    waiting = OutgoingMail.objects.filter(status=MailStatus.QUEUED)
    assert Counter(waiting.values_list("kind", flat=True)) == {"evaluation_invitation": 16, "partner_access": 1}
    assert OutgoingMail.objects.exclude(to_email__endswith=".example").count() == 0


def test_history_lies_in_the_past_and_roles_have_periods(demo: None) -> None:
    today = timezone.localdate()
    assert EvaluationCycle.objects.filter(closed_at__date__gte=today).count() == 0
    assert RoleAssignment.objects.exclude(ends_on=None).count() == 6
    assert ActionItem.objects.filter(visibility=Visibility.INTERNAL).count() == 1


def test_demo_accounts_can_sign_in(demo: None) -> None:
    for email in [*(row[0] for row in COLLEAGUES), PARTNER[0]]:
        assert Client().login(email=email, password=PASSWORD) is True


def test_database_with_collaborations_is_refused() -> None:
    CollaborationFactory()
    with pytest.raises(CommandError, match="there are collaborations in this database already"):
        call_command("seed_demo", seed=1, stdout=StringIO())


@pytest.mark.parametrize("scale", ["0", "101", "two", "1.5"])
def test_scale_must_be_a_sensible_number(scale: str) -> None:
    with pytest.raises(CommandError, match="a whole number from 1 to 100"):
        call_command("seed_demo", "--scale", scale, stdout=StringIO())
