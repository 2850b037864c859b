import gettext
from pathlib import Path

from config.messages import compile_catalogues

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "one"
msgstr "één"

#, fuzzy
msgid "two"
msgstr "twee"
"""


def test_catalogue_is_compiled_once(tmp_path: Path) -> None:
    source = tmp_path / "nl/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE)

    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    assert compile_catalogues(tmp_path) == []
    with source.with_suffix(".mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("one") == "één"
    assert translations.gettext("two") == "two"
