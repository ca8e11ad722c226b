"""What a partner sees first fits into 150 words and on one sheet, whatever was said; the rest is folded."""

import html
import re
from io import BytesIO

import pypdf
import pytest
from django.urls import reverse

from brik.definitions import help_numbers
from brik.definitions.strict_yaml import DefinitionError
from brik.mapping.questionnaire import catalogue
from brik.staff.models import OrganisationKind, Role
from followup.sharing import actions
from followup.sharing.inbox import first_page
from tests import situations
from tests.sharing.one_page import GONE, LATER, MUCH, SOON, before_more, shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

WORDS = 150


@pytest.fixture
def municipality():
    return situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)


@pytest.fixture
def municipal_adviser(client, municipality):
    staff = situations.an_account(Role.PARTNER, organisation=municipality)
    client.force_login(staff)
    return staff


def page_of(client, delivery):
    return client.get(reverse("sharing:summary", args=[delivery.disclosure_id])).content.decode()


def sheets(client, delivery):
    paper = client.get(reverse("sharing:summary_pdf", args=[delivery.disclosure_id]))
    return [sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(paper.content)).pages]


def test_however_much_was_said_150_words_come_before_more_and_the_rest_is_told_of(
    client, municipality, municipal_adviser
):
    page = page_of(client, shared(municipality, MUCH, free_text=frozenset({"L1"})))
    words = before_more(page)
    assert 60 < len(words) <= WORDS
    told = " ".join(words)
    assert re.search(r"\d+ linjer til står under", told)
    assert "Vil bo i: Bergen" in told


def test_the_first_sheet_has_all_that_comes_first_and_the_next_begins_with_the_rest(
    client, municipality, municipal_adviser
):
    first, second, *_ = sheets(client, shared(municipality, MUCH, free_text=frozenset({"L1"})))
    assert "Ønsker hjelp med" in first
    assert "Behov som haster eller er store" in first
    assert "Frister" in first
    assert "Da skal utskriften makuleres" in first
    assert len(first.split()) <= WORDS + 40  # the reference, the limits of use and the foot of the sheet
    assert second.strip().startswith("Samtykket og kartleggingen")


def test_what_is_urgent_comes_first_then_what_is_large(client, municipality, municipal_adviser):
    told = {"C": {"C_behov": "3"}, "D": {"D_behov": "2"}, "E": {"E5": ["JOBB"]}}
    page = html.unescape(page_of(client, shared(municipality, told)))
    needs = page[page.index("Behov som haster") :]
    assert needs.index("Haster</span>") < needs.index("Stort</span>")


def test_a_small_need_and_a_no_do_not_come_first(client, municipality, municipal_adviser):
    told = {"C": {"C_behov": "1", "C_hjelp": "NEI", "C3a": "NEI"}, "E": {"E5": ["IKKE_NAA"]}}
    told_first = " ".join(before_more(page_of(client, shared(municipality, told))))
    assert "Behov som haster" not in told_first
    assert "Ønsker hjelp med" not in told_first


def test_the_next_deadline_comes_first_and_what_is_done_has_none(client, municipality, municipal_adviser):
    rows = [
        {"omraade": "BOLIG", "tiltak": words, "samarbeidspart": "K", "frist": day, "status": status}
        for words, day, status in (
            ("Gikk ut", GONE, "PLANLAGT"),
            ("Senere", LATER, "PLANLAGT"),
            ("Snart", SOON, "I_GANG"),
            ("Er gjort", SOON, "FERDIG"),
        )
    ]
    delivery = shared(municipality, {"L": {"L1": rows}}, free_text=frozenset({"L1"}))
    page = html.unescape(page_of(client, delivery))
    frister = page[page.index("Frister") : page.index("<details", page.index("Frister"))]
    assert frister.index("Snart") < frister.index("Senere") < frister.index("Gikk ut")
    assert "Er gjort" not in frister


def test_words_of_the_persons_own_come_first_only_when_they_were_ticked(client, municipality, municipal_adviser):
    rows = [{"omraade": "BOLIG", "tiltak": "Egne ord om bolig", "samarbeidspart": "K", "frist": SOON}]
    page = page_of(client, shared(municipality, {"L": {"L1": rows}, "C": {"C2": "NEI"}}))
    assert "Egne ord" not in page


def test_the_contact_is_the_role_and_the_unit_with_its_telephone_as_the_preview_shows_it(
    client, nav, adviser, settings, tmp_path
):
    mapper = situations.an_account(Role.MAPPER)
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, nav)
    unit = mapping.person.current_stay.unit
    settings.HELP_NUMBERS = tmp_path / "numbers.yaml"
    settings.HELP_NUMBERS.write_text(
        f'everywhere:\n  - {{who: AMK, number: "113"}}\nunits: {{}}\nmappers:\n  "{unit.number}": "00 00 77 11"\n'
    )
    delivery = actions.share(mapping, organisation=nav, by=mapper)
    page = html.unescape(page_of(client, delivery))
    assert 'href="tel:00007711"' in page
    first, *_ = sheets(client, delivery)
    assert f"Kartlegger ved {unit.name}" in first
    assert "00 00 77 11" in first
    assert mapper.name not in first
    client.force_login(mapper)
    assert "00 00 77 11" in client.get(reverse("sharing:preview", args=[mapping.pk, nav.pk])).content.decode()


def test_every_question_that_may_come_first_is_in_a_form_and_may_be_shared():
    forms = [catalogue.get(name) for name in ("domfelt", "varetekt")]
    for link_id in (*first_page.WANTED, *first_page.PRESSING, *first_page.HOME):
        question = next(found for form in forms if (found := form.question(link_id)) is not None)
        assert question.disclose_to
        assert first_page.PRESSING.get(link_id, set()) <= {option.code for option in question.choices}


@pytest.mark.parametrize("number", ["", "ring oss"])
def test_a_number_of_the_mappers_that_is_none_stops_the_start(tmp_path, number):
    file = tmp_path / "numbers.yaml"
    file.write_text(f'everywhere:\n  - {{who: AMK, number: "113"}}\nunits: {{}}\nmappers:\n  "0501": "{number}"\n')
    with pytest.raises(DefinitionError):
        help_numbers.load(file)
