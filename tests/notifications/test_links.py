import pytest

from notifications import links
from notifications.models import OutgoingMail
from tests.factories.notifications import OutgoingMailFactory


def test_link_is_minted_by_the_app_that_knows_it() -> None:
    links.register("invitation", lambda mail: f"https://samenspel.example/e/{mail.link_to}/")
    mail = OutgoingMailFactory.build(link_kind="invitation", link_to="12")

    assert links.mint(mail) == "https://samenspel.example/e/12/"


def test_mail_without_a_link_needs_no_minter() -> None:
    assert links.mint(OutgoingMailFactory.build()) == ""


def test_link_goes_into_both_texts_and_is_escaped_in_html() -> None:
    mail = OutgoingMailFactory.build(body_text=f"Go: {links.MARK}", body_html=f'<a href="{links.MARK}">Go</a>')

    assert links.fill_in(mail, "https://s.example/?a=1&b=2") == (
        "Go: https://s.example/?a=1&b=2",
        '<a href="https://s.example/?a=1&amp;b=2">Go</a>',
    )


def test_whoever_reads_along_sees_words_instead_of_the_link() -> None:
    assert links.MARK not in links.hide(f"Go: {links.MARK}")


def test_minter_says_when_a_link_has_lost_its_purpose() -> None:
    def gone(mail: OutgoingMail) -> str:
        raise links.LinkGone

    links.register("invitation", gone)
    with pytest.raises(links.LinkGone):
        links.mint(OutgoingMailFactory.build(link_kind="invitation", link_to="12"))
