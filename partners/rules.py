import rules

from accounts.rules import Visitor, is_administrator, is_colleague, keeps_records
from partners.models import Contact, Organisation
from partners.querysets import own_organisation_id


@rules.predicate
def belongs_to(user: Visitor, organisation: Organisation | None) -> bool:
    """The user is an active contact of the organisation."""
    return organisation is not None and own_organisation_id(user) == organisation.pk


@rules.predicate
def is_own_colleague(user: Visitor, contact: Contact | None) -> bool:
    """The contact is at the user's own organisation."""
    return contact is not None and belongs_to(user, contact.organisation)


rules.add_perm("partners.view_registry", is_colleague)
rules.add_perm("partners.view_organisation", is_colleague | belongs_to)
rules.add_perm("partners.change_registry", keeps_records)
rules.add_perm("partners.choose_host", is_administrator)
rules.add_perm("partners.import_organisations", keeps_records)
rules.add_perm("partners.view_affiliation", is_colleague)
rules.add_perm("partners.view_contact", is_colleague | is_own_colleague)
