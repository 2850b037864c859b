"""Django's sentences about passwords, in our own Dutch."""

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override


def test_rules_for_passwords_say_je() -> None:
    with override("nl"):
        assert password_validators_help_texts() == [
            "Je wachtwoord mag niet te veel lijken op je andere gegevens.",
            "Je wachtwoord moet minstens 12 tekens hebben.",
            "Je wachtwoord mag geen wachtwoord zijn dat veel mensen gebruiken.",
            "Je wachtwoord mag niet alleen uit cijfers bestaan.",
            "Een paar woorden die niets met elkaar te maken hebben, zijn een goed wachtwoord.",
        ]


def test_short_password_is_refused_in_dutch() -> None:
    with override("nl"), pytest.raises(ValidationError) as refusal:
        validate_password("zq7!Kd")

    assert refusal.value.messages == ["Dit wachtwoord is te kort. Het moet minstens 12 tekens hebben."]


def test_refused_sign_in_is_said_plainly(client: Client, db: None) -> None:
    page = client.post(
        reverse("account_login"), {"login": "x@samen.example", "password": "wrong"}, headers={"Accept-Language": "nl"}
    ).text

    assert "Dit e-mailadres en dit wachtwoord horen niet bij elkaar." in page
