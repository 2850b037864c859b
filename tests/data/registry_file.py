"""A made-up list of organisations, as an EU register of projects publishes it, with the oddities of such a list.

Every oddity is named, and happens a fixed number of times to rows chosen by a seed, so that the tests know what to
expect of the file. ``real_file`` describes a list that was published in the same way.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from random import Random

SEED = 2017
# More than two batches of an import, and more than the thousand to which pages count.
ROWS = 2_500
COLUMNS = ["orgId", "name", "shortName", "activityType", "street", "city", "country", "numProjects"]
# An organisation that everybody finds at once.
TOWN = "GEMEENTE ZONDERBERG"

_KINDS = {"PRC": 62, "REC": 12, "OTH": 10, "HES": 8, "PUB": 8}
# The codes are the EU's: UK and EL, and XK for Kosovo. Some are those of islands and territories.
_COUNTRIES = {
    code: int(weight)
    for code, weight in (
        pair.split(":")
        for pair in (
            "DE:120 ES:107 IT:100 UK:98 FR:85 NL:56 BE:43 SE:29 AT:28 EL:24 PT:23 PL:22 DK:21 CH:17 NO:16 IL:12 CZ:12 "
            "TR:10 RS:6 US:5 CN:4 UA:3 KR:1 TW:1 HK:1 PS:1 FO:1 GL:1 JE:1 AI:1 GI:1 PF:1 NC:1"
        ).split()
    )
}
_FIRST = (
    *("AURORA", "BLUE HARBOUR", "CEDAR", "DELTA WEST", "EIKENHOF", "FJORD", "GRANITE", "HELIOS", "IRIS", "JUNIPER"),
    *("KOMPAS", "LIGHTHOUSE", "MERIDIAN", "NORDLICHT", "OLIVETO", "PANORAMA", "QUARTZ", "RIVERSIDE", "SOLENT", "TERRA"),
    *("UMBRA", "VALLEY", "WINDROOS", "XENON", "YARROW", "ZEPHYR"),
)
_SECOND = (
    *("ANALYTICS", "BIOTECH", "CONSULTING", "DIAGNOSTICS", "ENERGY", "FOUNDRY", "GLASS", "HEALTH", "INSTITUTE"),
    *("KNOWLEDGE CENTRE", "LABORATORIES", "MATERIALS", "NETWORKS", "OPTICS", "POLYMERS", "RESEARCH", "SYSTEMS"),
)
_FORMS = ("LTD", "GMBH", "SL", "SRL", "BV", "AB", "SAS", "AS", "ApS", "SPOLKA Z OGRANICZONA ODPOWIEDZIALNOSCIA", "")
_STREETS = ("UNTER DEN EICHEN", "CALLE DE LAS FLORES", "Station Road", "VIALE DEL LAGO", "Kerkstraat", "RUE DU PORT")
_CITIES = ("LEICESTER", "Darmstadt", "BERGEN", "Utrecht", "PRAHA 8", "PARIS CEDEX 07", "GENEVA 23", "FERRARA")
_ACCENTED = {
    "name": ("SOCIÉTÉ DE L'ÉTÉ", "ESPAÑOLA DE PRUEBAS", "Grüne Öfen", "Ősi Műhely", "LÍNEA Ñ", "Κέντρο Ερευνών"),
    "shortName": ("Jöckel", "Łódka", "Señal", "Été", "Žižka"),
    "street": ("Straße am See 4", "Calle Río 1º", "Yazılı Sokak 3", "Plaça Major 2", "Överby – Östra 6"),
    "city": ("Málaga", "Münster", "København K", "Kościerzyna", "Rīga"),
}

Row = dict[str, str]


@dataclass(frozen=True)
class RegistryFile:
    """A file and what an import finds in it. Lines count from 1, the line with the names of the columns.

    ``broken`` is one text in a wrong encoding: line, column, value, number; ``over_two_lines`` a street with a line end
    in it: number and the street in one line.
    """

    name: str
    data: bytes = field(repr=False)
    rows: int
    line_without_number: int
    remarks: int
    twins: str
    in_britain: int
    in_kosovo: int
    broken: tuple[int, str, str, str]
    over_two_lines: tuple[str, str]

    @property
    def imported(self) -> int:
        """All rows but the one without a number."""
        return self.rows - 1


def wrong_encoding(text: str) -> str:
    """Return a text as it looks when its UTF-8 is read as Mac OS Roman: “J√∂ckel” for “Jöckel”."""
    return text.encode().decode("mac_roman")


def _no_number(row: Row, chance: Random) -> None:
    row.update(orgId="", street="", city="", numProjects="55")


def _broken(column: str) -> Callable[[Row, Random], None]:
    def change(row: Row, chance: Random) -> None:
        text = wrong_encoding(chance.choice(_ACCENTED[column]))
        # The number keeps names apart.
        row[column] = f"{text} {row['orgId']}" if column == "name" else text

    return change


def _setting(column: str, *values: str) -> Callable[[Row, Random], None]:
    def change(row: Row, chance: Random) -> None:
        row[column] = chance.choice(values)

    return change


def _two_blanks(row: Row, chance: Random) -> None:
    row["street"] = row["street"].replace(" ", "  ", 1)


def _two_blanks_in_name(row: Row, chance: Random) -> None:
    row["name"] = row["name"].replace(" ", "  ", 1)


def _quoted_word(row: Row, chance: Random) -> None:
    row["name"] = f'ASOCIATIA "{row["name"]}"'


def _stray_quotes(row: Row, chance: Random) -> None:
    row["name"] += '""'


def _comma(row: Row, chance: Random) -> None:
    row["street"] += ", building 4, 2nd floor"


def _lower_case(row: Row, chance: Random) -> None:
    row["name"] = row["name"].lower()


def _same_short_name(row: Row, chance: Random) -> None:
    row["shortName"] = row["name"].title()


def _line_end(row: Row, chance: Random) -> None:
    row["street"] = f"THE OLD RECTORY,\nHOUSE {row['orgId']}"


def _formula(row: Row, chance: Random) -> None:
    row["name"] = f"- {row['orgId']} DEGREES"


def _sentence(row: Row, chance: Random) -> None:
    text = (
        "In line with Article 21(4) of the rules of application of the regulation the name and contact details of the "
        "beneficiary will be published at a later stage; until then this sentence stands here."
    )
    row.update(name=text, shortName=text, street="", city="")


# Each happens to other rows than the ones before it, so many times.
ODDITIES: dict[str, tuple[int, Callable[[Row, Random], None]]] = {
    "a row without a number, street and city": (1, _no_number),
    "a sentence where the name belongs": (1, _sentence),
    "a name in a wrong encoding": (22, _broken("name")),
    "a short name in a wrong encoding": (26, _broken("shortName")),
    "a street in a wrong encoding": (40, _broken("street")),
    "a city in a wrong encoding": (15, _broken("city")),
    "a line end inside a value, without the return that ends rows": (3, _line_end),
    "a dot or a dash where the street belongs": (5, _setting("street", ".", "-")),
    "words for nothing where the street belongs": (3, _setting("street", "N/A", "n/a", "NA")),
    "a street that is empty": (2, _setting("street", "")),
    "a city that is a dot": (1, _setting("city", ".")),
    "two blanks in a street": (200, _two_blanks),
    "two blanks in a name": (10, _two_blanks_in_name),
    "quotation marks inside a name": (3, _quoted_word),
    "two quotation marks at the end of a name": (2, _stray_quotes),
    "a comma in a street": (130, _comma),
    "a semicolon in a street": (2, _setting("street", "MANASTUR STR; 3-5", "ATI; Hill Junction; Old Park;")),
    "an apostrophe at the beginning of a city": (3, _setting("city", "'s-Hertogenbosch", "'S-GRAVENHAGE")),
    "a name that a spreadsheet takes for a formula": (1, _formula),
    "a name in lower case": (3, _lower_case),
    "a short name that is the name in other capitals": (230, _same_short_name),
    "a country whose code is the EU's own": (1, _setting("country", "XK")),
}
# So many names stand on two lines, each with a number of its own.
SAME_NAMES = 6


@cache
def registry_file() -> RegistryFile:
    """Make the file; the same one each time."""
    chance = Random(SEED)
    rows = [_ordinary(number, chance) for number in range(ROWS)]
    rows[-1].update(name=TOWN, shortName="GZ", activityType="PUB", city="ZONDERBERG", country="NL")
    # The town stays as it is, and so do the pairs of one name, which stand at the end.
    pairs = range(ROWS - 1 - 2 * SAME_NAMES, ROWS - 1, 2)
    for place in pairs:
        rows[place + 1]["name"] = rows[place]["name"]
    chosen = chance.sample(range(pairs.start), sum(times for times, _change in ODDITIES.values()))
    happened: dict[str, list[int]] = {}
    for name, (times, change) in ODDITIES.items():
        happened[name] = sorted(chosen[:times])
        del chosen[:times]
        for place in happened[name]:
            change(rows[place], chance)
    return _described(rows, happened, rows[pairs.start]["name"])


def _ordinary(number: int, chance: Random) -> Row:
    """Return a row without oddities; most names are in capitals, as in the register."""
    form = chance.choice(_FORMS)
    name = f"{chance.choice(_FIRST)} {chance.choice(_SECOND)} {number} {form}".rstrip()
    return {
        "orgId": str(999_999_999 - number * 4_001),
        "name": name,
        "shortName": "".join(word[0] for word in name.split()),
        "activityType": _weighted(_KINDS, chance),
        "street": f"{chance.choice(_STREETS)} {chance.randrange(1, 200)}",
        "city": chance.choice(_CITIES),
        "country": _weighted(_COUNTRIES, chance),
        "numProjects": str(min(int(chance.paretovariate(1.2)), 999)),
    }


def _weighted(weights: dict[str, int], chance: Random) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def _described(rows: list[Row], happened: dict[str, list[int]], twins: str) -> RegistryFile:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    lines, line = [], 2
    for row in rows:
        lines.append(line)
        line += 1 + sum(value.count("\n") for value in row.values())
        writer.writerow(row)
    broken_texts = sum(len(places) for name, places in happened.items() if "wrong encoding" in name)
    broken = happened["a short name in a wrong encoding"][0]
    two_lines = rows[happened["a line end inside a value, without the return that ends rows"][0]]
    return RegistryFile(
        name="organisations.csv",
        data=text.getvalue().encode(),
        rows=ROWS,
        line_without_number=lines[happened["a row without a number, street and city"][0]],
        # On each text in a wrong encoding, on each name that stands twice, and on the column of no use.
        remarks=broken_texts + SAME_NAMES + 1,
        twins=twins,
        in_britain=sum(row["country"] == "UK" for row in rows if row["orgId"]),
        in_kosovo=sum(row["country"] == "XK" for row in rows if row["orgId"]),
        broken=(lines[broken], "shortName", rows[broken]["shortName"], rows[broken]["orgId"]),
        over_two_lines=(two_lines["orgId"], " ".join(two_lines["street"].split())),
    )
