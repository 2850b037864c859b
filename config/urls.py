from allauth.account.urls import urlpatterns as sign_in_pages
from django.urls import include, path

from config import health
from portfolio.first_steps.views import sign_in_or_begin

# Nobody signs up or manages addresses: of the pages that come with the library only these are ours.
SIGN_IN_PAGES = {
    "account_logout",
    "account_inactive",
    "account_signup",  # says that accounts are made for you
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_request_login_code",
    "account_confirm_login_code",
}

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/login/", sign_in_or_begin, name="account_login"),
    path("accounts/", include([page for page in sign_in_pages if page.name in SIGN_IN_PAGES])),
    path("", include("accounts.urls")),
    path("", include("partners.urls")),
    path("", include("imports.urls")),
    path("", include("identity.urls")),
    path("", include("collab.urls")),
    path("", include("assessments.urls")),
    path("", include("notifications.urls")),
    path("", include("portfolio.urls")),
]
