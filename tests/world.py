"""A small world with a wall through it: secrets of one side must never be read on the other.

Every secret that could leak is there, as one odd phrase each, so that a test only has to look for the phrase.
"""

import pickle
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.actions import (
    AgreedAction,
    close_cycle,
    open_cycle,
    plan_cycle,
    record_review,
    submit_answers,
)
from assessments.enums import Mode
from assessments.models import EvaluationCycle, Invitation, SideLink
from collab.actions import (
    add_action_item,
    add_candidates,
    add_participation,
    assign_role,
    change_action_item,
    change_candidate,
    change_stage,
    record_decision,
    start_collaboration,
)
from collab.enums import RoleKind, Stage, Visibility
from collab.models import ActionItem, ActionLink, Candidate, Collaboration, Participation
from identity.actions import record_conversation, write_identity, write_view
from identity.models import IdentityConversation, IdentityView
from imports.actions import check_import, map_import, read_import, upload_import
from imports.enums import ImportStatus
from imports.models import FileImport
from notifications.actions import record_heartbeat
from notifications.models import Heartbeat, OutgoingMail
from notifications.tokens import hash_token
from partners.actions import change_organisation, set_logo, sync_colleague_contact
from partners.duplicates.actions import dismiss_duplicate
from partners.lists.actions import save_view
from partners.merging.actions import merge_organisations
from partners.models import Contact, Organisation, SavedView
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.assessments import same_answer, token_for
from tests.factories.imports import FileImportFactory
from tests.factories.notifications import OutgoingMailFactory
from tests.factories.partners import (
    ContactFactory,
    HostFactory,
    OrganisationFactory,
    PartnerUserFactory,
)
from tests.partners.files import picture
from tests.tables.copies import MIGRATED, Rows, put_back, take_copy

CSV = b"orgId,name,shortName,activityType,street,city,country\n1,Elfde School,ES,HES,Weg 1,Utrecht,NL\n"
ROLES = ("anonymous", "outsider", "partner", "coordinator", "manager", "administrator")
COLLEAGUES = ("coordinator", "manager", "administrator")

# What the host keeps to itself.
INTERNAL = (
    "Whisper: they may have to go",
    "Whisper: because of the money",
    "Whisper: look for another library",
    "Whisper: a first title nobody may read",
    "Whisper: shared by mistake",
    "Whisper: agreed, then kept to ourselves",
    "Whisper: a difficult partner",
    "Whisper: what we learned in private",
    "Whisper: how we see them for now",
    "Whisper: a draft about the library",
    "Whisper: a draft about ourselves",
    "Whisper: a view after a talk of our own",
    "Whisper: what was said before they came",
    "Whisper: the candidate offers a building",
    "Whisper: the candidate needs our money",
    "Whisper: what we doubt about the candidate",
)
# What the partner wrote for itself only, and nobody else may read yet.
DRAFTS = ("Murmur: not sure who we are", "Murmur: how we see the host for now")
# What somebody wrote in a confidential round, where too few wrote for it to be shown to anybody.
COMMENTS = ("Hush: I am afraid to say this", "Hush: my manager never listens")
# A collaboration in which the partner has no part, and who is in it.
ELSEWHERE = (
    "Sunflower project",
    "Sunflower goal",
    "Elsewhere Care",
    "Otto Outsider",
    "otto@elsewhere.example",
    "Sunflower is who we are",
)
# The same the other way round, for the outsider.
HERE = (
    "Taalhuis Noord",
    "Leescafe Noord",
    "Leesclub Noord",
    "Taalcafe Noord",
    "Schrijfcafe West",
    "Gemeente Noord",
    "Petra Partner",
    "Bibliotheek West",
    "Noord is who we are",
    "We learned to listen",
    "You are always on time",
)
# Named in mails and behind every personal link, as the person to ask: here the first who keeps the records.
PERSON_TO_ASK = "coen@samen.example"
OUR_ADDRESSES = ("anne@samen.example", "coen@samen.example", "mia@samen.example")
THEIR_ADDRESSES = ("bart@west.example", "berta@west.example")
NOORD_ADDRESSES = ("petra@noord.example", "piet.van.der.wetering-hoogendoorn@noord.example")

