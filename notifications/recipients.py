"""The people that mails go to, of every sort, and the lookup of their present address when a mail leaves."""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.models import User


@dataclass(frozen=True)
class Recipient:
    """One person with one address; ``key`` (such as ``contact:7``) stays the same when the address changes.

    Leave ``key`` empty for a mail that has to reach exactly this address, also when the person has another one by now.
    ``user`` is the account with which the person can sign in; set once the recipient was resolved.
    """

    email: str
    name: str
    language: str
    key: str
    user: User | None = field(default=None, compare=False, repr=False)


Resolver = Callable[[int], Recipient | None]
_resolvers: dict[str, Resolver] = {}


def resolver(prefix: str) -> Callable[[Resolver], Resolver]:
    """Register the function that finds the person behind a key such as ``contact:7`` (prefix ``contact``).

    The function returns None for a person who was removed or is not active.
    """

    def register(resolve: Resolver) -> Resolver:
        _resolvers[prefix] = resolve
        return resolve

    return register


def number_in(subject: str) -> int:
    """Return the number in a subject or recipient such as ``collaboration:12``."""
    return int(subject.partition(":")[2])


def can_resolve(key: str) -> bool:
    """Return whether the person behind a key can be looked up."""
    return key.partition(":")[0] in _resolvers


def resolve(key: str) -> Recipient | None:
    """Return the person with this key and the present address; None for a person who is gone or not active."""
    return _resolvers[key.partition(":")[0]](number_in(key))


def of_user(user: User) -> Recipient:
    """Return a person with an account as recipient."""
    return Recipient(email=user.email, name=user.name, language=user.language, key=f"user:{user.pk}", user=user)


@resolver("user")
def active_user(pk: int) -> Recipient | None:
    """Return the holder of an account that works."""
    user = User.objects.filter(pk=pk, is_active=True).first()
    return of_user(user) if user else None
