"""Collaborations, the agreements made in them, and the answers of owners of actions by a personal link."""

from collab.models.answers import ActionAnswer, ActionLink
from collab.models.collaborations import (
    ActionItem,
    Candidate,
    Collaboration,
    Decision,
    Participation,
    RoleAssignment,
)

__all__ = [
    "ActionAnswer",
    "ActionItem",
    "ActionLink",
    "Candidate",
    "Collaboration",
    "Decision",
    "Participation",
    "RoleAssignment",
]
