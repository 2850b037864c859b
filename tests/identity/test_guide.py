"""The conversation guide: a PDF that says what people wrote, and does nothing that it says."""

import re
import zlib

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from identity.comparison.organisations import Comparison, ComparisonSide, compare
from identity.guide.document import guide_content, render_guide
from identity.models import IdentityProfile
from partners.models import Organisation
from tests.factories.identity import IdentityProfileFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db

# What means something to typst, each on its own and in company.
NASTY = [
    "#panic(1)",
    '#read("/etc/passwd")',
    "$ 1 + $",
    "@nobody",
    "\\u{41} \\",
    "\"quotes\" and 'more'",
    "= heading",
    "*bold* _it_ `code` ```",
    "/* comment",
    "// gone?",
    "[open",
    "]close",
    "<label>",
    "{",
    "}",
    "#",
    "$",
    "#let data = none",
    "\\",
    '"); #panic("x") //',
]


def of(*texts: str) -> Comparison:
    """Two organisations, called and described by these texts."""
    one, other = (Organisation(pk=pk, name=texts[0]) for pk in (1, 2))
    profiles = [IdentityProfile(organisation=row, version=1, who_we_are="\n".join(texts)) for row in (one, other)]
    sides = [
        ComparisonSide(mark, row, profile)
        for mark, (row, profile) in enumerate(zip((one, other), profiles, strict=True), 1)
    ]
    return Comparison(sides, [])


def structure(document: bytes) -> bytes:
    """Everything in the file that can be read without its letters."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL)
    return document + b"".join(_inflated(stream) for stream in streams)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


@pytest.mark.parametrize("text", NASTY)
def test_text_of_people_is_data_and_never_source(text: str) -> None:
    document = render_guide(of(text), "en")

    assert document.startswith(b"%PDF-1.7")


def test_what_people_wrote_reaches_the_layout_as_they_wrote_it() -> None:
    said = guide_content(of(*NASTY), "en")["words"]["themes"][0]["said"]

    assert [item["text"] for item in said] == ["\n".join(NASTY)] * 2
    assert [item["name"] for item in said] == [NASTY[0]] * 2


def test_nothing_said_changes_how_many_things_the_guide_holds() -> None:
    """A heading that somebody types is no heading of the document."""
    plain, nasty = (structure(render_guide(of(*texts), "en")) for texts in (["A", "B"], ["A", "= heading"]))

    assert plain.count(b"/S/H1") == nasty.count(b"/S/H1")


def test_guide_is_tagged_in_the_language_of_the_reader() -> None:
    for language in ("nl", "en"):
        document = structure(render_guide(of("Noord"), language))
        assert b"<pdfuaid:part>1</pdfuaid:part>" in document
        assert f"<rdf:li>{language}</rdf:li>".encode() in document


def test_letters_that_we_do_not_have_cost_the_label_and_not_the_guide() -> None:
    document = structure(render_guide(of("日本語"), "en"))

    assert document.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" not in document


def test_scales_say_how_far_apart_and_what_to_ask(coordinator: User) -> None:
    host, noord = HostFactory(), OrganisationFactory(name="Noord")
    IdentityProfileFactory(organisation=host, trust_control=1)
    IdentityProfileFactory(organisation=noord, trust_control=5)

    lines = guide_content(compare([host, noord], coordinator), "en")["scales"]["lines"]

    assert [line["word"] for line in lines] == ["Alike", "Far apart", "", "", "", ""]
    assert lines[1]["prompt"].startswith("What one of you calls trust, the other may call carelessness.")


def test_six_organisations_fit(client: Client, coordinator: User) -> None:
    six = OrganisationFactory.create_batch(6)
    for number, organisation in enumerate(six):
        IdentityProfileFactory(organisation=organisation, trust_control=number % 5 + 1)
    query = "&".join(f"organisation={row.pk}" for row in six)

    response = client.get(f"{reverse('identity:guide')}?{query}")

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="conversation-guide.pdf"'
    assert response.content.startswith(b"%PDF-1.7")


def test_partner_prints_nothing_of_who_it_does_not_know() -> None:
    noord, west = OrganisationFactory(name="Noord"), OrganisationFactory(name="West")
    IdentityProfileFactory(organisation=west, who_we_are="Whisper")
    client = Client()
    client.force_login(PartnerUserFactory(organisation=noord))

    response = client.get(f"{reverse('identity:guide')}?organisation={noord.pk}&organisation={west.pk}")

    assert response["Location"] == reverse("identity:compare")
