"""The row a form was about is gone when it is sent: the answer says so, and what was typed stands on it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.audit.actors import Process
from brik.mapping.record import lifecycle
from brik.people.models import Person, Stay
from brik.people.protection import Restriction
from brik.staff.models import MapperApproval, Role
from brik.vault import keys
from consent.record import steps
from tests import situations
from tests.pages.unsaved.browsing import Browser, words_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]
WORD = "Et uforvekslelig ord"
TESTS = Process("tests")


def moved(person):
    """The person is in another unit now, as a message told."""
    Stay.objects.filter(pk=person.current_stay_id).change(unit=situations.a_unit("Agder fengsel"))


def protection_of_somebody_moved():
    mapper = situations.an_account()
    person = situations.a_person(at=mapper.current_posts[0].unit)
    typed = {"address_grade": "FORTROLIG", "note": WORD}
    return mapper, reverse("desk:protection", args=[person.pk]), typed, lambda: moved(person), (WORD, "Fortrolig")


def withdrawal_of_somebody_moved():
    officer = situations.an_account(Role.CONTACT_OFFICER)
    person = situations.a_person(at=officer.current_posts[0].unit)
    typed = {"what": "alt", "said": "HER", "when": "FOER", "day": "29.11.2026", "clock": "07.41"}
    return officer, reverse("desk:withdraw", args=[person.pk]), typed, lambda: moved(person), ("29.11.2026", "07.41")


def correction_of_a_restricted_interview():
    mapper = situations.an_account()
    mapping = situations.a_signed_off_interview(mapper)

    def gone():
        with keys.ring():
            lifecycle.restrict(mapping, reason="withdrawn", by=TESTS)

    return mapper, reverse("mapping:correct", args=[mapping.pk]), {"reason": WORD}, gone, (WORD,)


def correction_without_an_approval():
    mapper = situations.an_account()
    mapping = situations.a_signed_off_interview(mapper)

    def gone():
        MapperApproval.objects.get(staff=mapper).end(timezone.localdate())

    return mapper, reverse("mapping:correct", args=[mapping.pk]), {"reason": WORD}, gone, (WORD,)


def ruling_on_restrictions_that_were_lifted():
    mapper = situations.an_account()
    unit = mapper.current_posts[0].unit
    person = situations.protect(situations.a_person(at=unit), Restriction.MEDIA_BANNED, by=mapper)

    def gone():
        with keys.ring():
            situations.protect(Person.objects.get(pk=person.pk), by=mapper)

    typed = {"who": "INGEN", "reason": WORD, "last_day": f"{timezone.localdate():%d.%m.%Y}"}
    return situations.an_account(Role.LEADER, at=unit), reverse("desk:rule", args=[person.pk]), typed, gone, (WORD,)


def answer_to_a_summary_that_was_taken_back():
    nav = situations.an_organisation()
    delivery = situations.a_delivery(nav)

    def gone():
        with keys.ring():
            situations.take_everything_back(delivery.disclosure.person)

    adviser = situations.an_account(Role.PARTNER, organisation=nav)
    address = reverse("sharing:summary", args=[delivery.disclosure_id])
    typed = {"kind": "TAR_KONTAKT", "how": "TELEFON", "on_day": "1.2.2027"}
    return adviser, address, typed, gone, ("1.2.2027",)


def sources_in_a_talk_with_somebody_moved():
    situations.publish_texts()
    situations.all_recipients()
    mapper = situations.an_account()
    person = situations.a_person(at=mapper.current_posts[0].unit)
    talk = situations.a_talk(person, mapper, stop_before=steps.SOURCES)
    typed = {"andre-answer": "JA", "andre-name_1": WORD, "andre-about_1": "ARBEID", "andre-name_2": "En til"}
    return mapper, reverse("desk:talk", args=[talk.pk, steps.SOURCES]), typed, lambda: moved(person), (WORD, "En til")


CASES = [
    sources_in_a_talk_with_somebody_moved,
    protection_of_somebody_moved,
    withdrawal_of_somebody_moved,
    correction_of_a_restricted_interview,
    correction_without_an_approval,
    ruling_on_restrictions_that_were_lifted,
    answer_to_a_summary_that_was_taken_back,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_what_was_typed_stands_on_the_page_that_says_it_is_gone(case):
    user, address, typed, gone, words = case()
    browser = Browser(user)
    page = browser.open(address)
    gone()
    answer = browser.send(page, **typed)
    assert answer.status_code in (403, 404, 409, 410)
    shown = words_on(answer)
    assert "Det du skrev nå" in shown
    assert "Det er ikke lagret." in shown
    for word in words:
        assert word in shown


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_nobody_else_gets_the_words_nor_a_page_that_is_only_read(case):
    user, address, typed, gone, words = case()
    browser = Browser(user)
    page = browser.open(address)
    gone()
    assert "Det du skrev nå" not in words_on(browser.client.get(address))
    _, fields = page
    for fields_of_nobody in ({}, {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"]}):
        answer = browser.client.post(address, {**fields_of_nobody, **typed})
        assert words[0] not in words_on(answer)
    browser.lose_session()
    browser.sign_in(situations.an_account())
    assert words[0] not in browser.send(page, **typed).content.decode()


def test_the_words_do_not_stand_on_a_screen_that_was_hidden_meanwhile():
    user, address, typed, gone, words = withdrawal_of_somebody_moved()
    browser = Browser(user)
    action, fields = browser.open(address)
    gone()
    vars(browser.client)["follows_kept"] = False
    kept = browser.client.post(action, {**fields, **typed})["Location"]
    browser.hide()
    answer = browser.client.get(kept)
    assert answer.status_code == 302
    assert words[0] not in answer.content.decode()
