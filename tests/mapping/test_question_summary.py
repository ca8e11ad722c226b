"""The interview as those inside the house read it, on screen and on paper."""

import re
import subprocess
from io import BytesIO

import pypdf
import pytest

from brik.definitions import languages
from brik.mapping.questionnaire import answer_sources, catalogue
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.stored_answers import DECLINED
from brik.mapping.questionnaire.stored_answers import read as read_areas
from brik.mapping.record import document

DOMFELT = catalogue.get("domfelt")


CONFIRMED = {
    "source": "confirmed",
    "confirmation": {"confirmed_by": "leiekontrakten", "confirmed_on": "2026-05-03"},
}


def answered(link_id, value, **kept):
    return {link_id: stored(DOMFELT.question(link_id), value, **({"language": "nb"} | kept))}


def interview():
    return {
        "C": {
            "answers": answered("C1", "EIDE")
            | answered("C6", ["BOLIG", "BO_NAER"], **CONFIRMED)
            | answered("C2", "NEI", source="confirmed")
            | answered("C5", "JA", source="note")
        },
        "D": {"answers": answered("D3", "VET_IKKE", source="third_party:NAV Grünerløkka")},
        "F": {"answers": answered("F_ressurs", "أحب القراءة", language="ar")},
        "G": {"state": DECLINED},
        "K": {"answers": answered("K4", ["RUS", "BOLIG"])},
        "L": {
            "answers": answered(
                "L1", [{"omraade": "BOLIG", "tiltak": "Søke", "samarbeidspart": "K"}, {"status": "FERDIG"}]
            )
        },
    }


def areas(language="nb"):
    return read_areas(DOMFELT.outline, interview(), language=language)


def area(found, code):
    return next(area for area in found.areas if area.code == code)


def test_untouched_areas_say_that_nobody_asked_and_declined_ones_that_the_person_would_not():
    found = document.internal(DOMFELT.outline, areas())
    assert len(found.areas) == 14
    assert area(found, "E").instead == "Ikke spurt"
    assert area(found, "G").instead == "Ville ikke svare"
    assert area(found, "C").instead == ""


def test_what_nobody_has_confirmed_never_looks_confirmed():
    found = document.internal(DOMFELT.outline, areas())
    own, confirmed, old, note = area(found, "C").answers
    assert (own.source, own.confirmed) == ("Oppgitt av den innsatte, ikke bekreftet", False)
    assert (confirmed.source, confirmed.confirmed) == ("Bekreftet av leiekontrakten, 03.05.2026", True)
    assert (old.source, old.confirmed) == ("Ikke bekreftet, det er ikke oppgitt av hvem og når", False)
    assert (note.source, note.confirmed) == ("Notat fra den som kartla", False)
    [other] = area(found, "D").answers
    assert (other.source, other.confirmed) == ("Opplyst av NAV Grünerløkka, ikke bekreftet", False)


def test_ranks_are_numbered_and_measures_are_rows():
    found = document.internal(DOMFELT.outline, areas())
    assert area(found, "K").answers[0].lines == ("1. Rus og avhengighet", "2. Bolig")
    assert area(found, "L").answers[0].rows[1] == (("Status", "Ferdig"),)


@pytest.mark.parametrize("language", languages.CODES)
def test_the_paper_holds_what_the_screen_holds(language, tmp_path):
    found = document.internal(DOMFELT.outline, areas(language), language=language)
    file = tmp_path / "summary.pdf"
    file.write_bytes(document.as_pdf(found, facts=[("Enhet", "Oslo fengsel")]))
    read = subprocess.run(["pdfinfo", "-struct-text", str(file)], capture_output=True, text=True, check=True).stdout
    text = re.sub(r"\s+", " ", " ".join(re.findall(r'"(.*)"', read)))
    for shown in found.areas:
        assert shown.title in text
        assert shown.instead in text
        for answer in shown.answers:
            for part in (
                answer.question,
                *answer.lines,
                "" if answer.own_words else answer.source,
                *(cell for row in answer.rows for cell in row[0]),
            ):
                assert re.sub(r"\s+", " ", re.sub("[\u2068\u2069]", "", part)) in text


@pytest.mark.parametrize("language", languages.CODES)
def test_the_paper_says_once_whose_words_the_answers_are_and_at_an_answer_only_where_it_is_not_so(language, tmp_path):
    found = document.internal(DOMFELT.outline, areas(language), language=language)
    answers = [answer for shown in found.areas for answer in shown.answers]
    own, others = ([a.source for a in answers if a.own_words is whose] for whose in (True, False))
    file = tmp_path / "summary.pdf"
    file.write_bytes(document.as_pdf(found))
    read = subprocess.run(["pdfinfo", "-struct-text", str(file)], capture_output=True, text=True, check=True).stdout
    text = re.sub(r"\s+", " ", " ".join(re.findall(r'"(.*)"', read)))
    assert (len(own), len(set(own)), len(others)) == (4, 1, 4)
    assert text.count(document.WORDS[language]["own_words"]) == 1
    assert own[0] not in text
    for source in others:
        assert text.count(re.sub("[\u2068\u2069]", "", source)) == 1


def test_a_paper_without_any_words_of_the_person_does_not_speak_of_them():
    found = document.internal(DOMFELT.outline, read_areas(DOMFELT.outline, {}, language="nb"))
    [*pages] = pypdf.PdfReader(BytesIO(document.as_pdf(found))).pages
    assert "oppgitt av den innsatte" not in pages[0].extract_text()


def test_the_name_of_the_person_is_never_the_title_of_the_paper():
    data = document.as_pdf(document.internal(DOMFELT.outline, areas()), facts=[("Navn", "Kari Prøvesen")])
    reader = pypdf.PdfReader(BytesIO(data))
    assert reader.metadata.title == "Samtale om behov og ressurser"
    assert "Prøvesen" not in str(dict(reader.metadata))
    assert "Kari Prøvesen" in reader.pages[0].extract_text()


def test_every_word_of_the_summary_exists_in_every_language():
    for register in (document.WORDS, answer_sources.WORDS):
        assert len({tuple(sorted(words)) for words in register.values()}) == 1
        assert set(register) == set(languages.CODES)
