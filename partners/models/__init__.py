from partners.models.contacts import Contact
from partners.models.imports import ImportMapping, ImportRow, OrganisationImport
from partners.models.organisations import SORT_LENGTH, Organisation, OrganisationTag, Tag

__all__ = [
    "SORT_LENGTH",
    "Contact",
    "ImportMapping",
    "ImportRow",
    "Organisation",
    "OrganisationImport",
    "OrganisationTag",
    "Tag",
]
