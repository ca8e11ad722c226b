"""The published message schemas, and checking a message against the version of its schema that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

SCHEMAS = Path(__file__).parent / "schemas"

MAPPING = "BRIK_KARTLEGGING"
RETRACTION = "BRIK_TILBAKETREKKING"
RECEIPT = "KVITTERING"

# The versions of each schema that can be read, the oldest first. The last one is sent; what was stored in an older one
# is sent and read in that.
VERSIONS: Final = {MAPPING: ("1.0", "1.1"), RETRACTION: ("1.0",), RECEIPT: ("1.0",)}


class InvalidMessage(Exception):
    """A message with a wrong signature, envelope or content. Names the fault and its place, never the content."""


def newest(schema: str) -> str:
    """The version of a schema that is sent. Raises ``InvalidMessage`` for an unknown name."""
    if schema not in VERSIONS:
        raise InvalidMessage("unknown schema")
    return VERSIONS[schema][-1]


@cache
def validator(schema: str, version: str) -> Draft202012Validator:
    """The validator of one published schema. Raises ``InvalidMessage`` for an unknown name or version."""
    if version not in VERSIONS.get(schema, ()):
        raise InvalidMessage("unknown schema")
    return Draft202012Validator(json.loads((SCHEMAS / version / f"{schema}.schema.json").read_text()))


def can_be_stored(text: str) -> bool:
    """Whether PostgreSQL can store ``text``: it has no NUL and no lone surrogates."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def read(payload: bytes, schema: str) -> dict[str, Any]:
    """The message in ``payload``.

    Raises :class:`InvalidMessage` when it is not JSON, cannot be stored, or does not follow ``schema``.
    """
    try:
        message = json.loads(payload)
        if not all(can_be_stored(text) for text in _texts(message)):
            raise InvalidMessage("a NUL or half a character")
        check(message, schema)
    except (ValueError, RecursionError) as error:
        raise InvalidMessage("not JSON") from error
    return dict(message)


def _texts(message: Any) -> Iterator[str]:
    """Every string in a message, including the names of fields."""
    ahead = [message]
    while ahead:
        part = ahead.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            ahead += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            ahead += part


def version_of(message: Any, schema: str) -> str:
    """The version that a message names, if it can be read, else the newest, which then refuses it."""
    written = message.get("schemaVersion") if isinstance(message, dict) else None
    return written if isinstance(written, str) and written in VERSIONS.get(schema, ()) else newest(schema)


def check(message: Any, schema: str) -> None:
    """Raise :class:`InvalidMessage` when ``message`` does not follow ``schema`` in the version that it names."""
    try:
        validator(schema, version_of(message, schema)).validate(message)
    except ValidationError as error:
        place = "/".join(str(part) for part in error.absolute_path) or "the message"
        raise InvalidMessage(f"{place}: {error.validator}") from None
