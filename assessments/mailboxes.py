"""Compare e-mail addresses: whether two are the same mailbox, and whether they belong together."""

from collections.abc import Iterable

from common.text import address_key


def masked(email: str) -> str:
    """Return an address that its owner recognises and others cannot mail: p…@noord.example."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


# Public mail domains: an address there says nothing about an organisation.
SHARED_DOMAINS = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.nl hotmail.com hotmail.nl live.com live.nl msn.com yahoo.com
    yahoo.co.uk icloud.com me.com mac.com aol.com gmx.com gmx.net gmx.de web.de mail.com proton.me protonmail.com pm.me
    fastmail.com hey.com tutanota.com ziggo.nl kpnmail.nl planet.nl hetnet.nl home.nl xs4all.nl casema.nl chello.nl
    upcmail.nl quicknet.nl tele2.nl telfort.nl solcon.nl telenet.be skynet.be t-online.de btinternet.com
    yandex.com qq.com
    """.split()
)


def domain_of(email: str) -> str:
    """Return the part after the @ as it is compared; the empty string for a text that is no address."""
    return address_key(email).rpartition("@")[2] if "@" in email else ""


def is_within(domain: str, known: Iterable[str]) -> bool:
    """Return whether a domain is one of ``known`` or below one: mail.noord.example is within noord.example."""
    return any(domain == other or domain.endswith(f".{other}") for other in known)
