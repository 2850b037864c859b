from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from accounts.models import User
from common.enums import Visibility
from common.row_keys import keys_in
from common.views import refusals_in, require_perm
from identity import actions
from identity.forms import AnswerForm, ConversationForm, ConversationUpdateForm, ViewForm
from identity.models import IdentityConversation, IdentityView
from identity.rules import is_asked_by_view, side_of
from partners.models import Organisation

MOST_TOGETHER = 12


@require_http_methods(["GET", "HEAD", "POST"])
def conversation_create(request: HttpRequest) -> HttpResponse:
    """Note an identity conversation of ours with the organisations chosen."""
    require_perm(request, "identity.record_conversation")
    given = request.POST if request.method == "POST" else request.GET
    rows = Organisation.objects.visible_to(signed_in(request))
    keys = keys_in(given.getlist("organisation"))
    chosen = list(rows.filter(pk__in=keys, is_host=False).order_by("sort_name", "pk")[:MOST_TOGETHER])
    together = [*rows.filter(is_host=True), *chosen]
    if len(together) < 2:
        messages.info(request, _("First choose who you talked with."))
        return redirect("identity:compare")
    form = ConversationForm(request.POST or None, organisation_ids=[row.pk for row in together])
    if form.is_valid():
        with refusals_in(form):
            conversation = actions.record_conversation(
                actor=signed_in(request), organisations=together, **form.cleaned_data
            )
            messages.success(request, _("The conversation is noted."))
            return redirect("identity:conversation-detail", pk=conversation.pk)
    context = {
        "form": form,
        "together": together,
        "back_url": reverse("partners:organisation-detail", args=[together[-1].pk]),
    }
    return render(request, "identity/conversation_form.html", context, status=422 if form.errors else 200)


@require_safe
def conversation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the notes of a conversation, and the views of the organisations on each other."""
    user = signed_in(request)
    conversation = _visible(user, pk)
    views = list(
        IdentityView.objects.visible_to(user)
        .filter(conversation=conversation)
        .select_related("by", "about", "written_by", "answered_by")
    )
    side = side_of(user, conversation)
    for view in views:
        view.conversation = conversation
    together = list(conversation.organisations.all())
    written = {view.about_id for view in views if view.by == side}
    context = {
        "conversation": conversation,
        "together": together,
        "side": side,
        "views": [(view, is_asked_by_view(user, view), view.by == side and not view.is_answered) for view in views],
        "to_write": [row for row in together if row != side and row.pk not in written] if side is not None else [],
        "may_change": user.has_perm("identity.record_conversation"),
    }
    return render(request, "identity/conversation_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def conversation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the notes of a conversation."""
    conversation = _visible(signed_in(request), pk)
    require_perm(request, "identity.record_conversation")
    together = list(conversation.organisations.all())
    ids = [row.pk for row in together]
    form = ConversationUpdateForm(request.POST or None, instance=copy(conversation), organisation_ids=ids)
    if form.is_valid():
        with refusals_in(form):
            actions.change_conversation(actor=signed_in(request), conversation=conversation, **form.cleaned_data)
            messages.success(request, _("The conversation is changed."))
            return redirect("identity:conversation-detail", pk=pk)
    context: dict[str, Any] = {
        "form": form,
        "conversation": conversation,
        "together": together,
        "back_url": reverse("identity:conversation-detail", args=[pk]),
    }
    return render(request, "identity/conversation_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def view_write(request: HttpRequest, pk: int, about: int) -> HttpResponse:
    """Write how the user's own organisation sees another one of the conversation, or change it."""
    user = signed_in(request)
    conversation = _visible(user, pk)
    require_perm(request, "identity.write_identityview", conversation)
    side = side_of(user, conversation)
    others = [row for row in conversation.organisations.all() if row != side]
    other = next((row for row in others if row.pk == about), None)
    if side is None or other is None:
        raise Http404
    written = conversation.views.filter(by=side, about=other).first()
    initial = {"text": written.text, "visibility": written.visibility} if written else {"visibility": "internal"}
    form = ViewForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_in(form):
            view = actions.write_view(actor=user, conversation=conversation, by=side, about=other, **form.cleaned_data)
            shared = _("%(name)s can read and answer it now.") % {"name": other}
            kept = _("Kept. %(name)s does not read it yet.") % {"name": other}
            messages.success(request, shared if view.visibility == Visibility.SHARED else kept)
            return redirect("identity:conversation-detail", pk=pk)
    context = {
        "form": form,
        "conversation": conversation,
        "heading": _("How we see %(name)s") % {"name": other},
        "label": _("Save"),
    }
    return _render(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
def view_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer whether the user's own organisation recognises itself in the view of another one."""
    user = signed_in(request)
    rows = IdentityView.objects.visible_to(user).select_related("by", "about", "conversation")
    view = get_object_or_404(rows, pk=pk)
    if not is_asked_by_view(user, view):
        raise PermissionDenied("identity.answer_identityview")
    form = AnswerForm(request.POST or None, initial={"answer": view.answer, "word": view.answer_word})
    if form.is_valid():
        with refusals_in(form):
            actions.answer_view(actor=user, view=view, **form.cleaned_data)
            messages.success(request, _("%(name)s can read your answer now.") % {"name": view.by})
            return redirect("identity:conversation-detail", pk=view.conversation_id)
    context = {
        "form": form,
        "conversation": view.conversation,
        "view": view,
        "heading": _("How %(name)s sees us") % {"name": view.by},
        "label": _("Send the answer"),
    }
    return _render(request, context)


def _visible(user: User, pk: int) -> IdentityConversation:
    rows = IdentityConversation.objects.visible_to(user).select_related("noted_by")
    return get_object_or_404(rows.prefetch_related("organisations", "people__organisation"), pk=pk)


def _render(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    back_url = reverse("identity:conversation-detail", args=[context["conversation"].pk])
    status = 422 if context["form"].errors else 200
    return render(request, "identity/view_form.html", {**context, "back_url": back_url}, status=status)
