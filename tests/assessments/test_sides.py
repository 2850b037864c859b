"""No side chooses alone who speaks for the other: the list of each side is its own lead's to change."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.actions import change_cycle, close_cycle, invite, open_cycle
from assessments.enums import Mode
from assessments.history import entries_of
from assessments.models import CycleParty, EvaluationCycle, Invitation
from assessments.sides.actions import Newcomer, choose_people
from assessments.sides.reading import party_led_by
from collab.enums import RoleKind, Stage
from collab.models import Collaboration, RoleAssignment
from common.actions import ActionRefused
from common.edits import Seen
from notifications.delivery import build_message
from notifications.models import OutgoingMail
from notifications.reminders import send_due
from partners.actions import deactivate_contact
from partners.models import Contact
from tests.factories.accounts import CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.assessments import answer, opened_cycle, planned_cycle, token_for
from tests.factories.collab import RoleAssignmentFactory
from tests.factories.partners import ContactFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> EvaluationCycle:
    """Return a round that opens in ten days; the partner has no roles yet."""
    return planned_cycle(opens_on=timezone.localdate() + timedelta(days=10))


@pytest.fixture
def partner(cycle: EvaluationCycle) -> CycleParty:
    return cycle.parties.select_related("organisation", "cycle").get(is_host=False)


@pytest.fixture
def lead(cycle: EvaluationCycle, partner: CycleParty) -> Contact:
    """Return the lead of the partner, who has no account."""
    participation = cycle.collaboration.participations.get(organisation=partner.organisation)
    contact = ContactFactory(name="Lotte Lead", email="lotte@noord.example", organisation=partner.organisation)
    RoleAssignmentFactory(participation=participation, contact=contact)
    return contact


def delivered_link(mail: OutgoingMail) -> str:
    """Return the path behind the button of a mail as it leaves."""
    found = re.search(r"http://testserver(/e/\S+)", str(build_message(mail).body))
    assert found is not None
    return found[1]


def names(party: CycleParty) -> set[str]:
    return set(party.invitations.values_list("contact__name", flat=True))


def test_lead_sets_who_is_asked_on_the_own_side(partner: CycleParty, lead: Contact) -> None:
    first, *others = [row.contact for row in party_people(partner)]
    choose_people(
        lead=lead, party=partner, contacts=[first, lead], newcomers=[Newcomer("Nina New", "nina@noord.example")]
    )

    assert names(partner) == {first.name, "Lotte Lead", "Nina New"}
    partner.refresh_from_db()
    assert partner.people_chosen_by == lead
    assert not {row.name for row in others} & names(partner)
    assert Contact.objects.get(email="nina@noord.example").organisation == partner.organisation


def party_people(party: CycleParty) -> list[Invitation]:
    return list(party.invitations.select_related("contact").order_by("pk"))


def test_newcomer_with_a_known_address_is_the_known_contact(partner: CycleParty, lead: Contact) -> None:
    choose_people(lead=lead, party=partner, contacts=[], newcomers=[Newcomer("L. Lead", "LOTTE@noord.example")])

    assert names(partner) == {"Lotte Lead"}


def test_planner_leaves_a_side_alone_once_its_lead_has_chosen(
    cycle: EvaluationCycle, partner: CycleParty, lead: Contact
) -> None:
    host = [row.contact for row in cycle.invitations.filter(party__is_host=True)]
    choose_people(lead=lead, party=partner, contacts=[lead])

    change_cycle(actor=None, cycle=cycle, **dates(cycle), contacts=host[:2], mode=cycle.mode)

    assert names(partner) == {"Lotte Lead"}
    assert cycle.invitations.filter(party__is_host=True).count() == 2


def dates(cycle: EvaluationCycle) -> dict[str, object]:
    return {"opens_on": cycle.opens_on, "closes_on": cycle.closes_on}


def test_planner_cannot_add_to_a_list_that_its_lead_has_chosen(
    cycle: EvaluationCycle, partner: CycleParty, lead: Contact
) -> None:
    favourite, *_others = [row.contact for row in party_people(partner)]
    host = [row.contact for row in cycle.invitations.filter(party__is_host=True)]
    choose_people(lead=lead, party=partner, contacts=[lead])

    with pytest.raises(ActionRefused, match=f"so {favourite.name} was not added"):
        change_cycle(actor=None, cycle=cycle, **dates(cycle), contacts=[*host, favourite], mode=cycle.mode)


def test_list_is_the_planners_again_when_its_lead_has_left(
    cycle: EvaluationCycle, partner: CycleParty, lead: Contact
) -> None:
    favourite = party_people(partner)[0].contact
    host = [row.contact for row in cycle.invitations.filter(party__is_host=True)]
    choose_people(lead=lead, party=partner, contacts=[lead])
    deactivate_contact(actor=None, contact=lead)

    change_cycle(actor=None, cycle=cycle, **dates(cycle), contacts=[*host, favourite], mode=cycle.mode)

    # Who has left stays on the list, as somebody who cannot be asked.
    assert names(partner) == {favourite.name, lead.name}
    assert [row.contact for row in partner.invitations.reachable()] == [favourite]


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        pytest.param("host", "Only the lead of your organisation", id="lead of the other side"),
        pytest.param("designer", "Only the lead of your organisation", id="another role on the same side"),
    ],
)
def test_others_cannot_change_the_list(
    who: str, reason: str, cycle: EvaluationCycle, partner: CycleParty, lead: Contact
) -> None:
    side = cycle.parties.get(is_host=who == "host").organisation
    participation = cycle.collaboration.participations.get(organisation=side)
    other = RoleAssignmentFactory(
        participation=participation, role=RoleKind.LEAD if who == "host" else RoleKind.DESIGNER
    ).contact

    with pytest.raises(ActionRefused, match=reason):
        choose_people(lead=other, party=partner, contacts=[other])


def test_decider_chooses_where_there_is_no_lead(cycle: EvaluationCycle, partner: CycleParty) -> None:
    participation = cycle.collaboration.participations.get(organisation=partner.organisation)
    decider = RoleAssignmentFactory(participation=participation, role=RoleKind.DECIDER).contact

    choose_people(lead=decider, party=partner, contacts=[decider])

    assert names(partner) == {decider.name}


def test_list_cannot_be_changed_once_the_round_has_opened(
    cycle: EvaluationCycle, partner: CycleParty, lead: Contact
) -> None:
    open_cycle(actor=None, cycle=cycle)

    with pytest.raises(ActionRefused, match="This round has opened"):
        choose_people(lead=lead, party=partner, contacts=[lead])


def test_list_needs_somebody(partner: CycleParty, lead: Contact) -> None:
    with pytest.raises(ActionRefused, match="Choose at least one person"):
        choose_people(lead=lead, party=partner, contacts=[])
    assert len(names(partner)) == 3


def test_older_page_takes_away_only_whom_it_showed(partner: CycleParty, lead: Contact) -> None:
    shown = [row.contact for row in party_people(partner)]
    seen = Seen.of({"contacts": shown})
    added = ContactFactory(name="Added Meanwhile", organisation=partner.organisation)
    Invitation.objects.create(cycle=partner.cycle, party=partner, contact=added)

    choose_people(lead=lead, party=partner, contacts=shown[:1], seen=seen)

    assert names(partner) == {shown[0].name, "Added Meanwhile"}


def test_lead_is_mailed_once_and_reminded_before_the_opening(cycle: EvaluationCycle, lead: Contact) -> None:
    today = timezone.localdate()
    for day in (0, 0, 1, 8, 9):
        send_due(today + timedelta(days=day))

    mails = OutgoingMail.objects.filter(kind="side_list", to_email="lotte@noord.example")
    assert [row.occurrence for mail in mails for row in mail.reminders.all()] == ["again", "asked"]


def test_lead_who_has_looked_is_not_mailed_any_more(cycle: EvaluationCycle, partner: CycleParty, lead: Contact) -> None:
    choose_people(lead=lead, party=partner, contacts=[lead])

    send_due(timezone.localdate())

    assert not OutgoingMail.objects.filter(kind="side_list", to_email="lotte@noord.example").exists()


@pytest.mark.parametrize("is_active", [True, False], ids=["account", "closed account"])
def test_button_leads_by_account_or_by_link(is_active: bool, cycle: EvaluationCycle, partner: CycleParty) -> None:
    user = PartnerUserFactory(organisation=partner.organisation, is_active=is_active)
    participation = cycle.collaboration.participations.get(organisation=partner.organisation)
    RoleAssignmentFactory(participation=participation, contact=Contact.objects.get(user=user))

    send_due(timezone.localdate())

    mail = OutgoingMail.objects.get(kind="side_list")
    assert (reverse("assessments:side-people", args=[cycle.pk]) in mail.body_text) is is_active
    assert bool(mail.link_kind) is not is_active


def test_lead_of_a_paused_collaboration_is_not_asked_to_look(cycle: EvaluationCycle, lead: Contact) -> None:
    Collaboration.objects.filter(pk=cycle.collaboration_id).update(stage=Stage.PAUSED)

    send_due(timezone.localdate())

    assert not OutgoingMail.objects.filter(kind="side_list").exists()


def test_planner_who_leads_is_not_asked_to_look(cycle: EvaluationCycle) -> None:
    user = CoordinatorFactory()
    participation = cycle.collaboration.participations.get(organisation__is_host=True)
    contact = ContactFactory(organisation=participation.organisation, user=user, email=user.email)
    RoleAssignmentFactory(participation=participation, contact=contact)
    EvaluationCycle.objects.filter(pk=cycle.pk).update(planned_by=user)

    send_due(timezone.localdate())

    assert not OutgoingMail.objects.filter(kind="side_list").exists()


def test_link_of_a_lead_without_account_opens_the_list(
    client: Client, cycle: EvaluationCycle, partner: CycleParty, lead: Contact
) -> None:
    send_due(timezone.localdate())
    url = delivered_link(OutgoingMail.objects.get(kind="side_list"))
    page = client.get(url)
    assert page.status_code == 200
    first = party_people(partner)[0].contact

    response = client.post(url, posted(page, contacts=[first.pk, lead.pk], **{"new-0-name": "Nina New"}))
    assert response.status_code == 422
    assert "Fill in the address that the invitation goes to." in response.content.decode()

    response = client.post(
        url,
        posted(page, contacts=[first.pk, lead.pk], **{"new-0-name": "Nina New", "new-0-email": "nina@noord.example"}),
    )
    assert response.status_code == 302
    assert names(partner) == {first.name, "Lotte Lead", "Nina New"}


def posted(page: object, **fields: object) -> dict[str, object]:
    """Return the form data that a browser would send from a page with the list."""
    seen = page.context["form"]["seen"].value()  # type: ignore[attr-defined]
    return {"seen": seen, "new-TOTAL_FORMS": 2, "new-INITIAL_FORMS": 0, **fields}


@pytest.mark.parametrize("change", ["address", "role", "left"])
def test_link_ends_with_the_address_and_the_role(
    change: str, client: Client, cycle: EvaluationCycle, lead: Contact
) -> None:
    send_due(timezone.localdate())
    url = delivered_link(OutgoingMail.objects.get(kind="side_list"))
    if change == "address":
        Contact.objects.filter(pk=lead.pk).update(email="somebody@else.example")
    elif change == "role":
        RoleAssignment.objects.filter(contact=lead).update(ends_on=timezone.localdate())
    else:
        deactivate_contact(actor=None, contact=lead)

    assert client.get(url).status_code == 404


def test_link_shows_the_list_but_changes_nothing_once_the_round_is_open(
    client: Client, cycle: EvaluationCycle, partner: CycleParty, lead: Contact
) -> None:
    send_due(timezone.localdate())
    url = delivered_link(OutgoingMail.objects.get(kind="side_list"))
    open_cycle(actor=None, cycle=cycle)

    response = client.post(url, {"contacts": [lead.pk], "new-TOTAL_FORMS": 0, "new-INITIAL_FORMS": 0})

    assert "can no longer be changed here" in response.content.decode()
    assert len(names(partner)) == 3


@pytest.mark.parametrize("is_asked", [False, True])
def test_link_shows_the_other_sides_only_to_a_lead_who_is_asked(
    is_asked: bool, client: Client, cycle: EvaluationCycle, partner: CycleParty, lead: Contact
) -> None:
    send_due(timezone.localdate())
    url = delivered_link(OutgoingMail.objects.get(kind="side_list"))
    if is_asked:
        Invitation.objects.create(cycle=cycle, party=partner, contact=lead)
    open_cycle(actor=None, cycle=cycle)

    page = client.get(url).content.decode()

    assert all(row.contact.name in page for row in party_people(partner))
    ours = cycle.invitations.filter(party__is_host=True).select_related("contact")
    assert {row.contact.name in page for row in ours} == {is_asked}


def test_newcomer_is_nobody_of_another_side(cycle: EvaluationCycle, partner: CycleParty, lead: Contact) -> None:
    ours = cycle.invitations.filter(party__is_host=True).select_related("contact")[0].contact

    with pytest.raises(ActionRefused, match=f"{ours.email} belongs to another organisation in this round"):
        choose_people(lead=lead, party=partner, contacts=[lead], newcomers=[Newcomer("Hanna Host", ours.email)])

    assert len(names(partner)) == 3


def test_lead_with_an_account_finds_the_list_on_the_page_of_the_collaboration(
    client: Client, cycle: EvaluationCycle, partner: CycleParty
) -> None:
    user = PartnerUserFactory(organisation=partner.organisation)
    contact = Contact.objects.get(user=user)
    url = reverse("assessments:side-people", args=[cycle.pk])
    panel = reverse("assessments:collaboration-panel", args=[cycle.collaboration_id])
    client.force_login(user)
    assert client.get(url).status_code == 404
    assert url not in client.get(panel).content.decode()

    participation = cycle.collaboration.participations.get(organisation=partner.organisation)
    RoleAssignmentFactory(participation=participation, contact=contact)

    assert party_led_by(user, cycle) == partner
    assert url in client.get(panel).content.decode()
    page = client.get(url)
    assert client.post(url, posted(page, contacts=[contact.pk])).status_code == 302
    assert names(partner) == {contact.name}


def test_coordinator_sees_whose_lead_has_looked(
    client: Client, cycle: EvaluationCycle, partner: CycleParty, lead: Contact
) -> None:
    client.force_login(CoordinatorFactory())
    url = reverse("assessments:cycle-detail", args=[cycle.pk])
    assert "Lotte Lead gets a mail to look at this list" in client.get(url).content.decode()
    confirm = client.get(reverse("assessments:cycle-open", args=[cycle.pk])).content.decode()
    assert "Lotte Lead has not yet looked at who is asked at" in confirm

    choose_people(lead=lead, party=partner, contacts=[lead])

    assert "only Lotte Lead can change the list" in client.get(url).content.decode()


def test_all_who_are_asked_see_the_names_of_all_and_who_was_added_later(client: Client) -> None:
    cycle = opened_cycle()
    first, second, *_rest = cycle.invitations.select_related("contact", "party").order_by("pk")
    answer(second, 4)
    late = ContactFactory(name="Late Lies", organisation=first.party.organisation)
    invite(actor=None, cycle=cycle, contacts=[late])

    page = client.get(reverse("assessments:answer-people", args=[token_for(first)])).content.decode()

    for row in cycle.invitations.select_related("contact"):
        assert row.contact.name in page
        assert row.contact.email not in page
    assert page.count("after the round had opened") == 1
    assert "Answered" not in page
    assert page.index("Late Lies") < page.index("after the round had opened")


def test_partner_with_account_sees_names_only_when_asked(client: Client) -> None:
    cycle = opened_cycle()
    party = cycle.parties.get(is_host=False)
    user = PartnerUserFactory(organisation=party.organisation)
    client.force_login(user)
    url = reverse("assessments:cycle-detail", args=[cycle.pk])
    somebody = party.invitations.select_related("contact").first()
    assert somebody is not None
    assert somebody.contact.name not in client.get(url).content.decode()

    invite(actor=None, cycle=cycle, contacts=[Contact.objects.get(user=user)])

    assert somebody.contact.name in client.get(url).content.decode()


def test_names_of_an_open_round_are_for_those_who_were_asked(client: Client) -> None:
    cycle = opened_cycle(mode=Mode.OPEN)
    first, *_rest = cycle.invitations.select_related("contact", "party").order_by("pk")
    for invitation in cycle.invitations.all():
        answer(invitation, 4, keep=f"Words of {invitation.pk}")
    close_cycle(actor=None, cycle=cycle)
    partner = cycle.parties.get(is_host=False).organisation
    asked = UserFactory(email=first.contact.email)
    Contact.objects.filter(pk=first.contact_id).update(user=asked)
    url = reverse("assessments:cycle-results", args=[cycle.pk])

    def sees_names(user: object) -> bool:
        client.force_login(user)  # type: ignore[arg-type]
        return client.get(url).context["people"] is not None

    assert sees_names(asked)
    assert not sees_names(ManagerFactory())
    assert not sees_names(CoordinatorFactory())
    assert not sees_names(PartnerUserFactory(organisation=partner))
    assert not sees_names(ManagerFactory(is_superuser=True))
    assert client.get(reverse("assessments:answer-results", args=[token_for(first)])).context["people"] is not None


@pytest.mark.parametrize("per_side", [1, 3])
def test_page_with_the_names_takes_the_same_queries_however_many_people(
    per_side: int, client: Client, django_assert_num_queries: Any
) -> None:
    cycle = opened_cycle(per_side=per_side)
    token = token_for(cycle.invitations.order_by("pk")[0])

    with django_assert_num_queries(5):  # three of them for the person to ask
        client.get(reverse("assessments:answer-people", args=[token]))


def test_choice_by_link_stands_in_the_history_of_the_round(
    cycle: EvaluationCycle, partner: CycleParty, lead: Contact
) -> None:
    choose_people(lead=lead, party=partner, contacts=[lead])

    newest = entries_of(cycle)[0]
    assert (newest.what, newest.who) == ("Chosen who is asked on one side", "By a personal link")
