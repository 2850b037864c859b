from django.apps import AppConfig


class CollabConfig(AppConfig):
    name = "collab"

    def ready(self) -> None:
        from collab import (  # noqa: F401  (they register themselves)
            acquaintances,
            history,
            identity,
            merging,
            receivers,
            reminders,
            tasks,
        )
