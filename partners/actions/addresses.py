"""Further addresses and web addresses of an organisation, kept as two whole lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.locking import lock
from partners.models import Organisation, OrganisationAddress, OrganisationWebAddress

Row = TypeVar("Row", OrganisationAddress, OrganisationWebAddress)


@dataclass(frozen=True)
class AddressDetails:
    kind: str
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True)
class WebAddressDetails:
    url: str
    label: str = ""


def keep_addresses(
    *,
    actor: User | None,
    organisation: Organisation,
    addresses: Iterable[AddressDetails],
    web_addresses: Iterable[WebAddressDetails],
    seen_at: datetime | None = None,
) -> None:
    """Let the organisation have exactly these addresses beside its main one; those that stay keep their history.

    ``seen_at`` is the ``updated_at`` of the organisation that the actor looked at: refuses when somebody changed it
    since (field ``seen_at``). Sends nothing.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.addresses_changed"):
        current = lock(organisation)
        if seen_at is not None and current.updated_at != seen_at:
            raise ActionRefused(_("Somebody else changed this organisation while you were writing."), field="seen_at")
        places = [OrganisationAddress(organisation=current, **vars(details)) for details in addresses]
        links = [OrganisationWebAddress(organisation=current, **vars(details)) for details in web_addresses]
        _keep(list(current.addresses.all()), places)
        _keep(list(current.web_addresses.all()), links)
        current.save(update_fields=["updated_at"])


def _keep(stored: list[Row], wanted: list[Row]) -> None:
    left = {_values(row): row for row in stored}
    new = [row for row in wanted if left.pop(_values(row), None) is None]
    for row in left.values():
        row.delete()
    for row in new:
        row.save()


def _values(row: OrganisationAddress | OrganisationWebAddress) -> tuple[str, ...]:
    return tuple(str(getattr(row, field.attname)) for field in row._meta.concrete_fields if not field.primary_key)
