"""A legal hold on the pages: one of the desk for insight asks, another answers, and nothing is done before."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.staff.models import Post, Role
from brik.vault import keys
from followup.desk.models import LegalHold, LegalHoldAnswer, LegalHoldEnd, LegalHoldRequest
from followup.desk.retention import actions
from followup.desk.retention.hold_refusals import HoldRefusal
from tests import situations
from tests.browser import assert_accessible, assert_reflows, shoot, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return [situations.an_account(Role.INSIGHT) for _ in range(2)]


@pytest.fixture
def someone():
    with keys.ring():
        return situations.a_person(family="Eksempelsen")


@pytest.fixture
def noise(two):
    """A hold of somebody else, which stays whatever happens."""
    with keys.ring():
        other = situations.a_person(family="Annensteds")
    return actions.place_hold(other, why=Reason.SUPERVISION, by=two[0], confirmed_by=two[1])


def ask(client, by, person, why):
    client.force_login(by)
    return client.post(reverse("desk:hold", args=[person.pk]), {"why": why})


def answer(client, by, request, said):
    client.force_login(by)
    return client.post(reverse("desk:answer_hold", args=[request.pk]), {"answer": said}, follow=True)


def words(client, address="desk:holds", *args):
    return client.get(reverse(address, args=args)).content.decode()


def test_one_asks_and_another_confirms_and_ends(client, two, someone, noise):
    first, second = two
    assert ask(client, first, someone, "court_case").url == reverse("desk:holds")
    asked = LegalHoldRequest.objects.get()
    assert list(LegalHold.objects.standing()) == [noise]
    assert "Trekk ønsket" in words(client)
    answer(client, second, asked, "bekreft")
    hold = LegalHold.objects.get(person=someone)
    assert (hold.why, hold.asked_by, hold.confirmed_by) == ("court_case", first, second)
    assert "Eksempelsen" in words(client)
    ask(client, second, someone, "case_closed")
    assert LegalHold.objects.standing().count() == 2
    answer(client, first, LegalHoldRequest.objects.get(hold=hold), "bekreft")
    assert LegalHoldEnd.objects.get().why == "case_closed"
    assert list(LegalHold.objects.standing()) == [noise]
    verbs = Event.objects.filter(subject=someone.pk, verb__startswith="vault.").order_by("pk")
    assert [(event.verb, event.reason) for event in verbs if "hold" in event.verb] == [
        (Verb.HOLD_ASKED_FOR, "court_case"),
        (Verb.HOLD_PLACED, "court_case"),
        (Verb.HOLD_ASKED_FOR, "case_closed"),
        (Verb.HOLD_ENDED, "case_closed"),
    ]


def test_whoever_asked_cannot_confirm_it_but_take_it_back(client, two, someone):
    ask(client, two[0], someone, "complaint")
    asked = LegalHoldRequest.objects.get()
    refused = answer(client, two[0], asked, "bekreft")
    assert "En annen enn den som ba om det, må bekrefte." in refused.content.decode()
    assert not LegalHold.objects.exists()
    answer(client, two[0], asked, "avvis")
    assert not LegalHoldAnswer.objects.get().confirmed
    assert "Ingenting venter." in words(client)
    assert Event.objects.filter(verb=Verb.HOLD_TURNED_DOWN, subject=someone.pk).count() == 1


def test_what_is_answered_or_asked_already_is_not_done_twice(client, two, someone):
    ask(client, two[0], someone, "complaint")
    assert "venter på at en annen bekrefter" in words(client, "desk:hold", someone.pk)
    with pytest.raises(Refused) as refused:
        actions.ask_for_hold(someone, why=Reason.COURT_CASE, by=two[1])
    assert refused.value.why == HoldRefusal.ASKED
    asked = LegalHoldRequest.objects.get()
    answer(client, two[1], asked, "bekreft")
    with pytest.raises(Refused) as refused:
        actions.answer_request(asked, confirmed=True, by=two[1])
    assert refused.value.why == HoldRefusal.ANSWERED
    assert LegalHold.objects.count() == 1


def test_a_hold_that_has_ended_is_not_ended_again(two, someone):
    hold = actions.place_hold(someone, why=Reason.COMPLAINT, by=two[0], confirmed_by=two[1])
    asked = actions.ask_for_end(hold, why=Reason.MISTAKE, by=two[0])
    actions.end_hold(hold, why=Reason.CASE_CLOSED, by=two[0], confirmed_by=two[1])
    assert not LegalHoldRequest.objects.waiting().exists()
    for act in (
        lambda: actions.answer_request(asked, confirmed=True, by=two[1]),
        lambda: actions.ask_for_end(hold, why=Reason.MISTAKE, by=two[0]),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.why == HoldRefusal.ENDED


def test_what_somebody_has_asked_who_may_not_any_longer_is_not_confirmed(two, someone):
    asked = actions.ask_for_hold(someone, why=Reason.COMPLAINT, by=two[0])
    Post.objects.filter(staff=two[0]).change(until=Post.objects.get(staff=two[0]).since)
    with pytest.raises(Refused) as refused:
        actions.answer_request(asked, confirmed=True, by=two[1])
    assert refused.value.why == HoldRefusal.ASKER_GONE
    assert not LegalHold.objects.exists()


def test_nobody_but_the_desk_for_insight_asks_or_answers(two, someone):
    asked = actions.ask_for_hold(someone, why=Reason.COMPLAINT, by=two[0])
    for role in (Role.PRIVACY, Role.SYSTEM, Role.LEADER):
        other = situations.an_account(role, at=someone.known_stay.unit if role == Role.LEADER else None)
        with pytest.raises(PermissionDenied):
            actions.ask_for_hold(someone, why=Reason.COMPLAINT, by=other)
        with pytest.raises(PermissionDenied):
            actions.answer_request(asked, confirmed=True, by=other)


def test_nothing_is_asked_without_a_reason_and_no_other_answer_is_taken(client, two, someone):
    client.force_login(two[0])
    page = client.post(reverse("desk:hold", args=[someone.pk]), {}, follow=True)
    assert page.status_code == 422
    assert "Velg hvorfor det må bevares." in page.content.decode()
    assert not LegalHoldRequest.objects.exists()
    # A reason to end is none to begin.
    ask(client, two[0], someone, "mistake")
    assert not LegalHoldRequest.objects.exists()
    ask(client, two[0], someone, "complaint")
    assert answer(client, two[1], LegalHoldRequest.objects.get(), "kanskje").status_code == 400
    assert not LegalHoldAnswer.objects.exists()


def test_the_page_is_reached_from_the_extract(client, two, someone):
    client.force_login(two[0])
    assert reverse("desk:hold", args=[someone.pk]) in words(client, "desk:extract", someone.pk)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_two_people_keep_somebody_s_data_in_two_browsers(browser_page, second_page, two, someone):
    page, other = browser_page, second_page
    sign_in(page, two[0])
    page.goto(reverse("desk:extract", args=[someone.pk]))
    page.get_by_role("link", name="Bevar for en sak").click()
    assert_accessible(page)
    page.get_by_role("button", name="Be om bevaring").click()
    page.get_by_text("Velg hvorfor det må bevares.").first.wait_for()
    assert_accessible(page)
    page.get_by_label("Et tilsyn").check()
    shoot(page, "bevaring-be")
    assert_reflows(page)
    page.get_by_role("button", name="Be om bevaring").click()
    page.get_by_role("button", name="Trekk ønsket").wait_for()
    assert_accessible(page)
    sign_in(other, two[1])
    other.goto(reverse("desk:holds"))
    shoot(other, "bevaring-venter")
    other.get_by_role("button", name="Bekreft").click()
    other.get_by_role("link", name=someone.name).wait_for()
    assert_accessible(other)
    shoot(other, "bevaring-staar")
    assert_reflows(other)
    other.get_by_role("link", name=someone.name).click()
    other.get_by_role("heading", name="Avslutt bevaringen").wait_for()
    assert_accessible(other)
    shoot(other, "bevaring-slutt")
