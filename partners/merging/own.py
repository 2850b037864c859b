"""What of the registry itself points to two organisations that become one."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.visibility import Visibility
from partners.actions.merge_moves import move_registry
from partners.merging.registry import Findings, Mover, Note, Obstacle, Pair, register
from partners.models import IdentityConversation, IdentityProfile, IdentityView

HANDLES = frozenset(
    {
        "partners.Affiliation.contact",
        "partners.Affiliation.organisation",
        "partners.Contact.organisation",
        "partners.Distinction.first",
        "partners.Distinction.second",
        "partners.IdentityConversation_organisations.organisation",
        "partners.IdentityConversation_people.contact",
        "partners.IdentityProfile.organisation",
        "partners.IdentityView.about",
        "partners.IdentityView.by",
        "partners.ImportRow.contact",
        "partners.ImportRow.organisation",
        "partners.Logo.organisation",
        "partners.MergedOrganisation.into",
        "partners.Organisation.parent",
        "partners.OrganisationAddress.organisation",
        "partners.OrganisationWebAddress.organisation",
        "partners.Organisation_tags.organisation",
        "partners.Organisation_themes.organisation",
    }
)


def look(pair: Pair) -> Findings:
    return Findings(
        moved=list(_moved(pair)),
        solved=[*_people(pair), *_identities(pair), *_conversations(pair), *_numbers(pair), *_own_words(pair)],
        obstacles=list(_obstacles(pair)),
    )


def _moved(pair: Pair) -> Iterator[Note]:
    contacts = pair.number("partners.Contact.organisation") - len(pair.people)
    addresses = pair.number("partners.OrganisationAddress.organisation")
    links = pair.number("partners.OrganisationWebAddress.organisation")
    words = pair.number("partners.Organisation_tags.organisation")
    themes = pair.number("partners.Organisation_themes.organisation")
    branches = pair.number("partners.Organisation.parent") - (pair.kept.parent_id == pair.other.pk)
    places = pair.number("partners.Affiliation.organisation")
    talks = pair.number("partners.IdentityConversation_organisations.organisation")
    rows = pair.number("partners.ImportRow.organisation")
    texts = [
        (contacts, ngettext("%(number)d contact", "%(number)d contacts", contacts)),
        (places, ngettext("%(number)d noted place of work", "%(number)d noted places of work", places)),
        (branches, ngettext("%(number)d branch", "%(number)d branches", branches)),
        (addresses, ngettext("%(number)d further address", "%(number)d further addresses", addresses)),
        (links, ngettext("%(number)d further web address", "%(number)d further web addresses", links)),
        (words, ngettext("%(number)d tag", "%(number)d tags", words)),
        (themes, ngettext("%(number)d theme", "%(number)d themes", themes)),
        (talks, ngettext("%(number)d identity conversation", "%(number)d identity conversations", talks)),
        (rows, ngettext("%(number)d row of an import", "%(number)d rows of imports", rows)),
    ]
    for place, (number, text) in enumerate(texts):
        if number > 0:
            yield Note(text % {"number": number}, (place, number))


def _people(pair: Pair) -> Iterator[Note]:
    for stays, goes in pair.people:
        about = ("person", stays.pk, goes.pk, stays.user_id, goes.user_id)
        names = {"name": stays, "email": stays.email, "organisation": pair.kept}
        text = _("%(name)s (%(email)s) is a contact of both, and becomes one contact with the roles of both.") % names
        if goes.user_id and goes.user and goes.user.is_active:
            text += " " + _("The access of %(name)s stays, for what %(organisation)s may see.") % names
        yield Note(text, about)


def _identities(pair: Pair) -> Iterator[Note]:
    if not pair.number("partners.IdentityProfile.organisation"):
        return
    versions = list(
        IdentityProfile.objects.published().filter(organisation__in=pair.keys).values_list("organisation", flat=True)
    )
    theirs = versions.count(pair.other.pk)
    if not theirs:
        return
    names = {"kept": pair.kept, "other": pair.other, "number": theirs}
    if pair.kept.pk in versions:
        text = _("The identity of %(kept)s holds. What %(other)s published (%(number)d) is kept as earlier versions.")
    else:
        text = _("The identity that %(other)s published becomes that of %(kept)s.")
    yield Note(text % names, ("identity", len(versions), theirs))


def _conversations(pair: Pair) -> Iterator[Note]:
    if not pair.number("partners.IdentityConversation_organisations.organisation"):
        return
    both = IdentityConversation.objects.filter(organisations=pair.kept).filter(organisations=pair.other)
    if number := both.count():
        text = ngettext(
            "%(number)d conversation of the two stays, with one organisation less.",
            "%(number)d conversations of the two stay, with one organisation less.",
            number,
        )
        yield Note(text % {"number": number}, ("conversations", number))
    # What a side keeps to itself is counted for nobody else.
    told = Q(visibility=Visibility.SHARED) | Q(by__is_host=True)
    views = IdentityView.objects.filter(told, by__in=pair.keys, about__in=pair.keys).count() if number else 0
    if views:
        text = _("What the two wrote about each other (%(number)d) goes: nobody sees itself as another.")
        yield Note(text % {"number": views}, ("views", views))


def _numbers(pair: Pair) -> Iterator[Note]:
    if pair.kept.external_id and pair.other.external_id:
        text = _("The number in the source that does not stay is remembered: a later import with it finds %(kept)s.")
        yield Note(text % {"kept": pair.kept}, ("external_id",))
    if pair.kept.parent_id == pair.other.pk or pair.other.parent_id == pair.kept.pk:
        yield Note(_("That one is part of the other falls away."), ("parent",))


def _own_words(pair: Pair) -> Iterator[Note]:
    if pair.kept.is_host:
        text = _("What %(other)s wrote for itself only, such as a draft of its identity, goes: it is not ours to read.")
        yield Note(text % {"other": pair.other}, ("own words",))


def _obstacles(pair: Pair) -> Iterator[Obstacle]:
    if pair.other.is_host:
        url = f"{reverse('partners:merge')}?organisation={pair.kept.pk}&organisation={pair.other.pk}"
        text = _("%(name)s is our own organisation, and stays.") % {"name": pair.other}
        yield Obstacle(text, url, _("Let our own organisation stay"))
    for stays, goes in pair.people:
        if stays.user_id and goes.user_id:
            text = _("%(name)s has an account at both. Give one of the two contacts another address first.")
            url = reverse("partners:contact-update", args=[goes.pk])
            yield Obstacle(text % {"name": goes}, url, _("Look at the contact"))
    if pair.kept.is_host:
        for contact in pair.other.contacts.with_access():
            text = _(
                "%(name)s can sign in as a partner, and would see what is ours alone. Deactivate the contact first."
            )
            url = reverse("partners:contact-update", args=[contact.pk])
            yield Obstacle(text % {"name": contact}, url, _("Look at the contact"))


register(Mover(HANDLES, look, move_registry))
