"""Preview the rows of the registry itself that a merge moves, and register their handler."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.merging.handlers import MergeHandler, MergeNote, MergeObstacle, MergePair, MergePreview, register
from partners.merging.moves import move_registry

HANDLES = frozenset(
    {
        "partners.Affiliation.contact",
        "partners.Affiliation.organisation",
        "partners.Contact.organisation",
        "partners.NotDuplicate.first",
        "partners.NotDuplicate.second",
        "partners.Logo.organisation",
        "partners.MergedOrganisation.into",
        "partners.Organisation.parent",
        "partners.OrganisationAddress.organisation",
        "partners.OrganisationWebAddress.organisation",
        "partners.Organisation_tags.organisation",
        "partners.Organisation_themes.organisation",
    }
)


def preview(pair: MergePair) -> MergePreview:
    contacts = pair.number("partners.Contact.organisation") - len(pair.people)
    addresses = pair.number("partners.OrganisationAddress.organisation")
    links = pair.number("partners.OrganisationWebAddress.organisation")
    words = pair.number("partners.Organisation_tags.organisation")
    themes = pair.number("partners.Organisation_themes.organisation")
    branches = pair.number("partners.Organisation.parent") - (pair.survivor.parent_id == pair.duplicate.pk)
    places = pair.number("partners.Affiliation.organisation")
    texts = [
        (contacts, ngettext("%(number)d contact", "%(number)d contacts", contacts)),
        (places, ngettext("%(number)d noted place of work", "%(number)d noted places of work", places)),
        (branches, ngettext("%(number)d branch", "%(number)d branches", branches)),
        (addresses, ngettext("%(number)d further address", "%(number)d further addresses", addresses)),
        (links, ngettext("%(number)d further web address", "%(number)d further web addresses", links)),
        (words, ngettext("%(number)d tag", "%(number)d tags", words)),
        (themes, ngettext("%(number)d theme", "%(number)d themes", themes)),
    ]
    moved = [
        MergeNote(text % {"number": number}, (place, number))
        for place, (number, text) in enumerate(texts)
        if number > 0
    ]
    solved = []
    for survivor, duplicate in pair.people:
        about = ("person", survivor.pk, duplicate.pk, survivor.user_id, duplicate.user_id)
        names = {"name": survivor, "email": survivor.email, "organisation": pair.survivor}
        text = _("%(name)s (%(email)s) is a contact of both, and becomes one contact with the roles of both.") % names
        if duplicate.user_id and duplicate.user and duplicate.user.is_active:
            text += " " + _("The access of %(name)s stays, for what %(organisation)s may see.") % names
        solved.append(MergeNote(text, about))
    if pair.survivor.external_id and pair.duplicate.external_id:
        text = _(
            "The number in the source that does not stay is remembered: a later import with it finds %(survivor)s."
        )
        solved.append(MergeNote(text % {"survivor": pair.survivor}, ("external_id",)))
    if pair.survivor.parent_id == pair.duplicate.pk or pair.duplicate.parent_id == pair.survivor.pk:
        solved.append(MergeNote(_("The link “part of” between the two is removed."), ("parent",)))
    return MergePreview(moved=moved, solved=solved, obstacles=list(_obstacles(pair)))


def _obstacles(pair: MergePair) -> Iterator[MergeObstacle]:
    if pair.duplicate.is_host:
        url = f"{reverse('partners:merge')}?organisation={pair.survivor.pk}&organisation={pair.duplicate.pk}"
        text = _("%(name)s is our own organisation, and stays.") % {"name": pair.duplicate}
        yield MergeObstacle(text, url, _("Let our own organisation stay"))
    for survivor, duplicate in pair.people:
        if survivor.user_id and duplicate.user_id:
            text = _("%(name)s has an account at both. Give one of the two contacts another address first.")
            url = reverse("partners:contact-update", args=[duplicate.pk])
            yield MergeObstacle(text % {"name": duplicate}, url, _("Look at the contact"))
    if pair.survivor.is_host:
        for contact in pair.duplicate.contacts.with_access():
            text = _(
                "%(name)s can sign in as a partner, and would see what is ours alone. Deactivate the contact first."
            )
            url = reverse("partners:contact-update", args=[contact.pk])
            yield MergeObstacle(text % {"name": contact}, url, _("Look at the contact"))


register(MergeHandler(HANDLES, preview=preview, apply=move_registry))
