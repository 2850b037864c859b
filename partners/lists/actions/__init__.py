"""Save views of the list, and change many organisations in one step."""

from partners.lists.actions.bulk import set_owner_of_many, set_status_of_many, tag_many, untag_many
from partners.lists.actions.saved_views import VIEW_FIELDS, change_view, delete_view, save_view

__all__ = [
    "VIEW_FIELDS",
    "change_view",
    "delete_view",
    "save_view",
    "set_owner_of_many",
    "set_status_of_many",
    "tag_many",
    "untag_many",
]
