"""Settings of the tests: like dev, with quick passwords, mail in memory and jobs that run when they are called."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import DATABASES, INSTALLED_APPS, VAR_DIR

# Its flush keeps what the migrations made.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.tables"]
DEBUG = False
SITE_URL = "http://testserver"
FIRST_STEPS_HOSTS = ["testserver", "localhost"]
SECRET_KEY_IS_PUBLIC = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests of the hours set their own; the others run at any time of day.
MAIL_HOURS = (0, 24 * 60)
MAIL_QUIET_WEEKENDS = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MAILS_STAY_HERE = False
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
# A server of its own, beside that of `make run`: test data does not have to survive a power cut.
EMBEDDED_POSTGRES_DIR = VAR_DIR / "postgres-tests"
EMBEDDED_POSTGRES_THROWAWAY = True
