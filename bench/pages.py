"""The pages that are measured, as addresses in a filled database: the same ones at every size and in every run."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from assessments.actions import load_questionnaire
from assessments.enums import CycleStatus, InvitationStatus
from assessments.models import EvaluationCycle, Invitation
from bench.client import FLOOR, Ask, Page
from bench.seed.cycles import token_of
from bench.seed.people import COORDINATOR_SESSION, PARTNER_SESSION
from bench.seed.words import COMMON, FIRST_NAMES, RARE
from bench.seed.world import HOST, PARTNER
from collab.enums import Stage
from collab.models import Collaboration
from partners.lists.columns import COLUMNS
from partners.models import Contact, Organisation

ADDRESSES = 20


def pages() -> list[Page]:
    """Return the pages to measure, the floor first."""
    return [*_registry(), *_collaborations(), *_rounds(), *_of_a_partner(), *_answering()]


def _page(name: str, *paths: str, session: str = COORDINATOR_SESSION, is_fragment: bool = False) -> Page:
    return Page(name, [Ask(path) for path in paths], session, is_fragment)


def _of(url_name: str, rows: QuerySet[Any]) -> list[str]:
    """Return the addresses of some rows, spread over all of them."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    return [reverse(url_name, args=[key]) for key in keys[:: max(len(keys) // ADDRESSES, 1)][:ADDRESSES]]


def _registry() -> Iterator[Page]:
    url = reverse("partners:organisation-list")
    yield _page(FLOOR, "/floor/")
    yield _page("partners", url)
    yield _page("partners, sorted by city", f"{url}?sort=city")
    yield _page("partners, sorted by status, downwards", f"{url}?sort=-status")
    yield _page("partners, page 150", f"{url}?page=150")
    yield _page("partners in Germany", f"{url}?country=DE")
    yield _page("partners, prospects that are libraries", f"{url}?status=prospect&kind=library")
    yield _page("partners with a tag, by city", f"{url}?tag=3&sort=city")
    yield _page("partners, search: rare word", f"{url}?q={RARE}")
    yield _page("partners, search: common word", f"{url}?q={COMMON}")
    yield _page("partners, search: two beginnings", f"{url}?q=biblio+utr")
    yield _page("partners, search while typing", *(f"{url}?q={COMMON[:n]}" for n in (3, 4, 5)), is_fragment=True)
    person = Contact.objects.order_by("pk").values_list("email", flat=True)[500]
    yield _page("partners, search: person", f"{url}?q={person}")
    yield _page("partners, search: common first name", f"{url}?q={FIRST_NAMES[0]}")
    yield _page("partners, all columns", f"{url}?{urlencode([('columns', key) for key in COLUMNS])}")
    yield _page("partners: likely duplicates", reverse("partners:duplicate-list"))
    typed = [name[:length] for name in (COMMON, "Bibliotheek") for length in (5, 8)]
    yield _page(
        "partners: alike while typing",
        *(f"{reverse('partners:possible-matches')}?name={name}" for name in typed),
        is_fragment=True,
    )
    counts = reverse("partners:organisation-counts")
    yield _page("partners: counts", counts, is_fragment=True)
    yield _page("partners: counts, two filters", f"{counts}?kind=library&country=DE", is_fragment=True)
    yield _page("partners: counts, common word", f"{counts}?q={COMMON}", is_fragment=True)
    partners = Organisation.objects.exclude(pk=HOST)
    yield _page("partner", *_of("partners:organisation-detail", partners))
    yield _page("partner: collaborations", *_of("collab:organisation-panel", partners), is_fragment=True)
    yield _page("partner: history", *_of("partners:organisation-history", partners), is_fragment=True)


def _collaborations() -> Iterator[Page]:
    url = reverse("collab:collaboration-list")
    yield _page("collaborations", url)
    yield _page("collaborations, search: rare word", f"{url}?q={RARE}")
    yield _page("collaborations, search: common word", f"{url}?q=samen")
    yield _page("collaborations, partner: rare word", f"{url}?partner={RARE}")
    yield _page("collaborations, partner: common word", f"{url}?partner={COMMON}")
    yield _page("collaborations, active, by next evaluation", f"{url}?stage=active&sort=-next")
    yield _page("collaborations without a lead", f"{url}?needs=lead")
    going_on = Collaboration.objects.filter(stage=Stage.ACTIVE)
    yield _page("collaboration", *_of("collab:collaboration-detail", going_on))
    yield _page("collaboration: rounds", *_of("assessments:collaboration-panel", going_on), is_fragment=True)
    yield _page("collaboration: history", *_of("collab:collaboration-history", going_on), is_fragment=True)
    explored = Collaboration.objects.filter(stage=Stage.EXPLORING)
    yield _page("shortlist", *_of("collab:shortlist", explored))
    considered = Organisation.objects.filter(candidacies__isnull=False).distinct()
    yield _page("shortlist: how it went", *_of("assessments:organisation-results", considered), is_fragment=True)
    dashboard = reverse("portfolio:dashboard")
    yield _page("dashboard", dashboard)
    yield _page("dashboard, search: common word", f"{dashboard}?q=samen")
    yield _page("dashboard, active, by name", f"{dashboard}?stage=active&sort=name")


def _rounds() -> Iterator[Page]:
    url = reverse("assessments:cycle-list")
    yield _page("rounds", url)
    yield _page("rounds that are open", f"{url}?status=open")
    yield _page("rounds, search: common word", f"{url}?q=samen")
    yield _page("open round", *_of("assessments:cycle-detail", EvaluationCycle.objects.filter(status="open")))
    discussed = EvaluationCycle.objects.filter(status=CycleStatus.DISCUSSED, number=2)
    yield _page("results", *_of("assessments:cycle-results", discussed))
    mails = reverse("notifications:mail-list")
    yield _page("messages", mails)
    yield _page("messages that failed", f"{mails}?status=failed")
    yield _page("messages, search", f"{mails}?q=contact77@")


def _of_a_partner() -> Iterator[Page]:
    """Yield the pages on which a contact of a partner sees the collaborations of that partner."""
    own = Collaboration.objects.filter(participations__organisation=PARTNER)
    session = PARTNER_SESSION
    yield _page("as a partner: collaborations", reverse("collab:collaboration-list"), session=session)
    yield _page("as a partner: collaboration", *_of("collab:collaboration-detail", own), session=session)


def _answering() -> Iterator[Page]:
    """Yield the questionnaire pages: the form is read by some people, and sent by others."""
    asked = Invitation.objects.filter(cycle__status=CycleStatus.OPEN, status=InvitationStatus.INVITED).order_by("pk")
    tokens = [token_of(key) for key in asked.values_list("pk", flat=True)[: 4 * ADDRESSES]]
    looking, saving, keeping, sending = (tokens[place::4] for place in range(4))
    items = load_questionnaire().definition.items
    answers = {**dict.fromkeys(items, "4"), "comment:keep": "We spreken elkaar snel."}
    yield Page("questionnaire", [Ask(reverse("assessments:answer", args=[token])) for token in looking])
    one = urlencode({next(iter(items)): "3"})
    yield Page("questionnaire: save one answer", list(_posts("answer-save", saving, one)), is_fragment=True)
    yield Page(
        "questionnaire: keep all for later", list(_posts("answer", keeping, urlencode({**answers, "later": "1"})))
    )
    yield Page("questionnaire: send", list(_posts("answer", sending, urlencode(answers))))


def _posts(url_name: str, tokens: Iterable[str], form: str) -> Iterator[Ask]:
    for token in tokens:
        yield Ask(reverse(f"assessments:{url_name}", args=[token]), form)
