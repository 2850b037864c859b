from django.apps import AppConfig


class CollabConfig(AppConfig):
    name = "collab"

    def ready(self) -> None:
        from audit import timeline
        from collab import history, receivers, reminders, tasks  # noqa: F401  (they register themselves)
        from notifications import kinds

        timeline.register(history.SENTENCES)
        kinds.register(reminders.ACTION_OVERDUE, reminders.KIND_LABEL)
