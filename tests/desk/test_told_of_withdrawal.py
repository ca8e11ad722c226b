"""What is said of something taken back: to the person on the receipt, and to the officer who may share the rest."""

import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.people.models import Person
from brik.staff.models import Organisation, Staff
from brik.vault import keys
from consent.record.document import opened
from followup.demo import telling
from followup.sharing.models import Delivery, DeliveryState
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

MAY_BE_SHARED = "Dette kan fortsatt deles"


@pytest.fixture(scope="module")
def beginning(demo_house):
    """Somebody of whom NAV has been told of work and housing, and the health service of health."""
    with keys.ring():
        oslo = demo_house
        mapper, someone = situations.an_account(at=oslo), situations.a_person(at=oslo)
        telling.consent(someone, mapper, sharing={"NAV_STAT": ["ARBEID", "BOLIG"], "HELSE": ["HELSE"]})
        telling.share(telling.final(someone, mapper), mapper, telling.NAV, telling.HEALTH)
        return mapper.pk, someone.pk


@pytest.fixture
def mapper(beginning, db):
    return Staff.objects.get(pk=beginning[0])


@pytest.fixture
def told(beginning, db):
    return Person.objects.get(pk=beginning[1])


def take_back(person, by, *what) -> str:
    """The receipt, as one text."""
    noted = situations.a_withdrawal(person, what=what, said_at=timezone.now(), by=by)
    return " ".join(block["text"] for block in opened(noted.receipt).blocks)


def read(client, user, person, page: str) -> str:
    client.force_login(user)
    return re.sub(r"\s+", " ", html.unescape(client.get(reverse(page, args=[person.pk])).content.decode()))


def test_the_receipt_says_that_the_rest_went_along_and_can_be_shared_anew(told, mapper):
    receipt = take_back(told, mapper, "omrade-BOLIG")
    assert (
        "Med NAV: jobb og trygd – NAV (statlig) var også dette delt: Arbeid. Det sier du fortsatt ja til, men nå deles heller ikke det."
        in receipt
    )
    assert "Helsetjenesten" not in receipt


def test_the_receipt_of_taking_everything_back_speaks_of_no_rest(told, mapper):
    assert "fortsatt ja" not in take_back(told, mapper, "alt")


def test_our_inbox_is_shut_and_who_got_a_copy_is_asked_to_delete_it(mapper):
    someone = situations.a_person(at=mapper.current_posts[0].unit)
    telling.consent(someone, mapper, sharing=telling.ALL_OF_THEM)
    telling.share(telling.final(someone, mapper), mapper, telling.NAV, telling.KODA)
    Delivery.objects.filter(organisation__number=telling.KODA).change(attempts_made=1, state=DeliveryState.ATTEMPTED)
    receipt = take_back(someone, mapper, "alt")
    assert re.search(r"NAV \(statlig\), \d[^–]*– [^.]*\. De kan ikke lenger åpne det i BRIK\.", receipt)
    assert re.search(r"KODA[^,]*, \d[^–]* – [^.]*\. Vi har bedt dem slette det\.", receipt)


@pytest.mark.parametrize("page", ["desk:person", "sharing:deliveries"])
def test_the_officer_is_told_what_may_still_be_shared_and_led_to_it(client, told, mapper, page):
    assert MAY_BE_SHARED not in read(client, mapper, told, page)
    take_back(told, mapper, "omrade-BOLIG")
    shown = read(client, mapper, told, page)
    assert f"{MAY_BE_SHARED}: Arbeid." in shown
    nav = Organisation.objects.get(number=telling.NAV)
    preview = reverse("sharing:preview", args=[Delivery.objects.first().disclosure.mapping_id, nav.pk])
    assert re.search(rf'href="{preview}">\s*Del på nytt', shown)


def test_nothing_is_offered_anew_once_it_is_shared_or_where_nothing_is_left(client, told, mapper):
    take_back(told, mapper, "omrade-BOLIG", "omrade-HELSE")
    telling.share(Delivery.objects.first().disclosure.mapping, mapper, telling.NAV)
    assert MAY_BE_SHARED not in read(client, mapper, told, "desk:person")
