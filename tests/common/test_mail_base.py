import re

from django.template import Context, Engine
from django.utils.translation import override

CHILD = (
    '{{% extends "emails/base.{kind}" %}}{{% block heading %}}{{{{ name }}}}{{% endblock %}}'
    "{{% block content %}}Please answer.{{% endblock %}}{{% block button_label %}}Answer{{% endblock %}}"
    "{{% block reason %}}You take part.{{% endblock %}}"
)


def mail(kind: str, button_url: str = "", **more: object) -> str:
    context = Context({"name": "Bread & Books", "button_url": button_url, **more})
    with override("en"):
        return Engine.get_default().from_string(CHILD.format(kind=kind)).render(context)


def test_text_is_plain_and_complete() -> None:
    assert mail("txt", "https://example.org/q/1").strip() == (
        "Bread & Books\n\nPlease answer.\n\nAnswer:\nhttps://example.org/q/1\n\n-- \nYou take part."
    )


def test_text_without_an_address_has_no_button() -> None:
    assert "Answer:" not in mail("txt")


def test_html_escapes_and_has_one_button() -> None:
    html = " ".join(mail("html", "https://example.org/q/1").split())
    assert "Bread &amp; Books" in html
    assert html.count("> Answer </a>") == 1
    assert "You take part." in html


def test_html_without_an_address_has_no_button() -> None:
    assert "<a " not in mail("html")


def test_html_is_for_light_and_dark_and_has_its_subject_as_title() -> None:
    html = mail("html", subject="How do we work together?")
    assert "<title>How do we work together?</title>" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_html_shows_no_address_of_a_page_and_the_text_shows_it_whole() -> None:
    address = "https://example.org/e/" + "x" * 43 + "/"
    assert [link for link in re.findall(r"<a [^>]*>(.*?)</a>", mail("html", address), re.DOTALL) if "://" in link] == []
    assert f"\n{address}\n" in mail("txt", address)


def test_both_texts_name_a_person_to_ask() -> None:
    more = {"sender": {"name": "Sanne Visser"}, "sender_email": "sanne@example.org"}
    assert "write to Sanne Visser: sanne@example.org.\n\n-- \n" in mail("txt", **more)
    assert '"mailto:sanne@example.org"' in mail("html", **more)
