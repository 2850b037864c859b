"""A culture scale as a picture."""

import re

from identity.culture.pictures import Place, culture_line


def test_marks_stand_at_their_place_and_upon_each_other() -> None:
    picture = culture_line([Place(1, "Samen", 2), Place(2, "Noord", 4), Place(3, "West", 4)], "fast ↔ careful")

    places = re.findall(r'<svg class="mark-place"\s+x="([^"]+)"\s+y="([^"]+)"><title>([^<]+)</title>', picture)
    assert places == [("25%", "34", "Samen: 2"), ("75%", "34", "Noord: 4"), ("75%", "17", "West: 4")]
    assert 'height="46"' in picture


def test_same_is_said_in_words_also_of_who_left_it_open() -> None:
    picture = culture_line([Place(1, "Samen", 2), Place(2, "<b>Noord</b>", None)], "fast ↔ careful")

    assert 'aria-label="fast ↔ careful. Samen: 2; &lt;b&gt;Noord&lt;/b&gt;: not filled in"' in picture
    assert picture.count("mark-place") == 1
