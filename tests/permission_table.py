"""Every URL of the project, with the expected answer to each role."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.actions import pass_on
from assessments.enums import InvitationStatus
from assessments.models import EvaluationCycle, Invitation
from collab.actions import CANDIDATE_TEXTS
from collab.models import ActionItem, Collaboration
from collab.role_cells import role_cells
from common.edits import Seen
from partners.forms.contacts import ContactForm
from partners.forms.organisations import OrganisationForm
from partners.lists.actions import VIEW_FIELDS
from partners.merging.plan import plan_merge
from partners.models import Affiliation, Contact, NotDuplicate, Organisation, Tag
from tests.edits import seen_of
from tests.partners.files import picture
from tests.world import CSV, World

Args = Callable[[World], list[Any]]
Data = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """The expected answers at one URL, per role in the order of ``tests.world.ROLES``.

    A number is the status; ``login`` is the way to the sign-in page that leads back here; ``>name`` is the way to that
    page. ``post`` is the answer to an honest POST of ``data``; 405 where the page takes none. ``personal`` pages are
    opened by the holder of a link.
    """

    get: str
    post: str
    args: Args = lambda w: []
    data: Data = lambda w: {}
    personal: bool = False


#               anonymous outsider partner coordinator manager administrator
ALL = "          200   200   200   200   200   200"
SIGNED_IN = "    login 200   200   200   200   200"
COLLEAGUES = "   login 403   403   200   200   200"
KEEPERS = "      login 403   403   200   403   200"
ADMINISTRATOR = "login 403   403   403   403   200"
TAKES_PART = "   login 404   200   200   200   200"
CHANGES = "      login 404   403   200   403   200"
NO_POST = "      login 405   405   405   405   405"
NO_GET = NO_POST
NOBODY = "       405   405   405   405   405   405"


def collaboration(w: World) -> list[Any]:
    return [w.taalhuis.pk]


def own_organisation(w: World) -> list[Any]:
    return [w.noord.pk]


def own_contact(w: World) -> list[Any]:
    return [Contact.objects.get(email="piet.van.der.wetering-hoogendoorn@noord.example").pk]


def conversation(w: World) -> list[Any]:
    return [w.conversation.pk]


def affiliation(w: World) -> list[Any]:
    contact = Contact.objects.get(pk=own_contact(w)[0])
    place, _made = Affiliation.objects.get_or_create(contact=contact, organisation=w.west, ends_on=date(2020, 1, 1))
    return [place.pk]


PLACE_SEEN = str(Seen.of({"position": "", "starts_on": None, "ends_on": date(2020, 1, 1)}))


def no_addresses(w: World) -> dict[str, Any]:
    counts = {f"{prefix}-{name}_FORMS": "0" for prefix in ("address", "web") for name in ("TOTAL", "INITIAL")}
    return counts


def logo_file(w: World) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("logo.png", picture(), "image/png"), "seen": logo_seen(w)}


def logo_seen(w: World) -> str:
    return seen_of(Organisation.objects.get(pk=w.noord.pk), "logo_at")


def move(w: World) -> dict[str, Any]:
    seen = seen_of(Contact.objects.get(pk=own_contact(w)[0]), "organisation", "email")
    return {"organisation": w.west.name, "day": "2026-01-05", "position": "", "email": "", "seen": seen}


def place(w: World) -> dict[str, Any]:
    return {"organisation": w.west.name, "ends_on": "2019-01-01"}


def open_cycle(w: World) -> list[Any]:
    return [w.open_cycle.pk]


def planned_cycle(w: World) -> list[Any]:
    return [w.planned_cycle.pk]


def closed_cycle(w: World) -> list[Any]:
    return [w.closed_cycle.pk]


def invitation(w: World) -> list[Any]:
    return [w.invitation.pk]


def link(w: World) -> list[Any]:
    return [w.token]


def passed_on(w: World, email: str) -> Invitation:
    """Pass the invitation on to a colleague; for an unknown address a coordinator has to agree."""
    invitation = Invitation.objects.get(pk=w.invitation.pk)
    if invitation.status not in (InvitationStatus.PASSED_ON, InvitationStatus.TO_CONFIRM):
        pass_on(invitation=invitation, name="Pia Noord", email=email)
    return invitation


def passed_on_link(w: World) -> list[Any]:
    passed_on(w, "pia@noord.example")
    return [w.token]


def to_confirm(w: World) -> list[Any]:
    return [passed_on(w, "pia@unknown.example").pk]


def side_link(w: World) -> list[Any]:
    return [w.side_token]


def new_person(w: World) -> dict[str, Any]:
    """Return a list of a side on which one new person is filled in."""
    count = {"new-TOTAL_FORMS": 1, "new-INITIAL_FORMS": 0}
    return {**count, "new-0-name": "Nina Nieuw", "new-0-email": "nina@nieuw.example"}


def new_participation(w: World) -> list[Any]:
    """Add West to the café by mistake: nothing refers to it yet."""
    return [w.mistaken.pk]


def west_lead(w: World) -> list[Any]:
    part = w.taalhuis.participations.get(organisation=w.west)
    return [part.roles.order_by("pk")[0].pk]


def all_roles(w: World) -> dict[str, Any]:
    """Return the roles as they are, and one stakeholder more."""
    rows = w.taalhuis.participations.prefetch_related("roles")
    cells = {cell.name: cell.value for cell in role_cells(rows, w.today)}
    added = {f"stakeholder_{rows.get(organisation=w.noord).pk}": [w.contact("partner").pk]}
    typed = {name: "" if value is None else value for name, value in (cells | added).items() if value != []}
    return {**typed, "day": day(w), "seen": str(Seen.of({**cells, "day": w.today}))}


def our_people(w: World) -> list[int]:
    return [row.pk for row in Contact.objects.filter(organisation__in=[w.host, w.noord])]


def day(w: World, days: int = 0) -> str:
    return (w.today + timedelta(days=days)).isoformat()


def description(w: World) -> dict[str, Any]:
    return {"name": "Taalhuis Noord", "seen": seen_of(w.taalhuis, "name", "purpose", "shared_goal", "starts_on")}


def action_item(w: World) -> dict[str, Any]:
    owner = w.contact("coordinator").pk
    seen = seen_of(ActionItem.objects.get(pk=w.shared_item.pk), "title", "owner", "due_on", "visibility")
    return {"title": "Write to each other", "owner": owner, "due_on": day(w, 5), "visibility": "shared", "seen": seen}


def evaluation_seen(w: World) -> str:
    now = Collaboration.objects.get(pk=w.taalhuis.pk)
    return seen_of(now, on=now.next_evaluation_on)


def stage_seen(w: World) -> str:
    return seen_of(w.taalhuis, to=w.taalhuis.stage)


def decision(w: World) -> dict[str, Any]:
    by = w.contact("manager").pk
    return {"what": "We go on", "decided_by": by, "decided_on": day(w), "visibility": "shared"}


def round_of_cafe(w: World) -> dict[str, Any]:
    seen = seen_of(EvaluationCycle.objects.get(pk=w.planned_cycle.pk), "opens_on", "closes_on", "mode", "is_extra")
    typed = {"opens_on": day(w, 2), "closes_on": day(w, 20), "mode": "confidential", "contacts": our_people(w)}
    return {**typed, "seen": seen}


def preferences(w: World) -> dict[str, Any]:
    """Return the stored language, on a page that had seen the values of a new account."""
    manager = w.users["manager"]
    return {"language": manager.language, "seen": seen_of(manager, "name", "language", "appearance", "is_active")}


REVIEW = ("held_on", "outcome", "summary", "next_evaluation_on")


def meeting(w: World) -> dict[str, Any]:
    return {
        "held_on": day(w),
        "outcome": "continue",
        "next_evaluation_on": day(w, 300),
        "actions-TOTAL_FORMS": "0",
        "actions-INITIAL_FORMS": "0",
    }


def answers(w: World) -> dict[str, Any]:
    return {"value_clear_goal": "4", "anyway": "1"}


def colleague(w: World) -> dict[str, Any]:
    return {"name": "Nia Nieuw", "email": "nia@samen.example", "language": "nl", "roles": ["manager"]}


def organisation(w: World) -> dict[str, Any]:
    noord = Organisation.objects.get(pk=w.noord.pk)
    seen = seen_of(noord, *OrganisationForm.Meta.fields[:-3])
    return {"name": "Gemeente Noord", "kind": "public_body", "status": "active", "country": "NL", "seen": seen}


def person(w: World) -> dict[str, Any]:
    piet = Contact.objects.get(email="piet.van.der.wetering-hoogendoorn@noord.example")
    return {"name": "Piet", "email": piet.email, "language": "nl", "seen": seen_of(piet, *ContactForm.Meta.fields)}


def upload(w: World) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("more.csv", CSV)}


def columns(w: World) -> dict[str, Any]:
    fields = ["external_id", "name", "short_name", "kind", "street", "city", "country"]
    seen = str(Seen.of({"key": "external_id"} | {f"column{place}": field for place, field in enumerate(fields)}))
    return {"key": "name_city", "column1": "name", "column5": "city", "seen": seen}


def two_to_merge(w: World) -> dict[str, Any]:
    """Return West, and the organisation that was added to the café by mistake."""
    survivor, duplicate = Organisation.objects.get(pk=w.west.pk), w.mistaken.organisation
    seen = plan_merge(survivor, duplicate, actor=None, today=w.today).fingerprint
    return {"organisation": [survivor.pk, duplicate.pk], "survivor": survivor.pk, "seen": seen}


def exploring(w: World) -> list[Any]:
    return [w.exploring.pk]


def candidate(w: World) -> list[Any]:
    return [w.candidate.pk]


def newcomer() -> Organisation:
    """Add a contact who takes part in nothing yet."""
    return Organisation.objects.get_or_create(name="Newcomer Nearby")[0]


def choice(w: World) -> dict[str, Any]:
    keys = ",".join(str(row.pk) for row in w.exploring.candidates.all())
    by = {"decided_by": w.contact("manager").pk, "decided_on": day(w), "visibility": "internal"}
    return {"considered": keys, "chosen": [w.candidate.pk], "why": "They are near.", **by}


def tag(w: World) -> list[Any]:
    """Add a tag that no organisation has."""
    return ["tags", Tag.objects.get_or_create(name="Needless")[0].pk]


def dismissed(w: World) -> NotDuplicate:
    """Return our partner and a stranger, the lower key first."""
    first, second = sorted((w.noord.pk, w.west.pk))
    return NotDuplicate.objects.get_or_create(first_id=first, second_id=second)[0]


def saved_view(w: World) -> list[Any]:
    return [w.saved_view.pk]


HOME = "portfolio:home"
PARTNER = "partners:organisation-detail"
FILE = "imports:import-detail"
CONVERSATION = "identity:conversation-detail"
PLACES = "partners:contact-affiliations"
LIST = "partners:organisation-list"
VIEWS = "partners:saved-view-list"
WORDS = "partners:word-list"
DUPLICATES = "partners:duplicate-list"
SAVED_VIEW = "login 404 404 200 403 200"
ASK_CODE = "account_request_login_code"
CHANGES_PASSWORD = "login >account_set_password >account_set_password 200 200 200"
SETS_PASSWORD = "login 200 200 >account_change_password >account_change_password >account_change_password"
DETAIL = "collab:collaboration-detail"
SHORTLIST = "collab:shortlist"
ROUND = "assessments:cycle-detail"
QUESTIONS = "assessments:answer"
SIDE = "assessments:side-people"

TABLE: dict[str, Row] = {
    # Operations
    "healthz": Row(ALL, ALL),
    # It asks the database by a connection of its own, which sees no heartbeat of a test that is undone.
    "readyz": Row("503 " * 6, "503 " * 6),
    # Signing in
    "account_login": Row(f"200 {f'>{HOME} ' * 5}", f"200 {f'>{HOME} ' * 5}"),
    "account_logout": Row(">account_login 200 200 200 200 200", ">account_login " * 6),
    "account_inactive": Row(ALL, NOBODY),
    "account_signup": Row(f"200 {f'>{HOME} ' * 5}", f"200 {f'>{HOME} ' * 5}"),
    "account_reauthenticate": Row(COLLEAGUES, COLLEAGUES),  # with a password, which partners do not have
    "account_change_password": Row(CHANGES_PASSWORD, CHANGES_PASSWORD),
    "account_set_password": Row(SETS_PASSWORD, SETS_PASSWORD),
    "account_reset_password": Row(ALL, ALL),
    "account_reset_password_done": Row(ALL, NOBODY),
    "account_reset_password_from_key": Row(ALL, ALL, args=lambda w: ["0", "no-such-key"]),
    "account_reset_password_from_key_done": Row(ALL, NOBODY),
    "account_request_login_code": Row(f"200 {f'>{HOME} ' * 5}", f"200 {f'>{HOME} ' * 5}"),
    "account_confirm_login_code": Row(f">{ASK_CODE} {f'>{HOME} ' * 5}", f">{ASK_CODE} {f'>{HOME} ' * 5}"),
    # The own account, and colleagues
    "portfolio:help": Row(ALL, NOBODY),
    "portfolio:accessibility": Row(ALL, NOBODY),
    "accounts:preferences": Row(
        SIGNED_IN, f"login {'>accounts:preferences ' * 5}", data=lambda w: {"appearance": "dark", **preferences(w)}
    ),
    "accounts:language-change": Row(NOBODY, f">{HOME} " * 6, data=lambda w: {"language": "nl"}),
    "accounts:appearance-change": Row(NOBODY, f">{HOME} " * 6, data=lambda w: {"appearance": "dark"}),
    "accounts:colleague-list": Row(ADMINISTRATOR, ADMINISTRATOR),
    "accounts:colleague-create": Row(ADMINISTRATOR, "login 403 403 403 403 >accounts:colleague-list", data=colleague),
    "accounts:colleague-update": Row(
        ADMINISTRATOR,
        "login 403 403 403 403 >accounts:colleague-list",
        args=lambda w: [w.users["manager"].pk],
        data=lambda w: {"name": "Mia", "roles": ["manager"], "is_active": "on", **preferences(w)},
    ),
    "accounts:colleague-history": Row(ADMINISTRATOR, NO_POST, args=lambda w: [w.users["manager"].pk]),
    # The registry of organisations and people
    "partners:organisation-list": Row(COLLEAGUES, NO_POST),
    "partners:organisation-counts": Row(COLLEAGUES, NO_POST),
    "partners:organisation-export": Row(COLLEAGUES, NO_POST),
    "partners:organisation-bulk": Row(f"login 403 403 >{LIST} 403 >{LIST}", f"login 403 403 >{LIST} 403 >{LIST}"),
    # With nothing ticked there is nothing to see: back to the list.
    "partners:organisation-beside": Row(f"login 403 403 {f'>{LIST} ' * 3}", NO_POST),
    "partners:saved-view-list": Row(COLLEAGUES, NO_POST),
    "partners:saved-view-create": Row(COLLEAGUES, f"login 403 403 {f'>{LIST} ' * 3}", data=lambda w: {"name": "Mine"}),
    "partners:saved-view-update": Row(
        SAVED_VIEW,
        f"login 404 404 >{VIEWS} 403 >{VIEWS}",
        saved_view,
        lambda w: {"name": "New", "seen": seen_of(w.saved_view, "name", "is_shared", "is_default")},
    ),
    "partners:saved-view-delete": Row(
        SAVED_VIEW,
        f"login 404 404 >{VIEWS} 403 >{VIEWS}",
        saved_view,
        lambda w: {"seen": seen_of(w.saved_view, *VIEW_FIELDS)},
    ),
    "partners:organisation-create": Row(
        KEEPERS, f"login 403 403 >{PARTNER} 403 >{PARTNER}", data=lambda w: {**organisation(w), "name": "Newcomer"}
    ),
    "partners:own-organisation": Row(f"login {f'>{PARTNER} ' * 5}", NO_POST),
    "partners:organisation-detail": Row(TAKES_PART, NO_POST, own_organisation),
    "partners:organisation-history": Row("login 404 403 200 200 200", NO_POST, own_organisation),
    "partners:organisation-update": Row(
        CHANGES, f"login 404 403 >{PARTNER} 403 >{PARTNER}", own_organisation, organisation
    ),
    "partners:organisation-archive": Row(CHANGES, f"login 404 403 >{PARTNER} 403 >{PARTNER}", own_organisation),
    "partners:organisation-make-host": Row(NO_GET, f"login 404 403 403 403 >{PARTNER}", own_organisation),
    "partners:possible-matches": Row(KEEPERS, NO_POST),
    "partners:word-list": Row(ADMINISTRATOR, NO_POST),
    "partners:word-update": Row(
        ADMINISTRATOR,
        f"login 403 403 403 403 >{WORDS}",
        tag,
        lambda w: {"name": "Otherwise", "seen": str(Seen.of({"name": "Needless"}))},
    ),
    "partners:word-join": Row(
        ADMINISTRATOR,
        f"login 403 403 403 403 >{WORDS}",
        tag,
        lambda w: {"into": Tag.objects.exclude(name="Needless")[0].pk, "count": "0"},
    ),
    "partners:word-remove": Row(ADMINISTRATOR, f"login 403 403 403 403 >{WORDS}", tag, lambda w: {"count": "0"}),
    "partners:organisation-delete": Row(
        "login 404 404 403 403 200",
        "login 404 404 403 403 >partners:organisation-list",
        lambda w: [newcomer().pk],
        lambda w: {"name": newcomer().name},
    ),
    "partners:deleted-list": Row(ADMINISTRATOR, NO_POST),
    "partners:duplicate-list": Row(KEEPERS, NO_POST),
    "partners:duplicate-dismiss": Row(
        NO_GET,
        f"login 403 403 >{DUPLICATES} 403 >{DUPLICATES}",
        data=lambda w: {"organisation": [w.noord.pk, w.west.pk]},
    ),
    "partners:duplicate-dismiss-undo": Row(
        NO_GET, f"login 403 403 >{DUPLICATES} 403 >{DUPLICATES}", lambda w: [dismissed(w).pk]
    ),
    "partners:merge": Row(KEEPERS, f"login 403 403 >{PARTNER} 403 >{PARTNER}", data=two_to_merge),
    "partners:contact-create": Row(
        CHANGES,
        f"login 404 403 >{PARTNER} 403 >{PARTNER}",
        own_organisation,
        lambda w: {"name": "Pia", "language": "nl"},
    ),
    "partners:contact-update": Row(CHANGES, f"login 404 403 >{PARTNER} 403 >{PARTNER}", own_contact, person),
    "partners:contact-deactivate": Row(CHANGES, f"login 404 403 >{PARTNER} 403 >{PARTNER}", own_contact),
    "partners:contact-reactivate": Row(NO_GET, f"login 404 403 >{PARTNER} 403 >{PARTNER}", own_contact),
    "partners:contact-give-access": Row(NO_GET, f"login 404 403 >{PARTNER} 403 >{PARTNER}", own_contact),
    "imports:import-create": Row(KEEPERS, f"login 403 403 >{FILE} 403 >{FILE}", data=upload),
    "partners:organisation-options": Row(COLLEAGUES, NO_POST),
    "partners:organisation-addresses": Row(
        CHANGES, f"login 404 403 >{PARTNER} 403 >{PARTNER}", own_organisation, no_addresses
    ),
    "partners:organisation-logo": Row(TAKES_PART, NO_POST, own_organisation),
    "partners:organisation-logo-update": Row(
        CHANGES, f"login 404 403 >{PARTNER} 403 >{PARTNER}", own_organisation, logo_file
    ),
    "partners:organisation-logo-remove": Row(
        NO_GET, f"login 404 403 >{PARTNER} 403 >{PARTNER}", own_organisation, lambda w: {"seen": logo_seen(w)}
    ),
    "partners:contact-move": Row(CHANGES, f"login 404 403 >{PARTNER} 403 >{PARTNER}", own_contact, move),
    "partners:contact-affiliations": Row(CHANGES, f"login 404 403 >{PLACES} 403 >{PLACES}", own_contact, place),
    "partners:affiliation-update": Row(
        KEEPERS,
        f"login 403 403 >{PLACES} 403 >{PLACES}",
        affiliation,
        lambda w: {"ends_on": "2019-01-01", "seen": PLACE_SEEN},
    ),
    "partners:affiliation-remove": Row(
        NO_GET, f"login 403 403 >{PLACES} 403 >{PLACES}", affiliation, lambda w: {"seen": PLACE_SEEN}
    ),
    "imports:import-detail": Row(KEEPERS, NO_POST, lambda w: [w.upload.pk]),
    "imports:import-columns": Row(KEEPERS, f"login 403 403 >{FILE} 403 >{FILE}", lambda w: [w.upload.pk], data=columns),
    "imports:import-cancel": Row(NO_GET, f"login 403 403 >{FILE} 403 >{FILE}", lambda w: [w.upload.pk]),
    "imports:import-repair": Row(NO_GET, f"login 403 403 >{FILE} 403 >{FILE}", lambda w: [w.upload.pk]),
    "imports:import-confirm": Row(NO_GET, f"login 403 403 >{FILE} 403 >{FILE}", lambda w: [w.upload.pk]),
    # Identities, and conversations about them
    "identity:compare": Row(SIGNED_IN, NO_POST),
    "identity:guide": Row(f"login {'>identity:compare ' * 5}", NO_POST),
    "identity:profile-detail": Row(TAKES_PART, NO_POST, own_organisation),
    "identity:organisation-panel": Row(TAKES_PART, NO_POST, own_organisation),
    "identity:profile-update": Row(
        "login 404 200 403 403 403",
        "login 404 >identity:profile-detail 403 403 403",
        own_organisation,
        lambda w: {
            "who_we_are": "We are Noord.",
            "seen": seen_of(w.noord.profiles.get(version=None, is_on_behalf=False), "who_we_are"),
        },
    ),
    "identity:conversation-create": Row(
        f"login 403 403 {'>identity:compare ' * 3}",
        f"login 403 403 {f'>{CONVERSATION} ' * 3}",
        data=lambda w: {"organisation": [w.noord.pk], "held_on": day(w), "visibility": "shared"},
    ),
    "identity:conversation-detail": Row(TAKES_PART, NO_POST, conversation),
    "identity:conversation-update": Row(
        "login 404 403 200 200 200",
        f"login 404 403 {f'>{CONVERSATION} ' * 3}",
        conversation,
        lambda w: {"held_on": day(w), "visibility": "shared", "seen": seen_of(w.conversation, "learned")},
    ),
    "identity:view-write": Row(
        "login 404 404 200 200 200",
        f"login 404 404 {f'>{CONVERSATION} ' * 3}",
        lambda w: [w.conversation.pk, w.noord.pk],
        lambda w: {"text": "You are kind.", "visibility": "shared", "seen": seen_of(w.view, "text", "visibility")},
    ),
    "identity:view-answer": Row(
        "login 404 200 403 403 403",
        f"login 404 >{CONVERSATION} 403 403 403",
        lambda w: [w.view.pk],
        lambda w: {"answer": "partly"},
    ),
    "imports:import-refused": Row(KEEPERS, NO_POST, lambda w: [w.upload.pk]),
    "imports:import-undo": Row(KEEPERS, f"login 403 403 >{FILE} 403 >{FILE}", lambda w: [w.imported.pk]),
    # Collaborations
    "collab:collaboration-list": Row(SIGNED_IN, NO_POST),
    "collab:collaboration-create": Row(
        KEEPERS, f"login 403 403 >{DETAIL} 403 >{DETAIL}", data=lambda w: {"name": "New", "partners": [w.noord.pk]}
    ),
    "collab:organisation-picker": Row(
        "login 403 403 >collab:collaboration-create 403 >collab:collaboration-create", NO_POST
    ),
    "collab:collaboration-detail": Row(TAKES_PART, NO_POST, collaboration),
    "collab:collaboration-history": Row(TAKES_PART, NO_POST, collaboration),
    "collab:collaboration-update": Row(
        "login 404 403 200 403 200", f"login 404 403 >{DETAIL} 403 >{DETAIL}", collaboration, description
    ),
    "collab:evaluation-update": Row(
        "login 404 403 200 200 200",
        f"login 404 403 >{DETAIL} >{DETAIL} >{DETAIL}",
        collaboration,
        lambda w: {"on": day(w, 100), "seen": evaluation_seen(w)},
    ),
    "collab:stage-change": Row(
        "login 404 403 200 200 200",
        f"login 404 403 >{DETAIL} >{DETAIL} >{DETAIL}",
        collaboration,
        lambda w: {
            "to": "paused",
            "decided_by": w.contact("manager").pk,
            "why": "A pause.",
            f"round_{w.open_cycle.pk}": "keep",
            "seen": stage_seen(w),
        },
    ),
    "collab:participation-create": Row(
        "login 404 403 200 403 200",
        f"login 404 403 >{DETAIL} 403 >{DETAIL}",
        collaboration,
        lambda w: {"organisation": w.elsewhere.pk},
    ),
    "collab:participation-update": Row(
        "login 404 200 200 403 200",
        f"login 404 >{DETAIL} >{DETAIL} 403 >{DETAIL}",
        lambda w: [w.taalhuis.participations.get(organisation=w.noord).pk],
        lambda w: {"goal": "Read", "motive": "", "contribution": ""},
    ),
    "collab:participation-delete": Row(
        "login 404 403 200 403 200", f"login 404 403 >{DETAIL} 403 >{DETAIL}", new_participation
    ),
    "collab:roles-update": Row(
        "login 404 403 200 403 200", f"login 404 403 >{DETAIL} 403 >{DETAIL}", collaboration, all_roles
    ),
    "collab:role-create": Row(
        "login 404 403 200 403 200",
        f"login 404 403 >{DETAIL} 403 >{DETAIL}",
        collaboration,
        lambda w: {"role": "designer", "contact": w.contact("partner").pk, "starts_on": day(w)},
    ),
    "collab:role-end": Row(
        "login 404 403 200 403 200",
        f"login 404 403 >{DETAIL} 403 >{DETAIL}",
        west_lead,
        lambda w: {"ends_on": day(w, 1)},
    ),
    "collab:actionitem-create": Row(
        "login 404 403 200 200 200", f"login 404 403 {f'>{DETAIL} ' * 3}", collaboration, action_item
    ),
    "collab:actionitem-update": Row(
        "login 404 403 200 200 200",
        f"login 404 403 {f'>{DETAIL} ' * 3}",
        lambda w: [w.shared_item.pk],
        action_item,
    ),
    "collab:actionitem-finish": Row(NO_GET, f"login 404 {f'>{DETAIL} ' * 4}", lambda w: [w.partners_item.pk]),
    "collab:actionitem-reopen": Row(NO_GET, f"login 404 {f'>{DETAIL} ' * 4}", lambda w: [w.done_item.pk]),
    "collab:actionitem-drop": Row(NO_GET, f"login 404 403 {f'>{DETAIL} ' * 3}", lambda w: [w.partners_item.pk]),
    "collab:decision-create": Row(
        "login 404 403 200 200 200", f"login 404 403 {f'>{DETAIL} ' * 3}", collaboration, decision
    ),
    "collab:organisation-panel": Row(TAKES_PART, NO_POST, own_organisation),
    # Choosing partners: a partner that takes part is not told either
    "collab:shortlist": Row("login 404 404 200 200 200", NO_POST, exploring),
    "collab:candidate-create": Row(
        "login 404 404 200 403 200",
        f"login 404 404 >{SHORTLIST} 403 >{SHORTLIST}",
        exploring,
        lambda w: {"partners": [newcomer().pk]},
    ),
    "collab:candidate-update": Row(
        "login 404 404 200 403 200",
        f"login 404 404 >{SHORTLIST} 403 >{SHORTLIST}",
        candidate,
        lambda w: {"notes": "New.", "seen": seen_of(w.candidate, *CANDIDATE_TEXTS)},
    ),
    "collab:candidate-delete": Row(
        "login 404 404 200 403 200",
        f"login 404 404 >{SHORTLIST} 403 >{SHORTLIST}",
        candidate,
        lambda w: {"seen": seen_of(w.candidate, *CANDIDATE_TEXTS)},
    ),
    "collab:candidate-choose": Row(
        "login 404 404 200 403 200", f"login 404 404 >{DETAIL} 403 >{DETAIL}", exploring, choice
    ),
    "collab:organisation-consider": Row(
        "login 404 404 200 403 200",
        f"login 404 404 >{SHORTLIST} 403 >{SHORTLIST}",
        lambda w: [newcomer().pk],
        lambda w: {"collaboration": w.exploring.pk},
    ),
    # Rounds, for who steers them
    "assessments:organisation-panel": Row(TAKES_PART, NO_POST, own_organisation),
    "assessments:organisation-results": Row(TAKES_PART, NO_POST, own_organisation),
    "assessments:cycle-list": Row(COLLEAGUES, NO_POST),
    "assessments:cycle-detail": Row(TAKES_PART, NO_POST, open_cycle),
    "assessments:cycle-history": Row("login 404 403 200 200 200", NO_POST, open_cycle),
    "assessments:cycle-plan": Row(
        "login 404 403 200 403 200",
        f"login 404 403 >{ROUND} 403 >{ROUND}",
        lambda w: [w.leesclub.pk],
        round_of_cafe,
    ),
    "assessments:cycle-update": Row(
        "login 404 404 200 403 200", f"login 404 404 >{ROUND} 403 >{ROUND}", planned_cycle, round_of_cafe
    ),
    "assessments:cycle-open": Row("login 404 404 200 403 200", f"login 404 404 >{ROUND} 403 >{ROUND}", planned_cycle),
    "assessments:side-people": Row(
        "login 404 200 200 404 404", f"login 404 >{SIDE} >{SIDE} 404 404", planned_cycle, new_person
    ),
    "assessments:cycle-extend": Row(
        "login 404 403 200 403 200",
        f"login 404 403 >{ROUND} 403 >{ROUND}",
        open_cycle,
        lambda w: {"closes_on": day(w, 60), "seen": seen_of(w.open_cycle, "closes_on")},
    ),
    "assessments:cycle-mode": Row(NO_GET, f"login 404 404 >{ROUND} 403 >{ROUND}", planned_cycle),
    "assessments:cycle-preview": Row("login 404 403 200 403 200", NO_POST, open_cycle),
    "assessments:cycle-preview-mail": Row("login 404 403 200 403 200", NO_POST, open_cycle),
    "assessments:cycle-preview-form": Row(
        "login 404 403 200 403 200",
        "login 404 403 >assessments:cycle-preview-form 403 >assessments:cycle-preview-form",
        open_cycle,
    ),
    "assessments:cycle-remind": Row(NO_GET, f"login 404 403 >{ROUND} 403 >{ROUND}", open_cycle),
    "assessments:cycle-close": Row(
        "login 404 403 200 403 200",
        "login 404 403 >assessments:cycle-results 403 >assessments:cycle-results",
        open_cycle,
    ),
    "assessments:cycle-cancel": Row("login 404 404 200 403 200", f"login 404 404 >{ROUND} 403 >{ROUND}", planned_cycle),
    "assessments:cycle-invite": Row(
        "login 404 403 200 403 200",
        f"login 404 403 >{ROUND} 403 >{ROUND}",
        open_cycle,
        lambda w: {"contacts": [w.contact("administrator").pk]},
    ),
    "assessments:cycle-results": Row(TAKES_PART, NO_POST, lambda w: [w.discussed_cycle.pk]),
    "assessments:review-create": Row(
        "login 404 403 200 200 200",
        "login 404 403" + " >collab:collaboration-detail" * 3,
        closed_cycle,
        meeting,
    ),
    "assessments:review-update": Row(
        "login 404 403 403 403 200",
        "login 404 403 403 403 >assessments:cycle-results",
        lambda w: [w.discussed_cycle.pk],
        lambda w: meeting(w) | {"seen": seen_of(w.discussed_cycle.review, *REVIEW)},
    ),
    "assessments:answer-own": Row(NO_GET, "login 404 >assessments:answer 404 404 404", invitation),
    "assessments:invitation-resend": Row(NO_GET, f"login 404 403 >{ROUND} 403 >{ROUND}", invitation),
    "assessments:invitation-withdraw": Row(
        "login 404 403 200 403 200", f"login 404 403 >{ROUND} 403 >{ROUND}", invitation
    ),
    "assessments:pass-on-agree": Row(NO_GET, f"login 404 403 >{ROUND} 403 >{ROUND}", to_confirm),
    "assessments:pass-on-refuse": Row(NO_GET, f"login 404 403 >{ROUND} 403 >{ROUND}", to_confirm),
    "assessments:collaboration-panel": Row(TAKES_PART, NO_POST, collaboration),
    # Behind a personal link: whoever holds it, account or not
    "assessments:answer": Row(ALL, ">assessments:answer-sent " * 6, link, answers, personal=True),
    "assessments:answer-save": Row(NOBODY, ALL, link, answers, personal=True),
    "assessments:answer-sent": Row(ALL, NOBODY, lambda w: [w.sent_token], personal=True),
    "assessments:answer-decline": Row(ALL, f">{QUESTIONS} " * 6, link, personal=True),
    "assessments:answer-take-back": Row(NOBODY, f">{QUESTIONS} " * 6, passed_on_link, personal=True),
    "assessments:answer-pass-on": Row(
        ALL, f">{QUESTIONS} " * 6, link, lambda w: {"name": "Pia Noord", "email": "pia@noord.example"}, personal=True
    ),
    "assessments:answer-people": Row(ALL, NOBODY, link, personal=True),
    "assessments:side-by-link": Row(ALL, ">assessments:side-by-link " * 6, side_link, new_person, personal=True),
    "collab:action-by-link": Row(
        ALL,
        ">collab:action-by-link " * 6,
        lambda w: [w.action_token],
        lambda w: {"what": "remark", "words": "Who has the key?"},
        personal=True,
    ),
    "assessments:answer-results": Row(ALL, NOBODY, lambda w: [w.closed_token], personal=True),
    # Mail that was sent
    "notifications:mail-list": Row(COLLEAGUES, NO_POST),
    "notifications:mail-detail": Row("login 404 404 200 200 200", NO_POST, lambda w: [w.failed_mail.pk]),
    "notifications:mail-retry": Row(
        NO_GET,
        "login 404 404 >notifications:mail-detail 403 >notifications:mail-detail",
        lambda w: [w.failed_mail.pk],
    ),
    # The portfolio
    "portfolio:first-steps": Row(" >account_login" * 6, " >account_login" * 6),
    "portfolio:first-steps-link": Row(" >account_login" * 6, " >account_login" * 6, lambda w: ["0" * 40]),
    "portfolio:asked": Row("login 200 200" + " >portfolio:dashboard" * 3, NO_POST),
    "portfolio:home": Row("login" + " >portfolio:asked" * 2 + " >portfolio:dashboard" * 3, NO_POST),
    "portfolio:dashboard": Row(COLLEAGUES, NO_POST),
}
