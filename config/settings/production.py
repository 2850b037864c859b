"""Settings of real servers: all values come from the environment, and a missing one stops the start."""

from config.environment import impatient
from config.settings.base import *  # noqa: F403
from config.settings.base import CONTENT_SECURITY_POLICY, DATABASES, env
from config.startup import refuse_any_host, refuse_other_database, refuse_unsafe_key, refuse_unusable_site

SECRET_KEY = env.str("SECRET_KEY")
refuse_unsafe_key(SECRET_KEY)
ALLOWED_HOSTS = [name.strip() for name in env.list("ALLOWED_HOSTS")]
refuse_any_host(ALLOWED_HOSTS)
FIRST_STEPS_HOSTS = []
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SITE_URL = env.str("SITE_URL").rstrip("/")
refuse_unusable_site(SITE_URL, https=SECURE_SSL_REDIRECT)
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL")
CACHES = {"default": impatient(env.cache_url("CACHE_URL"))}
vars().update(env.email_url("EMAIL_URL"))

# No embedded server here: without an address there is no start.
refuse_other_database(env.str("DATABASE_URL"))
# Opening a connection costs as much as a page: each process keeps its own, and notices when the server was restarted.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": env.int("DATABASE_POOL_SIZE", 8),
    "timeout": 5,
}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Number of proxies in front of the web process that set X-Forwarded-For and X-Forwarded-Proto.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_SECURE = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True  # type: ignore[assignment]
