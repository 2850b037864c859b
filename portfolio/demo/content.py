"""Names and texts of the demo, in the language of the people who wrote them."""

from dataclasses import dataclass

from assessments.enums import Mode
from collab.enums import Stage
from partners.enums import OrganisationKind as Kind

HOST = ("Stichting Taalkracht", "Utrecht")

# name, kind, city; the first is where the partner account belongs
ORGANISATIONS: tuple[tuple[str, Kind, str], ...] = (
    ("Bibliotheek Noord", Kind.LIBRARY, "Groningen"),
    ("Gemeente Noorderhaven", Kind.PUBLIC_BODY, "Groningen"),
    ("ROC Eemsland", Kind.EDUCATION, "Emmen"),
    ("Welzijn Zuiderpark", Kind.CARE, "Rotterdam"),
    ("Bibliotheek Maasmond", Kind.LIBRARY, "Rotterdam"),
    ("Gemeente Maasmond", Kind.PUBLIC_BODY, "Rotterdam"),
    ("Stichting Lezen Samen", Kind.FOUNDATION, "Den Haag"),
    ("Vrijwilligerspunt Vechtstreek", Kind.FOUNDATION, "Utrecht"),
    ("Taalhuis De Brug", Kind.FOUNDATION, "Amersfoort"),
    ("Gemeente Eemdal", Kind.PUBLIC_BODY, "Amersfoort"),
    ("Bibliotheek Eemdal", Kind.LIBRARY, "Amersfoort"),
    ("ROC Midden-Holland", Kind.EDUCATION, "Gouda"),
    ("Werkbedrijf Rijnstroom", Kind.COMPANY, "Leiden"),
    ("GGD Hollands Midden", Kind.PUBLIC_BODY, "Leiden"),
    ("Kinderopvang Klavertje", Kind.COMPANY, "Leiden"),
    ("Bibliotheek Rijnstroom", Kind.LIBRARY, "Leiden"),
    ("Digitaal Punt Zuid", Kind.FOUNDATION, "Tilburg"),
    ("Welzijn Brabantse Kempen", Kind.CARE, "Eindhoven"),
    ("Gemeente Kempenland", Kind.PUBLIC_BODY, "Eindhoven"),
    ("Bibliotheek Kempenland", Kind.LIBRARY, "Eindhoven"),
    ("Humanitas Taalmaatjes", Kind.FOUNDATION, "Nijmegen"),
    ("Hogeschool Waalstad", Kind.HIGHER_EDUCATION, "Nijmegen"),
    ("Basisschool De Regenboog", Kind.EDUCATION, "Arnhem"),
    ("Schuldhulp Gelderland", Kind.CARE, "Arnhem"),
    ("Huisartsen Rijnoever", Kind.CARE, "Arnhem"),
    ("Bibliotheek Rijnoever", Kind.LIBRARY, "Arnhem"),
    ("Gemeente Rijnoever", Kind.PUBLIC_BODY, "Arnhem"),
    ("Vluchtelingenwerk Oost", Kind.FOUNDATION, "Zwolle"),
    ("Taalpunt IJsselstreek", Kind.FOUNDATION, "Deventer"),
    ("Woningstichting Thuisbaas", Kind.COMPANY, "Deventer"),
    ("Read On Foundation", Kind.FOUNDATION, "Brussels"),
    ("City of Leuven, Adult Learning", Kind.PUBLIC_BODY, "Leuven"),
    ("Universiteit voor Geletterdheid", Kind.RESEARCH, "Amsterdam"),
    ("Bibliotheek Westerpolder", Kind.LIBRARY, "Alkmaar"),
    ("Gemeente Westerpolder", Kind.PUBLIC_BODY, "Alkmaar"),
    ("UWV Werkplein West", Kind.PUBLIC_BODY, "Haarlem"),
    ("Mantelzorg Kennemerland", Kind.CARE, "Haarlem"),
    ("Uitzendbureau Aan de Slag", Kind.COMPANY, "Almere"),
    ("Voorleesclub Almere", Kind.FOUNDATION, "Almere"),
)

