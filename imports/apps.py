from importlib import import_module

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "imports"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from audit import timeline

        # They register themselves.
        for module in ("receivers", "tasks"):
            import_module(f"imports.{module}")
        timeline.register(
            {
                "imports.organisations_imported": _("Imported from a file"),
                "imports.import_undone": _("Import taken back"),
            }
        )
