"""What the pages of the talk offer and say: how many steps, how it was told, and a third way where there is a choice."""

import pytest
from django.utils import timezone

from consent.models import ConsentState, DecisionAnswer, Direction
from consent.record import choices, document_writing, steps
from consent.templatetags.consent import soft
from tests import situations
from tests.consent.interpreters import INTERPRETER
from tests.consent.talk_pages import at, follow, post, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]


def test_the_steps_are_counted_from_the_first_page_as_the_most_there_can_be_until_it_is_known(client, officer):
    talk = at(situations.a_person(), officer, steps.LANGUAGE)
    assert "Steg 1 av høyst 17" in client.get(url(talk, steps.LANGUAGE)).content.decode()
    talk = at(situations.a_person(), officer, steps.MAPPING)
    for number, step in enumerate((steps.LANGUAGE, steps.TURN, steps.INFORMATION, steps.MAPPING), start=1):
        assert f"Steg {number} av høyst 16" in client.get(url(talk, step)).content.decode(), step
    talk = at(situations.a_person(), officer, steps.SIGNATURE)
    way = [step for step in steps.ALL if step not in (steps.MUNICIPALITY, steps.SIGNATURE, steps.CLOSING)]
    for number, step in enumerate(way[1:], start=2):
        assert f"Steg {number} av 16" in client.get(url(talk, step)).content.decode()


def test_that_an_interpreter_told_it_is_offered_only_where_there_is_one(client, officer):
    alone = at(situations.a_person(), officer, steps.INFORMATION)
    assert "En tolk oversatte" not in client.get(url(alone, steps.INFORMATION)).content.decode()
    assert post(client, alone, steps.INFORMATION, how=["READ", "INTERPRETED"]).status_code == 422
    alone.refresh_from_db()
    assert steps.INFORMATION not in alone.answers.open()
    there = at(situations.a_person(), officer, steps.INFORMATION, **INTERPRETER)
    assert "En tolk oversatte" in client.get(url(there, steps.INFORMATION)).content.decode()
    assert post(client, there, steps.INFORMATION, how=["INTERPRETED"]).status_code == 302


def test_when_there_was_no_interpreter_after_all_how_it_was_told_is_asked_anew(client, officer):
    talk = at(situations.a_person(), officer, steps.MAPPING, **INTERPRETER)
    answers = {"language": "nb", "registered": "Oslo", "actual": "Oslo"}
    # The staff have had the screen: it is turned anew.
    assert follow(post(client, talk, steps.LANGUAGE, interpreter="NEI", **answers)) == steps.TURN
    assert follow(post(client, talk, steps.TURN)) == steps.INFORMATION
    talk.refresh_from_db()
    assert steps.INFORMATION not in talk.answers.open()


def test_who_may_be_asked_can_be_left_until_the_person_has_talked_to_somebody(client, officer):
    talk = at(situations.a_person(), officer, steps.SOURCES)
    page = " ".join(client.get(url(talk, steps.SOURCES)).content.decode().split())
    assert 'name="andre-answer" value="SNAKKE"> Jeg vil snakke med noen først' in page
    assert post(client, talk, steps.SOURCES, answer="SNAKKE").status_code == 302
    talk.refresh_from_db()
    read = choices.read(
        {**talk.answers.open(), steps.COMMON: {}, steps.EXPLAINED: {}},
        offers=[],
        signed=False,
    )
    assert (read.asking, read.outcome) == (DecisionAnswer.NOT_ASKED, ConsentState.GIVEN)
    told = [row for row in document_writing.decisions(read, at=timezone.now()) if row["direction"] == Direction.COLLECT]
    assert [row["answer"] for row in told] == [DecisionAnswer.NOT_ASKED]


@pytest.mark.parametrize(
    ("word", "divided"),
    [
        ("saksbehandlingssystemet?", "saksbehandlings\u00adsystemet?"),
        ("kriminalomsorgsdirektoratet", "kriminalomsorgs\u00addirektoratet"),
        ("behandlingssted", "behandlingssted"),
        ("helseavdelingen", "helseavdelingen"),
    ],
)
def test_a_long_word_can_be_divided_where_it_is_joined(word, divided):
    assert soft(word) == divided
