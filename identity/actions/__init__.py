"""Change identities and conversations about them, by subject."""

from identity.actions.conversations import answer_view, change_conversation, record_conversation, write_view
from identity.actions.profiles import identity_to_write_on, write_identity, writes_on_behalf

__all__ = [
    "answer_view",
    "change_conversation",
    "identity_to_write_on",
    "record_conversation",
    "write_identity",
    "write_view",
    "writes_on_behalf",
]
