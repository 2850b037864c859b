from importlib import import_module

from django.apps import AppConfig


class CollabConfig(AppConfig):
    name = "collab"

    def ready(self) -> None:
        """Load the modules that register what they declare."""
        for module in ("belongings", "history", "identity", "merging.handler", "receivers", "reminders", "tasks"):
            import_module(f"collab.{module}")
