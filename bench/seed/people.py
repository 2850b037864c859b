"""Accounts: the colleagues of the host, and the people who look at pages during a measurement."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from bench.seed.world import PARTNER, World
from partners.models import Contact

COLLEAGUES = 30
FIRST, VISITOR = "colleague1@samenspel.example", "visitor@partner.example"
COORDINATOR_SESSION = "benchcoordinator0000000000000000"
PARTNER_SESSION = "benchpartner00000000000000000000"


def add_people(world: World) -> None:
    """Add the colleagues; the first is a coordinator."""
    roles = {role: Group.objects.get_or_create(name=role)[0] for role in Role.values}
    for number in range(1, COLLEAGUES + 1):
        user = User.objects.create_user(f"colleague{number}@samenspel.example", name=f"Collega {number:02}")
        user.groups.add(roles[Role.MANAGER if number % 5 == 0 else Role.COORDINATOR])
        world.colleagues.append(user.pk)


def add_visitor() -> None:
    """Add the account of a person at a partner."""
    partner = User.objects.create_user(VISITOR, name="Pia Partner")
    contact = Contact.objects.filter(organisation=PARTNER, deactivated_at=None).order_by("pk")[:1]
    Contact.objects.filter(pk__in=contact.values("pk")).update(user=partner)


def sign_in_visitors() -> None:
    """Write the sessions of a coordinator and of a person at a partner, signed with the secret key of this run."""
    for email, key in ((FIRST, COORDINATOR_SESSION), (VISITOR, PARTNER_SESSION)):
        user = User.objects.get(email=email)
        values = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        data = {"session_data": SessionStore().encode(values), "expire_date": timezone.now() + timedelta(days=1)}
        Session.objects.update_or_create(session_key=key, defaults=data)
