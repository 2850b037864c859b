import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from common.actions import ActionRefused
from partners.models import Organisation
from portfolio.first_steps.actions import add_administrator


class Command(BaseCommand):
    """Command that makes an administrator, and our own organisation in an empty installation."""

    help = (
        "Make an administrator, and our own organisation when there is none yet. Asks for what is not given; without a"
        " terminal the password is the first line of the input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", help="of the administrator")
        parser.add_argument("--email", help="of the administrator, to sign in with")
        parser.add_argument("--organisation", help="name of our own organisation, when there is none yet")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="nl")
        parser.add_argument("--no-password", action="store_true", help="sign in with a code by mail only")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organisation = "" if Organisation.objects.has_host() else self._given(options, "organisation")
            name, email = self._given(options, "name"), self._given(options, "email")
            User(name=name, email=email).clean_fields(exclude=["password"])
            if organisation:
                Organisation._meta.get_field("name").clean(organisation, None)
            password = None
            if not options["no_password"]:
                # Typed twice, or given as one line of the input.
                is_typed = sys.stdin.isatty()
                password = getpass.getpass("Password: ") if is_typed else sys.stdin.readline().rstrip("\n")
                if is_typed and password != getpass.getpass("The password once more: "):
                    raise CommandError("the two passwords differ")
                validate_password(password, User(name=name, email=email))
            user = add_administrator(
                organisation=organisation, name=name, email=email, language=options["language"], password=password
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except ActionRefused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{user.email} is administrator, and can sign in at {settings.SITE_URL}")

    def _given(self, options: dict[str, Any], what: str) -> str:
        """Return an option, or ask for its value; refuse where there is no terminal to ask at."""
        if options[what]:
            return str(options[what])
        if not sys.stdin.isatty():
            raise CommandError(f"give --{what}: there is nobody to ask")
        return input(f"{what.capitalize()}: ").strip()
