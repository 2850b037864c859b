"""The forms on a page, read as a browser reads them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Attributes = dict[str, str | None]


@dataclass
class Asked:
    """One question of a form: the kind of its control, and its choices."""

    kind: str
    options: list[str] = field(default_factory=list)


@dataclass
class PageForm:
    """A form: its address, the data it would send unchanged, and its questions."""

    action: str
    method: str
    attributes: Attributes
    data: dict[str, list[str]] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    has_file: bool = False

    def sending(self, **changes: str | list[str]) -> dict[str, Any]:
        """Return the form data after these changes."""
        return self.data | {name: value if isinstance(value, list) else [value] for name, value in changes.items()}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._select = self._textarea = ""
        self._has_chosen = False
        self._first = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._form = PageForm(given.get("action") or "", (given.get("method") or "get").lower(), given)
            self.forms.append(self._form)
        elif self._form is not None and tag in ("input", "select", "textarea", "option"):
            getattr(self, f"_{tag}_starts")(self._form, given)

    def _input_starts(self, form: PageForm, given: Attributes) -> None:
        name, kind = given.get("name") or "", given.get("type") or "text"
        if not name or "disabled" in given:
            return
        if kind == "file":
            form.has_file = True
            return
        value = given.get("value") or ("on" if kind == "checkbox" else "")
        if kind in ("checkbox", "radio"):
            form.asked.setdefault(name, Asked(kind)).options.append(value)
            if "checked" in given:
                form.data.setdefault(name, []).append(value)
            return
        form.data.setdefault(name, []).append(value)
        if kind not in ("hidden", "submit"):
            form.asked[name] = Asked(kind)

    def _textarea_starts(self, form: PageForm, given: Attributes) -> None:
        name = given.get("name") or ""
        if name:
            self._textarea = name
            form.data[name], form.asked[name] = [""], Asked("textarea")

    def _select_starts(self, form: PageForm, given: Attributes) -> None:
        self._select, self._has_chosen, self._first = given.get("name") or "", False, ""
        form.asked[self._select] = Asked("select")

    def _option_starts(self, form: PageForm, given: Attributes) -> None:
        value = given.get("value") or ""
        asked = form.asked[self._select]
        if not asked.options:
            form.data[self._select] = [value]
        asked.options.append(value)
        if "selected" in given:
            form.data[self._select] = [value]

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._textarea:
            self._form.data[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._form is not None and self._textarea:
            # The first line end after the tag is no part of the text.
            text = self._form.data[self._textarea][0]
            self._form.data[self._textarea] = [text.removeprefix("\r\n").removeprefix("\n")]
            self._textarea = ""


def forms_on(html: str) -> list[PageForm]:
    """Return every form of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def own_form(html: str, url: str) -> PageForm | None:
    """Return the form in which the page asks for what it is about: it posts to the page itself."""
    forms = [form for form in forms_on(html) if form.method == "post" and form.action in ("", url)]
    return max(forms, key=lambda form: len(form.asked), default=None)
