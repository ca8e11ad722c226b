"""Why something was done is told by a code from a list; a person's own words stand apart."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb

BY = Process("test")


def reasons_in_code():
    """Every code written out where an event or a refusal is noted, and where it stands."""
    for room in ("brik", "consent", "followup"):
        for path in sorted(Path(settings.BASE_DIR, room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    if node.func.attr not in {"record", "refused", "write", "close_gate", "restrict"}:
                        continue
                    for keyword in node.keywords:
                        if keyword.arg == "reason" and isinstance(keyword.value, ast.Constant):
                            yield keyword.value.value, f"{path}:{node.lineno}"
                        elif keyword.arg == "reason" and isinstance(keyword.value, (ast.JoinedStr, ast.BinOp)):
                            yield "composed", f"{path}:{node.lineno}"


def test_every_reason_written_in_the_code_is_on_the_list():
    assert {where: reason for reason, where in reasons_in_code() if reason not in set(Reason)} == {}


def test_a_reason_is_a_plain_english_code():
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", reason) and len(reason) <= 40 for reason in Reason)


@pytest.mark.django_db
@pytest.mark.parametrize("sentence", ["samme person", "Ola vil ikke", "404 desk:person", "æ", "_x"])
def test_the_database_takes_no_sentence_for_a_code(sentence):
    with pytest.raises(IntegrityError, match="event_reason_is_a_code"), transaction.atomic():
        log.record(Verb.LOGIN, by=BY, reason=sentence)


@pytest.mark.django_db
def test_what_it_is_about_and_what_somebody_stated_stand_beside_the_code():
    log.record(Verb.MAPPING_READ, by=BY, reason=Reason.STALE, about="BO", stated="Klage fra den registrerte")
    event = Event.objects.get()
    assert (event.reason, event.about, event.stated) == ("stale", "BO", "Klage fra den registrerte")
