from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from collab.enums import ActionStatus, RoleKind, Stage, Visibility
from common.search import word_starts

if TYPE_CHECKING:
    from accounts.models import User
    from collab.models import ActionItem, Collaboration, Decision, Participation, RoleAssignment

# Stages in which a collaboration is alive: it is evaluated and needs people in its roles.
RUNNING = (Stage.ACTIVE,)
NOT_ENDED = (Stage.EXPLORING, Stage.DESIGNING, Stage.ACTIVE, Stage.PAUSED)


def takes_part(user: "User", path: str = "") -> Q:
    """Condition: the user is an active contact of an organisation that takes part in the collaboration at ``path``."""
    contacts = f"{path}participations__organisation__contacts"
    return Q(**{f"{contacts}__user": user, f"{contacts}__deactivated_at": None})


class CollaborationQuerySet(models.QuerySet["Collaboration"]):
    def visible_to(self, user: "User | AnonymousUser") -> "CollaborationQuerySet":
        """Colleagues see all; a partner's contact sees those in which the own organisation takes part."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        return self.filter(pk__in=self.model._default_manager.filter(takes_part(user)).values("pk"))

    def matching(self, text: str) -> "CollaborationQuerySet":
        """Collaborations with, for every word of ``text``, a word in name or goal that starts with it."""
        query = word_starts(text)
        return self.filter(search=query) if query else self

    def running(self) -> "CollaborationQuerySet":
        return self.filter(stage__in=RUNNING)

    def evaluation_due_by(self, day: date) -> "CollaborationQuerySet":
        """Running collaborations whose next evaluation was due up to and including ``day``."""
        return self.running().filter(next_evaluation_on__lte=day)


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ParticipationQuerySet":
        """Whoever sees the collaboration sees who takes part in it."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        return self.filter(pk__in=self.model._default_manager.filter(takes_part(user, "collaboration__")).values("pk"))


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def visible_to(self, user: "User | AnonymousUser") -> "RoleAssignmentQuerySet":
        """Whoever sees the collaboration sees its roles."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        seen = self.model._default_manager.filter(takes_part(user, "participation__collaboration__"))
        return self.filter(pk__in=seen.values("pk"))

    def current(self, day: date) -> "RoleAssignmentQuerySet":
        """Roles held on ``day`` by a contact who is still active."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day, contact__deactivated_at=None
        )

    def of_kind(self, role: RoleKind) -> "RoleAssignmentQuerySet":
        return self.filter(role=role)


class SharedOrInternalQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows of a collaboration that are shared with its partners or internal to the host."""

    def visible_to(self, user: "User | AnonymousUser"):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Colleagues see all; a partner's contact sees what is shared in the own collaborations."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        seen = self.model._default_manager.filter(takes_part(user, "collaboration__"), visibility=Visibility.SHARED)
        return self.filter(pk__in=seen.values("pk"))


class DecisionQuerySet(SharedOrInternalQuerySet):
    pass


class ActionItemQuerySet(SharedOrInternalQuerySet):
    def open(self) -> "ActionItemQuerySet":
        return self.filter(status=ActionStatus.OPEN)

    def overdue(self, day: date) -> "ActionItemQuerySet":
        """Open and due before ``day``."""
        return self.open().filter(due_on__lt=day)
