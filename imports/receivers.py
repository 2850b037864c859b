"""Move the rows of imports when two organisations are merged."""

from django.utils.translation import ngettext

from imports.models import ImportRow
from partners.merging.handlers import MergeHandler, MergeNote, MergePair, MergePreview, register

HANDLES = frozenset({"imports.ImportRow.contact", "imports.ImportRow.organisation"})


def preview(pair: MergePair) -> MergePreview:
    """Return the number of rows of imports about the duplicate."""
    number = pair.number("imports.ImportRow.organisation")
    text = ngettext("%(number)d row of an import", "%(number)d rows of imports", number)
    return MergePreview(moved=[MergeNote(text % {"number": number}, ("imports", number))] if number else [])


def move_rows(pair: MergePair) -> None:
    """Point rows to the survivor and to the surviving contacts."""
    ImportRow.objects.filter(organisation=pair.duplicate).update(organisation=pair.survivor)
    for survivor, duplicate in pair.people:
        ImportRow.objects.filter(contact=duplicate).update(contact=survivor)


register(MergeHandler(HANDLES, preview=preview, apply=move_rows))
