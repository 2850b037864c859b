"""Run ``check --deploy`` on the production settings, which need a whole environment to start."""

import os
import secrets
import subprocess
import sys

ENVIRONMENT = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "samenspel.example.org",
    "SITE_URL": "https://samenspel.example.org",
    "DATABASE_URL": "postgres://samenspel@localhost/samenspel",
    "CELERY_BROKER_URL": "redis://localhost",
    "CACHE_URL": "redis://localhost/1",
    "EMAIL_URL": "smtp://localhost",
}


def main() -> int:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    known = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.production"}
    return subprocess.run(command, env={**known, **settings, **ENVIRONMENT}).returncode


if __name__ == "__main__":
    sys.exit(main())
