"""`make run` and `manage.py` on a bare machine: embedded PostgreSQL, jobs and mail as files, plain HTTP."""

from config.settings.base import *  # noqa: F403
from config.settings.base import SECRET_KEY as configured_key
from config.settings.base import env

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = configured_key or "known-to-everybody-never-in-production"
ALLOWED_HOSTS = ["*"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
