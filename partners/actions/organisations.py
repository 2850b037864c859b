"""Add organisations to the registry and keep their details."""

from collections.abc import Iterable
from typing import Any, Unpack

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.edits import Seen, merge
from common.locking import lock
from partners.actions.contacts import sync_colleague_contact
from partners.enums import OrganisationStatus
from partners.fields import OrganisationDetails
from partners.models import Organisation, Tag
from partners.signals import organisations_archived
from partners.validators import normal_number

# Any number, as long as no other lock has it.
_PARENT_LOCK = 7_301_643


def add_organisation(
    *,
    actor: User | None,
    name: str,
    tags: Iterable[str] = (),
    themes: Iterable[str] = (),
    **details: Unpack[OrganisationDetails],
) -> Organisation:
    """Add an organisation to the registry; make the ``tags`` and ``themes`` (words) that do not exist yet.

    Refuses an empty name, and a number, of registration or in the source, that another organisation has. Sends nothing.
    """
    require(actor, "partners.change_registry")
    _refuse_nameless(name)
    with recording(actor, "partners.organisation_added"), refusing_violations(Organisation):
        organisation = Organisation(name=name.strip(), **details)
        normalise_number(organisation)
        organisation.save()
        _set_words(organisation.tags, tags)
        _set_words(organisation.themes, themes)
    return organisation


def change_organisation(
    *,
    actor: User | None,
    organisation: Organisation,
    name: str,
    seen: Seen | None = None,
    tags: Iterable[str] | None = None,
    themes: Iterable[str] | None = None,
    **details: Unpack[OrganisationDetails],
) -> None:
    """Change the details of an organisation; fields that are not given stay.

    ``tags`` and ``themes`` replace those it has. Refuses what another person changed since the page had ``seen`` it
    (``common.edits.merge``), an empty name, to archive the host, a registration number that another organisation in the
    country has, and to be part of itself, also by way of others. Sends nothing.
    """
    require(actor, "partners.change_registry")
    _refuse_nameless(name)
    with recording(actor, "partners.organisation_changed"), refusing_violations(Organisation):
        current = lock(organisation)
        words = {field: names for field, names in (("tags", tags), ("themes", themes)) if names is not None}
        stored = {field: [word.name for word in getattr(current, field).all()] for field in words}
        typed = {"name": name.strip(), **details, **{field: list(names) for field, names in words.items()}}
        values = merge(current, typed, seen, stored)
        _refuse_archived_host(current, values.get("status", ""))
        before = current.status
        for field in values.keys() - words.keys():
            setattr(current, field, values[field])
        if "parent" in details and current.parent_id is not None:
            wait_for_parents()
            if current.pk in Organisation.objects.chain_from(current.parent_id):
                parts = {"name": current, "parent": current.parent}
                message = (
                    _("%(parent)s is itself part of %(name)s.")
                    if current.parent_id != current.pk
                    else _("%(name)s cannot be part of itself.")
                )
                raise ActionRefused(message % parts, field="parent")
        normalise_number(current)
        _set_status(current, before)
        current.save()
        for field in words:
            _set_words(getattr(current, field), values[field])
        _tell_archived(current, before, actor)


def archive_organisation(*, actor: User | None, organisation: Organisation) -> None:
    """Archive an organisation: keep everything, propose it no longer, and mail its people no more.

    Sends ``organisations_archived``. Refuses the host.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.organisation_archived"):
        current = lock(organisation)
        _refuse_archived_host(current, OrganisationStatus.ARCHIVED)
        before, current.status = current.status, OrganisationStatus.ARCHIVED
        _set_status(current, before)
        current.save()
        _tell_archived(current, before, actor)


def make_host(*, actor: User | None, organisation: Organisation) -> None:
    """Make this organisation our own: the one host of the installation.

    Every colleague becomes a contact of it. Refuses when another organisation is the host already.
    """
    require(actor, "partners.choose_host")
    with recording(actor, "partners.host_chosen"):
        host = Organisation.objects.host()
        if host is not None and host != organisation:
            raise ActionRefused(_("%(name)s is already your own organisation.") % {"name": host})
        current = lock(organisation)
        before = current.status
        current.is_host, current.status = True, OrganisationStatus.ACTIVE
        _set_status(current, before)
        current.save()
        for colleague in User.objects.colleagues():
            sync_colleague_contact(user=colleague)


def ensure_host(*, actor: User | None, name: str, **details: Unpack[OrganisationDetails]) -> Organisation:
    """Return the host organisation; make it with these details when there is none yet (see ``make_host``)."""
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


def _set_status(organisation: Organisation, before: str) -> None:
    if organisation.status != before:
        organisation.status_since = timezone.localdate()


def _tell_archived(organisation: Organisation, before: str, actor: User | None) -> None:
    """Tell other apps when an organisation went into the archive or came out of it."""
    if (before == OrganisationStatus.ARCHIVED) != (organisation.status == OrganisationStatus.ARCHIVED):
        organisations_archived.send(sender=Organisation, keys=[organisation.pk], actor=actor)


def normalise_number(organisation: Organisation) -> None:
    """Normalise the registration number; refuse one that another organisation in the country has."""
    organisation.registration_number = normal_number(organisation.country, organisation.registration_number)
    if other := Organisation.objects.with_number_of(organisation).first():
        message = _("%(name)s has this registration number already.") % {"name": other}
        raise ActionRefused(message, field="registration_number")


def wait_for_parents() -> None:
    """Lock every change of a parent, so that two people who change parents together make no circle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PARENT_LOCK])


def tags_named(names: Iterable[str]) -> QuerySet[Tag]:
    """Return the tags with these names; make those that do not exist yet."""
    return _named(Tag._default_manager, names)


def _set_words(words: Any, names: Iterable[str]) -> None:
    """Give an organisation exactly these tags or themes."""
    words.set(_named(words.model._default_manager, names))


def _named(rows: Any, names: Iterable[str]) -> QuerySet[Any]:
    """Return tags or themes by name; make those that do not exist yet, ignoring capitals in the comparison."""
    wanted = {name.lower(): name for name in (" ".join(name.split()) for name in names) if name}
    rows.bulk_create([rows.model(name=name) for name in wanted.values()], ignore_conflicts=True)
    found: QuerySet[Any] = rows.alias(lower=Lower("name")).filter(lower__in=wanted)
    return found
