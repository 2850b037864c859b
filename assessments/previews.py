"""Show what people will get, before a round opens: the mail and the form, per language, with a link that is dead."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from assessments.mails import cycle_context
from assessments.models import EvaluationCycle, Invitation
from assessments.senders import senders_of
from common.enums import Language
from notifications.actions import WrittenMail, write_mail
from partners.recipients import of_contact

# No token is as short as this: the link in a preview opens the page of a link that does not work.
DEAD_TOKEN = "preview"


@dataclass(frozen=True)
class PreviewLanguage:
    """A language of the people who are asked in a round, and the number of people who get their mail in it."""

    code: str
    people: int

    @property
    def label(self) -> str:
        return str(Language(self.code).label)


def languages_of(people: Sequence[Invitation]) -> list[PreviewLanguage]:
    """Return every language of ours with the number of people who read it, the most read one first."""
    counted = [PreviewLanguage(code, sum(row.contact.language == code for row in people)) for code in Language.values]
    return sorted(counted, key=lambda language: -language.people)


def someone_reading(people: Sequence[Invitation], language: str) -> Invitation:
    """Return the first of ``people`` who reads this language, else the first of all in that language; not empty."""
    found = next((row for row in people if row.contact.language == language), people[0])
    found.contact.language = language
    return found


def preview_invitation(cycle: EvaluationCycle, invitation: Invitation) -> WrittenMail:
    """Return the invitation as this person will get it, but for its link; nothing is stored."""
    dead = f"{settings.SITE_URL}{reverse('assessments:answer', args=[DEAD_TOKEN])}"
    context = {**cycle_context(cycle), "name": invitation.contact.name}
    return write_mail("evaluation_invitation", of_contact(invitation.contact), context, dead, senders_of(cycle))
