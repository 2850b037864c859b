"""A personal word of the planner: to all who are asked, as it was typed, and to no others."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.actions import change_cycle, open_cycle, plan_cycle
from assessments.history import entries_of
from assessments.models import EvaluationCycle
from assessments.models.cycles import WORD_LENGTH
from collab.history import entries_of as history_of
from common.actions import ActionRefused
from notifications.models import OutgoingMail
from partners.models import Contact
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import closed_cycle, collaboration_with, people, planned_cycle, token_for
from tests.factories.partners import PartnerUserFactory

pytestmark = pytest.mark.django_db

WORD = "Fijn dat je <b>meedoet</b>!\n\nZeg eerlijk wat beter kan."


def with_word(word: str = WORD) -> EvaluationCycle:
    """Return an open round with a word of Pim, who writes in Dutch; its people read English."""
    cycle = planned_cycle()
    change_cycle(
        actor=CoordinatorFactory(name="Pim Planner", language="nl"),
        cycle=cycle,
        opens_on=cycle.opens_on,
        closes_on=cycle.closes_on,
        mode=cycle.mode,
        contacts=[row.contact for row in cycle.invitations.select_related("contact")],
        word=word,
    )
    Contact.objects.update(language="en")
    open_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    return cycle


def test_word_stands_in_the_invitation_in_the_language_in_which_it_was_typed() -> None:
    with_word()

    mail = OutgoingMail.objects.filter(kind="evaluation_invitation").earliest("pk")
    assert "Pim Planner writes:\n> Fijn dat je <b>meedoet</b>!\n> Zeg eerlijk wat beter kan.\n" in mail.body_text
    assert 'lang="nl"' in mail.body_html
    assert "<bdi>Fijn dat je &lt;b&gt;meedoet&lt;/b&gt;!</bdi>" in mail.body_html


def test_word_stands_above_the_questions_and_nowhere_for_other_people(client: Client) -> None:
    cycle = with_word()
    invitation = cycle.invitations.select_related("contact").order_by("pk").last()
    assert invitation is not None

    page = client.get(reverse("assessments:answer", args=[token_for(invitation)])).content.decode()
    assert page.index("Zeg eerlijk wat beter kan.") < page.index('id="questionnaire"')
    assert '<blockquote class="prose" lang="nl" dir="auto">' in page
    assert "<b>meedoet" not in page

    partner = PartnerUserFactory(organisation=invitation.contact.organisation)
    client.force_login(partner)
    seen = client.get(reverse("assessments:cycle-detail", args=[cycle.pk])).content.decode()
    assert "Zeg eerlijk" not in seen
    assert "Zeg eerlijk" not in str(history_of(cycle.collaboration, partner))


def test_word_is_a_fact_of_the_history_of_the_round() -> None:
    cycle = with_word()

    entry = next(row for row in entries_of(cycle) if any(part.changes for part in row.parts) and "meedoet" in str(row))
    assert entry.who == "Pim Planner"


def test_word_that_is_too_long_is_refused() -> None:
    collaboration = collaboration_with()
    asked = [row for part in collaboration.participations.all() for row in people(part.organisation, 1)]
    first = planned_cycle()

    with pytest.raises(ActionRefused, match=str(WORD_LENGTH)) as refused:
        plan_cycle(
            actor=None,
            collaboration=collaboration,
            opens_on=first.opens_on,
            closes_on=first.closes_on,
            contacts=asked,
            word="x" * (WORD_LENGTH + 1),
        )
    assert refused.value.field == "word"


def test_round_without_a_word_shows_no_quotation(client: Client) -> None:
    cycle = with_word("  \r\n ")
    assert (cycle.word, cycle.word_by, cycle.word_language) == ("", None, "")
    mail = OutgoingMail.objects.filter(kind="evaluation_invitation").earliest("pk")
    assert "<blockquote" not in mail.body_html
    assert closed_cycle().word == ""
