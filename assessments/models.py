import uuid
from datetime import datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessments import instruments
from assessments.enums import CycleStatus, InvitationStatus, Mode, NotAsked, Outcome
from assessments.mailboxes import address_key
from assessments.querysets import UNFINISHED, WORK_ON_THIS, CycleQuerySet, InvitationQuerySet, ResponseQuerySet
from collab.models import ActionItem, Collaboration
from common.models import TimeStamped
from common.sorting import NameOrder
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
        """Return the content, parsed once per process."""
        known = _definitions.get(self.pk)
        if known is None or known[0] != self.updated_at:
            known = _definitions[self.pk] = (self.updated_at, instruments.parse_instrument(self.content))
        return known[1]


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.ManualEvent("note"),
    exclude=[*_HISTORY_LEAVES_OUT, "result", "exact_means", "summary", "mode_is_fixed"],
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


class Invitation(TimeStamped):
    """One person asked in one cycle. The answers are a ``Response``, kept apart from it.

    One with a ``PassOnRequest`` is to be confirmed. ``linked_email`` is the address that the last personal link was
    made for, in lower case; empty before the first. A person who was chosen but dropped out before the cycle opened
    stays here as not asked, with the reason. ``is_added_later`` marks a person who was asked after the round had
    opened: all invited people can see that.
    """

    cycle = models.ForeignKey(EvaluationCycle, on_delete=models.CASCADE, related_name="invitations")
    party = models.ForeignKey(CycleParty, on_delete=models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="invitations")
    status = models.CharField(_("status"), max_length=10, choices=InvitationStatus, default=InvitationStatus.INVITED)
    not_asked_because = models.CharField(max_length=10, choices=NotAsked, blank=True, default="", db_default="")
    invited_on = models.DateField(_("asked on"), null=True, blank=True)
    passed_on_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="passed_on_to"
    )
    linked_email = models.EmailField(blank=True, default="", db_default="", editable=False)
    times_passed_on = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    is_added_later = models.BooleanField(default=False, db_default=False, editable=False)

    objects = InvitationQuerySet.as_manager()
    # The address of the link that was opened; set by ``personal_links.find_invitation``.
    opened_by: str | None = None
    # Whether answers were sent from another address than the contact has now; set by the page of the round.
    is_answered_elsewhere = False

    class Meta:
        ordering = ["party", NameOrder("contact__name"), "pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint("cycle", "contact", name="invitation_once"),
            models.CheckConstraint(
                condition=Q(status=InvitationStatus.NOT_ASKED) ^ Q(not_asked_because=""), name="not_asked_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact}"

    @property
    def reason_unreachable(self) -> str:
        """Return why this person cannot be asked, a code of ``NotAsked``; the empty string when they can be."""
        if not self.contact.is_active:
            return NotAsked.LEFT
        if self.contact.organisation_id != self.party.organisation_id:
            return NotAsked.MOVED
        if not self.contact.is_available:
            return NotAsked.ARCHIVED
        return "" if self.contact.email else NotAsked.NO_ADDRESS

    @property
    def is_unfinished(self) -> bool:
        """Return whether the person is asked and has sent no answers."""
        return self.status in UNFINISHED

    @property
    def answering_email(self) -> str:
        """Return the address whose answers are read and written: that of the link, else the contact's own."""
        return address_key(self.contact.email) if self.opened_by is None else self.opened_by

    @property
    def is_opened_by_person(self) -> bool:
        """Return whether the link was made for the person who was asked, judged by the address.

        Compares with the address from which answers were sent; without such answers, with the contact's present one.
        """
        sent = self.responses.exclude(submitted_at=None).values_list("email", flat=True).first()
        return self.answering_email == (address_key(self.contact.email) if sent is None else sent)


class PersonalLink(models.Model):
    """One link to one invitation's questionnaire; every mail carries a fresh one, all work until revoked.

    Only the SHA-256 of the token is kept. ``email`` is the address that the link was mailed to, in lower case: the link
    opens the answers given by links to that address, and no others.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.invitation_id}"


class PassOnRequest(TimeStamped):
    """A request to pass an invitation on to an address outside the organisations that take part.

    Nothing is mailed to that address before a coordinator agrees; the row is deleted with the decision.
    """

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="pass_on_request")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@pghistory.track(exclude=_HISTORY_LEAVES_OUT)
class LinkReaddressed(TimeStamped):
    """A record that the links of an invitation go to another address; ``name`` is the person's name at that time.

    The history of the round shows it, and the former address was mailed.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="readdressed")
    name = models.CharField(max_length=200)
    old_email = models.EmailField()
    new_email = models.EmailField()

    def __str__(self) -> str:
        return f"{self.name}: {self.old_email} → {self.new_email}"


class SideLink(models.Model):
    """One link with which the lead of an organisation opens the list of its people in a planned round.

    Only the SHA-256 of the token is kept, and the address that the link was mailed to, in lower case.
    """

    party = models.ForeignKey(CycleParty, on_delete=models.CASCADE, related_name="side_links")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.party_id}"


class Response(models.Model):
    """The answers of one person: item keys and values, never texts of the questionnaire.

    While the cycle is open it belongs to its invitation and to ``email``, the address of the link it was written by; of
    the responses to one invitation one at most is sent. Closing a confidential cycle replaces every row by one with a
    new random key, in random order, without invitation, address and times; no history is kept of this table. ``typed``
    has the time at which each field was typed last (``assessments.drafts``); closing empties it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(EvaluationCycle, on_delete=models.CASCADE, related_name="responses")
    party = models.ForeignKey(CycleParty, on_delete=models.CASCADE, related_name="responses")
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="responses", null=True, blank=True
    )
    email = models.EmailField(blank=True, default="", db_default="")
    answers = models.JSONField(default=dict)
    comments = models.JSONField(default=dict)
    typed = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("invitation", "email", name="response_once_per_address"),
            models.UniqueConstraint("invitation", condition=Q(submitted_at__isnull=False), name="response_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class PendingErasure(models.Model):
    """A record that dead rows on disk may still reveal who gave which answers; deleted when they are erased."""

    cycle = models.OneToOneField(EvaluationCycle, on_delete=models.CASCADE, related_name="pending_erasure")

    def __str__(self) -> str:
        return f"{self.cycle_id}"


@pghistory.track(exclude=_HISTORY_LEAVES_OUT)
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
