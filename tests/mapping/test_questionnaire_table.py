"""The decided questionnaires: a table kept by hand against the files, in both directions."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from brik.definitions import languages
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.structure import Question

TABLE = Path(__file__).with_name("questionnaire_table.csv")
# Every row of the proposed forms; a row the table does not decide is a hole in the questionnaire.
ROWS = {
    ("domfelt", "2026.1"): "A1 A2 A3 A4 A5 B1 B2 B3 B4 B5 B6 B7 B8 C1 C2 C3 C4 C5 C6 C7 D1 D2 D3 D4 D5 D6 D7 "
    "E1 E2 E3 E4 E5 E6 E7 F1 F2 F3 F4 F5 G1 G2 G3 G4 G5 G6 H1 H2 H3 H4 H5 I1 I2 I3 I4 I5 I6 J1 J2 K1 K2 K3 K4 "
    "L1 L2 L3 M1 M2",
    ("domfelt", "2026.2"): "A1 A2 A3 A4 A5 B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 C1 C2 C3 C4 C5 C6 C7 D1 D2 D3 D4 D5 D6 D7 "
    "E1 E2 E3 E4 E5 E6 E7 F1 F2 F3 F4 F5 G0 G1 G3 G4 G5 G6 H1 H2 H3 H4 H5 H6 I1 I2 I3 I4 I5 I6 J1 J2 K1 K2 K3 K4 N1 "
    "L1 L2 L3 M1 M2",
    ("domfelt", "2026.3"): "A0 A1 A2 A3 A4 A5 B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 C1 C2 C3 C4 C5 C6 C7 D1 D2 D3 D4 D5 D6 "
    "D7 E1 E2 E3 E4 E5 E6 E7 F1 F2 F3 F4 F5 G0 G1 G3 G4 G5 G6 H1 H2 H3 H4 H5 H6 I1 I2 I3 I4 I5 I6 J1 J2 K1 K2 K3 K4 "
    "N1 L1 L2 L3 M1 M2",
    ("varetekt", "2026.1"): "VA1 VA2 VA3 VB1 VB2 VB3 VB4 VB5 VB8 VC1 VC2 VC3 VC4 VD1 VD2 VD3 VE1 VE2 VF1 VF2 VG1 VG2 "
    "VH1 VH2",
    ("varetekt", "2026.2"): "VA1 VA2 VA3 VB1 VB2 VB3 VB4 VB5 VB8 VC1 VC2 VC3 VC4 VD1 VD2 VD3 VE1 VE2 VF1 VF2 VG1 VG2 "
    "VH1 VH2",
    ("varetekt", "2026.3"): "VA0 VA1 VA2 VA3 VB1 VB2 VB3 VB4 VB5 VB8 VC1 VC2 VC3 VC4 VD1 VD2 VD3 VE1 VE2 VF1 VF2 VG1 "
    "VG2 VH1 VH2",
}
FORMS = sorted({form for form, _ in ROWS})


def decided(form: str, version: str) -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [row for row in rows if row["form"] == form and version in row["versions"].split("|")]


def letters(text: str) -> list[str]:
    return sorted(filter(None, text.split("|")))


def described(question: Question) -> dict[str, object]:
    options = [o.code + ("!" if o.exclusive else "") + (f"@{o.theme}" if o.theme else "") for o in question.options]
    condition = question.condition
    marks = {
        "auto": question.auto,
        "administrative": question.administrative,
        "immediate_help": question.immediate_help,
        "core": question.core,
        f"opens={question.opens}": bool(question.opens),
        f"max_items={question.max_items}": question.max_items is not None,
        f"row_theme={question.row_theme}": bool(question.row_theme),
        f"row_recipient={question.row_recipient}": bool(question.row_recipient),
    }
    return {
        "row": question.row,
        "type": question.type.code,
        "options": [f"{field.link_id}:{field.type.code}" for field in question.fields] or options,
        "sensitivity": question.sensitivity,
        "theme": question.theme or "",
        "del": sorted(question.disclose_to),
        "condition": (condition.link_id, sorted(condition.any_of)) if condition else ("", []),
        "own_tick": sorted(question.own_tick),
        "marks": sorted(mark for mark, set_ in marks.items() if set_),
    }


def from_table(row: dict[str, str]) -> dict[str, object]:
    asked, _, codes = row["condition"].partition("=")
    return {
        "row": row["row"],
        "type": row["type"],
        "options": list(filter(None, row["options"].split("|"))),
        "sensitivity": row["sensitivity"],
        "theme": row["theme"],
        "del": letters(row["del"]),
        "condition": (asked, letters(codes)),
        "own_tick": letters(row["own_tick"]),
        "marks": sorted(row["marks"].split()),
    }


@pytest.mark.parametrize(("form", "version"), sorted(ROWS))
def test_the_questionnaire_is_the_decided_one_and_nothing_else(form, version):
    table = {row["link_id"]: from_table(row) for row in decided(form, version) if row["link_id"]}
    loaded = {question.link_id: described(question) for question in catalogue.get(form, version).questions()}
    assert loaded == table


def test_the_table_decides_every_version_that_is_loaded():
    assert set(catalogue.load_all(catalogue.FOLDER)) == set(ROWS)


@pytest.mark.parametrize(("form", "version"), sorted(ROWS))
def test_every_row_of_the_proposal_is_decided_or_lives_in_another_room(form, version):
    rows = decided(form, version)
    assert {row["row"] for row in rows if "_" not in row["row"]} == set(ROWS[form, version].split())
    assert {row["room"] for row in rows} <= {"mapping", "consent"}
    assert all(bool(row["link_id"]) == (row["room"] == "mapping") for row in rows)
    assert max(Counter(row["link_id"] for row in rows if row["link_id"]).values()) == 1


def test_who_was_there_and_what_is_shared_belong_to_the_consent_talk():
    elsewhere = {row["row"] for row in decided("domfelt", "2026.2") if row["room"] == "consent"}
    assert elsewhere == {"A3", "A4", "M2"}


def test_the_closing_questions_end_the_areas_c_to_j_and_the_rank_is_asked_once():
    questionnaire = catalogue.get("domfelt")
    closed = {q.link_id[0] for q in questionnaire.questions() if q.link_id.endswith(("_behov", "_ressurs", "_hjelp"))}
    assert closed == set("CDEFGHIJ")
    for area in questionnaire.areas:
        ends = [q.link_id.rpartition("_")[2] for q in area.questions][-3:]
        assert (ends == ["behov", "ressurs", "hjelp"]) == (area.code in closed)
    assert [q.link_id for q in questionnaire.questions() if q.type.code == "rank"] == ["K4"]


@pytest.mark.parametrize("form", FORMS)
def test_every_question_but_the_administrative_ones_can_be_left_unanswered_in_words(form):
    for question in catalogue.get(form).questions():
        plain = question.administrative or question.auto or question.type.code in ("info", "group")
        assert question.no_answer_codes == (frozenset() if plain else {"VET_IKKE", "VIL_IKKE_SVARE"})


@pytest.mark.parametrize("form", FORMS)
def test_every_text_box_says_what_not_to_write_in_every_language(form):
    questionnaire = catalogue.get(form)
    boxes = [q for parent in questionnaire.questions() for q in (parent, *parent.fields) if q.free_text]
    assert boxes
    says = {"nb": "Ikke skriv", "nn": "Ikkje skriv", "en": "Do not write", "ar": "عدم كتابة"}
    for box in boxes:
        assert box.max_length == 500
        assert box.help is not None
        assert all(says[language] in box.help[language] for language in questionnaire.languages)


@pytest.mark.parametrize("form", FORMS)
def test_a_yes_to_having_a_hard_time_opens_help_at_once(form):
    assert [q.link_id for q in catalogue.get(form).questions() if q.immediate_help] == {
        "domfelt": ["G5"],
        "varetekt": ["VD2"],
    }[form]


@pytest.mark.parametrize("form", FORMS)
def test_nobody_has_approved_the_newest_forms_and_only_a_demonstration_uses_them(form):
    questionnaire = catalogue.get(form)
    assert questionnaire.usable_languages(unapproved_allowed=False) == ()
    assert questionnaire.usable_languages(unapproved_allowed=True) == tuple(languages.CODES)


# --- what an answer must not admit, and a sentence not promise -----------------------------------------------------------


def test_drugs_and_gambling_are_asked_of_the_time_before_prison():
    before = {
        "nb": "før du kom i fengsel",
        "nn": "før du kom i fengsel",
        "en": "before you went to prison",
        "ar": "قبل دخولك السجن",
    }
    for link_id in ("H1", "H2a", "H2b"):
        question = catalogue.get("domfelt").question(link_id)
        assert all(words in question.text[language] for language, words in before.items()), link_id


@pytest.mark.parametrize("form", FORMS)
def test_what_health_is_wanted_for_is_never_said_aloud(form):
    said = {option.code for question in catalogue.get(form).questions() for option in question.options}
    assert not said & {"KROPP", "TENNER", "PSYKISK", "SOEVN", "MEDISINER", "ABSTINENS"}
    asked = catalogue.get(form).question({"domfelt": "G0", "varetekt": "VD1"}[form])
    assert [option.code for option in asked.options] == ["JA", "NEI"]
    assert "lappen" in asked.help["nb"]


PROMISE = {
    "nb": r"så tar vi|tar kontakt for deg|får beskjed|vi begynner|vi ordner|vi ringer|vi sørger",
    "nn": r"så tek vi|tek kontakt for deg|får beskjed|vi byrjar|vi ordnar|vi ringjer|vi syter",
    "en": r"we will|make contact for you|is told when|we start|we arrange|we call",
    "ar": r"سنتحدث|نيابة عنك|ويُبلَّغ|نبدأ|سنرتب|سنتصل",
}


@pytest.mark.parametrize("form", FORMS)
def test_no_sentence_promises_what_nobody_has_been_given_to_do(form):
    assert [hit for hit in sentences(catalogue.get(form)) if re.search(PROMISE[hit[1]], hit[2], re.I)] == []


@pytest.mark.parametrize(("language", "promises"), [("nb", 3), ("nn", 3), ("en", 3), ("ar", 3)])
def test_the_promises_of_the_first_forms_would_be_found(language, promises):
    old = [hit for form in FORMS for hit in sentences(catalogue.get(form, "2026.1")) if hit[1] == language]
    assert len([hit for hit in old if re.search(PROMISE[language], hit[2], re.I)]) == promises


def sentences(questionnaire) -> list[tuple[str, str, str]]:
    """What is told beside the questions: introductions, reasons and hints, as (where, language, text)."""
    told = [(area.code, texts) for area in questionnaire.areas for texts in (area.intro, area.why)]
    told += [(question.link_id, question.help) for question in questionnaire.questions() if question.help]
    return [(where, language, text) for where, texts in told for language, text in texts.items()]


# --- the words of arabic and english -------------------------------------------------------------------------------------

JARGON = {"en": r"mapp", "ar": r"مسح|خدمة المراقبة|المراقبة", "nb": r"kartlegg|kartlagt", "nn": r"kartlegg|kartlagd"}


@pytest.mark.parametrize("form", FORMS)
def test_the_talk_and_probation_are_not_called_surveillance(form):
    assert [hit for hit in texts(form) if re.search(JARGON[hit[1]], hit[2], re.IGNORECASE)] == []


# --- remand ------------------------------------------------------------------------------------------------------------

SENTENCE = {
    "nb": r"domfel|straffegjennomf|soning|sone\b|dømt|straffen?\b",
    "nn": r"domfel|straffegjennomf|soning|sone\b|dømd|straffa?\b",
    "en": r"convict|sentenc|serving|penal|punish",
    "ar": r"محكوم|مدان|إدانة|العقوبة|عقوبة|تنفيذ الحكم|سجين",
}
CHARGE = {
    "nb": r"sikte[lt]|tiltal|anklag|skyld|bevis\b|motiv|medsikt|gjerning|lovbrudd|kriminell|gjort\b|fornærm",
    "nn": r"sikt(a|ing)|tiltal|klag|skuld|\bbevis\b|motiv|gjerning|lovbrot|kriminell|gjort\b|fornærm",
    "en": r"charg|accus|guilt|evidence|motive|offen[cs]e|crim|victim|accomplice|\bdid you do\b",
    "ar": r"تهم|متهم|جريمة|جنائي|ذنب|دليل|شريكك في|الضحية|دافع",
}


def texts(form: str, version: str | None = None) -> list[tuple[str, str, str]]:
    """Every text of the file that anybody can read: (where, language, text)."""
    questionnaire = catalogue.get(form, version)
    found = [("title", questionnaire.title)]
    for area in questionnaire.areas:
        found += [(area.code, area.title), (area.code, area.intro), (area.code, area.why)]
        for parent in area.questions:
            for question in (parent, *parent.fields):
                found.append((question.link_id, question.text))
                found += [(question.link_id, question.line)] if question.line else []
                found += [(question.link_id, question.help)] if question.help else []
                found += [(question.link_id, option.text) for option in question.choices]
    return [(where, language, text) for where, in_languages in found for language, text in in_languages.items()]


@pytest.mark.parametrize("version", [version for form, version in sorted(ROWS) if form == "varetekt"])
@pytest.mark.parametrize("words", [SENTENCE, CHARGE])
def test_no_remand_text_speaks_of_conviction_or_sentence_or_asks_about_the_charge(version, words):
    found = [hit for hit in texts("varetekt", version) if re.search(words[hit[1]], hit[2], re.IGNORECASE)]
    assert found == []


def test_the_forbidden_words_would_be_found():
    for words in (SENTENCE, CHARGE):
        seen = " ".join(text for _, language, text in texts("domfelt") if language == "nb")
        assert re.search(words["nb"], seen + " domfelt siktelse", re.IGNORECASE)
    assert re.search(SENTENCE["nn"], "Er du domfelt?")
    assert re.search(SENTENCE["en"], "your sentence")
    assert re.search(SENTENCE["ar"], "هل أنت محكوم؟")
    assert re.search(CHARGE["ar"], "ما هي التهمة؟")


@pytest.mark.parametrize("form", FORMS)
def test_no_two_options_of_a_question_read_alike(form):
    for question in catalogue.get(form).questions():
        for language in tuple(languages.CODES):
            shown = [option.text[language] for option in question.choices]
            assert len(set(shown)) == len(shown), (question.link_id, language)


@pytest.mark.parametrize("form", FORMS)
def test_arabic_texts_are_arabic_and_the_others_are_not(form):
    for where, language, text in texts(form):
        has_arabic = bool(re.search(r"[\u0600-\u06ff]", text))
        plain = re.fullmatch(r"[\d\s]+|NAV|BankID|Wayback", text)
        assert plain or has_arabic == (language == "ar"), (where, language)
