import rules

from accounts.rules import Visitor, is_administrator, is_colleague, is_manager, keeps_records
from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle
from collab.rules import is_participant
from partners.querysets import own_organisation_id


@rules.predicate
def is_party(user: Visitor, cycle: EvaluationCycle | None) -> bool:
    """The user's own organisation takes part in the collaboration and in this cycle, which has been opened."""
    if cycle is None or cycle.status in (CycleStatus.PLANNED, CycleStatus.CANCELLED):
        return False
    organisation_id = own_organisation_id(user)
    if organisation_id is None or not is_participant(user, cycle.collaboration):
        return False
    return organisation_id in cycle.taking_part


rules.add_perm("assessments.list_cycles", is_colleague)
rules.add_perm("assessments.view_cycle", is_colleague | is_party)
rules.add_perm("assessments.manage_cycle", keeps_records)
rules.add_perm("assessments.record_review", keeps_records | is_manager)
rules.add_perm("assessments.export_answers", is_administrator)
