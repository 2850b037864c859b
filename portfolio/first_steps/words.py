from django.conf import settings

from accounts.models import User
from portfolio.demo import COLLEAGUES, accounts_in_words


def how_to_begin() -> list[str]:
    """Return who can sign in and where mails are, a line each, as ``make run`` prints them."""
    lines = []
    if User.objects.filter(email=COLLEAGUES[0][0], is_active=True).exists():
        lines += accounts_in_words()
    elif not User.objects.exists():
        lines.append("It is empty. Open it on this machine, and it asks who you are and for which organisation;")
        lines.append("or run: .venv/bin/python manage.py createadministrator")
    if settings.MAILS_STAY_HERE:
        lines.append(f"Mails stay here: under Messages with their links, and as files in {settings.MAIL_DIR}.")
    return lines
