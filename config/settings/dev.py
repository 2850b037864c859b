"""Settings of `make run` and `manage.py` on a bare machine: embedded PostgreSQL, jobs and mail as files, plain HTTP."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, EMAIL_BACKEND, env
from config.settings.base import SECRET_KEY as configured_key

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = configured_key or "known-to-everybody-never-in-production"
ALLOWED_HOSTS = ["*"]
DEMO_ALLOWED = True
SECRET_KEY_IS_PUBLIC = not configured_key
MAILS_STAY_HERE = EMAIL_BACKEND == "config.mail.EmlBackend"
if MAILS_STAY_HERE and "MAIL_HOURS" not in env:
    # Who tries it in the evening does not wait for the morning.
    MAIL_HOURS, MAIL_QUIET_WEEKENDS = (0, 24 * 60), False
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Opening a connection costs as much as a page: each thread keeps its own, and notices when the server was restarted.
DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)
