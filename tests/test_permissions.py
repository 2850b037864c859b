"""Permissions: every URL of the project, visited in every role, with GET and with POST.

A URL that ``tests.permission_table`` does not know fails, and so does a row whose URL is gone. Beside its status every
page is searched for texts that its reader must never see (``tests.world``), and no cache may keep it.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import rules
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from rules.permissions import permissions

from assessments.actions import withdraw_invitation
from identity.models import IdentityConversation
from tests.factories.accounts import UserFactory
from tests.factories.partners import PartnerUserFactory
from tests.permission_table import TABLE, Row
from tests.world import COMMENTS, DRAFTS, HIDDEN_FROM, ROLES, World, leaks, undone

pytestmark = pytest.mark.django_db
PERSONAL = [name for name, row in TABLE.items() if row.personal]
Seen = dict[str, str]


@pytest.fixture(scope="module")
def sessions(world: World) -> dict[str, str]:
    """Sign in every person of the world, each in a browser of their own."""
    keys = {}
    for role, user in world.users.items():
        client = Client()
        client.force_login(user)
        keys[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return keys


def url_names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """Return the name of every URL; the pattern itself where it has none."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or pattern.pattern}"
        else:
            yield from url_names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def visit(
    role: str, sessions: dict[str, str], url: str, data: dict[str, Any] | None, **headers: str
) -> tuple[str, str]:
    """Send one request and undo it; return its outcome in the words of the table, and all text that was read.

    The text includes the page of a redirect.
    """
    client = Client(headers=headers)
    if role in sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[role]
    with undone():
        response = client.get(url) if data is None else client.post(url, data)
        assert "no-store" in response.get("Cache-Control", ""), f"{role} leaves {url} in a cache"
        text = b"".join(response).decode(errors="replace")
        if response.status_code != 302:
            return str(response.status_code), text
        outcome = way(role, url, response)
        return outcome, text + client.get(response["Location"]).content.decode(errors="replace")


def way(role: str, url: str, response: HttpResponse) -> str:
    """Return the target of a redirect: ``login`` when signing in leads back to ``url``."""
    place = urlsplit(response["Location"])
    name = resolve(place.path).view_name
    leads_back = name == "account_login" and parse_qs(place.query).get("next") == [url]
    return "login" if leads_back and role == "anonymous" else f">{name}"


def visit_as_everybody(
    row: Row, url: str, world: World, sessions: dict[str, str], *, post: bool = False, **headers: str
) -> tuple[Seen, Seen]:
    """Return per role the outcome and the text; fail when a text holds a secret of others."""
    outcomes, texts = {}, {}
    for role in ROLES:
        data = row.data(world) if post else None
        outcomes[role], texts[role] = visit(role, sessions, url, data, **headers)
        # The way to the own questions leads behind the personal link.
        who = "invited" if outcomes[role] == ">assessments:answer" else reader(role, row)
        assert leaks(texts[role], who) == [], f"{role} reads this at {url}"
    return outcomes, texts


def reader(role: str, row: Row) -> str:
    """Return the role whose secrets count: the holder of a personal link reads as the invited person."""
    return "invited" if row.personal and role in ("anonymous", "outsider", "partner") else role


def expected(outcomes: str) -> Seen:
    return dict(zip(ROLES, outcomes.split(), strict=True))


def test_table_knows_every_url_and_no_other() -> None:
    assert sorted(TABLE) == sorted(url_names(get_resolver()))


@pytest.mark.parametrize("name", TABLE)
def test_get_gives_everybody_what_the_table_says(name: str, world: World, sessions: dict[str, str]) -> None:
    row = TABLE[name]
    url = reverse(name, args=row.args(world))
    assert visit_as_everybody(row, url, world, sessions)[0] == expected(row.get)


@pytest.mark.parametrize("name", TABLE)
def test_fragments_are_as_closed_as_their_pages(name: str, world: World, sessions: dict[str, str]) -> None:
    row = TABLE[name]
    url = reverse(name, args=row.args(world))
    outcomes, _texts = visit_as_everybody(row, url, world, sessions, **{"HX-Request": "true"})
    assert outcomes == expected(row.get)


@pytest.mark.parametrize("name", TABLE)
def test_post_gives_everybody_what_the_table_says(name: str, world: World, sessions: dict[str, str]) -> None:
    row = TABLE[name]
    url = reverse(name, args=row.args(world))
    assert visit_as_everybody(row, url, world, sessions, post=True)[0] == expected(row.post)


