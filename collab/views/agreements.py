"""Pages for decisions, action items and the stage."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from collab import actions
from collab.enums import RoleKind, Stage, Visibility
from collab.forms import ActionItemForm, ActionItemUpdateForm, DecisionForm, StageForm
from collab.models import ActionItem, RoleAssignment
from collab.views.shared import back, render_form, to_collaboration, visible_collaboration
from common.views import refusals_in, refusals_said, require_perm
from partners.models import Contact

ACTIONS, DECISIONS = "#actions", "#decisions"


@require_http_methods(["GET", "HEAD", "POST"])
def stage_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the collaboration to a next stage, with the person who decided it and the reason."""
    collaboration = visible_collaboration(request, pk)
    require_perm(request, "collab.change_stage", collaboration)
    held = RoleAssignment.objects.current(timezone.localdate()).filter(
        participation__collaboration=collaboration, role=RoleKind.DECIDER
    )
    deciders = Contact.objects.filter(pk__in=held.values("contact"))
    # Only where there is one way ahead, beside ending.
    initial = {} if collaboration.stage in (Stage.ACTIVE, Stage.ENDED) else {"to": collaboration.next_stages[0]}
    form = StageForm(request.POST or None, collaboration=collaboration, deciders=deciders, initial=initial)
    user = signed_in(request)
    if collaboration.next_stages and form.is_valid():
        with refusals_in(form):
            actions.change_stage(actor=user, collaboration=collaboration, **form.cleaned_data)
            return back(request, pk, _("The stage has changed. The decision is kept below."))
    return render_form(request, form, collaboration, "collab/stage_change.html", has_deciders=deciders.exists())


@require_http_methods(["GET", "HEAD", "POST"])
def decision_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a decision."""
    collaboration = visible_collaboration(request, pk)
    require_perm(request, "collab.add_decision", collaboration)
    initial = {"decided_on": timezone.localdate(), "visibility": Visibility.SHARED}
    form = DecisionForm(request.POST or None, collaboration=collaboration, initial=initial)
    user = signed_in(request)
    if form.is_valid():
        with refusals_in(form):
            actions.record_decision(actor=user, collaboration=collaboration, **form.cleaned_data)
            return back(request, pk, _("The decision is recorded."), DECISIONS)
    return render_form(request, form, collaboration, heading=_("Record a decision"), label=_("Record the decision"))


@require_http_methods(["GET", "HEAD", "POST"])
def actionitem_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an agreed action item."""
    collaboration = visible_collaboration(request, pk)
    require_perm(request, "collab.add_actionitem", collaboration)
    form = ActionItemForm(request.POST or None, collaboration=collaboration, initial={"visibility": Visibility.SHARED})
    user = signed_in(request)
    if form.is_valid():
        with refusals_in(form):
            actions.add_action_item(actor=user, collaboration=collaboration, **form.cleaned_data)
            return back(request, pk, _("The action is agreed."), ACTIONS)
    return render_form(request, form, collaboration, heading=_("Agree on an action"), label=_("Add the action"))


@require_http_methods(["GET", "HEAD", "POST"])
def actionitem_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the text, the owner or the day of an action item."""
    item = _visible(request, pk)
    require_perm(request, "collab.change_actionitem", item)
    initial = {"title": item.title, "owner": item.owner, "due_on": item.due_on, "visibility": item.visibility}
    form = ActionItemUpdateForm(request.POST or None, collaboration=item.collaboration, initial=initial)
    user = signed_in(request)
    if form.is_valid():
        with refusals_in(form):
            actions.change_action_item(actor=user, item=item, **form.cleaned_data)
            return back(request, item.collaboration_id, _("The action is changed."), ACTIONS)
    return render_form(request, form, item.collaboration, "collab/actionitem_update.html", item=item)


@require_POST
def actionitem_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an action item as done."""
    item = _visible(request, pk)
    require_perm(request, "collab.finish_actionitem", item)
    return _carry_out(request, item, actions.finish_action_item, _("Done: %(action)s"))


@require_POST
def actionitem_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a finished or dropped action item again."""
    item = _visible(request, pk)
    require_perm(request, "collab.finish_actionitem", item)
    return _carry_out(request, item, actions.reopen_action_item, _("Open again: %(action)s"))


@require_POST
def actionitem_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop an action item that will not be done."""
    item = _visible(request, pk)
    require_perm(request, "collab.change_actionitem", item)
    return _carry_out(request, item, actions.drop_action_item, _("Dropped: %(action)s"))


def _carry_out(request: HttpRequest, item: ActionItem, action: Callable[..., None], news: str) -> HttpResponse:
    with refusals_said(request):
        action(actor=signed_in(request), item=item)
        return back(request, item.collaboration_id, news % {"action": item.title}, ACTIONS)
    return to_collaboration(item.collaboration_id, ACTIONS)


def _visible(request: HttpRequest, pk: int) -> ActionItem:
    rows = ActionItem.objects.visible_to(signed_in(request)).select_related("collaboration", "owner")
    item: ActionItem = get_object_or_404(rows, pk=pk)
    return item
