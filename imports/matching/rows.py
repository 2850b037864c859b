"""Match parsed rows with the registry: each is new, changed, unchanged or refused."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.fields import short
from common.text import fold
from imports.enums import RowOutcome
from imports.mapping.cleaning import Values
from imports.mapping.columns import Columns
from imports.mapping.fields import EXTERNAL_ID, FIELDS, NUMBER, OF_CONTACT, OF_ORGANISATION
from imports.mapping.rows import ParsedRow, repeated
from imports.mapping.values import RowRefused
from imports.matching.contacts import ContactFinder, ContactPlan
from imports.matching.organisations import OrganisationFinder
from imports.reports.report import ImportReport, Refusal, Remark
from partners.countries import country_name
from partners.enums import OrganisationStatus
from partners.models import WORD_LINKS, Contact, Organisation

# Column in our own words, old and new value as plain data (``common.fields.FieldType.to_plain``).
Change = tuple[str, Any, Any]
_NUMBERS = ("external_id", "registration_number")


@dataclass
class RowResult:
    """The outcome of a row; ``organisation`` and ``contact`` are those it is about, changed in memory only."""

    parsed: ParsedRow
    outcome: RowOutcome
    reason: str = ""
    changes: list[Change] = field(default_factory=list)
    organisation: Organisation | None = None
    contact: Contact | None = None
    new_words: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    writes_organisation: bool = False
    writes_contact: bool = False


class RowMatcher:
    """Matcher of parsed rows with the registry, batch by batch; sets in memory the values that differ.

    An empty value, and the kind “other”, leaves the field as it was; tags and themes are added. Of an organisation with
    several contacts every row may say the same, or less.
    """

    def __init__(self, columns: Columns, *, for_update: bool = False) -> None:
        self.columns = columns
        self.organisations = OrganisationFinder(columns, for_update=for_update)
        self.contacts = ContactFinder(for_update=for_update)
        self.owners: dict[str, list[User]] = {}
        for user in User.objects.colleagues().filter(is_active=True):
            for known_as in {user.email.lower(), fold(user.name)}:
                self.owners.setdefault(known_as, []).append(user)
        # The first row about each organisation, by the ``id()`` of the object: a new one has no key yet, and every
        # object stays in memory for as long as this does.
        self.first_rows: dict[int, tuple[int, Values]] = {}
        # Line by key of the organisation: with numbers as keys two rows meet in one only where two were merged.
        self.lines: dict[int, int] = {}

    def match(self, batch: list[ParsedRow]) -> list[RowResult]:
        """Return the result of each row of a batch. Rows of earlier batches count as if they were written."""
        good = [parsed for parsed in batch if not parsed.reason]
        self.organisations.load([parsed.values for parsed in good])
        if self.columns.with_contacts:
            self.contacts.load(self.organisations.known_in_batch)
        results = []
        for parsed in batch:
            try:
                if parsed.reason:
                    raise RowRefused(parsed.reason)
                results.append(self._matched(parsed))
            except RowRefused as refused:
                results.append(RowResult(parsed, RowOutcome.REFUSED, str(refused)))
        return results

    def _matched(self, parsed: ParsedRow) -> RowResult:
        """Return the result of a row. Raises RowRefused, before anything is set."""
        organisation = self.organisations.find(parsed.values)
        self._refuse_second(parsed, organisation)
        remarks: list[Remark] = []
        self._leave_out_taken(parsed, organisation, remarks)
        owner = self._owner(parsed, organisation, remarks)
        self._refuse_archived_host(parsed, organisation)
        plan = self._contact(parsed, organisation, remarks)
        result = RowResult(parsed, RowOutcome.UNCHANGED, remarks=remarks)
        is_new = organisation is None
        if organisation is None:
            organisation = Organisation()
            self._apply(parsed, organisation)
        else:
            result.changes += self._apply(parsed, organisation)
        result.organisation = organisation
        if owner is not None and organisation.relation_owner_id != owner.pk:
            old = organisation.relation_owner.email if organisation.relation_owner else ""
            organisation.relation_owner = owner
            result.changes.append(("relation_owner", old, owner.email))
        result.writes_organisation = is_new or bool(result.changes)
        if result.writes_organisation:
            organisation.fold_texts()
        for name in WORD_LINKS:
            words = parsed.values.get(name, [])
            if not isinstance(words, list) or result.organisation is None:
                continue
            if new := self.organisations.add_words(result.organisation, name, words):
                result.new_words[name] = new
                result.changes.append((name, [], new))
        if plan is not None:
            self.contacts.carry_out(plan, organisation)
            result.contact, result.writes_contact = plan.contact, bool(plan.changes)
            result.changes += plan.changes
        self.organisations.remember(parsed.values, organisation)
        self._remember(parsed, organisation)
        if is_new:
            result.outcome, result.changes = RowOutcome.CREATED, [c for c in result.changes if c[0] == "contact"]
        elif result.changes:
            result.outcome = RowOutcome.UPDATED
        return result

    def _apply(self, parsed: ParsedRow, organisation: Organisation) -> list[Change]:
        """Set the fields that differ, and return these changes. A new status without a day holds from today on."""
        changes: list[Change] = []
        for name, new in parsed.organisation.items():
            field = OF_ORGANISATION[name]
            old = field.plain(organisation)
            if new == old or field.type.is_empty(new):
                continue
            if name == "external_id" and self.organisations.is_merged(str(new), organisation):
                continue
            field.set_plain(organisation, new)
            changes.append((name, old, new))
        if any(name == "status" for name, _old, _new in changes) and not parsed.text("status_since"):
            since = OF_ORGANISATION["status_since"]
            before = since.plain(organisation)
            organisation.status_since = timezone.localdate()
            changes.append((since.name, before, since.plain(organisation)))
        return changes

    def _contact(
        self, parsed: ParsedRow, organisation: Organisation | None, remarks: list[Remark]
    ) -> ContactPlan | None:
        """Return what to do with the contact of a row; None, with a remark, for one that cannot be told apart."""
        if not parsed.contact:
            return None
        try:
            return self.contacts.plan(organisation, parsed.contact, parsed.line)
        except RowRefused as refused:
            remarks.append(Remark(parsed.line, _("%(reason)s The contact was left out.") % {"reason": refused}))
            return None

    def _owner(self, parsed: ParsedRow, organisation: Organisation | None, remarks: list[Remark]) -> User | None:
        """Return the active colleague whose address or name the row gives as owner; None where it gives none.

        The present owner of the organisation counts even after leaving. Adds a remark for an unknown colleague, and for
        a name that several have: the owner stays as it was.
        """
        said = parsed.text("relation_owner")
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
            reason = _("“%(name)s” can be any of %(count)d colleagues; write the e-mail address.") % texts
        elif "@" in said:
            reason = _("“%(email)s” is not the address of a colleague.") % {"email": said}
        else:
            reason = _("“%(name)s” is not the name of a colleague.") % {"name": said}
        remarks.append(self._remark(parsed, "relation_owner", reason))
        return None

    def _remark(self, parsed: ParsedRow, name: str, reason: str) -> Remark:
        """Return the remark on a value that is left out."""
        column = self.columns.names[name]
        message = _("%(column)s: %(reason)s It was left out.") % {"column": column, "reason": reason}
        return Remark(parsed.line, message, column, short(parsed.text(name)))

    def _refuse_second(self, parsed: ParsedRow, organisation: Organisation | None) -> None:
        """Refuse a second row about an organisation, unless it brings a contact and says nothing new otherwise."""
        if organisation is None:
            return
        if not self.columns.with_contacts and (first := self.lines.get(organisation.pk)):
            names = {"line": first, "name": organisation.name}
            raise RowRefused(_("Line %(line)d is about “%(name)s” as well: the two were merged.") % names)
        if id(organisation) not in self.first_rows:
            return
        line, said = self.first_rows[id(organisation)]
        if not parsed.contact:
            raise RowRefused(repeated(parsed, self.columns, line))
        for name, value in parsed.values.items():
            is_empty = FIELDS[name].type.is_empty(value)
            is_merged = name == EXTERNAL_ID and self.organisations.is_merged(str(value), organisation)
            if name not in OF_CONTACT and not is_empty and not is_merged and value != said.get(name):
                column = {"line": line, "column": self.columns.names[name]}
                raise RowRefused(_("Line %(line)d says something else about this organisation: %(column)s.") % column)

    def _remember(self, parsed: ParsedRow, organisation: Organisation) -> None:
        if self.columns.key == EXTERNAL_ID and organisation.pk:
            self.lines.setdefault(organisation.pk, parsed.line)
        if self.columns.with_contacts or self.columns.key != EXTERNAL_ID:
            self.first_rows.setdefault(id(organisation), (parsed.line, parsed.values))

    def _leave_out_taken(self, parsed: ParsedRow, organisation: Organisation | None, remarks: list[Remark]) -> None:
        """Leave out a number that another organisation has, with a remark; one counts within its country.

        Raises RowRefused where the row moves an organisation, with its number, to a country where another has that.
        """
        country = parsed.text("country") or (organisation.country if organisation else "")
        for name in _NUMBERS:
            value = parsed.text(name)
            if name == "registration_number" and self.columns.key == NUMBER:
                continue
            if other := self._other_with(name, value, country, organisation):
                texts = {"number": value, "name": other.name}
                remarks.append(self._remark(parsed, name, _("%(number)s belongs to “%(name)s” already.") % texts))
                parsed.values[name] = ""
        if organisation is None or country == organisation.country or parsed.text("registration_number"):
            return
        number = organisation.registration_number
        if other := self._other_with("registration_number", number, country, organisation):
            texts = {"country": country_name(country), "number": number, "name": other.name}
            raise RowRefused(_("In %(country)s number %(number)s belongs to “%(name)s” already.") % texts)

    def _other_with(
        self, name: str, value: str, country: str, organisation: Organisation | None
    ) -> Organisation | None:
        other = self.organisations.holder(name, value, country) if value else None
        if other is None or other is organisation:
            return None
        return None if organisation is not None and other.pk is not None and other.pk == organisation.pk else other

    def _refuse_archived_host(self, parsed: ParsedRow, organisation: Organisation | None) -> None:
        if organisation and organisation.is_host and parsed.text("status") == OrganisationStatus.ARCHIVED:
            raise RowRefused(_("Your own organisation cannot be archived."))


def count_result(result: RowResult, report: ImportReport) -> None:
    """Add a row to the counts, or to the refused rows, of the report."""
    if result.outcome == RowOutcome.REFUSED:
        report.refused.append(Refusal(result.parsed.line, result.reason))
    else:
        report.count(result.outcome)
        report.remark(result.remarks)
