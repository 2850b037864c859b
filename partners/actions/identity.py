"""How an organisation describes itself."""

from typing import TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused
from common.locking import lock
from partners.models import IdentityProfile, Organisation
from partners.rules import writes_identity


class IdentityContent(TypedDict, total=False):
    """What an organisation says about itself: own words, and places from 1 to 5 on the culture scales."""

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
    seen: str | None = None,
    **content: Unpack[IdentityContent],
) -> IdentityProfile:
    """Keep what an organisation says about itself as a draft, or publish it as the next version.

    A colleague writes for the host, and for a partner until somebody there can sign in: marked as such. ``seen`` is
    what ``identity_seen`` gave when the actor began: refuses when somebody wrote since (field ``seen``). Refuses to
    publish nothing at all, or the same as the version that holds. Sends nothing.
    """
    if actor is not None and not writes_identity(actor, organisation):
        raise PermissionDenied("partners.write_identity")
    with recording(actor, "partners.identity_published" if publish else "partners.identity_drafted"):
        lock(organisation)
        on_behalf = writes_on_behalf(actor, organisation)
        if seen is not None and seen != identity_seen(organisation, on_behalf=on_behalf):
            raise ActionRefused(
                _("Somebody else wrote here while you were writing. What you typed is still below."), field="seen"
            )
        profile = _draft(organisation, on_behalf=on_behalf) or IdentityProfile(
            organisation=organisation, is_on_behalf=on_behalf
        )
        for name, value in content.items():
            setattr(profile, name, value.strip() if isinstance(value, str) else value)
        profile.written_by = actor
        if publish:
            _publish(profile)
        profile.save()
    return profile


def writes_on_behalf(actor: User | None, organisation: Organisation) -> bool:
    """Whether the actor speaks for a partner instead of for the own organisation."""
    return not organisation.is_host and (actor is None or actor.is_colleague)


def identity_to_write_on(organisation: Organisation, *, on_behalf: bool) -> IdentityProfile | None:
    """Where writing goes on: the draft of this side, else the version that holds."""
    return _draft(organisation, on_behalf=on_behalf) or _current(organisation)


def identity_seen(organisation: Organisation, *, on_behalf: bool) -> str:
    """Stands for what there was when somebody began to write; another text as soon as somebody else wrote."""
    draft, current = _draft(organisation, on_behalf=on_behalf), _current(organisation)
    return f"{current.version if current else 0} {draft.updated_at.isoformat() if draft else '-'}"


def _draft(organisation: Organisation, *, on_behalf: bool) -> IdentityProfile | None:
    return organisation.profiles.filter(published_at=None, is_on_behalf=on_behalf).first()


def _current(organisation: Organisation) -> IdentityProfile | None:
    return organisation.profiles.published().order_by("-version").first()


def _publish(profile: IdentityProfile) -> None:
    current = _current(profile.organisation)
    if profile.is_empty:
        raise ActionRefused(_("Write something in your own words, or fill in a scale."))
    if current is not None and current.content == profile.content and current.is_on_behalf == profile.is_on_behalf:
        raise ActionRefused(_("Nothing was changed since version %(number)d.") % {"number": current.version})
    profile.version = (current.version or 0) + 1 if current else 1
    profile.published_at = timezone.now()
