from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.signals import address_changed, colleague_saved, made_administrator, preferences_changed
from audit.context import recording
from common.actions import ActionRefused, require
from common.edits import Seen, merge
from common.locking import lock


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

    Without a password the colleague signs in with an e-mailed code. Refuses an address that has an account. Sends
    ``colleague_saved``, on which the colleague becomes a contact of the host organisation.
    """
    require(actor, "accounts.manage_colleagues")
    _refuse_taken(email)
    with recording(actor, "accounts.colleague_added"):
        user = User.objects.create_user(email, password, name=name, language=language)
        _set_roles(user, roles)
        colleague_saved.send(sender=User, user=user)
    return user


def change_colleague(
    *,
    actor: User | None,
    user: User,
    name: str,
    language: str,
    roles: Iterable[str],
    is_active: bool,
    seen: Seen | None = None,
) -> None:
    """Change a colleague's details and roles, and whether the account can sign in.

    Merges roles one by one. Ends the sessions of the account when its roles change or it is closed, and mails a
    colleague who becomes administrator. Refuses to leave the installation without an active administrator, and refuses
    fields that another person changed since the page had ``seen`` them (``common.edits.merge``).
    """
    require(actor, "accounts.manage_colleagues")
    with recording(actor, "accounts.colleague_changed"):
        # Lock the administrators first: two of them who demote each other must not both succeed.
        administrators = set(User.objects.select_for_update().filter(groups__name=Role.ADMINISTRATOR))
        current = lock(user)
        typed = {"name": name, "language": language, "is_active": is_active, "roles": list(roles)}
        values = merge(current, typed, seen, {"roles": list(current.groups.values_list("name", flat=True))})
        user.name, user.language, user.is_active = values["name"], values["language"], values["is_active"]
        user.save(update_fields=["name", "language", "is_active"])
        _set_roles(user, values["roles"])
        if not User.objects.active_administrators().exists():
            raise ActionRefused(_("There must be at least one active administrator."), field="roles")
        colleague_saved.send(sender=User, user=user)
        if user.is_administrator and user not in administrators and user != actor:
            made_administrator.send(sender=User, user=user, actor=actor)


def open_partner_account(*, actor: User | None, email: str, name: str, language: str) -> User:
    """Make an account without roles for a contact of a partner; it opens with an e-mailed code only.

    The caller has checked the permission on the contact. Refuses an address that has an account.
    """
    _refuse_taken(email)
    with recording(actor, "accounts.partner_account_opened"):
        return User.objects.create_user(email, name=name, language=language)


def change_partner_account(*, actor: User | None, user: User, email: str, name: str, language: str) -> None:
    """Change the account of a partner's contact; the new address becomes the login.

    Ends the sessions of the account and mails both addresses when the address changes. The caller has checked the
    permission on the contact. Refuses an address that another account has.
    """
    if email.lower() != user.email:
        _refuse_taken(email)
    with recording(actor, "accounts.partner_account_changed"):
        old = User.objects.filter(pk=user.pk).values_list("email", flat=True).get()
        user.email, user.name, user.language = email.lower(), name, language
        user.save(update_fields=["email", "name", "language"])
        if user.email != old:
            address_changed.send(sender=User, user=user, old=old, actor=actor)


def close_account(*, actor: User | None, user: User) -> None:
    """Close the account of a partner's contact and end its sessions.

    The caller has checked the permission on the contact.
    """
    with recording(actor, "accounts.closed"):
        user.is_active = False
        user.save(update_fields=["is_active"])


def reopen_account(*, actor: User | None, user: User) -> None:
    """Open the closed account of a partner's contact again.

    The caller has checked the permission on the contact.
    """
    with recording(actor, "accounts.reopened"):
        user.is_active = True
        user.save(update_fields=["is_active"])


def change_preferences(*, actor: User, seen: Seen | None = None, **preferences: str) -> None:
    """Change the actor's own ``language`` or ``appearance``; send ``preferences_changed``.

    Refuses a preference that was changed in another window since the page had ``seen`` it (``common.edits.merge``).
    """
    with recording(actor, "accounts.preferences_changed"):
        for field, value in merge(lock(actor), preferences, seen).items():
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
