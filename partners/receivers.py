"""Keep the contacts of accounts up to date, and name what an account is responsible for in the registry."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import User
from accounts.signals import colleague_saved, preferences_changed
from common.belongings import Belonging, belongings_finder, belongings_of
from partners.actions import sync_colleague_contact, sync_contact_language
from partners.enums import OrganisationStatus
from partners.models import Contact, Organisation


@receiver(colleague_saved)
def colleague_is_contact(sender: type[User], user: User, **kwargs: Any) -> None:
    sync_colleague_contact(user=user)


@receiver(preferences_changed)
def contact_follows_language(sender: type[User], user: User, **kwargs: Any) -> None:
    sync_contact_language(user=user)


def names_around(user: User) -> Iterator[str]:
    """Yield the names of our own organisation and of the user's, which others try as a password."""
    own = Q(contacts__user=user) if user.pk else Q(pk__in=[])
    for names in Organisation.objects.filter(Q(is_host=True) | own).values_list("name", "short_name").distinct():
        yield from names


@belongings_finder(User)
def of_colleague(users: Sequence[User], today: date) -> Iterable[Belonging]:
    """Yield the partners whose relation owner the user is, and the responsibilities of the user's contact."""
    (user,) = users
    owned = Organisation.objects.filter(relation_owner=user).exclude(status=OrganisationStatus.ARCHIVED).count()
    if owned:
        text = ngettext("Relation owner of %(count)d partner", "Relation owner of %(count)d partners", owned)
        url = f"{reverse('partners:organisation-list')}?{urlencode({'owner': user.pk})}"
        yield Belonging(text % {"count": owned}, url)
    yield from belongings_of(list(Contact.objects.filter(user=user)), today)
