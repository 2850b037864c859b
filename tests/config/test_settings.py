import os
import subprocess
import sys

import pytest
from django.test import Client

from config.check_deploy import ENVIRONMENT

READ_SECRET = "from django.conf import settings; print(settings.SECRET_KEY)"


def production(code: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    known = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.production"}
    return subprocess.run(
        [sys.executable, "-c", code], env={**known, **settings, **environment}, capture_output=True, text=True
    )


def test_production_starts_with_everything_from_the_environment() -> None:
    result = production(READ_SECRET, ENVIRONMENT)

    assert result.stdout == f"{ENVIRONMENT['SECRET_KEY']}\n"


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_production_refuses_to_start_without(name: str) -> None:
    result = production(READ_SECRET, {key: value for key, value in ENVIRONMENT.items() if key != name})

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == (
        f"django.core.exceptions.ImproperlyConfigured: Set the {name} environment variable"
    )


def test_a_variable_without_a_value_is_not_set() -> None:
    result = production(READ_SECRET, {**ENVIRONMENT, "DATABASE_URL": ""})

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: Set the DATABASE_URL environment variable"
    )


def test_production_passes_the_deployment_checks() -> None:
    result = subprocess.run([sys.executable, "-m", "config.check_deploy"], capture_output=True, text=True)

    assert result.returncode == 0
    assert result.stdout == "System check identified no issues (0 silenced).\n"


def test_every_answer_carries_a_strict_content_policy(client: Client) -> None:
    policy = dict(rule.split(" ", 1) for rule in client.get("/healthz")["Content-Security-Policy"].split("; "))

    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
