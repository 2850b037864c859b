import rules

from accounts.rules import Visitor, is_colleague
from identity.models import IdentityConversation, IdentityProfile, IdentityView
from identity.querysets import known_to
from partners.models import Organisation
from partners.querysets import own_organisation_id
from partners.rules import belongs_to


@rules.predicate
def writes_identity_of(user: Visitor, organisation: Organisation | None) -> bool:
    """Return whether the user is a colleague who may write the identity of the organisation.

    Colleagues write that of the host, and that of a partner as long as none of its contacts can sign in.
    """
    if organisation is None or not is_colleague(user):
        return False
    return organisation.is_host or not organisation.contacts.with_access().exists()


@rules.predicate
def is_own_identity(user: Visitor, organisation: Organisation | None) -> bool:
    """Return whether the organisation is a partner, and the user one of its active contacts; False for the host."""
    return organisation is not None and not organisation.is_host and bool(belongs_to(user, organisation))


@rules.predicate
def reads_profile(user: Visitor, profile: IdentityProfile | None) -> bool:
    """Return whether the user may read this version of an identity.

    Colleagues read every published version and the drafts that the host keeps. A partner's contact reads the published
    versions of their organisation and of those that it works with, and the drafts that their organisation keeps. Says
    the same as ``IdentityProfileQuerySet.visible_to``.
    """
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
    """Return whether the conversation is shared, and the user's own organisation took part in it."""
    own = own_organisation_id(user)
    if conversation is None or own is None or not conversation.is_shared:
        return False
    return any(organisation.pk == own for organisation in conversation.organisations.all())


@rules.predicate
def speaks_for_host(user: Visitor, conversation: IdentityConversation | None) -> bool:
    """Return whether the user is a colleague, and the host took part in the conversation."""
    if conversation is None or not is_colleague(user):
        return False
    return any(organisation.is_host for organisation in conversation.organisations.all())


def side_of(user: Visitor, conversation: IdentityConversation) -> Organisation | None:
    """Return the organisation of a conversation for which the user speaks; None for a user who may only read it."""
    if speaks_for_host(user, conversation):
        return next(organisation for organisation in conversation.organisations.all() if organisation.is_host)
    if is_colleague(user) or not was_in_conversation(user, conversation):
        return None
    own = own_organisation_id(user)
    return next(organisation for organisation in conversation.organisations.all() if organisation.pk == own)


@rules.predicate
def reads_view(user: Visitor, view: IdentityView | None) -> bool:
    """Return whether the user may read what one organisation wrote about another.

    Colleagues read all shared views and those that the host wrote. A partner's contact reads, in shared conversations,
    those that their organisation wrote and the shared ones about it. Says the same as
    ``IdentityViewQuerySet.visible_to``.
    """
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
    """Return whether the view is shared, and about the organisation for which the user speaks."""
    if view is None or not view.is_shared:
        return False
    side = side_of(user, view.conversation)
    return side is not None and side.pk == view.about_id


# Asked directly and not by ``has_perm``, which says yes to a superuser: an administrator does not speak for a partner.
writes_identity = writes_identity_of | is_own_identity

rules.add_perm("identity.compare_identities", rules.is_authenticated)
rules.add_perm("identity.write_identity", writes_identity)
rules.add_perm("identity.view_identityprofile", reads_profile)
rules.add_perm("identity.record_conversation", is_colleague)
rules.add_perm("identity.view_identityconversation", is_colleague | was_in_conversation)
rules.add_perm("identity.write_identityview", speaks_for_host | was_in_conversation)
rules.add_perm("identity.view_identityview", reads_view)
rules.add_perm("identity.answer_identityview", is_asked_by_view)
