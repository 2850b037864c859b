from importlib import import_module

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "identity"

    def ready(self) -> None:
        from audit import timeline
        from identity import receivers

        # Registers itself.
        import_module("identity.merging.handler")
        timeline.register(receivers.SENTENCES)
