"""Settings that hold everywhere. Values that differ per machine come from the environment (see docs/operations.md)."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.environment import Environment, impatient, parse_networks
from config.hours import parse_hours
from config.statement import parse_day, parse_status

BASE_DIR = Path(__file__).resolve().parents[2]
env = Environment()
# Compose files and make hand on variables without a value: those are not set.
env.ENVIRON = {name: value for name, value in os.environ.items() if value}

VAR_DIR = Path(env.str("SAMENSPEL_VAR", str(BASE_DIR / "var"))).resolve()
PORT = env.int("PORT", 8000)
SITE_URL = env.str("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", "")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
# The demo has accounts with a public password.
DEMO_ALLOWED = False
# Names of this site under which whoever opens an installation without any account may set it up, without a link.
FIRST_STEPS_HOSTS: list[str] = env.list("FIRST_STEPS_HOSTS", default=[])
# A link to set it up would be signed with a key that everybody can read.
SECRET_KEY_IS_PUBLIC = False
# Whether mails stay on this machine, where those who read the outbox may try the personal links in them.
MAILS_STAY_HERE = False

# Applications

INSTALLED_APPS = [
    "config",
    "portfolio",
    "imports",
    "assessments",
    "collab",
    "identity",
    "partners",
    "notifications",
    "accounts",
    "audit",
    "common",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "pghistory",
    "pgtrigger",
    "rules.apps.AutodiscoverRulesConfig",
    "template_partials",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.health.without_session",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.cache_headers.no_store",
    "common.incoming.characters.storable_request",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.user_language",
    # Knows user and language, and comes before everything that reads a form.
    "common.incoming.bodies.limited_body",
    "common.incoming.characters.storable_form",
    "django.contrib.messages.middleware.MessageMiddleware",
    "common.kept_forms.middleware.kept_forms",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.unreachable_servers",
    "partners.merging.middleware.merged_organisation",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# Fields of forms are templates of ours where what people write may run from right to left.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Data

EMBEDDED_POSTGRES_DIR = VAR_DIR / "postgres"
EMBEDDED_POSTGRES_THROWAWAY = False
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL")
    if "DATABASE_URL" in env
    else {"ENGINE": "config.embedded_postgres", "NAME": "samenspel"},
}
# Everything fits into memory or lies on a fast disk: PostgreSQL may follow an index where it would read a whole table.
_OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
# A server that does not answer is given up; a visitor, and whoever watches over us, does not wait for minutes.
_OPTIONS.setdefault("connect_timeout", 3)
_OPTIONS["options"] = f"-c random_page_cost=1.1 {_OPTIONS.get('options', '')}".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": impatient(env.cache_url("CACHE_URL", "locmemcache://samenspel"))}

# People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "accounts.backends.SignInBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Nobody signs up, yet the sign-in form has a password only if sign-up would.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Nobody signs up: a colleague made the account with this address, and a code proves that it works.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.backends.ResetTokenGenerator"
ACCOUNT_FORMS = {
    "request_login_code": "accounts.forms.AskCodeForm",
    "reset_password": "accounts.forms.AskLinkForm",
}
# Attempts with passwords, codes and links are counted in accounts.guessing, by place and account.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "request_login_code": None, "reset_password": None}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True

# Who people can ask for help, and what this installation states about its accessibility

HELP_NAME = env.str("HELP_NAME", "")
HELP_EMAIL = env.str("HELP_EMAIL", "")
HELP_PHONE = env.str("HELP_PHONE", "")
ACCESSIBILITY_ORGANISATION = env.str("ACCESSIBILITY_ORGANISATION", "")
ACCESSIBILITY_STATUS = parse_status(env.str("ACCESSIBILITY_STATUS", ""))
ACCESSIBILITY_DATE = parse_day(env.str("ACCESSIBILITY_DATE", ""))
ACCESSIBILITY_REPORT_URL = env.str("ACCESSIBILITY_REPORT_URL", "")
ACCESSIBILITY_EMAIL = env.str("ACCESSIBILITY_EMAIL", "")

# Languages and time

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# Static files: our own, and the few files we need out of node_modules

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.static.VendorFinder",
]
VENDOR_FILES = {
    "vendor/bootstrap": (
        "bootstrap/dist",
        ["css/bootstrap.min.css*"],
    ),
    "vendor/bootstrap-icons": (
        "bootstrap-icons",
        ["bootstrap-icons.svg"],
    ),
    "vendor/figtree": (
        "@fontsource-variable/figtree",
        ["wght.css", "files/*-normal.woff2"],
    ),
}

# Letters for what is printed as PDF; signs that they lack come from those that typst brings along

PDF_FONTS = [BASE_DIR / "node_modules/@expo-google-fonts/figtree" / weight for weight in ("400Regular", "600SemiBold")]

# Security that holds on every machine; what needs HTTPS is in production.py

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its arrows and ticks with data: pictures
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "common.csrf.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
# A form of a user who is signed in, files not counted; what else a request may bring: common/incoming.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# Mail: without EMAIL_URL every message becomes a file that any mail program opens

MAIL_DIR = VAR_DIR / "mail"
if "EMAIL_URL" in env:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "config.mail.EmlBackend"
EMAIL_TIMEOUT = 30
# Mail servers may take ten minutes to answer a mail that they have (RFC 5321, 4.5.3.2.6). One that never answers leaves
# the mail as perhaps sent.
MAIL_ANSWER_SECONDS = env.int("MAIL_ANSWER_SECONDS", 600)
# How long a worker keeps a mail without a sign of life; after that it counts as dead, and another worker has the mail.
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", 300)
# When mail leaves that the calendar asks for: from and until which hour, and not in the weekend.
MAIL_HOURS = parse_hours(env.str("MAIL_HOURS", "8-20"))
MAIL_QUIET_WEEKENDS = env.bool("MAIL_QUIET_WEEKENDS", True)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Samenspel <samenspel@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Jobs. Without CELERY_BROKER_URL the queue is a folder, for one machine.

BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://localhost")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {}
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT = "config.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1800, "socket_connect_timeout": 2}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
# A page that asks for a job waits for no broker: what it would have done is found by the next regular run.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Shorter than the visibility timeout, so that no task is handed out again while it still runs.
CELERY_TASK_TIME_LIMIT = 1200
CELERY_TASK_SOFT_TIME_LIMIT = 1140
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "notifications.tasks.record_heartbeat", "schedule": 30, "options": {"expires": 30}},
    "deliver mail": {"task": "notifications.tasks.deliver_mail", "schedule": 15, "options": {"expires": 15}},
    "run what is due": {"task": "notifications.tasks.run_due", "schedule": 300, "options": {"expires": 300}},
}
# /readyz calls the jobs stopped when the last heartbeat is older than this many seconds.
HEARTBEAT_MAX_AGE = 120
# And calls itself degraded when a mail that may leave has waited longer than this.
MAIL_MAX_AGE = env.int("MAIL_MAX_AGE", 900)
# From where /readyz may be read with its reasons: this machine and private networks. Others learn only the status.
MONITOR_NETWORKS = parse_networks(
    env.list(
        "MONITOR_NETWORKS",
        default=["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
    )
)

# Keys are masked in every record where it is made: common/masking.py.
DEFAULT_EXCEPTION_REPORTER = "common.masking.MaskedReporter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # Two lines for each of some ten thousand jobs a day would hide the one that matters.
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
