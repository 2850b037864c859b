from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from notifications import kinds
from notifications.enums import MailStatus
from notifications.models import OutgoingMail
from notifications.querysets import OutgoingMailQuerySet


class MailFilter(FilterSet):
    """What the list of mails can be narrowed to."""

    q = CharFilter(label=_("Search in address, name and subject"), method="search")
    status = ChoiceFilter(label=_("Status"), choices=MailStatus.choices, empty_label=_("All"))
    kind = ChoiceFilter(label=_("Kind"), choices=kinds.choices, empty_label=_("All"))

    class Meta:
        model = OutgoingMail
        fields = ["q", "status", "kind"]

    def search(self, queryset: OutgoingMailQuerySet, name: str, value: str) -> OutgoingMailQuerySet:
        return queryset.matching(value)
