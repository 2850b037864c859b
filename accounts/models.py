from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import Appearance, Role
from accounts.querysets import UserManager
from common.languages import Language


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in: a colleague of the host (with roles), or a contact of a partner (without).

    The e-mail address is the login; it is kept in lower case.
    """

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("There is already an account with this e-mail address.")},
    )
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.DUTCH)
    appearance = models.CharField(_("appearance"), max_length=6, choices=Appearance, default=Appearance.SYSTEM)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles this person holds in the host organisation; an inactive account holds none."""
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
