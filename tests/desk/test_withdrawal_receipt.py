"""The receipt of a withdrawal in another language than bokmål: the staff read beside it what the person was told."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from brik.staff.models import Role, Unit
from brik.vault.canonical import canonical, sha256
from consent import verification
from consent.models import WithdrawalReceipt
from consent.record.document import opened
from consent.record.withdrawal import actions as withdrawals
from followup.demo import telling
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def mapper(client, demo_house, db):
    mapper = situations.an_account(at=Unit.objects.get(pk=demo_house.pk))
    client.force_login(mapper)
    return mapper


def taken_back(mapper, *what, language):
    someone = situations.a_person(at=mapper.current_posts[0].unit)
    telling.consent(someone, mapper, language=language, sharing={"NAV_STAT": ["BOLIG", "ARBEID"]})
    telling.share(telling.final(someone, mapper), mapper, telling.NAV)
    return situations.a_withdrawal(someone, what=what, said_at=timezone.now(), by=mapper)


def in_norwegian(client, noted):
    page = html.fromstring(client.get(reverse("desk:receipt", args=[noted.pk])).content)
    found = page.xpath("//section[@aria-labelledby='for-staff']")
    return found[0].text_content() if found else None


def test_a_receipt_in_arabic_has_its_norwegian_part_sealed_with_it(client, mapper):
    noted = taken_back(mapper, "omrade-BOLIG", language="ar")
    told = " ".join(block["text"] for block in opened(noted.receipt).for_staff)
    assert "Du tok tilbake en del." in told
    assert "NAV: jobb og trygd – Bolig" in told
    assert "Med NAV: jobb og trygd – NAV (statlig) var også dette delt: Arbeid" in told
    shown = in_norwegian(client, noted)
    assert "Kvitteringen på norsk" in shown
    assert all(block["text"] in shown for block in opened(noted.receipt).for_staff)


def test_a_line_of_an_arabic_receipt_has_its_own_comma_and_keeps_the_date_in_one_piece(mapper):
    [told] = opened(taken_back(mapper, "alt", language="ar").receipt).content["out"]
    who, *_, when = told.rpartition(" – ")[0].split("، ")
    assert "NAV (statlig)" in who
    assert (when[0], when[-1]) == ("\u2068", "\u2069")
    assert ", " not in told


def test_a_receipt_in_bokmaal_is_not_said_twice(client, mapper):
    assert in_norwegian(client, taken_back(mapper, "alt", language="nb")) is None


def test_a_receipt_from_before_the_norwegian_part_is_shown_and_still_holds(client, mapper):
    receipt = taken_back(mapper, "alt", language="ar").receipt
    content = json.loads(bytes(receipt.document.open()))
    del content["for_staff"]
    noted = withdrawals.withdraw(receipt.person, said_at=timezone.now(), scope="ALL", by=mapper)
    content["withdrawal"] = str(noted.pk)
    older = canonical(content)
    WithdrawalReceipt(
        withdrawal=noted, person_id=receipt.person_id, document=older, document_sha256=sha256(older)
    ).save(force_insert=True)
    assert in_norwegian(client, noted) is None
    assert not [line for line in verification.differences() if line.startswith("receipt")]


def test_before_a_part_is_taken_back_the_page_says_what_goes_with_it(client, mapper):
    someone = situations.a_person(at=mapper.current_posts[0].unit)
    page = client.get(reverse("desk:withdraw", args=[someone.pk])).content.decode()
    assert "Trekker du tilbake ett tema, tar vi tilbake alt som ble delt samtidig." in page
    assert "Resten kan deles på nytt." in page


@pytest.mark.parametrize("what", ["alt", "mottaker-SKOLE-FRITID"])
@pytest.mark.parametrize("role", [Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER])
def test_who_notes_some_trifle_is_not_told_who_said_yes_and_a_mapper_hands_the_receipt_over(client, mapper, role, what):
    yes, no, _ = people = [situations.a_person(at=mapper.current_posts[0].unit) for _ in range(3)]
    telling.consent(yes, mapper, sharing={"SKOLE": ["FRITID"]})
    telling.closed(no, mapper, mapping="NEI")
    noter = situations.an_account(role, at=mapper.current_posts[0].unit)
    client.force_login(noter)
    for someone in people:
        page = client.post(
            reverse("desk:withdraw", args=[someone.pk]), {"what": what, "said": "HER", "when": "NAA"}, follow=True
        )
        assert page.context["document"] is None
        assert "en kartlegger gir kvittering" in page.content.decode()
        paper = reverse("desk:receipt_pdf", args=[someone.withdrawals.get().pk])
        assert client.get(paper).status_code == 404
        assert reverse("desk:receipt", args=[someone.withdrawals.get().pk]) not in on_the_person(client, someone)
    client.force_login(mapper)
    for someone in people:
        receipt = reverse("desk:receipt", args=[someone.withdrawals.get().pk])
        assert "Kvitteringen lages" in client.get(receipt).content.decode()
        situations.carry_out(someone)
        assert receipt in on_the_person(client, someone)
        assert client.get(receipt).context["document"]


def on_the_person(client, someone) -> str:
    return str(client.get(reverse("desk:person", args=[someone.pk])).content.decode())
