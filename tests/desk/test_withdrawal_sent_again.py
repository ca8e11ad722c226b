"""A withdrawal that arrives twice is noted once, and nobody learns anything from it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.models import Role
from consent.models import Decision, Step, Withdrawal
from followup.desk import actions
from tests import situations
from tests.pages.unsaved.browsing import form_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
ALL = {"what": "alt", "said": "HER", "when": "NAA"}
EARLIER = {
    "what": "omrade-BOLIG",
    "said": "HER",
    "when": "FOER",
    "day": f"{timezone.localdate():%d.%m.%Y}",
    "clock": "00.00",
}


@pytest.fixture
def unit():
    return situations.a_unit("Oslo fengsel")


@pytest.fixture
def officer(client, unit):
    officer = situations.an_account(Role.CONTACT_OFFICER, at=unit)
    client.force_login(officer)
    return officer


@pytest.fixture
def person(unit, officer):
    return situations.a_person(at=unit)


def opened(client, person):
    """The page's address and what it holds."""
    return form_on(client.get(reverse("desk:withdraw", args=[person.pk])))


def noted():
    return Event.objects.filter(verb=Verb.WITHDRAWAL_NOTED, reason__startswith="said").count()


@pytest.mark.parametrize("sent", [ALL, EARLIER], ids=["now", "before"])
def test_a_page_that_is_sent_again_and_again_is_one_withdrawal_with_one_receipt(client, person, sent):
    address, fields = opened(client, person)
    answers = {client.post(address, {**fields, **sent}).url for _press in range(3)}
    assert answers == {reverse("desk:receipt", args=[Withdrawal.objects.get().pk])}
    assert noted() == 1
    assert Step.objects.filter(withdrawal__isnull=False).count() + Decision.objects.count() > 0
    before = Step.objects.count(), Decision.objects.count()
    client.post(address, {**fields, **sent})
    assert (Step.objects.count(), Decision.objects.count()) == before


def test_other_words_on_the_same_page_are_another_withdrawal(client, person):
    address, fields = opened(client, person)
    for what in ("omrade-BOLIG", "omrade-HELSE", "alt"):
        client.post(address, {**fields, **ALL, "what": what})
    client.post(address, {**fields, **ALL, "said": "SAGT"})
    assert Withdrawal.objects.count() == 4 == noted()


def test_a_page_that_is_opened_again_notes_it_again(client, person):
    for _time in range(2):
        address, fields = opened(client, person)
        client.post(address, {**fields, **ALL})
    assert Withdrawal.objects.count() == 2


@pytest.mark.parametrize("page", [None, "", "x", "00000000-0000-0000-0000-00000000000g"])
def test_it_is_never_refused_for_want_of_the_page_s_id(client, person, page):
    address, _ = opened(client, person)
    sent = ALL if page is None else {**ALL, "page": page}
    for count in (1, 2):
        assert client.post(address, sent).status_code == 302
        assert Withdrawal.objects.count() == count


def test_the_page_of_one_person_or_user_never_swallows_what_another_said(client, person, unit):
    address, fields = opened(client, person)
    client.post(address, {**fields, **ALL})
    other = situations.a_person(at=unit)
    client.post(reverse("desk:withdraw", args=[other.pk]), {**fields, **ALL})
    client.force_login(situations.an_account(Role.CONTACT_OFFICER, at=unit))
    client.post(address, {**ALL, "page": fields["page"]})
    assert Withdrawal.objects.count() == 3
    assert set(Withdrawal.objects.values_list("person", flat=True)) == {person.pk, other.pk}


def test_what_comes_later_is_said_anew(person, officer, monkeypatch):
    key, now = uuid4(), timezone.now()

    def sent():
        return actions.withdraw(person, what=["alt"], said_at=now, key=key, by=officer).pk

    assert sent() == sent() == key
    for minutes, count in ((4, 1), (6, 2)):
        monkeypatch.setattr(timezone, "now", lambda then=now + timedelta(minutes=minutes): then)
        assert (sent() == key) is (count == 1)
        assert Withdrawal.objects.count() == count


def test_whether_somebody_had_said_yes_does_not_show_in_what_is_answered(client, person, unit, officer):
    """Whoever sends a page twice gets the same address twice, with a consent, without one, and with one given since."""
    with_consent, given_since = situations.a_person(at=unit), situations.a_person(at=unit)
    situations.a_consent(with_consent)
    for someone in (person, with_consent, given_since):
        address, fields = opened(client, someone)
        first = client.post(address, {**fields, **ALL}).url
        if someone is given_since:
            situations.a_consent(someone, at=timezone.now())
        assert client.post(address, {**fields, **ALL}).url == first