FIRST_NAMES = (
    "Anouk", "Bas", "Chantal", "Daan", "Elif", "Femke", "Gijs", "Hanna", "Ibrahim", "Joke", "Kees", "Lotte",
    "Mehmet", "Nadia", "Olga", "Pieter", "Quinten", "Rachida", "Sem", "Tineke", "Ursula", "Vera", "Willem",
    "Yara", "Zeynep", "Marijke", "Joost", "Fatima", "Thijs", "Aisha", "Ruben", "Ingrid", "Jamal", "Els", "Bram",
    "Noor",
)  # fmt: skip
LAST_NAMES = (
    "Jansen", "de Vries", "Bakker", "Yilmaz", "van Dijk", "Smit", "El Amrani", "Mulder", "de Groot", "Bos",
    "Vos", "Peters", "Hendriks", "van Leeuwen", "Kaya", "Dekker", "Brouwer", "de Wit", "Dijkstra", "Smits",
    "Sari", "van den Berg", "Kok", "Jacobs", "Haddou", "Vermeulen", "Schouten", "Hoekstra", "Post", "Ozturk",
)  # fmt: skip
ENGLISH_NAMES = ("Olivia Grant", "James O'Neill", "Priya Nair", "Thomas Baert", "Grace Adeyemi", "Liam Peeters")
POSITIONS = (
    "Coördinator taal", "Beleidsadviseur", "Teamleider", "Projectleider", "Docent NT2", "Manager educatie",
    "Adviseur basisvaardigheden", "Vrijwilligerscoördinator",
)  # fmt: skip

GOALS = (
    "We willen mensen bereiken die wij nu niet zien.",
    "We willen dat deelnemers sneller een passende plek vinden.",
    "We willen onze vrijwilligers beter begeleiden.",
    "We willen dat ouders meer voorlezen.",
    "We willen dat taal een vast onderdeel wordt van ons werk.",
)
MOTIVES = (
    "Alleen lukt het ons niet. We willen geen extra papierwerk.",
    "De vraag groeit en onze middelen niet.",
    "We geloven dat het samen beter wordt voor de mensen zelf.",
    "Het past bij onze opdracht, en we kennen elkaar al lang.",
)
CONTRIBUTIONS = (
    "Ruimte, twee dagdelen per week, en koffie.",
    "Een netwerk van scholen en huisartsen.",
    "Opgeleide vrijwilligers en lesmateriaal.",
    "Geld voor een halve baan, en kennis van de wijk.",
    "Doorverwijzen vanuit het spreekuur.",
)
# What people write about a round, by language; within a round nobody says what another one said.
KEEP = {
    "nl": (
        "We bellen elkaar gewoon als er iets is.",
        "Het maandelijkse overleg is kort en goed.",
        "De deelnemers merken dat we elkaar kennen.",
        "We vieren wat lukt.",
        "Iedereen komt zijn afspraken na.",
        "Open gesprekken, ook als het schuurt.",
        "De vrijwilligers voelen zich welkom op beide plekken.",
        "We sturen mensen warm door, niet met een folder.",
        "Er is altijd iemand die de telefoon opneemt.",
        "De gezamenlijke training in het voorjaar.",
        "Dat we beginnen met een verhaal van een deelnemer.",
        "We weten nu wie waarover gaat.",
        "Fouten mogen, we leren ervan.",
        "De korte lijn met de wijkteams.",
        "Samen naar de wethouder gaan werkte goed.",
        "Dat er na het overleg ook gelachen wordt.",
        "De agenda is op tijd en past op één bladzijde.",
        "Het spreekuur in de bibliotheek loopt vanzelf.",
        "We denken vanuit de deelnemer en niet vanuit ons rooster.",
        "Nieuwe ideeën krijgen een eerlijke kans.",
    ),
    "en": (
        "People know each other by name now.",
        "We tell each other when something goes wrong.",
        "The shared training days.",
        "Somebody always follows up.",
        "Learners are at the table, not only on the agenda.",
    ),
}
CHANGE = {
    "nl": (
        "Besluiten duren te lang.",
        "We moeten vaker bij elkaar langsgaan.",
        "Duidelijker afspreken wie wat doet.",
        "Meer uren vrijmaken, anders blijft het liggen.",
        "Minder verslagen, meer praten.",
        "Nieuwe mensen beter inwerken.",
        "Eén lijst met deelnemers in plaats van drie.",
        "Ook in de zomer bereikbaar zijn.",
        "De werkgroep is te groot om iets te beslissen.",
        "Eerder zeggen dat iets niet lukt.",
        "Vaker vragen wat de deelnemers ervan vinden.",
        "Het doel opnieuw opschrijven, we zijn het onderweg kwijtgeraakt.",
        "Afspraken over privacy die iedereen begrijpt.",
        "Er moet iemand tijd krijgen om te trekken.",
        "Minder afkortingen in de mail.",
        "De financiering na volgend jaar regelen.",
        "Directies een keer per jaar bij elkaar zetten.",
        "De ruimte op dinsdag is te klein geworden.",
        "Gelijke spelregels voor vrijwilligers.",
        "Stoppen met dingen die niemand mist.",
    ),
    "en": (
        "Decide faster on small things.",
        "Agree on who speaks to the municipality.",
        "One calendar for all of us.",
        "More time for the people who do the work.",
        "Write less, meet more.",
    ),
}
HELP = ("Een vast aanspreekpunt zou helpen.", "Eerder beslissen.", "Meer tijd, liefst twee uur per week.")
ACTIONS = (
    "Een dagdeel meelopen bij elkaar",
    "Drie afspraken maken over hoe snel we reageren",
    "Eén verslag schrappen",
    "Per organisatie opschrijven hoeveel uur er vrij is",
    "Vijf deelnemers vragen wat ze merken",
    "Het gezamenlijke doel in één zin opschrijven",
)
SUMMARIES = (
    "We hebben open gesproken over tijd. De gemeente kan minder uren leveren dan gedacht; we kiezen daarom minder.",
    "Het verschil in beeld verraste ons. We gaan bij elkaar kijken voordat we iets veranderen.",
    "Het gaat goed. We houden vast wat werkt en maken het nieuwe mensen makkelijker.",
)


