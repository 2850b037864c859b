"""Planning, opening, answering, closing and discussing a round, as the actions hold it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from assessments.actions import (
    AgreedAction,
    cancel_cycle,
    change_cycle,
    change_mode,
    close_cycle,
    decline,
    extend_cycle,
    invite,
    load_questionnaire,
    open_cycle,
    pass_on,
    plan_cycle,
    record_review,
    resend_link,
    save_answers,
    submit_answers,
    withdraw_invitation,
)
from assessments.enums import CycleStatus, InvitationStatus, Mode
from assessments.models import EvaluationCycle, Instrument, Invitation, PersonalLink, Response
from assessments.personal_links import find_invitation
from common.actions import ActionRefused
from notifications.models import OutgoingMail
from notifications.tokens import hash_token
from tests.factories.assessments import (
    answer,
    closed_cycle,
    collaboration_with,
    invitations_of,
    opened_cycle,
    people,
    planned_cycle,
    start_answering,
    token_for,
)
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def mails(kind: str) -> list[str]:
    return sorted(OutgoingMail.objects.filter(kind=kind).values_list("to_email", flat=True))


def test_questionnaire_is_loaded_from_its_file_once() -> None:
    first = load_questionnaire()
    assert (first.key, first.version, len(first.definition.items)) == ("seven_factors", 1, 30)
    assert load_questionnaire() == first


def test_unused_questionnaire_follows_its_file() -> None:
    instrument = load_questionnaire()
    Instrument.objects.filter(pk=instrument.pk).update(content={**instrument.content, "estimated_minutes": 99})
    assert load_questionnaire().content["estimated_minutes"] == 10


def test_used_questionnaire_cannot_change_even_in_the_database() -> None:
    cycle = planned_cycle()
    with pytest.raises(Exception, match="in use and cannot change"), transaction.atomic():
        Instrument.objects.filter(pk=cycle.instrument_id).update(content={})
    with (
        pytest.raises(Exception, match="in use and cannot change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM assessments_instrument WHERE id = %s", [cycle.instrument_id])


def test_planned_round_has_a_party_per_organisation_with_the_host_first() -> None:
    partner = OrganisationFactory(name="Gemeente Noord")
    cycle = planned_cycle(collaboration_with(partner))
    parties = cycle.parties.values_list("key", "name", "is_host")
    assert list(parties) == [("org-1", HostFactory().name, True), ("org-2", "Gemeente Noord", False)]
    assert cycle.number == 1
    assert OutgoingMail.objects.count() == 0


def test_planning_refuses_a_side_without_people() -> None:
    partner = OrganisationFactory(name="Gemeente Noord")
    collaboration = collaboration_with(partner)
    with pytest.raises(ActionRefused) as refusal:
        plan_cycle(
            actor=None,
            collaboration=collaboration,
            opens_on=TODAY,
            closes_on=TODAY,
            contacts=people(HostFactory(), 3),
        )
    assert refusal.value.field == "contacts"
    assert "Gemeente Noord" in refusal.value.message
    assert EvaluationCycle.objects.count() == 0


@pytest.mark.parametrize(
    ("person", "word"),
    [({"email": ""}, "no e-mail"), ({"deactivated_at": timezone.now()}, "not active"), ({}, "takes part")],
)
def test_planning_refuses_people_who_cannot_be_asked(person: dict[str, object], word: str) -> None:
    collaboration = collaboration_with(OrganisationFactory())
    sides = [row.organisation for row in collaboration.participations.all()]
    organisation = sides[1] if person else OrganisationFactory()
    contacts = [*people(sides[0], 1), *people(sides[1], 1), ContactFactory(organisation=organisation, **person)]
    with pytest.raises(ActionRefused, match=word):
        plan_cycle(actor=None, collaboration=collaboration, opens_on=TODAY, closes_on=TODAY, contacts=contacts)
    assert Invitation.objects.count() == 0


def test_second_round_waits_for_the_first() -> None:
    cycle = planned_cycle()
    with pytest.raises(ActionRefused):
        planned_cycle(cycle.collaboration)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvaluationCycle.objects.create(
            collaboration=cycle.collaboration,
            number=2,
            instrument=cycle.instrument,
            opens_on=TODAY,
            closes_on=TODAY,
        )


def test_round_that_ended_before_it_opens_is_refused() -> None:
    with pytest.raises(ActionRefused) as refusal:
        planned_cycle(days=-1)
    assert refusal.value.field == "closes_on"


def test_opening_mails_everybody_once_and_moves_the_next_evaluation() -> None:
    collaboration = collaboration_with()
    collaboration.evaluation_anchor_on = date(2025, 1, 31)
    collaboration.next_evaluation_on = date(2026, 1, 31)
    collaboration.evaluation_interval_months = 1
    collaboration.save()
    cycle = planned_cycle(collaboration, opens_on=TODAY)
    open_cycle(actor=None, cycle=cycle, today=TODAY)
    cycle.refresh_from_db()
    collaboration.refresh_from_db()
    assert cycle.status == CycleStatus.OPEN
    assert mails("evaluation_invitation") == sorted(row.contact.email for row in cycle.invitations.all())
    assert collaboration.next_evaluation_on == date(2026, 3, 31)
    with pytest.raises(ActionRefused):
        open_cycle(actor=None, cycle=cycle, today=TODAY)
    assert len(mails("evaluation_invitation")) == 6


def test_opening_leaves_out_who_left_and_refuses_a_side_that_nobody_is_left_of() -> None:
    cycle = planned_cycle(per_side=1)
    leaver = cycle.invitations.last().contact
    leaver.deactivated_at = timezone.now()
    leaver.save()
    with pytest.raises(ActionRefused):
        open_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.PLANNED
    assert OutgoingMail.objects.count() == 0


def test_mails_never_hold_the_link_and_the_database_only_its_hash() -> None:
    cycle = opened_cycle(per_side=1)
    invitation = cycle.invitations.first()
    token = token_for(invitation)
    assert find_invitation(token) == invitation
    assert PersonalLink.objects.get().token_hash == hash_token(token)
    assert not any(token in mail.body_text + mail.body_html for mail in OutgoingMail.objects.all())


def test_invitation_tells_whose_collaboration_it_is_about() -> None:
    OrganisationFactory(name="Not in it")
    collaboration = collaboration_with(OrganisationFactory(name="B & W Noord"), name="Taal & Werk")
    opened_cycle(collaboration, per_side=1)
    mail = OutgoingMail.objects.filter(kind="evaluation_invitation").first()
    host = collaboration.participations.get(organisation__is_host=True).organisation
    assert f"Taal & Werk is a collaboration of {host}, B & W Noord." in mail.body_text
    assert (
        f"<bdi>Taal &amp; Werk</bdi> is a collaboration of <bdi>{host}</bdi>, <bdi>B &amp; W Noord</bdi>."
        in mail.body_html
    )


def test_unknown_and_revoked_links_lead_nowhere() -> None:
    cycle = opened_cycle(per_side=1)
    invitation = cycle.invitations.first()
    old = token_for(invitation)
    resend_link(actor=None, invitation=invitation)
    assert find_invitation(old) is None
    assert find_invitation("x" * 43) is None
    assert find_invitation(token_for(invitation)) == invitation


def test_answers_are_kept_beside_earlier_ones() -> None:
    invitation = opened_cycle().invitations.first()
    save_answers(invitation=invitation, answers={"value_clear_goal": 4}, comments={"keep": " The tea. "})
    save_answers(invitation=invitation, answers={"commitment_own_time": None}, comments={})
    response = Response.objects.get()
    assert response.answers == {"value_clear_goal": 4, "commitment_own_time": None}
    assert response.comments == {"keep": "The tea."}
    assert response.submitted_at is None
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.STARTED


@pytest.mark.parametrize(
    ("answers", "comments", "field"),
    [
        ({"value_clear_goal": 6}, {}, "value_clear_goal"),
        ({"value_clear_goal": 0}, {}, "value_clear_goal"),
        ({"no_such_question": 3}, {}, "no_such_question"),
        ({}, {"no_such_question": "x"}, "no_such_question"),
        ({}, {"keep": "x" * 4001}, "keep"),
    ],
)
def test_wrong_answers_are_refused_beside_their_question(
    answers: dict[str, int], comments: dict[str, str], field: str
) -> None:
    invitation = opened_cycle().invitations.first()
    with pytest.raises(ActionRefused) as refusal:
        save_answers(invitation=invitation, answers=answers, comments=comments)
    assert refusal.value.field == field
    assert Response.objects.count() == 0


def test_sending_nothing_is_refused() -> None:
    invitation = opened_cycle().invitations.first()
    with pytest.raises(ActionRefused):
        submit_answers(invitation=invitation, answers={"value_clear_goal": None}, comments={"keep": "Hm."})
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.INVITED


def test_sent_answers_can_change_until_closing() -> None:
    cycle = opened_cycle()
    invitation = cycle.invitations.first()
    answer(invitation, 2)
    save_answers(invitation=invitation, answers={"value_clear_goal": 5}, comments={})
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.SUBMITTED
    assert Response.objects.get().answers["value_clear_goal"] == 5
    close_cycle(actor=None, cycle=cycle)
    with pytest.raises(ActionRefused):
        save_answers(invitation=invitation, answers={"value_clear_goal": 1}, comments={})


def test_declining_throws_the_draft_away_and_can_be_taken_back() -> None:
    invitation = opened_cycle().invitations.first()
    start_answering(invitation, value_clear_goal=3)
    decline(invitation=invitation)
    invitation.refresh_from_db()
    assert (invitation.status, Response.objects.count()) == (InvitationStatus.DECLINED, 0)
    answer(invitation, 4)
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.SUBMITTED
    with pytest.raises(ActionRefused):
        decline(invitation=invitation)


def test_passing_on_makes_a_colleague_answer_instead() -> None:
    cycle = opened_cycle(per_side=1)
    invitation = cycle.invitations.last()
    token = token_for(invitation)
    passed_on = pass_on(invitation=invitation, name="Fatma Yilmaz", email="fatma@example.org")
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.PASSED_ON
    assert find_invitation(token) == invitation  # it says to whom, and takes it back
    assert passed_on.contact.organisation == invitation.contact.organisation
    assert passed_on.party == invitation.party
    assert mails("evaluation_passed_on") == ["fatma@example.org"]
    assert EvaluationCycle.objects.with_progress().get().invited == 2


def test_passing_on_to_somebody_who_was_asked_is_refused() -> None:
    cycle = opened_cycle(per_side=2)
    first, second = invitations_of(cycle, HostFactory())
    with pytest.raises(ActionRefused) as refusal:
        pass_on(invitation=first, name="Whoever", email=second.contact.email.upper())
    assert refusal.value.field == "email"


def test_more_people_can_be_asked_while_the_round_is_open() -> None:
    cycle = opened_cycle(per_side=1)
    newcomer = ContactFactory(organisation=HostFactory())
    assert [row.contact for row in invite(actor=None, cycle=cycle, contacts=[newcomer])] == [newcomer]
    assert invite(actor=None, cycle=cycle, contacts=[newcomer]) == []
    assert mails("evaluation_invitation").count(newcomer.email) == 1


def test_mode_is_fixed_by_the_first_answer() -> None:
    cycle = opened_cycle()
    change_mode(actor=None, cycle=cycle, mode=Mode.OPEN)
    start_answering(cycle.invitations.first(), value_clear_goal=3)
    with pytest.raises(ActionRefused):
        change_mode(actor=None, cycle=cycle, mode=Mode.CONFIDENTIAL)
    cycle.refresh_from_db()
    assert cycle.mode == Mode.OPEN


def test_planned_round_can_be_changed_and_an_open_one_not() -> None:
    cycle = planned_cycle(per_side=2)
    kept = [cycle.invitations.first().contact, cycle.invitations.last().contact]
    day = timezone.localdate() + timedelta(days=5)
    change_cycle(actor=None, cycle=cycle, opens_on=day, closes_on=day, contacts=kept, mode=Mode.OPEN)
    cycle.refresh_from_db()
    assert (cycle.opens_on, cycle.mode) == (day, Mode.OPEN)
    assert {row.contact for row in cycle.invitations.all()} == set(kept)
    open_cycle(actor=None, cycle=cycle)
    with pytest.raises(ActionRefused):
        change_cycle(actor=None, cycle=cycle, opens_on=day, closes_on=day, contacts=kept, mode=Mode.OPEN)


def test_extending_only_goes_forward() -> None:
    cycle = opened_cycle()
    later = cycle.closes_on + timedelta(days=7)
    extend_cycle(actor=None, cycle=cycle, closes_on=later)
    cycle.refresh_from_db()
    assert cycle.closes_on == later
    with pytest.raises(ActionRefused):
        extend_cycle(actor=None, cycle=cycle, closes_on=later)


def test_cancelling_is_refused_once_answers_were_sent() -> None:
    cycle = opened_cycle()
    answer(cycle.invitations.first(), 4)
    with pytest.raises(ActionRefused):
        cancel_cycle(actor=None, cycle=cycle)


def test_cancelled_round_makes_room_for_the_next() -> None:
    cycle = opened_cycle()
    start_answering(cycle.invitations.first(), value_clear_goal=3)
    cancel_cycle(actor=None, cycle=cycle)
    assert Response.objects.count() == 0
    assert planned_cycle(cycle.collaboration).number == 2


def test_withdrawing_is_refused_after_sending() -> None:
    cycle = opened_cycle()
    first, second, _third = invitations_of(cycle, HostFactory())
    start_answering(first, value_clear_goal=3)
    withdraw_invitation(actor=None, invitation=first)
    first.refresh_from_db()
    assert (first.status, Response.objects.count()) == (InvitationStatus.REVOKED, 0)
    answer(second, 4)
    with pytest.raises(ActionRefused):
        withdraw_invitation(actor=None, invitation=second)


def test_closing_keeps_the_result_and_tells_everybody() -> None:
    cycle = closed_cycle(host=(4, 4, 5), partner=(2, 3, 3))
    experience = cycle.result["factors"][0]
    assert (cycle.status, cycle.result["respondents"], cycle.result["invited"]) == (CycleStatus.CLOSED, 6, 6)
    assert (experience["score"], experience["gap"]) == (3.5, {"value": 1.7, "label": "clear"})
    assert len(mails("evaluation_results")) == 6
    with pytest.raises(ActionRefused):
        close_cycle(actor=None, cycle=cycle)


def test_closing_cuts_the_tie_between_person_and_answers() -> None:
    cycle = opened_cycle()
    for invitation in cycle.invitations.all():
        answer(invitation, 3)
    before = set(Response.objects.values_list("pk", flat=True))
    close_cycle(actor=None, cycle=cycle)
    rows = list(Response.objects.values_list("pk", "invitation", "submitted_at"))
    assert len(rows) == 6
    assert {row[1:] for row in rows} == {(None, None)}
    assert before.isdisjoint(row[0] for row in rows)


def test_closing_stores_confidential_answers_in_another_order() -> None:
    """Rows that stand in the order of sending would name their people, whatever their keys.

    Chance brings twelve rows back to the same order once in 479 million times.
    """
    cycle = opened_cycle(per_side=6)
    sent = [f"Word {number}" for number in range(12)]
    for word, invitation in zip(sent, cycle.invitations.order_by("pk"), strict=True):
        answer(invitation, 3, keep=word)
    assert words_as_stored() == sent
    close_cycle(actor=None, cycle=cycle)
    stored = words_as_stored()
    assert sorted(stored) == sorted(sent)
    assert stored != sent


def words_as_stored() -> list[str]:
    """Return the comments on one question in the order in which the rows lie in the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT comments ->> 'keep' FROM assessments_response ORDER BY ctid")
        return [row[0] for row in cursor.fetchall()]


