"""List the tasks of a partner's contact, such as questions to answer and actions to do, the most pressing first."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Invitation
from assessments.sides.reading import leads_of, parties_to_choose
from collab.models import ActionItem, Participation
from collab.querysets import NOT_ENDED
from common.deadlines import due_text
from identity.models import IdentityProfile, IdentityView
from partners.models import Contact

MOST_OF_A_KIND = 20


@dataclass(frozen=True)
class Ask:
    """One thing that is asked of a person: in words, with the page where it is done, and the day it has to be ready.

    ``is_post`` says that the page is opened by a button that sends a form: it makes a personal link.
    """

    what: str
    where: str
    label: str
    url: str
    due_on: date | None = None
    is_post: bool = False


def asked_of(user: User, today: date) -> list[Ask]:
    """Return the tasks of the contact with this account; none for a colleague, and none for a person who has left."""
    contact = Contact.objects.available().filter(user=user, organisation__is_host=False).first()
    if contact is None:
        return []
    # Others cannot answer for this person, and a round closes: that comes first.
    first = [*questions_to_answer(user), *lists_to_look_at(contact, today)]
    by_day = sorted(first, key=lambda ask: ask.due_on or today)
    return [*by_day, *actions_to_do(contact, user, today), *texts_to_agree(contact, user), *goals_to_write(contact)]


def questions_to_answer(user: User) -> list[Ask]:
    """Return the open rounds in which this person can still answer."""
    people = Invitation.objects.of_user(user).unfinished().in_open_round().still_there().open_to(user.email)
    return [
        Ask(
            _("Answer the questions about how you work together, until %(day)s")
            % {"day": date_format(invitation.cycle.closes_on)},
            invitation.cycle.collaboration.name,
            _("Go on answering") if invitation.status == "started" else _("Answer"),
            reverse("assessments:answer-own", args=[invitation.pk]),
            invitation.cycle.closes_on,
            is_post=True,
        )
        for invitation in people.select_related("cycle__collaboration").order_by("pk")[:MOST_OF_A_KIND]
    ]


def lists_to_look_at(contact: Contact, today: date) -> list[Ask]:
    """Return the planned rounds of which this person, as a lead, has not seen who is asked."""
    parties = list(parties_to_choose().filter(organisation=contact.organisation_id).order_by("pk")[:MOST_OF_A_KIND])
    leads = leads_of(parties, today) if parties else {}
    return [
        Ask(
            _("Look who is asked at your organisation, before %(day)s") % {"day": date_format(party.cycle.opens_on)},
            party.cycle.collaboration.name,
            _("Look at the list"),
            reverse("assessments:side-people", args=[party.cycle_id]),
            party.cycle.opens_on,
        )
        for party in parties
        if leads.get(party.pk) == contact and not party.people_chosen_at
    ]


def actions_to_do(contact: Contact, user: User, today: date) -> list[Ask]:
    """Return the open actions of this person, the first day first."""
    items = ActionItem.objects.visible_to(user).open().filter(owner=contact, collaboration__stage__in=NOT_ENDED)
    return [
        Ask(
            _("%(action)s – %(when)s") % {"action": item.title, "when": due_text(item.due_on, today)},
            item.collaboration.name,
            _("Look at the action"),
            reverse("collab:collaboration-detail", args=[item.collaboration_id]) + "#actions",
            item.due_on,
        )
        for item in items.select_related("collaboration").order_by("due_on", "pk")[:MOST_OF_A_KIND]
    ]


def texts_to_agree(contact: Contact, user: User) -> list[Ask]:
    """Return the drafts and the views about the contact's organisation that wait for an answer."""
    views = IdentityView.objects.visible_to(user).filter(about=contact.organisation_id, answer="")
    asked = [
        Ask(
            _("Say whether you recognise how they see you"),
            view.by.name,
            _("Read and answer"),
            reverse("identity:view-answer", args=[view.pk]),
        )
        for view in views.select_related("by").order_by("pk")[:MOST_OF_A_KIND]
    ]
    drafts = IdentityProfile.objects.visible_to(user).filter(organisation=contact.organisation_id, published_at=None)
    if drafts.exists():
        url = reverse("identity:profile-update", args=[contact.organisation_id])
        asked.append(
            Ask(_("Agree on the draft of who you are, and publish it"), _("Our organisation"), _("Look at it"), url)
        )
    return asked


def goals_to_write(contact: Contact) -> list[Ask]:
    """Return the collaborations in which the contact's organisation has no goal yet."""
    parts = Participation.objects.filter(
        organisation=contact.organisation_id, goal="", collaboration__stage__in=NOT_ENDED
    )
    return [
        Ask(
            _("Write down what your organisation wants to reach"),
            part.collaboration.name,
            _("Write it down"),
            reverse("collab:participation-update", args=[part.pk]),
        )
        for part in parts.select_related("collaboration").order_by("pk")[:MOST_OF_A_KIND]
    ]
