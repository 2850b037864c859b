from django.template import Context, Engine
from django.utils.translation import override

CHILD = (
    '{{% extends "emails/base.{kind}" %}}{{% block heading %}}{{{{ name }}}}{{% endblock %}}'
    "{{% block content %}}Please answer.{{% endblock %}}{{% block button_label %}}Answer{{% endblock %}}"
    "{{% block reason %}}You take part.{{% endblock %}}"
)


def mail(kind: str, button_url: str = "") -> str:
    context = Context({"name": "Bread & Books", "button_url": button_url})
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
