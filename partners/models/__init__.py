from partners.models.contacts import Contact
from partners.models.identity import WORDS, IdentityConversation, IdentityProfile, IdentityView
from partners.models.imports import ImportMapping, ImportRow, OrganisationImport
from partners.models.organisations import SORT_LENGTH, Organisation, OrganisationTag, Tag
from partners.models.saved import SavedView

__all__ = [
    "SORT_LENGTH",
    "WORDS",
    "Contact",
    "IdentityConversation",
    "IdentityProfile",
    "IdentityView",
    "ImportMapping",
    "ImportRow",
    "Organisation",
    "OrganisationImport",
    "OrganisationTag",
    "SavedView",
    "Tag",
]
