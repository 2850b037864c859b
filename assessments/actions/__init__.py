"""Everything that changes an evaluation: questionnaires, rounds, answers, reviews."""

from assessments.actions.answering import decline, pass_on, save_answers, submit_answers
from assessments.actions.closing import close_cycle
from assessments.actions.cycles import (
    cancel_cycle,
    change_cycle,
    change_mode,
    extend_cycle,
    invite,
    open_cycle,
    plan_cycle,
    resend_link,
    withdraw_invitation,
)
from assessments.actions.questionnaires import load_questionnaire
from assessments.actions.review import AgreedAction, record_review

__all__ = [
    "AgreedAction",
    "cancel_cycle",
    "change_cycle",
    "change_mode",
    "close_cycle",
    "decline",
    "extend_cycle",
    "invite",
    "load_questionnaire",
    "open_cycle",
    "pass_on",
    "plan_cycle",
    "record_review",
    "resend_link",
    "save_answers",
    "submit_answers",
    "withdraw_invitation",
]
