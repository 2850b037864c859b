import rules

from accounts.models import User
from accounts.rules import Visitor, is_administrator, is_colleague, keeps_records
from partners.models import Contact, Organisation


@rules.predicate
def belongs_to(user: Visitor, organisation: Organisation | None) -> bool:
    """The user is an active contact of the organisation."""
    if organisation is None or not isinstance(user, User):
        return False
    contact = getattr(user, "contact", None)
    return contact is not None and contact.is_active and contact.organisation_id == organisation.pk


@rules.predicate
def is_own_colleague(user: Visitor, contact: Contact | None) -> bool:
    """The contact is at the user's own organisation."""
    return contact is not None and belongs_to(user, contact.organisation)


rules.add_perm("partners.view_registry", is_colleague)
rules.add_perm("partners.view_organisation", is_colleague | belongs_to)
rules.add_perm("partners.change_registry", keeps_records)
rules.add_perm("partners.choose_host", is_administrator)
rules.add_perm("partners.import_organisations", keeps_records)
rules.add_perm("partners.view_contact", is_colleague | is_own_colleague)
