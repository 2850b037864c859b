"""The same seed gives the same demo."""

from typing import Any

import pytest
from django.db import transaction

from assessments.models import EvaluationCycle, Invitation, ReviewMeeting
from collab.models import ActionItem, Collaboration, Decision, RoleAssignment
from notifications.models import OutgoingMail
from partners.models import Contact, Organisation
from portfolio.demo.build import build

pytestmark = pytest.mark.django_db


def fingerprint() -> list[Any]:
    """All that was drawn by chance, under names: keys and tokens are never the same."""
    in_order: dict[Any, tuple[str, ...]] = {
        Organisation.objects: ("name", "phone", "registration_number", "relation_owner__email"),
        Contact.objects: ("email", "name", "position", "organisation__name", "deactivated_at__date"),
        Collaboration.objects: ("name", "stage", "next_evaluation_on", "created_at__date"),
        RoleAssignment.objects: ("participation__collaboration__name", "contact__email", "role", "starts_on"),
        Decision.objects: ("collaboration__name", "decided_on", "what", "decided_by__email"),
        EvaluationCycle.objects: ("collaboration__name", "number", "status", "result"),
        Invitation.objects: ("cycle__collaboration__name", "cycle__number", "contact__email", "status"),
        ReviewMeeting.objects: ("cycle__collaboration__name", "cycle__number", "held_on", "outcome", "summary"),
        ActionItem.objects: ("collaboration__name", "title", "due_on", "owner__email", "status", "finished_on"),
        OutgoingMail.objects: ("kind", "to_email", "created_at__date", "subject", "status"),
    }
    return [list(rows.order_by(*fields).values_list(*fields)) for rows, fields in in_order.items()]


def made_with(seed: int) -> list[Any]:
    with transaction.atomic():
        build(seed=seed)
        made = fingerprint()
        transaction.set_rollback(True)
    return made


def test_same_seed_gives_the_same_data() -> None:
    assert made_with(7) == made_with(7)
