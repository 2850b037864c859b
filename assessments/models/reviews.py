import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.enums import Outcome
from assessments.models.cycles import EvaluationCycle
from collab.models import ActionItem
from common.models import TimeStamped
from partners.models import Contact


@pghistory.track(exclude=["created_at", "updated_at"])
class ReviewMeeting(TimeStamped):
    """The conversation about the results of one cycle, its outcome, and the date of the next evaluation."""

    cycle = models.OneToOneField(EvaluationCycle, on_delete=models.PROTECT, related_name="review")
    held_on = models.DateField(_("held on"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    summary = models.TextField(_("what we talked about"), blank=True)
    next_evaluation_on = models.DateField(_("next evaluation"), null=True, blank=True)
    attendees = models.ManyToManyField(Contact, verbose_name=_("who were there"), blank=True, related_name="+")
    action_items = models.ManyToManyField(ActionItem, related_name="reviews", blank=True)

    class Meta:
        verbose_name = _("review meeting")
        verbose_name_plural = _("review meetings")

    def __str__(self) -> str:
        return f"{self.cycle}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ReviewAttendee(ReviewMeeting.attendees.through):  # type: ignore[name-defined]
    """A person who was at a review meeting, as a model so that history records it."""

    class Meta:
        proxy = True
        verbose_name = _("person at a review meeting")
        verbose_name_plural = _("people at a review meeting")

    def __str__(self) -> str:
        return str(_("Was there: %(person)s") % {"person": self.contact})
