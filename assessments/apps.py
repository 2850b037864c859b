from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments import personal_links, reminders, tasks  # noqa: F401  (they register themselves)
        from notifications import links

        links.register(personal_links.LINK_KIND, personal_links.mint)
