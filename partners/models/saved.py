import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import TimeStamped
from common.sorting import NameOrder
from partners.querysets import SavedViewQuerySet


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["created_at", "updated_at"]
)
class SavedView(TimeStamped):
    """A named view of the registry: ``query`` is the query string with its filters, sort and columns.

    Visible to its owner, or to every colleague when it is shared. The registry opens with the owner's default.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(editable=False)
    is_shared = models.BooleanField(_("shared with all colleagues"), default=False)
    is_default = models.BooleanField(_("open the list of partners with this view"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = [NameOrder("name"), "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                "owner",
                Lower("name"),
                name="saved_view_name_unique",
                violation_error_message=_("You have a view with this name already."),
            ),
            models.UniqueConstraint("owner", condition=Q(is_default=True), name="saved_view_one_default"),
        ]

    @property
    def address(self) -> str:
        """Return the URL of the list in this view, valid for every colleague; ``view`` only marks its tab."""
        return f"{reverse('partners:organisation-list')}?{self.query}{'&' if self.query else ''}view={self.pk}"

    def __str__(self) -> str:
        return self.name
