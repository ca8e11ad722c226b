"""Two versions of an area where some words are no answer yet: they are a choice like any other, and never lost."""

import re
from contextlib import suppress

import pytest
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from hypothesis import given, settings
from hypothesis import strategies as st

from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.area.conflicts import MINE, THEIRS, chosen, differing
from brik.mapping.questionnaire import walk
from brik.mapping.questionnaire.answer_sources import CONFIRMED, NOTE, SELF, THIRD_PARTY, SourceKind, source_of
from brik.mapping.questionnaire.answers import clean
from brik.mapping.questionnaire.question_types.cleaning import Unacceptable
from brik.mapping.questionnaire.structure import without_hidden
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions, lifecycle
from tests import situations
from tests.examples import tries
from tests.mapping.conflict_pages import choose, conflict_form, stored
from tests.mapping.made_up_interviews import drawn, interviews
from tests.mapping.pages import opened, send, sent_fields, url
from tests.situations import PASSWORD

pytestmark = pytest.mark.django_db
# A deadline that is none yet, and the answer that asks for it.
SOON = {"C3a": "JA", "C3b": "snart"}
TO_CORRECT = "Må rettes før det blir et svar"


def html(response):
    return " ".join(response.content.decode().split())


def clash(signed_in, mapping, saved, typed):
    """One tab saved ``saved``; the other, opened before, sends ``typed``."""
    older = opened(signed_in, mapping)
    send(signed_in, mapping, **saved)
    return send(signed_in, mapping, page=older, **typed)


def typed(mapping):
    return mapping.sections.get().answers.open().get("unfinished", {})


def test_words_to_correct_in_the_saved_version_are_chosen_like_an_answer_and_stay_as_typed(signed_in, mapping):
    both = clash(signed_in, mapping, SOON | {"C1": "EIDE"}, {"C1": "UTEN", "C5": "JA"})
    assert TO_CORRECT in html(both)
    assert "snart" in html(both)
    after = choose(signed_in, mapping, both, C1="mine", C3a="theirs", C3b="theirs", C5="mine")
    assert after.status_code == 422
    assert 'value="snart"' in html(after)
    assert stored(mapping) == {"C1": "UTEN", "C3a": "JA", "C5": "JA"}
    assert typed(mapping)["C-C3b"] == ["snart"]
    corrected = send(signed_in, mapping, page=sent_fields(html(after)), C1="UTEN", C3a="JA", C3b="31.12.2026", C5="JA")
    assert corrected.status_code == 302
    assert stored(mapping) == {"C1": "UTEN", "C3a": "JA", "C3b": "2026-12-31", "C5": "JA"}


def test_words_to_correct_in_what_was_just_typed_are_shown_and_can_be_chosen(signed_in, mapping):
    both = clash(signed_in, mapping, {"C1": "EIDE", "C5": "JA"}, SOON | {"C1": "UTEN"})
    assert "snart" in html(both)
    after = choose(signed_in, mapping, both, C1="theirs", C3a="mine", C3b="mine", C5="theirs")
    assert after.status_code == 422
    assert stored(mapping) == {"C1": "EIDE", "C3a": "JA", "C5": "JA"}
    assert 'value="EIDE" checked' in html(after)
    assert typed(mapping)["C-C3b"] == ["snart"]


def test_needs_resources_and_help_are_chosen_like_every_other_question(signed_in, mapping):
    older = opened(signed_in, mapping, "F")
    send(signed_in, mapping, "F", F_behov="1", F_ressurs="A", F_hjelp="JA")
    both = send(signed_in, mapping, "F", page=older, F_behov="3", F_ressurs="B", F_hjelp="NEI")
    sent = conflict_form(both) | {"choose-F_behov": "theirs", "choose-F_ressurs": "mine", "choose-F_hjelp": "theirs"}
    assert signed_in.post(url("area", mapping, step="F"), sent).status_code == 302
    assert stored(mapping) == {"F_behov": "1", "F_ressurs": "B", "F_hjelp": "JA"}


def test_words_to_correct_that_were_not_chosen_are_gone_because_somebody_said_so(signed_in, mapping):
    both = clash(signed_in, mapping, SOON, {"C1": "UTEN"})
    after = choose(signed_in, mapping, both, C1="mine", C3a="mine", C3b="mine")
    assert after.status_code == 302
    assert stored(mapping) == {"C1": "UTEN"}
    assert not typed(mapping)


