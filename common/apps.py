from django.apps import AppConfig
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        """Replace Django's message about NUL by ours: half characters, too, reach the fields as NUL."""
        ProhibitNullCharactersValidator.message = _("This holds a character that cannot be stored. Type it again.")
