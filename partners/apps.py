from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from audit import timeline
        from notifications import kinds
        from partners import history, receivers, tasks  # noqa: F401  (they register themselves)
        from partners.merging import own  # noqa: F401

        timeline.register(history.SENTENCES)
        kinds.register("partner_access", _("Access for a partner"))
