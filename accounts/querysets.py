from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef

from accounts.enums import Role
from common.sorting import NameOrder

if TYPE_CHECKING:
    from accounts.models import User


class UserQuerySet(models.QuerySet["User"]):
    """Queries on accounts."""

    def colleagues(self) -> "UserQuerySet":
        """Return the people of the host organisation: accounts with one of the three roles, and superusers."""
        return self.filter(models.Q(groups__name__in=Role.values) | models.Q(is_superuser=True)).distinct()

    def active_administrators(self) -> "UserQuerySet":
        """Return the people who can make accounts: active administrators, and active superusers."""
        administrators = models.Q(groups__name=Role.ADMINISTRATOR) | models.Q(is_superuser=True)
        return self.filter(administrators, is_active=True).distinct()

    def record_keepers(self) -> "UserQuerySet":
        """Return the active coordinators, by name; in an installation without any, the active administrators."""
        active = self.filter(is_active=True).order_by(NameOrder("name"), "pk")
        coordinators = active.filter(groups__name=Role.COORDINATOR)
        return coordinators if coordinators.exists() else active.active_administrators()

    def with_roles(self) -> "UserQuerySet":
        """Add ``group_names``, so that ``User.roles`` needs no query."""
        return self.annotate(group_names=ArraySubquery(Group.objects.filter(user=OuterRef("pk")).values("name")))

    def visible_to(self, user: "User | AnonymousUser") -> "UserQuerySet":
        """Return the accounts a user may see: all of them for colleagues, only their own for other users."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.all() if user.is_colleague else self.filter(pk=user.pk)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Manager that looks accounts up by their lower-case e-mail address."""

    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email=(username or "").lower())
        return user

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without a password only an e-mailed code opens it."""
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account that may do everything, without a role or a contact (``manage.py createsuperuser``)."""
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)
