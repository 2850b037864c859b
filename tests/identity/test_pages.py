"""The pages about who organisations are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from collab.models import Collaboration, Participation
from common.enums import Visibility
from identity.actions import write_identity
from identity.comparison.organisations import MOST
from identity.models import IdentityConversation, IdentityProfile, IdentityView
from partners.actions import give_access
from partners.lists.views.bulk import SIDE_BY_SIDE
from partners.models import Organisation
from tests.edits import seen_on
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.collab import CollaborationFactory
from tests.factories.identity import IdentityConversationFactory, IdentityProfileFactory, IdentityViewFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory
from tests.partners.pages import news, text

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def page(name: str, *args: Any, query: str = "") -> str:
    return reverse(f"identity:{name}", args=args) + query


def beside(*organisations: Organisation) -> str:
    return "?" + "&".join(f"organisation={row.pk}" for row in organisations)


def as_partner(organisation: Organisation) -> Client:
    client = Client()
    client.force_login(PartnerUserFactory(organisation=organisation))
    return client


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


class TestProfile:
    def test_empty_page_offers_to_write(self, client: Client, coordinator: User, noord: Organisation) -> None:
        shown = text(client.get(page("profile-detail", noord.pk)))

        assert "No profile yet" in shown
        assert page("profile-update", noord.pk) in shown

    def test_what_is_written_is_shown_and_marked(self, client: Client, coordinator: User, noord: Organisation) -> None:
        typed = {"who_we_are": "They lend books.", "trust_control": "4", "seen": ""}

        shown = news(client, client.post(page("profile-update", noord.pk), typed))

        assert "They lend books." in shown
        assert "written by us after a conversation" in shown
        assert 'aria-label="trust ↔ control. Noord: 4"' in shown
        assert 'aria-label="ideas ↔ execution. Noord: not filled in"' in shown

    def test_draft_goes_on_where_it_was_left(self, client: Client, coordinator: User) -> None:
        host = HostFactory()
        url = page("profile-update", host.pk)

        shown = news(client, client.post(url, {"who_we_are": "We wonder.", "seen": "", "draft": "1"}))

        assert "We wonder." in shown
        assert "This is your draft." in shown
        assert "We wonder." not in text(client.get(page("profile-detail", host.pk)))

    def test_bad_value_is_refused_beside_its_field_and_keeps_what_was_typed(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        typed = {"who_we_are": "They lend books.", "trust_control": "6", "seen": ""}

        response = client.post(page("profile-update", noord.pk), typed)

        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["trust_control"]
        assert "They lend books." in text(response)
        assert not IdentityProfile.objects.exists()

    def test_nothing_typed_is_lost_when_somebody_else_wrote(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        typed = {"who_we_are": "Mine.", "seen": ""}
        write_identity(actor=ManagerFactory(name="Mia"), organisation=noord, publish=True, who_we_are="Theirs.")

        response = client.post(page("profile-update", noord.pk), typed)
        assert response.status_code == 422
        assert "Stored now, by Mia at" in text(response)
        assert "Theirs." in text(response)
        assert "Mine." in text(response)

        again = {**typed, "seen": response.context["form"]["seen"].value()}
        assert client.post(page("profile-update", noord.pk), again).status_code == 302
        assert [row.who_we_are for row in noord.profiles.order_by("version")] == ["Theirs.", "Mine."]

    def test_earlier_version_is_readable_with_what_changed(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        IdentityProfileFactory(organisation=noord, version=1, who_we_are="We plan ahead.")
        IdentityProfileFactory(organisation=noord, version=2, who_we_are="We try ahead.")

        now, then = (text(client.get(page("profile-detail", noord.pk, query=q))) for q in ("", "?version=1"))

        assert "<del>plan </del>" in now
        assert "<ins>try </ins>" in now
        assert "An earlier version" not in now
        assert "We plan ahead." in then
        assert "An earlier version" in then

    def test_place_on_a_scale_changed_in_words(self, client: Client, coordinator: User, noord: Organisation) -> None:
        IdentityProfileFactory(organisation=noord, version=1, trust_control=None)
        IdentityProfileFactory(organisation=noord, version=2, ideas_execution=5, trust_control=3)

        now = text(client.get(page("profile-detail", noord.pk)))

        assert "<del>rather ideas</del>" in now
        assert "<ins>clearly execution</ins>" in now
        assert "<ins>in between</ins>" in now

    def test_partner_keeps_its_own_and_colleagues_read(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        petra = as_partner(noord)

        shown = news(petra, petra.post(page("profile-update", noord.pk), {"who_we_are": "We lend.", "seen": ""}))

        assert "We lend." in shown
        assert "We lend." in text(client.get(page("profile-detail", noord.pk)))
        assert client.get(page("profile-update", noord.pk)).status_code == 403

    def test_own_words_are_never_markup(self, client: Client, coordinator: User, noord: Organisation) -> None:
        IdentityProfileFactory(organisation=noord, who_we_are="<script>alert(1)</script>")

        for url in (page("profile-detail", noord.pk), page("compare", query=beside(noord, HostFactory()))):
            assert "<script>alert" not in client.get(url).content.decode()


class TestWhoReadsWhom:
    """Partners read who they work with, for as long as they do."""

    @pytest.fixture
    def west(self) -> Organisation:
        west = OrganisationFactory(name="West")
        IdentityProfileFactory(organisation=west, who_we_are="West is who we are.")
        IdentityProfileFactory(organisation=west, draft=True, who_we_are="Murmur.")
        return west

    @pytest.fixture
    def together(self, noord: Organisation, west: Organisation) -> Collaboration:
        return CollaborationFactory(partners=[noord, west])

    def test_partner_reads_what_the_other_published_and_no_draft(
        self, noord: Organisation, west: Organisation, together: Collaboration
    ) -> None:
        petra = as_partner(noord)

        for url in (page("profile-detail", west.pk), page("compare", query=beside(noord, west))):
            assert "West is who we are." in text(petra.get(url))
            assert "Murmur." not in text(petra.get(url))

    def test_outsider_finds_nothing(self, west: Organisation, together: Collaboration) -> None:
        otto = as_partner(OrganisationFactory(name="Elsewhere"))

        assert otto.get(page("profile-detail", west.pk)).status_code == 404
        shown = text(otto.get(page("compare", query=beside(west, HostFactory()) + "&find=1&q=west")))
        assert "West is who we are." not in shown
        assert west.city not in shown

    def test_former_participant_does_not_read_on(
        self, noord: Organisation, west: Organisation, together: Collaboration
    ) -> None:
        petra = as_partner(noord)
        assert petra.get(page("profile-detail", west.pk)).status_code == 200

        Participation.objects.get(collaboration=together, organisation=noord).delete()

        assert petra.get(page("profile-detail", west.pk)).status_code == 404

    def test_nobody_reads_on_once_the_collaboration_has_ended(
        self, noord: Organisation, west: Organisation, together: Collaboration
    ) -> None:
        petra = as_partner(noord)
        Collaboration.objects.filter(pk=together.pk).update(stage="ended")

        assert petra.get(page("profile-detail", west.pk)).status_code == 404
        assert list(IdentityProfile.objects.visible_to(petra_of(noord))) == []

    def test_deactivated_contact_reads_nothing(
        self, noord: Organisation, west: Organisation, together: Collaboration
    ) -> None:
        user = PartnerUserFactory(organisation=noord)
        client = Client()
        client.force_login(user)
        user.contact.deactivated_at = timezone.now()
        user.contact.save()

        assert client.get(page("profile-detail", west.pk)).status_code == 404

    def test_partner_does_not_write_for_who_it_works_with(
        self, noord: Organisation, west: Organisation, together: Collaboration
    ) -> None:
        assert as_partner(noord).get(page("profile-update", west.pk)).status_code == 403


def petra_of(organisation: Organisation) -> User:
    return User.objects.filter(contact__organisation=organisation)[0]


class TestSideBySide:
    def test_scales_say_how_far_apart_and_what_to_ask(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        host = HostFactory(name="Samen")
        IdentityProfileFactory(organisation=host, trust_control=1, fast_careful=2, informal_formal=3)
        IdentityProfileFactory(organisation=noord, trust_control=4, fast_careful=4, informal_formal=3)

        response = client.get(page("compare", query=beside(host, noord)))
        lines = {line.key: line.word for line in response.context["comparison"].scales if line.closeness}

        assert {key: str(word) for key, word in lines.items()} == {
            "ideas_execution": "Alike",
            "trust_control": "Far apart",
            "fast_careful": "Complementary",
            "informal_formal": "Alike",
        }
        shown = text(response)
        assert "What one of you calls trust, the other may call carelessness." in shown
        assert 'aria-label="trust ↔ control. Samen: 1; Noord: 4"' in shown
        assert "Where everybody stands" in shown

    def test_organisation_without_a_profile_stands_there_too(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        IdentityProfileFactory(organisation=noord)

        shown = text(client.get(page("compare", query=beside(noord, OrganisationFactory(name="West")))))

        assert "nothing written yet" in shown
        assert "there is nothing to compare" in shown

    def test_choosing_searches_and_keeps_what_was_ticked(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        OrganisationFactory(name="Westerschelde")

        shown = text(client.get(page("compare", query=beside(noord) + "&q=wester&find=1")))

        assert "Westerschelde" in shown
        assert f'value="{noord.pk}"' in shown

    @pytest.mark.parametrize("query", ["?organisation=x", "?organisation=99999999999999999999", "?organisation=0", ""])
    def test_nonsense_leads_to_the_choice(self, query: str, client: Client, coordinator: User) -> None:
        assert "Choose two to six organisations" in text(client.get(page("compare", query=query)))

    def test_one_is_too_few_and_seven_too_many(self, client: Client, coordinator: User, noord: Organisation) -> None:
        seven = OrganisationFactory.create_batch(7)

        assert "Choose one more" in text(client.get(page("compare", query=beside(noord))))
        response = client.get(page("compare", query=beside(*seven)))
        assert "these are the first six" in text(response)
        assert [side.organisation for side in response.context["comparison"].sides] == seven[:6]

    def test_list_of_partners_leads_here_with_as_many_as_fit(self) -> None:
        assert SIDE_BY_SIDE["compare"] == ("identity:compare", MOST)

    def test_last_conversation_of_every_pair_is_told(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        host, west = HostFactory(), OrganisationFactory()
        held_on = timezone.localdate() - timedelta(days=40)
        IdentityConversationFactory(organisations=[host, noord], held_on=held_on)

        talks = client.get(page("compare", query=beside(host, noord, west))).context["comparison"].last_conversations

        assert [(talk.one, talk.other, talk.held_on) for talk in talks] == [
            (host, noord, held_on),
            (host, west, None),
            (noord, west, None),
        ]

    @pytest.mark.parametrize(("days", "is_told"), [(364, False), (367, True)])
    def test_conversation_of_over_a_year_ago_is_marked(
        self, client: Client, coordinator: User, noord: Organisation, days: int, is_told: bool
    ) -> None:
        host = HostFactory()
        held_on = timezone.localdate() - timedelta(days=days)
        IdentityConversationFactory(organisations=[host, noord], held_on=held_on)

        for url in (page("compare", query=beside(host, noord)), page("organisation-panel", noord.pk)):
            assert ("over a year ago" in text(client.get(url))) is is_told

    def test_partner_hears_of_no_internal_conversation(self, noord: Organisation) -> None:
        host = HostFactory()
        CollaborationFactory(partners=[noord])
        IdentityConversationFactory(organisations=[host, noord], visibility=Visibility.INTERNAL)

        response = as_partner(noord).get(page("compare", query=beside(noord, host)))

        assert [talk.held_on for talk in response.context["comparison"].last_conversations] == [None]


class TestConversations:
    def test_conversation_is_noted_and_views_are_exchanged(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        host = HostFactory()
        petra = as_partner(noord)
        typed = {"organisation": [noord.pk], "held_on": "2025-05-01", "learned": "Patience.", "visibility": "shared"}
        shown = news(client, client.post(page("conversation-create"), typed))
        assert "Patience." in shown
        talk = IdentityConversation.objects.get()

        written = {"text": "You are kind.", "visibility": "shared"}
        news(client, client.post(page("view-write", talk.pk, noord.pk), written))
        assert "wrote how they see you" in text(petra.get(page("organisation-panel", noord.pk)))
        view = IdentityView.objects.get()
        assert "You are kind." in text(petra.get(page("view-answer", view.pk)))
        shown = news(petra, petra.post(page("view-answer", view.pk), {"answer": "not_yet", "word": "We try."}))
        assert "Not yet" in shown

        shown = news(
            petra, petra.post(page("view-write", talk.pk, host.pk), {"text": "Hurried.", "visibility": "shared"})
        )
        assert "Hurried." in text(client.get(page("conversation-detail", talk.pk)))

    def test_without_a_choice_one_is_led_to_choosing(self, client: Client, coordinator: User) -> None:
        response = client.get(page("conversation-create"))

        assert response["Location"] == page("compare")

    def test_day_to_come_is_refused_and_what_was_typed_stays(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        HostFactory()
        tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
        typed = {"organisation": [noord.pk], "held_on": tomorrow, "learned": "Patience.", "visibility": "shared"}

        response = client.post(page("conversation-create"), typed)

        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["held_on"]
        assert "Patience." in text(response)

    def test_change_made_meanwhile_is_shown_beside_what_was_typed(
        self, client: Client, coordinator: User, noord: Organisation
    ) -> None:
        talk = IdentityConversationFactory(organisations=[HostFactory(), noord])
        seen = seen_on(client, page("conversation-update", talk.pk))
        talk.learned = "Meanwhile."
        talk.save()

        typed = {"held_on": talk.held_on, "learned": "Mine.", "visibility": "shared", "seen": seen}
        response = client.post(page("conversation-update", talk.pk), typed)

        assert response.status_code == 422
        assert response.context["form"].fields["learned"].stored_now.text == "Meanwhile."
        again = {**typed, "seen": response.context["form"]["seen"].value()}
        assert "Mine." in news(client, client.post(page("conversation-update", talk.pk), again))

    def test_panel_says_when_we_last_talked(self, client: Client, coordinator: User, noord: Organisation) -> None:
        host = HostFactory()
        assert "have not talked about who we are yet" in text(client.get(page("organisation-panel", noord.pk)))

        IdentityConversationFactory(organisations=[host, noord], held_on="2025-05-01")
        assert "on 1 May 2025" in text(client.get(page("organisation-panel", noord.pk)))

    def test_partner_reads_no_internal_conversation(self, noord: Organisation) -> None:
        talk = IdentityConversationFactory(
            organisations=[HostFactory(), noord], visibility=Visibility.INTERNAL, learned="Whisper."
        )
        petra = as_partner(noord)

        assert petra.get(page("conversation-detail", talk.pk)).status_code == 404
        assert "None was noted yet." in text(petra.get(page("organisation-panel", noord.pk)))


class TestQueries:
    """As many for three as for one."""

    def fill(self, organisation: Organisation, host: Organisation, count: int) -> None:
        for _number in range(count):
            version = organisation.profiles.count() + 1
            IdentityProfileFactory(organisation=organisation, version=version, who_we_are=f"Version {version}")
            talk = IdentityConversationFactory(organisations=[host, organisation])
            talk.people.set(ContactFactory.create_batch(2, organisation=organisation))
            IdentityViewFactory(conversation=talk, by=organisation, about=host)

    @pytest.mark.parametrize("who", ["colleague", "partner"])
    def test_pages_of_one_organisation(self, who: str, noord: Organisation) -> None:
        host = HostFactory()
        client = as_partner(noord)
        if who == "colleague":
            client.force_login(CoordinatorFactory())
        self.fill(noord, host, 1)
        urls = [page("profile-detail", noord.pk), page("organisation-panel", noord.pk)]
        one = [queries(client, url) for url in urls]

        self.fill(noord, host, 2)

        assert [queries(client, url) for url in urls] == one
        assert max(one) <= MOST_QUERIES

    @pytest.mark.parametrize("who", ["colleague", "partner"])
    def test_side_by_side(self, who: str, noord: Organisation) -> None:
        host, west, east = HostFactory(), *OrganisationFactory.create_batch(2)
        CollaborationFactory(partners=[noord, west, east])
        client = as_partner(noord)
        if who == "colleague":
            client.force_login(CoordinatorFactory())
        for organisation in (noord, west, east):
            self.fill(organisation, host, 1)
        two = queries(client, page("compare", query=beside(host, noord)))

        assert queries(client, page("compare", query=beside(host, noord, west, east))) == two
        assert two <= MOST_QUERIES

    def test_conversation(self, client: Client, coordinator: User, noord: Organisation) -> None:
        host, west = HostFactory(), OrganisationFactory()
        talk = IdentityConversationFactory(organisations=[host, noord, west])
        talk.people.set([ContactFactory(organisation=noord)])
        IdentityViewFactory(conversation=talk, by=host, about=noord)
        one = queries(client, page("conversation-detail", talk.pk))

        talk.people.set([ContactFactory(organisation=row) for row in (host, noord, west)])
        for by, about in ((host, west), (noord, host), (west, host)):
            IdentityViewFactory(conversation=talk, by=by, about=about)

        assert queries(client, page("conversation-detail", talk.pk)) == one
        assert one <= MOST_QUERIES


def test_access_changes_who_is_offered_to_write(client: Client, coordinator: User, noord: Organisation) -> None:
    url = page("profile-update", noord.pk)
    assert url in text(client.get(page("organisation-panel", noord.pk)))

    give_access(actor=None, contact=ContactFactory(organisation=noord))

    assert url not in text(client.get(page("organisation-panel", noord.pk)))
