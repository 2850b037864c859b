"""Declare the fields of organisations (``common.fields``)."""

from collections.abc import Sequence
from typing import TypedDict

from django.utils.translation import gettext_lazy

from accounts.models import User
from common.fields import (
    ChoiceType,
    DayType,
    Field,
    Merge,
    ModelFields,
    MomentType,
    TextType,
    YearType,
)
from partners.enums import OrganisationKind, OrganisationStatus
from partners.fields.types import (
    ColleagueType,
    CountryType,
    EmailType,
    LanguagesType,
    OrganisationType,
    PatternType,
    PhoneType,
    WebAddressType,
    WordsType,
)
from partners.models import Organisation
from partners.validators import registration_number

# Kinds as CORDIS, the EU's register of projects, abbreviates them.
ACTIVITY_TYPES: dict[str, str] = {
    "PRC": OrganisationKind.COMPANY,
    "REC": OrganisationKind.RESEARCH,
    "HES": OrganisationKind.HIGHER_EDUCATION,
    "PUB": OrganisationKind.PUBLIC_BODY,
    "OTH": OrganisationKind.OTHER,
}
# Filled in where there is no address.
_NO_PLACE = (".", "-")


class OrganisationDetails(TypedDict, total=False):
    """The details of an organisation that people may write, besides its name, tags and themes."""

    short_name: str
    founded_in: int | None
    parent: Organisation | None
    kind: str
    status: str
    street: str
    postal_code: str
    city: str
    country: str
    website: str
    email: str
    phone: str
    registration_number: str
    external_id: str
    languages: Sequence[str]
    relation_owner: User | None


_SEARCHING = "computed by save from the fields it depends on"
_NEVER_IN_FILES = "made by the application itself"

ORGANISATION_FIELDS = ModelFields(
    Organisation,
    Field(
        name="name",
        type=TextType(),
        headers=(
            "name",
            "naam",
            "organisation",
            "organisatie",
            "organization",
            "organisatienaam",
            "company",
            "bedrijf",
        ),
        order=("sort_name", "pk"),
    ),
    Field(
        name="short_name",
        type=TextType(),
        headers=("shortname", "kortenaam", "afkorting", "acronym"),
        is_fact=True,
    ),
    Field(
        name="founded_in",
        type=YearType(),
        headers=("foundedin", "opgerichtin", "founded", "opgericht", "oprichtingsjaar", "yearoffoundation"),
        order=("founded_in", "sort_name", "pk"),
        is_fact=True,
    ),
    Field(
        name="parent",
        type=OrganisationType(),
        without={
            "file": "a row cannot point to another organisation, which may stand further down or have an equal name",
            "list": "shown on the page, with its branches",
        },
    ),
    Field(
        name="kind",
        type=ChoiceType(OrganisationKind, empty=OrganisationKind.OTHER, also=ACTIVITY_TYPES),
        headers=("kind", "soort", "type", "activitytype", "soortorganisatie"),
    ),
    Field(
        name="status",
        type=ChoiceType(OrganisationStatus),
        headers=("status",),
        order=("status", "sort_name", "pk"),
    ),
    Field(
        name="street",
        type=TextType(nothing=_NO_PLACE),
        headers=("street", "straat", "straatennummer", "straatenhuisnummer", "streetandnumber", "adres", "address"),
    ),
    Field(
        name="postal_code",
        type=TextType(),
        headers=("postalcode", "postcode", "zip", "zipcode"),
    ),
    Field(
        name="city",
        type=TextType(nothing=_NO_PLACE),
        headers=("city", "plaats", "stad", "woonplaats", "vestigingsplaats", "town"),
        order=("sort_city", "sort_name", "pk"),
    ),
    Field(
        name="country",
        type=CountryType(),
        headers=("country", "land", "landcode", "countrycode"),
        order=("country", "sort_name", "pk"),
    ),
    Field(
        name="website",
        type=WebAddressType(),
        headers=("website", "web", "url", "internet", "webadres", "organizationurl"),
    ),
    Field(
        name="email",
        type=EmailType(),
        headers=("email", "mail", "emailaddress", "emailadres"),
    ),
    Field(
        name="phone",
        type=PhoneType(),
        headers=("phone", "telefoon", "tel", "telephone", "telefoonnummer", "phonenumber"),
    ),
    Field(
        name="registration_number",
        type=PatternType(registration_number, gettext_lazy("“%(value)s” is not a registration number.")),
        headers=("registrationnumber", "kvk", "kvknummer", "registratienummer", "inschrijfnummer"),
        key="number",
    ),
    Field(
        name="external_id",
        type=TextType(),
        headers=(
            "orgid",
            "organisationid",
            "externalid",
            "externeid",
            "id",
            "numberinthesource",
            "nummerindebron",
            "nummerinhetbestand",
            "relatienummer",
        ),
        without={
            "list": "in an export the importer would take it for the key, and most rows have none",
            "form": "given by the source that the organisation came from",
        },
    ),
    Field(
        name="languages",
        type=LanguagesType(),
        merge=Merge.TOGETHER,
        without={"file": "no file that we know has them", "list": "shown on the page"},
    ),
    Field(
        name="themes",
        type=WordsType(),
        headers=("themes", "theme", "themas", "thema"),
        merge=Merge.TOGETHER,
    ),
    Field(
        name="tags",
        type=WordsType(),
        headers=("tags", "tag", "labels", "label", "trefwoorden"),
        merge=Merge.TOGETHER,
    ),
    Field(
        name="relation_owner",
        type=ColleagueType(),
        label=gettext_lazy("Relation owner"),
        headers=(
            *("relationowner", "ourrelationowner", "owner"),
            *("onzecontactpersoon", "relatiebeheerder", "onzerelatiebeheerder", "eigenaar"),
        ),
        key="owner",
        path="relation_owner__name",
    ),
    Field(
        name="status_since",
        type=DayType(),
        headers=("statussince", "statussinds", "statusdate", "statusdatum"),
        merge=Merge.RULE,
        without={"form": "set to today when somebody changes the status"},
    ),
    Field(
        name="logo_at",
        type=MomentType(),
        without={"file": _NEVER_IN_FILES, "list": "shown as a picture", "form": "uploaded on a page of its own"},
    ),
    Field(
        name="updated_at",
        type=MomentType(),
        key="changed",
        without={"file": _NEVER_IN_FILES, "form": "set by every save", "merge": "set by every save"},
    ),
    left_out={
        "id": "the key",
        "is_host": "chosen once, by an administrator (make_host)",
        "created_at": "told by the history",
        "people_text": "kept by sync_people_text",
        **dict.fromkeys(("search_text", "names_text", "sort_name", "sort_city"), _SEARCHING),
        **dict.fromkeys(("plain_name", "website_host", "number_key"), _SEARCHING),
        **dict.fromkeys(("search", "search_with_people", "search_names"), "generated by the database"),
    },
)
