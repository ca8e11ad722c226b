"""What leaves the house: permitted themes and the question's own list, and never more than that."""

import json
from dataclasses import fields, replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brik.definitions import languages
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.stored_answers import ASKED, DECLINED, NOT_ASKED, read
from brik.mapping.questionnaire.structure import Area, Condition, enabled, without_hidden
from brik.mapping.questionnaire.themes import CASE_SYSTEM, LETTERS, THEME_LABELS, TICKED_FOR_CASE_SYSTEM, Theme
from brik.mapping.questionnaire.walk import themes_told, tickable, walk
from tests.examples import tries
from tests.mapping.made_up_interviews import FORMS, drawn, interviews

RECIPIENTS = [*sorted(LETTERS), CASE_SYSTEM]
EVERYTHING = frozenset(Theme)


def flat(walked):
    return [answer for area in walked for answer in area.answers]


link_ids = sorted({question.link_id for form in FORMS.values() for question in form.questions()})
ticks = st.frozensets(st.sampled_from(link_ids), max_size=40)


@settings(max_examples=tries(250), deadline=None)
@given(
    interviews,
    st.sampled_from(RECIPIENTS),
    st.frozensets(st.sampled_from(sorted(Theme))),
    ticks,
    ticks,
    st.booleans(),
)
def test_what_leaves_is_permitted_meant_for_the_recipient_and_ticked_where_needed(
    interview, recipient, themes, own_ticks, free_text, graded
):
    questionnaire, sections = drawn(*interview)
    walked = walk(
        questionnaire,
        sections,
        themes=themes,
        recipient=recipient,
        own_ticks=own_ticks,
        free_text=free_text,
        address_graded=graded,
    )
    said_graded = any(
        (sections.get(area, {}).get("answers", {}).get(link_id) or {}).get("value") == "JA"
        for area, link_id in (("B", "B8"), ("VB", "VB8"))
    )
    for area in walked:
        assert area.answers, "an area with nothing in it would tell that something is missing"
        assert sections.get(area.code, {}).get("state") != DECLINED
        shown = {question.link_id for question in enabled(questionnaire.area(area.code), values(sections, area.code))}
        if sections.get(questionnaire.short.code, {}).get("state") != DECLINED:
            shown |= {line.link_id for line in questionnaire.lines_of(area.code)}
        for answer in area.answers:
            question = questionnaire.question(answer.link_id)
            assert question.theme in themes
            assert question.disclose_to
            assert recipient == CASE_SYSTEM or recipient in question.disclose_to
            assert answer.link_id in shown
            assert answer.link_id not in ("B8", "VB8", "I5", "I6", "N1", "VC1a")
            assert not (question.immediate_help and recipient != "H")
            assert not (question.own_tick and recipient == CASE_SYSTEM) or answer.link_id in own_ticks
            assert recipient not in question.own_tick or answer.link_id in own_ticks
            if answer.link_id not in free_text:
                assert "fritekst" not in json.dumps([answer.value, answer.shown])
            if graded or said_graded:
                assert question.type.code != "municipality"
            told_of = {option.theme for option in question.options if option.code in as_list(answer.value)} - {None}
            assert told_of <= themes
            if recipient == CASE_SYSTEM and answer.link_id not in own_ticks:
                assert not ({question.theme} | told_of) & TICKED_FOR_CASE_SYSTEM
            for row in answer.value if question.row_theme else []:
                assert row["omraade"] in themes
                if recipient == CASE_SYSTEM and answer.link_id not in own_ticks:
                    assert row["omraade"] not in TICKED_FOR_CASE_SYSTEM
                assert recipient in (CASE_SYSTEM, row.get("samarbeidspart"))


def values(sections, area):
    return {link_id: answer["value"] for link_id, answer in sections.get(area, {}).get("answers", {}).items()}


def as_list(value):
    return value if isinstance(value, list) and all(isinstance(code, str) for code in value) else []


@settings(max_examples=tries(100), deadline=None)
@given(interviews, st.sampled_from(RECIPIENTS))
def test_nothing_but_notes_is_held_back_that_is_permitted_meant_and_ticked(interview, recipient):
    questionnaire, sections = drawn(*interview)
    everything = frozenset(link_ids)
    left = walk(
        questionnaire, sections, themes=EVERYTHING, recipient=recipient, own_ticks=everything, free_text=everything
    )
    inside = {link_id for area in questionnaire.areas for link_id in without_hidden(area, values(sections, area.code))}
    graded = (
        {question.link_id for question in questionnaire.questions() if question.type.code == "municipality"}
        if "JA" in (values(sections, "B").get("B8"), values(sections, "VB").get("VB8"))
        else set()
    )
    expected = {
        question.link_id
        for area in questionnaire.areas
        for question in area.questions
        if question.link_id in inside - graded
        and question.meant_for(recipient)
        and sections[area.code].get("state") != DECLINED
        and sections.get(question.opens, {}).get("state") != DECLINED
        and question.type.code != "group"
        and sections[area.code]["answers"][question.link_id]["source"] != "note"
    }
    assert {answer.link_id for answer in flat(left) if answer.type != "group"} == expected


