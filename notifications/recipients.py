"""Who a mail goes to, whatever kind of person that is."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True)
class Recipient:
    """One person with one address; ``key`` (such as ``contact:7``) stays the same when the address changes."""

    email: str
    name: str
    language: str
    key: str


def of_user(user: User) -> Recipient:
    return Recipient(email=user.email, name=user.name, language=user.language, key=f"user:{user.pk}")
