from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common.enums import Language
from common.models import TimeStamped
from common.sorting import NameOrder
from partners.enums import Consent, OrganisationStatus
from partners.languages import language_choices, language_name
from partners.models.organisations import Organisation
from partners.querysets import ContactQuerySet

# By what an organisation is found.
_SEARCHED = {"organisation", "name", "email", "deactivated_at"}


@pghistory.track(exclude=["created_at", "updated_at"])
class Contact(TimeStamped):
    """A person at an organisation; ``user`` is the account, where there is one.

    A deactivated contact keeps its place in history and is never asked or mailed again.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="contacts"
    )
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    position = models.CharField(_("position"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.DUTCH)
    spoken_languages = ArrayField(
        models.CharField(max_length=3, choices=language_choices),
        verbose_name=_("speaks"),
        default=list,
        blank=True,
    )
    consent = models.CharField(
        _("may we keep and use these details"), max_length=10, choices=Consent, default=Consent.UNKNOWN
    )
    consent_on = models.DateField(_("said on"), null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        related_name="contact",
        null=True,
        blank=True,
        editable=False,
    )
    deactivated_at = models.DateTimeField(_("deactivated"), null=True, blank=True, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = [NameOrder("name"), "pk"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=~Q(email=""),
                name="contact_email_unique",
                violation_error_message=_("This organisation already has a contact with this e-mail address."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the contact and the words by which its organisation is found.

        Callers of ``update`` and ``bulk_create`` store these words themselves.
        """
        super().save(*args, **kwargs)
        if not kwargs.get("update_fields") or _SEARCHED.intersection(kwargs["update_fields"]):
            Organisation.objects.sync_people_text([self.organisation_id])

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None

    @property
    def is_available(self) -> bool:
        """Return whether the person can be chosen, asked and mailed: active, and not at an archived organisation."""
        return self.is_active and self.organisation.status != OrganisationStatus.ARCHIVED

    @property
    def spoken_language_names(self) -> list[str]:
        return [language_name(code) for code in self.spoken_languages]
