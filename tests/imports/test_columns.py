import pytest

from imports.mapping.columns import columns_of, remarks_on
from imports.reports.refusals import FileRefused
from imports.reports.report import Remark

CORDIS = ["orgId", "name", "shortName", "activityType", "street", "city", "country", "numProjects"]


def test_columns_of_the_source_become_fields() -> None:
    assert columns_of(CORDIS).places == {
        "external_id": 0,
        "name": 1,
        "short_name": 2,
        "kind": 3,
        "street": 4,
        "city": 5,
        "country": 6,
    }


def test_columns_are_known_in_any_order_and_case_and_keep_their_name_in_the_file() -> None:
    columns = columns_of(["NAME", "orgid"])

    assert columns.places == {"name": 0, "external_id": 1}
    assert columns.names == {"name": "NAME", "external_id": "orgid"}


def test_columns_may_be_called_what_people_call_them() -> None:
    header = ["id", "orgId", "Naam", "postCode", "E-mail", "contact_email", "KvK-nummer", "organisation"]

    columns = columns_of(header)

    assert columns.places == {
        "external_id": 1,
        "name": 2,
        "postal_code": 3,
        "email": 4,
        "contact_email": 5,
        "registration_number": 6,
    }
    assert remarks_on(header, columns) == [
        Remark(1, "Column id is not imported."),
        Remark(1, "Column organisation is not imported."),
    ]


def test_number_of_projects_is_left_alone_with_one_remark() -> None:
    assert remarks_on(CORDIS, columns_of(CORDIS)) == [Remark(1, "Column numProjects is not imported.")]


def test_unknown_and_nameless_columns_are_left_alone_with_a_remark() -> None:
    header = ["orgId", "name", "colour", ""]
    assert remarks_on(header, columns_of(header)) == [
        Remark(1, "Column colour is not known and is not imported."),
        Remark(1, "Column #4 is not known and is not imported."),
    ]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (["name", "city"], "Line 1: these columns are missing: orgId."),
        (["city"], "Line 1: these columns are missing: orgId, name."),
        (["orgId", "name", "Name"], "Line 1: column name appears twice."),
    ],
)
def test_header_that_cannot_work_is_refused_with_the_reason(header: list[str], message: str) -> None:
    with pytest.raises(FileRefused, match="^" + message.replace(".", r"\.") + "$"):
        columns_of(header)
