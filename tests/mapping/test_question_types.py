"""A new type of question is a class and a field; the start names what it lacks, and no other place knows it."""

import json

import pytest
from django.http import QueryDict

from brik.mapping.checks import every_type_of_question_has_a_field
from brik.mapping.pages.area import area_blocks
from brik.mapping.pages.area.answer_fields import FIELDS, AnswerField
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire import answers
from brik.mapping.questionnaire.catalogue import load
from brik.mapping.questionnaire.question_types.cleaning import SingleType, Unacceptable
from brik.mapping.questionnaire.question_types.register import TYPES
from brik.mapping.questionnaire.stored_answers import read
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.questionnaire.walk import walk
from brik.pages.forms import NumberField
from tests.mapping.small_form import SMALL, written

ASKED = '{linkId: A3, type: zeroToTen, theme: BOLIG, del: [K], text: {nb: "Hvor trygg er du?"}}'


class ZeroToTenType(SingleType):
    """A number on a scale from nought to ten."""

    code = "zeroToTen"

    def clean(self, question, raw):
        return super().clean(question, str(raw) if isinstance(raw, int) else raw)

    def read(self, question, text):
        if text not in {str(number) for number in range(11)}:
            raise Unacceptable("out_of_range")
        return int(text)

    def in_words(self, value, language):
        return f"{value} av 10"


@pytest.fixture
def made_up_type(monkeypatch):
    monkeypatch.setitem(TYPES, ZeroToTenType.code, ZeroToTenType())


@pytest.fixture
def made_up_field(monkeypatch):
    make = lambda question, language, **common: NumberField(min_value=0, max_value=10, **common)  # noqa: E731
    monkeypatch.setitem(FIELDS, ZeroToTenType, AnswerField(make))


@pytest.fixture
def form(made_up_type, tmp_path):
    return load(written(tmp_path, f"{SMALL}      - {ASKED}\n"))


def test_every_type_has_a_field():
    assert every_type_of_question_has_a_field(None) == []


def test_a_type_without_a_field_stops_the_start(made_up_type):
    (error,) = every_type_of_question_has_a_field(None)
    sentence = "The question type zeroToTen has no field in brik.mapping.pages.area.answer_fields."
    assert (error.id, error.msg) == ("mapping.E003", sentence)


@pytest.mark.parametrize(("sent", "kept"), [("0", 0), ("10", 10)])
def test_a_new_type_is_asked_judged_kept_shown_and_sent(form, made_up_field, sent, kept):
    area = form.area("A")
    page = AreaForm(
        QueryDict(f"A-A3={sent}&A-A1_source=self&A-A2_source=self&A-A3_source=self"),
        prefix="A",
        area=area,
        language="nb",
    )
    assert page.errors == {}
    assert [block["text"] for block in area_blocks.blocks(page, known={}, put_in={})["all"]][-1] == "Hvor trygg er du?"
    answer = page.answers()["A3"]
    assert (answer["value"], answer["shown"], answer["type"]) == (kept, [f"{kept} av 10"], "zeroToTen")
    sections = {"A": {"answers": json.loads(json.dumps(page.answers()))}}
    for areas in (read(form.outline, sections), walk(form, sections, themes={Theme.BOLIG}, recipient="K")):
        (found,) = areas[0].answers
        assert (found.value, found.shown) == (kept, (f"{kept} av 10",))


def test_what_a_new_type_refuses_is_refused_on_the_page(form, made_up_field):
    page = AreaForm(QueryDict("A-A3=11"), prefix="A", area=form.area("A"), language="nb")
    assert "A3" in page.errors
    with pytest.raises(Unacceptable):
        answers.clean(form.question("A3"), "11")


def test_a_type_is_named_once():
    assert {code: question_type.code for code, question_type in TYPES.items()} == {code: code for code in TYPES}
