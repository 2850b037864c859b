"""Forms about somebody else than the person at the screen."""

import pytest
from django import forms

from accounts.forms import ColleagueForm
from assessments.forms import PassOnForm
from assessments.sides.forms import NewcomerForm
from partners.forms.addresses import AddressForm
from partners.forms.contacts import ContactForm
from partners.forms.organisations import OrganisationForm


@pytest.mark.parametrize(
    "form",
    [AddressForm, ColleagueForm, ContactForm, NewcomerForm, OrganisationForm, PassOnForm],
    ids=lambda form: form.__name__,
)
@pytest.mark.django_db
def test_browser_keeps_the_details_of_its_user_out_of_those_of_others(form: type[forms.Form]) -> None:
    assert {field.widget.attrs.get("autocomplete") for field in form().fields.values()} == {"off"}


@pytest.mark.django_db
@pytest.mark.parametrize("form", [ContactForm, OrganisationForm], ids=lambda form: form.__name__)
def test_phone_brings_up_the_keys_for_numbers(form: type[forms.Form]) -> None:
    assert 'type="tel"' in str(form()["phone"])
