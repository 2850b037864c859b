import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.enums import InvitationStatus, NotAsked
from assessments.models.cycles import CycleParty, EvaluationCycle
from assessments.querysets import UNFINISHED, InvitationQuerySet
from common.models import TimeStamped
from common.sorting import NameOrder
from common.text import address_key
from partners.models import Contact


class Invitation(TimeStamped):
    """One person asked in one cycle. The answers are a ``Response``, kept apart from it.

    One with a ``PassOnRequest`` is to be confirmed. ``linked_email`` is the address that the last personal link was
    made for, in lower case; empty before the first. A person who was chosen but dropped out before the cycle opened
    stays here as not asked, with the reason. ``is_added_later`` marks a person who was asked after the round had
    opened: all invited people can see that. ``mail_waits`` holds from opening a large round until a job has made the
    mail with the invitation.
    """

    cycle = models.ForeignKey(EvaluationCycle, on_delete=models.CASCADE, related_name="invitations")
    party = models.ForeignKey(CycleParty, on_delete=models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="invitations")
    status = models.CharField(_("status"), max_length=10, choices=InvitationStatus, default=InvitationStatus.INVITED)
    not_asked_because = models.CharField(max_length=10, choices=NotAsked, blank=True, default="", db_default="")
    invited_on = models.DateField(_("asked on"), null=True, blank=True)
    passed_on_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="passed_on_to"
    )
    linked_email = models.EmailField(blank=True, default="", db_default="", editable=False)
    times_passed_on = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    is_added_later = models.BooleanField(default=False, db_default=False, editable=False)
    mail_waits = models.BooleanField(default=False, db_default=False, editable=False)

    objects = InvitationQuerySet.as_manager()
    # The address of the link that was opened; set by ``personal_links.find_invitation``.
    opened_by: str | None = None
    # Whether answers were sent from another address than the contact has now; set by the page of the round.
    is_answered_elsewhere = False

    class Meta:
        ordering = ["party", NameOrder("contact__name"), "pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint("cycle", "contact", name="invitation_once"),
            models.CheckConstraint(
                condition=Q(status=InvitationStatus.NOT_ASKED) ^ Q(not_asked_because=""), name="not_asked_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(mail_waits=True), name="invitation_mail_waits")]

    def __str__(self) -> str:
        return f"{self.contact}"

    @property
    def reason_unreachable(self) -> str:
        """Return why this person cannot be asked, a code of ``NotAsked``; the empty string when they can be."""
        if not self.contact.is_active:
            return NotAsked.LEFT
        if self.contact.organisation_id != self.party.organisation_id:
            return NotAsked.MOVED
        if not self.contact.is_available:
            return NotAsked.ARCHIVED
        return "" if self.contact.email else NotAsked.NO_ADDRESS

    @property
    def is_unfinished(self) -> bool:
        """Return whether the person is asked and has sent no answers."""
        return self.status in UNFINISHED

    @property
    def answering_email(self) -> str:
        """Return the address whose answers are read and written: that of the link, else the contact's own."""
        return address_key(self.contact.email) if self.opened_by is None else self.opened_by

    @property
    def is_opened_by_person(self) -> bool:
        """Return whether the link was made for the person who was asked, judged by the address.

        Compares with the address from which answers were sent; without such answers, with the contact's present one.
        """
        sent = self.responses.exclude(submitted_at=None).values_list("email", flat=True).first()
        return self.answering_email == (address_key(self.contact.email) if sent is None else sent)


class PersonalLink(models.Model):
    """One link to one invitation's questionnaire; every mail carries a fresh one, all work until revoked.

    Only the SHA-256 of the token is kept. ``email`` is the address that the link was mailed to, in lower case: the link
    opens the answers given by links to that address, and no others.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.invitation_id}"


class PassOnRequest(TimeStamped):
    """A request to pass an invitation on to an address outside the organisations that take part.

    Nothing is mailed to that address before a coordinator agrees; the row is deleted with the decision.
    """

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="pass_on_request")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@pghistory.track(exclude=["created_at", "updated_at"])
class LinkReaddressed(TimeStamped):
    """A record that the links of an invitation go to another address; ``name`` is the person's name at that time.

    The history of the round shows it, and the former address was mailed.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="readdressed")
    name = models.CharField(max_length=200)
    old_email = models.EmailField()
    new_email = models.EmailField()

    def __str__(self) -> str:
        return f"{self.name}: {self.old_email} → {self.new_email}"


class SideLink(models.Model):
    """One link with which the lead of an organisation opens the list of its people in a planned round.

    Only the SHA-256 of the token is kept, and the address that the link was mailed to, in lower case.
    """

    party = models.ForeignKey(CycleParty, on_delete=models.CASCADE, related_name="side_links")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.party_id}"