# What each reader must never come across.
HIDDEN_FROM: Mapping[str, tuple[str, ...]] = {
    "anonymous": (*INTERNAL, *DRAFTS, *COMMENTS, *ELSEWHERE, *HERE, *OUR_ADDRESSES, *THEIR_ADDRESSES, *NOORD_ADDRESSES),
    "outsider": (*INTERNAL, *DRAFTS, *COMMENTS, *HERE, *OUR_ADDRESSES, *THEIR_ADDRESSES, *NOORD_ADDRESSES),
    "partner": (*INTERNAL, *COMMENTS, *ELSEWHERE, *OUR_ADDRESSES, *THEIR_ADDRESSES),
    "invited": (
        *(*INTERNAL, *DRAFTS, *COMMENTS, *ELSEWHERE, *THEIR_ADDRESSES, *NOORD_ADDRESSES),
        *(address for address in OUR_ADDRESSES if address != PERSON_TO_ASK),
    ),
    "coordinator": (*DRAFTS, *COMMENTS),
    "manager": (*DRAFTS, *COMMENTS),
    "administrator": (*DRAFTS, *COMMENTS),
}


@dataclass
class World:
    """Three organisations around ``taalhuis``, a fourth outside it, and a person of every kind who can sign in."""

    today: date
    users: dict[str, User]
    host: Organisation
    noord: Organisation
    west: Organisation
    elsewhere: Organisation
    taalhuis: Collaboration
    leesclub: Collaboration
    taalcafe: Collaboration
    schrijfcafe: Collaboration
    sunflower: Collaboration
    exploring: Collaboration
    candidate: Candidate
    shared_item: ActionItem
    internal_item: ActionItem
    taken_back_item: ActionItem
    partners_item: ActionItem
    done_item: ActionItem
    open_cycle: EvaluationCycle
    discussed_cycle: EvaluationCycle
    closed_cycle: EvaluationCycle
    planned_cycle: EvaluationCycle
    earlier_cycle: EvaluationCycle
    invitation: Invitation
    token: str
    closed_token: str
    sent_token: str
    side_token: str
    action_token: str
    failed_mail: OutgoingMail
    mistaken: Participation
    upload: FileImport
    conversation: IdentityConversation
    view: IdentityView
    imported: FileImport
    saved_view: SavedView

    def contact(self, role: str) -> Contact:
        return Contact.objects.get(user=self.users[role])


