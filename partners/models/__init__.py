from partners.models.contacts import Contact
from partners.models.imports import OrganisationImport
from partners.models.organisations import SORT_LENGTH, Organisation, OrganisationTag, Tag

__all__ = ["SORT_LENGTH", "Contact", "Organisation", "OrganisationImport", "OrganisationTag", "Tag"]