def test_no_table_can_lead_from_a_person_to_confidential_answers() -> None:
    """Search every column of every table that could hold an old key of a response, as text."""
    cycle = opened_cycle()
    answer(cycle.invitations.first(), 3)
    old_key = str(Response.objects.get().pk)
    close_cycle(actor=None, cycle=cycle)
    assert tables_holding(old_key) == []
    assert tables_holding(str(Response.objects.get().pk)) == ["assessments_response"]


def tables_holding(text: str) -> list[str]:
    found = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_open_mode_keeps_names_with_answers() -> None:
    cycle = closed_cycle(mode=Mode.OPEN)
    assert Response.objects.filter(invitation=None).count() == 0
    assert cycle.result["factors"][0]["n"] == 6


def test_drafts_are_not_counted_and_not_kept() -> None:
    cycle = opened_cycle()
    first, second, *_rest = cycle.invitations.all()
    answer(first, 4)
    start_answering(second, value_clear_goal=1)
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    assert (cycle.result["respondents"], Response.objects.count()) == (1, 1)


def test_review_sets_actions_and_the_next_date() -> None:
    cycle = closed_cycle()
    owner = cycle.invitations.last().contact
    today = timezone.localdate()
    review = record_review(
        actor=None,
        cycle=cycle,
        held_on=today,
        outcome="adjust",
        next_evaluation_on=today + timedelta(days=180),
        agreed=[AgreedAction("Spend half a day with each other", owner, today + timedelta(days=30))],
    )
    cycle.refresh_from_db()
    cycle.collaboration.refresh_from_db()
    assert cycle.status == CycleStatus.DISCUSSED
    assert [(item.title, item.owner) for item in review.action_items.all()] == [
        ("Spend half a day with each other", owner)
    ]
    assert cycle.collaboration.next_evaluation_on == today + timedelta(days=180)


