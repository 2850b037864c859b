from importlib import import_module

from django.apps import AppConfig


class CollabConfig(AppConfig):
    name = "collab"

    def ready(self) -> None:
        """Load the modules that register what they declare."""
        from django.utils.translation import gettext_lazy as _

        from collab.by_link import actions, links
        from notifications import kinds, wanted

        links.register_links()
        kinds.register(actions.ANSWERED, _("Answer about an action"))
        wanted.register(actions.ANSWERED, wanted.always)
        for module in ("belongings", "history", "identity", "merging.handler", "receivers", "reminders", "tasks"):
            import_module(f"collab.{module}")
