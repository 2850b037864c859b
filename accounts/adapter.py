import ipaddress
import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.core.mail import EmailMessage, get_connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import guessing
from accounts.http import Unreachable, is_own_address
from accounts.models import User

LOGIN_CODE, PASSWORD_LINK = "account/email/login_code", "account/email/password_reset_key"
UNKNOWN_ACCOUNT = "account/email/unknown_account"
# What the library would take from the Host of the request.
_SITE = {"current_site": {"domain": urlsplit(settings.SITE_URL).netloc, "name": "Samenspel"}, "request": None}
# Key in the session: the generation of the account that the code was made for.
CODE_GENERATION = "login_code_generation"
logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in behaviour of allauth for an installation in which colleagues make the accounts, and visitors cannot."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail about signing in immediately, in the language of the account.

        Stores nothing, because the mail holds codes. An address without an account gets no mail, and the answer takes
        as long and fails alike. Raises Unreachable when a code or a link cannot be sent; a mail that only reports a
        change may fail.
        """
        try:
            if template_prefix == UNKNOWN_ACCOUNT:
                # Open a connection without sending, so that both kinds of address take the same time.
                connection = get_connection()
                connection.open()
                try:
                    connection.send_messages([])
                finally:
                    connection.close()
            else:
                user = User.objects.filter(email=email.lower()).first()
                with translation.override(user.language if user else translation.get_language()):
                    super().send_mail(template_prefix, email, {**context, **_SITE})
                if template_prefix == LOGIN_CODE:
                    self.request.session[CODE_GENERATION] = user.session_generation if user else None
        except Exception as error:
            if template_prefix in (LOGIN_CODE, PASSWORD_LINK, UNKNOWN_ACCOUNT):
                raise Unreachable from error
            logger.exception("A mail about signing in was not sent: %s", template_prefix)

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """Render a mail with its subject as title, and the colleague who keeps the records as person to ask."""
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        keeper = User.objects.record_keepers().exclude(email__iexact=email).first()
        if keeper is not None:
            context = {**context, "sender": {"name": keeper.name}, "sender_email": keeper.email}
            headers = {**(headers or {}), "Reply-To": keeper.email}
        message: EmailMessage = super().render_mail(template_prefix, email, {**context, "subject": subject}, headers)
        return message

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the address in the mail, built on SITE_URL: the sender of a request chooses its Host."""
        return f"{settings.SITE_URL}{urlsplit(super().get_reset_password_from_key_url(key)).path}"

    def pre_login(self, request: HttpRequest, user: Any, *, email: str | None, **details: Any) -> HttpResponse | None:
        """Refuse a code that was asked for before the address, the roles or the access of the account changed."""
        records = get_authentication_records(request, user)
        is_by_code = bool(records) and records[-1]["method"] == "code"
        is_outdated = (email is not None and email.lower() != user.email) or (
            is_by_code and request.session.get(CODE_GENERATION) != user.session_generation
        )
        if user.is_active and is_outdated:
            clear_login(request)
            messages.error(request, _("This code does not work any more. Ask for a new one."))
            return redirect("account_request_login_code")
        response: HttpResponse | None = super().pre_login(request, user, email=email, **details)
        return response

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Remember the browser, so that attempts elsewhere do not lock its user out."""
        response: HttpResponse = super().post_login(request, user, **details)
        guessing.remember_browser(request, response, user.email)
        return response

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt, which a right password takes back; refuse when there were too many."""
        usage = guessing.count(request, guessing.PASSWORD, credentials.get("email", ""))
        if usage is None:
            raise ValidationError(
                _("Too many attempts. Wait five minutes, or sign in with a code that we send to your e-mail address.")
            )
        self._login_failed_rl_usage = usage

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address of the visitor, or of the proxy when what the proxy says cannot be read.

        One such as ::ffff:192.0.2.1 becomes the IPv4 address in it: as IPv6 addresses all of IPv4 is one network.
        """
        try:
            address = str(super().get_client_ip(request))
        except (ImproperlyConfigured, PermissionDenied):
            address = str(request.META.get("REMOTE_ADDR", ""))
        try:
            mapped = getattr(ipaddress.ip_address(address), "ipv4_mapped", None)
        except ValueError:
            return address
        return str(mapped or address)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Save the password alone: the rest of the account may have changed meanwhile."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def is_safe_url(self, url: str) -> bool:
        return is_own_address(self.request, url)
