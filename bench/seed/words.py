"""Words for believable names; a few stand in every list, one in next to none."""

from random import Random


def _listed(text: str) -> list[str]:
    return text.split()


COMMON = "Stichting"
RARE = "Zeldenrust"
RARE_COUNT = 12

KINDS = {
    COMMON: "foundation",
    "Bibliotheek": "library",
    "Gemeente": "public_body",
    "Taalhuis": "foundation",
    "Welzijn": "care",
    "Zorggroep": "care",
    "Universiteit": "higher_education",
    "Hogeschool": "higher_education",
    "Basisschool": "education",
    "Onderzoeksinstituut": "research",
    "Bureau": "company",
    "Vereniging": "foundation",
}
ACTIVITIES = ("Samen lezen", "Taalmaatjes", "Digitaal meedoen", "Voorlezen thuis", "Leesclub", "Samen rekenen")
CITIES = _listed(
    "Amsterdam Rotterdam Utrecht Den_Haag Eindhoven Groningen Tilburg Almere Breda Nijmegen Apeldoorn Haarlem Arnhem "
    "Enschede Amersfoort Zaandam Zwolle Leiden Leeuwarden Maastricht Dordrecht Zoetermeer Deventer Delft Alkmaar "
    "Heerlen Venlo Hilversum Assen Roosendaal Emmen Middelburg Gent Antwerpen Brugge Leuven Hasselt Mechelen Köln "
    "Münster Aachen Bremen Lille Kraków Łódź Århus Malmö Porto Évora Girona"
)
COUNTRIES = {"NL": 60, "BE": 10, "DE": 8, "FR": 4, "PL": 4, "DK": 3, "SE": 3, "PT": 3, "ES": 3, "XK": 1, "": 1}
TAGS = _listed(
    "taal rekenen digitaal jeugd ouderen nieuwkomers gezin gezondheid schulden vrijwilligers scholing werk cultuur "
    "wijk dorp bibliotheek onderzoek subsidie Europees landelijk pilot netwerk oprichter sponsor leverancier "
    "aanbesteding zorg welzijn sport natuur"
)
THEMES = _listed("geletterdheid digitaal gezin werk gezondheid schulden nieuwkomers jeugd")
FIRST_NAMES = _listed(
    "Anna Bram Chantal Daan Esra Fatima Gijs Hanna Ilse Jamal Karin Lotte Mees Noor Omar Petra Ruud Sanne"
)

_STARTS = _listed("ba be bo da de do ga ge ha he ka ke la le ma me mo na ne pa ra re sa se ta te va ve wa za")
_MIDDLES = _listed("ba ber da den dra ga gen la len ma mer na nen pa ra ren sa sen ta ten ver")
_ENDS = _listed(
    "berg burg dam dijk donk feld gaarde heide horst kerk laan land meer oord rust stee veen veld wijk zicht"
)


def invented(random: Random, count: int) -> list[str]:
    """Return names that could be Dutch, such as “Madenveld”."""
    pieces = (_STARTS, _MIDDLES, _ENDS)
    return ["".join(part[int(random.random() * len(part))] for part in pieces).title() for _ in range(count)]


def is_rare(index: int, size: int) -> bool:
    """Return whether the row gets the rare word: the same number of rows at every size, spread over the whole."""
    return index % max(size // RARE_COUNT, 1) == 0 and index // max(size // RARE_COUNT, 1) < RARE_COUNT
