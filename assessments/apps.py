from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        # Some of these register themselves.
        from assessments import attention, merging, personal_links, receivers, reminders, tasks  # noqa: F401
        from notifications import kinds

        personal_links.register_links()
        kinds.register("evaluation_invitation", _("Invitation to answer"))
        kinds.register("evaluation_passed_on", _("Invitation passed on"))
        kinds.register("evaluation_reminder", _("Reminder to answer"))
        kinds.register("evaluation_results", _("Results are there"))
        kinds.register("evaluation_due", _("Evaluation due"))
        kinds.register("review_due", _("Results not discussed"))
