"""Keep the further addresses and web addresses of an organisation, as two whole lists."""

from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, fields
from typing import TypeVar

from django.db.models import Model

from accounts.models import User
from audit.context import recording
from common.actions import require
from common.edits import Rows, Seen, merge
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


def change_addresses(
    *,
    actor: User | None,
    organisation: Organisation,
    addresses: Iterable[AddressDetails],
    web_addresses: Iterable[WebAddressDetails],
    seen: Seen | None = None,
) -> None:
    """Replace the further addresses of an organisation by these; those that stay keep their history.

    Addresses that another person added since the page had ``seen`` them stay. Refuses to replace one that another
    person replaced too (``common.edits.Rows``). Sends nothing.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.addresses_changed"):
        current = lock(organisation)
        typed = {"addresses": Rows(map(astuple, addresses)), "web_addresses": Rows(map(astuple, web_addresses))}
        values = merge(current, typed, seen, stored_addresses(current))
        places = [
            OrganisationAddress(organisation=current, **asdict(AddressDetails(*row))) for row in values["addresses"]
        ]
        links = [
            OrganisationWebAddress(organisation=current, **asdict(WebAddressDetails(*row)))
            for row in values["web_addresses"]
        ]
        _replace(list(current.addresses.all()), places)
        _replace(list(current.web_addresses.all()), links)
        current.save(update_fields=["updated_at"])


def stored_addresses(organisation: Organisation) -> dict[str, Rows]:
    """Return both lists of an organisation, each row as the values of its details."""
    return {
        "addresses": Rows(_details(AddressDetails, row) for row in organisation.addresses.all()),
        "web_addresses": Rows(_details(WebAddressDetails, row) for row in organisation.web_addresses.all()),
    }


def _details(kind: type[AddressDetails | WebAddressDetails], row: Model) -> tuple[str, ...]:
    return tuple(getattr(row, part.name) for part in fields(kind))


def _replace(stored: list[Row], wanted: list[Row]) -> None:
    left = {_values(row): row for row in stored}
    new = [row for row in wanted if left.pop(_values(row), None) is None]
    for row in left.values():
        row.delete()
    for row in new:
        row.save()


def _values(row: OrganisationAddress | OrganisationWebAddress) -> tuple[str, ...]:
    return tuple(str(getattr(row, field.attname)) for field in row._meta.concrete_fields if not field.primary_key)