@contextmanager
def undone() -> Iterator[None]:
    """Undo all writes inside the block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def leaks(text: str, reader: str) -> list[str]:
    """Return the phrases in ``text`` that ``reader`` must never read."""
    return [phrase for phrase in HIDDEN_FROM[reader] if phrase in text]


def previewed_upload(user: User) -> FileImport:
    """Return a file whose columns were matched, with its preview."""
    upload = upload_import(actor=user, file_name="organisations.csv", data=CSV)
    fields = ["external_id", "name", "short_name", "kind", "street", "city", "country"]
    read_import(upload_id=upload.pk)
    map_import(actor=user, upload=upload, fields=fields, key="external_id")
    check_import(upload_id=upload.pk)
    return upload


@cache
def built(day: date) -> tuple[bytes, Rows]:
    """Return the world as it is on this day, pickled, and its rows; the database is as before."""
    with undone():
        put_back(MIGRATED)
        world = build_world()
        return pickle.dumps(world), take_copy()


def copy_world() -> World:
    """Write the world into the database. Only the first one in a process is built, which takes a second."""
    world, rows = built(timezone.localdate())
    put_back(rows)
    # The jobs have not stopped, however long the tests of a module take.
    Heartbeat.objects.update(beat_at=timezone.now() + timedelta(hours=6))
    copied: World = pickle.loads(world)
    return copied


def build_world() -> World:
    """Build the world through the actions, so that history and mails are as in real life."""
    today = timezone.localdate()
    record_heartbeat()
    host = HostFactory()
    users = {
        "administrator": AdministratorFactory(name="Anne Beheer", email="anne@samen.example", password="known"),
        "coordinator": CoordinatorFactory(name="Coen Werk", email="coen@samen.example", password="known"),
        "manager": ManagerFactory(name="Mia Manager", email="mia@samen.example", password="known"),
    }
    ours = {role: sync_colleague_contact(user=user) for role, user in users.items()}
    noord, west, elsewhere = (
        OrganisationFactory(name=n) for n in ("Gemeente Noord", "Bibliotheek West", "Elsewhere Care")
    )
    # Before anybody there can sign in; afterwards they write for themselves.
    write_identity(
        actor=users["coordinator"], organisation=noord, publish=False, who_we_are="Whisper: a draft about the library"
    )
    users["partner"] = PartnerUserFactory(name="Petra Partner", email="petra@noord.example", organisation=noord)
    users["outsider"] = PartnerUserFactory(name="Otto Outsider", email="otto@elsewhere.example", organisation=elsewhere)
    petra, otto = (Contact.objects.get(user=users[role]) for role in ("partner", "outsider"))
    piet = ContactFactory(
        name="Piet van der Wetering-Hoogendoorn",
        email="piet.van.der.wetering-hoogendoorn@noord.example",
        organisation=noord,
    )
    bart = ContactFactory(name="Bart West", email="bart@west.example", organisation=west)
    berta = ContactFactory(name="Berta West", email="berta@west.example", organisation=west)
    change_organisation(actor=None, organisation=noord, name=noord.name, tags=["Whisper: a difficult partner"])
    coen, mia = ours["coordinator"], ours["manager"]

    taalhuis = active("Taalhuis Noord", [noord, west], [coen, mia, petra, piet, bart, berta], today)
    leesclub = active("Leesclub Noord", [noord], [coen, mia, petra, piet], today)
    taalcafe = active("Taalcafe Noord", [noord], [coen, mia, petra, piet], today)
    sunflower = active("Sunflower project", [elsewhere], [coen, mia, otto], today, goal="Sunflower goal")

    schrijfcafe = active("Schrijfcafe West", [west], [coen, mia, bart, berta], today)

    unrelated = OrganisationFactory(name="Unrelated")
    exploring = start_collaboration(actor=None, name="Leescafe Noord", partners=[noord, unrelated])
    for organisation in (west, unrelated):
        change_organisation(
            actor=None, organisation=organisation, name=organisation.name, website="https://west.example"
        )
    dismiss_duplicate(actor=None, one=noord, other=west)

    candidate = considered(exploring, [west, elsewhere], mia, today)

    record_decision(
        actor=None,
        collaboration=taalhuis,
        what="Whisper: they may have to go",
        why="Whisper: because of the money",
        decided_by=mia,
        decided_on=today,
        visibility=Visibility.INTERNAL,
    )
    record_decision(actor=None, collaboration=taalhuis, what="We meet monthly", decided_by=mia, decided_on=today)
    internal = agreed(taalhuis, "Whisper: look for another library", coen, today, Visibility.INTERNAL)
    shared = agreed(taalhuis, "Whisper: a first title nobody may read", coen, today, Visibility.INTERNAL)
    retitled = {"title": "Make a calendar", "owner": coen, "due_on": today}
    change_action_item(actor=None, item=shared, **retitled, visibility=Visibility.SHARED)
    taken_back = agreed(taalhuis, "Whisper: shared by mistake", coen, today, Visibility.SHARED)
    keep_to_ourselves(taken_back)
    partners_item = agreed(taalhuis, "Find a room", petra, today - timedelta(days=9))
    done = agreed(taalhuis, "Print the folders", petra, today)

    discussed = closed(taalhuis, [coen, mia, petra, piet, bart, berta], today)
    agreed_there = [
        AgreedAction(title="Call each other", owner=petra, due_on=today - timedelta(days=8)),
        AgreedAction(title="Whisper: agreed, then kept to ourselves", owner=coen, due_on=today),
    ]
    review = record_review(
        actor=None,
        cycle=discussed,
        held_on=today,
        outcome="continue",
        summary="A good talk.",
        next_evaluation_on=today + timedelta(days=90),
        attendees=[coen, petra],
        agreed=agreed_there,
    )
    keep_to_ourselves(review.action_items.get(owner=coen))
    running = opened(taalhuis, [coen, mia, petra, piet, bart, berta], today)
    undiscussed = closed(leesclub, [coen, mia, petra, piet], today)
    closed(sunflower, [coen, mia, otto], today)
    earlier = joined_later(schrijfcafe, noord, [coen, mia, bart, berta], today)
    planned = planned_for(taalcafe, [coen, mia, petra, piet], today)

    set_logo(actor=None, organisation=noord, data=picture())
    merge_organisations(actor=None, survivor=noord, duplicate=OrganisationFactory(name="Gemeente Noord, once more"))
    conversation, view = identities(host, noord, west, elsewhere, users)

    invitation = running.invitations.get(contact=petra)
    sent = running.invitations.get(contact=piet)
    submit_answers(invitation=sent, answers=same_answer(4), comments={"keep": COMMENTS[1]})
    return World(
        today=today,
        users=users,
        host=host,
        noord=noord,
        west=west,
        elsewhere=elsewhere,
        taalhuis=taalhuis,
        leesclub=leesclub,
        taalcafe=taalcafe,
        schrijfcafe=schrijfcafe,
        sunflower=sunflower,
        exploring=exploring,
        candidate=candidate,
        shared_item=shared,
        internal_item=internal,
        taken_back_item=taken_back,
        partners_item=partners_item,
        done_item=done,
        open_cycle=running,
        discussed_cycle=discussed,
        closed_cycle=undiscussed,
        planned_cycle=planned,
        earlier_cycle=earlier,
        invitation=invitation,
        token=token_for(invitation),
        closed_token=token_for(discussed.invitations.get(contact=petra)),
        sent_token=token_for(sent),
        side_token=side_token(planned, petra),
        action_token=action_token(partners_item),
        mistaken=exploring.participations.get(organisation=unrelated),
        conversation=conversation,
        view=view,
        upload=previewed_upload(users["coordinator"]),
        imported=FileImportFactory(
            owner=users["coordinator"], status=ImportStatus.DONE, finished_at=timezone.now(), report={}, row=None
        ),
        saved_view=save_view(actor=users["coordinator"], name="Libraries", query="kind=library", is_shared=True),
        failed_mail=OutgoingMailFactory(failed=True, to_email="bart@west.example", to_name="Bart West"),
    )


def identities(
    host: Organisation, noord: Organisation, west: Organisation, elsewhere: Organisation, users: dict[str, User]
) -> tuple[IdentityConversation, IdentityView]:
    """Add profiles, conversations with views of each other, and internal notes about them."""
    petra, coen, today = users["partner"], users["coordinator"], timezone.localdate()
    write_identity(actor=petra, organisation=noord, publish=True, who_we_are="Noord is who we are")
    write_identity(actor=petra, organisation=noord, publish=False, who_we_are="Murmur: not sure who we are")
    write_identity(actor=coen, organisation=west, publish=False, who_we_are="Whisper: a draft about the library")
    write_identity(actor=coen, organisation=host, publish=False, who_we_are="Whisper: a draft about ourselves")
    write_identity(actor=users["outsider"], organisation=elsewhere, publish=True, who_we_are="Sunflower is who we are")
    record_conversation(
        actor=None,
        organisations=[host, noord],
        held_on=today,
        learned="Whisper: what we learned in private",
        visibility=Visibility.INTERNAL,
    )
    shared = record_conversation(
        actor=None, organisations=[host, noord], held_on=today, learned="We learned to listen, all of us"
    )
    view = write_view(
        actor=coen,
        conversation=shared,
        by=host,
        about=noord,
        text="You are always on time",
        visibility=Visibility.SHARED,
    )
    write_view(actor=petra, conversation=shared, by=noord, about=host, text="Murmur: how we see the host for now")
    later = record_conversation(actor=None, organisations=[host, noord], held_on=today, learned="A second talk")
    write_view(actor=coen, conversation=later, by=host, about=noord, text="Whisper: how we see them for now")
    # No action makes a talk internal once somebody wrote after it. The walls hold also if that was so all the same.
    sealed = record_conversation(actor=None, organisations=[host, noord], held_on=today)
    text = "Whisper: a view after a talk of our own"
    write_view(actor=coen, conversation=sealed, by=host, about=noord, text=text, visibility=Visibility.SHARED)
    IdentityConversation.objects.filter(pk=sealed.pk).update(visibility=Visibility.INTERNAL)
    return shared, view


def active(
    name: str, partners: list[Organisation], people: Iterable[Contact], today: date, goal: str = "Everybody reads"
) -> Collaboration:
    """Return an active collaboration: the first person of each organisation leads, the last one decides."""
    collaboration = start_collaboration(actor=None, name=name, partners=partners, shared_goal=goal, purpose="Together.")
    for participation in collaboration.participations.all():
        own = [contact for contact in people if contact.organisation_id == participation.organisation_id]
        for role, contact in ((RoleKind.LEAD, own[0]), (RoleKind.DECIDER, own[-1])):
            since = today - timedelta(days=30)
            assign_role(actor=None, participation=participation, contact=contact, role=role, starts_on=since)
    decider = collaboration.participations.get(organisation__is_host=True).roles.get(role=RoleKind.DECIDER).contact
    for stage in (Stage.DESIGNING, Stage.ACTIVE):
        collaboration.refresh_from_db()
        change_stage(actor=None, collaboration=collaboration, to=stage, decided_by=decider, why="We are ready.")
    collaboration.refresh_from_db()
    return collaboration


def considered(
    collaboration: Collaboration, organisations: list[Organisation], decider: Contact, today: date
) -> Candidate:
    """Return a shortlist of a collaboration that is being explored, with a person who can choose from it."""
    host = collaboration.participations.get(organisation__is_host=True)
    assign_role(actor=None, participation=host, contact=decider, role=RoleKind.DECIDER, starts_on=today)
    first, *_others = add_candidates(actor=None, collaboration=collaboration, organisations=organisations)
    change_candidate(
        actor=None,
        candidate=first,
        offer="Whisper: the candidate offers a building",
        need="Whisper: the candidate needs our money",
        notes="Whisper: what we doubt about the candidate",
    )
    first.refresh_from_db()
    return first


def agreed(
    collaboration: Collaboration, title: str, owner: Contact, due_on: date, visibility: str = Visibility.SHARED
) -> ActionItem:
    return add_action_item(
        actor=None, collaboration=collaboration, title=title, owner=owner, due_on=due_on, visibility=visibility
    )


def keep_to_ourselves(item: ActionItem) -> None:
    """Make a shared action internal."""
    as_before = {"title": item.title, "owner": item.owner, "due_on": item.due_on}
    change_action_item(actor=None, item=item, **as_before, visibility=Visibility.INTERNAL)


def planned_for(collaboration: Collaboration, people: list[Contact], today: date) -> EvaluationCycle:
    return plan_cycle(
        actor=None,
        collaboration=collaboration,
        opens_on=today + timedelta(days=3),
        closes_on=today + timedelta(days=24),
        contacts=people,
        mode=Mode.CONFIDENTIAL,
    )


def action_token(item: ActionItem) -> str:
    """Return the token of a link with which the owner of an action answers it."""
    token = secrets.token_urlsafe(32)
    ActionLink.objects.create(item=item, contact=item.owner, email=item.owner.email, token_hash=hash_token(token))
    return token


def side_token(cycle: EvaluationCycle, lead: Contact) -> str:
    """Return the token of a link with which a lead opens the list of their side."""
    token = secrets.token_urlsafe(32)
    party = cycle.parties.get(organisation=lead.organisation)
    SideLink.objects.create(party=party, contact=lead, email=lead.email, token_hash=hash_token(token))
    return token


def opened(collaboration: Collaboration, people: list[Contact], today: date) -> EvaluationCycle:
    cycle = planned_for(collaboration, people, today)
    open_cycle(actor=None, cycle=cycle, today=today)
    cycle.refresh_from_db()
    return cycle


def closed(collaboration: Collaboration, people: list[Contact], today: date) -> EvaluationCycle:
    """Return a closed round that all invited people answered; one wrote a comment, which is too few to show."""
    cycle = opened(collaboration, people, today)
    for number, invitation in enumerate(cycle.invitations.order_by("pk")):
        comments = {"keep": COMMENTS[0]} if number == 0 else {}
        submit_answers(invitation=invitation, answers=same_answer(3 + number % 2), comments=comments)
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    return cycle


def joined_later(
    collaboration: Collaboration, newcomer: Organisation, people: list[Contact], today: date
) -> EvaluationCycle:
    """Return the round that was held and discussed before the newcomer took part."""
    cycle = closed(collaboration, people, today)
    record_review(
        actor=None,
        cycle=cycle,
        held_on=today,
        outcome="continue",
        summary="Whisper: what was said before they came",
        next_evaluation_on=today + timedelta(days=90),
        attendees=people,
    )
    add_participation(actor=None, collaboration=collaboration, organisation=newcomer)
    return cycle
