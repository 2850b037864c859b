import rules

from accounts.rules import Visitor, is_colleague, is_manager, keeps_records
from collab.enums import Visibility
from collab.models import ActionItem, Collaboration, Decision, Participation
from partners.querysets import own_organisation_id


@rules.predicate
def is_participant(user: Visitor, collaboration: Collaboration | None) -> bool:
    """Return whether the user's own organisation takes part in the collaboration."""
    if collaboration is None:
        return False
    organisation_id = own_organisation_id(user)
    # A page that has the participations at hand asks this for every row.
    return any(part.organisation_id == organisation_id for part in collaboration.participations.all())


@rules.predicate
def sees_as_participant(user: Visitor, item: ActionItem | Decision | None) -> bool:
    """Return whether the row is shared, and the user's own organisation takes part in its collaboration."""
    return item is not None and item.visibility == Visibility.SHARED and bool(is_participant(user, item.collaboration))


@rules.predicate
def is_owner_side(user: Visitor, item: ActionItem | None) -> bool:
    """Return whether a contact of the user's own organisation owns the action, and the user may see it."""
    if item is None or own_organisation_id(user) != item.owner.organisation_id:
        return False
    return bool(sees_as_participant(user, item))


@rules.predicate
def is_own_participation(user: Visitor, participation: Participation | None) -> bool:
    """Return whether the participation is that of the user's own organisation."""
    return participation is not None and participation.organisation_id == own_organisation_id(user)


rules.add_perm("collab.list_collaborations", rules.is_authenticated)
rules.add_perm("collab.view_collaboration", is_colleague | is_participant)
rules.add_perm("collab.add_collaboration", keeps_records)
rules.add_perm("collab.change_collaboration", keeps_records)
rules.add_perm("collab.change_stage", keeps_records | is_manager)
rules.add_perm("collab.plan_evaluation", keeps_records | is_manager)
rules.add_perm("collab.change_participation", keeps_records | is_own_participation)
rules.add_perm("collab.view_decision", is_colleague | sees_as_participant)
rules.add_perm("collab.view_actionitem", is_colleague | sees_as_participant)
rules.add_perm("collab.add_decision", keeps_records | is_manager)
rules.add_perm("collab.add_actionitem", keeps_records | is_manager)
rules.add_perm("collab.change_actionitem", keeps_records | is_manager)
rules.add_perm("collab.finish_actionitem", keeps_records | is_manager | is_owner_side)
# Asked with the collaboration or without: a shortlist is the host's own.
rules.add_perm("collab.view_candidate", is_colleague)
rules.add_perm("collab.keep_shortlist", keeps_records)