@pytest.mark.parametrize(
    ("held", "outcome", "following", "field"),
    [
        (1, "continue", 180, "held_on"),
        (-1, "continue", 180, "held_on"),
        (0, "adjust", None, "next_evaluation_on"),
        (0, "continue", 0, "next_evaluation_on"),
    ],
)
def test_review_refuses_dates_that_cannot_be(held: int, outcome: str, following: int | None, field: str) -> None:
    cycle = closed_cycle()
    today = timezone.localdate()
    with pytest.raises(ActionRefused) as refusal:
        record_review(
            actor=None,
            cycle=cycle,
            held_on=today + timedelta(days=held),
            outcome=outcome,
            next_evaluation_on=None if following is None else today + timedelta(days=following),
        )
    assert refusal.value.field == field
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.CLOSED


def test_date_that_was_chosen_before_stopping_is_left_out() -> None:
    cycle = closed_cycle()
    today = timezone.localdate()
    before = cycle.collaboration.next_evaluation_on
    following = today + timedelta(days=90)
    review = record_review(actor=None, cycle=cycle, held_on=today, outcome="stop", next_evaluation_on=following)
    cycle.collaboration.refresh_from_db()
    assert (review.next_evaluation_on, cycle.collaboration.next_evaluation_on) == (None, before)


def test_stopping_needs_no_next_date() -> None:
    cycle = closed_cycle()
    record_review(actor=None, cycle=cycle, held_on=timezone.localdate(), outcome="stop")
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.DISCUSSED
