import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["image"])
class Logo(models.Model):
    """The logo of an organisation: a PNG that we made ourselves of what was uploaded (``partners.pictures``)."""

    organisation = models.OneToOneField(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="logo"
    )
    image = models.BinaryField()
    digest = models.CharField(_("picture"), max_length=64)

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self) -> str:
        return str(_("Logo"))
