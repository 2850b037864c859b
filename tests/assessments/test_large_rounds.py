"""Rounds with more people than a browser waits for: opened at once, and their invitations made afterwards."""

from collections import Counter

import pytest
from django.test import Client

from assessments import actions
from assessments.actions import cycles, invitations
from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle, Invitation
from assessments.tasks import make_waiting_invitations, send_invitations
from notifications.models import OutgoingMail
from tests.clock import TODAY
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import planned_cycle
from tests.processes import AT_ANY_HOUR, database_url, kill, python, wait_until

MAKE = ("manage.py", "shell", "-c", "from assessments.actions import *; send_waiting_invitations()")


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (cycles, invitations):
        monkeypatch.setattr(module, "MOST_AT_ONCE", 2)


def opened(per_side: int) -> EvaluationCycle:
    cycle = planned_cycle(per_side=per_side)
    actions.open_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    return cycle


def mailed() -> Counter[str]:
    return Counter(OutgoingMail.objects.filter(kind="evaluation_invitation").values_list("about", flat=True))


def once_for_each(cycle: EvaluationCycle) -> Counter[str]:
    return Counter(f"invitation:{pk}" for pk in cycle.invitations.values_list("pk", flat=True))


@pytest.mark.django_db
def test_small_round_has_its_invitations_when_it_opens() -> None:
    cycle = opened(per_side=3)
    assert mailed() == once_for_each(cycle)
    assert not cycle.invitations.filter(mail_waits=True).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("small_batches")
def test_large_round_opens_first_and_its_invitations_are_made_once() -> None:
    cycle = opened(per_side=3)
    assert (cycle.status, mailed(), cycle.invitations.waiting_for_mail().count()) == (CycleStatus.OPEN, Counter(), 6)
    assert make_waiting_invitations(TODAY, True) == 6

    send_invitations(cycle.pk)
    assert make_waiting_invitations(TODAY, False) == 0

    assert mailed() == once_for_each(cycle)


@pytest.mark.django_db
@pytest.mark.usefixtures("small_batches")
def test_person_who_got_a_link_by_hand_meanwhile_gets_no_second_one() -> None:
    cycle = opened(per_side=2)
    actions.resend_link(actor=None, invitation=cycle.invitations.first())  # type: ignore[arg-type]
    actions.withdraw_invitation(actor=None, invitation=cycle.invitations.last())  # type: ignore[arg-type]

    actions.send_waiting_invitations()

    withdrawn = cycle.invitations.last()
    assert withdrawn is not None
    assert mailed() == once_for_each(cycle) - Counter([f"invitation:{withdrawn.pk}"])


@pytest.mark.django_db
@pytest.mark.usefixtures("small_batches")
def test_round_that_is_closed_before_makes_none() -> None:
    cycle = opened(per_side=2)
    actions.cancel_cycle(actor=None, cycle=cycle)

    assert actions.send_waiting_invitations(cycle=cycle) == 0
    assert mailed() == Counter()


@pytest.mark.django_db
@pytest.mark.usefixtures("small_batches")
def test_page_says_how_many_are_ready(client: Client) -> None:
    client.force_login(CoordinatorFactory(language="en"))
    cycle = opened(per_side=2)
    page = f"/evaluations/{cycle.pk}/"
    assert "4 invitations, 0 ready" in client.get(page).text

    Invitation.objects.filter(pk=cycle.invitations.first().pk).update(mail_waits=False)  # type: ignore[union-attr]
    part = client.get(page, {"part": "invitations"}, headers={"HX-Request": "true"}).text
    assert "4 invitations, 1 ready" in part
    assert 'hx-trigger="every 2s"' in part
    assert "<html" not in part

    actions.send_waiting_invitations()
    assert "invitations-made" not in client.get(page).text
    last = client.get(page, {"part": "invitations"}).text
    assert "All invitations are ready." in last
    assert "hx-trigger" not in last


@pytest.mark.django_db(transaction=True)
def test_workers_beside_each_other_and_a_killed_one_make_each_invitation_once() -> None:
    cycle = opened(per_side=150)
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": "dummymail://",
        **AT_ANY_HOUR,
    }
    with python(*MAKE, environment=environment) as killed, python(*MAKE, environment=environment) as other:
        wait_until(lambda: bool(mailed()), "the first invitations")
        kill(killed)
        other.communicate()
    actions.send_waiting_invitations()

    assert mailed() == once_for_each(cycle)
