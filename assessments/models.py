import uuid
from datetime import datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessments import instruments
from assessments.enums import CycleStatus, InvitationStatus, Mode, Outcome
from assessments.querysets import UNFINISHED, CycleQuerySet, InvitationQuerySet
from collab.models import ActionItem, Collaboration
from common.models import TimeStamped
from partners.models import Contact, Organisation

_HISTORY_LEAVES_OUT = ["created_at", "updated_at"]

_definitions: dict[int, tuple[datetime, instruments.Instrument]] = {}

# A cycle locks its instrument: whoever answered must be able to find the very words again.
_IMMUTABLE_WHEN_USED = """
    IF EXISTS (SELECT 1 FROM assessments_evaluationcycle WHERE instrument_id = OLD.id) THEN
        RAISE EXCEPTION 'instrument % version % is in use and cannot change', OLD.key, OLD.version;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""


class Instrument(TimeStamped):
    """A version of a questionnaire; immutable once a cycle uses it (a database trigger holds this).

    ``content`` is the instrument block of its content file.
    """

    key = models.SlugField(_("key"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField()

    class Meta:
        ordering = ["key", "-version"]
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [models.UniqueConstraint("key", "version", name="instrument_version_unique")]
        triggers = [
            pgtrigger.Trigger(
                name="immutable_when_used",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_IMMUTABLE_WHEN_USED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    @property
    def definition(self) -> instruments.Instrument:
        """The content, parsed once per process."""
        known = _definitions.get(self.pk)
        if known is None or known[0] != self.updated_at:
            known = _definitions[self.pk] = (self.updated_at, instruments.parse_instrument(self.content))
        return known[1]


@pghistory.track(exclude=[*_HISTORY_LEAVES_OUT, "result", "exact_means", "summary"])
class EvaluationCycle(TimeStamped):
    """One planned, opened, closed and discussed evaluation of a collaboration.

    Answers are welcome from ``opens_on`` up to and including ``closes_on``. ``result`` is the disclosed result
    (``assessments.disclosure``), made once, at closing; nothing else is ever shown. ``exact_means`` keeps the
    unrounded joint means of what it shows, for the change since this cycle; ``summary`` is score, band and gap per
    factor, for lists.
    ``mode`` is fixed when the first answer comes in.
    """

    collaboration = models.ForeignKey(Collaboration, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField(_("round"))
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="cycles")
    mode = models.CharField(_("who sees the answers"), max_length=12, choices=Mode, default=Mode.CONFIDENTIAL)
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
    planned_by = models.ForeignKey(
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
        """The keys of the organisations; of a round that has opened these do not change any more."""
        return frozenset(self.parties.values_list("organisation_id", flat=True))


class CycleParty(models.Model):
    """An organisation as it took part in one cycle; ``key`` stands for it in exports and results.

    Keys are ``org-1``, ``org-2`` … with the host first. ``is_merged`` marks a side whose organisation was merged into
    another side of the round since: the results stay those of two sides, which now belong to one organisation.
    """

    cycle = models.ForeignKey(EvaluationCycle, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=20)
    name = models.CharField(max_length=300)
    is_host = models.BooleanField()
    is_merged = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("cycle", "organisation", condition=Q(is_merged=False), name="party_once"),
            models.UniqueConstraint("cycle", "key", name="party_key_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(TimeStamped):
    """One person asked in one cycle. What the person answered is a ``Response``, and apart from it."""

    cycle = models.ForeignKey(EvaluationCycle, on_delete=models.CASCADE, related_name="invitations")
    party = models.ForeignKey(CycleParty, on_delete=models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="invitations")
    status = models.CharField(_("status"), max_length=10, choices=InvitationStatus, default=InvitationStatus.INVITED)
    invited_on = models.DateField(_("asked on"), null=True, blank=True)
    passed_on_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="passed_on_to"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["party", "contact__name", "pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [models.UniqueConstraint("cycle", "contact", name="invitation_once")]

    def __str__(self) -> str:
        return f"{self.contact}"

    @property
    def is_unfinished(self) -> bool:
        """Asked, and no answers were sent."""
        return self.status in UNFINISHED


class PersonalLink(models.Model):
    """One link to one invitation's questionnaire; every mail carries a fresh one, all work until revoked.

    Only the SHA-256 of the token is kept.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.invitation_id}"


class Response(models.Model):
    """What one person answered: item keys and values, never texts of the questionnaire.

    While the cycle is open it hangs on its invitation. Closing a confidential cycle replaces every row by one with
    a new random key, in random order, without invitation and times; no history is kept of this table.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(EvaluationCycle, on_delete=models.CASCADE, related_name="responses")
    party = models.ForeignKey(CycleParty, on_delete=models.CASCADE, related_name="responses")
    invitation = models.OneToOneField(
        Invitation, on_delete=models.CASCADE, related_name="response", null=True, blank=True
    )
    answers = models.JSONField(default=dict)
    comments = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pk}"


@pghistory.track(exclude=_HISTORY_LEAVES_OUT)
class ReviewMeeting(TimeStamped):
    """The conversation about the results of one cycle, its outcome, and when the next evaluation is."""

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
