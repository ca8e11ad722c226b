"""Answers as people write them: dates, places, and numbers that do not belong in a text; and errors that name the field."""

import html
import re

import pytest

from brik.mapping.models import Section
from tests.mapping.pages import send

pytestmark = pytest.mark.django_db


def listed(response):
    """The lines of the list of errors."""
    assert response.status_code == 422
    page = html.unescape(response.content.decode())
    return re.findall(r'<li><a class="ds-link" href="[^"]*">([^<]*)</a></li>', page)


def stored(area, link_id):
    return Section.objects.get(area=area).answers.open()["answers"][link_id]["value"]


@pytest.mark.parametrize("written", ["1. februar 2027", "1.2.27", "2027-02-01", "1\u00a0feb.\u00a02027", "١.٢.٢٠٢٧"])
def test_a_date_is_stored_however_it_is_written(signed_in, mapping, written):
    assert send(signed_in, mapping, C3a="JA", C3b=written).status_code == 302
    assert stored("C", "C3b") == "2027-02-01"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("30.2.2027", "Dagen må være mellom 1 og 28 i februar 2027."),
        ("2.30.2027", "Måneden må være mellom 1 og 12."),
        ("1.2.2777", "Året må være mellom 1900 og 2200."),
        ("snart", "Skriv datoen som dag, måned og år, for eksempel 31.12.2026."),
    ],
)
def test_what_is_no_date_is_told_with_its_field_and_the_reason(signed_in, mapping, written, reason):
    assert listed(send(signed_in, mapping, C3a="JA", C3b=written)) == [f"Hvilken dag er fristen? {reason}"]


def test_two_municipalities_of_one_name_are_asked_about_each_at_its_own_question(signed_in, mapping):
    lines = listed(send(signed_in, mapping, "B", B5="Våler", B6="heroy"))
    assert lines == [
        "Hvor bodde du før du kom i fengsel? Flere kommuner heter dette. "
        "Skriv hvilken: Våler (Innlandet) eller Våler (Østfold).",
        "Hvilken kommune er du folkeregistrert i? Flere kommuner heter dette. "
        "Skriv hvilken: Herøy (Møre og Romsdal) eller Herøy (Nordland).",
    ]


def test_a_municipality_of_two_languages_is_stored_by_its_number(signed_in, mapping):
    assert send(signed_in, mapping, "B", B5="Karasjok", B6="Ka\u0301ra\u0301s\u030cjohka").status_code == 302
    assert (stored("B", "B5"), stored("B", "B6")) == ("5610", "5610")


@pytest.mark.parametrize("number", ["01.81.90 12345", "018190\u201312345", "018190\n12345", "٠١٨١٩٠ ١٢٣٤٥"])
def test_a_number_of_eleven_digits_in_a_row_is_told_with_the_row_and_the_column(signed_in, mapping, number):
    lines = listed(send(signed_in, mapping, "L", **{"L1/0/tiltak": "Skole", "L1/1/tiltak": f"Ring {number}"}))
    assert lines == ["Tiltak 2: Ta bort tallet med 11 sifre. Her skal det ikke stå fødselsnummer eller kontonummer."]


def test_a_wrong_date_in_a_row_is_told_with_the_row_and_the_column(signed_in, mapping):
    rows = {"L1/0/tiltak": "Skole", "L1/0/frist": "1.2.2027", "L1/2/tiltak": "Bolig", "L1/2/frist": "32.1.2027"}
    refused = send(signed_in, mapping, "L", **rows)
    assert listed(refused) == ["Tiltak 3: Frist: Dagen må være mellom 1 og 31 i januar 2027."]


def test_a_wrong_field_after_an_empty_row_is_not_hidden(signed_in, mapping):
    refused = send(signed_in, mapping, "L", **{"L1/0/tiltak": "Skole", "L1/2/frist": "32.1.2027"})
    # A closed row hides those after it.
    assert refused.content.decode().count('<details class="ds-details brik-row" open>') == 3