def test_other_words_to_correct_at_the_same_question_are_a_difference(signed_in, mapping):
    both = clash(signed_in, mapping, SOON, SOON | {"C3b": "i vinter"})
    page = html(both)
    assert page.count(TO_CORRECT) == 2
    assert 'name="choose-C3b"' in page
    assert 'name="choose-C3a"' not in page


def test_a_question_that_another_one_opens_says_so(signed_in, mapping):
    page = html(clash(signed_in, mapping, {"C3a": "NEI"}, SOON))
    assert page.count("Blir bare med når svaret du velger på") == 1


def test_a_half_filled_row_of_measures_is_shown_with_its_columns(signed_in, mapping):
    older = opened(signed_in, mapping, "L")
    send(signed_in, mapping, "L", **{"L1/0/tiltak": "Møte med NAV", "L1/0/frist": "snart"})
    page = html(send(signed_in, mapping, "L", page=older, **{"L1/0/tiltak": "Møte med banken"}))
    assert "Møte med NAV" in page
    assert "Møte med banken" in page
    assert "snart" in page


def test_declining_over_words_to_correct_shows_them_first(signed_in, mapping):
    older = opened(signed_in, mapping)
    send(signed_in, mapping, **SOON)
    answer = send(signed_in, mapping, page=older | {"sure": "1"}, then="decline")
    assert answer.status_code == 409
    assert "snart" in html(answer)


def test_a_page_asked_whether_it_is_sure_has_not_seen_what_was_saved_meanwhile(signed_in, mapping):
    older = opened(signed_in, mapping)
    send(signed_in, mapping, C1="EIDE")
    asked = send(signed_in, mapping, page=older, then="decline", C1="UTEN")
    again = send(signed_in, mapping, page=sent_fields(html(asked)) | {"sure": "1"}, then="decline", C1="UTEN")
    assert again.status_code == 409
    assert stored(mapping) == {"C1": "EIDE"}


def test_a_page_brought_back_after_a_lost_session_has_not_seen_what_was_saved_meanwhile(signed_in, mapping):
    older = opened(signed_in, mapping)
    send(signed_in, mapping, C1="EIDE")
    shown = send(signed_in, mapping, page=older | {"again": "show"}, C1="UTEN")
    assert send(signed_in, mapping, page=sent_fields(html(shown)), C1="UTEN").status_code == 409
    assert stored(mapping) == {"C1": "EIDE"}


def test_the_page_of_two_versions_comes_back_with_its_choices_after_a_lost_session(signed_in, mapping, mapper):
    both = clash(signed_in, mapping, {"C1": "EIDE", "C5": "JA"}, {"C1": "UTEN"})
    sent = conflict_form(both) | {"choose-C1": "mine"}
    signed_in.logout()
    lost = signed_in.post(url("area", mapping, step="C"), sent)
    signed_in.force_login(mapper)
    shown = signed_in.post(url("area", mapping, step="C"), conflict_form(lost))
    assert shown.status_code == 409
    assert 'id="choose-C1-mine" value="mine" checked' in html(shown)
    assert stored(mapping) == {"C1": "EIDE", "C5": "JA"}


def test_hiding_the_page_of_two_versions_saves_neither_and_holds_on_to_both(signed_in, mapping):
    both = clash(signed_in, mapping, {"C1": "EIDE"}, {"C1": "UTEN"})
    assert 'form="utgavene" name="hide"' in html(both)
    held = signed_in.post(url("area", mapping, step="C"), conflict_form(both) | {"hide": "1"})
    assert held.status_code == 401
    assert "UTEN" in html(held)
    assert stored(mapping) == {"C1": "EIDE"}
    signed_in.post(reverse("pages:hidden"), {"password": PASSWORD})
    shown = signed_in.post(url("area", mapping, step="C"), conflict_form(held))
    assert shown.status_code == 409
    assert "Uten fast bolig" in html(shown)


def test_what_was_chosen_for_the_whole_area_is_there_again_after_hiding(signed_in, mapping):
    older = opened(signed_in, mapping, "C")
    send(signed_in, mapping, C1="EIDE")
    both = send(signed_in, mapping, page=older | {"sure": "1"}, then="decline")
    chosen = conflict_form(both) | {"choose-area": "theirs"}
    held = signed_in.post(url("area", mapping, step="C"), chosen | {"hide": "1"})
    assert held.status_code == 401
    signed_in.post(reverse("pages:hidden"), {"password": PASSWORD})
    shown = html(signed_in.post(url("area", mapping, step="C"), chosen | {"again": "show"}))
    assert re.findall(r'id="choose-area-(\w+)"[^>]* checked', shown) == ["theirs"]


