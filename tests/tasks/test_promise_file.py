"""The file of promises: what is wrong in it stops the start with file, line and reason."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from brik.definitions.strict_yaml import DefinitionError
from brik.mapping import checks
from brik.tasks import promises

GOOD = """\
- code: BARN
  form: varetekt
  when:
    - {question: VC1a, answer: [JA]}
  role: barneansvarlig
  hours: 2
  danger: true
  task: {nb: "Ring", nn: "Ring", en: "Call"}
  told: {nb: "{role} vet det.", nn: "{role} veit det.", en: "{role} knows."}
"""


def read(tmp_path, text):
    path = tmp_path / "promises.yaml"
    path.write_text(text, encoding="utf-8")
    return promises.read(path)


def test_a_promise_holds_its_role_its_hours_and_its_words(tmp_path):
    (promise,) = read(tmp_path, GOOD).values()
    assert (promise.code, promise.role, promise.hours, promise.danger) == ("BARN", "barneansvarlig", 2, True)
    assert promise.is_made_by({"VC1a": "JA"})
    assert not promise.is_made_by({"VC1a": "NEI"})
    assert not promise.is_made_by({})


@pytest.mark.parametrize(
    ("wrong", "right", "line", "reason"),
    [
        ("role: barneansvarlig", "role: konge", 5, "one of kartlegger, kontaktbetjent"),
        ("role: barneansvarlig", "role: beslutter", 5, "one of kartlegger, kontaktbetjent"),
        ("hours: 2", "hours: snart", 6, "a whole number"),
        ("hours: 2", "hours: 0", 6, "a number of hours from 1"),
        ("hours: 2", "hours: 100000", 6, "a number of hours from 1"),
        ("danger: true", "danger: kanskje", 7, "true or false"),
        ("danger: true", "farlig: true", 7, "unknown key 'farlig'"),
        (', en: "Call"', "", 8, "the key 'en' is missing"),
        ('en: "{role} knows."', 'en: "We know."', 9, "each sentence says {role}"),
        ("[JA]", "[UBESVART]", 4, "nothing is promised to somebody who said nothing"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, wrong, right, line, reason):
    assert wrong in GOOD
    with pytest.raises(DefinitionError, match=re.escape(reason)) as told:
        read(tmp_path, GOOD.replace(wrong, right))
    assert (told.value.file, told.value.line) == ("promises.yaml", line)


def test_a_code_stands_once(tmp_path):
    with pytest.raises(DefinitionError, match="BARN stands here twice"):
        read(tmp_path, GOOD + GOOD)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("form: varetekt", "form: annet", "there is no questionnaire annet"),
        ("VC1a", "VC99", "has no question VC99"),
        ("[JA]", "[JA, KANSKJE]", "has no answer KANSKJE"),
        (
            "{question: VC1a, answer: [JA]}",
            "{question: VC1a, answer: [JA]}\n    - {question: VD1, answer: [JA]}",
            "several areas",
        ),
    ],
)
def test_a_promise_about_what_no_questionnaire_asks_stops_the_start(tmp_path, monkeypatch, wrong, right, said):
    changed = read(tmp_path, GOOD.replace(wrong, right))
    monkeypatch.setattr(promises, "every_promise", lambda: changed)
    with pytest.raises(SystemCheckError, match=rf"promises\.yaml, line \d: BARN: .*{said}"):
        call_command("check")


def test_what_the_house_promises_is_in_its_questionnaires():
    assert checks.every_promise_is_in_its_questionnaire(None) == []
    assert {promise.form for promise in promises.every_promise().values()} == {"domfelt", "varetekt"}
