"""Rename, join and remove tags and themes."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.edits import Seen, merge
from common.locking import lock
from partners.models import Tag, Theme
from partners.words.kinds import WordKind


def rename_word(*, actor: User | None, kind: WordKind, word: Tag | Theme, name: str, seen: Seen | None = None) -> None:
    """Give a tag or theme another name, on all organisations that have it.

    Refuses an empty name, one that another word of the kind has (join the two instead), and a word that another person
    renamed since the page had ``seen`` it. Sends nothing.
    """
    require(actor, "partners.manage_words")
    with recording(actor, "partners.word_renamed"):
        current = lock(word)
        name = " ".join(merge(current, {"name": name}, seen)["name"].split())
        if not name:
            raise ActionRefused(_("Give it a name."), field="name")
        if other := kind.model._default_manager.filter(name__iexact=name).exclude(pk=current.pk).first():
            raise ActionRefused(_("“%(name)s” is there already. Join the two instead.") % {"name": other}, field="name")
        current.name = name
        with refusing_violations(kind.model, field="name"):
            current.save()


def join_words(*, actor: User | None, kind: WordKind, word: Tag | Theme, into: Tag | Theme, count: int) -> None:
    """Give ``into`` to all organisations that have ``word``, in saved views as well, and delete ``word``.

    Refuses a word with itself, and another number of organisations than the ``count`` that was confirmed. Sends
    nothing.
    """
    require(actor, "partners.manage_words")
    with recording(actor, "partners.words_joined"):
        if word.pk == into.pk:
            raise ActionRefused(_("Choose another one to join it with."), field="into")
        current, other = sorted((word, into), key=lambda row: row.pk)
        lock(current)
        lock(other)
        links = kind.links_of(word)
        _refuse_other_count(links.count(), count)
        there = kind.links_of(into).values("organisation")
        missing = links.exclude(organisation__in=there).values_list("organisation", flat=True)
        rows = [kind.links(**{"organisation_id": key, f"{kind.field}_id": into.pk}) for key in missing]
        kind.links._default_manager.bulk_create(rows, batch_size=1000)
        _change_views(kind, word, into)
        word.delete()


def remove_word(*, actor: User | None, kind: WordKind, word: Tag | Theme, count: int) -> None:
    """Delete a tag or theme, and take it off all organisations and saved views that have it.

    Refuses another number of organisations than the ``count`` that was confirmed. Sends nothing.
    """
    require(actor, "partners.manage_words")
    with recording(actor, "partners.word_removed"):
        current = lock(word)
        _refuse_other_count(kind.links_of(current).count(), count)
        _change_views(kind, current, None)
        current.delete()


def _refuse_other_count(now: int, count: int) -> None:
    if now != count:
        raise ActionRefused(_("Meanwhile the number of organisations with it has changed. Look again."))


def _change_views(kind: WordKind, word: Tag | Theme, into: Tag | Theme | None) -> None:
    """Let saved views that filter by ``word`` filter by ``into``, or no longer."""
    for view in kind.views_with(word):
        query = QueryDict(view.query, mutable=True)
        kept = [str(into.pk) if into and key == str(word.pk) else key for key in query.getlist(kind.field)]
        query.setlist(kind.field, [key for key in dict.fromkeys(kept) if key != str(word.pk)])
        view.query = query.urlencode()
        view.save(update_fields=["query"])
