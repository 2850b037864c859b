import rules
from django.contrib.auth.models import AnonymousUser

from accounts.rules import Visitor, is_administrator, is_colleague, is_manager, keeps_records
from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle, ReviewMeeting
from audit.authors import origin_of
from collab.rules import is_participant
from partners.querysets import own_organisation_id


@rules.predicate
def is_party(user: Visitor, cycle: EvaluationCycle | None) -> bool:
    """Return whether the user's own organisation is a side of this cycle, which has been opened."""
    if cycle is None or cycle.status in (CycleStatus.PLANNED, CycleStatus.CANCELLED):
        return False
    organisation_id = own_organisation_id(user)
    if organisation_id is None or not is_participant(user, cycle.collaboration):
        return False
    return organisation_id in cycle.taking_part


@rules.predicate
def is_asked(user: Visitor, cycle: EvaluationCycle | None) -> bool:
    """Return whether the user is one of those who are asked in this round, which has been opened."""
    if cycle is None or cycle.status == CycleStatus.PLANNED:
        return False
    return bool(cycle.invitations.asked().of_user(user).exists())


@rules.predicate
def reads_names(user: Visitor, cycle: EvaluationCycle | None) -> bool:
    """Return whether the user may read the answers with their names: people who were asked, in an open-mode round.

    Refuses an account whose address differs from the one that sent its answers: the reader of that mailbox may be
    another person. A link to such an address shows no names either.
    """
    if cycle is None or cycle.is_confidential or isinstance(user, AnonymousUser):
        return False
    return bool(is_asked(user, cycle) and cycle.invitations.asked().of_user(user).open_to(user.email).exists())


rules.add_perm("assessments.list_cycles", is_colleague)
rules.add_perm("assessments.view_cycle", is_colleague | is_party)
rules.add_perm("assessments.manage_cycle", keeps_records)
rules.add_perm("assessments.record_review", keeps_records | is_manager)


@rules.predicate
def recorded_it(user: Visitor, review: ReviewMeeting | None) -> bool:
    """Return whether the user recorded a review meeting."""
    return review is not None and user.pk is not None and origin_of(review).recorded_by == user.pk


rules.add_perm("assessments.correct_review", is_administrator | recorded_it & (keeps_records | is_manager))
rules.add_perm("assessments.export_answers", is_administrator)
