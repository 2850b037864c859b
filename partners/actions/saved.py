"""Ways to look at the registry, kept under a name."""

from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.locking import lock
from partners.models import SavedView


def save_view(*, actor: User, name: str, query: str, is_shared: bool = False, is_default: bool = False) -> SavedView:
    """Keep what stands in the address under a name; an own view of that name is replaced."""
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
    *, actor: User, view: SavedView, name: str, is_shared: bool = False, is_default: bool | None = None
) -> None:
    """Rename a view, share it or not, open the list with it or not (None leaves that: it is the owner's wish).

    Its owner may, and an administrator where it is shared. Refuses a name that another view of the owner has.
    """
    require(actor, "partners.change_savedview", view)
    with recording(actor, "partners.view_changed"), refusing_violations(SavedView, field="name"):
        current = lock(view)
        current.name, current.is_shared = _named(name), is_shared
        if is_default is not None:
            SavedView.objects.filter(owner=current.owner, is_default=True).exclude(pk=current.pk).update(
                is_default=False
            )
            current.is_default = is_default
        current.save()


def delete_view(*, actor: User, view: SavedView) -> None:
    """Take a view away; addresses that were mailed go on working, for they hold the whole state."""
    require(actor, "partners.change_savedview", view)
    with recording(actor, "partners.view_deleted"):
        SavedView.objects.filter(pk=view.pk).delete()


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ActionRefused(_("Give the view a name."), field="name")
    return name
