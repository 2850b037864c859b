"""Tell the history of an organisation on a timeline."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.timeline import Entry, Source, all_events, entries_for
from partners.models import (
    Affiliation,
    Contact,
    MergedOrganisation,
    NotDuplicate,
    Organisation,
    OrganisationAddress,
    OrganisationTag,
    OrganisationTheme,
    OrganisationWebAddress,
)
from partners.signals import organisation_history_read

SENTENCES = {
    "partners.organisation_added": _("Organisation added"),
    "partners.organisation_changed": _("Details changed"),
    "partners.organisation_archived": _("Organisation archived"),
    "partners.organisation_deleted": _("Organisation deleted"),
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
    "partners.duplicate_dismissed": _("Said to be different from another organisation"),
    "partners.dismissal_undone": _("No longer said to be different"),
    "partners.organisations_merged": _("Two organisations merged"),
    "partners.many_tagged": _("Tag added, together with others"),
    "partners.many_untagged": _("Tag removed, together with others"),
    "partners.many_given": _("Relation owner changed, together with others"),
    "partners.word_renamed": _("Tag or theme renamed"),
    "partners.words_joined": _("Two tags or themes joined"),
    "partners.word_removed": _("Tag or theme removed"),
    "partners.many_got_status": _("Status changed, together with others"),
}

# The contact says the rest.
_OF_ACCOUNT = frozenset({"email", "language", "is_superuser"})
_PARENT = frozenset({"organisation"})
_OF_NOT_DUPLICATE = frozenset({"said_at", "said_by"})
_OF_MERGE = frozenset({"key", "contacts", "into", "merged_at", "merged_by"})


def entries_of(organisation: Organisation, limit: int) -> list[Entry]:
    """Return the latest changes of an organisation, its tags and its people, newest first; for colleagues only.

    Includes the history of organisations that were merged into it.
    """
    merged = list(organisation.merged.values_list("key", "contacts"))
    keys = [organisation.pk, *(key for key, _contacts in merged)]
    gone_people = [contact for _key, contacts in merged for contact in contacts]
    # By the organisation in the event itself: what was taken away has no row any more.
    listed = (OrganisationTag, OrganisationTheme, OrganisationAddress, OrganisationWebAddress, Affiliation)
    people = Q(pgh_obj__in=organisation.contacts.all()) | Q(pgh_obj__in=gone_people)
    told: Sequence[tuple[object, Any]] = organisation_history_read.send(
        Organisation, organisation=organisation, keys=keys
    )
    # Accounts of colleagues have a history of their own, for administrators.
    contacts = organisation.contacts.exclude(user=None) if not organisation.is_host else organisation.contacts.none()
    # Rows that a merge deleted because the survivor had the same have not gone.
    merged_away = {"pgh_label": "delete", "pgh_context__metadata__label": "partners.organisations_merged"}
    sources = [
        # First, so that an entry stands where its contact puts it.
        Source(all_events(User).filter(pgh_obj__in=contacts.values("user")), _OF_ACCOUNT),
        *(Source(all_events(model).filter(organisation__in=keys).exclude(**merged_away), _PARENT) for model in listed),
        Source(all_events(Contact).filter(people), _PARENT),
        Source(all_events(NotDuplicate).filter(Q(first__in=keys) | Q(second__in=keys)), _OF_NOT_DUPLICATE),
        Source(all_events(MergedOrganisation).filter(into__in=keys), _OF_MERGE),
        *(source for _receiver, more in told for source in more),
    ]
    own = Source(all_events(Organisation).filter(pgh_obj__in=keys))
    # One query finds the sources with any event, of which most organisations have few: reading each costs a query.
    asked = {f"source_{number}": Exists(source.events.order_by()) for number, source in enumerate(sources)}
    found = Organisation.objects.filter(pk=organisation.pk).values_list(*asked.values()).get()
    filled = [source for source, has_events in zip(sources, found, strict=True) if has_events]
    return entries_for(own, *filled, limit=limit)
