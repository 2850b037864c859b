import rules

from accounts.rules import Visitor, is_administrator, is_colleague, keeps_records
from partners.acquaintances import known_to
from partners.models import Contact, IdentityConversation, IdentityProfile, IdentityView, Organisation, SavedView
from partners.querysets import own_organisation_id


@rules.predicate
def belongs_to(user: Visitor, organisation: Organisation | None) -> bool:
    """The user is an active contact of the organisation."""
    return organisation is not None and own_organisation_id(user) == organisation.pk


@rules.predicate
def is_own_colleague(user: Visitor, contact: Contact | None) -> bool:
    """The contact is at the user's own organisation."""
    return contact is not None and belongs_to(user, contact.organisation)


@rules.predicate
def keeps_identity_of(user: Visitor, organisation: Organisation | None) -> bool:
    """A colleague of the host; for a partner only as long as nobody there can sign in."""
    if organisation is None or not is_colleague(user):
        return False
    return organisation.is_host or not organisation.contacts.with_access().exists()


@rules.predicate
def is_own_identity(user: Visitor, organisation: Organisation | None) -> bool:
    """The identity of the partner that the user is a contact of."""
    return organisation is not None and not organisation.is_host and bool(belongs_to(user, organisation))


@rules.predicate
def reads_profile(user: Visitor, profile: IdentityProfile | None) -> bool:
    """It is published by whom one may read, or a draft of one's own side."""
    if profile is None:
        return False
    is_hosts = profile.organisation.is_host or profile.is_on_behalf
    if is_colleague(user):
        return is_hosts or not profile.is_draft
    own = own_organisation_id(user)
    if own is None:
        return False
    if profile.is_draft:
        return profile.organisation_id == own and not is_hosts
    return Organisation.objects.filter(known_to(own, "pk"), pk=profile.organisation_id).exists()


@rules.predicate
def was_in_conversation(user: Visitor, conversation: IdentityConversation | None) -> bool:
    """It is shared, and the user's own organisation took part in it."""
    own = own_organisation_id(user)
    if conversation is None or own is None or not conversation.is_shared:
        return False
    return any(organisation.pk == own for organisation in conversation.organisations.all())


@rules.predicate
def speaks_for_host(user: Visitor, conversation: IdentityConversation | None) -> bool:
    """A colleague, where the host took part in the conversation."""
    if conversation is None or not is_colleague(user):
        return False
    return any(organisation.is_host for organisation in conversation.organisations.all())


def side_of(user: Visitor, conversation: IdentityConversation) -> Organisation | None:
    """For which organisation of a conversation the user speaks; None for who may only read it."""
    if speaks_for_host(user, conversation):
        return next(organisation for organisation in conversation.organisations.all() if organisation.is_host)
    if is_colleague(user) or not was_in_conversation(user, conversation):
        return None
    own = own_organisation_id(user)
    return next(organisation for organisation in conversation.organisations.all() if organisation.pk == own)


@rules.predicate
def reads_view(user: Visitor, view: IdentityView | None) -> bool:
    """One's own side wrote it, or it is shared and about one's own side; colleagues read all that is shared."""
    if view is None:
        return False
    if is_colleague(user):
        return view.is_shared or view.by.is_host
    own = own_organisation_id(user)
    if own is None or not view.conversation.is_shared:
        return False
    return view.by_id == own or (view.about_id == own and view.is_shared)


@rules.predicate
def is_asked_by_view(user: Visitor, view: IdentityView | None) -> bool:
    """A shared view about the side that the user speaks for."""
    if view is None or not view.is_shared:
        return False
    side = side_of(user, view.conversation)
    return side is not None and side.pk == view.about_id


# Asked by themselves and not by ``has_perm``, which says yes to a superuser: that is no voice for somebody else.
writes_identity = keeps_identity_of | is_own_identity


@rules.predicate
def owns_view(user: Visitor, view: SavedView | None) -> bool:
    return view is not None and view.owner_id == user.pk


@rules.predicate
def is_shared(user: Visitor, view: SavedView | None) -> bool:
    return view is not None and view.is_shared


rules.add_perm("partners.view_registry", is_colleague)
rules.add_perm("partners.view_organisation", is_colleague | belongs_to)
rules.add_perm("partners.change_registry", keeps_records)
rules.add_perm("partners.merge_organisations", keeps_records)
rules.add_perm("partners.choose_host", is_administrator)
rules.add_perm("partners.import_organisations", keeps_records)
rules.add_perm("partners.view_affiliation", is_colleague)
rules.add_perm("partners.view_contact", is_colleague | is_own_colleague)
rules.add_perm("partners.compare_identities", rules.is_authenticated)
rules.add_perm("partners.write_identity", writes_identity)
rules.add_perm("partners.view_identityprofile", reads_profile)
rules.add_perm("partners.record_conversation", is_colleague)
rules.add_perm("partners.view_identityconversation", is_colleague | was_in_conversation)
rules.add_perm("partners.write_identityview", speaks_for_host | was_in_conversation)
rules.add_perm("partners.view_identityview", reads_view)
rules.add_perm("partners.answer_identityview", is_asked_by_view)
rules.add_perm("partners.view_savedview", is_colleague & (owns_view | is_shared))
rules.add_perm("partners.change_savedview", (is_colleague & owns_view) | (is_administrator & is_shared))
