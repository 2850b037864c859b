from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    COMPANY = "company", _("Company")
    FOUNDATION = "foundation", _("Foundation or association")
    PUBLIC_BODY = "public_body", _("Public body")
    EDUCATION = "education", _("School or training")
    HIGHER_EDUCATION = "higher_education", _("Higher education")
    RESEARCH = "research", _("Research organisation")
    LIBRARY = "library", _("Library")
    CARE = "care", _("Care or welfare")
    OTHER = "other", _("Other")


class OrganisationStatus(models.TextChoices):
    PROSPECT = "prospect", _("Prospect")
    ACTIVE = "active", _("Active")
    FORMER = "former", _("Former")
    ARCHIVED = "archived", _("Archived")


class AddressKind(models.TextChoices):
    VISITING = "visiting", _("Visiting address")
    POSTAL = "postal", _("Postal address")
    BILLING = "billing", _("Billing address")
    OTHER = "other", _("Other address")


class Consent(models.TextChoices):
    """The answer of a person to the question whether we may keep and use their details."""

    UNKNOWN = "unknown", _("Not asked yet")
    GIVEN = "given", _("Yes, we may")
    REFUSED = "refused", _("No, we may not")
