from __future__ import annotations

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.enums import Visibility
from common.models import TimeStamped
from identity.culture.scales import HIGHEST, LOWEST, SCALES
from identity.enums import ViewAnswer
from identity.querysets import IdentityConversationQuerySet, IdentityProfileQuerySet, IdentityViewQuerySet
from partners.models import Contact, Organisation

WORDS = ("who_we_are", "what_matters", "how_we_decide", "how_we_work", "good_to_know")
_HISTORY_LEAVES_OUT = ["created_at", "updated_at"]


def _scale(label: str | Promise) -> models.PositiveSmallIntegerField:
    """Make a field for a place between two poles, or none."""
    return models.PositiveSmallIntegerField(
        label,  # type: ignore[arg-type]
        null=True,
        blank=True,
        validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)],
    )


@pghistory.track(exclude=[*_HISTORY_LEAVES_OUT, *WORDS, *SCALES, "written_by", "published_at"])
class IdentityProfile(TimeStamped):
    """Describe an organisation as it sees itself: own words and culture scales; not a score.

    Every publication is a version with the next number; the newest one holds, the earlier ones stay as they were.
    A draft has no number yet. ``is_on_behalf`` marks what the host wrote for a partner that cannot sign in.
    The versions are the history of the texts; row history only says when there was a new one.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="profiles"
    )
    version = models.PositiveSmallIntegerField(_("version"), null=True, editable=False)
    is_on_behalf = models.BooleanField(_("written for the organisation"), default=False, editable=False)
    who_we_are = models.TextField(_("who we are"), blank=True)
    what_matters = models.TextField(_("what matters to us"), blank=True)
    how_we_decide = models.TextField(_("how we decide"), blank=True)
    how_we_work = models.TextField(_("how we like to work"), blank=True)
    good_to_know = models.TextField(_("what you should know about us"), blank=True)
    ideas_execution = _scale(_("ideas or execution"))
    trust_control = _scale(_("trust or control"))
    fast_careful = _scale(_("fast or careful"))
    informal_formal = _scale(_("informal or formal"))
    leaders_everyone = _scale(_("leaders decide or everyone decides"))
    proven_experimental = _scale(_("proven or experimental"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    objects = IdentityProfileQuerySet.as_manager()

    class Meta:
        ordering = ["organisation_id", "-version"]
        verbose_name = _("identity profile")
        verbose_name_plural = _("identity profiles")
        constraints = [
            models.UniqueConstraint("organisation", "version", name="profile_version_unique"),
            models.UniqueConstraint(
                "organisation", "is_on_behalf", condition=Q(published_at=None), name="profile_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=True, published_at__isnull=True)
                | Q(version__isnull=False, version__gte=1, published_at__isnull=False),
                name="profile_published_with_version",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{scale: None}) | Q(**{f"{scale}__range": (LOWEST, HIGHEST)}),
                    name=f"profile_{scale}_in_range",
                )
                for scale in SCALES
            ),
        ]

    def __str__(self) -> str:
        return gettext("Version %(number)d") % {"number": self.version} if self.version else gettext("Draft")

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def is_empty(self) -> bool:
        """Return whether no words were written and no scale was filled in."""
        return not any(self.content.values())

    @property
    def content(self) -> dict[str, str | int | None]:
        """Return what the organisation says, by the name of the field."""
        return {name: getattr(self, name) for name in (*WORDS, *SCALES)}


@pghistory.track(exclude=_HISTORY_LEAVES_OUT)
class IdentityConversation(TimeStamped):
    """Note that two or more organisations talked about who they are; shared with them or internal to the host."""

    organisations = models.ManyToManyField(
        Organisation, verbose_name=_("organisations"), related_name="identity_conversations"
    )
    held_on = models.DateField(_("held on"))
    people = models.ManyToManyField(
        Contact, verbose_name=_("who were there"), related_name="identity_conversations", blank=True
    )
    learned = models.TextField(_("what we learned"), blank=True)
    visibility = models.CharField(_("who sees it"), max_length=8, choices=Visibility, default=Visibility.SHARED)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("noted by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )

    objects = IdentityConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = _("identity conversation")
        verbose_name_plural = _("identity conversations")
        indexes = [models.Index(fields=["-held_on", "-id"], name="conversation_newest")]

    def __str__(self) -> str:
        return gettext("Identity conversation on %(day)s") % {"day": date_format(self.held_on)}

    @property
    def is_shared(self) -> bool:
        return self.visibility == Visibility.SHARED


@pghistory.track(exclude=_HISTORY_LEAVES_OUT)
class IdentityView(TimeStamped):
    """Tell how one organisation sees another after a conversation, and what the other answers.

    Internal to the organisation that wrote it until it is shared.
    """

    conversation = models.ForeignKey(IdentityConversation, on_delete=models.CASCADE, related_name="views")
    by = models.ForeignKey(Organisation, verbose_name=_("by"), on_delete=models.PROTECT, related_name="views_given")
    about = models.ForeignKey(
        Organisation, verbose_name=_("about"), on_delete=models.PROTECT, related_name="views_received"
    )
    text = models.TextField(_("how we see you"))
    visibility = models.CharField(_("who sees it"), max_length=8, choices=Visibility, default=Visibility.INTERNAL)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, editable=False
    )
    answer = models.CharField(_("answer"), max_length=7, choices=ViewAnswer, blank=True)
    answer_word = models.TextField(_("a word about it"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, editable=False
    )
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)

    objects = IdentityViewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("how we see you")
        verbose_name_plural = _("how we see each other")
        constraints = [
            models.UniqueConstraint(
                "conversation",
                "by",
                "about",
                name="view_once",
                violation_error_message=_("You wrote this already after this conversation."),
            ),
            models.CheckConstraint(condition=~Q(by=F("about")), name="view_about_another"),
            models.CheckConstraint(condition=~Q(text=""), name="view_says_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answer_word="")
                | Q(answer__in=ViewAnswer.values, answered_at__isnull=False),
                name="view_answer_complete",
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(visibility=Visibility.SHARED), name="view_answered_when_shared"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} → {self.about}"

    @property
    def is_shared(self) -> bool:
        return self.visibility == Visibility.SHARED

    @property
    def is_answered(self) -> bool:
        return self.answer != ""
