"""Reading identities, and the conversations about them."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Max, Q

from common.visibility import Visibility
from partners.acquaintances import known_to
from partners.querysets import OrganisationQuerySet, own_organisation_id

if TYPE_CHECKING:
    from accounts.models import User
    from partners.models import IdentityConversation, IdentityProfile, IdentityView  # noqa: F401  (of the generics)

Pair = tuple[int, int]
# A draft that the host keeps: about itself, or for a partner that cannot sign in yet.
HOSTS_DRAFT = Q(organisation__is_host=True) | Q(is_on_behalf=True)


def known_organisations(user: "User | AnonymousUser") -> OrganisationQuerySet:
    """Organisations whose identity one may read.

    Colleagues read all; a partner's contact reads the own organisation and those it works with now.
    """
    rows: OrganisationQuerySet = apps.get_model("partners.Organisation").objects.all()
    if isinstance(user, AnonymousUser):
        return rows.none()
    if user.is_colleague:
        return rows
    own = own_organisation_id(user)
    return rows.none() if own is None else rows.filter(known_to(own, "pk"))


class IdentityProfileQuerySet(models.QuerySet["IdentityProfile"]):
    def visible_to(self, user: "User | AnonymousUser") -> "IdentityProfileQuerySet":
        """What was published by whom one may read, and the drafts of one's own side.

        A draft that the host keeps for a partner stays with the host; a partner's own draft with the partner.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.filter(Q(published_at__isnull=False) | HOSTS_DRAFT)
        own = own_organisation_id(user)
        if own is None:
            return self.none()
        published = Q(published_at__isnull=False) & known_to(own, "organisation")
        return self.filter(published | (Q(organisation=own) & ~HOSTS_DRAFT))

    def published(self) -> "IdentityProfileQuerySet":
        return self.filter(published_at__isnull=False)

    def current(self) -> "IdentityProfileQuerySet":
        """The newest published version of every organisation."""
        return self.published().order_by("organisation_id", "-version").distinct("organisation_id")


class IdentityConversationQuerySet(models.QuerySet["IdentityConversation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "IdentityConversationQuerySet":
        """Colleagues see all; a partner's contact sees what is shared of conversations of the own organisation."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        own = own_organisation_id(user)
        # An organisation is in a conversation once, so that a row fits once.
        return self.none() if own is None else self.filter(organisations=own, visibility=Visibility.SHARED)

    def last_with(self, organisation_id: int, others: Collection[int]) -> dict[int, date]:
        """When this organisation last had a conversation with each of the others; without those it never had."""
        rows = self._parties().filter(
            identityconversation__in=self,
            organisation__in=others,
            identityconversation__organisations=organisation_id,
        )
        return dict(rows.values_list("organisation").annotate(last=Max("identityconversation__held_on")))

    def last_between(self, organisation_ids: Collection[int]) -> dict[Pair, date]:
        """When any two of these organisations last had a conversation; both orders of a pair are there."""
        rows = self._parties().filter(
            identityconversation__in=self,
            organisation__in=organisation_ids,
            identityconversation__organisations__in=organisation_ids,
        )
        pairs = rows.values_list("organisation", "identityconversation__organisations").annotate(
            last=Max("identityconversation__held_on")
        )
        return {(one, other): last for one, other, last in pairs if one != other}

    def _parties(self) -> models.QuerySet:
        """Which organisation was in which conversation."""
        parties: models.QuerySet = self.model.organisations.through._default_manager.all()
        return parties


class IdentityViewQuerySet(models.QuerySet["IdentityView"]):
    def visible_to(self, user: "User | AnonymousUser") -> "IdentityViewQuerySet":
        """Whoever wrote it sees it; once it is shared, so do the organisation that it is about and all colleagues."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.filter(Q(by__is_host=True) | Q(visibility=Visibility.SHARED))
        own = own_organisation_id(user)
        if own is None:
            return self.none()
        return self.filter(
            Q(by=own) | Q(about=own, visibility=Visibility.SHARED), conversation__visibility=Visibility.SHARED
        )
