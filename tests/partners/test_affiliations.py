"""People at several organisations over time, what they speak, and whether we may keep their details."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.enums import InvitationStatus
from assessments.models import Invitation
from assessments.personal_links import find_invitation
from collab.actions import add_action_item, assign_role
from collab.models import ActionItem, Collaboration
from collab.reminders import overdue_actions
from common.actions import ActionRefused
from partners import actions
from partners.forms.contacts import ContactForm
from partners.history import entries_of
from partners.models import Affiliation, Contact, Organisation
from tests.edits import seen_of, seen_on, send
from tests.factories.accounts import ManagerFactory
from tests.factories.assessments import answer, collaboration_with, invitations_of, opened_cycle, token_for
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory
from tests.partners.pages import at, news, text

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture
def zuid() -> Organisation:
    return OrganisationFactory(name="Zuid", city="Eindhoven")


@pytest.fixture
def piet(noord: Organisation) -> Contact:
    return ContactFactory(organisation=noord, name="Piet", email="piet@noord.example", position="Directeur")


def move(contact: Contact, organisation: Organisation, day: date = DAY) -> list[str]:
    return actions.move_contact(actor=None, contact=contact, organisation=organisation, day=day)


def places(contact: Contact) -> list[tuple[str, str, date | None, date | None]]:
    rows = contact.affiliations.order_by("pk")
    return [(row.organisation.name, row.position, row.starts_on, row.ends_on) for row in rows]


def test_moving_ends_one_place_and_begins_the_next(piet: Contact, zuid: Organisation) -> None:
    actions.move_contact(
        actor=None, contact=piet, organisation=zuid, day=DAY, position="Adviseur", email="Piet@zuid.example"
    )

    assert (piet.organisation, piet.position, piet.email) == (zuid, "Adviseur", "piet@zuid.example")
    assert places(piet) == [("Noord", "Directeur", None, DAY), ("Zuid", "Adviseur", DAY, None)]


def test_moving_is_refused_where_it_makes_no_sense(piet: Contact, zuid: Organisation) -> None:
    archived, host = OrganisationFactory(status="archived"), HostFactory()
    tomorrow = timezone.localdate() + timedelta(days=1)
    for organisation, day, message in (
        (piet.organisation, DAY, "works there already"),
        (archived, DAY, "is archived"),
        (host, DAY, "kept at Colleagues"),
        (zuid, tomorrow, "on the day itself or after it"),
    ):
        with pytest.raises(ActionRefused, match=message):
            move(piet, organisation, day)
    piet.affiliations.create(organisation=piet.organisation, starts_on=DAY)
    with pytest.raises(ActionRefused, match="choose a later day") as refused:
        move(piet, zuid)
    actions.deactivate_contact(actor=None, contact=piet)
    with pytest.raises(ActionRefused, match="was deactivated"):
        move(piet, zuid, date(2026, 4, 1))

    assert refused.value.field == "day"
    assert places(piet) == [("Noord", "", DAY, None)]


def test_moving_to_an_address_that_is_taken_there_changes_nothing(piet: Contact, zuid: Organisation) -> None:
    ContactFactory(organisation=zuid, email="piet@noord.example")

    with pytest.raises(ActionRefused, match="already has a contact with this e-mail address") as refused:
        move(piet, zuid)

    piet.refresh_from_db()
    assert refused.value.field == "email"
    assert piet.organisation.name == "Noord"
    assert places(piet) == []


def test_managers_move_nobody(piet: Contact, zuid: Organisation) -> None:
    with pytest.raises(PermissionDenied):
        actions.move_contact(actor=ManagerFactory(), contact=piet, organisation=zuid, day=DAY)


def test_roles_for_the_old_organisation_end_and_are_named(
    client: Client, coordinator: User, piet: Contact, zuid: Organisation
) -> None:
    taalhuis = collaboration_with(piet.organisation, name="Taalhuis")
    part = taalhuis.participations.get(organisation=piet.organisation)
    role = assign_role(actor=None, participation=part, contact=piet, role="lead", starts_on=date(2026, 1, 1))
    add_action_item(actor=None, collaboration=taalhuis, title="Call", owner=piet, due_on=DAY)

    response = send(client, at("contact-move", piet), {"organisation": "Zuid", "day": "2026-03-02", "email": "p@z.nl"})

    page = news(client, response)
    role.refresh_from_db()
    taalhuis.refresh_from_db()
    assert "Piet now works at Zuid. Ended: lead in Taalhuis. The action “Call” in Taalhuis needs another owner." in page
    assert role.ends_on == DAY
    assert taalhuis.lead_missing_since == DAY


def test_what_a_moved_contact_sees_follows_the_new_organisation_at_once(
    client: Client, coordinator: User, piet: Contact, zuid: Organisation
) -> None:
    old, new = collaboration_with(piet.organisation, name="Taalhuis"), collaboration_with(zuid, name="Digihuis")
    actions.give_access(actor=None, contact=piet)
    before = piet.organisation
    client.force_login(piet.user)
    assert client.get(f"/collaborations/{old.pk}/").status_code == 200

    move(piet, zuid)

    assert client.get(f"/collaborations/{old.pk}/").status_code == 404
    assert client.get(f"/collaborations/{new.pk}/").status_code == 200
    assert client.get(at("organisation-detail", before)).status_code == 404
    assert client.get(at("organisation-detail", zuid)).status_code == 200
    assert list(Collaboration.objects.visible_to(User.objects.get(pk=piet.user.pk))) == [new]


def test_reminders_of_the_old_organisation_do_not_follow(coordinator: User, piet: Contact, zuid: Organisation) -> None:
    taalhuis = collaboration_with(piet.organisation, name="Taalhuis")
    add_action_item(actor=None, collaboration=taalhuis, title="Call", owner=piet, due_on=DAY)
    assert [due.recipient.name for due in overdue_actions(date(2026, 3, 20))] == ["Piet"]

    move(piet, zuid)

    assert list(overdue_actions(date(2026, 3, 20))) == []
    assert ActionItem.objects.open().get().owner == piet


def test_colleagues_at_the_new_organisation_gain_nothing(coordinator: User, piet: Contact, zuid: Organisation) -> None:
    taalhuis = collaboration_with(piet.organisation, name="Taalhuis")
    item = add_action_item(actor=None, collaboration=taalhuis, title="Call", owner=piet, due_on=DAY)
    anne = ContactFactory(organisation=zuid, email="anne@zuid.example")
    actions.give_access(actor=None, contact=anne)

    move(piet, zuid)

    user = User.objects.get(contact=anne)
    assert not user.has_perm("collab.finish_actionitem", ActionItem.objects.get(pk=item.pk))
    assert not user.has_perm("collab.view_collaboration", taalhuis)


def test_nobody_answers_or_reads_results_for_an_organisation_left(zuid: Organisation) -> None:
    noord = OrganisationFactory(name="Noord")
    cycle = opened_cycle(collaboration_with(noord), today=DAY)
    first, second, third = invitations_of(cycle, noord)
    answer(second, 4)
    links = {invitation: token_for(invitation) for invitation in (first, second)}

    move(first.contact, zuid)
    move(second.contact, zuid)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (InvitationStatus.REVOKED, InvitationStatus.SUBMITTED)
    assert [find_invitation(links[invitation]) for invitation in (first, second)] == [None, None]
    assert set(Invitation.objects.reachable().filter(party__organisation=noord)) == {third}


def test_somebody_who_worked_there_keeps_the_first_day(piet: Contact, zuid: Organisation) -> None:
    actions.record_affiliation(actor=None, contact=piet, organisation=zuid, starts_on=date(2025, 1, 1))

    move(piet, zuid)

    assert places(piet)[0] == ("Zuid", "", date(2025, 1, 1), None)


def test_pages_say_who_worked_here_until_when_and_who_also_works_here(
    client: Client, coordinator: User, piet: Contact, zuid: Organisation
) -> None:
    noord = piet.organisation
    move(piet, zuid)
    vera = ContactFactory(name="Vera", organisation=zuid)
    actions.record_affiliation(actor=None, contact=vera, organisation=noord, position="Trainer")

    page = " ".join(text(client.get(at("organisation-detail", noord))).split())

    assert "Piet, Directeur <span" in page
    assert "worked here until 2 March 2026" in page
    assert "Also works here" in page
    assert "Vera, Trainer" in page
    assert "since 2 March 2026" in text(client.get(at("organisation-detail", zuid)))
    assert "Contact works elsewhere" in [entry.what for entry in entries_of(noord, 20)]


def test_place_is_noted_changed_and_removed(
    client: Client, coordinator: User, piet: Contact, zuid: Organisation
) -> None:
    url = at("contact-affiliations", piet)
    news(client, client.post(url, {"organisation": "Zuid", "position": "Trainer", "starts_on": "2024-01-01"}))
    place = Affiliation.objects.get()

    twice = client.post(url, {"organisation": "Zuid"})
    assert twice.context["form"].errors == {"organisation": ["This person works there already."]}

    change = reverse("partners:affiliation-update", args=[place.pk])
    edit = send(client, change, {"starts_on": "2024-01-01", "ends_on": "2023-01-01"})
    assert edit.context["form"].errors["ends_on"] == ["The end must be after the start."]
    older = seen_on(client, change)
    send(client, change, {"starts_on": "2024-01-01", "ends_on": "2025-01-01"})
    assert places(piet) == [("Zuid", "", date(2024, 1, 1), date(2025, 1, 1))]

    remove = reverse("partners:affiliation-remove", args=[place.pk])
    client.post(remove, {"seen": older})
    assert len(places(piet)) == 1
    client.post(remove, {"seen": seen_on(client, change)})
    assert places(piet) == []


def test_the_main_place_ends_by_moving_only(piet: Contact) -> None:
    main = piet.affiliations.create(organisation=piet.organisation, position="Directeur")

    with pytest.raises(ActionRefused, match="Move the contact"):
        actions.change_affiliation(actor=None, affiliation=main, position="", starts_on=None, ends_on=DAY)
    actions.change_affiliation(actor=None, affiliation=main, position="Bestuurder", starts_on=DAY, ends_on=None)

    piet.refresh_from_db()
    assert piet.position == "Bestuurder"


def test_queries_of_the_page_of_places_are_the_same_for_one_and_for_three(
    client: Client, coordinator: User, piet: Contact
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(at("contact-affiliations", piet))
        return len(captured)

    piet.affiliations.create(organisation=OrganisationFactory())
    one = queries()
    for _number in range(2):
        piet.affiliations.create(organisation=OrganisationFactory())

    assert queries() == one <= 12


# Languages and consent


@time_machine.travel("2026-03-02T12:00Z")
def test_contact_speaks_languages_and_says_whether_we_may_keep_the_details(
    client: Client, coordinator: User, noord: Organisation
) -> None:
    data = {"name": "Pia", "language": "nl", "spoken_languages": "Arabic, Dutch", "consent": "given"}

    response = client.post(at("contact-create", noord), {**data, "starts_on": "2024-05-01"})

    page = " ".join(news(client, response).split())
    pia = Contact.objects.get(name="Pia")
    assert (pia.spoken_languages, pia.consent_on) == (["ar", "nl"], DAY)
    assert "speaks Arabic, Dutch" in page
    assert "since 1 May 2024" in page
    assert "we may use these details, said on 2 March 2026" in page


def test_consent_is_taken_back_with_its_day(client: Client, coordinator: User, piet: Contact) -> None:
    data = {"name": "Piet", "language": "nl", "consent": "refused", "consent_on": "2026-02-01"}

    response = client.post(at("contact-update", piet), {**data, "seen": seen_of(piet, *ContactForm.Meta.fields)})

    piet.refresh_from_db()
    assert (piet.consent, piet.consent_on) == ("refused", date(2026, 2, 1))
    assert "we may not keep or use these details" in news(client, response)


def test_consent_and_languages_stay_when_nothing_is_said_about_them(piet: Contact) -> None:
    Contact.objects.filter(pk=piet.pk).update(consent="given", consent_on=DAY, spoken_languages=["nl"])
    details = {"email": piet.email, "phone": "", "position": "", "language": "nl"}

    actions.change_contact(actor=None, contact=piet, name="Pieter", **details)

    piet.refresh_from_db()
    assert (piet.consent, piet.consent_on, piet.spoken_languages) == ("given", DAY, ["nl"])