@pytest.mark.parametrize("name", PERSONAL)
@pytest.mark.parametrize("link", ["unknown", "withdrawn"])
def test_bad_personal_link_opens_nothing(name: str, link: str, world: World, sessions: dict[str, str]) -> None:
    """Expect the typed text back (422), and no stored text with it."""
    row = TABLE[name]
    token = "x" * 43 if link == "unknown" else world.token
    with undone():
        if link == "withdrawn":
            withdraw_invitation(actor=None, invitation=world.invitation)
        url = reverse(name, args=[token])
        for post in (False, True):
            outcomes, _texts = visit_as_everybody(row, url, world, sessions, post=post)
            assert outcomes == dict.fromkeys(ROLES, "422" if post and row.data(world) else "404")


def test_collaboration_of_others_is_not_there_for_a_partner(world: World, sessions: dict[str, str]) -> None:
    """Ask for every page about one thing by its key: the partner tries those in which only the outsider takes part."""
    elsewhere = {
        "collab:collaboration-detail": world.sunflower.pk,
        "collab:collaboration-history": world.sunflower.pk,
        "collab:organisation-panel": world.elsewhere.pk,
        "partners:organisation-detail": world.elsewhere.pk,
        "identity:profile-detail": world.elsewhere.pk,
        "identity:organisation-panel": world.elsewhere.pk,
        "assessments:cycle-results": world.sunflower.cycles.get().pk,
        "assessments:cycle-detail": world.sunflower.cycles.get().pk,
        "assessments:cycle-detail ": world.planned_cycle.pk,
        "assessments:cycle-detail  ": world.earlier_cycle.pk,
        "assessments:cycle-results ": world.earlier_cycle.pk,
        "identity:conversation-detail": IdentityConversation.objects.filter(visibility="internal").latest("pk").pk,
        "assessments:collaboration-panel": world.sunflower.pk,
        "collab:actionitem-finish": world.internal_item.pk,
        "collab:actionitem-reopen": world.taken_back_item.pk,
    }
    seen = {}
    for name, key in elsewhere.items():
        url = reverse(name.strip(), args=[key])
        data = {} if "actionitem" in name else None
        seen[name] = visit("partner", sessions, url, data)[0]
    assert seen == dict.fromkeys(elsewhere, "404")


def test_searching_finds_nothing_that_is_hidden(world: World, sessions: dict[str, str]) -> None:
    """Check that results, counts and order of a search reveal nothing that the reader may not see."""
    url = reverse("collab:collaboration-list")
    plain = visit("partner", sessions, f"{url}?q=zzz", None)[1]
    for query in ("q=sunflower", "partner=elsewhere", "q=whisper"):
        found = visit("partner", sessions, f"{url}?{query}", None)[1]
        assert leaks(found, "partner") == []
        assert found.count("data-label") == plain.count("data-label") == 0


def test_every_secret_is_there_to_be_found(world: World, sessions: dict[str, str]) -> None:
    """Check that colleagues find every secret; otherwise the other tests would prove nothing."""
    pages = [name for name, row in TABLE.items() if not row.personal]
    read = "".join(
        visit("administrator", sessions, reverse(name, args=TABLE[name].args(world)), None)[1] for name in pages
    )
    for cycle in (world.sunflower.cycles.get(), world.earlier_cycle):
        for name in ("assessments:cycle-detail", "assessments:cycle-results"):
            read += visit("administrator", sessions, reverse(name, args=[cycle.pk]), None)[1]
    read += visit("administrator", sessions, reverse("collab:collaboration-detail", args=[world.sunflower.pk]), None)[1]
    talks = IdentityConversation.objects.filter(organisations=world.noord)
    read += "".join(
        visit("administrator", sessions, reverse("identity:conversation-detail", args=[talk.pk]), None)[1]
        for talk in talks
    )
    for name, organisation in (
        ("profile-update", world.west),
        ("profile-update", world.host),
        ("profile-detail", world.elsewhere),
    ):
        read += visit("administrator", sessions, reverse(f"identity:{name}", args=[organisation.pk]), None)[1]
    secrets = {phrase for reader, phrases in HIDDEN_FROM.items() for phrase in phrases} - {*COMMENTS, *DRAFTS}
    assert {phrase for phrase in secrets if phrase not in read} == set()
    own_draft = visit("partner", sessions, reverse("identity:profile-update", args=[world.noord.pk]), None)[1]
    own_view = visit("partner", sessions, reverse("identity:conversation-detail", args=[world.conversation.pk]), None)[
        1
    ]
    assert [DRAFTS[0] in own_draft, DRAFTS[1] in own_view] == [True, True]


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        pytest.param(AnonymousUser, set(), id="anonymous"),
        pytest.param(UserFactory, {"collab.list_collaborations", "identity.compare_identities"}, id="nobody"),
        pytest.param(PartnerUserFactory, {"collab.list_collaborations", "identity.compare_identities"}, id="partner"),
    ],
)
def test_permission_asked_without_a_row_is_none_to_a_row(person: Callable[[], Any], allowed: set[str]) -> None:
    user = person()
    assert {name for name in permissions if rules.has_perm(name, user, None)} == allowed
