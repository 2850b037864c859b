from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models.contacts import Contact
from partners.models.organisations import Organisation
from partners.querysets import AffiliationQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Affiliation(models.Model):
    """A present or past place of work of a contact, recorded once something is known about its days.

    Runs from ``starts_on`` (empty: unknown) until, not including, ``ends_on``; without an end it is the present. Access
    and roles follow ``Contact.organisation``, the present main organisation, and not this row.
    """

    contact = models.ForeignKey(
        Contact, verbose_name=_("person"), on_delete=models.CASCADE, related_name="affiliations"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="affiliations"
    )
    position = models.CharField(_("position"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        ordering = [F("ends_on").desc(nulls_first=True), "pk"]
        verbose_name = _("place of work")
        verbose_name_plural = _("places of work")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on")),
                name="affiliation_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.UniqueConstraint(
                fields=["contact", "organisation"],
                condition=Q(ends_on=None),
                name="affiliation_one_now",
                violation_error_message=_("This person works there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact}, {self.organisation}"

    def is_past(self, day: date) -> bool:
        return self.ends_on is not None and self.ends_on <= day
