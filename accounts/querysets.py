from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef

from accounts.enums import Role

if TYPE_CHECKING:
    from accounts.models import User


class UserQuerySet(models.QuerySet["User"]):
    def colleagues(self) -> "UserQuerySet":
        """People of the host organisation: whoever has one of the three roles, or made the installation."""
        return self.filter(models.Q(groups__name__in=Role.values) | models.Q(is_superuser=True)).distinct()

    def with_roles(self) -> "UserQuerySet":
        """Adds ``group_names``, so that ``User.roles`` need not ask."""
        return self.annotate(group_names=ArraySubquery(Group.objects.filter(user=OuterRef("pk")).values("name")))

    def visible_to(self, user: "User | AnonymousUser") -> "UserQuerySet":
        """Colleagues see all accounts; anybody else sees only the own one."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.all() if user.is_colleague else self.filter(pk=user.pk)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email=(username or "").lower())
        return user

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new account; without a password only an e-mailed code opens it."""
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The first administrator of an installation (``manage.py createsuperuser``)."""
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)
