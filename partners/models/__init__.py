from partners.models.addresses import OrganisationAddress, OrganisationWebAddress
from partners.models.affiliations import Affiliation
from partners.models.contacts import Contact
from partners.models.distinctions import Distinction
from partners.models.identity import WORDS, IdentityConversation, IdentityProfile, IdentityView
from partners.models.imports import ImportMapping, ImportRow, OrganisationImport
from partners.models.logos import Logo
from partners.models.merged import MergedOrganisation
from partners.models.organisations import SORT_LENGTH, WORD_LINKS, Organisation, OrganisationTag, OrganisationTheme, Tag
from partners.models.saved import SavedView
from partners.models.themes import LONGEST_WORD, Theme

__all__ = [
    "LONGEST_WORD",
    "SORT_LENGTH",
    "WORDS",
    "WORD_LINKS",
    "Affiliation",
    "Contact",
    "Distinction",
    "IdentityConversation",
    "IdentityProfile",
    "IdentityView",
    "ImportMapping",
    "ImportRow",
    "Logo",
    "MergedOrganisation",
    "Organisation",
    "OrganisationAddress",
    "OrganisationImport",
    "OrganisationTag",
    "OrganisationTheme",
    "OrganisationWebAddress",
    "SavedView",
    "Tag",
    "Theme",
]
