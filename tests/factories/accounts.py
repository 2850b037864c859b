from collections.abc import Iterable
from typing import Any

import factory
from django.contrib.auth.models import Group

from accounts.enums import Role
from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory[User]):
    """An account without roles; ``roles=[…]`` makes it a colleague's, ``password=…`` gives it a password."""

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    name = factory.Sequence(lambda n: f"User {n}")
    language = "en"
    roles: Iterable[str] = ()

    class Meta:
        model = User

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, roles: Iterable[str] = (), **fields: Any) -> User:
        user = model_class.objects.create_user(*args, **fields)
        # Tests that really commit also wipe the groups which a migration made.
        user.groups.set(Group.objects.get_or_create(name=role)[0] for role in roles)
        return user


class CoordinatorFactory(UserFactory):
    name = factory.Sequence(lambda n: f"Coordinator {n}")
    roles = (Role.COORDINATOR,)


class ManagerFactory(UserFactory):
    name = factory.Sequence(lambda n: f"Manager {n}")
    roles = (Role.MANAGER,)


class AdministratorFactory(UserFactory):
    name = factory.Sequence(lambda n: f"Administrator {n}")
    roles = (Role.ADMINISTRATOR,)
