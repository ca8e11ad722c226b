"""The rules of the form fields, without a browser."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire import catalogue
from brik.pages.forms import DateField, MonthField, MultiChoice, PageForm, TextArea, YesNoField
from tests.pages.sample import SKIP, StepForm, UploadForm


def posted(form, **answers):
    data = QueryDict(mutable=True)
    for name, value in answers.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return form(data)


def errors(form):
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}


def test_an_answer_in_a_hidden_branch_is_cleared_whatever_was_sent():
    form = posted(StepForm, bolig="JA", kommune="Bergen", kontakt="JA")
    assert form.is_valid(), errors(form)
    assert form.cleaned_data["kommune"] == ""
    assert form.cleaned_data["kontakt"] == ""


def test_a_required_question_in_an_open_branch_must_be_answered():
    form = posted(StepForm, bolig="NEI")
    assert errors(form) == {"kommune": ["Skriv hvilken kommune du helst vil bo i"]}


def test_a_branch_inside_a_branch_needs_both():
    form = posted(StepForm, bolig="NEI", kommune__instead="VET_IKKE", kontakt="JA")
    assert form.is_valid(), errors(form)
    assert form.cleaned_data["kommune"] == "VET_IKKE"
    assert form.cleaned_data["kontakt"] == "JA"
    assert form["kontakt"].hidden_when == "c2 c1"
    closed = posted(StepForm, bolig="JA", kommune__instead="VET_IKKE", kontakt="JA")
    assert closed.is_valid()
    assert closed.cleaned_data["kontakt"] == ""


@given(st.lists(st.sampled_from(["JA", "NEI", "VET_IKKE", "VIL_IKKE_SVARE"]), min_size=4, max_size=4))
def test_only_open_questions_keep_their_answers(given_answers):
    class Chain(PageForm):
        a = YesNoField(label="a", extra=SKIP, required=False)
        b = YesNoField(label="b", extra=SKIP, required=False, conditional_on=("a", {"JA"}))
        c = YesNoField(label="c", extra=SKIP, required=False, conditional_on=("b", {"JA", "VET_IKKE"}))
        d = YesNoField(label="d", extra=SKIP, required=False, conditional_on=("a", {"NEI"}))

    a, b, c, d = given_answers
    form = posted(Chain, a=a, b=b, c=c, d=d)
    assert form.is_valid()
    kept = form.cleaned_data
    assert kept["a"] == a
    assert kept["b"] == (b if a == "JA" else "")
    assert kept["c"] == (c if a == "JA" and b in {"JA", "VET_IKKE"} else "")
    assert kept["d"] == (d if a == "NEI" else "")


def test_a_typed_answer_and_a_box_beside_it_cannot_both_stand():
    form = posted(StepForm, bolig="NEI", kommune="Oslo", kommune__instead="VET_IKKE")
    assert errors(form) == {"kommune": ["Velg bare ett svar, enten det du skrev eller «Vet ikke»."]}
    assert 'value="Oslo"' in form["kommune"].as_field_group()


def test_a_stored_code_is_shown_as_the_box_and_not_as_text():
    html = StepForm(initial={"kommune": "VIL_IKKE_SVARE"})["kommune"].as_field_group()
    assert 'value="VIL_IKKE_SVARE" checked' in html
    assert 'type="text" name="kommune" id="id_kommune" value=""' in html


@pytest.mark.parametrize(
    ("field", "value"),
    [("bolig", "KANSKJE"), ("hjelp", "GULL"), ("spraak", "xx"), ("innflytting__instead", "ANNET"), ("viktigst_0", "X")],
)
def test_a_choice_no_page_offers_is_refused_and_marked_as_forged(field, value):
    form = posted(StepForm, **{"bolig": "JA", field: value})
    assert not form.is_valid()
    assert form.forged


def test_an_ordinary_mistake_is_not_taken_for_a_forgery():
    form = posted(StepForm, bolig="NEI", innflytting="i morgen")
    assert not form.is_valid()
    assert form.forged == []


@pytest.mark.parametrize(
    "text", ["31.12.2026", "31/12/2026", "31-12-2026", "31 12 2026", " 31. 12. 2026 ", "٣١.١٢.٢٠٢٦"]
)
def test_a_date_is_read_as_people_write_it(text):
    assert DateField().clean(text) == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["2026", "31.12.", "i går"])
def test_what_is_no_date_is_told_in_plain_words(text):
    with pytest.raises(Exception, match="Skriv datoen som dag, måned og år"):
        DateField().clean(text)


def test_a_month_goes_in_and_out_the_same():
    assert MonthField().clean("7.2025") == "2025-07"
    assert MonthField().prepare_value("2025-07") == "07.2025"
    with pytest.raises(Exception, match="Skriv måned og år"):
        MonthField().clean("2025")


def test_a_text_too_long_is_told_with_both_numbers_and_kept():
    form = posted(StepForm, bolig="JA", mer="å" * 201)
    assert errors(form) == {"mer": ["Teksten er for lang. Den kan ha 200 tegn og har 201."]}
    assert "å" * 201 in form["mer"].as_field_group()


def test_line_breaks_count_once():
    assert TextArea(max_length=3).clean("a\r\nb") == "a\nb"


def test_none_of_these_stands_alone():
    field = MultiChoice(choices=[("A", "A"), ("INGEN", "Ingen")], exclusive=["INGEN"])
    with pytest.raises(Exception, match="Du kan ikke velge «Ingen» sammen med andre svar"):
        field.clean(["A", "INGEN"])


def test_a_number_with_ten_million_digits_is_an_error_and_not_a_crash():
    form = posted(StepForm, bolig="JA", barn="9" * 5000)
    assert errors(form) == {"barn": ["Skriv et helt tall med sifre, for eksempel 3."]}


def test_ranking_the_same_twice_is_told():
    form = posted(StepForm, bolig="JA", viktigst_0="BOLIG", viktigst_1="BOLIG")
    assert errors(form) == {"viktigst": ["Du har valgt det samme to ganger."]}
    assert posted(StepForm, bolig="JA", viktigst_0="ARBEID", viktigst_1="").is_valid()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"MZ\x90 a program", "Filen må være en PDF eller et bilde"),
        ("a.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), "Filen er for stor"),
        ("a.pdf", b"", "Filen er tom"),
    ],
)
def test_an_upload_is_judged_by_its_bytes(name, content, said):
    form = UploadForm({"bekreft": "on", "navn": "x"}, {"skann": SimpleUploadedFile(name, content)})
    assert said in errors(form)["skann"][0]


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n", b" " * 1019])
def test_an_upload_of_the_right_kind_passes_whole(before):
    content = before + b"%PDF-1.7 and more"
    form = UploadForm({"bekreft": "on", "navn": "x"}, {"skann": SimpleUploadedFile("a.pdf", content)})
    assert form.is_valid(), errors(form)
    assert form.cleaned_data["skann"].read() == content


def test_every_control_is_tied_to_its_label_hint_and_error():
    form = posted(StepForm, bolig="NEI", innflytting="feil")
    html = form["innflytting"].as_field_group()
    assert 'for="id_innflytting"' in html
    assert 'aria-describedby="id_innflytting_hint id_innflytting_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_innflytting_error"' in html


def test_must_and_may_are_said_in_words_and_never_with_an_asterisk():
    form = StepForm()
    assert "Må fylles ut" in form["bolig"].as_field_group()
    assert "Valgfritt" in form["hjelp"].as_field_group()
    whole = "".join(bound.as_field_group() for bound in form)
    assert "*" not in whole
    assert " required" not in whole


def test_what_a_person_typed_is_always_escaped():
    form = posted(StepForm, bolig="NEI", kommune='"><script>x</script>', vanlig="<b>", mer="</textarea><i>")
    whole = "".join(bound.as_field_group() for bound in form)
    assert "<script>" not in whole
    assert "<b>" not in whole
    assert "<i>" not in whole


def test_the_style_sheet_has_a_line_for_every_follow_up_question_a_page_can_have():
    sheet = (Path(__file__).resolve().parents[2] / "brik/pages/static/branches.css").read_text()
    tokens = [int(number) for number in re.findall(r'\[data-when~="c(\d+)"\]', sheet)]
    assert tokens == list(range(1, len(tokens) + 1))
    longest = max(
        len(set(AreaForm(area=area, language="nb").branches.values()))
        for name in ("domfelt", "varetekt")
        for area in catalogue.get(name).areas
    )
    assert 0 < longest <= len(tokens)
