"""The pages that are measured, as addresses in a seeded database."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse

from assessments.actions import load_questionnaire
from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle, Invitation
from bench.client import FLOOR, Page
from bench.seed.cycles import token_of
from bench.seed.people import COORDINATOR_SESSION
from collab.enums import Stage
from collab.models import Collaboration
from partners.models import Organisation


def pages() -> list[Page]:
    """The floor first, then what people use most."""
    seen_by_colleague = [Page(FLOOR, "/floor/"), *_registry(), *_work()]
    return [*(replace(page, session=COORDINATOR_SESSION) for page in seen_by_colleague), *_answering()]


def _registry() -> Iterator[Page]:
    url = reverse("partners:organisation-list")
    rare = Organisation.objects.order_by("-pk").values_list("name", flat=True)[0]
    common = Organisation.objects.order_by("pk").values_list("name", flat=True)[10].split()[0][:4]
    yield Page("partner list", url)
    yield Page("partner list, page 40", f"{url}?page=40")
    yield Page("partner list, filtered and sorted", f"{url}?status=active&country=NL&sort=city")
    yield Page("partner search, a rare name", f"{url}?{urlencode({'q': rare})}")
    yield Page("partner search, a common word", f"{url}?{urlencode({'q': common})}")
    organisation = Organisation.objects.filter(participations__isnull=False, is_host=False).order_by("pk").first()
    assert organisation is not None
    yield Page("partner page", reverse("partners:organisation-detail", args=[organisation.pk]))


def _work() -> Iterator[Page]:
    cycle = _discussed()
    collaboration = cycle.collaboration_id
    yield Page("dashboard", reverse("portfolio:dashboard"))
    yield Page("collaboration list", reverse("collab:collaboration-list"))
    yield Page("collaboration search", f"{reverse('collab:collaboration-list')}?{urlencode({'q': _a_word()})}")
    yield Page("collaboration page", reverse("collab:collaboration-detail", args=[collaboration]))
    yield Page("collaboration page: evaluations", reverse("assessments:collaboration-panel", args=[collaboration]))
    yield Page("evaluation list", reverse("assessments:cycle-list"))
    yield Page("evaluation page", reverse("assessments:cycle-detail", args=[cycle.pk]))
    yield Page("results", reverse("assessments:cycle-results", args=[cycle.pk]))
    yield Page("message list", reverse("notifications:mail-list"))


def _discussed() -> EvaluationCycle:
    """The second round of a collaboration that goes on: it has results and a round before it."""
    cycles = EvaluationCycle.objects.filter(status=CycleStatus.DISCUSSED, number=2, collaboration__stage=Stage.ACTIVE)
    return cycles.order_by("pk")[0]


def _a_word() -> str:
    return str(Collaboration.objects.order_by("pk").values_list("name", flat=True)[20].split()[0])


def _answering() -> Iterator[Page]:
    invitation = Invitation.objects.filter(cycle__status=CycleStatus.OPEN, status="invited").order_by("pk")[0]
    token = token_of(invitation.pk)
    answers = dict.fromkeys(load_questionnaire().definition.items, "4")
    yield Page("questionnaire", reverse("assessments:answer", args=[token]))
    yield Page(
        "questionnaire: one answer kept",
        reverse("assessments:answer-save", args=[token]),
        form=urlencode({"value_clear_goal": "3"}),
    )
    yield Page(
        "questionnaire: sent",
        reverse("assessments:answer", args=[token]),
        form=urlencode({**answers, "comment:keep": "We spreken elkaar snel."}),
    )
