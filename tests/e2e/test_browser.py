"""The browser fixtures notice the errors that they exist for."""

from playwright.sync_api import Page


def test_sign_in_page_gets_its_styles_and_letter_from_us(page: Page) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto("/accounts/login/")
    page.wait_for_function("document.fonts.status == 'loaded'")

    assert page.evaluate("document.fonts.check('16px \"Figtree Variable\"')")
    assert {address.split("/")[2] for address in addresses} == {page.url.split("/")[2]}
    assert any("vendor/bootstrap/css/bootstrap.min.css" in address for address in addresses)
