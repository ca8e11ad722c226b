"""What is stored of a message reads back as it was, and without what it was stored without."""

from dataclasses import MISSING, field, fields, make_dataclass
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brik.arrivals import checks, stored_content
from brik.arrivals.checks import messages_are_stored_whole
from brik.arrivals.models import Message
from brik.arrivals.stored_content import SCHEMA, from_row, sealed_fields, to_json
from brik.arrivals.timeline.rebuild import new_row
from brik.arrivals.xml.messages import CustodyPlace, MessageContent, MessageType, SentenceDates
from brik.people.identifiers.numbers import NumberKind
from tests import situations

# What each schema seals, also inside a field. Whoever adds a field raises the number and writes the new set beside this one.
SEALED = {
    1: {
        "numbers",
        "name",
        "category",
        "in_institution",
        "place",
        "place.number",
        "place.name",
        "place.district",
        "happened_at",
        "stopped",
        "resumed",
        "dates",
        "dates.start",
        "dates.one_third",
        "dates.half",
        "dates.two_thirds",
        "dates.end",
    }
}
SEALED[2] = SEALED[1] | {"left_out"}
SEALED[3] = SEALED[2] | {"dates.minimum"}
NUMBERS = [situations.a_number(kind) for kind in (NumberKind.NATIONAL_ID, NumberKind.D_NUMBER, NumberKind.DUF)]
short = st.sampled_from(["", "m1", "Prøve", "Åse-Liv 2"])
moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
DATES = SentenceDates(start=date(2026, 1, 1))
days = st.none() | st.dates(date(1950, 1, 1), date(2100, 1, 1))
contents = st.builds(
    MessageContent,
    type=st.sampled_from(MessageType),
    message_id=short,
    event_id=short,
    created_at=st.none() | moments,
    changed_at=st.none() | moments,
    numbers=st.frozensets(st.sampled_from(NUMBERS)),
    name=st.none() | st.tuples(short, short, short),
    category=short,
    in_institution=st.booleans(),
    place=st.none() | st.builds(CustodyPlace, short, short, short),
    happened_at=st.none() | moments,
    stopped=st.booleans(),
    resumed=st.booleans(),
    dates=st.none() | st.builds(SentenceDates, days, days, days, days, days, days),
    deletes=short,
    left_out=st.lists(short, max_size=2).map(tuple),
    received_at=moments,
    digest=short,
)


def stored(content, sealed):
    row = new_row(content)
    row.content = sealed
    return row


@given(contents)
def test_a_stored_message_reads_back_as_it_was(content):
    assert from_row(stored(content, to_json(content))) == content


@given(contents, st.sets(st.sampled_from(sorted(path for path in SEALED[SCHEMA] if "." not in path))))
def test_a_message_stored_before_a_field_existed_reads_with_its_default(content, missing):
    sealed = {name: value for name, value in to_json(content).items() if name not in missing}
    found = from_row(stored(content, sealed))
    for known in fields(MessageContent):
        if known.name in missing:
            assert getattr(found, known.name) == known.default
        else:
            assert getattr(found, known.name) == getattr(content, known.name)


@pytest.mark.parametrize("path", sorted(path for path in SEALED[SCHEMA] if "." in path))
def test_a_message_stored_before_a_field_inside_a_field_existed_reads_with_its_default(path):
    name, _, inner = path.partition(".")
    sealed = to_json(MessageContent(MessageType.PERSON, "m1", place=CustodyPlace("1", "Oslo", "Øst"), dates=DATES))
    del sealed[name][inner]
    read = getattr(from_row(stored(MessageContent(MessageType.PERSON, "m1"), sealed)), name)
    assert getattr(read, inner) == getattr(type(read)(), inner)


def test_a_deleted_message_has_its_place_only():
    found = from_row(Message(type=MessageType.PERSON, message_id="m1"))
    assert (found.message_id, found.numbers, found.name) == ("m1", frozenset(), None)


@pytest.mark.parametrize("schema", [SCHEMA + 1, 0, None, "1"])
def test_a_message_of_an_unknown_schema_is_refused_in_a_sentence(schema):
    with pytest.raises(
        ValueError, match=rf"A stored message has schema {schema!r}; this version reads 1 to {SCHEMA}\."
    ):
        sealed_fields({"schema": schema, "category": "Varetekt"})


def test_what_is_sealed_is_what_its_schema_number_stands_for():
    content = MessageContent(MessageType.PERSON, "m1", place=CustodyPlace("1", "Oslo", "Øst"), dates=DATES)
    sealed = to_json(content)
    inside = {f"{name}.{inner}" for name, value in sealed.items() if isinstance(value, dict) for inner in value}
    assert (sealed.keys() | inside) - {"schema"} == SEALED[SCHEMA]


def test_everything_a_message_says_is_stored():
    assert messages_are_stored_whole(None) == []


@pytest.mark.parametrize(
    ("name", "default", "sentence"),
    [
        ("security_level", "", "The field security_level of a message is not stored"),
        ("category", MISSING, "The field category of a message is sealed and has no default"),
    ],
)
def test_a_field_that_would_be_lost_or_has_no_default_stops_the_start(name, default, sentence):
    made_up = make_dataclass("MadeUp", [(name, str, field() if default is MISSING else field(default=default))])
    (found,) = stored_content.flaws(made_up)
    assert found.startswith(sentence)


def test_a_field_inside_a_field_without_a_default_stops_the_start(monkeypatch):
    wing = make_dataclass("Wing", [("code", str)])
    place = make_dataclass("Place", [("number", str, field(default="")), ("wing", wing, field(default=None))])
    made_up = make_dataclass("MadeUp", [("place", place | None, field(default=None))])
    monkeypatch.setattr(checks, "flaws", lambda: stored_content.flaws(made_up))
    (error,) = messages_are_stored_whole(None)
    assert error.msg == (
        "The field place.wing.code of a message is sealed and has no default: older messages could not be read."
    )
