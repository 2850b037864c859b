"""Demo data: a Dutch literacy network, made through the actions like any other data."""

from accounts.enums import Role

PASSWORD = "samenspel-demo"
# E-mail address, name and roles of the colleagues; the last one is a contact of a partner.
COLLEAGUES = (
    ("coordinator@taalkracht.example", "Sanne Visser", (Role.COORDINATOR,), "nl"),
    ("manager@taalkracht.example", "Karim Haddad", (Role.MANAGER,), "nl"),
    ("administrator@taalkracht.example", "Emma Wilson", (Role.ADMINISTRATOR,), "en"),
)
PARTNER = ("partner@bibliotheeknoord.example", "Marleen de Boer")


def accounts_in_words() -> list[str]:
    """Return the demo accounts, a line each, as ``make run`` prints them."""
    lines = [f"  {'/'.join(roles)}: {email}" for email, _name, roles, _language in COLLEAGUES]
    return [f"Sign in (password {PASSWORD}):", *lines, f"  partner: {PARTNER[0]}"]
