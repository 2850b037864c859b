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
from common.actions import ActionRefused
from common.forms import add_refusal
from common.views import require_perm
from common.visibility import Visibility
from partners import actions
from partners.forms.identity import AnswerForm, ConversationForm, ConversationUpdateForm, ViewForm
from partners.models import IdentityConversation, IdentityView, Organisation
from partners.rules import is_asked_by_view, side_of

MOST_TOGETHER = 12


@require_http_methods(["GET", "HEAD", "POST"])
def conversation_create(request: HttpRequest) -> HttpResponse:
    """Note an identity conversation of ours with the organisations chosen."""
    require_perm(request, "partners.record_conversation")
    together = _together(request)
    if len(together) < 2:
        messages.info(request, _("First choose with whom you talked."))
        return redirect("partners:identity-compare")
    form = ConversationForm(request.POST or None, organisation_ids=[row.pk for row in together])
    if form.is_valid():
        try:
            conversation = actions.record_conversation(
                actor=signed_in(request), organisations=together, **form.cleaned_data
            )
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The conversation is noted."))
            return redirect("partners:conversation-detail", pk=conversation.pk)
    context = {
        "form": form,
        "together": together,
        "back_url": reverse("partners:organisation-detail", args=[together[-1].pk]),
    }
    return render(request, "partners/conversation_form.html", context, status=422 if form.errors else 200)


def _together(request: HttpRequest) -> list[Organisation]:
    """Our own organisation, and those that were chosen."""
    given = request.POST if request.method == "POST" else request.GET
    ids = {int(value) for value in given.getlist("organisation") if value.isdecimal() and len(value) < 19}
    rows = Organisation.objects.visible_to(signed_in(request))
    chosen = list(rows.filter(pk__in=ids, is_host=False).order_by("sort_name", "pk")[:MOST_TOGETHER])
    return [*rows.filter(is_host=True), *chosen]


@require_safe
def conversation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was noted of a conversation, and how the organisations see each other."""
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
    context = {
        "conversation": conversation,
        "together": list(conversation.organisations.all()),
        "side": side,
        "views": [(view, is_asked_by_view(user, view), _may_change(view, side)) for view in views],
        "to_write": _not_written(conversation, side, views),
        "may_change": user.has_perm("partners.record_conversation"),
    }
    return render(request, "partners/conversation_detail.html", context)


def _may_change(view: IdentityView, side: Organisation | None) -> bool:
    return view.by == side and not view.is_answered


def _not_written(
    conversation: IdentityConversation, side: Organisation | None, views: list[IdentityView]
) -> list[Organisation]:
    """About whom one's own side can still write."""
    if side is None:
        return []
    written = {view.about_id for view in views if view.by == side}
    return [row for row in conversation.organisations.all() if row != side and row.pk not in written]


@require_http_methods(["GET", "HEAD", "POST"])
def conversation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what was noted; when somebody else did meanwhile, nothing typed is lost."""
    conversation = _visible(signed_in(request), pk)
    require_perm(request, "partners.record_conversation")
    together = list(conversation.organisations.all())
    differences: list[tuple[str, str]] = []
    ids = [row.pk for row in together]
    form = ConversationUpdateForm(request.POST or None, instance=copy(conversation), organisation_ids=ids)
    if form.is_valid():
        try:
            actions.change_conversation(actor=signed_in(request), conversation=conversation, **form.cleaned_data)
        except ActionRefused as refusal:
            if refusal.field == "seen_at":
                newer = IdentityConversation.objects.get(pk=pk)
                differences, form = form.differences_from(newer), form.overtaken_by(newer)
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The conversation is changed."))
            return redirect("partners:conversation-detail", pk=pk)
    context: dict[str, Any] = {
        "form": form,
        "conversation": conversation,
        "together": together,
        "differences": differences,
        "back_url": reverse("partners:conversation-detail", args=[pk]),
    }
    return render(request, "partners/conversation_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def view_write(request: HttpRequest, pk: int, about: int) -> HttpResponse:
    """Write to another organisation how we see it."""
    user = signed_in(request)
    conversation = _visible(user, pk)
    require_perm(request, "partners.write_identityview", conversation)
    side = side_of(user, conversation)
    others = [row for row in conversation.organisations.all() if row != side]
    other = next((row for row in others if row.pk == about), None)
    if side is None or other is None:
        raise Http404
    written = conversation.views.filter(by=side, about=other).first()
    initial = {"text": written.text, "visibility": written.visibility} if written else {"visibility": "internal"}
    form = ViewForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            view = actions.write_view(actor=user, conversation=conversation, by=side, about=other, **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            shared = _("%(name)s can read and answer it now.") % {"name": other}
            kept = _("Kept. %(name)s does not read it yet.") % {"name": other}
            messages.success(request, shared if view.visibility == Visibility.SHARED else kept)
            return redirect("partners:conversation-detail", pk=pk)
    context = {
        "form": form,
        "conversation": conversation,
        "heading": _("How we see %(name)s") % {"name": other},
        "label": _("Save"),
    }
    return _render(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
def view_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether one recognises oneself."""
    user = signed_in(request)
    rows = IdentityView.objects.visible_to(user).select_related("by", "about", "conversation")
    view = get_object_or_404(rows, pk=pk)
    if not is_asked_by_view(user, view):
        raise PermissionDenied("partners.answer_identityview")
    form = AnswerForm(request.POST or None, initial={"answer": view.answer, "word": view.answer_word})
    if form.is_valid():
        try:
            actions.answer_view(actor=user, view=view, **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s can read your answer now.") % {"name": view.by})
            return redirect("partners:conversation-detail", pk=view.conversation_id)
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
    back_url = reverse("partners:conversation-detail", args=[context["conversation"].pk])
    status = 422 if context["form"].errors else 200
    return render(request, "partners/view_form.html", {**context, "back_url": back_url}, status=status)
