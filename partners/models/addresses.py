import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.countries import country_name
from partners.enums import AddressKind
from partners.models.organisations import Organisation


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class OrganisationAddress(models.Model):
    """Another address of an organisation, beside its main one."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="addresses"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AddressKind, default=AddressKind.VISITING)
    street = models.CharField(_("street and number"), max_length=300, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        place = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.street, place, self.country_name) if part)

    @property
    def country_name(self) -> str:
        return country_name(self.country)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class OrganisationWebAddress(models.Model):
    """Another web address of an organisation, beside its main one."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="web_addresses"
    )
    label = models.CharField(_("what it is"), max_length=60, blank=True)
    url = models.URLField(_("web address"), max_length=300)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("web address")
        verbose_name_plural = _("web addresses")

    def __str__(self) -> str:
        return self.label or self.url
