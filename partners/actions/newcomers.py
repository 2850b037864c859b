"""Add a partner together with its first people."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import User
from audit.context import recording
from common.actions import require
from partners.actions.contacts import add_contact
from partners.actions.organisations import add_organisation
from partners.models import Organisation


def add_partner(*, actor: User | None, people: Sequence[Mapping[str, Any]], **details: Any) -> Organisation:
    """Add an organisation and the people who work there, or nothing at all.

    ``details`` are those of ``add_organisation``, each of the ``people`` those of ``add_contact``; refuses what these
    refuse. Sends nothing.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.organisation_added"):
        organisation = add_organisation(actor=actor, **details)
        for person in people:
            add_contact(actor=actor, organisation=organisation, **person)
    return organisation
