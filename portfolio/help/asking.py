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
    """Return the helpers of this reader: the help desk of the settings, else the administrators, for colleagues only.

    Partners and visitors do not get the addresses of colleagues: without a help desk their list is empty.
    """
    if settings.HELP_NAME or settings.HELP_EMAIL:
        return [Helper(settings.HELP_NAME or settings.HELP_EMAIL, settings.HELP_EMAIL, settings.HELP_PHONE)]
    if isinstance(user, User) and user.is_colleague:
        administrators = User.objects.active_administrators().order_by("name", "pk")[:5]
        return [Helper(str(administrator), administrator.email) for administrator in administrators]
    return []
