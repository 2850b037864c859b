"""Who works where: believable names of all who live in the Netherlands, with a position that fits."""

from collections.abc import Iterable
from random import Random

from common.languages import Language
from common.text import fold
from portfolio.demo.texts import OrganisationText, content

ENGLISH_SPEAKERS = ("english", "flemish")


class Names:
    """Draws names, each only once and none that is ``taken``."""

    def __init__(self, chance: Random, taken: Iterable[str]) -> None:
        self._chance = chance
        self._drawn = set(taken)

    def draw(self, background: str = "") -> str:
        """A name of this background; without one, of any that is usual in a Dutch organisation."""
        while True:
            name = self._compose(background or self._background())
            if name not in self._drawn:
                self._drawn.add(name)
                return name

    def _background(self) -> str:
        shares = {key: row["share"] for key, row in content("people")["backgrounds"].items()}
        return str(self._chance.choices(list(shares), list(shares.values()))[0])

    def _compose(self, background: str) -> str:
        row = content("people")["backgrounds"][background]
        first, last = self._chance.choice(row["first"].split()), self._chance.choice(row["last"].split("|"))
        return f"{first} {last.strip()}"


def speaks(partner: OrganisationText) -> str:
    """The language of the people of an organisation."""
    return Language.ENGLISH if partner.names in ENGLISH_SPEAKERS else Language.DUTCH


def positions(partner: OrganisationText) -> list[str]:
    """What its people do; the first one decides."""
    found: list[str] = content("people")["positions"]["english" if partner.names in ENGLISH_SPEAKERS else partner.kind]
    return found


def address(name: str, domain: str) -> str:
    """An e-mail address under a domain that is kept for examples and reaches nobody."""
    return f"{fold(name).replace(' ', '.')}@{domain}.example"
