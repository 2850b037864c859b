import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from imports.forms import ImportForm
from tests.partners.test_forms import errors


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "The file is empty."), (b"x" * 20_000_001, None), (b"orgId", "fits")]
)
def test_file_is_there_and_not_too_large(content: bytes, message: str | None) -> None:
    form = ImportForm({}, {"file": SimpleUploadedFile("partners.csv", content)})

    if message == "fits":
        assert errors(form) == {}
    else:
        too_large = "The file is 20.0 MB; here at most 20 MB fits. An operator can import larger files."
        assert errors(form) == {"file": [message or too_large]}


def test_file_has_to_be_chosen() -> None:
    assert errors(ImportForm({}, {})) == {"file": ["Choose a file."]}
