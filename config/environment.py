"""Variables of the environment, read strictly: one that cannot be read stops the start, in one line that names it."""

import ipaddress
from collections.abc import Iterable
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

YES, NO = ("true", "on", "yes", "y", "1"), ("false", "off", "no", "n", "0")


class Environment(environ.Env):
    """Refuse values that the library would guess at: a misspelt “true” would switch a safeguard off."""

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        """Return the value of a variable; raises ImproperlyConfigured for one that is no number or no yes or no."""
        text = str(self.ENVIRON.get(var, "")).strip()
        if text and cast is int and not (text.isascii() and text.isdecimal()):
            raise ImproperlyConfigured(f"{var}: {text!r} is not a whole number such as 8")
        if text and cast is bool and text.lower() not in (*YES, *NO):
            raise ImproperlyConfigured(f"{var}: {text!r} is neither true nor false")
        return super().get_value(var, cast, default, parse_default)


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse_networks(texts: Iterable[str]) -> list[Network]:
    """Return internet addresses and networks such as 10.0.0.0/8; raises ImproperlyConfigured for other texts."""
    try:
        return [ipaddress.ip_network(text.strip()) for text in texts]
    except ValueError as error:
        raise ImproperlyConfigured(f"MONITOR_NETWORKS: {error}") from error


def impatient(cache: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a cache, given up after a second when it is Redis: a page waits for its counters."""
    if cache["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
        cache["OPTIONS"] = {"socket_connect_timeout": 1, "socket_timeout": 1, **cache.get("OPTIONS", {})}
    return cache
