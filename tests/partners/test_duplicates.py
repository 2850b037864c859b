"""Organisations that may be one: a warning while somebody is added, and a page of all."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common.actions import ActionRefused
from partners.duplicates.actions import dismiss_duplicate, undo_dismissal
from partners.duplicates.matches import DuplicatePairs
from partners.duplicates.queries import DUPLICATE_PAIRS, MOST_SHARING, with_same_keys
from partners.history import entries_of
from partners.merging.actions import merge_organisations
from partners.merging.plan import plan_merge
from partners.models import NotDuplicate, Organisation
from tests.factories.partners import OrganisationFactory

pytestmark = pytest.mark.django_db
MATCHES, DUPLICATES = reverse("partners:possible-matches"), reverse("partners:duplicate-list")
CREATE = reverse("partners:organisation-create")


def pairs(reason: str = "") -> list[tuple[str, str, list[str]]]:
    return [(pair.first.name, pair.second.name, pair.why) for pair in DuplicatePairs(reason).get_page(1)]


class TestPairs:
    def test_the_likeliest_come_first_with_their_reasons(self) -> None:
        OrganisationFactory(name="Stichting Lezen", city="Utrecht", website="https://lezen.example")
        OrganisationFactory(name="Taalbad", registration_number="12345678")
        OrganisationFactory(name="LEZEN", city="Utrecht", website="http://www.lezen.example/over")
        OrganisationFactory(name="Het Taalbad", registration_number="12.345.678")
        OrganisationFactory(name="Lezen B.V.", city="Gent", country="BE")
        OrganisationFactory(name="Winkel")

        assert pairs() == [
            ("Taalbad", "Het Taalbad", ["The same registration number"]),
            ("Stichting Lezen", "LEZEN", ["The same name in the same city", "The same website"]),
            ("Stichting Lezen", "Lezen B.V.", ["The same name, in another country"]),
            ("LEZEN", "Lezen B.V.", ["The same name, in another country"]),
        ]
        assert [first for first, _second, _why in pairs("website")] == ["Stichting Lezen"]
        assert pairs("number") == [("Taalbad", "Het Taalbad", ["The same registration number"])]

    def test_a_number_of_another_country_says_nothing(self) -> None:
        OrganisationFactory(registration_number="12345678", country="NL")
        OrganisationFactory(registration_number="12345678", country="DE")
        assert pairs() == []

    def test_what_many_share_says_nothing(self) -> None:
        for number in range(MOST_SHARING):
            OrganisationFactory(name=f"School {number}", website="https://scholen.example")
        assert len(DuplicatePairs("website").get_page(1).paginator.count_text) > 0
        assert DuplicatePairs("website").count == MOST_SHARING * (MOST_SHARING - 1) / 2
        OrganisationFactory(name="School too many", website="https://scholen.example")
        assert pairs() == []

    def test_a_page_on_a_network_is_nobodys_own(self) -> None:
        OrganisationFactory(website="https://facebook.com/lezen")
        OrganisationFactory(website="https://www.facebook.com/winkel")
        assert pairs() == []

    def test_what_is_archived_is_offered_too(self) -> None:
        OrganisationFactory(name="Lezen", status="archived")
        OrganisationFactory(name="Stichting Lezen")
        assert len(pairs()) == 1

    def test_changed_details_count_at_once(self) -> None:
        first, second = OrganisationFactory(name="Lezen"), OrganisationFactory(name="Winkel")
        assert pairs() == []
        second.name = "Lezen, stichting"
        second.save()
        assert [(first.name, second.name)] == [pair[:2] for pair in pairs()]


class TestDismissing:
    @pytest.fixture
    def two(self) -> tuple[Organisation, Organisation]:
        return OrganisationFactory(name="Lezen"), OrganisationFactory(name="Stichting Lezen")

    def test_they_are_not_offered_any_more(self, coordinator: User, two: tuple[Organisation, Organisation]) -> None:
        dismiss_duplicate(actor=coordinator, one=two[1], other=two[0])
        dismiss_duplicate(actor=coordinator, one=two[0], other=two[1])

        said = NotDuplicate.objects.get()
        assert (said.first, said.second, said.said_by) == (*two, coordinator)
        assert pairs() == []

        undo_dismissal(actor=coordinator, not_duplicate=said)
        assert len(pairs()) == 1

    def test_the_history_of_both_says_so(self, coordinator: User, two: tuple[Organisation, Organisation]) -> None:
        dismiss_duplicate(actor=coordinator, one=two[0], other=two[1])
        undo_dismissal(actor=coordinator, not_duplicate=NotDuplicate.objects.get())

        for organisation in two:
            told = [(entry.what, entry.who, entry.parts[0].name) for entry in entries_of(organisation, 10)]
            assert [row for row in told if row[1] == "Anna"] == [
                ("No longer said to be different", "Anna", "Lezen is not Stichting Lezen"),
                ("Said to be different from another organisation", "Anna", "Lezen is not Stichting Lezen"),
            ]

    def test_an_organisation_is_itself(self, coordinator: User, two: tuple[Organisation, Organisation]) -> None:
        with pytest.raises(ActionRefused):
            dismiss_duplicate(actor=coordinator, one=two[0], other=two[0])

    def test_the_database_keeps_the_order(self, two: tuple[Organisation, Organisation]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            NotDuplicate.objects.create(first=two[1], second=two[0])

    def test_in_a_merge_it_goes_along(self, coordinator: User, two: tuple[Organisation, Organisation]) -> None:
        third = OrganisationFactory(name="Lezen!")
        dismiss_duplicate(actor=coordinator, one=two[1], other=third)
        dismiss_duplicate(actor=coordinator, one=two[0], other=two[1])
        seen = plan_merge(two[0], two[1], actor=coordinator, today=third.status_since).fingerprint

        merge_organisations(actor=coordinator, survivor=two[0], duplicate=two[1], seen=seen)

        assert [(row.first, row.second) for row in NotDuplicate.objects.all()] == [(two[0], third)]
        assert pairs() == []

    def test_in_a_merge_what_was_said_of_both_stays_once(
        self, coordinator: User, two: tuple[Organisation, Organisation]
    ) -> None:
        third = OrganisationFactory(name="Lezen!")
        for organisation in two:
            dismiss_duplicate(actor=coordinator, one=third, other=organisation)

        merge_organisations(actor=coordinator, survivor=third, duplicate=two[0])

        assert [(row.first, row.second) for row in NotDuplicate.objects.all()] == [(two[1], third)]


class TestPages:
    def test_page_leads_to_the_merge_and_tells_apart(self, client: Client, coordinator: User) -> None:
        first, second = OrganisationFactory(name="Lezen <1>"), OrganisationFactory(name="Stichting Lezen 1")
        page = client.get(DUPLICATES)
        assert f"{reverse('partners:merge')}?organisation={first.pk}&amp;organisation={second.pk}" in page.text
        assert "Lezen &lt;1&gt;" in page.text

        keys = {"organisation": [first.pk, second.pk]}
        page = client.post(reverse("partners:duplicate-dismiss"), keys, follow=True)
        assert "are different" in page.text
        assert "1 pair" not in page.text
        said = NotDuplicate.objects.get()
        page = client.post(reverse("partners:duplicate-dismiss-undo", args=[said.pk]), follow=True)
        assert "1 pair" in page.text

    @pytest.mark.parametrize("keys", [[], ["x", "1"], ["1"], ["1", "1"], ["9" * 30, "-1"], ["1", "2", "3"]])
    def test_nonsense_tells_nobody_apart(self, client: Client, coordinator: User, keys: list[str]) -> None:
        page = client.post(reverse("partners:duplicate-dismiss"), {"organisation": keys}, follow=True)
        assert "Choose two organisations." in page.text
        assert not NotDuplicate.objects.exists()

    def test_queries_are_the_same_for_one_and_for_many(self, client: Client, coordinator: User) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get(DUPLICATES)
            return len(captured)

        def double(name: str) -> None:
            one, other = OrganisationFactory(name=name), OrganisationFactory(name=f"Stichting {name}")
            third = OrganisationFactory(name=f"{name} BV")
            dismiss_duplicate(actor=coordinator, one=one, other=third)
            assert other.plain_name == one.plain_name

        double("Lezen")
        one = queries()
        double("Schrijven")
        double("Rekenen")
        assert queries() == one <= 12

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ({"name": "lezen bv"}, ["Stichting Lezen: The same name"]),
            ({"name": "Lez"}, []),
            ({"name": "Leze"}, ["Stichting Lezen: The name begins alike"]),
            ({"name": "X", "website": "www.lezen.example"}, ["Stichting Lezen: The same website"]),
            (
                {"name": "X", "registration_number": "1234 5678", "country": "NL"},
                ["Stichting Lezen: The same registration number"],
            ),
            ({"name": "X", "registration_number": "12345678", "country": "BE"}, []),
            ({"name": "\x00" * 5 + "%"}, []),
            ({"besides": "x"}, []),
        ],
    )
    def test_while_typing(self, client: Client, coordinator: User, typed: dict[str, Any], found: list[str]) -> None:
        OrganisationFactory(name="Stichting Lezen", website="https://lezen.example", registration_number="12345678")
        matches = client.get(MATCHES, typed).context["matches"]
        assert [f"{match.organisation}: {match.why}" for match in matches] == found

    def test_an_organisation_is_not_like_itself(self, client: Client, coordinator: User) -> None:
        own = OrganisationFactory(name="Lezen")
        assert client.get(MATCHES, {"name": "Lezen", "besides": own.pk}).context["matches"] == []

    def test_first_the_form_asks_then_it_adds(self, client: Client, coordinator: User) -> None:
        OrganisationFactory(name="Stichting Lezen", city="Gouda")
        data = {"name": "Lezen BV", "kind": "other", "status": "prospect", "country": "NL", "city": "Zwolle"}

        page = client.post(CREATE, data)
        assert page.status_code == 422
        assert "Is it one of these?" in page.text
        assert 'value="Zwolle"' in page.text
        assert Organisation.objects.count() == 1

        client.post(CREATE, {**data, "anyway": "yes"})
        assert Organisation.objects.filter(name="Lezen BV", city="Zwolle").exists()

    def test_who_is_like_nobody_is_added_at_once(self, client: Client, coordinator: User) -> None:
        OrganisationFactory(name="Stichting Lezen")
        client.post(CREATE, {"name": "Lezen en schrijven", "kind": "other", "status": "prospect", "country": "NL"})
        assert Organisation.objects.count() == 2


@pytest.mark.usefixtures("crowd")
class TestPlans:
    def plan(self, sql: str, params: Any) -> str:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + sql, params)
            return "\n".join(line for (line,) in cursor.fetchall())

    def test_pairs_are_found_along_indexes(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = self.plan(DUPLICATE_PAIRS, ["", "", 1001, 0])
        for index in ("by_plain_name", "by_host", "by_number"):
            assert f"organisation_{index} " in plan, plan

    def test_what_is_typed_is_looked_up(self) -> None:
        for rows in (
            with_same_keys(Organisation.objects.all(), name="Nummer 77", website="x.example", number="1", country="NL"),
            Organisation.objects.filter(plain_name__startswith="nummer 77"),
        ):
            plan = rows.explain()
            assert "organisation_by_plain_name" in plan, plan
            assert "Seq Scan" not in plan
