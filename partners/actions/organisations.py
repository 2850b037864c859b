"""Adding organisations to the registry and keeping their details."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.locking import lock
from partners.actions.contacts import keep_colleague_contact
from partners.enums import OrganisationStatus
from partners.models import Organisation, Tag


class OrganisationDetails(TypedDict, total=False):
    """What people may write about an organisation."""

    short_name: str
    kind: str
    status: str
    street: str
    postal_code: str
    city: str
    country: str
    website: str
    email: str
    phone: str
    registration_number: str
    external_id: str
    relation_owner: User | None


def add_organisation(
    *, actor: User | None, name: str, tags: Iterable[str] = (), **details: Unpack[OrganisationDetails]
) -> Organisation:
    """Put an organisation in the registry; ``tags`` are words, new ones are made.

    Refuses an empty name, and a number in the source that another organisation has. Sends nothing.
    """
    require(actor, "partners.change_registry")
    _refuse_nameless(name)
    with recording(actor, "partners.organisation_added"), refusing_violations(Organisation):
        organisation = Organisation.objects.create(name=name.strip(), **details)
        _set_tags(organisation, tags)
    return organisation


def change_organisation(
    *,
    actor: User | None,
    organisation: Organisation,
    name: str,
    seen_at: datetime | None = None,
    tags: Iterable[str] | None = None,
    **details: Unpack[OrganisationDetails],
) -> None:
    """Change what is written about an organisation; what is not given stays. ``tags`` replace those it has.

    ``seen_at`` is the ``updated_at`` that the actor looked at: refuses when somebody changed it since (field
    ``seen_at``). Refuses an empty name, and to archive the host. Sends nothing.
    """
    require(actor, "partners.change_registry")
    _refuse_nameless(name)
    with recording(actor, "partners.organisation_changed"), refusing_violations(Organisation):
        current = lock(organisation)
        if seen_at is not None and current.updated_at != seen_at:
            raise ActionRefused(_("Somebody else changed this organisation while you were writing."), field="seen_at")
        _refuse_archived_host(current, details.get("status", ""))
        current.name = name.strip()
        for field, value in details.items():
            setattr(current, field, value)
        current.save()
        if tags is not None:
            _set_tags(current, tags)


def archive_organisation(*, actor: User | None, organisation: Organisation) -> None:
    """Put an organisation away: it keeps everything and is no longer offered. Refuses the host."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.organisation_archived"):
        current = lock(organisation)
        _refuse_archived_host(current, OrganisationStatus.ARCHIVED)
        current.status = OrganisationStatus.ARCHIVED
        current.save()


def make_host(*, actor: User | None, organisation: Organisation) -> None:
    """Say that this organisation is our own: the one host of the installation.

    Every colleague becomes a contact of it. Refuses when another organisation is the host already.
    """
    require(actor, "partners.choose_host")
    with recording(actor, "partners.host_chosen"):
        host = Organisation.objects.host()
        if host is not None and host != organisation:
            raise ActionRefused(_("%(name)s is already your own organisation.") % {"name": host})
        current = lock(organisation)
        current.is_host, current.status = True, OrganisationStatus.ACTIVE
        current.save()
        for colleague in User.objects.colleagues():
            keep_colleague_contact(user=colleague)


def ensure_host(*, actor: User | None, name: str, **details: Unpack[OrganisationDetails]) -> Organisation:
    """The host organisation; made with these details when there is none yet (see ``make_host``)."""
    require(actor, "partners.choose_host")
    with recording(actor, "partners.host_chosen"):
        host = Organisation.objects.host()
        if host is None:
            host = add_organisation(actor=actor, name=name, **details)
            make_host(actor=actor, organisation=host)
            host.refresh_from_db()
    return host


def _refuse_nameless(name: str) -> None:
    if not name.strip():
        raise ActionRefused(_("Give the organisation a name."), field="name")


def _refuse_archived_host(organisation: Organisation, status: str) -> None:
    if organisation.is_host and status == OrganisationStatus.ARCHIVED:
        raise ActionRefused(_("Your own organisation cannot be archived."), field="status")


def tags_named(names: Iterable[str]) -> QuerySet[Tag]:
    """The tags with these names, new ones made; a word that differs only in capitals is the same tag."""
    wanted = {name.lower(): name for name in (" ".join(name.split()) for name in names) if name}
    Tag.objects.bulk_create([Tag(name=name) for name in wanted.values()], ignore_conflicts=True)
    return Tag.objects.alias(lower=Lower("name")).filter(lower__in=wanted)


def _set_tags(organisation: Organisation, names: Iterable[str]) -> None:
    """Give it exactly these tags."""
    organisation.tags.set(tags_named(names))
