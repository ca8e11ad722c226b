"""The search finds what was left in clear, wherever and however: else its silence would prove nothing."""

import base64
import gzip
import json
import zlib
from urllib.parse import quote

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from brik.people.models import Identifier
from brik.staff.models import Unit
from tests import canary, situations

WORD = canary.word()


def forms(hits):
    return {(hit.where, hit.form) for hit in hits}


@pytest.mark.parametrize(
    "planted",
    [
        f"x {WORD} y".encode(),
        WORD.upper().encode(),
        WORD.encode("utf-16"),
        WORD.encode("utf-16-be"),
        WORD.encode("latin-1"),
        json.dumps({"answer": WORD}).encode(),
        json.dumps(json.dumps({"answer": WORD})).encode(),
        *(base64.b64encode(bytes(shift) + WORD.encode() + b"tail") for shift in range(3)),
        base64.urlsafe_b64encode(WORD.encode()),
        WORD.encode().hex().encode(),
        base64.b64encode(WORD.encode()).hex().encode(),
        f"?q={quote(WORD)}".encode(),
        b"<td>" + WORD.encode("ascii", "xmlcharrefreplace"),
        gzip.compress(WORD.encode()),
        zlib.compress(WORD.encode()),
        b"%PDF-1.7 5 0 obj stream\n" + zlib.compress(f"({WORD}) Tj".encode("latin-1")) + b"\nendstream",
        b"abc:" + base64.urlsafe_b64encode(zlib.compress(json.dumps({"name": WORD}).encode())),
    ],
    ids=lambda _: "form",  # the word differs in every process; the names of the tests must not
)
def test_a_word_is_found_in_every_form_it_could_be_left_in(planted, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(planted)
    hits = canary.search([WORD, canary.word()], folders=[tmp_path], texts={"log": planted})
    assert {hit.word for hit in hits} == {WORD}
    assert {hit.where for hit in hits} == {str(tmp_path / "deep" / "file"), "log"}


def test_a_word_in_a_file_name_is_found(tmp_path):
    (tmp_path / f"{WORD}.pdf").touch()
    assert canary.search([WORD], folders=[tmp_path])


def test_where_there_is_nothing_nothing_is_found(tmp_path):
    (tmp_path / "file").write_bytes(b"\x78\x9cnot packed at all, eJabcdefghijklmnopqrstuvwxyz stream\n\x78\x9c")
    assert canary.search([WORD], folders=[tmp_path], texts={"log": "Kanarifugl"}) == []


def test_a_word_that_could_stand_anywhere_is_refused():
    with pytest.raises(ValueError, match="unmistakable"):
        canary.search(["Kari"])


@pytest.mark.django_db(transaction=True)
def test_the_database_is_searched_whole_with_history_sessions_and_queue():
    someone = situations.a_person()
    words = {name: canary.word(name) for name in ("unit", "session", "queue", "bytes", "history")}
    Unit.objects.create(name=words["unit"], number="9999")
    session = SessionStore()
    session["typed"] = words["session"] * 3
    session.save()
    with situations.triggers_off(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, args, queue_name) VALUES ('t', %s, 'q')",
            [json.dumps({"answer": words["queue"]})],
        )
        cursor.execute("UPDATE people_identifier SET lookup = ''")
        cursor.execute("UPDATE people_historicalperson SET identity = %s", [words["history"].encode()])
    number = Identifier(person=someone, kind="SSPNUMMER", number="1", lookup=words["bytes"].encode())
    number.save()
    found = {(hit.word, hit.where) for hit in canary.search(words.values(), database=connection.settings_dict)}
    assert found == {
        (words["unit"], "dump: staff_unit"),
        (words["session"], "dump: django_session"),
        (words["queue"], "dump: procrastinate_jobs"),
        (words["bytes"], "dump: people_identifier"),
        (words["history"], "dump: people_historicalperson"),
    }


@pytest.mark.django_db(transaction=True)
def test_what_is_sealed_is_not_found():
    someone = situations.a_person(family=WORD)
    someone.protection = {"note": WORD}
    someone.save()
    assert canary.search([WORD], database=connection.settings_dict) == []
    assert WORD in someone.name
