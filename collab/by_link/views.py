"""The page on which the owner of an action, who has no account, says how it stands."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collab.by_link.actions import finish_by_link, move_by_link, remark_by_link
from collab.by_link.forms import ActionAnswerForm
from collab.by_link.links import OpenedAction, find_action, person_behind, person_to_ask
from collab.enums import AnswerKind
from common.views import refusals_in
from notifications.link_pages import Rows, is_switch, link_page


def _typed_rows(sent: QueryDict) -> Rows:
    """Return the remark of a form behind a link, to be given back."""
    words = sent.get("words", "").strip()
    return [(str(ActionAnswerForm.base_fields["words"].label), words)] if words else []


@link_page(
    find=find_action,
    language_of=lambda opened: opened.owner.language,
    typed_rows=_typed_rows,
    person_to_ask=person_to_ask,
    person_behind=person_behind,
)
@require_http_methods(["GET", "HEAD", "POST"])
def action_by_link(request: HttpRequest, opened: OpenedAction, token: str) -> HttpResponse:
    """Show an action to its owner; a POST finishes it, moves it, or keeps a remark."""
    is_sent = request.method == "POST" and not is_switch(request)
    form = ActionAnswerForm(request.POST) if is_sent else ActionAnswerForm(initial=request.POST.dict())
    if is_sent and form.is_valid():
        typed, owner, item = form.cleaned_data, opened.owner, opened.item
        with refusals_in(form):
            if typed["what"] == AnswerKind.DONE:
                finish_by_link(owner=owner, item=item, words=typed["words"])
                messages.success(request, _("Thank you: the action is done."))
            elif typed["what"] == AnswerKind.MOVED:
                move_by_link(owner=owner, item=item, due_on=typed["due_on"], words=typed["words"])
                messages.success(request, _("The action has another day now."))
            else:
                remark_by_link(owner=owner, item=item, words=typed["words"])
                messages.success(request, _("Your remark is kept with the action."))
            return redirect("collab:action-by-link", token)
    context = {
        "form": form,
        "item": opened.item,
        "owner": opened.owner,
        "collaboration": opened.item.collaboration,
        "answers": opened.item.answers.filter(contact=opened.owner),
    }
    return render(request, "collab/action_by_link.html", context, status=422 if form.errors else 200)
