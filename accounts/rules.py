import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User

Visitor = User | AnonymousUser


@rules.predicate
def is_coordinator(user: Visitor) -> bool:
    return isinstance(user, User) and user.is_coordinator


@rules.predicate
def is_manager(user: Visitor) -> bool:
    return isinstance(user, User) and user.is_manager


@rules.predicate
def is_administrator(user: Visitor) -> bool:
    return isinstance(user, User) and user.is_administrator


@rules.predicate
def is_colleague(user: Visitor) -> bool:
    return isinstance(user, User) and user.is_colleague


# Coordinators keep the records; administrators can help out; managers read and decide.
keeps_records = is_coordinator | is_administrator

rules.add_perm("accounts.manage_colleagues", is_administrator)
