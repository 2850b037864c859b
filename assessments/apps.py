from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

# They register what they declare; alerts of one tone stand on a page in this order.
ALERTS = ("alerts.evaluations", "alerts.rounds", "alerts.addresses")
REGISTERING = (*ALERTS, "belongings", "merging.handler", "receivers", "sides.rules", "stages", "tasks")


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments import mails, minting, reminders
        from assessments.enums import NotSent
        from assessments.renewal import renew_after_migrating
        from assessments.sides import links as side_links
        from assessments.sides import reminders as side_reminders
        from notifications import kinds, wanted

        for module in REGISTERING:
            import_module(f"assessments.{module}")
        post_migrate.connect(renew_after_migrating, sender=self)
        minting.register_links()
        side_links.register_links()
        kinds.register("evaluation_invitation", _("Invitation to answer"))
        kinds.register("evaluation_passed_on", _("Invitation passed on"))
        kinds.register("evaluation_pass_on_request", _("Passing on: address to confirm"))
        kinds.register("evaluation_pass_on_refused", _("Passing on: not agreed"))
        kinds.register("evaluation_other_address", _("Personal link for another address"))
        kinds.register("evaluation_reminder", _("Reminder to answer"))
        kinds.register(mails.EXTENDED, _("Longer time to answer"))
        kinds.register(reminders.DROPPED_OUT, _("People who are not asked"))
        kinds.register("evaluation_results", _("Results are there"))
        kinds.register("evaluation_due", _("Evaluation due"))
        kinds.register("round_stuck", _("Round cannot open"))
        kinds.register("review_due", _("Results not discussed"))
        kinds.register(side_reminders.KIND, _("Who answers on your side"))
        with_link = ("evaluation_pass_on_refused", "evaluation_reminder", "evaluation_results")
        for kind in (*mails.INVITATIONS, mails.EXTENDED, *with_link):
            wanted.register(kind, mails.reason_not_to_send, NotSent)
        wanted.register("evaluation_pass_on_request", mails.reason_not_to_ask)
        wanted.register("evaluation_other_address", wanted.always)