@settings(max_examples=tries(100), deadline=None)
@given(interviews)
def test_inside_the_house_every_area_is_shown_in_the_same_order(interview):
    questionnaire, sections = drawn(*interview)
    walked = read(questionnaire.outline, sections)
    assert [area.code for area in walked] == [area.code for area in questionnaire.areas]
    order = [question.link_id for question in questionnaire.questions()]
    met = [order.index(answer.link_id) for answer in flat(walked)]
    assert met == sorted(met)
    for area in walked:
        own = sections.get(area.code, {})
        assert (area.state in (ASKED, DECLINED)) == (bool(own.get("answers")) or own.get("state") == DECLINED)


@settings(max_examples=tries(100), deadline=None)
@given(interviews)
def test_a_hidden_branch_is_never_shown_and_is_cleared(interview):
    questionnaire, sections = drawn(*interview)
    for area in questionnaire.areas:
        kept = without_hidden(area, values(sections, area.code))
        assert without_hidden(area, kept) == kept
        for question in area.questions:
            if question.link_id in kept and question.condition:
                given_ = kept[question.condition.link_id]
                assert set(given_ if isinstance(given_, list) else [given_]) & question.condition.any_of
    for area in walk(questionnaire, sections, themes=EVERYTHING, recipient=CASE_SYSTEM, own_ticks=frozenset(link_ids)):
        kept = without_hidden(questionnaire.area(area.code), values(sections, area.code))
        lines = {line.link_id for line in questionnaire.lines_of(area.code)}
        assert {answer.link_id for answer in area.answers} <= set(kept) | lines


def one(form, link_id, value, **kept):
    question = FORMS[form].question(link_id)
    return {link_id: stored(question, value, **({"language": "nb"} | kept))}


def test_what_hangs_on_a_hidden_question_is_hidden_too():
    chain = Area(
        "X",
        {"nb": ""},
        {"nb": ""},
        {"nb": ""},
        tuple(
            replace(FORMS["domfelt"].question("C5"), link_id=name, condition=condition)
            for name, condition in (
                ("X1", None),
                ("X2", Condition("X1", frozenset({"JA"}))),
                ("X3", Condition("X2", frozenset({"JA"}))),
            )
        ),
    )
    assert without_hidden(chain, {"X1": "NEI", "X2": "JA", "X3": "JA"}) == {"X1": "NEI"}
    assert without_hidden(chain, {"X1": "JA", "X2": "JA", "X3": "JA", "forged": "1"}) == dict.fromkeys(
        ["X1", "X2", "X3"], "JA"
    )


def test_the_words_of_the_day_are_shown_even_if_the_file_says_something_else_now():
    answer = one("domfelt", "C1", "EIDE") | {}
    answer["C1"] |= {"text": "Gammel tekst", "shown": ["Gammelt svar"]}
    answer["C1"]["translations"] = {"en": {"text": "Old text", "shown": ["Old answer"], "language": "en"}}
    sections = {"C": {"answers": answer}}
    for language, text, shown in (
        ("nb", "Gammel tekst", "Gammelt svar"),
        ("en", "Old text", "Old answer"),
        ("ar", "Gammel tekst", "Gammelt svar"),
    ):
        [inside] = flat(read(FORMS["domfelt"].outline, sections, language=language))
        assert (inside.text, inside.shown) == (text, (shown,))
        for recipient in ("K", CASE_SYSTEM):
            [leaving] = flat(
                walk(FORMS["domfelt"], sections, themes=EVERYTHING, recipient=recipient, language=language)
            )
            assert leaving == inside


def test_an_interview_in_arabic_is_read_in_norwegian_but_for_what_the_person_wrote():
    sections = {
        "C": {"answers": one("domfelt", "C1", "EIDE", language="ar") | one("domfelt", "C_ressurs", "نص", language="ar")}
    }
    chosen, written = flat(read(FORMS["domfelt"].outline, sections, language="nb"))
    assert (chosen.text, chosen.shown, chosen.language) == ("Hvordan bodde du før du kom i fengsel?", ("Eide",), "nb")
    assert (written.text, written.shown, written.language) == ("Hva går bra? Hva er du god på?", ("نص",), "ar")


def test_no_theme_permitted_means_nothing_leaves():
    sections = {"C": {"answers": one("domfelt", "C1", "EIDE")}}
    assert walk(FORMS["domfelt"], sections, recipient="K", themes=()) == []


