from django.template import Context, Template

from notifications.isolation import in_html, in_text

NOOR = "نور الهدى"
WORDS = {"name": NOOR, "role": "owner", "people": ["Anna", NOOR], "rows": [{"name": NOOR}]}


def test_text_puts_only_names_from_the_right_between_isolates() -> None:
    assert in_text(WORDS) == {
        "name": f"\u2068{NOOR}\u2069",
        "role": "owner",
        "people": ["Anna", f"\u2068{NOOR}\u2069"],
        "rows": [{"name": f"\u2068{NOOR}\u2069"}],
    }


def test_html_puts_every_name_in_an_element_of_its_own_and_escapes_it() -> None:
    source = "{% if role == 'owner' %}{{ name }}: {{ people|join:', ' }}{% endif %} {{ evil }}"
    page = Template(source).render(Context(in_html({**WORDS, "evil": "<b>"})))
    assert page == f"<bdi>{NOOR}</bdi>: <bdi>Anna</bdi>, <bdi>{NOOR}</bdi> <bdi>&lt;b&gt;</bdi>"
