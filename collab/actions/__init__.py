"""Actions that change a collaboration, by subject."""

from collab.actions.action_items import (
    add_action_item,
    change_action_item,
    drop_action_item,
    finish_action_item,
    reopen_action_item,
)
from collab.actions.candidates import (
    CANDIDATE_TEXTS,
    ChosenCandidate,
    add_candidates,
    change_candidate,
    choose_partners,
    remove_candidate,
)
from collab.actions.collaborations import change_collaboration, start_collaboration
from collab.actions.decisions import change_stage, record_decision
from collab.actions.evaluations import (
    DateMove,
    EvaluationDates,
    plan_next_evaluation,
    record_evaluation_opened,
    record_standing,
    restore_evaluation_dates,
)
from collab.actions.participations import (
    PARTICIPATION_TEXTS,
    add_participation,
    change_participation,
    remove_participation,
)
from collab.actions.roles import assign_role, end_role, end_roles_of, refresh_missing_roles
from collab.actions.roles_at_once import Replacement, fill_roles

__all__ = [
    "CANDIDATE_TEXTS",
    "PARTICIPATION_TEXTS",
    "ChosenCandidate",
    "DateMove",
    "EvaluationDates",
    "Replacement",
    "add_action_item",
    "add_candidates",
    "add_participation",
    "assign_role",
    "change_action_item",
    "change_candidate",
    "change_collaboration",
    "change_participation",
    "change_stage",
    "choose_partners",
    "drop_action_item",
    "end_role",
    "end_roles_of",
    "fill_roles",
    "finish_action_item",
    "plan_next_evaluation",
    "record_decision",
    "record_evaluation_opened",
    "record_standing",
    "refresh_missing_roles",
    "remove_candidate",
    "remove_participation",
    "reopen_action_item",
    "restore_evaluation_dates",
    "start_collaboration",
]
