"""Questions that have to be settled before a collaboration is paused or ended: apps above ask, and act on the answer.

An app registers its questions by ``asker`` and carries out the answer when it receives ``stage_changed``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from collab.models import Collaboration
from common.actions import ActionRefused


@dataclass(frozen=True)
class StageAnswer:
    """A possible answer; ``stages`` are the new stages for which it can be given."""

    value: str
    label: str
    stages: tuple[str, ...]


@dataclass(frozen=True)
class StageQuestion:
    """A question about a collaboration that has to be settled before a stage that is among those of its choices."""

    key: str
    label: str
    choices: tuple[StageAnswer, ...]
    help_text: str = ""

    def is_asked_for(self, stage: str) -> bool:
        return any(stage in choice.stages for choice in self.choices)

    def why_not(self, stage: str, value: str) -> str:
        """Return why the answer will not do for the new stage; the empty string when it does."""
        if not self.is_asked_for(stage):
            return ""
        chosen = [choice for choice in self.choices if choice.value == value]
        if not chosen:
            return _("Choose what becomes of this.")
        return "" if stage in chosen[0].stages else _("This choice does not fit the new stage.")


Asker = Callable[[Collaboration], Iterable[StageQuestion]]
_askers: list[Asker] = []


def asker(ask: Asker) -> Asker:
    """Register a function that returns questions to settle before a change of stage."""
    _askers.append(ask)
    return ask


def questions(collaboration: Collaboration) -> list[StageQuestion]:
    """Return all questions that may have to be settled before the next stage."""
    return [question for ask in _askers for question in ask(collaboration)]


def refuse_unsettled(collaboration: Collaboration, stage: str, answers: Mapping[str, str]) -> None:
    """Refuse a change of stage as long as a question for it has no fitting answer, with the question as field."""
    for question in questions(collaboration):
        if reason := question.why_not(stage, answers.get(question.key, "")):
            raise ActionRefused(f"{question.label}: {reason}", field=question.key)
