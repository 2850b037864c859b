"""Declare the fields of contacts (``common.fields``)."""

from common.enums import Language
from common.fields import (
    ChoiceType,
    DayType,
    Field,
    Merge,
    ModelFields,
    TextType,
)
from partners.enums import Consent
from partners.fields.types import EmailType, LanguagesType, PhoneType
from partners.models import Contact

_LANGUAGE_WORDS = {"engels": "en", "eng": "en", "dutch": "nl", "nl-nl": "nl", "ned": "nl", "nld": "nl"}
_CONSENT = "said by the person to one of us; an older file must not undo a refusal"

CONTACT_FIELDS = ModelFields(
    Contact,
    Field(
        name="name",
        type=TextType(),
        headers=("contact", "contactpersoon", "contactname", "naamcontactpersoon"),
        merge=Merge.RULE,
    ),
    Field(
        name="email",
        type=EmailType(),
        headers=("contactemail", "emailcontactpersoon", "contactemailaddress"),
        merge=Merge.RULE,
    ),
    Field(
        name="phone",
        type=PhoneType(),
        headers=("contactphone", "telefooncontactpersoon", "contacttelefoon", "phonecontact"),
        merge=Merge.FILL,
    ),
    Field(
        name="position",
        type=TextType(),
        headers=("position", "functie", "contactposition", "functiecontactpersoon", "jobtitle"),
        merge=Merge.FILL,
    ),
    Field(
        name="language",
        type=ChoiceType(Language, also=_LANGUAGE_WORDS),
        headers=("language", "taal", "contactlanguage", "taalcontactpersoon"),
        merge=Merge.RULE,
    ),
    Field(
        name="spoken_languages",
        type=LanguagesType(),
        merge=Merge.TOGETHER,
        without={"file": "no file that we know has them"},
    ),
    Field(
        name="consent",
        type=ChoiceType(Consent, empty=Consent.UNKNOWN),
        merge=Merge.RULE,
        without={"file": _CONSENT},
    ),
    Field(
        name="consent_on",
        type=DayType(),
        merge=Merge.RULE,
        without={"file": _CONSENT},
    ),
    left_out={
        "id": "the key",
        "organisation": "the place of the contact, changed by an action of its own (move_contact)",
        "user": "the account of the contact, opened by give_access",
        "deactivated_at": "set by deactivate_contact",
        "created_at": "told by the history",
        "updated_at": "told by the history",
    },
    without={"list": "contacts stand on the page of their organisation"},
)
