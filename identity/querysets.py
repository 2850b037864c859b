"""Read identities, and the conversations about them."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Max, Q

from common.enums import Visibility
from identity.signals import acquaintances_read
from partners.models import Organisation
from partners.querysets import OrganisationQuerySet, own_organisation_id

if TYPE_CHECKING:
    from accounts.models import User
    from identity.models import IdentityConversation, IdentityProfile, IdentityView  # noqa: F401  (of the generics)

Pair = tuple[int, int]
# A draft that the host keeps: about itself, or for a partner that cannot sign in yet.
HOSTS_DRAFT = Q(organisation__is_host=True) | Q(is_on_behalf=True)


def known_to(organisation_id: int, path: str) -> Q:
    """Return the condition that the organisation at ``path`` has this key, or works with the one that has it."""
    found: Sequence[tuple[object, Any]] = acquaintances_read.send(None, organisation_id=organisation_id)
    known = Q(**{path: organisation_id})
    for _receiver, keys in found:
        known |= Q(**{f"{path}__in": keys})
    return known


def known_organisations(user: "User | AnonymousUser") -> OrganisationQuerySet:
    """Return the organisations whose identity the user may read.

    Colleagues read all; a partner's contact reads their organisation and those that it works with now.
    """
    if isinstance(user, AnonymousUser):
        return Organisation.objects.none()
    if user.is_colleague:
        return Organisation.objects.all()
    own = own_organisation_id(user)
    return Organisation.objects.none() if own is None else Organisation.objects.filter(known_to(own, "pk"))


class IdentityProfileQuerySet(models.QuerySet["IdentityProfile"]):
    def visible_to(self, user: "User | AnonymousUser") -> "IdentityProfileQuerySet":
        """Return the versions of identities that a user may read.

        Colleagues read every published version and the drafts that the host keeps, those for partners included. A
        partner's contact reads the published versions of their organisation and of those that it works with, and the
        drafts that their organisation keeps.
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
        """Return the newest published version of every organisation."""
        return self.published().order_by("organisation_id", "-version").distinct("organisation_id")


class IdentityConversationQuerySet(models.QuerySet["IdentityConversation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "IdentityConversationQuerySet":
        """Return all conversations for colleagues, and the shared ones of their organisation for partners."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        own = own_organisation_id(user)
        # An organisation is in a conversation once, so that a row fits once.
        return self.none() if own is None else self.filter(organisations=own, visibility=Visibility.SHARED)

    def last_with(self, organisation_id: int, others: Collection[int]) -> dict[int, date]:
        """Return the day of the last conversation with each of the others; those without one are left out."""
        rows = self._parties().filter(
            identityconversation__in=self,
            organisation__in=others,
            identityconversation__organisations=organisation_id,
        )
        return dict(rows.values_list("organisation").annotate(last=Max("identityconversation__held_on")))

    def last_between(self, organisation_ids: Collection[int]) -> dict[Pair, date]:
        """Return the day of the last conversation of every two of these organisations, under both orders of the two."""
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
        """Return the rows of the table between conversations and organisations."""
        parties: models.QuerySet = self.model.organisations.through._default_manager.all()
        return parties


class IdentityViewQuerySet(models.QuerySet["IdentityView"]):
    def visible_to(self, user: "User | AnonymousUser") -> "IdentityViewQuerySet":
        """Return the views that a user may read.

        Colleagues read all shared ones and those that the host wrote. A partner's contact reads, in shared
        conversations, those that their organisation wrote and the shared ones about it.
        """
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
