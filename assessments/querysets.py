from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from assessments.enums import CycleStatus, InvitationStatus
from collab.enums import ActionStatus, Visibility
from collab.models import ActionItem, Participation
from collab.querysets import AWAKE
from common.sorting import NameOrder
from common.text import address_key
from notifications.enums import MailStatus, StopReason
from notifications.models import OutgoingMail
from partners.enums import OrganisationStatus
from partners.querysets import own_organisation_id

if TYPE_CHECKING:
    from accounts.models import User
    from assessments.models import EvaluationCycle, Invitation, Response

RUNNING = (CycleStatus.PLANNED, CycleStatus.OPEN)
# Of a summary with a factor in the band *work on this*.
WORK_ON_THIS = [{"band": "act"}]
ENDED = (CycleStatus.CLOSED, CycleStatus.DISCUSSED)
# Invitations that count as "invited": withdrawn ones and those handed to a colleague do not.
ASKED = (
    InvitationStatus.INVITED,
    InvitationStatus.STARTED,
    InvitationStatus.TO_CONFIRM,
    InvitationStatus.SUBMITTED,
    InvitationStatus.DECLINED,
)
CAN_BE_ASKED_AGAIN = (InvitationStatus.REVOKED, InvitationStatus.NOT_ASKED, InvitationStatus.PASSED_ON)
# Statuses of a colleague's invitation in which passing on can still be taken back.
NOT_STARTED = (InvitationStatus.INVITED, InvitationStatus.DECLINED, InvitationStatus.REVOKED)
UNFINISHED = (InvitationStatus.INVITED, InvitationStatus.STARTED)
_UNREACHABLE = (
    ~Q(contact__deactivated_at=None)
    | ~Q(contact__organisation=F("party__organisation"))
    | Q(contact__email="")
    | Q(contact__organisation__status=OrganisationStatus.ARCHIVED)
)


# Of a round ``with_obstacles``.
_CANNOT_OPEN = Q(sides__lt=2) | ~Q(silent=[])
# A planned round answers a date that it misses by at most so much, or when it opens soon.
ANSWERS_WITHIN = timedelta(days=30)
OPENS_SOON = timedelta(days=14)


