"""What a form sends becomes an answer only if it was offered; everything else is refused, nothing crashes."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brik.definitions import code_lists, languages
from brik.definitions.name_order import in_order
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import clean, shown, stored
from brik.mapping.questionnaire.question_types.cleaning import Unacceptable
from tests.examples import tries

DOMFELT, VARETEKT = catalogue.get("domfelt"), catalogue.get("varetekt")
ALL = [question for form in (DOMFELT, VARETEKT) for question in form.questions()]
ASKED = [question for question in ALL if question.asked]


def asked(link_id):
    return DOMFELT.question(link_id) or VARETEKT.question(link_id)


def refusal(link_id, raw):
    with pytest.raises(Unacceptable) as told:
        clean(asked(link_id), raw)
    return told.value.key


@pytest.mark.parametrize(
    ("link_id", "raw", "value"),
    [
        ("C1", "EIDE", "EIDE"),
        ("C1", "VIL_IKKE_SVARE", "VIL_IKKE_SVARE"),
        ("C5", "JA", "JA"),
        ("C3b", "2026-05-03", "2026-05-03"),
        ("C3b", "VET_IKKE", "VET_IKKE"),
        ("L3", "2026-05-03", "2026-05-03"),
        ("L3", "3.5.2026", "2026-05-03"),
        ("L3", date(2026, 5, 3), "2026-05-03"),
        ("I2b", "3", 3),
        ("I2b", 3, 3),
        ("B5", "0301", "0301"),
        ("B5", "UTLAND", "UTLAND"),
        ("B5", "UTEN_FAST_BOLIG", "UTEN_FAST_BOLIG"),
        ("B7b", "UTLAND", "UTLAND"),
        ("B1a", "ara", "ara"),
        ("C6", ["BO_NAER", "BOLIG"], ["BOLIG", "BO_NAER"]),
        ("C6", ["VET_IKKE"], ["VET_IKKE"]),
        ("K4", ["RUS", "BOLIG"], ["RUS", "BOLIG"]),
        ("K4", ["RUS", "", "BOLIG"], ["RUS", "BOLIG"]),
        ("K1", "  godt\r\nhumør ", "godt\nhumør"),
        ("K1", "Ring 22 03 47 00 før 31.12.2026", "Ring 22 03 47 00 før 31.12.2026"),
        ("C1", "", None),
        ("C1", None, None),
        ("C6", [], None),
        ("K1", "   ", None),
        ("L1", [{"omraade": "BOLIG", "tiltak": "", "frist": None}, {}], [{"omraade": "BOLIG"}]),
        ("L1", [], None),
        ("L1", None, None),
    ],
)
def test_an_offered_answer_is_kept(link_id, raw, value):
    assert clean(asked(link_id), raw) == value


@pytest.mark.parametrize(
    ("link_id", "raw", "key"),
    [
        ("C1", "SLOTT", "not_an_option"),
        ("K1", "Ring Ola, 01819012345.", "eleven_digits"),
        ("K1", "018190 12345", "eleven_digits"),
        ("K1", "Konto 1234 56 78901", "eleven_digits"),
        ("C1", "eide", "not_an_option"),
        ("L3", "VET_IKKE", "not_a_date"),
        ("C1", ["EIDE"], "not_text"),
        ("C1", {"a": 1}, "not_text"),
        ("C1", 1, "not_text"),
        ("C6", ["BOLIG", "SLOTT"], "not_an_option"),
        ("C6", ["BOLIG", "BOLIG"], "twice"),
        ("C6", ["BOLIG", "VET_IKKE"], "not_together"),
        ("D1", ["LOENN", "INGEN"], "not_together"),
        ("C6", 7, "not_text"),
        ("C6", [7], "not_text"),
        ("K4", ["BOLIG", "RUS", "HELSE", "ARBEID"], "too_many"),
        ("K4", ["BOLIG", "BOLIG"], "twice"),
        ("VG2", ["BOLIG", "RUS", "HELSE"], "too_many"),
        ("I2b", "0", "out_of_range"),
        ("I2b", "21", "out_of_range"),
        ("I2b", "tre", "not_a_number"),
        ("I2b", "٣", "not_a_number"),
        ("I2b", "9" * 5000, "not_a_number"),
        ("I2b", True, "not_text"),
        ("L3", "30.2.2026", "not_a_date"),
        ("L3", "1.1.0001", "not_a_date"),
        ("L3", "2026-05", "not_a_date"),
        ("L3", "i morgen", "not_a_date"),
        ("C3b", "2026-05", "not_a_date"),
        ("B5", "0000", "unknown_municipality"),
        ("B5", "Oslo", "unknown_municipality"),
        ("B7b", "UTEN_FAST_BOLIG", "unknown_municipality"),
        ("B1a", "xxx", "unknown_language"),
        ("K1", "x" * 501, "too_long"),
        ("K1", "a\x00b", "not_text"),
        ("K1", "a\ud800", "not_text"),
        ("K1", "a\x1bb", "not_text"),
        ("A1", "x", "not_asked"),
        ("VA2", ["FULL_ISOLASJON"], "not_asked"),
        ("L1", "x", "not_text"),
        ("L1", ["x"], "not_an_option"),
        ("L1", [{"annet": "x"}], "not_an_option"),
        ("L1", [{"omraade": "SLOTT"}], "not_an_option"),
        ("L1", [{"tiltak": "x" * 501}], "too_long"),
        ("L1", [{"tiltak": "x"}] * 11, "too_many"),
    ],
)
def test_anything_else_is_refused_and_says_only_why(link_id, raw, key):
    assert refusal(link_id, raw) == key


def test_a_line_break_counts_as_one_as_in_the_browser():
    assert len(clean(asked("K1"), "\r\n".join(["x" * 24] * 20))) == 499


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.floats() | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
codes = st.sampled_from(sorted({option.code for question in ALL for option in question.choices} | {"0301", "nob", "5"}))


@settings(max_examples=tries(400))
@given(st.sampled_from(ASKED), anything | codes | st.lists(codes, max_size=4))
def test_whatever_is_sent_ends_in_an_answer_or_a_reason(question, raw):
    try:
        value = clean(question, raw)
    except Unacceptable:
        return
    assert clean(question, value) == value
    if question.type.code in ("choice", "boolean", "scale", "interval") and value is not None:
        assert question.option(value) is not None
    for code in value if question.type.code in ("multichoice", "rank") and value else []:
        assert question.option(code) is not None


@settings(max_examples=tries(200))
@given(st.sampled_from(ASKED), anything | codes | st.lists(codes, max_size=4), st.sampled_from(languages.CODES))
def test_every_accepted_answer_can_be_kept_and_read_in_every_language(question, raw, language):
    try:
        value = clean(question, raw)
    except Unacceptable:
        return
    if value is not None:
        kept = stored(question, value, language=language)
        assert kept["text"] == question.text[language]
        assert kept["language"] == language
        assert all(kept["shown"]) or question.free_text


def test_an_answer_tells_by_itself_what_was_asked_offered_and_chosen():
    kept = stored(asked("C1"), "EIDE", language="en", source="third_party:NAV")
    assert kept.pop("translations")["nb"] == {
        "text": "Hvordan bodde du før du kom i fengsel?",
        "shown": ["Eide"],
        "language": "nb",
    }
    assert kept == {
        "value": "EIDE",
        "text": "How did you live before you went to prison?",
        "type": "choice",
        "shown": ["Owned"],
        "source": "third_party:NAV",
        "language": "en",
        "options": {option.code: option.text["en"] for option in asked("C1").choices},
    }


def test_what_a_person_wrote_is_not_translated_but_the_question_is():
    kept = stored(asked("C_ressurs"), "Flink", language="nb")
    assert set(kept["translations"]) == {"nn", "en", "ar"}
    assert all(set(translation) == {"text"} for translation in kept["translations"].values())
    declined = stored(asked("C_ressurs"), "VIL_IKKE_SVARE", language="nb")
    assert declined["translations"]["en"]["language"] == "en"


def test_dates_places_and_languages_are_shown_as_people_read_them():
    assert shown(asked("L3"), "2026-05-03", "nb") == ["03.05.2026"]
    assert shown(asked("B5"), "5610", "nb") == ["Karasjok – Kárášjohka"]
    assert shown(asked("B5"), "UTEN_FAST_BOLIG", "nn") == ["Utan fast bustad"]
    assert shown(asked("B1a"), "som", "nn") == ["Somali"]
    assert shown(asked("C3b"), "VET_IKKE", "nb") == ["Vet ikke"]
    rows = shown(asked("L1"), [{"omraade": "BOLIG", "frist": "2026-05-03"}], "nb")
    assert rows == [[["Område", "Bolig"], ["Frist", "03.05.2026"]]]


def test_the_places_are_the_municipalities_of_today():
    numbers = [number for number in code_lists.municipalities() if number not in ("2100", "UTLAND")]
    assert len(numbers) == 357
    counties = ("03", "11", "15", "18", "31", "32", "33", "34", "39", "40", "42", "46", "50", "55", "56")
    assert {number[:2] for number in numbers} == set(counties)
    assert len(set(code_lists.municipalities().values())) == 359


def test_the_languages_have_codes_of_three_letters_and_names_in_every_language():
    for code, names in code_lists.languages().items():
        assert len(code) == 3
        assert set(names) == set(languages.CODES)
        assert all(names.values())


def test_the_spoken_languages_are_chosen_from_in_norwegian_order_with_another_last():
    page = AreaForm(None, prefix="B", area=catalogue.get("domfelt", "2026.1").area("B"), language="nb")
    field: Any = page.fields["B1a"]
    names = [name for code, name in field.choices if code in code_lists.languages()]
    assert names == [*in_order(names[:-1]), "Et annet språk"]
    assert names.index("Dansk") < names.index("Dari") < names.index("Engelsk")
    assert names.index("Ungarsk") < names.index("Vietnamesisk")


@pytest.mark.parametrize(("raw", "value"), [("2026-05", "2026-05"), ("05.2026", "2026-05")])
def test_a_month_is_kept_and_shown(raw, value):
    deadline = catalogue.get("domfelt", "2026.1").question("C3b")
    assert clean(deadline, raw) == value
    assert shown(deadline, value, "nb") == ["05.2026"]
    for wrong in ("13.2026", "2026-05-03"):
        with pytest.raises(Unacceptable, match="not_a_date"):
            clean(deadline, wrong)
