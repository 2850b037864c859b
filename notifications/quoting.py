"""Quote words of people without an account in mails to others: readable, without links."""

import re

# Mail programs turn what looks like an address into a link; with an unseen joint inside it looks like none.
_JOINT = "\u2060"
_PARTS_OF_ADDRESSES = re.compile(r"(?<=\S)[.@:/](?=\S)")


def unlinked(text: str) -> str:
    """Return the text in one line, in which no mail program sees a link or an address."""
    return _PARTS_OF_ADDRESSES.sub(lambda found: found[0] + _JOINT, " ".join(text.split()))


def quoted_lines(text: str) -> list[str]:
    """Return the lines of a text that are not empty, each ``unlinked``."""
    return [unlinked(line) for line in text.splitlines() if line.strip()]
