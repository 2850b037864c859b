from importlib import import_module

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from accounts import passwords
        from audit import timeline
        from notifications import kinds, senders, wanted
        from partners import history, receivers, recipients

        # Registers itself.
        import_module("partners.merging.own_rows")
        timeline.register(history.SENTENCES)
        passwords.guessable(receivers.names_around)
        senders.register_host(recipients.name_of_host)
        kinds.register("partner_access", _("Access for a partner"))
        wanted.register("partner_access", recipients.reason_against_access)
