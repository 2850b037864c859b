"""Everything that changes the registry, by subject."""

from partners.actions.addresses import AddressDetails, WebAddressDetails, keep_addresses
from partners.actions.affiliations import change_affiliation, move_contact, note_affiliation, remove_affiliation
from partners.actions.contacts import (
    add_contact,
    change_contact,
    deactivate_contact,
    give_access,
    keep_colleague_contact,
    keep_contact_language,
    reactivate_contact,
)
from partners.actions.imports import confirm_import, fail_import, import_organisations, run_import, upload_import
from partners.actions.logos import remove_logo, set_logo
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
    "archive_organisation",
    "change_affiliation",
    "change_contact",
    "change_organisation",
    "confirm_import",
    "deactivate_contact",
    "ensure_host",
    "fail_import",
    "give_access",
    "import_organisations",
    "keep_addresses",
    "keep_colleague_contact",
    "keep_contact_language",
    "make_host",
    "move_contact",
    "note_affiliation",
    "reactivate_contact",
    "remove_affiliation",
    "remove_logo",
    "run_import",
    "set_logo",
    "upload_import",
]
