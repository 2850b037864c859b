"""Refused passwords, with the words of the refusal."""

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

GUESSABLE = [
    *(
        "welkom123456",
        "Welkom2026!!",
        "wachtwoord2026",
        "Wachtwoord!123",
        "w@chtw00rd123",
        "password1234",
        "P@ssw0rd2026",
    ),
    *("Zomer2026!!!!", "herfst-2025-herfst", "winter20252026", "November2026!", "maandag12345", "lente2026zomer"),
    *("samenspel2026", "Samenspel!1234", "samenwerking1", "Gemeente12345", "bibliotheek2026"),
    *("qwertyuiop12", "qwertyqwerty", "asdfghjkl123", "1q2w3e4r5t6y", "1qaz2wsx3edc", "azertyuiop99", "poiuytrewq12"),
    *("aaaaaaaaaaaa", "abababababab", "abcabcabcabc", "123412341234", "xyzxyzxyzxyz", "!!!!!!!!!!!!!!"),
    *("123456789012", "098765432109", "01-02-1984-03-04", "19841985198619"),
    *("ikhouvanjou1", "iloveyou2026", "letmeinletmein", "Amsterdam2026", "feyenoord1908", "prinses12345"),
    *("geheimgeheim", "Geheim123456", "welkomwelkom", "hallohallo12", "administrator", "admin2026admin"),
]
GOOD = [
    "river-apple-42-bridge",
    "orange-bridge-77-river",
    "fiets kaas lantaarn",
    "7hK!qz9Vw$2mX",
    "gordijn.paraplu.trein",
    "correct horse battery staple",
]


@pytest.mark.django_db
@pytest.mark.parametrize("password", GUESSABLE)
def test_password_that_people_try_first_is_refused(password: str) -> None:
    with override("en"), pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert refused.value.messages


@pytest.mark.django_db
@pytest.mark.parametrize("password", GUESSABLE[:8])
def test_refusal_says_why_and_what_instead(password: str) -> None:
    with override("nl"), pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert any("makkelijk te raden" in message and "een paar woorden" in message for message in refused.value.messages)


@pytest.mark.django_db
@pytest.mark.parametrize("password", GOOD)
def test_password_of_unrelated_words_is_taken(password: str) -> None:
    validate_password(password)


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["river-apple", "x7-Qm!z9Kw2"])
def test_password_of_under_twelve_is_refused(password: str) -> None:
    with override("en"), pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "This password is too short. It must contain at least 12 characters." in refused.value.messages


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", ["noorvandenberg", "Vandenberg2026", "noor.vandenberg1", "samenmooi2026!", "Brouwersgracht1"]
)
def test_password_of_name_address_or_organisation_is_refused(password: str) -> None:
    HostFactory(name="Stichting Brouwersgracht")
    user = UserFactory(name="Noor Vandenberg", email="noor@samenmooi.example")

    with pytest.raises(ValidationError):
        validate_password(password, user)


@pytest.mark.django_db
def test_partner_does_not_take_the_name_of_its_organisation() -> None:
    user = PartnerUserFactory(organisation=OrganisationFactory(name="Kringloop Zuiderzee"))

    with pytest.raises(ValidationError):
        validate_password("Zuiderzee-2026", user)


def test_rules_are_told_beforehand() -> None:
    with override("en"):
        assert (
            "A few words that have nothing to do with each other make a good password."
            in password_validators_help_texts()
        )


@pytest.mark.django_db
def test_page_refuses_beside_the_field(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)

    page = client.post(reverse("account_set_password"), {"password1": "Welkom2026!!", "password2": "Welkom2026!!"}).text

    assert "This password is easy to guess" in page
    assert not User.objects.get(pk=user.pk).has_usable_password()