@pytest.mark.parametrize("end", [lifecycle.restrict, lifecycle.close_gate, lifecycle.mark_in_error])
@pytest.mark.parametrize(
    "posted",
    [
        {"merge": "1"},
        {"merge": "1", "version": "0"},
        {"merge": "1", "again": "show"},
        {"merge": "1", "then": "decline", "sure": "1"},
        {"again": "show"},
        {"then": "decline"},
        {"take_over": "1"},
        {},
    ],
)
def test_no_sent_page_brings_back_what_has_ended(signed_in, mapping, mapper, end, posted):
    send(signed_in, mapping, "G", G6="Et uforvekslelig ord")
    page = opened(signed_in, mapping, "G")
    if end is lifecycle.restrict:
        actions.sign_off(mapping, by=mapper)
    told = {} if end is lifecycle.mark_in_error else {"reason": "withdrawn"}
    end(mapping.person, by=situations.CONSENT_TALK, **told)
    answer = signed_in.post(url("area", mapping, step="G"), {**page, **posted})
    assert answer.status_code == 409
    assert "uforvekslelig" not in html(answer)


def test_choosing_between_versions_of_an_area_that_was_never_saved_is_refused(signed_in, mapping):
    page = opened(signed_in, mapping)
    assert send(signed_in, mapping, page=page | {"merge": "1"}, C1="UTEN").status_code == 400


def is_told_by_nobody_else(question, source):
    """Whether it names somebody who can be asked, of a question that belongs to no theme."""
    return source.startswith(THIRD_PARTY) and not walk.may_be_told_by(question, list(Theme))


def is_half_confirmed(answer):
    return answer["source"] == CONFIRMED and source_of(answer).kind is not SourceKind.CONFIRMED


def as_a_page_kept_them(area, answers):
    """Those that a page can have sent: offered, of a question that is asked, with a source where it has a choice."""
    kept = {}
    for link_id, answer in answers.items():
        question = area.question(link_id)
        with suppress(Unacceptable):
            if not question.auto and clean(question, answer["value"]) == answer["value"]:
                source = (
                    NOTE
                    if question.administrative
                    else SELF
                    if question.type.code == "group"
                    or is_told_by_nobody_else(question, answer["source"])
                    or is_half_confirmed(answer)
                    else answer["source"]
                )
                kept[link_id] = answer | {"source": source}
    open_ = without_hidden(area, {link_id: answer["value"] for link_id, answer in kept.items()})
    return {link_id: kept[link_id] for link_id in open_}


@settings(max_examples=tries(60), deadline=None)
@given(interviews, st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_each_question_holds_the_version_that_was_chosen_for_it_and_no_other(interview, seed, chance):
    (questionnaire, mine), (_same, theirs) = drawn(*interview), drawn(interview[0], seed)
    for area in questionnaire.areas:
        common = {"prefix": area.code, "area": area, "language": "nb", "sources": {"NAV": list(Theme)}}
        one, other = (
            AreaForm(
                MultiValueDict(
                    AreaForm(**common, kept=as_a_page_kept_them(area, side.get(area.code, {}).get("answers", {}))).typed
                ),
                **common,
            )
            for side in (mine, theirs)
        )
        choices = {f"choose-{link_id}": chance.choice([MINE, THEIRS]) for link_id in differing(one, other)}
        sent = chosen(one, other, choices)
        for question in area.questions:
            side = other if choices.get(f"choose-{question.link_id}") == THEIRS else one
            own = re.compile(rf"{area.code}-{question.link_id}([-/_]|$)")
            assert {name: sent.getlist(name) for name in sent if own.match(name)} == {
                name: values for name, values in side.typed.items() if own.match(name)
            }, question.link_id


@settings(max_examples=tries(60), deadline=None)
@given(interviews)
def test_kept_answers_sent_as_an_untouched_page_are_the_same_answers(interview):
    questionnaire, sections = drawn(*interview)
    for code, content in sections.items():
        area = questionnaire.area(code)
        kept = as_a_page_kept_them(area, content["answers"])
        common = {"prefix": code, "area": area, "language": "nb", "sources": {"NAV": list(Theme)}, "kept": kept}
        sent = AreaForm(MultiValueDict(AreaForm(**common).typed), **common)
        assert {key: (one["value"], source_of(one)) for key, one in sent.answers().items()} == {
            key: (one["value"], source_of(one)) for key, one in kept.items()
        }
