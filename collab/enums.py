from django.db import models
from django.utils.translation import gettext_lazy as _

from common.enums import Visibility  # noqa: F401  (decisions and actions have it as well)


class Stage(models.TextChoices):
    """Stage of a collaboration."""

    EXPLORING = "exploring", _("Exploring")
    DESIGNING = "designing", _("Designing")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


# From which stage to which; every step is a decision by a decider.
STAGE_STEPS: dict[str, tuple[str, ...]] = {
    Stage.EXPLORING: (Stage.DESIGNING, Stage.ENDED),
    Stage.DESIGNING: (Stage.ACTIVE, Stage.ENDED),
    Stage.ACTIVE: (Stage.PAUSED, Stage.ENDED),
    Stage.PAUSED: (Stage.ACTIVE, Stage.ENDED),
    Stage.ENDED: (),
}


class RoleKind(models.TextChoices):
    """Role of a person in a collaboration."""

    DECIDER = "decider", _("Decider")
    DESIGNER = "designer", _("Designer")
    LEAD = "lead", _("Lead")
    STAKEHOLDER = "stakeholder", _("Stakeholder")


class ActionStatus(models.TextChoices):
    """Status of an action item."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class AnswerKind(models.TextChoices):
    """Answer to an action by a personal link."""

    DONE = "done", _("Done")
    MOVED = "moved", _("Moved")
    REMARK = "remark", _("Remark")


class CandidateState(models.TextChoices):
    """State of a candidate on the shortlist."""

    CONSIDERED = "considered", _("Considered")
    CHOSEN = "chosen", _("Chosen")
    NOT_CHOSEN = "not_chosen", _("Not chosen")


# Roles that one person at a time holds, per organisation in a collaboration.
ONE_AT_A_TIME = (RoleKind.DECIDER, RoleKind.LEAD)
