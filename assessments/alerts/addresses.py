"""Declare the alert about mail that does not arrive."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast, JSONObject, Lower, Substr
from django.utils.translation import gettext as _

from assessments.models import Invitation
from assessments.querysets import RUNNING
from collab.alerts.kinds import AlertKind, AlertRow, NextStep, Reader, Tone, page, register
from collab.enums import ONE_AT_A_TIME
from collab.models import Collaboration, RoleAssignment
from notifications.models import RefusedAddress
from partners.models import Contact


def unreached_people() -> QuerySet[Contact]:
    """Return the people whose address is refused, found from the few such addresses."""
    still_refused = Exists(RefusedAddress.objects.filter(email=Lower(OuterRef("email"))))
    with_account = Contact.objects.filter(user__in=_numbers_after("user:")).order_by()
    # With a union each half goes along an index; for a condition with “or” PostgreSQL reads all people.
    return Contact.objects.filter(still_refused, pk__in=_numbers_after("contact:").union(with_account.values("pk")))


def _numbers_after(prefix: str) -> QuerySet[Any, Any]:
    number = Cast(Substr("recipient", len(prefix) + 1), BigIntegerField())
    return RefusedAddress.objects.filter(recipient__startswith=prefix).values(number=number)


@register
class MailRefused(AlertKind):
    """A person who has to answer, lead or decide gets no mail: the address is refused."""

    key = "mail_refused"
    is_for_host = True
    dashboard = 4

    def _people(self, day: date) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """Return the invitations and the roles of such people, in collaborations of any stage."""
        people = unreached_people().values("pk")
        invitations = Invitation.objects.unfinished().filter(cycle__status__in=RUNNING, contact__in=people)
        roles = RoleAssignment.objects.current(day).filter(role__in=ONE_AT_A_TIME, contact__in=people)
        return invitations.order_by(), roles.order_by()

    def rows(self, day: date, reader: Reader) -> QuerySet[Any]:
        invitations, roles = self._people(day)
        keys = invitations.values("cycle__collaboration").union(roles.values("participation__collaboration"))
        return Collaboration.objects.not_ended().filter(pk__in=keys)

    def facts_for(self, day: date, reader: Reader) -> Mapping[str, Any]:
        invitations, roles = self._people(day)
        asked = invitations.filter(cycle__collaboration=OuterRef(OuterRef("pk")))
        held = roles.filter(participation__collaboration=OuterRef(OuterRef("pk")))
        people = Contact.objects.filter(pk__in=asked.values("contact").union(held.values("contact")))
        return {"people": ArraySubquery(people.order_by("pk").values_list(JSONObject(pk="pk", name="name")))}

    def is_idle(self) -> bool:
        return not RefusedAddress.objects.exists()

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "act"

    def message(self, row: AlertRow, day: date) -> str:
        names = ", ".join(person["name"] for person in row.facts["people"])
        return _("Mail to %(names)s does not arrive: the address is refused.") % {"names": names}

    def step(self, row: AlertRow) -> NextStep:
        url = page("partners:contact-update", row.facts["people"][0]["pk"])
        return NextStep(_("Correct the address"), url, "partners.change_registry")
