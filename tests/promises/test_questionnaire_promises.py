"""What the questionnaires say that they ask, and do not ask, is so."""

import re

import pytest

from brik.definitions import languages
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.themes import Theme

FORMS = ["domfelt", "varetekt"]
COUNTED = {"to": 2, "tre": 3}


def test_of_drugs_neither_what_how_much_when_where_nor_of_whom_is_asked():
    questions = catalogue.get("domfelt").area("H").questions
    assert {question.type.code for question in questions} <= {"boolean", "choice", "multichoice", "scale", "text"}
    for question in questions:
        asked = " ".join([question.text["nb"], *(option.text["nb"] for option in question.options)]).lower()
        assert not re.search(r"hvor mye|hvor ofte|hvilke|når|av hvem|hvem |i fengsel\b(?<!kom i fengsel)", asked), (
            question.link_id
        )
        if question.free_text and "ressurs" not in question.link_id:
            assert "Ikke skriv stoff, mengde, når, hvor eller av hvem." in question.help["nb"], question.link_id


def test_on_remand_one_question_is_about_drugs_and_it_is_a_wish():
    about = [question for question in catalogue.get("varetekt").questions() if question.theme is Theme.RUS]
    assert [(question.link_id, question.type.code) for question in about] == [("VD3", "boolean")]
    assert about[0].text["nb"].startswith("Ønsker du")


def test_everybody_is_asked_whether_they_want_to_talk_about_overdose():
    question = catalogue.get("domfelt").question("H6")
    assert question.condition is None
    assert question.asked


def test_nothing_more_is_asked_or_written_of_whom_somebody_is_afraid_of():
    form = catalogue.get("domfelt")
    assert form.question("I5").type.code == "boolean"
    assert not [q.link_id for q in form.questions() if q.condition and q.condition.link_id == "I5"]


def test_of_family_no_name_is_asked():
    boxes = [question for question in catalogue.get("domfelt").area("I").questions if question.free_text]
    assert boxes
    assert all("Ikke skriv navn på andre" in box.help["nb"] for box in boxes)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", languages.CODES)
def test_no_diagnosis_is_asked(form, language):
    word = {"nb": "diagnose", "nn": "diagnose", "en": "diagnos", "ar": "تشخيص"}[language]
    for question in catalogue.get(form).questions():
        asked = [question.text, *(option.text for option in question.options)]
        assert not [text[language] for text in asked if word in text[language].lower()], question.link_id


def test_no_amount_is_asked_but_in_steps():
    kinds = {question.link_id: question.type.code for question in catalogue.get("domfelt").area("D").questions}
    assert kinds["D3"] == "interval"
    assert "integer" not in kinds.values()
    assert [link_id for link_id, kind in kinds.items() if kind == "text"] == ["D_ressurs"]


@pytest.mark.parametrize("form", FORMS)
def test_as_many_can_be_ranked_as_is_said(form):
    ranked = [question for question in catalogue.get(form).questions() if question.type.code == "rank"]
    assert ranked
    for question in ranked:
        [words] = re.findall(r"Velg opptil (\w+)\.", question.text["nb"])
        assert question.max_items == COUNTED[words]
