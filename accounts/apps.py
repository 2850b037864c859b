from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import history
        from audit import timeline

        timeline.register(history.SENTENCES)
