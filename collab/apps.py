from django.apps import AppConfig


class CollabConfig(AppConfig):
    name = "collab"

    def ready(self) -> None:
        from collab import history, receivers, reminders, tasks  # noqa: F401  (they register themselves)
