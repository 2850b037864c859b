import rules

from accounts.rules import Visitor, is_administrator, is_colleague, keeps_records
from partners.models import Contact, Organisation, SavedView
from partners.querysets import own_organisation_id


@rules.predicate
def belongs_to(user: Visitor, organisation: Organisation | None) -> bool:
    """Return whether the user is an active contact of the organisation."""
    return organisation is not None and own_organisation_id(user) == organisation.pk


@rules.predicate
def is_own_colleague(user: Visitor, contact: Contact | None) -> bool:
    """Return whether the contact is at the user's own organisation."""
    return contact is not None and belongs_to(user, contact.organisation)


@rules.predicate
def owns_view(user: Visitor, view: SavedView | None) -> bool:
    return view is not None and view.owner_id == user.pk


@rules.predicate
def is_shared(user: Visitor, view: SavedView | None) -> bool:
    return view is not None and view.is_shared


rules.add_perm("partners.view_registry", is_colleague)
rules.add_perm("partners.view_organisation", is_colleague | belongs_to)
rules.add_perm("partners.change_registry", keeps_records)
rules.add_perm("partners.merge_organisations", keeps_records)
rules.add_perm("partners.choose_host", is_administrator)
rules.add_perm("partners.manage_words", is_administrator)
rules.add_perm("partners.delete_organisation", is_administrator)
rules.add_perm("partners.view_affiliation", is_colleague)
rules.add_perm("partners.view_contact", is_colleague | is_own_colleague)
rules.add_perm("partners.view_savedview", is_colleague & (owns_view | is_shared))
rules.add_perm("partners.change_savedview", (is_colleague & owns_view) | (is_administrator & is_shared))
