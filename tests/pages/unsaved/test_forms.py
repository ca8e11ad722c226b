"""Real forms, sent over HTTP: what was typed arrives in the end, whatever came in between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.urls import reverse

from brik.mapping.models import Mapping
from brik.people import protection
from brik.people.models import Person
from brik.staff.models import Role, Staff
from brik.vault import keys
from consent.models import Withdrawal
from followup.sharing.models import PartnerAnswer
from tests import situations
from tests.pages.unsaved.browsing import Browser, database_away, form_on, words_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]
WORD = "Et uforvekslelig ord"


@dataclass
class Form:
    """A page with a form, what somebody types in it, and how one sees that it has arrived."""

    user: Staff
    address: str
    typed: dict[str, str]
    arrived: Callable[[], bool]
    # Typed, and to be typed again: never held.
    secret: dict[str, str] = field(default_factory=dict)


def withdrawal():
    officer = situations.an_account(Role.CONTACT_OFFICER)
    person = situations.a_person(at=officer.current_posts[0].unit)
    typed = {"what": "alt", "said": "HER", "when": "NAA", "clock": "07.41"}
    return Form(officer, reverse("desk:withdraw", args=[person.pk]), typed, Withdrawal.objects.exists)


def restrictions():
    mapper = situations.an_account()
    person = situations.a_person(at=mapper.current_posts[0].unit)

    def arrived():
        return protection.of(Person.objects.get(pk=person.pk))["note"] == WORD

    typed = {"address_grade": "FORTROLIG", "note": WORD}
    return Form(mapper, reverse("desk:protection", args=[person.pk]), typed, arrived)


def correction():
    mapper = situations.an_account()
    mapping = situations.a_signed_off_interview(mapper)

    def arrived():
        return [new.reason.open() for new in Mapping.objects.filter(corrects=mapping)] == [WORD]

    return Form(mapper, reverse("mapping:correct", args=[mapping.pk]), {"reason": WORD}, arrived)


def partner_answer():
    nav = situations.an_organisation()
    delivery = situations.a_delivery(nav)
    adviser = situations.an_account(Role.PARTNER, organisation=nav)
    typed = {"kind": "TAR_KONTAKT", "how": "TELEFON"}
    address = reverse("sharing:summary", args=[delivery.disclosure_id])
    return Form(adviser, address, typed, PartnerAnswer.objects.filter(how="TELEFON").exists)


def new_account():
    typed = {"username": "ny.bruker", "name": WORD, "organisation": ""}
    arrived = Staff.objects.filter(username="ny.bruker", name=WORD).exists
    secret = {"password": "et langt nok passord"}
    return Form(situations.an_account(Role.SYSTEM), reverse("staff:new_account"), typed, arrived, secret)


@pytest.fixture(
    params=[withdrawal, restrictions, correction, partner_answer, new_account], ids=lambda made: made.__name__
)
def form(request):
    return request.param()


@contextmanager
def session_gone(browser, user):
    browser.lose_session()
    yield 401
    browser.sign_in(user)


@contextmanager
def screen_hidden(browser, user):
    browser.hide()
    yield 401
    browser.show()


@contextmanager
def signed_in_anew(browser, user):
    browser.lose_session()
    browser.sign_in(user)
    yield 403


@contextmanager
def without_database(browser, user):
    with database_away():
        yield 503


CAUSES = [session_gone, screen_hidden, signed_in_anew, without_database]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_what_was_typed_arrives_once_the_cause_is_gone(form, cause):
    browser = Browser(form.user)
    page = browser.open(form.address)
    with cause(browser, form.user) as status:
        held = browser.send(page, **form.typed, **form.secret)
        assert held.status_code == status
        fields = form_on(held)[1]
        assert {name: fields[name] for name in form.typed} == {name: [value] for name, value in form.typed.items()}
        assert not {*form.typed.values(), *form.secret.values()} - {""} & {*words_on(held).split("\n")}
        assert WORD not in words_on(held)
        for value in form.secret.values():
            assert value not in held.content.decode()
    if cause is not without_database:
        assert not form.arrived()
    answer = browser.send(form_on(held), **form.secret)
    # Signing in makes a new form token: the page is held once more, now to be sent.
    if answer.status_code == 403:
        answer = browser.send(form_on(answer), **form.secret)
    assert answer.status_code == 302, words_on(answer)
    assert form.arrived()


def test_a_held_account_says_that_its_password_must_be_typed_again():
    form = new_account()
    browser = Browser(form.user)
    page = browser.open(form.address)
    browser.hide()
    held = browser.send(page, **form.typed, **form.secret)
    assert "Passordet er ikke med. Skriv det på nytt." in words_on(held)
    browser.show()
    answer = browser.send(form_on(held))
    assert answer.status_code == 422
    assert WORD in answer.content.decode()
    assert browser.send(form_on(answer, among="username"), **form.typed, **form.secret).status_code == 302
    assert form.arrived()


def hide_form(browser, page, form):
    """Press the hide button of a page with a form in it."""
    return browser.send(page, **form.typed, **form.secret, hide_form=form.address)


def test_hiding_a_form_holds_what_is_typed_in_it_and_carries_nothing_out(form):
    browser = Browser(form.user)
    held = hide_form(browser, browser.open(form.address), form)
    assert held.status_code == 401
    assert "Skjermen er skjult" in words_on(held)
    assert WORD not in words_on(held)
    assert browser.client.get(form.address)["Location"] == reverse("pages:hidden")
    browser.show()
    shown = browser.send(form_on(held))
    assert shown.status_code == 200
    assert "aria-invalid" not in shown.content.decode(), "nobody has sent it: nothing in it is judged"
    for value in filter(None, form.typed.values()):
        assert value in shown.content.decode()
    assert not form.arrived()
    answer = browser.send(form_on(shown, among=next(iter(form.typed))), **form.typed, **form.secret)
    assert answer.status_code == 302, words_on(answer)
    assert form.arrived()


def test_hiding_leads_back_to_the_page():
    form = restrictions()
    browser = Browser(form.user)
    hide_form(browser, browser.open(form.address), form)
    assert browser.send(browser.open(reverse("pages:hidden")), password=situations.PASSWORD).url == form.address


def test_a_form_shown_again_is_still_about_the_version_it_was_typed_over():
    form = restrictions()
    browser = Browser(form.user)
    held = hide_form(browser, browser.open(form.address), form)
    with keys.ring():
        person = Person.objects.get()
        person.protection = {"address_grade": "", "restrictions": ["MEDIEFORBUD"], "note": ""}
        person.save()
    browser.show()
    shown = browser.send(form_on(held))
    answer = browser.send(form_on(shown, among="note"), **form.typed)
    assert answer.status_code == 409
    assert "Medieforbud" in words_on(answer)
    assert not form.arrived()
    assert browser.send(form_on(answer, among="note"), **form.typed).status_code == 302
    assert form.arrived()
