"""History of what is told as having happened in the past, such as demo data.

The triggers that keep history know only the clock of the database. What happens inside ``audit.context.as_of``
notes its own moment beside the actor; ``date_history`` then gives the rows of history that moment.
"""

from typing import Any

from django.apps import apps
from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from pghistory.models import Context, Event

from audit.context import MOMENT


def date_history() -> None:
    """Let every row of history that was made inside ``as_of`` say when that was."""
    told = Context.objects.filter(pk=OuterRef("pgh_context"))
    moment = told.annotate(moment=Cast(KeyTextTransform(MOMENT, "metadata"), DateTimeField())).values("moment")
    for model in apps.get_models():
        if issubclass(model, Event):
            rows: QuerySet[Any] = model._default_manager.all()
            rows.filter(pgh_context__metadata__has_key=MOMENT).update(pgh_created_at=Subquery(moment))
