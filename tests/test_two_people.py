"""Two people with the same form open lose no word of either.

Walks over every page of the project with a form about an existing row. A page that ``UPDATES``, ``NEW`` and ``BUTTONS``
do not know fails, and so does a form that does not carry the values that its page had seen.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from collab.models import Participation
from partners.models import Organisation
from tests.edits import seen_on
from tests.forms_on_pages import Asked, PageForm, forms_on, own_form
from tests.partners.files import picture
from tests.permission_table import TABLE
from tests.test_permissions import url_names
from tests.world import World, undone

pytestmark = pytest.mark.django_db
Pair = tuple[str, str]


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@dataclass(frozen=True)
class Update:
    """A page on which an existing row is changed.

    ``reader`` opens it. ``values`` gives two valid values for fields that do not take any text; ``alone`` names fields
    that cannot change by themselves. ``first`` is sent before the two open the page. A page that ``offers`` shows
    another value than the stored one.
    """

    reader: str = "administrator"
    values: dict[str, Pair] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()
    first: dict[str, str] = field(default_factory=dict)
    offers: bool = False
    args: Callable[[World], list[Any]] | None = None


DATES = {"starts_on": ("2020-01-01", "2020-02-01"), "ends_on": (day(400), day(500))}
UPDATES: dict[str, Update] = {
    "accounts:preferences": Update(),
    "accounts:colleague-update": Update(alone=frozenset({"is_active"})),
    "partners:saved-view-update": Update("coordinator"),
    "partners:organisation-update": Update(
        values={
            "parent": ("Bibliotheek West", "Elsewhere Care"),
            "website": ("https://a.example", "https://b.example"),
            "email": ("a@noord.example", "b@noord.example"),
            "phone": ("030 123 45 01", "030 123 45 02"),
            "registration_number": ("12345671", "12345672"),
            "languages": ("Dutch", "Turkish"),
        },
    ),
    "partners:word-update": Update(),
    "partners:contact-update": Update(
        values={
            "email": ("a@noord.example", "b@noord.example"),
            "phone": ("030 123 45 01", "030 123 45 02"),
            "spoken_languages": ("Dutch", "Turkish"),
        },
        alone=frozenset({"consent", "consent_on"}),
    ),
    "identity:profile-update": Update("partner"),
    "identity:conversation-update": Update(
        values={"held_on": (day(-3), day(-5))},
        alone=frozenset({"visibility"}),  # what is written in stays shared
    ),
    "identity:view-write": Update("coordinator", alone=frozenset({"visibility"})),
    "identity:view-answer": Update("partner", first={"answer": "partly"}),
    "partners:affiliation-update": Update(
        values={"starts_on": ("2018-01-01", "2018-02-01"), "ends_on": ("2019-01-01", "2019-02-01")}
    ),
    "imports:import-columns": Update(
        values={"column4": ("", "postal_code"), "column5": ("", "postal_code")},
        alone=frozenset({"key", "column0", "column1", "column2", "column3", "column6"}),
    ),
    "collab:collaboration-update": Update(
        values={**DATES, "evaluation_interval_months": ("5", "7")}, args=lambda w: [w.leesclub.pk]
    ),
    "collab:evaluation-update": Update(values={"on": (day(100), day(200))}),
    "collab:participation-update": Update("partner"),
    "collab:roles-update": Update(alone=frozenset({"day"})),  # the day of the changes, which changes nothing by itself
    "collab:role-end": Update(values={"ends_on": (day(3), day(5))}),
    "collab:actionitem-update": Update(values={"due_on": (day(30), day(40))}, alone=frozenset({"visibility"})),
    "collab:candidate-update": Update(),
    "assessments:cycle-update": Update(values={"opens_on": (day(1), day(2)), "closes_on": (day(40), day(50))}),
    "assessments:cycle-extend": Update(values={"closes_on": (day(60), day(70))}, offers=True),
    "assessments:review-update": Update(
        values={"next_evaluation_on": (day(100), day(200))}, alone=frozenset({"held_on", "outcome"})
    ),
}
# Several words in one field, which are merged one by one.
MERGED = frozenset({"languages", "spoken_languages", "tags", "themes"})
# Carried as well, with tests of their own below or beside their feature: not one value per field.
OTHER_UPDATES = {
    "collab:stage-change",
    "collab:candidate-choose",  # names the candidates that it weighs
    "partners:contact-move",
    "partners:organisation-addresses",
    "partners:organisation-logo-update",
    "partners:organisation-bulk",
    "partners:merge",  # carries the fingerprint of its plan
    "assessments:answer",  # carries what it had shown (assessments.questionnaire.Shown)
    "assessments:side-people",
    "assessments:side-by-link",
}
READERS = {"assessments:side-people": "coordinator"}
# They make something new, beside what others make.
NEW = {
    "partners:contact-create",
    "partners:contact-affiliations",
    "collab:participation-create",
    "collab:role-create",
    "collab:actionitem-create",
    "collab:decision-create",
    "collab:candidate-create",
    "collab:organisation-consider",
    "portfolio:first-steps-link",
    "assessments:cycle-plan",
    "assessments:cycle-invite",
    "assessments:review-create",
    "assessments:answer-pass-on",
    "collab:action-by-link",
}
# They take a state that the button or the question names, and lose no words; those in CARRYING take words away.
BUTTONS = {
    "partners:duplicate-dismiss-undo",
    "partners:word-join",  # names the number of organisations that have the word, and is refused with another
    "partners:word-remove",
    "partners:organisation-delete",  # asks for the name, and is refused when anything refers to it
    "imports:import-cancel",
    "imports:import-repair",
    "imports:import-confirm",
    "imports:import-undo",
    "partners:organisation-archive",
    "partners:organisation-make-host",
    "partners:contact-deactivate",
    "partners:contact-reactivate",
    "partners:contact-give-access",
    "collab:actionitem-finish",
    "collab:actionitem-reopen",
    "collab:actionitem-drop",
    "assessments:cycle-open",
    "assessments:cycle-mode",
    "assessments:cycle-close",
    "assessments:cycle-remind",
    "assessments:cycle-preview-form",  # keeps nothing
    "assessments:cycle-cancel",
    "assessments:answer-own",
    "assessments:invitation-resend",
    "assessments:invitation-withdraw",
    "assessments:answer-save",  # one answer with its order; the newest wins
    "assessments:answer-decline",
    "assessments:answer-take-back",
    "assessments:pass-on-agree",
    "assessments:pass-on-refuse",
    "notifications:mail-retry",
}
CARRYING = {
    "partners:saved-view-delete",
    "partners:affiliation-remove",
    "partners:organisation-logo-remove",
    "collab:participation-delete",
    "collab:candidate-delete",
}


def browser(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.users[role])
    return client


def address(world: World, name: str) -> str:
    update = UPDATES.get(name)
    args = update.args if update and update.args else TABLE[name].args
    return reverse(name, args=args(world))


def form_at(client: Client, url: str) -> PageForm:
    form = own_form(client.get(url).text, url)
    assert form is not None, f"no form at {url}"
    return form


def about_something() -> Iterator[str]:
    """Return the names of all pages with a key in their address that take a POST."""
    for name, row in TABLE.items():
        takes_changes = any(outcome not in ("405", "login", "403", "404") for outcome in row.post.split())
        if takes_changes and has_key(name) and not name.startswith("account_"):
            yield name


def has_key(name: str) -> bool:
    space, _colon, plain = name.rpartition(":")
    resolver = get_resolver()
    for part in filter(None, space.split(":")):
        resolver = resolver.namespace_dict[part][1]
    entries = resolver.reverse_dict.getlist(plain)
    return any(parameters for possibilities, *_rest in entries for _, parameters in possibilities)


def test_every_page_about_something_is_known() -> None:
    known = [*UPDATES, *OTHER_UPDATES, *NEW, *BUTTONS, *CARRYING]
    assert len(known) == len(set(known))
    assert set(about_something()) - set(known) == set()
    assert set(known) - set(url_names(get_resolver())) == set()


@pytest.mark.parametrize("name", [*UPDATES, *sorted(OTHER_UPDATES - {"partners:merge", "assessments:answer"})])
def test_form_carries_what_its_page_had_seen(name: str, world: World) -> None:
    reader = UPDATES[name].reader if name in UPDATES else READERS.get(name, "administrator")
    query = "?do=status&ids=" + str(world.west.pk) if name == "partners:organisation-bulk" else ""
    form = form_at(browser(world, reader), address(world, name) + query)
    marks = {"seen", "considered"} & form.data.keys()
    assert marks, "add common.forms.EditForm, and hand `seen` to the action"
    assert form.attributes.get("autocomplete") == "off", "the Back button would put older values beside newer marks"


def opened(client: Client, url: str, update: Update) -> PageForm:
    """Return the page as both open it."""
    form = form_at(client, url)
    if not update.first:
        return form
    assert client.post(url, form.sending(**update.first)).status_code == 302
    return form_at(client, url)


def variants(asked: Asked, now: str, given: Pair | None) -> Pair | None:
    """Return two values that differ from the present one and each other; None where there are no two."""
    if given:
        return given
    if asked.kind in ("text", "textarea"):
        return f"{now} by Ann".strip(), f"{now} by Ben".strip()
    if asked.kind in ("select", "radio"):
        others = [value for value in asked.options if value and value != now]
        return (others[0], others[1]) if len(others) > 1 else None
    return None


def changeable(update: Update, form: PageForm) -> dict[str, str | list[str]]:
    """Return a value for each field that can change by itself."""
    found: dict[str, str | list[str]] = {}
    for name, asked in form.asked.items():
        now = form.data.get(name, [])
        if name in update.alone:
            continue
        if pair := variants(asked, now[0] if now else "", update.values.get(name)):
            found[name] = pair[0]
        elif asked.kind == "checkbox" and len(asked.options) > 1:
            ticked = [value for value in asked.options if value not in now][:1]
            found[name] = [*now, *ticked] if ticked else now[:-1]
        elif asked.kind == "checkbox":
            found[name] = [] if now else ["on"]
        elif asked.kind == "radio" and (others := [value for value in asked.options if value != (now or [""])[0]]):
            found[name] = others[0]
    return found


def is_there(form: PageForm, name: str, value: str | list[str]) -> bool:
    stored = form.data.get(name, [])
    wanted = value if isinstance(value, list) else [value]
    return sorted(stored) == sorted(wanted) or [part.split(", ")[0] for part in stored] == wanted


@pytest.mark.parametrize("name", UPDATES)
def test_two_fields_of_two_people_are_both_kept(name: str, world: World) -> None:
    update, url = UPDATES[name], address(world, name)
    client = browser(world, update.reader)
    changes = changeable(update, form_at(client, url))
    fields = list(changes)
    for one, other in zip(fields, [*fields[1:], *fields[:1]], strict=True):
        if one == other:
            continue
        with undone():
            before = opened(client, url, update)
            for field_name in (one, other):
                response = client.post(url, before.sending(**{field_name: changes[field_name]}))
                assert response.status_code == 302, (field_name, _errors(response))
            after = form_at(client, url)
            for field_name in (one, other):
                assert is_there(after, field_name, changes[field_name]), (one, other, after.data.get(field_name))


@pytest.mark.parametrize("name", UPDATES)
def test_field_that_both_changed_is_refused_with_both_texts(name: str, world: World) -> None:
    update, url = UPDATES[name], address(world, name)
    client = browser(world, update.reader)
    tried = 0
    for field_name, asked in form_at(client, url).asked.items():
        with undone():
            before = opened(client, url, update)
            pair = variants(asked, before.data.get(field_name, [""])[0], update.values.get(field_name))
            if pair is None or field_name in update.alone | MERGED:
                continue
            tried += 1
            first = client.post(url, before.sending(**{field_name: pair[0]}))
            assert first.status_code == 302, (field_name, _errors(first))
            refused = client.post(url, before.sending(**{field_name: pair[1]}))
            assert refused.status_code == 422, field_name
            page = own_form(refused.text, url)
            assert page is not None
            assert is_there(page, field_name, pair[1]), field_name
            assert "data-stored-now" in refused.text
            if asked.kind in ("text", "textarea"):
                assert pair[0] in unescape(refused.text), field_name
            assert update.offers or is_there(form_at(client, url), field_name, pair[0]), "the refused form wrote"
            again = client.post(url, page.data)
            assert again.status_code == 302, (field_name, _errors(again))
            assert update.offers or is_there(form_at(client, url), field_name, pair[1])
    assert tried > 0


def _errors(response: Any) -> object:
    return response.context["form"].errors if response.context else response.status_code


def test_what_the_other_side_wrote_is_told_with_a_name_and_no_address(world: World) -> None:
    part = world.taalhuis.participations.get(organisation=world.noord)
    url = reverse("collab:participation-update", args=[part.pk])
    petra, coen = browser(world, "partner"), browser(world, "coordinator")
    before = form_at(petra, url)
    with undone():
        coen.post(url, form_at(coen, url).sending(goal="Every child reads"))
        refused = petra.post(url, before.sending(goal="Everybody reads"))
        assert "Coen Werk" in refused.text
        assert "Every child reads" in refused.text
        assert "coen@samen.example" not in refused.text
    assert Participation.objects.get(pk=part.pk).goal == part.goal


def test_older_page_of_a_round_deletes_no_invitation_it_did_not_know(world: World) -> None:
    url, client = address(world, "assessments:cycle-update"), browser(world, "administrator")
    everybody = form_at(client, url)
    with undone():
        few = [everybody.data["contacts"][0], everybody.data["contacts"][-1]]
        assert client.post(url, everybody.sending(contacts=few)).status_code == 302
        older = form_at(client, url)
        assert client.post(url, older.sending(contacts=everybody.data["contacts"])).status_code == 302
        assert client.post(url, older.sending(closes_on=day(33))).status_code == 302
        assert sorted(form_at(client, url).data["contacts"]) == sorted(everybody.data["contacts"])


def test_stage_that_somebody_else_changed_is_not_changed_unseen(world: World) -> None:
    url, client = address(world, "collab:stage-change"), browser(world, "administrator")
    typed = {"decided_by": str(world.contact("manager").pk), "why": "Because.", "lessons": "To listen."}
    before = form_at(client, url)
    typed |= {name: "close" for name in before.asked if name.startswith("round_")}
    with undone():
        assert client.post(url, before.sending(**typed, to="paused")).status_code == 302
        refused = client.post(url, before.sending(**typed, to="ended"))
        assert refused.status_code == 422
        assert "data-stored-now" in refused.text
        world.taalhuis.refresh_from_db()
        assert world.taalhuis.stage == "paused"
    world.taalhuis.refresh_from_db()


def test_contact_that_somebody_else_moved_is_not_moved_unseen(world: World) -> None:
    url, client = address(world, "partners:contact-move"), browser(world, "administrator")
    before = form_at(client, url)
    with undone():
        moved = {"organisation": "Bibliotheek West", "day": day(-2)}
        assert client.post(url, before.sending(**moved)).status_code == 302
        refused = client.post(url, before.sending(organisation="Elsewhere Care", day=day(-1)))
        assert (refused.status_code, "Bibliotheek West" in refused.text) == (422, True)


def test_logo_that_somebody_else_changed_is_not_replaced_unseen(world: World) -> None:
    url, client = address(world, "partners:organisation-logo-update"), browser(world, "administrator")
    seen = seen_on(client, url)

    def send(seen: str) -> Any:
        return client.post(url, {"file": SimpleUploadedFile("logo.png", picture(), "image/png"), "seen": seen})

    with undone():
        assert send(seen).status_code == 302
        refused = send(seen)
        assert refused.status_code == 422
        assert send(own_form(refused.text, url).data["seen"][0]).status_code == 302  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("do", "first", "second"), [("status", "former", "prospect"), ("owner", "coordinator", "manager")]
)
def test_many_that_somebody_else_changed_are_not_changed_unseen(do: str, first: str, second: str, world: World) -> None:
    client = browser(world, "administrator")
    url = f"{reverse('partners:organisation-bulk')}?do={do}&ids={world.west.pk}"
    users = {role: str(user.pk) for role, user in world.users.items()}
    before = form_at(client, url)
    with undone():
        assert client.post(url, before.sending(value=users.get(first, first))).status_code == 302
        refused = client.post(url, before.sending(value=users.get(second, second)))
        assert refused.status_code == 422
        assert ("Coen Werk (1)" if do == "owner" else "(1)") in refused.text
        page = own_form(refused.text, url)
        assert page is not None
        assert client.post(url, page.data).status_code == 302
        west = Organisation.objects.get(pk=world.west.pk)
        assert second in (west.status, west.relation_owner and west.relation_owner.roles and second)


@pytest.mark.parametrize("name", sorted(CARRYING))
def test_question_before_taking_away_carries_what_its_page_had_seen(name: str, world: World) -> None:
    """Open the button on the page of the row that it takes away."""
    pages = {
        "partners:affiliation-remove": "partners:affiliation-update",
        "partners:organisation-logo-remove": "partners:organisation-logo-update",
    }
    url = address(world, name)
    html = browser(world, "administrator").get(address(world, pages.get(name, name))).text
    forms = [
        form for form in forms_on(html) if form.method == "post" and form.action in ("", url) and "seen" in form.data
    ]
    assert [form for form in forms if form.action == url or name not in pages] != []