def test_a_partner_sees_only_the_measures_that_name_it_about_themes_it_may_have():
    rows = [
        {"omraade": "BOLIG", "tiltak": "Søke bolig", "samarbeidspart": "K"},
        {"omraade": "BOLIG", "tiltak": "Ringe skolen", "samarbeidspart": "S"},
        {"omraade": "HELSE", "tiltak": "Time hos lege", "samarbeidspart": "K"},
        {"tiltak": "Uten område", "samarbeidspart": "K"},
    ]
    sections = {"L": {"answers": one("domfelt", "L1", rows)}}
    permitted = partial(walk, FORMS["domfelt"], sections, themes={Theme.MAAL, Theme.BOLIG}, recipient="K")
    [summary] = flat(permitted())
    assert summary.value == [{"omraade": "BOLIG", "samarbeidspart": "K"}]
    assert summary.shown == ([["Område", "Bolig"], ["Samarbeidspart", "Kommunen"]],)
    [summary] = flat(permitted(free_text={"L1"}))
    assert [row["tiltak"] for row in summary.value] == ["Søke bolig"]
    assert walk(FORMS["domfelt"], sections, themes={Theme.BOLIG}, recipient="K") == []


def test_a_ranked_list_does_not_show_where_something_was_left_out():
    sections = {"K": {"answers": one("domfelt", "K4", ["RUS", "BOLIG", "HELSE"])}}
    [found] = flat(walk(FORMS["domfelt"], sections, themes={Theme.MAAL, Theme.BOLIG}, recipient="F"))
    assert (found.value, found.shown) == (["BOLIG"], ("Bolig",))
    assert walk(FORMS["domfelt"], sections, themes={Theme.MAAL}, recipient="F") == []


def test_where_a_person_with_a_graded_address_lives_never_leaves():
    answers = one("domfelt", "B5", "0301") | one("domfelt", "B2", "OFTE")
    for sections, graded in (
        ({"B": {"answers": answers | one("domfelt", "B8", "JA")}}, False),
        ({"B": {"answers": answers}}, True),
    ):
        left = walk(FORMS["domfelt"], sections, themes=EVERYTHING, recipient=CASE_SYSTEM, address_graded=graded)
        assert [answer.link_id for answer in flat(left)] == ["B2"]
    assert {answer.link_id for answer in flat(read(FORMS["domfelt"].outline, sections))} == {"B2", "B5"}


def test_drug_use_reaches_the_municipality_only_with_its_own_tick_and_health_without():
    sections = {"H": {"answers": one("domfelt", "H1", "MYE")}}
    for recipient, free, ticked in (
        ("H", 1, 1),
        ("K", 0, 1),
        ("N", 0, 1),
        (CASE_SYSTEM, 0, 1),
        ("S", 0, 0),
        ("F", 0, 0),
    ):
        for own_ticks, expected in ((frozenset(), free), (frozenset({"H1"}), ticked)):
            left = walk(FORMS["domfelt"], sections, themes=EVERYTHING, recipient=recipient, own_ticks=own_ticks)
            assert len(flat(left)) == expected, (recipient, own_ticks)


@pytest.mark.parametrize("recipient", ["K", CASE_SYSTEM])
def test_free_text_leaves_only_when_ticked_for_the_case_system_too(recipient):
    sections = {"C": {"answers": one("domfelt", "C_ressurs", "Flink med hendene")}}
    for free_text, expected in ((set(), 0), ({"C_ressurs"}, 1)):
        left = walk(FORMS["domfelt"], sections, themes=EVERYTHING, recipient=recipient, free_text=free_text)
        assert len(flat(left)) == expected


@pytest.mark.parametrize("version", ["2026.1", "2026.2", "2026.3"])
def test_health_and_drugs_reach_the_case_system_only_question_by_question(version):
    form = catalogue.get("domfelt", version)
    sections: dict[str, Any] = {}
    for link_id, value in {"G1": "GOD", "H3": ["LAR"], "H_behov": "3", "K4": ["RUS", "BOLIG", "HELSE"]}.items():
        answers = sections.setdefault(link_id[0], {"answers": {}})["answers"]
        answers[link_id] = stored(form.question(link_id), value, language="nb")
    permitted: dict[str, Any] = {"themes": EVERYTHING, "recipient": CASE_SYSTEM}
    [rank] = flat(walk(form, sections, **permitted))
    assert (rank.link_id, rank.value) == ("K4", ["BOLIG"])
    for ticked in ("G1", "H3", "H_behov"):
        assert {answer.link_id for answer in flat(walk(form, sections, **permitted, own_ticks={ticked}))} == {
            ticked,
            "K4",
        }
    ticks, _ = tickable(form, sections, **permitted)
    assert [question.link_id for question in ticks] == ["G1", "H3", "H_behov", "K4"]
    [rank] = flat(walk(form, {"K": sections["K"]}, **permitted, own_ticks={"K4"}))
    assert rank.value == ["RUS", "BOLIG", "HELSE"]