class CycleQuerySet(models.QuerySet["EvaluationCycle"]):
    """Queries on evaluation rounds."""

    model: type["EvaluationCycle"]

    def visible_to(self, user: "User | AnonymousUser") -> "CycleQuerySet":
        """Return the rounds a user may see.

        Colleagues see all; a partner's contact sees those ``known_at`` their own organisation.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        own = own_organisation_id(user)
        return self.none() if own is None else self.known_at(own)

    def known_at(self, organisation_id: int) -> "CycleQuerySet":
        """Return the rounds that people of a partner may read: those of which it is a side, where it still takes part.

        Leaves out planned and cancelled rounds, which are the host's.
        """
        hidden = (CycleStatus.PLANNED, CycleStatus.CANCELLED)
        there = self.filter(collaboration__participations__organisation=organisation_id)
        return there.with_party(organisation_id).exclude(status__in=hidden)

    def with_party(self, organisation_id: int) -> "CycleQuerySet":
        """Return the rounds in which the organisation is a side; once, even where it is two sides since a merge."""
        sides = self.model._default_manager.filter(parties__organisation=organisation_id)
        return self.filter(pk__in=sides.values("pk"))

    def with_progress(self) -> "CycleQuerySet":
        """Add ``invited`` and ``submitted``: the number of people asked, and of people who answered."""
        return self.annotate(
            invited=Count("invitations", filter=Q(invitations__status__in=ASKED)),
            submitted=Count("invitations", filter=Q(invitations__status=InvitationStatus.SUBMITTED)),
        )

    def ended(self) -> "CycleQuerySet":
        return self.filter(status__in=ENDED)

    def latest_results(self) -> "CycleQuerySet":
        """Return the last cycle with results of each collaboration."""
        return self.ended().order_by("collaboration_id", "-number").distinct("collaboration_id")

    def awaiting_review(self) -> "CycleQuerySet":
        """Return the rounds with undiscussed last results, where things fall due."""
        return self.with_last_results().filter(collaboration__stage__in=AWAKE)

    def with_last_results(self) -> "CycleQuerySet":
        """Return the rounds that are closed and not discussed, unless a later round has results by now."""
        return self._without_later_results().filter(status=CycleStatus.CLOSED)

    def unsettled(self) -> "CycleQuerySet":
        """Return the discussed rounds with last results of which a factor is still to be worked on.

        It is until the actions agreed in the meeting are done; where none was agreed or all were dropped, until another
        one is. Only shared actions count: to all sides the same rounds are unsettled. ``is_agreed`` tells whether an
        agreed action is open.
        """
        shared = ActionItem.objects.filter(visibility=Visibility.SHARED)
        agreed = shared.open().filter(reviews__cycle=OuterRef("pk"))
        done = shared.filter(
            collaboration=OuterRef("collaboration"), status=ActionStatus.DONE, created_at__gte=OuterRef("closed_at")
        )
        found = self._without_later_results().filter(
            status=CycleStatus.DISCUSSED, summary__contains=WORK_ON_THIS, collaboration__stage__in=AWAKE
        )
        return found.annotate(is_agreed=Exists(agreed)).filter(Q(is_agreed=True) | ~Exists(done))

    def _without_later_results(self) -> "CycleQuerySet":
        later = self.model._default_manager.filter(
            collaboration=OuterRef("collaboration"), number__gt=OuterRef("number"), status__in=ENDED
        )
        return self.filter(~Exists(later))

    def running(self) -> "CycleQuerySet":
        return self.filter(status__in=RUNNING)

    def answering(self, soon: date) -> "CycleQuerySet":
        """Return the rounds that answer the next evaluation of their collaboration: no reminder to plan it is due.

        A planned round that is no extra one, when it opens at most 30 days after that date, or by ``soon`` (today and
        14 days). The same of the last day of an open round, which has to end before another one can be planned.
        """
        latest = F("collaboration__next_evaluation_on") + ANSWERS_WITHIN
        planned = Q(opens_on__lte=latest) | Q(opens_on__lte=soon)
        opened = Q(closes_on__lte=latest) | Q(closes_on__lte=soon)
        return self.filter(
            Q(planned, status=CycleStatus.PLANNED, is_extra=False) | Q(opened, status=CycleStatus.OPEN),
        )

    def with_obstacles(self) -> "CycleQuerySet":
        """Add the facts that keep a planned round from opening, for ``assessments.obstacles``.

        ``sides`` is the number of sides, ``silent`` the names of those without a person who can be asked.
        """
        parts = Participation.objects.filter(collaboration=OuterRef("collaboration"))
        people = InvitationQuerySet(model=apps.get_model("assessments.Invitation"))
        people = people.filter(status=InvitationStatus.INVITED, cycle=OuterRef(OuterRef("pk")))
        people = people.filter(party__organisation=OuterRef("organisation")).reachable()
        silent = parts.filter(~Exists(people)).order_by("pk").values("organisation__name")
        counted = parts.order_by().values("collaboration").annotate(count=Count("pk")).values("count")
        return self.annotate(sides=Coalesce(Subquery(counted), 0), silent=ArraySubquery(silent))

    def with_a_silent_party(self) -> "CycleQuerySet":
        """Return the rounds with sides from which no answer came and none can come; ``silent_parties`` names them."""
        people = InvitationQuerySet(model=apps.get_model("assessments.Invitation")).filter(party=OuterRef("pk"))
        sent = people.filter(status=InvitationStatus.SUBMITTED)
        can = people.unfinished().reachable()
        parties = apps.get_model("assessments.CycleParty").objects.filter(cycle=OuterRef("pk"))
        silent = parties.filter(~Exists(sent), ~Exists(can)).order_by("pk").values("name")
        return self.annotate(silent_parties=ArraySubquery(silent)).exclude(silent_parties=[])

    def stuck(self, today: date) -> "CycleQuerySet":
        """Return the planned rounds whose first day has come and that did not open, or cannot.

        On that very day only those that cannot: the others wait for the job.
        """
        planned = self.filter(status=CycleStatus.PLANNED, opens_on__lte=today, collaboration__stage__in=AWAKE)
        return planned.with_obstacles().filter(Q(opens_on__lt=today) | _CANNOT_OPEN)

    def that_cannot_open(self) -> "CycleQuerySet":
        """Return the planned rounds that lack a side, or people of a side, on any day."""
        return self.with_obstacles().filter(_CANNOT_OPEN)

    def locked_against_closing(self, pk: int) -> "EvaluationCycle":
        """Return status and mode of a cycle, and keep it from being closed or changed until the transaction ends.

        People who answer do not wait for each other: FOR KEY SHARE, which the ORM does not offer, is compatible with
        itself, and not with the FOR UPDATE that every change of a cycle takes.
        """
        table = self.model._meta.db_table
        rows = self.raw(f"SELECT id, status, mode FROM {table} WHERE id = %s FOR KEY SHARE", [pk])
        return rows[0]

    def opening_due_by(self, day: date) -> "CycleQuerySet":
        return self.filter(status=CycleStatus.PLANNED, opens_on__lte=day)

    def closing_due_by(self, day: date) -> "CycleQuerySet":
        """Return the open cycles whose last day, ``closes_on``, is past."""
        return self.filter(status=CycleStatus.OPEN, closes_on__lt=day)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Queries on invitations."""

    model: type["Invitation"]

    def asked(self) -> "InvitationQuerySet":
        return self.filter(status__in=ASKED)

    def by_side(self) -> "InvitationQuerySet":
        """Order people by organisation, the host first, and then by name."""
        return self.order_by("-party__is_host", NameOrder("party__name"), "party", NameOrder("contact__name"), "pk")

    def of_user(self, user: "User | AnonymousUser") -> "InvitationQuerySet":
        """Return the invitations of a person with an account."""
        return self.none() if isinstance(user, AnonymousUser) else self.filter(contact__user=user)

    def interested(self) -> "InvitationQuerySet":
        """Return the people who are told of results: those asked, without those who declined."""
        return self.asked().exclude(status=InvitationStatus.DECLINED)

    def unfinished(self) -> "InvitationQuerySet":
        """Return the people who can still answer and have not sent their answers, those who started included."""
        return self.filter(status__in=UNFINISHED)

    def reachable(self) -> "InvitationQuerySet":
        """Return the people who can be mailed: still there, with an address, in an organisation not archived."""
        return self.filter(~_UNREACHABLE)

    def unreachable(self) -> "InvitationQuerySet":
        """Return the others: they left, work elsewhere, have no address, or their organisation is archived."""
        return self.filter(_UNREACHABLE)

    def not_asked(self, today: date) -> "InvitationQuerySet":
        """Return the people who were chosen and dropped out, or cannot be asked any more before a round opens.

        Leaves out rounds of ``CycleQuerySet.stuck``, whose own alert names what they lack.
        """
        dropped = Q(status=InvitationStatus.NOT_ASKED, cycle__status=CycleStatus.OPEN)
        planned = Q(status=InvitationStatus.INVITED, cycle__status=CycleStatus.PLANNED, cycle__opens_on__gt=today)
        return self.filter(dropped | (planned & _UNREACHABLE))

    def never_arrived(self) -> "InvitationQuerySet":
        """Return the people whose newest link went to a wrong or missing address, and who have another one now.

        A mail that arrived earlier does not help them: a new link ends the earlier ones, and so does another address.
        """
        about = Concat(Value("invitation:"), Cast(OuterRef("pk"), CharField()))
        with_link = OutgoingMail.objects.exclude(link_kind="")
        mails = with_link.filter(about=about)
        unsent = Q(status__in=[MailStatus.FAILED, MailStatus.CANCELLED])
        arrived_later = with_link.filter(about=OuterRef("about"), pk__gt=OuterRef("pk")).exclude(unsent)
        failed, here = Q(status=MailStatus.FAILED), Q(to_email__iexact=OuterRef("contact__email"))
        missing = Q(status=MailStatus.CANCELLED, stopped_because__in=[StopReason.NO_ADDRESS, StopReason.PERSON_GONE])
        stopped, refused_here = mails.filter(missing | (failed & ~here)), mails.filter(failed & here)
        return self.filter(Exists(stopped.filter(~Exists(arrived_later))), ~Exists(refused_here))

    def waiting_for_mail(self) -> "InvitationQuerySet":
        """Return the invitations of open rounds whose mail has still to be made."""
        return self.filter(mail_waits=True).unfinished().in_open_round()

    def still_there(self) -> "InvitationQuerySet":
        """Return the people who are active, at the organisation they were asked for."""
        return self.filter(contact__deactivated_at=None, contact__organisation=F("party__organisation"))

    def gone(self) -> "InvitationQuerySet":
        """Return the people who left, or work elsewhere, and are still asked for answers in an open round."""
        waiting = (
            self.asked().in_open_round().exclude(status__in=[InvitationStatus.SUBMITTED, InvitationStatus.DECLINED])
        )
        return waiting.exclude(contact__deactivated_at=None, contact__organisation=F("party__organisation"))

    def in_open_round(self) -> "InvitationQuerySet":
        return self.filter(cycle__status=CycleStatus.OPEN)

    def open_to(self, email: str) -> "InvitationQuerySet":
        """Return the invitations to which no answers were sent from another address than ``email``."""
        sent = self.model._meta.get_field("responses").related_model._default_manager.filter(  # type: ignore[union-attr]
            invitation=OuterRef("pk"), submitted_at__isnull=False
        )
        return self.filter(~Exists(sent.exclude(email=address_key(email))))


class ResponseQuerySet(models.QuerySet["Response"]):
    """Queries on responses."""

    model: type["Response"]

    def written_for(self, invitation: "Invitation") -> "ResponseQuerySet":
        """Return the one response to the invitation from the address whose link was opened; no other is ever read."""
        return self.filter(invitation=invitation, email=invitation.answering_email)

    def sent(self) -> "ResponseQuerySet":
        return self.filter(submitted_at__isnull=False)
