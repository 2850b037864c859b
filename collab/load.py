"""Limits on candidates, partners and collaborations, with the advice for each. Plain Python.

The limits stand here until the collaboration policy sets them. They advise and never block: each is a sentence about
the problem, and one about a remedy.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

# Whom one can still compare rather than guess about.
MANY_CANDIDATES = 5
# Organisations in one collaboration, ourselves included, that can still decide together.
MANY_PARTIES = 6
# Counting further than this says nothing more.
MOST_COUNTED = 100
# Active collaborations that one partner, one of our leads, and all of us together can carry.
PARTNER_CARRIES, LEAD_CARRIES, HOST_CARRIES = 3, 5, 50


@dataclass(frozen=True)
class Burden:
    """Number of active collaborations of a partner, a lead or the host, and the limit.

    Counting stops beyond ``MOST_COUNTED``.
    """

    name: str
    count: int
    limit: int

    @property
    def is_full(self) -> bool:
        """Return whether one more would be too many."""
        return self.count >= self.limit

    @property
    def count_text(self) -> str:
        """Return the number in words: “14” or “more than 100”."""
        many = _("more than %(number)s") % {"number": MOST_COUNTED}
        return many if self.count > MOST_COUNTED else str(self.count)


@dataclass(frozen=True)
class LoadRemark:
    """A limit that is exceeded, and the advice about it."""

    what: str
    advice: str


def remarks(
    *, candidates: int, parties: int, partners: Iterable[Burden], lead: Burden | None, host: Burden
) -> list[LoadRemark]:
    """Return the exceeded limits, first those that this collaboration itself can change."""
    found = list(about_parties(parties))
    for burden in partners:
        if burden.is_full:
            text = _("%(name)s is in %(count)s active collaborations with us already; %(limit)d is our limit.")
            found.append(LoadRemark(text % _figures(burden), _("Ask whether it has people and time for another one.")))
    if lead is not None and lead.is_full:
        text = _("%(name)s leads %(count)s active collaborations already; %(limit)d is our limit.")
        found.append(LoadRemark(text % _figures(lead), _("Ask whether somebody else can lead this one.")))
    if host.is_full:
        text = _("We are in %(count)s active collaborations already; %(limit)d is our limit.")
        found.append(LoadRemark(text % _figures(host), _("First decide which one you stop with.")))
    if candidates > MANY_CANDIDATES:
        text = _("There are %(count)d candidates. With more than %(limit)d, comparing becomes guessing.")
        many = LoadRemark(
            text % {"count": candidates, "limit": MANY_CANDIDATES}, _("Remove the ones you are least sure about.")
        )
        return [many, *found]
    return found


def about_parties(parties: int) -> Iterator[LoadRemark]:
    """Yield a remark when more organisations take part than can still decide together."""
    if parties > MANY_PARTIES:
        yield LoadRemark(
            _("%(count)d organisations take part. With more than %(limit)d, deciding together gets slow.")
            % {"count": parties, "limit": MANY_PARTIES},
            _("Ask yourselves who has to decide, and who only has to know."),
        )


def _figures(burden: Burden) -> dict[str, object]:
    return {"name": burden.name, "count": burden.count_text, "limit": burden.limit}
