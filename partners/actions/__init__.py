"""Everything that changes the registry, by subject."""

from partners.actions.addresses import AddressDetails, WebAddressDetails, keep_addresses
from partners.actions.affiliations import change_affiliation, move_contact, note_affiliation, remove_affiliation
from partners.actions.bulk import give_many, set_status_of_many, tag_many, untag_many
from partners.actions.contacts import (
    add_contact,
    change_contact,
    deactivate_contact,
    give_access,
    keep_colleague_contact,
    keep_contact_language,
    reactivate_contact,
)
from partners.actions.conversations import answer_view, change_conversation, record_conversation, write_view
from partners.actions.distinctions import take_back_distinction, tell_apart
from partners.actions.identity import identity_seen, identity_to_write_on, write_identity, writes_on_behalf
from partners.actions.import_undo import run_undo, undo_import
from partners.actions.imports import (
    check_import,
    confirm_import,
    fail_import,
    import_organisations,
    map_import,
    repair_import,
    run_import,
    upload_import,
)
from partners.actions.logos import remove_logo, set_logo
from partners.actions.merging import merge_organisations
from partners.actions.organisations import (
    OrganisationDetails,
    add_organisation,
    archive_organisation,
    change_organisation,
    ensure_host,
    make_host,
)
from partners.actions.saved import change_view, delete_view, save_view

__all__ = [
    "AddressDetails",
    "OrganisationDetails",
    "WebAddressDetails",
    "add_contact",
    "add_organisation",
    "answer_view",
    "archive_organisation",
    "change_affiliation",
    "change_contact",
    "change_conversation",
    "change_organisation",
    "change_view",
    "check_import",
    "confirm_import",
    "deactivate_contact",
    "delete_view",
    "ensure_host",
    "fail_import",
    "give_access",
    "give_many",
    "identity_seen",
    "identity_to_write_on",
    "import_organisations",
    "keep_addresses",
    "keep_colleague_contact",
    "keep_contact_language",
    "make_host",
    "map_import",
    "merge_organisations",
    "move_contact",
    "note_affiliation",
    "reactivate_contact",
    "record_conversation",
    "remove_affiliation",
    "remove_logo",
    "repair_import",
    "run_import",
    "run_undo",
    "save_view",
    "set_logo",
    "set_status_of_many",
    "tag_many",
    "take_back_distinction",
    "tell_apart",
    "undo_import",
    "untag_many",
    "upload_import",
    "write_identity",
    "write_view",
    "writes_on_behalf",
]
