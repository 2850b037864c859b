"""Rows beside the registry: what is new, what differs, what is the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from common.text import fold
from partners.countries import country_name
from partners.enums import OrganisationKind, OrganisationStatus, RowOutcome
from partners.importer.cleaning import Values, broken_columns, clean, repairs
from partners.importer.encoding import repaired
from partners.importer.fields import CONTACT_FIELDS, EXTERNAL_ID, NUMBER
from partners.importer.mapping import Columns
from partners.importer.people import ContactPlan, People
from partners.importer.reading import BadRow, Row
from partners.importer.registry import Key, Registry
from partners.importer.report import ImportReport, Refusal, Remark
from partners.importer.values import RowRefused
from partners.models import WORD_LINKS, Contact, Organisation

# Field, old and new value as they are stored; tags and themes as a list of words, an owner as an e-mail address.
Change = tuple[str, Any, Any]
_NUMBERS = ("external_id", "registration_number")


@dataclass
class Candidate:
    """A row that can go in: its values by field; or one that cannot, with the reason and the name that it gives."""

    line: int
    values: Values = field(default_factory=dict)
    reason: str = ""
    original: list[str] = field(default_factory=list)
    refused_name: str = ""

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ", ".join(value)

    @cached_property
    def organisation(self) -> dict[str, str]:
        """What goes into columns of the organisation itself."""
        left_out = {*WORD_LINKS, "relation_owner", *CONTACT_FIELDS}
        return {name: str(value) for name, value in self.values.items() if name not in left_out}

    @cached_property
    def contact(self) -> dict[str, str]:
        """What is given about somebody there, by field of Contact."""
        given = {name.removeprefix("contact_"): str(self.values.get(name, "")) for name in CONTACT_FIELDS}
        return {name: value for name, value in given.items() if value}


@dataclass
class Settled:
    """What becomes of a row; ``organisation`` and ``contact`` are those it is about, changed in memory only."""

    candidate: Candidate
    outcome: RowOutcome
    reason: str = ""
    changes: list[Change] = field(default_factory=list)
    organisation: Organisation | None = None
    contact: Contact | None = None
    new_words: dict[str, list[str]] = field(default_factory=dict)
    writes_organisation: bool = False
    writes_contact: bool = False


class Screening:
    """Lets the rows through that can go in; notes in the report what is odd about them, and says why others cannot.

    Where a repair of broken encodings is offered, there are no remarks on what can be repaired.
    """

    def __init__(self, columns: Columns, report: ImportReport, *, offers_repair: bool = False) -> None:
        self.columns = columns
        self.report = report
        self.offers_repair = offers_repair
        self.lines_by_key: dict[Key, int] = {}
        self.lines_by_contact: dict[tuple[Key, str], int] = {}
        self.found_by_name: dict[str, list[tuple[str, int]]] = {}

    def candidates(self, rows: Iterable[Row | BadRow]) -> Iterator[Candidate]:
        for row in rows:
            try:
                yield self._screened(row)
            except RowRefused as refused:
                original, name = list(row.values), self._name_in(row)
                yield Candidate(row.line, reason=str(refused), original=original, refused_name=name)
        self._remark_same_names()

    def _name_in(self, row: Row | BadRow) -> str:
        """The name as it stands in the file; nobody knows where it is in a row that is cut otherwise."""
        place = self.columns.places.get("name")
        return "" if place is None or isinstance(row, BadRow) else row.values[place].strip()

    def _screened(self, row: Row | BadRow) -> Candidate:
        if isinstance(row, BadRow):
            raise RowRefused(row.reason)
        values = [repaired(value) or value for value in row.values] if self.columns.repair else row.values
        candidate = Candidate(row.line, clean(values, self.columns), original=list(row.values))
        self._refuse_repeated(candidate)
        if self.columns.key == EXTERNAL_ID and not self.columns.with_contacts:
            name = candidate.text("name")
            self.found_by_name.setdefault(fold(name), []).append((name, row.line))
        if self.offers_repair:
            self.report.repairs += repairs(row.line, row.values, self.columns)
        for column, value in broken_columns(values, self.columns):
            if self.offers_repair and repaired(value):
                continue
            texts = {"column": column, "value": value}
            message = _("%(column)s “%(value)s” seems to have a broken encoding; it goes in as it is.") % texts
            self.report.warnings.append(Remark(row.line, message))
        return candidate

    def _refuse_repeated(self, candidate: Candidate) -> None:
        key = Key.of(candidate.values, self.columns)
        first = self.lines_by_key.setdefault(key, candidate.line)
        person = candidate.contact.get("email", "") or fold(candidate.contact.get("name", ""))
        if self.columns.with_contacts and person:
            said = self.lines_by_contact.setdefault((key, person), candidate.line)
            if said != candidate.line:
                raise RowRefused(_("This contact is on line %(line)d already.") % {"line": said})
        elif first != candidate.line:
            raise RowRefused(repeated(candidate, self.columns, first))

    def _remark_same_names(self) -> None:
        for folded, found in self.found_by_name.items():
            if folded and len(found) > 1:
                lines = [line for _name, line in found]
                message = _(
                    "“%(name)s” is on lines %(lines)s with different numbers; each is an organisation of its own."
                )
                texts = {"name": found[0][0], "lines": ", ".join(str(line) for line in lines)}
                self.report.warnings.append(Remark(lines[0], message % texts))


def repeated(candidate: Candidate, columns: Columns, line: int) -> str:
    """Why a second row about an organisation stays out."""
    if columns.key == EXTERNAL_ID:
        return _("Number %(number)s is on line %(line)d already.") % {
            "number": candidate.text("external_id"),
            "line": line,
        }
    return _("This organisation is on line %(line)d already.") % {"line": line}


class Matching:
    """Lays rows beside the registry, batch by batch, and sets in memory what differs.

    A value that the file does not give leaves what is there: an empty one, and the kind “other”; tags and themes are
    added. Of an organisation with several contacts every row may tell the same, or less.
    """

    def __init__(self, columns: Columns, *, for_update: bool = False) -> None:
        self.columns = columns
        self.registry = Registry(columns, for_update=for_update)
        self.people = People(for_update=for_update)
        self.owners: dict[str, list[User]] = {}
        for user in User.objects.colleagues().filter(is_active=True):
            for known_as in {user.email.lower(), fold(user.name)}:
                self.owners.setdefault(known_as, []).append(user)
        # By the identity of the row in memory, which is kept for as long as this is.
        self.told: dict[int, tuple[int, Values]] = {}
        # By key: where the number of a row is its key, only a merge makes two rows one organisation.
        self.lines: dict[int, int] = {}

    def settle(self, batch: list[Candidate]) -> list[Settled]:
        good = [candidate for candidate in batch if not candidate.reason]
        self.registry.load([candidate.values for candidate in good])
        if self.columns.with_contacts:
            self.people.load(self.registry.known_in_batch)
        return [self._settled(candidate) for candidate in batch]

    def _settled(self, candidate: Candidate) -> Settled:
        if candidate.reason:
            return Settled(candidate, RowOutcome.REFUSED, candidate.reason)
        try:
            return self._matched(candidate)
        except RowRefused as refused:
            return Settled(candidate, RowOutcome.REFUSED, str(refused))

    def _matched(self, candidate: Candidate) -> Settled:
        """Everything that can refuse the row comes before anything is set."""
        organisation = self.registry.find(candidate.values)
        self._refuse_retold(candidate, organisation)
        self._refuse_taken(candidate, organisation)
        owner = self._owner(candidate, organisation)
        self._refuse_archived_host(candidate, organisation)
        plan = self._contact(candidate, organisation)
        settled = Settled(candidate, RowOutcome.UNCHANGED)
        is_new = organisation is None
        if organisation is None:
            organisation = Organisation(**{k: v for k, v in candidate.organisation.items() if v or k == "name"})
        else:
            settled.changes += self._apply(candidate, organisation)
        settled.organisation = organisation
        if owner is not None and organisation.relation_owner_id != owner.pk:
            old = organisation.relation_owner.email if organisation.relation_owner else ""
            organisation.relation_owner = owner
            settled.changes.append(("relation_owner", old, owner.email))
        settled.writes_organisation = is_new or bool(settled.changes)
        if settled.writes_organisation:
            organisation.fold_texts()
        self._add_words(candidate, settled)
        if plan is not None:
            self.people.carry_out(plan, organisation)
            settled.contact, settled.writes_contact = plan.contact, bool(plan.changes)
            settled.changes += plan.changes
        self.registry.keep(candidate.values, organisation)
        self._note_told(candidate, organisation)
        if is_new:
            settled.outcome, settled.changes = RowOutcome.CREATED, [c for c in settled.changes if c[0] == "contact"]
        elif settled.changes:
            settled.outcome = RowOutcome.UPDATED
        return settled

    def _apply(self, candidate: Candidate, organisation: Organisation) -> list[Change]:
        """Set what differs, and say what that was."""
        changes: list[Change] = []
        for name, new in candidate.organisation.items():
            old = getattr(organisation, name)
            if new == old or not new or (name == "kind" and new == OrganisationKind.OTHER):
                continue
            if name == "external_id" and self.registry.is_merged(str(new), organisation):
                continue
            setattr(organisation, name, new)
            changes.append((name, old, new))
        return changes

    def _add_words(self, candidate: Candidate, settled: Settled) -> None:
        for name in WORD_LINKS:
            words = candidate.values.get(name, [])
            if not isinstance(words, list) or settled.organisation is None:
                continue
            if new := self.registry.add_words(settled.organisation, name, words):
                settled.new_words[name] = new
                settled.changes.append((name, [], new))

    def _contact(self, candidate: Candidate, organisation: Organisation | None) -> ContactPlan | None:
        if not candidate.contact:
            return None
        return self.people.plan(organisation, candidate.contact, candidate.line)

    def _owner(self, candidate: Candidate, organisation: Organisation | None) -> User | None:
        """Who is meant by an address or a name; whoever it is already may have stopped working here."""
        said = candidate.text("relation_owner")
        if not said:
            return None
        now = organisation.relation_owner if organisation else None
        if now is not None and fold(said) in (fold(now.email), fold(now.name)):
            return now
        found = self.owners.get(said if "@" in said else fold(said), [])
        if len(found) == 1:
            return found[0]
        if found:
            texts = {"name": said, "count": len(found)}
            raise RowRefused(_("“%(name)s” can be any of %(count)d colleagues; write the e-mail address.") % texts)
        if "@" in said:
            raise RowRefused(_("“%(email)s” is not the address of a colleague.") % {"email": said})
        raise RowRefused(_("“%(name)s” is not the name of a colleague.") % {"name": said})

    def _refuse_retold(self, candidate: Candidate, organisation: Organisation | None) -> None:
        """A second row about an organisation may bring a contact, and say nothing else than the first."""
        if organisation is None:
            return
        if not self.columns.with_contacts and (first := self.lines.get(organisation.pk)):
            names = {"line": first, "name": organisation.name}
            raise RowRefused(_("Line %(line)d is about “%(name)s” as well: the two were merged.") % names)
        if id(organisation) not in self.told:
            return
        line, told = self.told[id(organisation)]
        if not candidate.contact:
            raise RowRefused(repeated(candidate, self.columns, line))
        for name, value in candidate.values.items():
            says_nothing = not value or (name == "kind" and value == OrganisationKind.OTHER)
            says_nothing = says_nothing or (name == EXTERNAL_ID and self.registry.is_merged(str(value), organisation))
            if name not in CONTACT_FIELDS and not says_nothing and value != told.get(name):
                column = {"line": line, "column": self.columns.names[name]}
                raise RowRefused(_("Line %(line)d says something else about this organisation: %(column)s.") % column)

    def _note_told(self, candidate: Candidate, organisation: Organisation) -> None:
        if self.columns.key == EXTERNAL_ID and organisation.pk:
            self.lines.setdefault(organisation.pk, candidate.line)
        if self.columns.with_contacts or self.columns.key != EXTERNAL_ID:
            self.told.setdefault(id(organisation), (candidate.line, candidate.values))

    def _refuse_taken(self, candidate: Candidate, organisation: Organisation | None) -> None:
        """A number belongs to one organisation; a registration number to one in its country."""
        country = candidate.text("country") or (organisation.country if organisation else "")
        for name in _NUMBERS:
            value = candidate.text(name)
            if name == "registration_number" and self.columns.key == NUMBER:
                continue
            if other := self._other_with(name, value, country, organisation):
                texts = {"column": self.columns.names[name], "number": value, "name": other.name}
                raise RowRefused(_("%(column)s %(number)s belongs to “%(name)s” already.") % texts)
        if organisation is None or country == organisation.country or candidate.text("registration_number"):
            return
        number = organisation.registration_number
        if other := self._other_with("registration_number", number, country, organisation):
            texts = {"country": country_name(country), "number": number, "name": other.name}
            raise RowRefused(_("In %(country)s number %(number)s belongs to “%(name)s” already.") % texts)

    def _other_with(
        self, name: str, value: str, country: str, organisation: Organisation | None
    ) -> Organisation | None:
        other = self.registry.holder(name, value, country) if value else None
        return None if other is None or _same(other, organisation) else other

    def _refuse_archived_host(self, candidate: Candidate, organisation: Organisation | None) -> None:
        if organisation and organisation.is_host and candidate.text("status") == OrganisationStatus.ARCHIVED:
            raise RowRefused(_("Your own organisation cannot be archived."))


def _same(one: Organisation, other: Organisation | None) -> bool:
    return one is other or (other is not None and one.pk is not None and one.pk == other.pk)


def note(settled: Settled, report: ImportReport) -> None:
    """Count a row in the report."""
    if settled.outcome == RowOutcome.REFUSED:
        report.refused.append(Refusal(settled.candidate.line, settled.reason))
    else:
        report.count(settled.outcome)


def shown(name: str, value: Any) -> str:
    """A stored value as people read it."""
    if name == "kind":
        return str(OrganisationKind(value).label)
    if name == "status":
        return str(OrganisationStatus(value).label)
    if isinstance(value, list):
        return ", ".join(value)
    return country_name(value) if name == "country" else str(value)
