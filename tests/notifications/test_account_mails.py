"""People who can sign in are mailed when others change their account."""

from datetime import date

import pytest

from accounts.actions import change_colleague, change_preferences
from accounts.enums import Role
from notifications.models import OutgoingMail
from partners.actions import change_contact, move_contact
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.partners import ContactFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db
OLD, NEW = "old@noord.example", "new@noord.example"


def mails() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", "to_email"))


def test_old_and_new_address_hear_who_changed_it_when_and_what_to_do() -> None:
    coen = CoordinatorFactory(name="Coen Werk")
    petra = PartnerUserFactory(name="Petra", email=OLD, language="nl").contact
    details = {name: getattr(petra, name) for name in ("name", "phone", "position", "language")}

    change_contact(actor=coen, contact=petra, email=NEW, **details)

    assert mails() == [("address_changed", OLD), ("address_changed", NEW)]
    old, new = OutgoingMail.objects.order_by("pk")
    for mail in (old, new):
        assert mail.recipient == ""
        assert not mail.daytime_only
        assert mail.subject == "Je e-mailadres in Samenspel is gewijzigd"
        for words in (f"Coen Werk het adres waarmee je inlogt gewijzigd van {OLD} in {NEW}", str(date.today().year)):
            assert words in mail.body_text
        assert "Klopt dit niet? Meld het meteen" in mail.body_text
    assert f"Met {OLD} kun je niet meer inloggen" in old.body_text
    assert f"Vanaf nu log je in met {NEW}" in new.body_text


def test_moving_with_another_address_tells_both() -> None:
    contact = PartnerUserFactory(email=OLD).contact

    move_contact(actor=None, contact=contact, organisation=OrganisationFactory(), day=date(2026, 1, 5), email=NEW)

    assert [mail for mail in mails() if mail[0] == "address_changed"] == [
        ("address_changed", OLD),
        ("address_changed", NEW),
    ]


def test_nothing_is_mailed_when_the_address_stays_or_nobody_signs_in_with_it() -> None:
    petra, without = PartnerUserFactory(email=OLD).contact, ContactFactory(email="x@noord.example")
    for contact, email in ((petra, OLD.upper()), (without, "y@noord.example")):
        change_contact(actor=None, contact=contact, name="P", email=email, phone="1", position="", language="en")
    change_preferences(actor=petra.user, language="nl")

    assert mails() == []


def test_new_administrator_hears_who_did_it() -> None:
    boss, user = AdministratorFactory(name="Anne"), ManagerFactory(language="en")
    details = {"name": user.name, "language": "en", "is_active": True}

    change_colleague(actor=boss, user=user, roles=[Role.MANAGER, Role.ADMINISTRATOR], **details)
    change_colleague(actor=boss, user=user, roles=[Role.ADMINISTRATOR], **details)

    assert mails() == [("made_administrator", user.email)]
    assert "Anne made you administrator" in OutgoingMail.objects.get().body_text
