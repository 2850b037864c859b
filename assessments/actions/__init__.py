"""Actions that change an evaluation: questionnaires, rounds, answers, reviews."""

from assessments.actions.answering import decline, save_answers, submit_answers
from assessments.actions.closing import close_cycle
from assessments.actions.cycles import (
    cancel_cycle,
    change_cycle,
    change_mode,
    extend_cycle,
    open_cycle,
    plan_cycle,
)
from assessments.actions.erasing import erase_cut_ties
from assessments.actions.invitations import invite, resend_link, send_waiting_invitations, withdraw_invitation
from assessments.actions.own_links import make_own_link
from assessments.actions.passing_on import agree_to_pass_on, pass_on, refuse_to_pass_on, take_back
from assessments.actions.questionnaires import load_questionnaire
from assessments.actions.review import AgreedAction, correct_review, record_review

__all__ = [
    "AgreedAction",
    "agree_to_pass_on",
    "cancel_cycle",
    "change_cycle",
    "change_mode",
    "close_cycle",
    "correct_review",
    "decline",
    "erase_cut_ties",
    "extend_cycle",
    "invite",
    "load_questionnaire",
    "make_own_link",
    "open_cycle",
    "pass_on",
    "plan_cycle",
    "record_review",
    "refuse_to_pass_on",
    "resend_link",
    "save_answers",
    "send_waiting_invitations",
    "submit_answers",
    "take_back",
    "withdraw_invitation",
]