@dataclass(frozen=True)
class Story:
    """One collaboration of the demo: its partners and stage, and the months ago at which it and its rounds began.

    ``host`` and ``partner`` give how each side experiences it (1–5). ``ends`` names the situation today.
    """

    name: str
    partners: tuple[int, ...]
    stage: Stage
    began: int
    rounds: tuple[int, ...] = ()
    host: float = 3.9
    partner: float = 3.6
    mode: Mode = Mode.CONFIDENTIAL
    people: int = 4
    ends: str = ""
    english: bool = False
    important: bool = False


STORIES: tuple[Story, ...] = (
    Story("Taalhuis Noord", (0, 1, 2), Stage.ACTIVE, 30, (26, 14, 2), 4.1, 3.0, people=5, ends="not_discussed"),
    Story("Ouderkracht", (3, 22), Stage.ACTIVE, 28, (20, 13), 4.0, 3.9, ends="overdue"),
    Story("Werk & Taal", (12, 36, 34), Stage.ACTIVE, 16, (13, 7), 3.6, 3.4, ends="closing"),
    Story("Digitaal Punt Zuid", (16, 18), Stage.ACTIVE, 25, (18, 8), 2.9, 3.4, ends="no_lead"),
    Story("Voorleesexpress Maasmond", (4, 5), Stage.ACTIVE, 36, (30, 18, 6), 4.3, 4.2),
    Story("Rekenlokaal", (10, 9), Stage.ACTIVE, 5, (), ends="planned"),
    Story("Leesplezier op school", (15, 14), Stage.ACTIVE, 40, (33, 27, 15, 3), 3.8, 4.1, important=True),
    Story("Gezond en taalvaardig", (13, 24), Stage.ACTIVE, 22, (15, 9), 3.2, 3.8, ends="lead_left"),
    Story("Taalmaatjes Waalstad", (20, 21), Stage.ACTIVE, 18, (11, 4), 4.2, 3.5),
    Story("Schuldhulp in gewone taal", (23, 26), Stage.ACTIVE, 14, (8,), 3.5, 2.7),
    Story("Nieuw in Nederland", (27, 28), Stage.ACTIVE, 20, (14, 7), 3.9, 4.0, mode=Mode.OPEN, people=1),
    Story("Thuis in taal", (29,), Stage.ACTIVE, 19, (12, 5), 3.7, 3.7, people=2),
    Story("Reading Across Borders", (30, 31), Stage.ACTIVE, 24, (17, 10), 4.0, 3.4, english=True),
    Story("Meten wat werkt", (32,), Stage.ACTIVE, 26, (19, 9), 3.3, 3.9),
    Story("Taal op de werkvloer", (37, 35), Stage.ACTIVE, 17, (10,), 3.4, 3.0, ends="silent"),
    Story("Westerpolder leest", (33, 34), Stage.ACTIVE, 23, (16, 4), 4.4, 4.0),
    Story("Taalpunt Kempenland", (19, 17), Stage.ACTIVE, 15, (8,), 3.9, 3.3, ends="late_action"),
    Story("Mantelzorg en lezen", (36,), Stage.PAUSED, 21, (14, 8), 3.0, 3.2),
    Story("Klavertje leest voor", (14, 15), Stage.DESIGNING, 3),
    Story("Huisarts en taal", (24, 25), Stage.DESIGNING, 2),
    Story("Almere leest", (38,), Stage.EXPLORING, 1),
    Story("Taalcafé Vechtstreek", (7,), Stage.EXPLORING, 2),
    Story("Wijkcampagne Rijnoever", (25, 26), Stage.ENDED, 34, (28, 20), 3.8, 3.9),
    Story("Taalbus Eemland", (8, 9), Stage.ENDED, 31, (24, 18), 2.8, 2.4),
)
