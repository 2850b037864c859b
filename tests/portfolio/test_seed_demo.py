"""The demo tells what it promises, as of today, and never mails anybody of the past."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from assessments.enums import Mode
from assessments.models import EvaluationCycle, Invitation, Response, ReviewMeeting
from collab.enums import RoleKind, Visibility
from collab.models import ActionItem, Collaboration, Decision, Participation, RoleAssignment
from notifications.enums import MailStatus
from notifications.models import OutgoingMail
from partners.models import Contact, Organisation
from portfolio.attention import findings
from portfolio.demo import ACCOUNTS, accounts_in_words
from portfolio.demo.build import build
from tests.factories.collab import CollaborationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo, made once for all tests that look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(seed=1)
        yield
        transaction.set_rollback(True)


def factors_of(name: str, number: int) -> dict[str, Any]:
    cycle = EvaluationCycle.objects.get(collaboration__name=name, number=number)
    return {factor["key"]: factor for factor in cycle.result["factors"]}


def scores(name: str) -> list[float]:
    """What a collaboration scored on its strategic fit, round by round."""
    cycles = EvaluationCycle.objects.filter(collaboration__name=name).exclude(result=None).order_by("number")
    return [cycle.summary[2]["score"] for cycle in cycles]


def test_network_is_as_large_as_promised() -> None:
    assert Organisation.objects.count() == 40
    assert Organisation.objects.get(is_host=True).name == "Stichting Taalkracht"
    assert set(Organisation.objects.values_list("country", flat=True)) == {"NL", "BE", "IE"}
    assert Counter(Collaboration.objects.values_list("stage", flat=True)) == {
        "active": 17,
        "designing": 2,
        "exploring": 2,
        "ended": 2,
        "paused": 1,
    }
    assert set(Contact.objects.values_list("language", flat=True)) == {"nl", "en"}
    assert Contact.objects.values("name").distinct().count() == Contact.objects.count()


def test_all_that_happened_lies_in_the_past_and_is_kept_as_such() -> None:
    today = timezone.localdate()
    assert not Collaboration.objects.filter(created_at__gt=timezone.now()).exists()
    assert not EvaluationCycle.objects.filter(closed_at__date__gte=today).exists()
    assert not Decision.objects.filter(decided_on__gt=today).exists()
    oldest = Collaboration.objects.order_by("created_at")[0]
    began = oldest.events.order_by("pgh_id")[0].pgh_created_at
    assert timezone.localdate(began) == timezone.localdate(oldest.created_at)
    assert today - timezone.localdate(began) > timedelta(days=1200)


def test_every_collaboration_that_was_active_has_been_evaluated_two_to_four_times() -> None:
    worked = Collaboration.objects.filter(stage__in=["active", "paused", "ended"])
    rounds = worked.annotate(rounds=Count("cycles")).values_list("rounds", flat=True)
    assert Counter(rounds) == {2: 14, 3: 4, 4: 2}
    others = Collaboration.objects.filter(stage__in=["exploring", "designing"])
    assert not EvaluationCycle.objects.filter(collaboration__in=others).exists()


def test_rounds_are_in_every_state_and_both_modes() -> None:
    assert Counter(EvaluationCycle.objects.values_list("status", flat=True)) == {
        "discussed": 45,
        "closed": 1,
        "open": 1,
        "planned": 1,
    }
    assert EvaluationCycle.objects.filter(mode=Mode.OPEN).count() == 2
    assert Counter(ReviewMeeting.objects.values_list("outcome", flat=True)).keys() == {"continue", "adjust", "stop"}


def test_round_is_open_now_with_people_in_every_state() -> None:
    cycle = EvaluationCycle.objects.get(status="open")
    assert cycle.closes_on == timezone.localdate() + timedelta(days=2)
    assert Counter(cycle.invitations.values_list("status", flat=True)).keys() == {
        "invited",
        "started",
        "submitted",
        "declined",
        "passed_on",
    }


def test_last_results_of_taalhuis_noord_wait_for_a_conversation_about_a_clear_gap() -> None:
    factor = factors_of("Taalhuis Noord", 3)["long_term_commitment"]
    assert factor["band"] == "act"
    assert factor["gap"]["label"] == "clear"
    own_view, others = (row["difference"] for row in factor["mirror"])
    assert own_view >= 1 > others


def test_views_differ_sides_are_silent_and_small_groups_hidden_somewhere() -> None:
    assert factors_of("Taalmaatjes Waalstad", 2)["strategic_fit"]["views_differ"] is True
    silent = EvaluationCycle.objects.get(collaboration__name="Taal op de werkvloer", number=2)
    assert "side_silent" in [warning["code"] for warning in silent.result["warnings"]]
    village = factors_of("Westerpolder leest", 2)["strategic_fit"]
    assert village["score"] is not None
    assert [row["score"] for row in village["organisations"]].count(None) == 2
    unknown = EvaluationCycle.objects.get(collaboration__name="What Works in Reading Groups", number=2)
    assert "many_dont_know" in [warning["code"] for warning in unknown.result["warnings"]]


def test_scores_go_up_and_down() -> None:
    first, *_between, last = scores("Voorlezers Maasmond")
    assert last - first >= 0.5
    first, last = scores("Taalpunt Kempenland")
    assert first - last >= 0.5


def test_people_say_what_they_think_in_their_language() -> None:
    rounds = EvaluationCycle.objects.exclude(result=None)
    keys = {key for cycle in rounds for key in cycle.result["comments"]}
    assert {"keep", "change_first"} < keys
    assert any(key.startswith("low:") for key in keys)
    abroad = rounds.get(collaboration__name="Reading Across Borders", number=2)
    assert any("other" in text for texts in abroad.result["comments"].values() for text in texts)
    assert (
        not Response.objects.filter(cycle__mode=Mode.CONFIDENTIAL)
        .exclude(cycle__status="open")
        .exclude(invitation=None)
    )


def test_dashboard_has_something_to_say_about_everything() -> None:
    manager = User.objects.get(email="manager@taalkracht.example")
    with translation.override("en"):
        found = [(row.name, row.text) for row in findings(manager, timezone.localdate())]
    assert ("Ouderkracht", "The evaluation is 31 days late") in found
    assert [name for name, _text in found] == [
        "Ouderkracht",
        "Taalmaatjes Waalstad",
        "Taalhuis Noord",
        "Digitaal Punt Zuid",
        "Gezond en taalvaardig",
        "Werk & Taal",
        "Schuldhulp in gewone taal",
        "Taal op de werkvloer",
        "Digitaal Punt Zuid",
    ]


def test_roles_have_periods_and_all_four_are_filled() -> None:
    assert set(RoleAssignment.objects.values_list("role", flat=True)) == set(RoleKind.values)
    past_leads = RoleAssignment.objects.filter(role=RoleKind.LEAD, ends_on__lte=timezone.localdate())
    assert Counter(past_leads.values_list("participation__collaboration__name", flat=True)) == {
        "Taalhuis Noord": 1,
        "Voorlezers Maasmond": 1,
        "Digitaal Punt Zuid": 2,
    }
    gone = RoleAssignment.objects.exclude(contact__deactivated_at=None).filter(role=RoleKind.LEAD, ends_on=None)
    assert gone.get().participation.collaboration.name == "Gezond en taalvaardig"
    assert Participation.objects.filter(goal="").get().organisation.name == "Stichting Lezen Samen"


def test_actions_are_done_open_and_late_on_either_side() -> None:
    assert set(ActionItem.objects.values_list("status", flat=True)) == {"open", "done", "dropped"}
    late = ActionItem.objects.overdue(timezone.localdate())
    assert sorted((timezone.localdate() - item.due_on).days for item in late) == [4, 6, 16]
    sides = {True, False}
    for status in ("done", "open"):
        of_host = ActionItem.objects.filter(status=status).values_list("owner__organisation__is_host", flat=True)
        assert set(of_host) == sides
    assert ActionItem.objects.filter(visibility=Visibility.INTERNAL).count() == 1
    assert Decision.objects.filter(visibility=Visibility.INTERNAL).count() == 1


def test_mails_of_the_past_count_as_sent_and_only_those_of_the_open_round_wait() -> None:
    asked = Invitation.objects.filter(cycle__status="open").count()
    waiting = OutgoingMail.objects.exclude(status=MailStatus.SENT)
    assert Counter(waiting.values_list("kind", "status")) == {
        ("evaluation_invitation", "queued"): asked - 1,
        ("evaluation_passed_on", "queued"): 1,
    }
    assert not OutgoingMail.objects.filter(sent_at__gt=timezone.now()).exists()
    assert not OutgoingMail.objects.exclude(to_email__endswith=".example").exists()
    assert {"evaluation_due", "evaluation_reminder", "evaluation_results", "review_due", "action_overdue"} < set(
        OutgoingMail.objects.values_list("kind", flat=True)
    )


def test_accounts_can_sign_in_and_are_told() -> None:
    for account in ACCOUNTS:
        assert Client().login(email=account.email, password=account.password) is True
        assert any(account.email in line and account.role in line for line in accounts_in_words())
    assert [User.objects.get(email=account.email).is_colleague for account in ACCOUNTS] == [True] * 3 + [False] * 2


def test_database_with_collaborations_is_refused() -> None:
    CollaborationFactory()
    with pytest.raises(CommandError, match="there are collaborations in this database already"):
        call_command("seed_demo", seed=1, stdout=StringIO())


@pytest.mark.parametrize("scale", ["0", "101", "two", "1.5"])
def test_scale_must_be_a_sensible_number(scale: str) -> None:
    with pytest.raises(CommandError, match="a whole number from 1 to 100"):
        call_command("seed_demo", "--scale", scale, stdout=StringIO())
