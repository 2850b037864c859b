"""What happened in the registry, and how it reads on a timeline."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.timeline import Entry, Source, all_events, entries_for, events_of
from partners.models import (
    Affiliation,
    Contact,
    Distinction,
    IdentityProfile,
    MergedOrganisation,
    Organisation,
    OrganisationAddress,
    OrganisationTag,
    OrganisationTheme,
    OrganisationWebAddress,
)

SENTENCES = {
    "partners.organisation_added": _("Organisation added"),
    "partners.organisation_changed": _("Details changed"),
    "partners.organisation_archived": _("Organisation archived"),
    "partners.host_chosen": _("Chosen as our own organisation"),
    "partners.addresses_changed": _("Addresses changed"),
    "partners.logo_changed": _("Logo changed"),
    "partners.logo_removed": _("Logo removed"),
    "partners.contact_moved": _("Contact works elsewhere"),
    "partners.affiliation_noted": _("Place of work noted"),
    "partners.affiliation_changed": _("Place of work changed"),
    "partners.affiliation_removed": _("Place of work removed"),
    "partners.contact_added": _("Contact added"),
    "partners.contact_changed": _("Contact changed"),
    "partners.contact_deactivated": _("Contact deactivated"),
    "partners.contact_reactivated": _("Contact active again"),
    "partners.access_given": _("Access given"),
    "partners.colleague_kept": _("Contact follows the account"),
    "partners.organisations_imported": _("Imported from a file"),
    "partners.identity_drafted": _("Identity kept as a draft"),
    "partners.identity_published": _("Identity published"),
    "partners.conversation_recorded": _("Identity conversation noted"),
    "partners.conversation_changed": _("Identity conversation changed"),
    "partners.view_written": _("Written how we see each other"),
    "partners.view_answered": _("Answered how the other sees us"),
    "partners.told_apart": _("Said to be different from another organisation"),
    "partners.no_longer_apart": _("No longer said to be different"),
    "partners.import_undone": _("Import taken back"),
    "partners.organisations_merged": _("Two organisations merged"),
    "partners.many_tagged": _("Tag added, together with others"),
    "partners.many_untagged": _("Tag taken off, together with others"),
    "partners.many_given": _("Relation owner changed, together with others"),
    "partners.many_got_status": _("Status changed, together with others"),
    "accounts.colleague_added": _("Colleague added"),
    "accounts.colleague_changed": _("Colleague changed"),
    "accounts.preferences_changed": _("Language chosen"),
}

_PARENT = frozenset({"organisation"})
_OF_DISTINCTION = frozenset({"said_at", "said_by"})
_OF_MERGE = frozenset({"key", "contacts", "into", "merged_at", "merged_by"})


def entries_of(organisation: Organisation, limit: int) -> list[Entry]:
    """Who changed what of an organisation, its tags and its people, newest first; for colleagues only.

    What was merged into it tells its own history here as well.
    """
    keys, gone_people = _with_merged(organisation)
    # By the organisation in the event itself: what was taken away has no row any more.
    listed = (OrganisationTag, OrganisationTheme, OrganisationAddress, OrganisationWebAddress, Affiliation)
    people = Q(pgh_obj__in=organisation.contacts.all()) | Q(pgh_obj__in=gone_people)
    sources = [
        *(Source(_stayed(all_events(model).filter(organisation__in=keys)), _PARENT) for model in listed),
        Source(all_events(Contact).filter(people), _PARENT),
        Source(_publications(keys), _PARENT),
        Source(events_of(organisation.identity_conversations.all()), frozenset({"noted_by"})),
        Source(all_events(Distinction).filter(Q(first__in=keys) | Q(second__in=keys)), _OF_DISTINCTION),
        Source(all_events(MergedOrganisation).filter(into__in=keys), _OF_MERGE),
    ]
    own = Source(all_events(Organisation).filter(pgh_obj__in=keys))
    return entries_for(own, *_with_events(organisation, sources), limit=limit)


def _with_merged(organisation: Organisation) -> tuple[list[int], list[int]]:
    """The keys of the organisation and of all that was merged into it, and of the contacts that went by that."""
    merged = list(organisation.merged.values_list("key", "contacts"))
    keys = [organisation.pk, *(key for key, _contacts in merged)]
    return keys, [contact for _key, contacts in merged for contact in contacts]


def _stayed(events: QuerySet[Any]) -> QuerySet[Any]:
    """Without the rows that a merge took away because the organisation that stays had the same."""
    return events.exclude(pgh_label="delete", pgh_context__metadata__label="partners.organisations_merged")


def _with_events(organisation: Organisation, sources: Sequence[Source]) -> list[Source]:
    """Those in which anything happened, found in one query: few organisations have some of everything."""
    asked = {f"source_{number}": Exists(source.events.order_by()) for number, source in enumerate(sources)}
    found = Organisation.objects.filter(pk=organisation.pk).values_list(*asked.values()).get()
    return [source for source, has_events in zip(sources, found, strict=True) if has_events]


def _publications(keys: Sequence[int]) -> QuerySet[Any]:
    """That there is a new version; a partner's draft leaves no trace for others."""
    return all_events(IdentityProfile).filter(organisation__in=keys, version__isnull=False)
