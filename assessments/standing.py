"""Keep on each collaboration the figures by which lists are sorted: how low its last round is, and how far it fell."""

from collections.abc import Iterable
from decimal import Decimal

from assessments.instruments import load_instrument
from assessments.models import EvaluationCycle
from assessments.trends import KeptRound, places_of, trends
from collab.actions import record_standing

QUESTIONNAIRE = "seven_factors"


def refresh_standings(collaborations: Iterable[int]) -> None:
    """Record the standing of collaborations from their kept results, which hold only what was disclosed."""
    for collaboration in collaborations:
        rounds = EvaluationCycle.objects.ended().filter(collaboration=collaboration, instrument__key=QUESTIONNAIRE)
        last, before = [*rounds.order_by("-number").only("pk", "mode", "exact_means", "summary")[:2], None, None][:2]
        changes = []
        if last and before:
            # Those of the factors that the page of results shows too.
            kept = [KeptRound(row.pk, row.mode, row.exact_means) for row in (before, last)]
            found = trends(kept[0], kept[1], places_of([before.pk, last.pk]))
            factors = load_instrument(QUESTIONNAIRE, 1).factors_by_key
            changes = [row["value"] for key, row in found.items() if key in factors and row["value"] is not None]
        scores = [row["score"] for row in last.summary if row["score"] is not None] if last else []
        lowest = [Decimal(str(min(figures))) if figures else None for figures in (scores, changes)]
        record_standing(collaboration_id=collaboration, lowest_score=lowest[0], lowest_change=lowest[1])
