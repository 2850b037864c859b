from __future__ import annotations

from datetime import date
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from collab.enums import STAGE_STEPS, ActionStatus, CandidateState, RoleKind, Stage, Visibility
from collab.querysets import (
    AWAKE,
    ActionItemQuerySet,
    CandidateQuerySet,
    CollaborationQuerySet,
    DecisionQuerySet,
    ParticipationQuerySet,
    RoleAssignmentQuerySet,
)
from common.dates import add_months
from common.models import Searchable, TimeStamped
from common.text import fold
from partners.models import Contact, Organisation

_HISTORY_LEAVES_OUT = ["created_at", "updated_at"]
# Figures of the last round that all may see, kept by assessments for the order of lists.
_STANDING = ["lowest_score", "lowest_change"]
NEW_FOR_DAYS = 365
SORT_LENGTH = 100
# PostgreSQL refuses to index more than a megabyte of words.
MOST_SEARCHED = 100_000


@pghistory.track(exclude=[*_HISTORY_LEAVES_OUT, "search_text", "search", "sort_name", *_STANDING])
class Collaboration(Searchable, TimeStamped):
    """Something that organisations do together: the record to which all other records belong.

    ``next_evaluation_on`` is counted from ``evaluation_anchor_on`` and never slides by itself. ``lead_missing_since``
    and ``decider_missing_since`` follow the roles (``collab.actions.refresh_missing_roles``), so that lists find gaps
    without looking at every role. ``lowest_score`` (1.0 to 5.0) is the lowest of the factors in the last round,
    ``lowest_change`` (−4.0 to 4.0) the largest fall since the one before, both as disclosed. ``search_text`` and
    ``sort_name`` are kept by ``save``.
    """

    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True, help_text=_("Why do we work together?"))
    people_served = models.TextField(
        _("the people we serve"), blank=True, help_text=_("Who is it for, and what gets better for them?")
    )
    shared_goal = models.TextField(
        _("shared goal"), blank=True, help_text=_("In one or two sentences that an outsider understands.")
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.EXPLORING, editable=False)
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(_("planned end"), null=True, blank=True)
    is_important = models.BooleanField(
        _("important"), default=False, help_text=_("An important collaboration is evaluated every 6 months.")
    )
    evaluation_interval_months = models.PositiveSmallIntegerField(
        _("months between evaluations"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Leave empty for the usual: 12 months, or 6 for a new or important collaboration."),
    )
    evaluation_anchor_on = models.DateField(null=True, blank=True, editable=False)
    next_evaluation_on = models.DateField(_("next evaluation"), null=True, blank=True)
    lead_missing_since = models.DateField(null=True, blank=True, editable=False)
    decider_missing_since = models.DateField(null=True, blank=True, editable=False)
    lowest_score = models.DecimalField(max_digits=2, decimal_places=1, null=True, editable=False)
    lowest_change = models.DecimalField(max_digits=2, decimal_places=1, null=True, editable=False)
    sort_name = models.CharField(max_length=SORT_LENGTH, editable=False, default="", db_collation="C")

    organisations: models.ManyToManyField[Organisation, Participation] = models.ManyToManyField(
        Organisation, through="Participation", related_name="collaborations"
    )

    objects = CollaborationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        verbose_name = _("collaboration")
        verbose_name_plural = _("collaborations")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="collaboration_named"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="collaboration_ends_after_start",
                violation_error_message=_("The end cannot be before the start."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="collaboration_search", fastupdate=False),
            models.Index(fields=["sort_name", "id"], name="collaboration_by_name"),
            models.Index(fields=["stage", "sort_name", "id"], name="collaboration_by_stage"),
            models.Index(fields=["next_evaluation_on", "id"], name="collaboration_by_next"),
            models.Index(fields=["lowest_score", "id"], name="collaboration_by_score"),
            models.Index(fields=["lowest_change", "id"], name="collaboration_by_change"),
            models.Index(
                F("next_evaluation_on").desc(nulls_last=True), F("id").desc(), name="collaboration_by_next_down"
            ),
            models.Index(
                fields=["next_evaluation_on", "id"],
                condition=Q(stage=Stage.ACTIVE),
                name="collaboration_active_by_next",
            ),
            models.Index(
                fields=["lead_missing_since", "id"],
                condition=Q(lead_missing_since__isnull=False),
                name="collaboration_without_lead",
            ),
            models.Index(
                fields=["decider_missing_since", "id"],
                condition=Q(decider_missing_since__isnull=False),
                name="collaboration_without_decider",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = fold(f"{self.name} {self.shared_goal}")[:MOST_SEARCHED]
        self.sort_name = fold(self.name)[:SORT_LENGTH]
        super().save(*args, **kwargs)

    @property
    def next_stages(self) -> tuple[str, ...]:
        return STAGE_STEPS[self.stage]

    @property
    def is_running(self) -> bool:
        return self.stage == Stage.ACTIVE

    @property
    def is_awake(self) -> bool:
        """Return whether things fall due: not while it is paused, and not after its end."""
        return self.stage in AWAKE

    @property
    def is_ended(self) -> bool:
        return self.stage == Stage.ENDED

    def interval_months(self, today: date) -> int:
        """Return the months between evaluations: as set, else 6 for an important or new (under a year) one, else 12."""
        if self.evaluation_interval_months:
            return self.evaluation_interval_months
        is_new = self.starts_on is None or (today - self.starts_on).days < NEW_FOR_DAYS
        return 6 if self.is_important or is_new else 12

    def evaluation_counts_from(self, today: date) -> date | None:
        """Return the day from which a round counts as the evaluation that is due: a third of the interval earlier.

        None without a date for the next evaluation.
        """
        due_on = self.next_evaluation_on
        if due_on is None:
            return None
        return due_on - (due_on - add_months(due_on, -self.interval_months(today))) // 3

    def is_too_early_to_evaluate(self, day: date) -> bool:
        """Return whether a round that opens on ``day`` leaves the date of the next evaluation as it is."""
        counts_from = self.evaluation_counts_from(day)
        return counts_from is not None and day < counts_from


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=_HISTORY_LEAVES_OUT)
class Participation(TimeStamped):
    """One organisation in one collaboration: its goal, its motive and its contribution."""

    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="participations")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="participations"
    )
    goal = models.TextField(_("goal"), blank=True, help_text=_("What does this organisation want to reach?"))
    motive = models.TextField(
        _("motive"), blank=True, help_text=_("Why does it take part? Also what it does not want.")
    )
    contribution = models.TextField(
        _("contribution"), blank=True, help_text=_("What does it bring: knowledge, people, money, a network?")
    )

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(
                "collaboration",
                "organisation",
                name="participation_once",
                violation_error_message=_("This organisation already takes part."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}"


def _one_at_a_time(role: RoleKind) -> ExclusionConstraint:
    """Return the constraint that no two periods of ``role`` overlap within one participation.

    A range of one id stands in for equality, which GiST alone (without btree_gist) does not index.
    """
    participation = Func(
        F("participation"), F("participation"), Value("[]"), function="int8range", output_field=models.TextField()
    )
    period = Func(F("starts_on"), F("ends_on"), RangeBoundary(), function="daterange", output_field=DateRangeField())
    return ExclusionConstraint(
        name=f"role_one_{role.value}",
        expressions=[(participation, RangeOperators.OVERLAPS), (period, RangeOperators.OVERLAPS)],
        condition=Q(role=role, superseded_by_merge=False),
        violation_error_message=_("This organisation has somebody in this role in that period."),
    )


@pghistory.track(exclude=[*_HISTORY_LEAVES_OUT, "superseded_by_merge"])
class RoleAssignment(TimeStamped):
    """A person's role for one organisation in one collaboration, from ``starts_on`` until (not including) ``ends_on``.

    ``superseded_by_merge`` marks a role that ended because two organisations, each with a holder of the role, were
    merged: the two periods overlap, because that was so.
    """

    participation = models.ForeignKey(
        Participation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="roles"
    )
    contact = models.ForeignKey(Contact, verbose_name=_("person"), on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(_("role"), max_length=12, choices=RoleKind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    superseded_by_merge = models.BooleanField(default=False, db_default=False, editable=False)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["role", "participation", "starts_on", "pk"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            _one_at_a_time(RoleKind.DECIDER),
            _one_at_a_time(RoleKind.LEAD),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="role_ends_after_start",
                violation_error_message=_("The end cannot be before the start."),
            ),
            models.CheckConstraint(
                condition=Q(superseded_by_merge=False) | Q(ends_on__isnull=False),
                name="role_superseded_by_merge_has_ended",
            ),
        ]
        indexes = [models.Index(fields=["contact", "role"], name="role_by_contact")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.contact}"

    def is_current(self, day: date) -> bool:
        """Return whether the role is held on ``day``, even by a deactivated contact."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)

    def is_past(self, day: date) -> bool:
        """Return whether the role was held, for at least a day, and is not any more on ``day``."""
        return self.ends_on is not None and self.starts_on < self.ends_on <= day


@pghistory.track(exclude=_HISTORY_LEAVES_OUT)
class Decision(TimeStamped):
    """A decision with its person, day and reason. A change of stage is always one.

    ``what`` holds people's own words. What the application records is kept as facts, and said in the language of each
    reader: ``new_stage``, and ``chosen`` with the names of the partners that were chosen.
    """

    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="decisions")
    what = models.CharField(_("decision"), max_length=300)
    why = models.TextField(_("reason"), blank=True)
    new_stage = models.CharField(max_length=10, choices=Stage, blank=True, editable=False)
    chosen = ArrayField(
        models.CharField(max_length=300),
        verbose_name=_("partners chosen"),
        default=list,
        db_default=[],
        blank=True,
        editable=False,
    )
    lessons = models.TextField(_("lessons"), blank=True)
    decided_by = models.ForeignKey(
        Contact, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="decisions"
    )
    decided_on = models.DateField(_("decided on"))
    visibility = models.CharField(_("who sees it"), max_length=8, choices=Visibility, default=Visibility.SHARED)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        if self.new_stage:
            return _("Stage: %(stage)s") % {"stage": self.get_new_stage_display()}
        if self.chosen:
            return _("Partners chosen: %(names)s") % {"names": ", ".join(self.chosen)}
        return self.what


@pghistory.track(exclude=_HISTORY_LEAVES_OUT)
class ActionItem(TimeStamped):
    """An agreed to-do with an owner on either side and a date."""

    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="action_items")
    title = models.CharField(_("what will be done"), max_length=300)
    owner = models.ForeignKey(
        Contact, verbose_name=_("who does it"), on_delete=models.PROTECT, related_name="action_items"
    )
    due_on = models.DateField(_("ready on"))
    status = models.CharField(
        _("status"), max_length=8, choices=ActionStatus, default=ActionStatus.OPEN, editable=False
    )
    finished_on = models.DateField(_("finished"), null=True, blank=True, editable=False)
    visibility = models.CharField(_("who sees it"), max_length=8, choices=Visibility, default=Visibility.SHARED)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(status=ActionStatus.OPEN), name="action_open_by_due")
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=_HISTORY_LEAVES_OUT)
class Candidate(TimeStamped):
    """An organisation that the host considers for a collaboration, until a ``decision`` settles it.

    It belongs to the host alone: no partner ever reads which organisations were considered, or the texts about them.
    """

    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="candidates")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="candidacies"
    )
    offer = models.TextField(
        _("what it offers"), blank=True, help_text=_("What could it bring to our goal: knowledge, people, a network?")
    )
    need = models.TextField(
        _("what it needs"), blank=True, help_text=_("What does it want to reach, and what would it need from us?")
    )
    notes = models.TextField(_("notes"), blank=True, help_text=_("Doubts, questions, what others say. Only for us."))
    state = models.CharField(
        _("choice"), max_length=10, choices=CandidateState, default=CandidateState.CONSIDERED, editable=False
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.RESTRICT, related_name="candidates", null=True, blank=True, editable=False
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, editable=False
    )

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [
            models.UniqueConstraint(
                "collaboration",
                "organisation",
                name="candidate_once",
                violation_error_message=_("This organisation is on the shortlist already."),
            ),
            models.CheckConstraint(
                condition=Q(state=CandidateState.CONSIDERED, decision=None)
                | (~Q(state=CandidateState.CONSIDERED) & Q(decision__isnull=False)),
                name="candidate_settled_by_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}"

    @property
    def is_considered(self) -> bool:
        return self.state == CandidateState.CONSIDERED
