from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation


class Logo(models.Model):
    """The logo of an organisation: a PNG that we made ourselves of what was uploaded (``partners.logo_files``).

    In a table of its own, so that nobody reads the bytes who does not show them; ``Organisation.logo_at`` says that it
    is there and since when.
    """

    organisation = models.OneToOneField(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="logo"
    )
    image = models.BinaryField()

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self) -> str:
        return str(_("Logo"))
