import pghistory
import pgtrigger
from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import Appearance, Role
from accounts.querysets import UserManager
from common.enums import Language
from common.sorting import NameOrder

# Secrets, fields that every sign-in writes, and preferences of the reader alone.
_HISTORY_LEAVES_OUT = ["password", "last_login", "appearance", "is_staff", "date_joined", "session_generation"]
# A number that is written back by a stale object never goes down, for that would open old sessions again.
_COUNT_GENERATIONS = """
    IF (OLD.email, OLD.is_active, OLD.is_superuser) IS DISTINCT FROM (NEW.email, NEW.is_active, NEW.is_superuser) THEN
        NEW.session_generation := GREATEST(OLD.session_generation + 1, NEW.session_generation);
    ELSE
        NEW.session_generation := GREATEST(OLD.session_generation, NEW.session_generation);
    END IF;
    RETURN NEW;
"""
_CHANGED_ROLES = """
    UPDATE accounts_user SET session_generation = session_generation + 1 WHERE id IN (OLD.user_id, NEW.user_id);
    RETURN NULL;
"""
# The row of the library follows the account; an address that the account has now belongs to no other account.
_MOVE_ADDRESS = """
    DELETE FROM account_emailaddress WHERE email = NEW.email AND user_id <> NEW.id;
    UPDATE account_emailaddress SET email = NEW.email, verified = false WHERE user_id = NEW.id AND email <> NEW.email;
    RETURN NULL;
"""
_ONLY_OWN_ADDRESS = """
    NEW.email := COALESCE((SELECT email FROM accounts_user WHERE id = NEW.user_id), NEW.email);
    RETURN NEW;
"""


@pghistory.track(exclude=_HISTORY_LEAVES_OUT)
class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in: a colleague of the host (with roles), or a contact of a partner (without).

    The e-mail address is the login; it is kept in lower case. ``session_generation`` is counted by the database: it
    rises when the address or a role changes and when the account is closed or opened, and every session, code and link
    of an earlier generation has ended.
    """

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("There is already an account with this e-mail address.")},
    )
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.DUTCH)
    appearance = models.CharField(_("appearance"), max_length=6, choices=Appearance, default=Appearance.SYSTEM)
    is_active = models.BooleanField(_("can sign in"), default=True)
    is_staff = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)
    session_generation = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = [NameOrder("name"), "pk"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case")]
        triggers = [
            pgtrigger.Trigger(
                name="count_generations", when=pgtrigger.Before, operation=pgtrigger.Update, func=_COUNT_GENERATIONS
            ),
            pgtrigger.Trigger(
                name="move_address",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("email"),
                func=_MOVE_ADDRESS,
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """Return the roles this person holds in the host organisation; an inactive account holds none."""
        if not self.is_active:
            return frozenset()
        known: list[str] | None = getattr(self, "group_names", None)
        names = set(self.groups.values_list("name", flat=True) if known is None else known) & set(Role.values)
        return frozenset(names | {Role.ADMINISTRATOR} if self.is_superuser else names)

    @property
    def is_coordinator(self) -> bool:
        return Role.COORDINATOR in self.roles

    @property
    def is_manager(self) -> bool:
        return Role.MANAGER in self.roles

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_colleague(self) -> bool:
        return bool(self.roles)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return the hash that ties a session to this generation of the account and to its password.

        Reads ``session_generation`` again, unless the sign-in backend has just read the account: any other object may
        be older than its row.
        """
        if not hasattr(self, "group_names"):
            self.refresh_from_db(fields=["session_generation"])
        return salted_hmac(
            "accounts.User.session", f"{self.session_generation}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class AccountRole(User.groups.through):  # type: ignore[name-defined]
    """A role of a colleague, tracked so that the history shows who gave it and when."""

    class Meta:
        proxy = True
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        triggers = [
            pgtrigger.Trigger(
                name="changed_roles",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_CHANGED_ROLES,
            )
        ]

    def __str__(self) -> str:
        return _("Role “%(role)s”") % {"role": dict(Role.choices).get(self.group.name, self.group.name)}


class SignInAddress(EmailAddress):
    """The address by which allauth finds an account: a copy that can hold no other value than ``User.email``."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="only_own_address",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_ONLY_OWN_ADDRESS,
            )
        ]
