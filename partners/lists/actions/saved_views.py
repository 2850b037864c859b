"""Save views of the registry under a name."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.edits import Seen, apply_edits, refuse_unseen
from common.locking import lock
from partners.models import SavedView

VIEW_FIELDS = ("name", "query", "is_shared")


def save_view(*, actor: User, name: str, query: str, is_shared: bool = False, is_default: bool = False) -> SavedView:
    """Save the state in an address under a name; replace the owner's view of that name."""
    require(actor, "partners.view_registry")
    name = _named(name)
    with recording(actor, "partners.view_saved"):
        if is_default:
            SavedView.objects.filter(owner=actor, is_default=True).update(is_default=False)
        view = SavedView.objects.filter(owner=actor, name__iexact=name).first() or SavedView(owner=actor)
        view.name, view.query, view.is_shared, view.is_default = name, query, is_shared, is_default
        with refusing_violations(SavedView, field="name"):
            view.save()
    return view


def change_view(
    *,
    actor: User,
    view: SavedView,
    name: str,
    is_shared: bool = False,
    is_default: bool | None = None,
    seen: Seen | None = None,
) -> None:
    """Rename a view, share it, or make it the owner's default; with None the default stays as it is.

    Allowed to its owner, and to an administrator where it is shared. Refuses a name that another view of the owner has,
    and details that another person changed since the page had ``seen`` them (``common.edits.merge``).
    """
    require(actor, "partners.change_savedview", view)
    with recording(actor, "partners.view_changed"), refusing_violations(SavedView, field="name"):
        current = lock(view)
        typed: dict[str, Any] = {"name": _named(name), "is_shared": is_shared}
        if is_default is not None:
            typed["is_default"] = is_default
        apply_edits(current, typed, seen)
        if current.is_default:
            SavedView.objects.filter(owner=current.owner, is_default=True).exclude(pk=current.pk).update(
                is_default=False
            )
        current.save()


def delete_view(*, actor: User, view: SavedView, seen: Seen | None = None) -> None:
    """Delete a view; its mailed addresses stay valid, as they hold the whole state.

    Refuses when another person changed it since the page had ``seen`` it.
    """
    require(actor, "partners.change_savedview", view)
    with recording(actor, "partners.view_deleted"):
        current = lock(view)
        refuse_unseen(current, VIEW_FIELDS, seen)
        current.delete()


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ActionRefused(_("Give the view a name."), field="name")
    return name
