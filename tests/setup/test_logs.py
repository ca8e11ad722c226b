"""The technical log never holds a person's words, whoever writes to it and however."""

import json
import logging
import sys
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
import structlog
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.db import IntegrityError, OperationalError
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from brik.logs import HIDDEN, JsonLine
from brik.pages import errors

WORDS = "Kari Hemmelig Nordmann"
NUMBER = "01819912345"


@pytest.fixture
def lines():
    """What the root logger writes in this test, as parsed lines."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def failing(secret):
    name = secret
    raise IntegrityError(f"DETAIL: Key (name)=({name}) already exists")


def test_what_we_log_ourselves_is_a_code_and_ids(lines):
    subject = UUID(int=7)
    structlog.get_logger("brik").warning("delivery.parked", delivery=3, subject=subject, seconds=1.5)
    (line,) = lines()
    assert (line["event"], line["delivery"], line["subject"]) == ("delivery.parked", 3, str(subject))
    assert (line["level"], line["seconds"]) == ("warning", 1.5)
    assert set(line) == {"time", "level", "logger", "event", "where", "delivery", "subject", "seconds"}


def test_a_key_that_is_not_on_the_list_does_not_get_through(lines):
    structlog.get_logger("brik").error("person.odd", name=WORDS, answer="ja", national_id=NUMBER)
    assert WORDS not in str(lines())
    assert not {"name", "answer", "national_id"} & lines()[0].keys()


@pytest.mark.parametrize("value", [WORDS, NUMBER, f"{NUMBER[:6]} {NUMBER[6:]}", {"given": WORDS}, [WORDS], "ærlig"])
def test_a_listed_key_carries_codes_only(lines, value):
    structlog.get_logger("brik").error("person.odd", object_id=value, kind=value)
    assert (lines()[0]["object_id"], lines()[0]["kind"]) == (HIDDEN, HIDDEN)


def test_what_is_put_into_a_message_is_left_out(lines):
    logging.getLogger("somebody.else").warning("Could not save %s", WORDS)
    logging.getLogger("somebody.else").warning(f"Could not save {WORDS}")
    assert [line["event"] for line in lines()] == ["Could not save %s", HIDDEN]


def test_an_exception_is_its_types_and_lines_without_message_or_variables(lines):
    try:
        try:
            failing(WORDS)
        except IntegrityError as error:
            raise ValueError(NUMBER) from error
    except ValueError:
        logging.getLogger("brik").exception("job.failed")
    (line,) = lines()
    assert line["exception"] == ["builtins.ValueError", "django.db.utils.IntegrityError"]
    assert any("test_logs.py" in frame for frame in line["frames"])
    assert WORDS not in str(line)
    assert NUMBER not in str(line)


def test_a_page_that_fails_is_named_but_not_its_address(lines, rf: RequestFactory):
    def broken(request):
        failing(WORDS)

    request = rf.post(f"/sok/{NUMBER}/", {"name": WORDS})
    response: Any = convert_exception_to_response(broken)(request)
    assert response.status_code == 500
    (line,) = [line for line in lines() if line["logger"] == "django.request"]
    assert (line["method"], line["status_code"]) == ("POST", 500)
    assert WORDS not in str(line)
    assert NUMBER not in str(line)


@given(st.text(min_size=1))
def test_whatever_is_logged_gives_one_line_of_json(text):
    record = logging.LogRecord("brik", logging.ERROR, __file__, 1, text, None, None)
    record.kind = text
    line = JsonLine().format(record)
    assert "\n" not in line
    assert json.loads(line)["kind"] in {text, HIDDEN}


def test_no_logger_keeps_a_handler_of_its_own_that_would_tell_more():
    assert settings.LOGGING_CONFIG == "brik.logs.configure"
    for name in ("django", "django.request", "django.server", "gunicorn.error", "procrastinate"):
        assert logging.getLogger(name).handlers == []
    ours = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    assert [type(handler.formatter) for handler in ours if handler.stream is not sys.__stdout__] == [JsonLine]


def test_the_number_on_the_error_page_finds_the_line_in_the_log(lines):
    try:
        raise ValueError(WORDS)
    except ValueError:
        page = errors.server_error(RequestFactory().get("/")).content.decode()
    (line,) = lines()
    assert (line["event"], line["error"], line["level"]) == ("page.failed", "ValueError", "error")
    assert len(line["reference"]) == 8
    assert line["reference"] in page
    assert WORDS not in str(line)


def test_a_database_that_is_away_is_told_by_a_code(lines):
    try:
        raise OperationalError(WORDS)
    except OperationalError:
        assert errors.server_error(RequestFactory().get("/")).status_code == 503
    (line,) = lines()
    assert (line["event"], line["error"]) == ("database.unavailable", "OperationalError")
