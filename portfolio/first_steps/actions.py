from typing import TypedDict, Unpack

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import add_colleague
from accounts.enums import Role
from accounts.models import User
from common.actions import ActionRefused
from partners.actions import ensure_host
from partners.models import Organisation


class NewAdministrator(TypedDict):
    """The account of an administrator; without a password an e-mailed code opens it."""

    name: str
    email: str
    language: str
    password: str | None


def set_up(*, organisation: str, **administrator: Unpack[NewAdministrator]) -> User:
    """Make the first administrator and our own organisation, and return the account.

    Refuses once there is an account, and what ``add_administrator`` refuses. Sends nothing.
    """
    with transaction.atomic():
        # Of two people who fill in the page at the same moment the second waits here, and is refused.
        Group.objects.select_for_update().get(name=Role.ADMINISTRATOR)
        if User.objects.exists():
            raise ActionRefused(_("Somebody else set up this installation meanwhile. Sign in instead."))
        return add_administrator(organisation=organisation, **administrator)


def add_administrator(*, organisation: str, **administrator: Unpack[NewAdministrator]) -> User:
    """Make an administrator, and our own organisation when there is none yet. For people with access to the server.

    Refuses an address that has an account, and an organisation without a name. Sends nothing.
    """
    with transaction.atomic():
        if not Organisation.objects.has_host():
            ensure_host(actor=None, name=organisation)
        return add_colleague(actor=None, roles=[Role.ADMINISTRATOR], **administrator)