def test_a_measure_about_health_reaches_the_case_system_only_with_its_tick():
    rows = [
        {"omraade": "BOLIG", "tiltak": "Søke bolig", "samarbeidspart": "K"},
        {"omraade": "HELSE", "tiltak": "Time hos lege", "samarbeidspart": "H"},
    ]
    sections = {"L": {"answers": one("domfelt", "L1", rows)}}
    permitted: dict[str, Any] = {"themes": EVERYTHING, "recipient": CASE_SYSTEM}
    [without] = flat(walk(FORMS["domfelt"], sections, **permitted))
    assert without.value == [{"omraade": "BOLIG", "samarbeidspart": "K"}]
    [ticked] = flat(walk(FORMS["domfelt"], sections, **permitted, own_ticks={"L1"}, free_text={"L1"}))
    assert [row["tiltak"] for row in ticked.value] == ["Søke bolig", "Time hos lege"]
    ticks, texts = tickable(FORMS["domfelt"], sections, **permitted)
    assert [question.link_id for question in (*ticks, *texts)] == ["L1", "L1"]


def test_that_somebody_needed_help_at_once_reaches_health_and_nobody_else():
    for form, area, link_id in (("domfelt", "G", "G5"), ("varetekt", "VD", "VD2")):
        sections = {area: {"answers": one(form, link_id, "JA")}}
        for recipient in RECIPIENTS:
            left = walk(FORMS[form], sections, themes=EVERYTHING, recipient=recipient, own_ticks={link_id})
            assert bool(flat(left)) == (recipient == "H"), (form, recipient)


def test_what_an_area_declined_held_before_does_not_leave_and_is_marked_inside():
    sections = {"C": {"state": DECLINED, "answers": one("domfelt", "C1", "EIDE")}}
    assert walk(FORMS["domfelt"], sections, themes=EVERYTHING, recipient="K") == []
    states = {area.code: area.state for area in read(FORMS["domfelt"].outline, sections)}
    assert (states["C"], states["D"]) == (DECLINED, NOT_ASKED)
    assert read(FORMS["domfelt"].outline, {"C": {"answers": one("domfelt", "C1", "EIDE")}})[3].state == ASKED


def test_the_officer_is_offered_exactly_the_ticks_that_change_something():
    sections = {
        "H": {"answers": one("domfelt", "H1", "MYE")},
        "C": {"answers": one("domfelt", "C_ressurs", "tekst") | one("domfelt", "C1", "EIDE")},
        "L": {"answers": one("domfelt", "L1", [{"omraade": "BOLIG", "tiltak": "x", "samarbeidspart": "K"}])},
    }
    own, texts = tickable(FORMS["domfelt"], sections, themes=EVERYTHING, recipient="K")
    assert [question.link_id for question in own] == ["H1"]
    assert [question.link_id for question in texts] == ["C_ressurs", "L1"]
    own, texts = tickable(FORMS["domfelt"], sections, themes={Theme.BOLIG}, recipient=CASE_SYSTEM)
    assert (own, [question.link_id for question in texts]) == ([], ["C_ressurs"])


@settings(max_examples=tries(150), deadline=None)
@given(interviews, st.sampled_from(RECIPIENTS), st.frozensets(st.sampled_from(sorted(Theme))), ticks, ticks)
def test_taking_back_a_theme_that_is_told_of_takes_something_away_and_another_nothing(
    interview, recipient, themes, own_ticks, free_text
):
    """What a message names as its themes is what it tells of: no theme is told of unnamed, and none named untold."""
    questionnaire, sections = drawn(*interview)
    permitted = partial(walk, questionnaire, sections, recipient=recipient, own_ticks=own_ticks, free_text=free_text)
    walked = permitted(themes=themes)
    told = themes_told(questionnaire, flat(walked))
    assert told <= themes
    assert permitted(themes=told) == walked
    for theme in told:
        assert permitted(themes=told - {theme}) != walked


def test_every_theme_has_a_name_in_every_language():
    assert set(THEME_LABELS) == set(Theme)
    assert all(set(names) == set(languages.CODES) for names in THEME_LABELS.values())


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_question_is_walked(form):
    questionnaire = FORMS[form]
    assert len(fields(questionnaire)) == 8
    asked = {question.link_id for area in questionnaire.areas for question in area.questions}
    assert asked == {question.link_id for question in questionnaire.questions()}
