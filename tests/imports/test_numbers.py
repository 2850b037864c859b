"""A registration number belongs to one organisation in a country, whatever a file says in whatever order."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from partners.models import Organisation
from tests.factories.partners import OrganisationFactory
from tests.imports.test_rows import imported, outcomes, previewed, reasons

pytestmark = pytest.mark.django_db


def numbers() -> dict[str, tuple[str, str]]:
    return {row.name: (row.country, row.registration_number) for row in Organisation.objects.all()}


def test_who_gets_another_country_takes_the_number_along_unless_it_is_taken_there() -> None:
    OrganisationFactory(external_id="1", name="Ghent", country="BE", registration_number="7")
    OrganisationFactory(external_id="2", name="Lille", country="FR", registration_number="7")
    OrganisationFactory(external_id="3", name="Metz", country="FR", registration_number="8")
    text = "id;name;country\n2;Lille;BE\n3;Metz;BE\n"

    upload = imported(text, "external_id name country", "external_id")

    assert outcomes(upload) == [(2, "refused"), (3, "updated")]
    assert reasons(upload) == {2: "In Belgium number 7 belongs to “Ghent” already."}
    assert numbers() == {"Ghent": ("BE", "7"), "Lille": ("FR", "7"), "Metz": ("BE", "8")}


def test_two_rows_cannot_claim_one_number() -> None:
    text = "id;name;country;number\n1;One;BE;be 7\n2;Two;BE;BE7\n3;Three;FR;BE 7\n"
    upload = imported(text, "external_id name country registration_number", "external_id")
    assert outcomes(upload) == [(2, "created"), (3, "created"), (4, "created")]
    assert [remark["message"] for remark in upload.report["warnings"]] == [
        "number: BE7 belongs to “One” already. It was left out."
    ]
    assert numbers() == {"One": ("BE", "be 7"), "Two": ("BE", ""), "Three": ("FR", "BE 7")}


def test_a_number_that_is_given_up_can_be_taken_by_a_later_row() -> None:
    OrganisationFactory(external_id="1", name="One", country="BE", registration_number="7")
    OrganisationFactory(external_id="2", name="Two", country="BE", registration_number="8")
    text = "id;name;country;number\n1;One;BE;9\n2;Two;BE;7\n3;Three;BE;8\n"

    upload = imported(text, "external_id name country registration_number", "external_id")

    assert outcomes(upload) == [(2, "updated"), (3, "updated"), (4, "created")]
    assert numbers() == {"One": ("BE", "9"), "Two": ("BE", "7"), "Three": ("BE", "8")}


def test_who_moved_away_leaves_the_number_behind() -> None:
    OrganisationFactory(external_id="1", name="One", country="BE", registration_number="7")
    text = "id;name;country;number\n1;One;FR;\n2;Two;BE;7\n"

    upload = imported(text, "external_id name country registration_number", "external_id")

    assert outcomes(upload) == [(2, "updated"), (3, "created")]
    assert numbers() == {"One": ("FR", "7"), "Two": ("BE", "7")}


def test_two_cannot_swap_their_numbers() -> None:
    OrganisationFactory(external_id="1", name="One", country="BE", registration_number="7")
    OrganisationFactory(external_id="2", name="Two", country="BE", registration_number="8")

    upload = imported(
        "id;name;country;number\n1;One;BE;8\n2;Two;BE;7\n",
        "external_id name country registration_number",
        "external_id",
    )

    assert outcomes(upload) == [(2, "unchanged"), (3, "unchanged")]
    assert [remark["line"] for remark in upload.report["warnings"]] == [2, 3]


ROWS = st.lists(
    st.tuples(
        st.sampled_from("123456"), st.sampled_from(["BE", "FR", ""]), st.sampled_from(["7", "8", "9", "a 1", "A1", ""])
    ),
    min_size=1,
    max_size=8,
)


class AnyNumbers(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        known=st.lists(
            st.tuples(st.sampled_from(["BE", "FR"]), st.sampled_from(["7", "8", "9", "A1", ""])),
            max_size=4,
            unique_by=lambda pair: pair if pair[1] else object(),
        ),
        rows=ROWS,
        key=st.sampled_from(["external_id", "name_city", "number"]),
    )
    def test_any_file_goes_in_as_its_preview_says(
        self, known: list[tuple[str, str]], rows: list[tuple[str, str, str]], key: str
    ) -> None:
        for place, (country, number) in enumerate(known, 1):
            OrganisationFactory(
                external_id=str(place), name=f"Name {place}", city="", country=country, registration_number=number
            )
        lines = [f"{row};Name {row};{country};{number}" for row, country, number in rows]
        text = "\n".join(["id;name;country;number", *lines]) + "\n"
        fields = "external_id name country registration_number"

        expected = outcomes(previewed(text, fields, key))
        upload = imported(text, fields, key)

        assert outcomes(upload) == expected
        assert len(expected) == len(rows)
