"""What a partner sees first fits into 150 words and on one sheet, whatever was said; the rest is folded."""

import html
import re
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from brik.definitions import help_numbers
from brik.definitions.strict_yaml import DefinitionError
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interview
from brik.mapping.record import sections
from brik.staff.models import OrganisationKind, Role
from followup.sharing import actions
from followup.sharing.inbox import first_page
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

WORDS = 150
SOON, LATER = (timezone.localdate() + timedelta(days=days) for days in (20, 60))
GONE = timezone.localdate() - timedelta(days=3)
# Everything that the municipality may be told first.
MUCH = {
    "B": {"B7a": "ANNEN_KOMMUNE", "B7b": "4601", "B7c": []},
    "C": {
        "C2": "NEI",
        "C3a": "JA",
        "C3b": LATER.isoformat(),
        "C4a": "INGEN",
        "C6": ["BOLIG", "DEPOSITUM", "BOOPPLAERING"],
        "C7": "JA",
        "C_behov": "3",
        "C_hjelp": "JA",
    },
    "D": {"D6b": "JA", "D_behov": "2", "D_hjelp": "JA"},
    "E": {"E5": ["JOBB", "TILTAK"]},
    "F": {"F3": ["GRUNNSKOLE", "NORSK"]},
    "L": {
        "L1": [
            {"omraade": "BOLIG", "tiltak": f"Søke om kommunal bolig nummer {at}", "samarbeidspart": "K", "frist": day}
            for at, day in enumerate([GONE, SOON, LATER, *[LATER + timedelta(days=at) for at in range(7)]])
        ]
    },
}


@pytest.fixture
def municipality():
    return situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)


@pytest.fixture
def municipal_adviser(client, municipality):
    staff = situations.an_account(Role.PARTNER, organisation=municipality)
    client.force_login(staff)
    return staff


def shared(organisation, told, **ticks):
    mapper = situations.an_account(Role.MAPPER)
    mapping = situations.an_interview(mapper)
    for area, answers in told.items():
        given = {link_id: as_stored(value) for link_id, value in answers.items() if value != []}
        sections.save_section(mapping, area=area, answers=situations.form_answers(**given), version=0, by=mapper)
    mapping = interview.sign_off(mapping, by=mapper)
    situations.a_permit(mapping.person, organisation, themes=list(Theme))
    return actions.share(mapping, organisation=organisation, by=mapper, **ticks)


def as_stored(value):
    """Days as an interview keeps them."""
    if isinstance(value, list):
        return [as_stored(item) for item in value]
    if isinstance(value, dict):
        return {name: as_stored(item) for name, item in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value


def page_of(client, delivery):
    return client.get(reverse("sharing:summary", args=[delivery.disclosure_id])).content.decode()


def before_more(page):
    """The words of the page before the first fold, as they are read."""
    main = page[page.index("<main") : page.index("<details", page.index("<main"))]
    return html.unescape(re.sub(r"<[^>]+>|<svg.*?</svg>", " ", main, flags=re.DOTALL)).split()


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
