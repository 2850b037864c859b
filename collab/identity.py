"""Alerts about identity conversations: before a collaboration starts, and a year after the last conversation."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collab.alerts.kinds import Alert, AlertKind, AlertRow, NextStep, Reader, Tone, register
from collab.alerts.own import MOST_NAMED
from collab.enums import Stage
from collab.models import Collaboration, Participation
from common.dates import add_months
from identity.comparison.organisations import FEWEST, MONTHS_BETWEEN, MOST
from identity.models import IdentityConversation

BEFORE_THE_START = (Stage.EXPLORING, Stage.DESIGNING)


class IdentityAlert(AlertKind):
    """The host should have an identity conversation with a partner; one alert for all where there are many."""

    model_path = "collaboration"
    is_for_host = True
    is_aside = True

    def partners(self) -> QuerySet[Any]:
        """Return the participations of partners, with the day of the ``last_talk`` of partner and host."""
        talks = IdentityConversation.objects.filter(organisations=OuterRef("organisation"))
        last = talks.filter(organisations__is_host=True).order_by("-held_on").values("held_on")[:1]
        parts = Participation.objects.exclude(organisation__is_host=True).exclude(collaboration__stage=Stage.ENDED)
        return parts.filter(Exists(self._hosts())).annotate(last_talk=Subquery(last))

    def facts_for(self, day: date, reader: Reader) -> Mapping[str, Any]:
        host = Subquery(self._hosts().values("organisation")[:1])
        return {"name": "organisation__name", "partner": "organisation", "host": host}

    def _hosts(self) -> QuerySet[Any]:
        return Participation.objects.filter(collaboration=OuterRef("collaboration"), organisation__is_host=True)

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "quiet"

    @abstractmethod
    def say(self, partners: str) -> str:
        """Return the sentence about ``partners``: the name of one, or their number."""

    def message(self, row: AlertRow, day: date) -> str:
        return self.say(row.facts["name"])

    def step(self, row: AlertRow) -> NextStep:
        return self._prepare([row])

    def told(self, rows: Sequence[AlertRow], day: date, collaboration: Collaboration) -> Iterable[Alert]:
        if len(rows) <= MOST_NAMED:
            return super().told(rows, day, collaboration)
        message = self.say(_("%(count)d partners") % {"count": len(rows)})
        return [self.alert(rows[0], day, collaboration, message, self._prepare(rows))]

    def _prepare(self, rows: Sequence[AlertRow]) -> NextStep:
        keys = [rows[0].facts["host"], *(row.facts["partner"] for row in rows)]
        url = reverse("identity:compare") + _query(keys[:MOST])
        return NextStep(pgettext("identity", "Prepare the conversation"), url, "identity.record_conversation")


@register
class IdentityUnknown(IdentityAlert):
    """Before the start the host never had an identity conversation with the partner."""

    key = "identity_unknown"

    def rows(self, day: date, reader: Reader) -> QuerySet[Any]:
        return self.partners().filter(last_talk=None, collaboration__stage__in=BEFORE_THE_START)

    def is_possible(self, collaboration: Collaboration, day: date) -> bool:
        return collaboration.stage in BEFORE_THE_START

    def say(self, partners: str) -> str:
        return _("You have not had an identity conversation with %(who)s yet.") % {"who": partners}


@register
class IdentityLongAgo(IdentityAlert):
    """The last identity conversation of host and partner was over a year ago."""

    key = "identity_long_ago"

    def rows(self, day: date, reader: Reader) -> QuerySet[Any]:
        year_ago = add_months(day, -MONTHS_BETWEEN)
        return self.partners().filter(last_talk__lt=year_ago)

    def say(self, partners: str) -> str:
        return _("The last identity conversation with %(who)s was over a year ago.") % {"who": partners}


def compare_url(collaboration: Collaboration) -> str:
    """Return the address that compares the organisations that take part; empty for too few, and after the end."""
    organisations = [part.organisation for part in collaboration.participations.all()][:MOST]
    if len(organisations) < FEWEST or collaboration.is_ended:
        return ""
    return reverse("identity:compare") + _query([row.pk for row in organisations])


def _query(keys: Sequence[int]) -> str:
    return "?" + urlencode({"organisation": keys}, doseq=True)
