from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q

from collab.enums import ActionStatus, CandidateState, Stage, Visibility
from common.search import word_starts
from partners.enums import OrganisationStatus
from partners.querysets import own_organisation_id

if TYPE_CHECKING:
    from accounts.models import User
    from collab.models import (  # noqa: F401  (of the generics)
        ActionItem,
        Candidate,
        Collaboration,
        Participation,
        RoleAssignment,
    )

# Stages in which a collaboration is alive: it is evaluated and needs people in its roles.
RUNNING = (Stage.ACTIVE,)
# Stages in which things fall due: in a paused collaboration nothing does, whatever its dates say.
AWAKE = (Stage.EXPLORING, Stage.DESIGNING, Stage.ACTIVE)
NOT_ENDED = (Stage.EXPLORING, Stage.DESIGNING, Stage.ACTIVE, Stage.PAUSED)


def takes_part(user: "User", path: str = "") -> Q:
    """Return the condition that the user's own organisation takes part in the collaboration at ``path``.

    An organisation takes part only once, so that the join repeats no row.
    """
    own = own_organisation_id(user)
    return Q(pk__in=[]) if own is None else Q(**{f"{path}participations__organisation": own})


class CollaborationQuerySet(models.QuerySet["Collaboration"]):
    """Queries on collaborations."""

    def visible_to(self, user: "User | AnonymousUser") -> "CollaborationQuerySet":
        """Return the collaborations a user may see.

        Colleagues see all; a partner's contact sees those in which their own organisation takes part.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        return self.filter(takes_part(user))

    def matching(self, text: str) -> "CollaborationQuerySet":
        """Return the collaborations in which, for every word of ``text``, a word in name or goal starts with it."""
        query = word_starts(text)
        return self.filter(search=query) if query else self

    def with_partner_matching(self, text: str, user: "User | None" = None) -> "CollaborationQuerySet":
        """Return the collaborations with a partner that has, for every word of ``text``, a word that starts with it.

        Colleagues search in names, city, numbers and e-mail address of the partner, partners in its names only.
        """
        query = word_starts(text)
        if query is None:
            return self
        searched = "search" if user is not None and user.is_colleague else "search_names"
        parts = apps.get_model("collab.Participation").objects.filter(
            **{f"organisation__{searched}": query}, organisation__is_host=False
        )
        return self.filter(pk__in=parts.values("collaboration"))

    def of_organisation(self, organisation_id: int) -> "CollaborationQuerySet":
        return self.filter(participations__organisation_id=organisation_id)

    def running(self) -> "CollaborationQuerySet":
        return self.filter(stage__in=RUNNING)

    def awake(self) -> "CollaborationQuerySet":
        """Return those in which things fall due."""
        return self.filter(stage__in=AWAKE)

    def without(self, role: str) -> "CollaborationQuerySet":
        """Return those that have not ended and have no holder of the role: ``lead`` or ``decider``."""
        return self.not_ended().filter(**{f"{role}_missing_since__isnull": False})

    def not_ended(self) -> "CollaborationQuerySet":
        return self.filter(stage__in=NOT_ENDED)

    def ended(self) -> "CollaborationQuerySet":
        return self.filter(stage=Stage.ENDED)

    def with_people(self) -> "CollaborationQuerySet":
        """Prefetch the participations, and the people who have or had a role."""
        roles = apps.get_model("collab.RoleAssignment").objects.select_related("contact").order_by("starts_on", "pk")
        roles = roles.only("participation", "role", "starts_on", "ends_on", "contact__name", "contact__deactivated_at")
        parts = apps.get_model("collab.Participation").objects.select_related("organisation")
        texts = ("goal", "motive", "contribution")
        parts = parts.only("collaboration", *texts, "organisation__name", "organisation__is_host")
        return self.prefetch_related(
            Prefetch("participations", queryset=parts.prefetch_related(Prefetch("roles", queryset=roles)))
        )

    def with_agreements(self, user: "User | AnonymousUser") -> "CollaborationQuerySet":
        """Prefetch the decisions and action items that ``user`` may see: internal ones never reach a partner."""
        items = apps.get_model("collab.ActionItem").objects.visible_to(user).select_related("owner__organisation")
        decisions = (
            apps.get_model("collab.Decision").objects.visible_to(user).select_related("decided_by__organisation")
        )
        shown = ("title", "due_on", "status", "finished_on", "visibility", "owner__name", "owner__deactivated_at")
        of_owner = ("owner__organisation__name", "owner__organisation__status")
        said = ("what", "why", "new_stage", "chosen", "lessons", "decided_on", "visibility")
        by = ("decided_by__name", "decided_by__organisation__name")
        said_by_link = apps.get_model("collab.ActionAnswer").objects.select_related("contact")
        if isinstance(user, AnonymousUser) or not user.is_colleague:
            said_by_link = said_by_link.filter(visibility=Visibility.SHARED)
        items = items.only("collaboration", *shown, *of_owner).prefetch_related(Prefetch("answers", said_by_link))
        return self.prefetch_related(
            Prefetch("action_items", queryset=items),
            Prefetch("decisions", queryset=decisions.only("collaboration", *said, *by)),
        )


class ParticipationQuerySet(models.QuerySet["Participation"]):
    """Queries on participations."""

    def visible_to(self, user: "User | AnonymousUser") -> "ParticipationQuerySet":
        """Return the participations of the collaborations that a user may see."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        return self.filter(takes_part(user, "collaboration__"))


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    """Queries on role assignments."""

    def visible_to(self, user: "User | AnonymousUser") -> "RoleAssignmentQuerySet":
        """Return the roles in the collaborations that a user may see."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        return self.filter(takes_part(user, "participation__collaboration__"))

    def current(self, day: date) -> "RoleAssignmentQuerySet":
        """Return the roles held on ``day`` by an active contact, at an organisation that is not archived."""
        held = self.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day, contact__deactivated_at=None)
        return held.exclude(contact__organisation__status=OrganisationStatus.ARCHIVED)

    def overlapping(self, starts_on: date, ends_on: date | None) -> "RoleAssignmentQuerySet":
        """Return the roles held on some day from ``starts_on`` until (not including) ``ends_on``."""
        held = self.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on)).exclude(ends_on=F("starts_on"))
        return held if ends_on is None else held.filter(starts_on__lt=ends_on)


class SharedOrInternalQuerySet(models.QuerySet):
    """Queries on rows of a collaboration that are shared with its partners or internal to the host."""

    def visible_to(self, user: "User | AnonymousUser"):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Return the rows a user may see.

        Colleagues see all; a partner's contact sees the shared ones in the collaborations of their own organisation.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        return self.filter(takes_part(user, "collaboration__"), visibility=Visibility.SHARED)


class DecisionQuerySet(SharedOrInternalQuerySet):
    """Queries on decisions."""


class ActionItemQuerySet(SharedOrInternalQuerySet):
    """Queries on action items."""

    def open(self) -> "ActionItemQuerySet":
        return self.filter(status=ActionStatus.OPEN)

    def ownerless(self) -> "ActionItemQuerySet":
        """Return the open ones whose owner has left, works elsewhere, or is of an archived organisation."""
        parts = apps.get_model("collab.Participation").objects.filter(collaboration=OuterRef("collaboration"))
        takes_part = Exists(parts.filter(organisation=OuterRef("owner__organisation")))
        gone = Q(owner__deactivated_at__isnull=False) | Q(owner__organisation__status=OrganisationStatus.ARCHIVED)
        return self.open().filter(gone | ~takes_part, collaboration__stage__in=AWAKE)

    def overdue(self, day: date) -> "ActionItemQuerySet":
        """Return the open ones due before ``day``, in collaborations in which things fall due."""
        return self.open().filter(due_on__lt=day, collaboration__stage__in=AWAKE)


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Queries on candidates."""

    def visible_to(self, user: "User | AnonymousUser") -> "CandidateQuerySet":
        """Return all candidates for colleagues and none for others: the shortlist is the host's own."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()

    def considered(self) -> "CandidateQuerySet":
        """Return the candidates that wait for a decision."""
        return self.filter(state=CandidateState.CONSIDERED)
