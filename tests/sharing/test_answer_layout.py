"""How a message is laid out for the eye; what it says stays as it is."""

import re
from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import Role
from followup.sharing import actions
from followup.sharing.models import Contact, PartnerAnswerKind
from followup.sharing.pages.answer_layout import lines_of
from followup.sharing.wire import message_schemas
from tests import situations

MEASURE: dict[str, Any] = {"L1": [{"omraade": "BOLIG", "ansvarlig": "KONTAKTBETJENT", "samarbeidspart": "N"}]}


def parts(line: str) -> list[tuple[str, str]]:
    [one] = lines_of(catalogue.get("domfelt"), "L1", [line])
    assert one.line == line
    return one.parts


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Område: Bolig; Tiltak: Ring; ta med: nøkkel; Frist: 01.02.2027", ["Område", "Tiltak", "Frist"]),
        ("المجال: السكن; الإجراء: اتصال", ["المجال", "الإجراء"]),
        # What somebody wrote looks like a label: the row stays one line rather than say something else.
        ("Område: Bolig; Tiltak: Ring; Tiltak: nei", []),
        ("Frist: 01.02.2027; Område: Bolig", []),
        ("Vet ikke", []),
    ],
)
def test_a_row_is_taken_apart_at_its_own_columns_only(line, expected):
    assert [label for label, _ in parts(line)] == expected
    assert "; ".join(f"{label}: {text}" for label, text in parts(line)) in ("", line)


def test_an_answer_that_is_no_row_is_never_taken_apart():
    [one] = lines_of(catalogue.get("domfelt"), "C1", ["Område: Bolig; Tiltak: Ring"])
    assert one.parts == []


@pytest.fixture
def told(key_ring):
    """NAV has been told of a measure about housing, by somebody whose account is given too."""
    mapper, nav = situations.an_account(Role.MAPPER), situations.an_organisation()
    mapping = situations.a_signed_off_interview(mapper, area="L", **MEASURE)
    situations.a_permit(mapping.person, nav, themes=(Theme.BOLIG, Theme.MAAL))
    return (
        actions.share(mapping, organisation=nav, by=mapper),
        mapper,
        situations.an_account(Role.PARTNER, organisation=nav),
    )


@pytest.mark.django_db
def test_the_summary_and_the_preview_show_a_row_as_a_small_list_and_name_the_theme_of_the_area(client, told):
    delivery, mapper, adviser = told
    message = message_schemas.read(bytes(delivery.disclosure.payload.open()), message_schemas.MAPPING)
    [answer] = message["omraader"][0]["svar"]
    # In the message a row is one line, as its schema says.
    assert re.match(r"Område: Bolig; Ansvarlig: Kontaktbetjent; Samarbeidspart: NAV", answer["vist"][0])
    pages = {
        adviser: reverse("sharing:summary", args=[delivery.disclosure_id]),
        mapper: reverse("sharing:preview", args=[delivery.disclosure.mapping_id, delivery.organisation_id]),
    }
    for user, address in pages.items():
        client.force_login(user)
        page = html.fromstring(client.get(address).content.decode())
        [row] = page.find_class("brik-parts")
        assert [" ".join(line.text_content().split()) for line in row] == answer["vist"][0].split("; ")
        assert re.search(r"\bTiltak\b.{,20} Tema: Egne ressurser og mål", " ".join(page.text_content().split()))


@pytest.mark.django_db
def test_a_title_that_is_the_theme_is_not_said_twice(client, key_ring):
    nav = situations.an_organisation()
    delivery = situations.a_delivery(nav)
    client.force_login(situations.an_account(Role.PARTNER, organisation=nav))
    page = client.get(reverse("sharing:summary", args=[delivery.disclosure_id])).content.decode()
    assert "Tema:" not in page


@pytest.mark.django_db
def test_the_newest_answer_of_a_partner_stands_out_and_the_others_are_muted(client, told):
    delivery, mapper, adviser = told
    actions.answer(delivery.disclosure, kind=PartnerAnswerKind.RECEIVED, by=adviser)
    actions.answer(delivery.disclosure, kind=PartnerAnswerKind.WILL_CONTACT, how=Contact.PHONE, by=adviser)
    client.force_login(mapper)
    page = html.fromstring(client.get(reverse("sharing:deliveries", args=[delivery.person_id])).content.decode())
    [newest], [earlier] = page.find_class("brik-standing"), page.find_class("brik-earlier")
    assert newest.find("strong").text == "Vi tar kontakt: Vi ringer"
    assert "Mottatt" in earlier.text_content()
    assert "Vi tar kontakt" not in earlier.text_content()
