from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from common.filters import NarrowingFilterSet
from notifications import kinds
from notifications.enums import MailStatus
from notifications.models import OutgoingMail
from notifications.querysets import OutgoingMailQuerySet


class MailFilter(NarrowingFilterSet):
    """Search and filters of the list of mails."""

    q = CharFilter(label=_("Search in address, name and subject"), method="search")
    status = ChoiceFilter(label=_("Status"), choices=MailStatus.choices, empty_label=_("All"))
    kind = ChoiceFilter(label=_("Kind"), empty_label=_("All"))

    class Meta:
        model = OutgoingMail
        fields = ["q", "status", "kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = kinds.choices()

    def search(self, queryset: OutgoingMailQuerySet, name: str, value: str) -> OutgoingMailQuerySet:
        return queryset.matching(value)
