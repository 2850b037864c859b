"""The same seed gives the same demo."""

from typing import Any

import pytest
from django.db import transaction

from assessments.models import EvaluationCycle
from collab.models import ActionItem, Collaboration
from partners.models import Contact, Organisation
from portfolio.demo.build import build

pytestmark = pytest.mark.django_db


def fingerprint() -> list[Any]:
    return [
        list(Organisation.objects.order_by("name").values_list("name", "phone", "registration_number")),
        list(Contact.objects.order_by("email", "name").values_list("name", "email", "position")),
        list(Collaboration.objects.order_by("name").values_list("name", "stage", "next_evaluation_on")),
        list(EvaluationCycle.objects.order_by("collaboration__name", "number").values_list("status", "result")),
        list(ActionItem.objects.order_by("title", "due_on", "owner__email").values_list("title", "status", "due_on")),
    ]


def made_with(seed: int) -> list[Any]:
    with transaction.atomic():
        build(seed=seed)
        made = fingerprint()
        transaction.set_rollback(True)
    return made


def test_same_seed_gives_the_same_data() -> None:
    assert made_with(7) == made_with(7)
