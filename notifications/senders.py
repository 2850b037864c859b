"""The people in whose name mails leave: the reader sees who asks, and an answer reaches that person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User

_host_names: list[Callable[[], str]] = []


@dataclass(frozen=True)
class Sender:
    """A person who asks by mail, and gets the answers to that mail."""

    name: str
    email: str
    organisation: str = ""

    @property
    def words(self) -> str:
        """Return the person with the organisation, in the present language: “Sanne Visser of Taalkracht”."""
        if not self.organisation:
            return self.name
        return _("%(name)s of %(organisation)s") % {"name": self.name, "organisation": self.organisation}


def register_host(find_name: Callable[[], str]) -> None:
    """Let ``find_name`` return the name of the organisation that runs this installation; empty without one."""
    _host_names[:] = [find_name]


def of_colleague(user: User) -> Sender:
    """Return a colleague as sender, for the organisation that runs this installation."""
    return Sender(user.name, user.email, next((find() for find in _host_names), ""))


def choose_sender(senders: Iterable[Sender], *, reader: str) -> Sender | None:
    """Return the first of ``senders``, else of the people who keep the records, who can be written to.

    Leaves out the ``reader`` (an address), who gets that mail. None when there is no other person.
    """
    for sender in senders:
        if sender.email and sender.email.lower() != reader.lower():
            return sender
    keepers = User.objects.record_keepers().exclude(email__iexact=reader)
    return next((of_colleague(user) for user in keepers[:1]), None)
