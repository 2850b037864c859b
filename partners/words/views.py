from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from audit.timeline import Source, all_events, entries_for
from common.htmx import page_or_fragment
from common.paging import CappedPaginator
from common.views import refusals_in, require_perm
from partners.words.actions import join_words, remove_word, rename_word
from partners.words.forms import JoinForm, RemoveWordForm, WordForm
from partners.words.kinds import WORD_KINDS, WordKind

PER_PAGE = 50
RECENT = 20


@require_safe
def word_list(request: HttpRequest) -> HttpResponse:
    """Show the tags, or with ``?kind=themes`` the themes: how many organisations have each, and what changed lately."""
    words = _kind(request, request.GET.get("kind", "tags"))
    tabs = [{"label": row.label, "url": _list_url(row), "current": row is words} for row in WORD_KINDS.values()]
    context = {
        "kind": words,
        "tabs": tabs,
        "page": CappedPaginator(words.with_counts(), PER_PAGE).get_page(request.GET.get("page")),
        "entries": entries_for(Source(all_events(words.model)), limit=RECENT),
    }
    return page_or_fragment(request, "partners/word_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def word_update(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Rename a tag or theme; the page leads to joining and removing it."""
    words, word = _word(request, kind, pk)
    form = WordForm(request.POST or None, initial={"name": word.name})
    if form.is_valid():
        with refusals_in(form):
            rename_word(actor=signed_in(request), kind=words, word=word, **form.cleaned_data)
            messages.success(request, _("“%(name)s” is the name now.") % {"name": form.cleaned_data["name"]})
            return redirect(_list_url(words))
    stands_on = _stands_on(words, word)
    return _render(request, "partners/word_update.html", form, words, word, stands_on=stands_on)


@require_http_methods(["GET", "HEAD", "POST"])
def word_join(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Join a word with another: choose the other, read what happens, then confirm."""
    words, word = _word(request, kind, pk)
    form = JoinForm(request.POST or None, kind=words, word=word)
    consequences: list[str] = []
    if form.is_valid():
        into, count = form.cleaned_data["into"], form.cleaned_data["count"]
        if count is not None:
            with refusals_in(form):
                join_words(actor=signed_in(request), kind=words, word=word, into=into, count=count)
                names = {"name": word, "into": into}
                messages.success(request, _("“%(name)s” is “%(into)s” now.") % names)
                return redirect(_list_url(words))
        both = words.links_of(word).filter(organisation__in=words.links_of(into).values("organisation")).count()
        consequences = [
            *_stands_on(words, word),
            ngettext("%(number)d of them has “%(into)s” already.", "%(number)d of them have “%(into)s” already.", both)
            % {"number": both, "into": into},
            _("All get “%(into)s”, and “%(name)s” is removed. It cannot be taken back.") % {"name": word, "into": into},
        ]
    return _render(
        request,
        "partners/word_join.html",
        form,
        words,
        word,
        consequences=consequences,
        count=words.links_of(word).count(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def word_remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Remove a tag or theme, after asking."""
    words, word = _word(request, kind, pk)
    form = RemoveWordForm(request.POST or None, initial={"count": words.links_of(word).count()})
    if form.is_valid():
        with refusals_in(form):
            remove_word(actor=signed_in(request), kind=words, word=word, **form.cleaned_data)
            messages.success(request, _("“%(name)s” is removed.") % {"name": word})
            return redirect(_list_url(words))
        form = RemoveWordForm(initial={"count": words.links_of(word).count()})
        messages.warning(request, _("Meanwhile the number of organisations with it has changed. Look again."))
    context = {
        "form": form,
        "heading": _("Remove “%(name)s”?") % {"name": word},
        "consequences": [
            *_stands_on(words, word),
            _("It is taken off all of them. Their history says that they had it."),
        ],
        "label": _("Remove"),
        "danger": True,
        "back_url": reverse("partners:word-update", args=[kind, word.pk]),
        "back_label": word.name,
    }
    return render(request, "components/confirm_page.html", context)


def _list_url(kind: WordKind) -> str:
    return f"{reverse('partners:word-list')}?kind={kind.key}"


def _stands_on(words: WordKind, word: Any) -> list[str]:
    """Say on how many organisations, and in how many saved views, a word stands."""
    number, views = words.links_of(word).count(), len(words.views_with(word))
    said = [ngettext("%(number)d organisation has it.", "%(number)d organisations have it.", number)]
    said = [said[0] % {"number": number}]
    if views:
        text = ngettext("%(number)d saved view filters by it.", "%(number)d saved views filter by it.", views)
        said.append(text % {"number": views})
    return said


def _kind(request: HttpRequest, kind: str) -> WordKind:
    require_perm(request, "partners.manage_words")
    if kind not in WORD_KINDS:
        raise Http404
    return WORD_KINDS[kind]


def _word(request: HttpRequest, kind: str, pk: int) -> tuple[WordKind, Any]:
    words = _kind(request, kind)
    return words, get_object_or_404(words.model._default_manager.visible_to(request.user), pk=pk)


def _render(request: HttpRequest, template: str, form: Any, kind: WordKind, word: Any, **more: Any) -> HttpResponse:
    context = {"form": form, "kind": kind, "word": word, "back_url": _list_url(kind), **more}
    return render(request, template, context, status=422 if form.errors else 200)
