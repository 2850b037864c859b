"""Fill in a form on a page that was rendered already, as its sender had filled it in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

Fields = Mapping[str, Sequence[str]]
_LINES = re.compile(r"\r\n?")


@dataclass
class FilledPage:
    """A page with its form filled in, where the form begins, and the fields that it has no place for."""

    html: str
    form_at: int | None
    left: dict[str, list[str]] = field(default_factory=dict)


class _Filler(HTMLParser):
    """Note what has to be replaced in the source of the page; everything else stays as it is, letter by letter."""

    def __init__(self, html: str, addresses: Sequence[str], fields: Fields) -> None:
        super().__init__(convert_charrefs=False)
        self.html, self.addresses = html, addresses
        self.waiting = {name: list(values) for name, values in fields.items()}
        self.fields, self.placed = fields, set[str]()
        self.edits: list[tuple[int, int, str]] = []
        self.form_at: int | None = None
        self._is_inside = False
        self._select: str | None = None
        self._textarea: tuple[str, int] | None = None
        self._starts = [0]
        for line in html.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def _here(self) -> int:
        line, offset = self.getpos()
        return self._starts[line - 1] + offset

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            is_it = given.get("method", "") == "post" and (given.get("action") or "") in self.addresses
            self._is_inside = is_it and self.form_at is None
            if self._is_inside:
                self.form_at = self._here()
        elif self._is_inside and tag in ("input", "select", "textarea", "option"):
            getattr(self, f"_fill_{tag}")(given)

    handle_startendtag = handle_starttag

    def _fill_input(self, given: dict[str, str | None]) -> None:
        name, kind = given.get("name") or "", given.get("type") or "text"
        if kind in ("checkbox", "radio"):
            value = given.get("value") or "on"
            is_chosen = value in self.fields.get(name, ())
            if is_chosen:
                self._place(name, value)
            self._replace_tag("checked", None if not is_chosen else "")
        # A hidden field belongs to the page, except the marks of what the sender had before the eyes.
        elif kind in ("file", "password", "submit") or (kind == "hidden" and not name.endswith("seen")):
            return
        elif self.waiting.get(name):
            self._replace_tag("value", self._place(name, self.waiting[name][0]))

    def _fill_select(self, given: dict[str, str | None]) -> None:
        name = given.get("name") or ""
        self._select = name if name in self.fields else None

    def _fill_option(self, given: dict[str, str | None]) -> None:
        if self._select is not None:
            value = given.get("value") or ""
            is_chosen = value in self.fields[self._select]
            if is_chosen:
                self._place(self._select, value)
            self._replace_tag("selected", "" if is_chosen else None)

    def _fill_textarea(self, given: dict[str, str | None]) -> None:
        name = given.get("name") or ""
        if self.waiting.get(name) and "readonly" not in given:
            self._textarea = name, self._here() + len(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            name, start = self._textarea
            # A browser leaves out the first line end after the tag.
            self.edits.append((start, self._here(), "\n" + escape(self._place(name, self.waiting[name][0]))))
            self._textarea = None

    def _place(self, name: str, value: str) -> str:
        self.waiting[name].remove(value)
        self.placed.add(name)
        return value

    def _replace_tag(self, attribute: str, value: str | None) -> None:
        """Give the tag this value of an attribute; None takes it away, an empty text is an attribute without one."""
        tag = self.get_starttag_text() or ""
        start = self._here()
        bare = re.sub(rf"""\s{attribute}(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?(?=[\s/>])""", "", tag)
        end = -2 if bare.endswith("/>") else -1
        said = "" if value is None else f' {attribute}="{escape(value)}"' if attribute == "value" else f" {attribute}"
        self.edits.append((start, start + len(tag), bare[:end].rstrip() + said + bare[end:]))


def fill(html: str, addresses: Sequence[str], fields: Fields) -> FilledPage:
    """Fill in the first form of a page that posts to one of these addresses (“” is that of the page itself).

    Passwords and files stay empty, and hidden fields keep the values of the page, except the marks of what was seen.
    """
    filler = _Filler(html, addresses, {name: [_LINES.sub("\n", one) for one in all_] for name, all_ in fields.items()})
    filler.feed(html)
    for start, end, text in reversed(filler.edits):
        html = html[:start] + text + html[end:]
    return FilledPage(html, filler.form_at, {name: values for name, values in filler.waiting.items() if values})
