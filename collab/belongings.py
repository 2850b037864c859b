"""Find the collaborations that are affected when a person leaves or an organisation is archived."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.models import ActionItem, Participation, RoleAssignment
from collab.querysets import NOT_ENDED, ActionItemQuerySet
from common.belongings import Belonging, belongings_finder
from common.row_urls import row_url
from partners.models import Contact, Organisation


@belongings_finder(Contact)
def of_people(contacts: Sequence[Contact], today: date) -> Iterable[Belonging]:
    """Find the present and future roles, and the open actions, in collaborations that have not ended."""
    roles = RoleAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=today), contact__in=contacts, participation__collaboration__stage__in=NOT_ENDED
    ).select_related("participation__collaboration")
    for role in roles.order_by("participation__collaboration__sort_name", "pk"):
        collaboration = role.participation.collaboration
        text = _("%(role)s in %(collaboration)s")
        facts = {"role": role.get_role_display(), "collaboration": collaboration}
        yield Belonging(text % facts, row_url("collab:collaboration-detail", collaboration.pk) + "#roles")
    yield from _open_actions(ActionItem.objects.filter(owner__in=contacts))


@belongings_finder(Organisation)
def of_organisations(organisations: Sequence[Organisation], today: date) -> Iterable[Belonging]:
    """Find the collaborations in which they still take part, and the open actions of their people."""
    parts = Participation.objects.filter(organisation__in=organisations, collaboration__stage__in=NOT_ENDED)
    for part in parts.select_related("organisation", "collaboration").order_by("organisation__sort_name", "pk"):
        stage = part.collaboration.get_stage_display().lower()
        facts = {"organisation": part.organisation, "collaboration": part.collaboration, "stage": stage}
        text = _("%(organisation)s takes part in %(collaboration)s (%(stage)s)") % facts
        yield Belonging(text, row_url("collab:collaboration-detail", part.collaboration_id))
    yield from _open_actions(ActionItem.objects.filter(owner__organisation__in=organisations))


def _open_actions(items: ActionItemQuerySet) -> Iterable[Belonging]:
    """Count the open ones per collaboration."""
    found = items.open().filter(collaboration__stage__in=NOT_ENDED)
    counted = found.order_by().values_list("collaboration", "collaboration__name").annotate(number=Count("pk"))
    for pk, name, number in counted.order_by("collaboration__sort_name", "collaboration"):
        text = ngettext("%(count)d open action in %(name)s", "%(count)d open actions in %(name)s", number)
        url = row_url("collab:collaboration-detail", pk) + "#actions"
        yield Belonging(text % {"count": number, "name": name}, url)
