"""A name in Arabic or Hebrew turns nothing around it: in a sentence it is isolated from what stands beside it."""

from django.template import engines
from django.utils.translation import gettext, override

ARABIC, HEBREW = "مكتبة", "ספרייה"


def test_values_in_sentences_are_isolated() -> None:
    template = (
        "{% load i18n %}{% blocktranslate with n=name %}{{ n }} of {{ other }} ({{ plain }}){% endblocktranslate %}"
    )
    said = engines["django"].from_string(template).render({"name": ARABIC, "other": HEBREW, "plain": "x & y"})
    assert said == f"\u2068{ARABIC}\u2069 of \u2068{HEBREW}\u2069 (x &amp; y)"
    with override("en"):
        assert gettext("%(name)s is archived.") % {"name": ARABIC} == f"\u2068{ARABIC}\u2069 is archived."
        assert gettext("%(name)s is archived.") % {"name": "Noord"} == "Noord is archived."
