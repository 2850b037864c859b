from partners.models.addresses import OrganisationAddress, OrganisationWebAddress
from partners.models.affiliations import Affiliation
from partners.models.contacts import Contact
from partners.models.deleted import DeletedOrganisation
from partners.models.logos import Logo
from partners.models.merged import MergedOrganisation
from partners.models.not_duplicates import NotDuplicate
from partners.models.organisations import SORT_LENGTH, WORD_LINKS, Organisation, OrganisationTag, OrganisationTheme, Tag
from partners.models.saved import SavedView
from partners.models.themes import LONGEST_WORD, Theme

__all__ = [
    "LONGEST_WORD",
    "SORT_LENGTH",
    "WORD_LINKS",
    "Affiliation",
    "Contact",
    "DeletedOrganisation",
    "Logo",
    "MergedOrganisation",
    "NotDuplicate",
    "Organisation",
    "OrganisationAddress",
    "OrganisationTag",
    "OrganisationTheme",
    "OrganisationWebAddress",
    "SavedView",
    "Tag",
    "Theme",
]
