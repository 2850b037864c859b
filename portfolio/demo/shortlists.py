"""Shortlists of the demo: one that is open, and one from which a partner was chosen."""

from datetime import timedelta

from collab import actions as collab
from collab.enums import RoleKind
from collab.models import Candidate, Collaboration
from partners.models import Organisation
from portfolio.demo.world import Demo, on

# Organisation, what it offers, what it needs, our notes.
OPEN = ("Almere leest", (
    (
        "Uitzendbureau Aan de Slag",
        "Werkgevers die hun mensen onder werktijd laten leren, en een ruimte in het centrum.",
        "Mensen die een veiligheidsinstructie kunnen lezen. Ze willen snel beginnen.",
        "Snel en zakelijk. Vragen: wie betaalt de lesuren, en wat doen ze als er een drukke week is?",
    ),
    (
        "Bibliotheek Noord",
        "Ervaring met het Taalhuis, lesmateriaal en twee docenten die we kennen.",
        "Een voorbeeld buiten de eigen stad, voor hun nieuwe beleidsplan.",
        "We werken al veel samen. Is er nog tijd voor ons, en is het niet te ver weg?",
    ),
    (
        "Kinderopvang Klavertje",
        "Ouders die elke dag binnenlopen en elkaar vertrouwen.",
        "Iemand die met ouders over lezen praat zonder dat het school wordt.",
        "",
    ),
))  # fmt: skip
CHOSEN = ("Taalcafé Vechtstreek", (
    (
        "Humanitas Taalmaatjes",
        "Veertig taalmaatjes, en iemand die ze begeleidt.",
        "Een vaste plek waar maatjes en deelnemers elkaar ontmoeten.",
        "Goed gesprek gehad, ze weten wat ze niet kunnen.",
    ),
    ("Welzijn Zuiderpark", "Een zaal met keuken.", "Meer bezoekers overdag.", "Ligt aan de andere kant van de stad."),
    ("Hogeschool Waalstad", "Studenten die stage lopen.", "Stageplekken, liefst twintig.", "Kunnen pas in september."),
))  # fmt: skip
WHY = "Zij hebben begeleide vrijwilligers, en dat is precies wat wij missen. De andere twee brengen vooral ruimte."


def add_shortlists(demo: Demo) -> None:
    """Add two shortlists of collaborations that are being explored; for one the partner was chosen last week."""
    with on(demo.today - timedelta(days=12)):
        consider(demo, *OPEN)
        candidates = consider(demo, *CHOSEN)
    with on(demo.today - timedelta(days=6)) as day:
        collaboration = candidates[0].collaboration
        decider = collaboration.participations.get(organisation=demo.host).roles.get(role=RoleKind.DECIDER).contact
        winner = candidates[0]
        collab.choose_partners(
            actor=demo.coordinator,
            collaboration=collaboration,
            chosen=[collab.ChosenCandidate(winner, goal=winner.need, contribution=winner.offer)],
            considered=[candidate.pk for candidate in candidates],
            why=WHY,
            decided_by=decider,
            decided_on=day,
        )


def consider(demo: Demo, name: str, known: tuple[tuple[str, str, str, str], ...]) -> list[Candidate]:
    collaboration = Collaboration.objects.get(name=name)
    organisations = [Organisation.objects.get(name=row[0]) for row in known]
    collab.add_candidates(actor=demo.coordinator, collaboration=collaboration, organisations=organisations)
    candidates = list(collaboration.candidates.order_by("pk"))
    for candidate, (_name, offer, need, notes) in zip(candidates, known, strict=True):
        collab.change_candidate(
            actor=demo.coordinator,
            candidate=candidate,
            offer=offer,
            need=need,
            notes=notes,
        )
        candidate.refresh_from_db()
    return candidates
