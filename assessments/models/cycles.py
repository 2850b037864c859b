import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessments.enums import CycleStatus, Mode
from assessments.models.questionnaires import Instrument
from assessments.querysets import WORK_ON_THIS, CycleQuerySet
from collab.models import Collaboration
from common.models import TimeStamped
from partners.models import Contact, Organisation

WORD_LENGTH = 600


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.ManualEvent("note"),
    exclude=["created_at", "updated_at", "result", "exact_means", "summary", "mode_is_fixed"],
)
class EvaluationCycle(TimeStamped):
    """One planned, opened, closed and discussed evaluation of a collaboration.

    Answers are accepted from ``opens_on`` up to and including ``closes_on``. ``result`` is the disclosed result
    (``assessments.disclosure``), made once, at closing; pages show no other figures. ``exact_means`` keeps the
    unrounded joint means behind it, for the change since this cycle; ``summary`` is score, band and gap per factor, for
    lists.

    ``mode_is_fixed`` is set when the first answer comes in and stays, also when that answer is taken back: people were
    promised who sees their answers. The history leaves it out, for it would reveal the time of that answer.

    An extra round leaves the date of the next evaluation as it is. ``due_before`` to ``anchor_after`` keep the dates
    before and after opening, for a round that is called off; all are None when opening changed neither date.

    ``word`` is a plain text of the planner to all who are asked, in ``word_language``.
    """

    collaboration = models.ForeignKey(Collaboration, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField(_("round"))
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="cycles")
    mode = models.CharField(_("who sees the answers"), max_length=12, choices=Mode, default=Mode.CONFIDENTIAL)
    mode_is_fixed = models.BooleanField(default=False, db_default=False, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=CycleStatus, default=CycleStatus.PLANNED, editable=False
    )
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"), help_text=_("People can answer up to and including this day."))
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    result = models.JSONField(null=True, blank=True, editable=False)
    exact_means = models.JSONField(default=dict, blank=True, editable=False)
    summary = models.JSONField(default=list, blank=True, editable=False)
    is_extra = models.BooleanField(_("extra round"), default=False, db_default=False)
    due_before = models.DateField(null=True, blank=True, editable=False)
    anchor_before = models.DateField(null=True, blank=True, editable=False)
    due_after = models.DateField(null=True, blank=True, editable=False)
    anchor_after = models.DateField(null=True, blank=True, editable=False)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    word = models.TextField(_("a personal word"), max_length=WORD_LENGTH, blank=True, default="", db_default="")
    word_language = models.CharField(max_length=5, blank=True, default="", db_default="", editable=False)
    word_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        verbose_name = _("evaluation round")
        verbose_name_plural = _("evaluation rounds")
        constraints = [
            models.UniqueConstraint("collaboration", "number", name="cycle_number_unique"),
            models.UniqueConstraint(
                "collaboration",
                condition=Q(status__in=[CycleStatus.PLANNED, CycleStatus.OPEN]),
                name="cycle_one_at_a_time",
                violation_error_message=_("This collaboration already has a round that is planned or open."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="cycle_closes_after_opening",
                violation_error_message=_("A round cannot close before it opens."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[CycleStatus.CLOSED, CycleStatus.DISCUSSED])
                | Q(result__isnull=False, closed_at__isnull=False),
                name="cycle_closed_has_result",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "opens_on", "id"], name="cycle_by_status"),
            models.Index(fields=["-opens_on", "-id"], name="cycle_newest"),
            models.Index(fields=["closes_on"], condition=Q(status=CycleStatus.OPEN), name="cycle_open_by_closing"),
            models.Index(fields=["closed_at", "id"], condition=Q(status=CycleStatus.CLOSED), name="cycle_to_discuss"),
            models.Index(
                fields=["closed_at", "id"],
                condition=Q(status=CycleStatus.DISCUSSED, summary__contains=WORK_ON_THIS),
                name="cycle_to_work_on",
            ),
            models.Index(
                fields=["collaboration", "-number"],
                condition=Q(status__in=[CycleStatus.CLOSED, CycleStatus.DISCUSSED]),
                name="cycle_latest_result",
            ),
        ]

    def __str__(self) -> str:
        return _("%(collaboration)s, round %(number)d") % {
            "collaboration": self.collaboration,
            "number": self.number,
        }

    @property
    def has_results(self) -> bool:
        return self.status in (CycleStatus.CLOSED, CycleStatus.DISCUSSED)

    @property
    def is_confidential(self) -> bool:
        return self.mode == Mode.CONFIDENTIAL

    @cached_property
    def taking_part(self) -> frozenset[int]:
        """Return the keys of the organisations; those of a round that has opened do not change any more."""
        return frozenset(self.parties.values_list("organisation_id", flat=True))


class CycleParty(models.Model):
    """An organisation as it took part in one cycle; ``key`` stands for it in exports and results.

    Keys are ``org-1``, ``org-2`` … with the host first. ``is_merged`` marks a side whose organisation was merged into
    another side of the round since: the results stay those of two sides, which now belong to one organisation.
    ``people_chosen_by`` is the lead of this organisation who looked at the list of its people (``assessments.sides``).
    """

    cycle = models.ForeignKey(EvaluationCycle, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=20)
    name = models.CharField(max_length=300)
    is_host = models.BooleanField()
    is_merged = models.BooleanField(default=False, db_default=False)
    people_chosen_by = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    people_chosen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("cycle", "organisation", condition=Q(is_merged=False), name="party_once"),
            models.UniqueConstraint("cycle", "key", name="party_key_unique"),
        ]

    def __str__(self) -> str:
        return self.name
