"""The pages behind a personal link, as a person without an account sees them."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.actions import (
    cancel_cycle,
    change_mode,
    close_cycle,
    decline,
    resend_link,
    withdraw_invitation,
)
from assessments.drafts import milliseconds
from assessments.enums import InvitationStatus, Mode
from assessments.models import EvaluationCycle, Invitation, PersonalLink, Response
from assessments.questionnaire import DONT_KNOW
from notifications.models import OutgoingMail
from partners.actions import deactivate_contact
from partners.models import Contact
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import (
    answer,
    opened_cycle,
    planned_cycle,
    same_answer,
    start_answering,
    token_for,
)
from tests.factories.partners import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation() -> Invitation:
    invitation = opened_cycle().invitations.select_related("contact").order_by("pk").last()
    invitation.contact.language = "nl"
    invitation.contact.save()
    return invitation


@pytest.fixture
def url(invitation: Invitation) -> str:
    return reverse("assessments:answer", args=[token_for(invitation)])


def posted(value: str = "4", **more: str) -> dict[str, str]:
    return {**dict.fromkeys(same_answer(None), value), **more}


def chosen(page: str) -> dict[str, str]:
    """Return the answers that are ticked on the page."""
    return dict(re.findall(r'<input type="radio"\s+name="(\w+)"\s+value="(\w+)"\s+checked', page))


def test_link_opens_the_questionnaire_without_an_account(client: Client, url: str, invitation: Invitation) -> None:
    response = client.get(url)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count('type="radio"') == 30 * 6
    assert invitation.contact.name in page
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_other_language_keeps_what_was_typed(client: Client, url: str, invitation: Invitation) -> None:
    response = client.post(
        url, {"value_clear_goal": "4", "comment:keep": "Samen lachen", "language": "nl", "switch_to": "en"}
    )

    assert (response.status_code, response["Location"]) == (302, url)
    page = client.get(url).text
    assert '<html lang="en"' in page
    assert "Samen lachen" in page
    assert "Your answers are kept" not in page
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.STARTED


def test_other_language_keeps_the_colleague_who_was_typed(client: Client, url: str, invitation: Invitation) -> None:
    response = client.post(f"{url}pass-on/", {"name": "Nina", "email": "nina@", "words": "Hoi", "switch_to": "en"})

    assert response.status_code == 200
    assert '<html lang="en"' in response.text
    for text in ('value="Nina"', 'value="nina@"', "Hoi</textarea>"):
        assert text in response.text
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.INVITED
    assert '<html lang="en"' in client.get(url).text


def test_answers_that_are_all_given_can_be_sent_from_the_top(client: Client, url: str) -> None:
    client.post(url, posted(later="1"))
    client.get(url)  # says that they are kept
    page = client.get(url).content.decode()
    notice = page.split('class="alert alert-info"')[1].split("</div>")[0]
    assert 'form="questionnaire"' in notice
    assert 'name="' not in notice


def test_looking_changes_nothing(client: Client, url: str, invitation: Invitation) -> None:
    """Follow every link twice, as mail scanners do."""
    before = Invitation.objects.values().get(pk=invitation.pk)
    for path in ("", "sent/", "decline/", "pass-on/", "results/"):
        client.get(url + path)
        client.head(url + path)
    assert Invitation.objects.values().get(pk=invitation.pk) == before
    assert Response.objects.count() == 0


def test_page_speaks_the_language_of_the_invited_person(client: Client, url: str, invitation: Invitation) -> None:
    assert 'lang="nl"' in client.get(url).content.decode()
    invitation.contact.language = "en"
    invitation.contact.save()
    page = client.get(url).content.decode()
    assert 'lang="en"' in page
    assert "How well do we work together?" in page


@pytest.mark.parametrize(
    ("mode", "promise", "other"),
    [
        (Mode.CONFIDENTIAL, "Je antwoorden zijn vertrouwelijk", "Je antwoorden zijn open"),
        (Mode.OPEN, "Je antwoorden zijn open", "Je antwoorden zijn vertrouwelijk"),
    ],
)
def test_page_makes_exactly_one_promise(client: Client, mode: str, promise: str, other: str) -> None:
    invitation = opened_cycle(mode=mode).invitations.first()
    Contact.objects.update(language="nl")
    page = client.get(reverse("assessments:answer", args=[token_for(invitation)])).content.decode()
    assert promise in page
    assert other not in page


def test_unknown_and_withdrawn_links_give_the_same_page(client: Client, url: str, invitation: Invitation) -> None:
    unknown = client.get(reverse("assessments:answer", args=["x" * 43]))
    withdraw_invitation(actor=None, invitation=invitation)
    withdrawn = client.get(url)
    assert (unknown.status_code, withdrawn.status_code) == (404, 404)
    strip = re.compile(r'csrf[^>]*|"X-CSRFToken": "[^"]*"|value="/e/[^"]*"')
    assert strip.sub("", unknown.content.decode()) == strip.sub("", withdrawn.content.decode())


def test_sending_everything_is_thanked_for(client: Client, url: str, invitation: Invitation) -> None:
    response = client.post(url, posted(keep="x", **{"comment:keep": "De koffie."}))
    assert response.status_code == 302
    assert response["Location"] == url + "sent/"
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.SUBMITTED
    assert Response.objects.get().comments == {"keep": "De koffie."}
    assert client.get(url + "sent/").status_code == 200


def test_skipped_questions_may_be_sent_anyway(client: Client, url: str, invitation: Invitation) -> None:
    first = next(iter(same_answer(None)))
    response = client.post(url, {first: "5"})
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("is-skipped") == 29
    assert len(re.findall(r'<li><a href="#q-\w+">', page)) == 6
    assert "en nog 23" in page
    assert Response.objects.get().submitted_at is None
    client.post(url, {first: "5", "anyway": "1"})
    assert Response.objects.get().submitted_at is not None


def test_keep_for_later_and_go_on_on_another_device(client: Client, url: str) -> None:
    client.post(url, {"value_clear_goal": "2", "comment:low:value_clear_goal": "Meer tijd.", "later": "1"})
    page = Client().get(url).content.decode()
    assert chosen(page) == {"value_clear_goal": "2"}
    assert "Meer tijd." in page
    assert Response.objects.get().submitted_at is None


def test_who_comes_back_is_led_to_the_first_question_without_an_answer(client: Client, url: str) -> None:
    first, second = list(same_answer(None))[:2]
    assert f'href="#q-{first}"' not in client.get(url).content.decode()
    client.post(url, {first: "4", "later": "1"})
    just_kept, back = client.get(url).content.decode(), client.get(url).content.decode()
    assert "Je antwoorden zijn bewaard." in just_kept
    assert "Je bent al begonnen." not in just_kept
    assert f'Je bent al begonnen. <a href="#q-{second}">' in " ".join(back.split())


def test_autosave_tells_how_far_one_is(client: Client, url: str) -> None:
    first, second = list(same_answer(None))[:2]
    client.post(url + "save/", {first: "4"})
    assert "· 2 van de 30 vragen" in client.post(url + "save/", {second: "4"}).content.decode()


def test_dont_know_is_kept_as_such(client: Client, url: str) -> None:
    client.post(url, {"value_clear_goal": DONT_KNOW, "later": "1"})
    assert Response.objects.get().answers == {"value_clear_goal": None}
    assert chosen(client.get(url).content.decode()) == {"value_clear_goal": "dont_know"}


@pytest.mark.parametrize("value", ["6", "0", "x", "", "3.0", "٣"])
def test_tampered_values_are_refused_and_nothing_is_half_saved(client: Client, url: str, value: str) -> None:
    response = client.post(url, posted(value_clear_goal=value, **{"comment:keep": "Blijft staan."}))
    assert response.status_code == 422
    assert "Blijft staan." in response.content.decode()
    assert Response.objects.count() == 0


def test_autosave_keeps_one_question(client: Client, url: str) -> None:
    response = client.post(url + "save/", {"value_clear_goal": "3"})
    assert response.status_code == 200
    assert Response.objects.get().answers == {"value_clear_goal": 3}


def test_autosave_says_so_when_the_round_has_closed(client: Client, url: str, invitation: Invitation) -> None:
    close_cycle(actor=None, cycle=invitation.cycle)
    response = client.post(url + "save/", {"value_clear_goal": "3"})
    assert "is-refused" in response.content.decode()
    assert Response.objects.count() == 0


def opened_page(client: Client, url: str) -> dict[str, str]:
    """Return the fields of the form as a browser would send them back."""
    page = client.get(url).content.decode()
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    texts = re.findall(r'<textarea class="form-control"\s+name="([^"]+)"[^>]*>([^<]*)</textarea>', page)
    fields = {**dict(hidden), **chosen(page), **dict(texts)}
    return {name: unescape(value) for name, value in fields.items()}


def test_stale_page_takes_nothing_back_that_was_answered_elsewhere(client: Client, url: str) -> None:
    """Open the page on two devices: answers untouched on one of them stay as the other one made them."""
    client.post(url, {"value_clear_goal": "2", "later": "1"})
    phone, desk = opened_page(client, url), opened_page(client, url)
    client.post(url, {**phone, "value_clear_goal": "4", "comment:keep": "Written on the phone.", "later": "1"})
    client.post(url, {**desk, "fit_own_helps": "5", "comment:change_first": "Written at the desk.", "later": "1"})
    response = Response.objects.get()
    assert response.answers == {"value_clear_goal": 4, "fit_own_helps": 5}
    assert response.comments == {"keep": "Written on the phone.", "change_first": "Written at the desk."}


def test_comment_that_was_shown_can_be_taken_out(client: Client, url: str) -> None:
    client.post(url, {"comment:keep": "Better not.", "later": "1"})
    client.post(url, {**opened_page(client, url), "comment:keep": "", "later": "1"})
    assert Response.objects.get().comments == {}


def test_page_brings_back_all_when_the_draft_is_gone(client: Client, url: str, invitation: Invitation) -> None:
    """Decline on the phone, then send the open page at the desk after all."""
    client.post(url, posted("4", later="1"))
    desk = opened_page(client, url)
    decline(invitation=invitation)
    client.post(url, desk)
    assert Response.objects.get().answers == same_answer(4)


@pytest.mark.parametrize("shown", ["", "x", "[]", "[1, 2]", "[[], []]", "null", "[" * 9999, '{"a": 1}'])
def test_tampered_page_is_taken_as_it_was_sent(client: Client, url: str, shown: str) -> None:
    client.post(url, posted("4", later="1", shown=shown))
    assert Response.objects.get().answers == same_answer(4)


def test_answers_given_on_another_promise_are_not_kept(client: Client, url: str, invitation: Invitation) -> None:
    """Open a page that promises confidentiality, then make the round open, with names."""
    before = opened_page(client, url)
    change_mode(actor=None, cycle=invitation.cycle, mode=Mode.OPEN)
    saved = client.post(url + "save/", {"mode": before["mode"], "value_clear_goal": "1"})
    assert "is-refused" in saved.content.decode()
    refused = client.post(url, {**before, "value_clear_goal": "1", "later": "1"})
    page = refused.content.decode()
    assert (refused.status_code, Response.objects.count()) == (422, 0)
    assert chosen(page) == {"value_clear_goal": "1"}
    assert "Je antwoorden zijn open" in page[page.index('id="q-mode"') :]
    assert 'href="#q-mode"' in page
    client.post(url, {**before, "mode": "open", "value_clear_goal": "1", "later": "1"})
    assert Response.objects.get().answers == {"value_clear_goal": 1}


@pytest.mark.parametrize("end", [close_cycle, cancel_cycle])
@pytest.mark.parametrize("button", ["", "later", "anyway"])
def test_what_is_sent_too_late_is_given_back(
    client: Client, url: str, invitation: Invitation, end: Callable[..., None], button: str
) -> None:
    end(actor=None, cycle=invitation.cycle)
    late = {**posted("2"), "comment:keep": "An hour of work.", button: "1"}
    response = client.post(url, late)
    page = response.content.decode()
    assert response.status_code == 422
    assert "An hour of work." in page
    assert set(chosen(page).values()) == {"2"}
    assert "data-error-summary" in page
    assert 'type="submit" class="btn btn-primary"' not in page
    assert Response.objects.count() == 0


def test_thanks_give_way_to_the_results(client: Client, url: str, invitation: Invitation) -> None:
    answer(invitation, 4)
    assert client.get(url + "sent/").status_code == 200
    close_cycle(actor=None, cycle=invitation.cycle)
    assert client.get(url + "sent/")["Location"] == url


def test_comments_are_kept_as_they_were_typed(client: Client, url: str) -> None:
    """Send a line end as a browser does: counted as one character, sent as two."""
    client.post(url, {"comment:keep": "a\r\n" * 1999 + "b", "later": "1"})
    assert Response.objects.get().comments == {"keep": "a\n" * 1999 + "b"}


@pytest.mark.parametrize("button", ["later", "anyway"])
def test_comment_that_cannot_be_stored_is_refused_and_everything_typed_stays_on_the_page(
    button: str, client: Client, url: str
) -> None:
    page = client.post(url, {"comment:keep": "We meet weekly", "comment:change_first": "a\0b", button: "1"})

    assert page.status_code == 422
    assert "We meet weekly" in page.text
    assert not Response.objects.exists()


def test_sending_takes_as_many_queries_for_one_answer_as_for_all(
    client: Client, url: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(16):
        client.post(url, {"value_clear_goal": "4"})


def test_saving_and_sending_take_few_queries(client: Client, url: str, django_assert_max_num_queries: Any) -> None:
    """Count the queries, opening and ending a transaction included."""
    form = posted()
    client.post(url + "save/", {"fit_own_helps": "3"})
    with django_assert_max_num_queries(7):
        client.post(url + "save/", {"value_clear_goal": "4"})
    with django_assert_max_num_queries(8):
        client.post(url, form)


@pytest.mark.parametrize("mode", Mode.values)
def test_closed_round_knows_nothing_of_when_anything_was_typed(client: Client, mode: str) -> None:
    invitation = opened_cycle(mode=mode).invitations.earliest("pk")
    url = reverse("assessments:answer", args=[token_for(invitation)])
    client.post(url, posted(typed=json.dumps({"value_clear_goal": [milliseconds(timezone.now()), "a", 1]})))
    assert Response.objects.get().typed != {}
    close_cycle(actor=None, cycle=invitation.cycle)
    assert Response.objects.get().typed == {}


OTHER_SITES = [
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://testserver.elsewhere.example"},
    {"Origin": "http://testserver:81"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Referer": "https://elsewhere.example/http://testserver/"},
    {"Referer": "http://[::1"},
    {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "same-origin", "Referer": "http://testserver/"},
]


@pytest.mark.parametrize("path", ["", "save/", "decline/", "pass-on/"])
@pytest.mark.parametrize("headers", OTHER_SITES, ids=str)
def test_post_of_another_site_is_refused(url: str, path: str, headers: dict[str, str], invitation: Invitation) -> None:
    client = Client(enforce_csrf_checks=True, headers=headers)
    response = client.post(url + path, posted(name="Pia", email="pia@noord.example", later="1"))
    assert response.status_code == 403
    invitation.refresh_from_db()
    assert (Response.objects.count(), invitation.status) == (0, InvitationStatus.INVITED)
    assert invitation.contact.name not in response.content.decode()


OWN_PAGES = [
    {"Origin": "http://testserver"},
    {"Origin": "https://samenspel.example"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Referer": "http://testserver/e/x/"},
    {},
]


@pytest.mark.parametrize("headers", OWN_PAGES, ids=str)
def test_post_of_an_own_page_needs_no_cookie(url: str, headers: dict[str, str], settings: Any) -> None:
    settings.SITE_URL = "https://samenspel.example"
    client = Client(enforce_csrf_checks=True, headers=headers)
    assert client.get(url).status_code == 200
    assert list(client.cookies) == []
    assert client.post(url, posted()).status_code == 302
    assert Response.objects.get().answers == same_answer(4)


@pytest.mark.parametrize("state", ["asked", "declined", "passed on", "sent", "closed"])
@pytest.mark.parametrize("path", ["", "sent/", "decline/", "pass-on/", "results/"])
def test_pages_of_a_link_set_no_cookie(client: Client, url: str, path: str, state: str, invitation: Invitation) -> None:
    if state == "declined":
        decline(invitation=invitation)
    elif state == "passed on":
        Client().post(url + "pass-on/", {"name": "Fatma Yilmaz", "email": "fatma@noord.example"})
    elif state == "sent":
        answer(invitation, 4)
    elif state == "closed":
        close_cycle(actor=None, cycle=invitation.cycle)
    client.get(url + path, follow=True)
    client.get(url.replace("/e/", "/e/x") + path)
    assert list(client.cookies) == []


def test_language_is_switched_without_a_cookie(url: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    change = reverse("accounts:language-change")
    assert client.post(change, {"language": "en", "next": url})["Location"] == url
    assert "How well do we work together?" in client.get(url).content.decode()
    elsewhere = Client(enforce_csrf_checks=True, headers={"Origin": "https://elsewhere.example"})
    assert elsewhere.post(change, {"language": "en", "next": url}).status_code == 403


GONE: dict[str, Callable[[Invitation], None]] = {
    "withdrawn": lambda row: withdraw_invitation(actor=None, invitation=row),
    "new link": lambda row: resend_link(actor=None, invitation=row),
    "left": lambda row: deactivate_contact(actor=None, contact=row.contact),
    "moved": lambda row: Contact.objects.filter(pk=row.contact_id).update(organisation=OrganisationFactory().pk),
    "foreign": lambda row: PersonalLink.objects.all().delete(),
}


@pytest.mark.parametrize("path", ["", "pass-on/"])
@pytest.mark.parametrize("gone", GONE)
def test_what_is_sent_with_a_link_that_works_no_more_is_given_back(
    client: Client, url: str, invitation: Invitation, gone: str, path: str
) -> None:
    start_answering(invitation, value_clear_goal=1, fit_own_helps=2)
    Response.objects.update(comments={"keep": "Stored before."})
    GONE[gone](invitation)
    typed = {"value_clear_goal": "5", "comment:keep": "An hour of <work>.", "comment:low:fit_own_helps": "Why not."}
    response = client.post(url + path, {**typed, "name": "Pia Noord", "email": "", "later": "1"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "data-error-summary" in page
    for text in ("An hour of &lt;work&gt;.", "Why not.", "Pia Noord", "Helemaal mee eens"):
        assert text in page
    for text in (invitation.contact.name, "Stored before.", str(invitation.cycle.collaboration), "Helemaal mee oneens"):
        assert text not in page
    saved = client.post(url + "save/", typed)
    assert saved.status_code == 422
    assert 'data-refused=""' in saved.content.decode()
    assert client.get(url + path).status_code == 404


def test_what_is_given_back_is_in_the_language_of_the_page(client: Client, invitation: Invitation) -> None:
    """Send the form of a revoked link, whose person is unknown: the form itself names its language."""
    Contact.objects.update(language="en")
    url = reverse("assessments:answer", args=[token_for(invitation)])
    shown = client.get(url).content.decode()
    language = re.search(r'name="language" value="(\w+)"', shown)
    assert language
    withdraw_invitation(actor=None, invitation=invitation)
    sent = {"language": language[1], "value_clear_goal": "5"}
    page = client.post(url, sent, headers={"Accept-Language": "nl"}).content.decode()
    assert ('lang="en"' in page, "Strongly agree" in page) == (True, True)
    odd = client.post(url, {**sent, "language": "xx"}, headers={"Accept-Language": "nl"})
    assert "Helemaal mee eens" in odd.content.decode()


def test_autosave_that_comes_late_changes_nothing(client: Client, url: str) -> None:
    at = milliseconds(timezone.now())
    first, second = json.dumps({"comment:keep": [at - 9, "a", 1]}), json.dumps({"comment:keep": [at - 5, "a", 2]})
    client.post(url + "save/", {"comment:keep": "Newer.", "typed": second})
    late = client.post(url + "save/", {"comment:keep": "Older.", "typed": first})
    assert Response.objects.get().comments == {"keep": "Newer."}
    assert "Newer." in late.content.decode()


def test_autosave_of_a_page_that_was_sent_changes_nothing(client: Client, url: str) -> None:
    """Send a form whose page had shown another last word; a late autosave must not undo it."""
    client.post(url, {"comment:keep": "As shown.", "later": "1"})
    at = milliseconds(timezone.now())
    page = {**opened_page(client, url), "typed": json.dumps({"comment:keep": [at + 9, "a", 2]})}
    client.post(url, {**page, "anyway": "1", "value_clear_goal": "4"})
    client.post(url + "save/", {"comment:keep": "In between.", "typed": json.dumps({"comment:keep": [at, "a", 1]})})
    assert Response.objects.get().comments == {"keep": "As shown."}


def test_late_save_does_not_take_back_a_no(client: Client, url: str, invitation: Invitation) -> None:
    at = milliseconds(timezone.now())
    decline(invitation=invitation)
    typed = json.dumps({"value_clear_goal": [at - 5000, "a", 1]})
    late = client.post(url + "save/", {"value_clear_goal": "3", "typed": typed})
    invitation.refresh_from_db()
    assert (late.status_code, invitation.status) == (422, InvitationStatus.DECLINED)
    typed = json.dumps({"value_clear_goal": [milliseconds(timezone.now()) + 5000, "a", 2]})
    assert client.post(url + "save/", {"value_clear_goal": "3", "typed": typed}).status_code == 200


@pytest.mark.parametrize("typed", ["", "x", "[]", "null", "[" * 9999, '{"value_clear_goal": [1]}', '{"a": {"b": 1}}'])
def test_tampered_times_count_as_typed_now(client: Client, url: str, typed: str) -> None:
    client.post(url + "save/", {"value_clear_goal": "2"})
    client.post(url + "save/", {"value_clear_goal": "3", "typed": typed})
    assert Response.objects.get().answers == {"value_clear_goal": 3}


def test_script_is_told_where_to_go(client: Client, url: str) -> None:
    """Send by script, where a redirect would be followed unseen and the message of the next page be lost."""
    kept = client.post(url, {"value_clear_goal": "4", "later": "1"}, headers={"HX-Request": "true"})
    sent = client.post(url, posted(), headers={"HX-Request": "true"})
    assert (kept["HX-Redirect"], sent["HX-Redirect"]) == (url, url + "sent/")


def test_words_taken_back_are_not_published(client: Client, url: str, invitation: Invitation) -> None:
    client.post(url + "save/", {"value_clear_goal": "1", "comment:low:value_clear_goal": "Anna never answers"})
    client.post(url + "save/", {"value_clear_goal": "5"})
    assert "Anna never answers" in client.get(url).content.decode()
    client.post(url, posted("5"))
    close_cycle(actor=None, cycle=invitation.cycle)
    assert Response.objects.get().comments == {}


def test_declining_asks_first(client: Client, url: str, invitation: Invitation) -> None:
    assert client.get(url + "decline/").status_code == 200
    client.post(url + "decline/")
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.DECLINED


def test_who_declined_finds_no_questions_but_a_way_back(client: Client, url: str, invitation: Invitation) -> None:
    decline(invitation=invitation)
    declined = client.get(url).content.decode()
    assert "questionnaire" not in declined
    assert f'href="{url}?after_all"' in declined

    questions = client.get(url + "?after_all").content.decode()
    assert 'id="questionnaire"' in questions
    client.post(url + "?after_all", posted("4", later="1"))
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.STARTED


def test_passing_on_mails_the_colleague(client: Client, url: str) -> None:
    bad = client.post(url + "pass-on/", {"name": "Fatma", "email": "no address"})
    assert bad.status_code == 422
    assert "no address" in bad.content.decode()
    client.post(url + "pass-on/", {"name": "Fatma Yilmaz", "email": "fatma@example.org"})
    assert OutgoingMail.objects.get(kind="evaluation_passed_on").to_email == "fatma@example.org"
    page = client.get(url).content.decode()
    assert "Je hebt dit doorgegeven aan Fatma Yilmaz" in page
    assert 'id="questionnaire"' not in page


def test_link_leads_to_the_results_once_the_round_is_closed(client: Client, url: str, invitation: Invitation) -> None:
    for row in invitation.cycle.invitations.all():
        answer(row, 4)
    assert client.get(url + "results/")["Location"] == url
    close_cycle(actor=None, cycle=invitation.cycle)
    assert client.get(url)["Location"] == url + "results/"
    page = client.get(url + "results/").content.decode()
    assert "4,0" in page
    for row in invitation.cycle.invitations.exclude(pk=invitation.pk):
        assert row.contact.name not in page


@pytest.mark.parametrize("step", ["planned", "cancelled"])
def test_round_that_is_not_open_says_so(client: Client, step: str) -> None:
    cycle = planned_cycle() if step == "planned" else opened_cycle()
    invitation = cycle.invitations.first()
    token = token_for(invitation)
    if step == "cancelled":
        cancel_cycle(actor=None, cycle=cycle)
    response = client.get(reverse("assessments:answer", args=[token]))
    assert response.status_code == 200
    assert ("called off" in response.content.decode()) == (step == "cancelled")
    assert 'type="radio"' not in response.content.decode()


def test_questionnaire_takes_few_queries(client: Client, url: str, django_assert_max_num_queries: Any) -> None:
    client.post(url, posted(later="1"))
    with django_assert_max_num_queries(6):  # three of them for the person to ask
        client.get(url)


def test_every_page_of_a_link_names_a_person_to_ask(client: Client, url: str, invitation: Invitation) -> None:
    planner = CoordinatorFactory(name="Pim Planner", email="pim@taalkracht.example")
    CoordinatorFactory(name="Aad Ander")
    EvaluationCycle.objects.filter(pk=invitation.cycle_id).update(planned_by=planner)

    pages = [client.get(f"{url}{path}") for path in ("", "people/", "decline/", "pass-on/")]
    assert [page.content.decode().count("mailto:pim@taalkracht.example") for page in pages] == [1, 1, 1, 1]

    withdraw_invitation(actor=None, invitation=invitation)
    dead = client.get(url)
    assert (dead.status_code, dead.content.decode().count("mailto:pim@taalkracht.example")) == (404, 1)


def test_page_of_an_unknown_link_names_who_keeps_the_records(client: Client) -> None:
    keeper = CoordinatorFactory(name="Aad Ander")

    page = client.get("/e/half-a-link/")
    assert (page.status_code, page.content.decode().count(f"mailto:{keeper.email}")) == (404, 1)
