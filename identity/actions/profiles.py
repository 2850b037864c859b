"""Write how an organisation describes itself."""

from typing import TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused
from common.edits import Seen, merge
from common.locking import lock
from identity.models import IdentityProfile
from identity.rules import writes_identity
from partners.models import Organisation


class IdentityContent(TypedDict, total=False):
    """Type what an organisation says about itself: own words, and places from 1 to 5 on the culture scales."""

    who_we_are: str
    what_matters: str
    how_we_decide: str
    how_we_work: str
    good_to_know: str
    ideas_execution: int | None
    trust_control: int | None
    fast_careful: int | None
    informal_formal: int | None
    leaders_everyone: int | None
    proven_experimental: int | None


def write_identity(
    *,
    actor: User | None,
    organisation: Organisation,
    publish: bool,
    seen: Seen | None = None,
    **content: Unpack[IdentityContent],
) -> IdentityProfile:
    """Keep what an organisation says about itself as a draft, or publish it as the next version.

    A colleague writes for the host, and for a partner until a contact there can sign in: marked as such. Refuses what
    another person of the same side changed since the page had ``seen`` it (``common.edits.merge``), and to publish
    nothing at all, or the same as the version that holds. Sends nothing.
    """
    if actor is not None and not writes_identity(actor, organisation):
        raise PermissionDenied("identity.write_identity")
    with recording(actor, "identity.profile_published" if publish else "identity.profile_drafted"):
        lock(organisation)
        on_behalf = writes_on_behalf(actor, organisation)
        new = IdentityProfile(organisation=organisation, is_on_behalf=on_behalf)
        profile = _draft(organisation, on_behalf=on_behalf) or new
        typed = {name: value.strip() if isinstance(value, str) else value for name, value in content.items()}
        last = identity_to_write_on(organisation, on_behalf=on_behalf) or new
        for name, value in merge(last, typed, seen).items():
            setattr(profile, name, value)
        profile.written_by = actor
        if publish:
            current = _current(profile.organisation)
            if profile.is_empty:
                raise ActionRefused(_("Write something in your own words, or fill in a scale."))
            if (
                current is not None
                and current.content == profile.content
                and current.is_on_behalf == profile.is_on_behalf
            ):
                raise ActionRefused(_("Nothing was changed since version %(number)d.") % {"number": current.version})
            profile.version = (current.version or 0) + 1 if current else 1
            profile.published_at = timezone.now()
        profile.save()
    return profile


def writes_on_behalf(actor: User | None, organisation: Organisation) -> bool:
    """Return whether the actor is a colleague, or the system, who writes for a partner: such a profile is marked."""
    return not organisation.is_host and (actor is None or actor.is_colleague)


def identity_to_write_on(organisation: Organisation, *, on_behalf: bool) -> IdentityProfile | None:
    """Return the profile that the form begins with: the draft of this side, else the newest version, else None."""
    return _draft(organisation, on_behalf=on_behalf) or _current(organisation)


def _draft(organisation: Organisation, *, on_behalf: bool) -> IdentityProfile | None:
    return organisation.profiles.filter(published_at=None, is_on_behalf=on_behalf).first()


def _current(organisation: Organisation) -> IdentityProfile | None:
    return organisation.profiles.published().order_by("-version").first()
