"""Organisations that work together may read each other's identity, until the collaboration has ended."""

from django.db.models import QuerySet

from collab.models import Participation
from collab.querysets import NOT_ENDED
from partners.acquaintances import finder


@finder
def partners_of(organisation_id: int) -> QuerySet:
    """Whoever takes part in a collaboration that this organisation takes part in too."""
    together = Participation.objects.filter(
        collaboration__stage__in=NOT_ENDED, collaboration__participations__organisation=organisation_id
    )
    return together.values("organisation")
