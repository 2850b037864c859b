"""Demo data: a Dutch literacy network, made through the actions like any other data."""

from dataclasses import dataclass

from accounts.enums import Role
from common.languages import Language

PASSWORD = "samenspel-demo"
PARTNER = "partner"


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in to the demo. ``organisation`` is the key of a partner; colleagues have none."""

    email: str
    name: str
    role: str
    position: str
    language: str = Language.DUTCH
    password: str = PASSWORD
    organisation: str = ""


ACCOUNTS = (
    Account("coordinator@taalkracht.example", "Sanne Visser", Role.COORDINATOR, "Coördinator samenwerkingen"),
    Account("manager@taalkracht.example", "Karim Haddad", Role.MANAGER, "Manager programma’s"),
    Account("administrator@taalkracht.example", "Emma Wilson", Role.ADMINISTRATOR, "Information manager", "en"),
    Account(
        "marleen.de.boer@noorderhaven.example",
        "Marleen de Boer",
        PARTNER,
        "Projectleider",
        organisation="gemeente_noorderhaven",
    ),
    Account(
        "ciara.walsh@readon.example", "Ciara Walsh", PARTNER, "Programme manager", Language.ENGLISH, PASSWORD, "readon"
    ),
)


def accounts_in_words() -> list[str]:
    """The demo accounts, a line each, as ``make run`` prints them."""
    width = max(len(account.email) for account in ACCOUNTS)
    lines = [f"  {account.email:{width}}  {account.role}" for account in ACCOUNTS]
    return [f"Sign in with password {PASSWORD} as", *lines]
