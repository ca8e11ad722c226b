"""The receipt says who signed by typing a name, and into which language an interpreter told it."""

import pytest

from consent import verification
from consent.record import steps
from consent.record.choices import NotReady
from consent.record.document import opened
from tests import situations
from tests.consent.interpreters import INTERPRETER
from tests.consent.signing import TYPED
from tests.consent.talk_pages import at, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring", "organisations")]


def sentences(consent):
    return " | ".join(block.get("text", "") for block in opened(consent).blocks)


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [
        ("nb", "Navnet er skrevet på skjermen", "Tolket til somali."),
        ("nn", "Namnet er skrive på skjermen", "Tolka til somali."),
        ("en", "Name typed on the screen", "Interpreted into somali."),
        ("ar", "الاسم مكتوب على الشاشة", "لغة الترجمة: \u2068somali\u2069."),
    ],
)
def test_the_typed_name_and_the_interpreters_language_stand_on_the_receipt(language, said, told):
    by, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(someone, by, language=language, signature=TYPED, **INTERPRETER)
    [line] = [block["text"] for block in opened(consent).blocks if said in block.get("text", "")]
    assert line.strip("\u2068\u2069").endswith("Kalle Kule")
    assert told in sentences(consent)
    assert list(verification.differences()) == []


def test_no_name_and_no_language_stand_there_where_none_was_given():
    by, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(someone, by)
    assert "Tegnet på skjermen" in sentences(consent)
    assert "Tolket til" not in sentences(consent)


def test_an_interpreter_whose_language_was_not_told_is_no_obstacle():
    by, someone = situations.a_mapper_and_a_person()
    told = {name: value for name, value in INTERPRETER.items() if name != "spoken"}
    assert "Oslo tolk" in sentences(situations.a_signed_consent(someone, by, **told))


def test_why_an_interpreter_who_is_not_in_the_register_was_used_stands_on_the_receipt(client):
    by, someone = situations.a_mapper_and_a_person()
    client.force_login(by)
    nobody = {**INTERPRETER, "qualification": "NONE"}
    talk = at(someone, by, steps.LANGUAGE)
    fields = {"language": "nb", "registered": "Oslo", "actual": "Oslo", **nobody, "impartial": "on"}
    refused = post(client, talk, steps.LANGUAGE, **fields)
    assert refused.status_code == 422
    assert "Hvorfor?" in refused.content.decode()
    with pytest.raises(NotReady):
        situations.a_signed_consent(someone, by, **nobody)
    assert post(client, talk, steps.LANGUAGE, **fields, why="URGENT").status_code == 302
    consent = situations.a_signed_consent(situations.a_person(), by, **nobody, why="URGENT")
    assert "Oslo tolk. Ikke i Nasjonalt tolkeregister – Det haster. I rommet." in sentences(consent)
