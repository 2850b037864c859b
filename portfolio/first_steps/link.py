"""Make the link that opens the first steps where the address of the installation alone does not."""

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac


def first_steps_url() -> str:
    """Return the absolute URL of the first steps with its token.

    The token follows from the secret key, so that every web process knows the same one; it opens nothing any more once
    there is an account.
    """
    return f"{settings.SITE_URL}{reverse('portfolio:first-steps-link', args=[_token()])}"


def opens(request: HttpRequest, token: str) -> bool:
    """Return whether a visitor with this token may set up the installation.

    No token is needed under the names in FIRST_STEPS_HOSTS, and none is right while the secret key is a public one.
    """
    name, _port = split_domain_port(request.get_host())
    right = not settings.SECRET_KEY_IS_PUBLIC and constant_time_compare(token, _token())
    return name in settings.FIRST_STEPS_HOSTS or right


def _token() -> str:
    # Longer ones are masked in logs (common.masking), and this one has to be read there.
    return salted_hmac("portfolio.first_steps", settings.SITE_URL, algorithm="sha256").hexdigest()[:28]
