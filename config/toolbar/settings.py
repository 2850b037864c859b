"""Like dev, with Django's error pages and the bar of django-debug-toolbar.

Needs what `make test` installs, and a database that `make run` or `migrate` filled:
`DJANGO_SETTINGS_MODULE=config.toolbar.settings .venv/bin/python manage.py runserver 8001`
"""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import INSTALLED_APPS, MIDDLEWARE

DEBUG = True
INSTALLED_APPS = [*INSTALLED_APPS, "debug_toolbar"]
# Below the content security policy, which the bar keeps.
_POLICY = MIDDLEWARE.index("csp.middleware.CSPMiddleware")
MIDDLEWARE = [
    *MIDDLEWARE[: _POLICY + 1],
    "debug_toolbar.middleware.DebugToolbarMiddleware",
    *MIDDLEWARE[_POLICY + 1 :],
]
ROOT_URLCONF = "config.toolbar.urls"
INTERNAL_IPS = ["127.0.0.1", "::1"]
