from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation


class Logo(models.Model):
    """The logo of an organisation: a PNG that we made of the uploaded picture (``partners.actions.logos``).

    Stored in its own table, so that queries of organisations do not read its bytes; ``Organisation.logo_at`` says
    whether and since when there is one.
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
