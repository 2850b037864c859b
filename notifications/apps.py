from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from notifications import kinds, wanted

        # They register themselves.
        import_module("notifications.receivers")
        kinds.register("address_changed", _("Address to sign in with changed"))
        kinds.register("made_administrator", _("Made administrator"))
        for kind in ("address_changed", "made_administrator"):
            wanted.register(kind, wanted.always)
