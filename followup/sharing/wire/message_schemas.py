"""The published message schemas, and checking a message against them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

SCHEMAS = Path(__file__).parent / "schemas"
VERSION = "1.0"

MAPPING = "BRIK_KARTLEGGING"
RETRACTION = "BRIK_TILBAKETREKKING"
RECEIPT = "KVITTERING"


class InvalidMessage(Exception):
    """A message with a wrong signature, envelope or content. Names the fault and its place, never the content."""


@cache
def validator(schema: str) -> Draft202012Validator:
    """The validator of one published schema. Raises ``InvalidMessage`` for an unknown name."""
    if schema not in {MAPPING, RETRACTION, RECEIPT}:
        raise InvalidMessage("unknown schema")
    return Draft202012Validator(json.loads((SCHEMAS / f"{schema}.schema.json").read_text()))


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


def check(message: Any, schema: str) -> None:
    """Raise :class:`InvalidMessage` when ``message`` does not follow ``schema``."""
    try:
        validator(schema).validate(message)
    except ValidationError as error:
        place = "/".join(str(part) for part in error.absolute_path) or "the message"
        raise InvalidMessage(f"{place}: {error.validator}") from None
