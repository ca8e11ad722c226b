"""Two saves of the same words are no conflict: there is nothing to choose between."""

import pytest

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import AreaState
from tests.mapping.conflict_pages import stored
from tests.mapping.pages import confirmed, filled, opened, send, url

pytestmark = pytest.mark.django_db


def draft(client, mapping, page, area="C", **answers):
    fields = {**page, **filled(area, **answers)}
    return client.post(url("draft", mapping, step=area), fields, HTTP_X_REQUESTED_WITH="brik")


def two_tabs(client, mapping, area="C"):
    return opened(client, mapping, area), opened(client, mapping, area)


WORDS = [
    ("C", {"C1": "EIDE", "C2": "NEI", "C5": "JA"}),
    ("G", {"G5": "NEI", "G6": "Et uforvekslelig ord"}),
    ("C", {}),
    ("C", {"C1": "EIDE", **confirmed("C1", "Husleiekontrakt")}),
]


@pytest.mark.parametrize(("area", "words"), WORDS, ids=["choices", "text", "nothing", "confirmed"])
@pytest.mark.parametrize("then", ["on", "later"])
def test_the_same_words_from_two_tabs_are_saved_without_a_question(signed_in, mapping, area, words, then):
    one, other = two_tabs(signed_in, mapping, area)
    send(signed_in, mapping, area, page=one, **words)
    before = mapping.sections.get().row_version
    assert send(signed_in, mapping, area, page=other, then=then, **words).status_code == 302
    section = mapping.sections.get()
    if section.state == AreaState.DONE:
        assert section.row_version == before, "nothing is written anew"
    assert not Event.objects.filter(verb=Verb.REFUSED).exists()


def test_the_same_words_autosaved_in_two_tabs_go_on_in_both(signed_in, mapping):
    one, other = two_tabs(signed_in, mapping, "G")
    first = draft(signed_in, mapping, one, "G", G6="hei").json()
    second = draft(signed_in, mapping, other, "G", G6="hei")
    assert second.status_code == 200
    assert second.json()["version"] == first["version"]
    on = draft(signed_in, mapping, {**other, "version": second.json()["version"]}, "G", G6="hei på deg")
    assert on.status_code == 200
    assert draft(signed_in, mapping, one, "G", G6="hei igjen").status_code == 409, "now the words differ"
    assert stored(mapping) == {"G6": "hei på deg"}


def test_words_to_be_corrected_that_are_the_same_in_both_are_no_question(signed_in, mapping):
    one, other = two_tabs(signed_in, mapping, "G")
    wrong = {"G6": "x" * 501}
    for page in (one, other):
        assert draft(signed_in, mapping, page, "G", **wrong).status_code == 200
    assert draft(signed_in, mapping, opened(signed_in, mapping, "G") | {"version": "0"}, "G", G6="y").status_code == 409


def test_a_draft_of_a_saved_page_leaves_it_finished(signed_in, mapping):
    one, other = two_tabs(signed_in, mapping)
    send(signed_in, mapping, page=one, C1="EIDE")
    assert draft(signed_in, mapping, other, C1="EIDE").status_code == 200
    assert mapping.sections.get().state == AreaState.DONE


def test_saving_what_another_tab_has_as_a_draft_finishes_it(signed_in, mapping):
    one, other = two_tabs(signed_in, mapping)
    draft(signed_in, mapping, one, C1="EIDE")
    assert mapping.sections.get().state == AreaState.STARTED
    assert send(signed_in, mapping, page=other, C1="EIDE").status_code == 302
    assert mapping.sections.get().state == AreaState.DONE


def test_a_page_that_differs_in_one_word_or_in_its_source_still_asks(signed_in, mapping):
    for changed in ({"C1": "UTEN"}, {"C1": "EIDE", **confirmed("C1", "Nabo")}, {"C1": "EIDE", "C2": "NEI", "C5": "JA"}):
        one, other = two_tabs(signed_in, mapping)
        send(signed_in, mapping, page=one, C1="EIDE", C2="NEI")
        assert send(signed_in, mapping, page=other, **changed).status_code == 409


def test_nothing_answered_over_a_no_to_the_area_is_a_question_and_a_no_over_nothing_is_none(signed_in, mapping):
    one, other = two_tabs(signed_in, mapping)
    send(signed_in, mapping, page=one, then="decline")
    assert send(signed_in, mapping, page=other).status_code == 409
    assert draft(signed_in, mapping, other).status_code == 409
    assert mapping.sections.get().shown_state == AreaState.DECLINED
    third, fourth = two_tabs(signed_in, mapping, "F")
    send(signed_in, mapping, "F", page=third)
    assert send(signed_in, mapping, "F", page=fourth, then="decline").status_code == 302
    assert mapping.sections.get(area="F").shown_state == AreaState.DECLINED
