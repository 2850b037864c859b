"""Find who can be asked for help."""

from dataclasses import dataclass

from django.conf import settings

from accounts.models import User


@dataclass(frozen=True)
class Helper:
    """A person or desk to ask, with an address where one may be shown."""

    name: str
    email: str = ""
    phone: str = ""


def helpers_for(user: object) -> list[Helper]:
    """Return whom this reader can ask: the help desk of the settings, else for colleagues the administrators.

    The addresses of colleagues are not for partners and visitors, so that without a help desk they get an empty list.
    """
    if settings.HELP_NAME or settings.HELP_EMAIL:
        return [Helper(settings.HELP_NAME or settings.HELP_EMAIL, settings.HELP_EMAIL, settings.HELP_PHONE)]
    if isinstance(user, User) and user.is_colleague:
        administrators = User.objects.active_administrators().order_by("name", "pk")[:5]
        return [Helper(str(administrator), administrator.email) for administrator in administrators]
    return []
