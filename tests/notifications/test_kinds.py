from django.utils import translation
from django.utils.translation import gettext_lazy

from notifications import kinds


def test_kinds_are_named_in_the_language_of_the_reader_and_sorted_by_name() -> None:
    kinds.register("one", gettext_lazy("Yes"))
    kinds.register("two", gettext_lazy("No"))

    with translation.override("nl"):
        assert kinds.choices() == [("one", "Ja"), ("two", "Nee")]
        assert kinds.label("two") == "Nee"
    with translation.override("en"):
        assert kinds.choices() == [("two", "No"), ("one", "Yes")]


def test_kind_without_a_name_is_shown_as_it_is() -> None:
    assert kinds.label("note") == "note"
