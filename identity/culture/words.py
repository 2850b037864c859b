"""Name the culture scales and the differences on them, and the questions that belong to each difference."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.culture.scales import ALIKE, COMPLEMENTARY, FAR_APART

Text = str | Promise


@dataclass(frozen=True)
class Scale:
    """Hold the names of the two ends of a scale."""

    low: Text
    high: Text

    def __str__(self) -> str:
        return f"{self.low} ↔ {self.high}"

    def place(self, number: int) -> str:
        """Return in words what it means to stand at a place from 1 to 5."""
        words = (
            _("clearly %(low)s"),
            _("rather %(low)s"),
            _("in between"),
            _("rather %(high)s"),
            _("clearly %(high)s"),
        )
        return str(words[number - 1]) % {"low": self.low, "high": self.high}


SCALE_WORDS = {
    "ideas_execution": Scale(_("ideas"), _("execution")),
    "trust_control": Scale(_("trust"), _("control")),
    "fast_careful": Scale(_("fast"), _("careful")),
    "informal_formal": Scale(_("informal"), _("formal")),
    "leaders_everyone": Scale(_("leaders decide"), _("everyone decides")),
    "proven_experimental": Scale(_("proven"), _("experimental")),
}

CLOSENESS_WORDS = {
    ALIKE: _("Alike"),
    COMPLEMENTARY: _("Complementary"),
    FAR_APART: _("Far apart"),
}

# Neither is a verdict: what each of them asks of people.
CLOSENESS_MEANS = {
    ALIKE: _("That works easily. Ask yourselves who brings in another view."),
    COMPLEMENTARY: _("You can add something to each other. Agree on who does what."),
    FAR_APART: _("You can learn most from each other here, and it takes most time. Talk about it early."),
}

PROMPTS: dict[tuple[str, str], Text] = {
    ("ideas_execution", ALIKE): _(
        "You get energy from the same thing. Which part of the work does none of you like, and who will do it anyway?"
    ),
    ("ideas_execution", COMPLEMENTARY): _(
        "One of you likes to think of something new, the other likes to get it done. When do you stop thinking and"
        " start doing?"
    ),
    ("ideas_execution", FAR_APART): _(
        "One of you is still thinking when the other wants to begin. How do you notice that, and what do you say then?"
    ),
    ("trust_control", ALIKE): _(
        "You look at trust and control in the same way. What would have to happen before you want to do that"
        " differently?"
    ),
    ("trust_control", COMPLEMENTARY): _(
        "One of you lets go sooner than the other. What do you need to know from each other to feel at ease?"
    ),
    ("trust_control", FAR_APART): _(
        "What one of you calls trust, the other may call carelessness. Describe a time when it went well, and one when"
        " it did not. What can you agree on?"
    ),
    ("fast_careful", ALIKE): _("You have the same pace. Who warns you when it goes too fast, or takes too long?"),
    ("fast_careful", COMPLEMENTARY): _(
        "Your pace differs a little. Which steps may go fast, and which ones need time?"
    ),
    ("fast_careful", FAR_APART): _(
        "One of you wants to go on while the other wants to be sure. How much time does each of you need for a"
        " decision, and can the other wait?"
    ),
    ("informal_formal", ALIKE): _(
        "You deal with each other in the same way. Would a newcomer understand what you have agreed on?"
    ),
    ("informal_formal", COMPLEMENTARY): _("What do you put on paper, and what can you just say to each other?"),
    ("informal_formal", FAR_APART): _(
        "A quick phone call is normal to one of you, the other wants it in writing. What do you do when something"
        " has to change quickly?"
    ),
    ("leaders_everyone", ALIKE): _(
        "You make decisions in the same way. Who does not get a say then, and do you miss that?"
    ),
    ("leaders_everyone", COMPLEMENTARY): _(
        "Who does each of you have to ask before you can say yes? Tell each other beforehand."
    ),
    ("leaders_everyone", FAR_APART): _(
        "In one organisation a leader decides the same day; in the other everyone has a say. How do you reach a"
        " decision that you all support?"
    ),
    ("proven_experimental", ALIKE): _(
        "You dare as much as each other. What would somebody say who dares more, or less, than you?"
    ),
    ("proven_experimental", COMPLEMENTARY): _(
        "Where do you do what is known to work, and where do you leave room to try something out?"
    ),
    ("proven_experimental", FAR_APART): _(
        "For one of you a failed trial is a lesson; for the other it is a loss. What may go wrong, and how much may it"
        " cost?"
    ),
}


def prompt(scale: str, closeness: str) -> Text:
    """Return the question that belongs to how far apart organisations are on a scale."""
    return PROMPTS[scale, closeness]
