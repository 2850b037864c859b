from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.signals import colleague_saved, preferences_changed
from audit.context import recording
from common.actions import ActionRefused, require


def add_colleague(
    *,
    actor: User | None,
    email: str,
    name: str,
    roles: Iterable[str],
    language: str,
    password: str | None = None,
) -> User:
    """Make an account for a colleague with the given roles.

    Without a password the colleague signs in with an e-mailed code. Refuses an address that has an account.
    Tells other apps, so that the colleague becomes a contact of the host organisation.
    """
    require(actor, "accounts.manage_colleagues")
    _refuse_taken(email)
    with recording(actor, "accounts.colleague_added"):
        user = User.objects.create_user(email, password, name=name, language=language)
        _set_roles(user, roles)
        colleague_saved.send(sender=User, user=user)
    return user


def change_colleague(
    *, actor: User | None, user: User, name: str, language: str, roles: Iterable[str], is_active: bool
) -> None:
    """Change a colleague's details, roles and whether the account works.

    Refuses to leave the installation without an active administrator.
    """
    require(actor, "accounts.manage_colleagues")
    with recording(actor, "accounts.colleague_changed"):
        list(User.objects.select_for_update().filter(groups__name=Role.ADMINISTRATOR))
        user.name, user.language, user.is_active = name, language, is_active
        user.save(update_fields=["name", "language", "is_active"])
        _set_roles(user, roles)
        if not _administrators_exist():
            raise ActionRefused(_("There must be at least one active administrator."), field="roles")
        colleague_saved.send(sender=User, user=user)


def open_partner_account(*, actor: User | None, email: str, name: str, language: str) -> User:
    """An account without roles for a contact of a partner; it opens with an e-mailed code only.

    The caller has checked the permission on the contact. Refuses an address that has an account.
    """
    _refuse_taken(email)
    with recording(actor, "accounts.partner_account_opened"):
        return User.objects.create_user(email, name=name, language=language)


def change_partner_account(*, actor: User | None, user: User, email: str, name: str, language: str) -> None:
    """Change the account of a partner's contact: the new address is the login from now on.

    The caller has checked the permission on the contact. Refuses an address that another account has.
    """
    if email.lower() != user.email:
        _refuse_taken(email)
    with recording(actor, "accounts.partner_account_changed"):
        user.email, user.name, user.language = email.lower(), name, language
        user.save(update_fields=["email", "name", "language"])


def close_account(*, actor: User | None, user: User) -> None:
    """Close the account of a partner's contact; whoever is signed in with it is out at once.

    The caller has checked the permission on the contact.
    """
    with recording(actor, "accounts.closed"):
        user.is_active = False
        user.save(update_fields=["is_active"])


def reopen_account(*, actor: User | None, user: User) -> None:
    """Let the closed account of a partner's contact work again; see ``close_account``."""
    with recording(actor, "accounts.reopened"):
        user.is_active = True
        user.save(update_fields=["is_active"])


def change_preferences(*, actor: User, **preferences: str) -> None:
    """Keep the actor's own ``language`` or ``appearance``. Tells other apps."""
    with recording(actor, "accounts.preferences_changed"):
        for field, value in preferences.items():
            setattr(actor, field, value)
        actor.save(update_fields=list(preferences))
        preferences_changed.send(sender=User, user=actor)


def _refuse_taken(email: str) -> None:
    if User.objects.filter(email=email.lower()).exists():
        raise ActionRefused(_("There is already an account with this e-mail address."), field="email")


@transaction.atomic
def _set_roles(user: User, roles: Iterable[str]) -> None:
    user.groups.set(Group.objects.filter(name__in=list(roles)))
    user.__dict__.pop("roles", None)


def _administrators_exist() -> bool:
    active = User.objects.filter(is_active=True)
    return bool(active.filter(Q(groups__name=Role.ADMINISTRATOR) | Q(is_superuser=True)).exists())
