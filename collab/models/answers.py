from datetime import timedelta

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.enums import AnswerKind, Visibility
from collab.models.collaborations import ActionItem
from partners.models import Contact

WORDS_LENGTH = 1000
# A reminder leaves with a link of its own: an old mail that turns up somewhere opens nothing.
LINK_WORKS_FOR = timedelta(days=60)


class ActionLink(models.Model):
    """One link with which the owner of an action, who has no account, finishes, moves or answers it.

    Only the SHA-256 of the token is kept, and the address that the link was mailed to, in lower case. It works for
    ``LINK_WORKS_FOR``, as long as that person owns the action and has that address.
    """

    item = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="links")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.item_id}"


@pghistory.track(pghistory.InsertEvent(), exclude=["created_at"])
class ActionAnswer(models.Model):
    """What the owner of an action said about it by a personal link: done, another day (``due_on``), or a remark.

    It is read by those who could read the action when it was said: ``visibility``.
    """

    item = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="answers")
    contact = models.ForeignKey(Contact, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("answer"), max_length=8, choices=AnswerKind)
    due_on = models.DateField(_("ready on"), null=True, blank=True)
    words = models.TextField(_("remark"), max_length=WORDS_LENGTH, blank=True)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.SHARED)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("answer to an action")
        verbose_name_plural = _("answers to actions")

    def __str__(self) -> str:
        return self.words or str(self.get_kind_display())
