"""Adding organisations to the registry and keeping their details."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.locking import lock
from partners.actions.contacts import keep_colleague_contact
from partners.enums import OrganisationStatus
from partners.models import Organisation, Tag
from partners.registration import normal_number

# Any number, as long as no other lock has it.
_PARENT_LOCK = 7_301_643


class OrganisationDetails(TypedDict, total=False):
    """What people may write about an organisation."""

    short_name: str
    kind: str
    status: str
    parent: Organisation | None
    street: str
    postal_code: str
    city: str
    country: str
    website: str
    email: str
    phone: str
    registration_number: str
    external_id: str
    languages: Sequence[str]
    relation_owner: User | None


def add_organisation(
    *,
    actor: User | None,
    name: str,
    tags: Iterable[str] = (),
    themes: Iterable[str] = (),
    **details: Unpack[OrganisationDetails],
) -> Organisation:
    """Put an organisation in the registry; ``tags`` and ``themes`` are words, new ones are made.

    Refuses an empty name, and a number, of registration or in the source, that another organisation has. Sends nothing.
    """
    require(actor, "partners.change_registry")
    _refuse_nameless(name)
    with recording(actor, "partners.organisation_added"), refusing_violations(Organisation):
        organisation = Organisation(name=name.strip(), **details)
        keep_number(organisation)
        organisation.save()
        _set_words(organisation.tags, tags)
        _set_words(organisation.themes, themes)
    return organisation


def change_organisation(
    *,
    actor: User | None,
    organisation: Organisation,
    name: str,
    seen_at: datetime | None = None,
    tags: Iterable[str] | None = None,
    themes: Iterable[str] | None = None,
    **details: Unpack[OrganisationDetails],
) -> None:
    """Change what is written about an organisation; what is not given stays.

    ``tags`` and ``themes`` replace those it has. ``seen_at`` is the ``updated_at`` that the actor looked at: refuses
    when somebody changed it since (field ``seen_at``). Refuses an empty name, to archive the host, a registration
    number that another organisation in the country has, and to be part of itself by any way round. Sends nothing.
    """
    require(actor, "partners.change_registry")
    _refuse_nameless(name)
    with recording(actor, "partners.organisation_changed"), refusing_violations(Organisation):
        current = lock(organisation)
        if seen_at is not None and current.updated_at != seen_at:
            raise ActionRefused(_("Somebody else changed this organisation while you were writing."), field="seen_at")
        _refuse_archived_host(current, details.get("status", ""))
        current.name = name.strip()
        before = current.status
        for field, value in details.items():
            setattr(current, field, value)
        if "parent" in details:
            _refuse_circle(current)
        keep_number(current)
        _set_status(current, before)
        current.save()
        if tags is not None:
            _set_words(current.tags, tags)
        if themes is not None:
            _set_words(current.themes, themes)


def archive_organisation(*, actor: User | None, organisation: Organisation) -> None:
    """Put an organisation away: it keeps everything and is no longer offered. Refuses the host."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.organisation_archived"):
        current = lock(organisation)
        _refuse_archived_host(current, OrganisationStatus.ARCHIVED)
        before, current.status = current.status, OrganisationStatus.ARCHIVED
        _set_status(current, before)
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
        before = current.status
        current.is_host, current.status = True, OrganisationStatus.ACTIVE
        _set_status(current, before)
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


def _set_status(organisation: Organisation, before: str) -> None:
    if organisation.status != before:
        organisation.status_since = timezone.localdate()


def keep_number(organisation: Organisation) -> None:
    """Write the registration number the one way, and refuse it where another organisation in the country has it."""
    organisation.registration_number = normal_number(organisation.country, organisation.registration_number)
    if other := Organisation.objects.with_number_of(organisation).first():
        message = _("%(name)s has this registration number already.") % {"name": other}
        raise ActionRefused(message, field="registration_number")


def wait_for_parents() -> None:
    """Whoever says what is part of what waits here, so that two people together make no circle either."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PARENT_LOCK])


def _refuse_circle(organisation: Organisation) -> None:
    if organisation.parent_id is None:
        return
    wait_for_parents()
    if organisation.pk in Organisation.objects.chain_from(organisation.parent_id):
        parts = {"name": organisation, "parent": organisation.parent}
        message = (
            _("%(parent)s is itself part of %(name)s.")
            if organisation.parent_id != organisation.pk
            else _("%(name)s cannot be part of itself.")
        )
        raise ActionRefused(message % parts, field="parent")


def tags_named(names: Iterable[str]) -> QuerySet[Tag]:
    """The tags with these names; new ones are made."""
    return _named(Tag._default_manager, names)


def _set_words(words: Any, names: Iterable[str]) -> None:
    """Give an organisation exactly these tags or themes."""
    words.set(_named(words.model._default_manager, names))


def _named(rows: Any, names: Iterable[str]) -> QuerySet[Any]:
    """Tags or themes by name, made where there are none; a word that differs only in capitals is the same."""
    wanted = {name.lower(): name for name in (" ".join(name.split()) for name in names) if name}
    rows.bulk_create([rows.model(name=name) for name in wanted.values()], ignore_conflicts=True)
    found: QuerySet[Any] = rows.alias(lower=Lower("name")).filter(lower__in=wanted)
    return found
