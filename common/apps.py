from django.apps import AppConfig
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from common.sentences import install


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        """Let names in sentences keep their direction, and replace Django's message about NUL by ours.

        Half characters, too, reach the fields as NUL.
        """
        install()
        ProhibitNullCharactersValidator.message = _("This holds a character that cannot be stored. Type it again.")
