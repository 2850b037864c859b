"""What two organisations have alike when they may be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import fold
from partners.matching_keys import FORMS_BEFORE, LEGAL_FORMS, LONGEST, number_key, plain_name, website_host


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Stichting Lezen", "lezen"),
        ("Lezen, Stichting", "lezen"),
        ("ACME B.V.", "acme"),
        ("Acme BV", "acme"),
        ("Università degli Studi", "universita degli studi"),
        ("Möller & Söhne GmbH", "moller sohne"),
        ("Moller und Sohne G.m.b.H.", "moller sohne g m b h"),
        ("Barnes and Co. Ltd", "barnes"),
        ("TARTU ÜLIKOOL", "tartu ulikool"),
        ("Kowalski Sp. z o.o.", "kowalski"),
        ("SIA", "sia"),
        ("Stichting", "stichting"),
        ("Stichting BV", "stichting"),
        ("Co Actief", "co actief"),
        ("En Et", "en et"),
        ("Coöperatie De Samenwerking U.A.", "de samenwerking"),
        ("···", ""),
    ],
)
def test_plain_name(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@given(st.text(max_size=400))
def test_plain_name_is_short_and_only_empty_without_a_word(name: str) -> None:
    plain = plain_name(name)
    assert len(plain) <= LONGEST
    assert bool(plain) == bool(fold(name))


@given(st.text(alphabet="xyz é.", min_size=1).filter(fold), st.sampled_from(LEGAL_FORMS))
def test_a_legal_form_behind_a_name_makes_no_difference(name: str, form: str) -> None:
    assert plain_name(f"{name} {form.upper()}") == plain_name(name)


@given(st.text(alphabet="xyz é.", min_size=1).filter(fold), st.sampled_from(sorted(FORMS_BEFORE)))
def test_some_legal_forms_stand_before_a_name(name: str, form: str) -> None:
    assert plain_name(f"{form.title()} {name}") == plain_name(name)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.org/over-ons?x=1", "example.org"),
        ("http://example.org:8080", "example.org"),
        ("example.org", "example.org"),
        ("https://nl.example.org.", "nl.example.org"),
        ("https://www.facebook.com/lezen", ""),
        ("https://localhost/", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_website_host(url: str, host: str) -> None:
    assert website_host(url) == host


@given(st.text())
def test_any_text_has_a_host_or_none(text: str) -> None:
    assert len(website_host(text)) <= LONGEST


@pytest.mark.parametrize(("number", "key"), [("41 22.33-11", "41223311"), ("be 0123", "BE0123"), ("--", "")])
def test_number_key(number: str, key: str) -> None:
    assert number_key(number) == key
