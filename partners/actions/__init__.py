"""Change the registry: organisations, their addresses and logos, and their people."""

from partners.actions.addresses import AddressDetails, WebAddressDetails, change_addresses, stored_addresses
from partners.actions.affiliations import change_affiliation, move_contact, record_affiliation, remove_affiliation
from partners.actions.contacts import (
    add_contact,
    change_contact,
    deactivate_contact,
    give_access,
    reactivate_contact,
    sync_colleague_contact,
    sync_contact_language,
)
from partners.actions.logos import remove_logo, set_logo
from partners.actions.newcomers import add_partner
from partners.actions.organisations import (
    OrganisationDetails,
    add_organisation,
    archive_organisation,
    change_organisation,
    ensure_host,
    make_host,
)

__all__ = [
    "AddressDetails",
    "OrganisationDetails",
    "WebAddressDetails",
    "add_contact",
    "add_organisation",
    "add_partner",
    "archive_organisation",
    "change_addresses",
    "change_affiliation",
    "change_contact",
    "change_organisation",
    "deactivate_contact",
    "ensure_host",
    "give_access",
    "make_host",
    "move_contact",
    "reactivate_contact",
    "record_affiliation",
    "remove_affiliation",
    "remove_logo",
    "set_logo",
    "stored_addresses",
    "sync_colleague_contact",
    "sync_contact_language",
]
