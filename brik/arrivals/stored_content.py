"""Writes a message's content as sealed JSON, reads it back, and tells whether two messages say the same.

A message is read through its dataclass: a field it was stored without has that field's default. A field that is added
here, or to a dataclass that a field holds, needs a default and the next schema number, so that older code refuses what
it cannot read whole. A field of the message itself needs a line in ``_SEALED`` too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import MISSING, Field, asdict, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, Final, get_args, get_type_hints

from brik.arrivals.received_messages import Message
from brik.arrivals.xml.messages import CustodyPlace, MessageContent, MessageType, SentenceDates
from brik.people.identifiers.numbers import Number, NumberKind
from brik.vault import keys
from brik.vault.sealing import SealBroken

# Of what is stored now; every number up to it can be read.
SCHEMA: Final = 3


@dataclass(frozen=True)
class _SealedForm:
    """How one field of a message is put into JSON and read again; None stays None."""

    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


def _write_numbers(numbers: frozenset[Number]) -> list[list[str]]:
    return [[number.kind.value, number.value] for number in sorted(numbers)]


def _read_numbers(numbers: list[list[str]]) -> frozenset[Number]:
    return frozenset(Number(NumberKind(kind), value) for kind, value in numbers)


def _write_dates(dates: SentenceDates) -> dict[str, str | None]:
    return {name: day.isoformat() if day else None for name, day in asdict(dates).items()}


def _read_dates(dates: Mapping[str, str | None]) -> SentenceDates:
    return SentenceDates(**{name: date.fromisoformat(day) if day else None for name, day in dates.items()})


# What is sealed. Ids and times are stored in clear: they say nothing about a person.
_SEALED: Final[Mapping[str, _SealedForm]] = {
    "numbers": _SealedForm(_write_numbers, _read_numbers),
    "name": _SealedForm(list, tuple),
    "category": _SealedForm(),
    "in_institution": _SealedForm(),
    "place": _SealedForm(asdict, lambda place: CustodyPlace(**place)),
    "happened_at": _SealedForm(datetime.isoformat, lambda moment: datetime.fromisoformat(moment).astimezone(UTC)),
    "stopped": _SealedForm(),
    "resumed": _SealedForm(),
    "dates": _SealedForm(_write_dates, _read_dates),
    "left_out": _SealedForm(list, tuple),
}
# What lies beside it, in columns of the row: what the message says, and what was noted as it came.
COMPARED_IN_CLEAR: Final = ("message_id", "event_id", "created_at", "changed_at", "deletes")
_CLEAR: Final = (*COMPARED_IN_CLEAR, "digest", "sender", "received_at")


def flaws(content: type = MessageContent) -> Iterator[str]:
    """One sentence for each field of a message that would not be stored, or that older messages could lack.

    The fields of a dataclass that a sealed field holds are sealed with it; they are named as ``place.number``.
    """
    hints = get_type_hints(content)
    for field in fields(content):
        if field.name in _SEALED:
            for path in _without_default(field, hints[field.name]):
                yield f"The field {path} of a message is sealed and has no default: older messages could not be read."
        elif field.name not in {"type", *_CLEAR}:
            yield f"The field {field.name} of a message is not stored: it is neither sealed nor in a column."


def _without_default(field: Field[Any], hint: Any) -> Iterator[str]:
    """The name of the field, and of each field of the dataclass it holds, that has no default."""
    if field.default is MISSING:
        yield field.name
    for part in get_args(hint) if isinstance(hint, UnionType) else (hint,):
        if is_dataclass(part):
            types = get_type_hints(part)
            for inner in fields(part):
                yield from (f"{field.name}.{path}" for path in _without_default(inner, types[inner.name]))


def to_json(content: MessageContent) -> dict[str, Any]:
    """What is sealed of a message."""
    values = {name: getattr(content, name) for name in _SEALED}
    return {"schema": SCHEMA} | {
        name: None if value is None else _SEALED[name].write(value) for name, value in values.items()
    }


def sealed_fields(sealed: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a message that lay sealed; those it was stored without are left to their defaults.

    Raises:
        ValueError: the schema is missing or newer than this code, which could misread the content.
    """
    schema = sealed.get("schema")
    if not isinstance(schema, int) or not 1 <= schema <= SCHEMA:
        raise ValueError(f"A stored message has schema {schema!r}; this version reads 1 to {SCHEMA}.")
    return {
        name: None if sealed[name] is None else form.read(sealed[name])
        for name, form in _SEALED.items()
        if name in sealed
    }


def from_row(row: Message) -> MessageContent:
    """The content of a stored message; of a deleted one, only its ids and times. Raises as :func:`sealed_fields`."""
    sealed = {} if row.content is None else sealed_fields(row.content.open())
    return MessageContent(MessageType(row.type), **{name: getattr(row, name) for name in _CLEAR}, **sealed)


def digest_of(content: MessageContent) -> str:
    """The keyed hash that shows whether the same was said before, in the same bytes or in others.

    Two messages of one sender that say the same to BRIK are one, however they were printed; of two senders they are two
    that say the same. It is keyed, because a message could be guessed from a plain hash.
    """
    return keys.lookup_hash("people.message", hashlib.sha256(_canonical(content)).hexdigest()).hex()


def _canonical(content: MessageContent) -> bytes:
    in_clear = {name: str(getattr(content, name)) for name in COMPARED_IN_CLEAR}
    return json.dumps(
        {**to_json(content), **in_clear, "type": content.type}, sort_keys=True, ensure_ascii=True
    ).encode()


def stored_digest(content: MessageContent, same_id: list[Message]) -> str:
    """The digest of a message; that of a row which says the same, if it was hashed before the key was exchanged."""
    digest = digest_of(content)
    if all(row.digest != digest for row in same_id):
        for row in same_id:
            with suppress(SealBroken):
                if _canonical(from_row(row)) == _canonical(content):
                    return row.digest
    return digest
