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


class Malformed(Exception):
    """A message that does not follow its schema. Names the place, never the content."""


@cache
def validator(schema: str) -> Draft202012Validator:
    """The checker of one published schema. Raises ``Malformed`` for an unknown name."""
    if schema not in {MAPPING, RETRACTION, RECEIPT}:
        raise Malformed("unknown schema")
    return Draft202012Validator(json.loads((SCHEMAS / f"{schema}.schema.json").read_text()))


def can_be_kept(text: str) -> bool:
    """Whether a database can hold ``text``: no NUL, no half characters."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def read(payload: bytes, schema: str) -> dict[str, Any]:
    """The message in ``payload``.

    Raises :class:`Malformed` when it is not JSON, holds NUL or half characters, or does not follow ``schema``.
    """
    try:
        message = json.loads(payload)
        if not all(can_be_kept(text) for text in _texts(message)):
            raise Malformed("a NUL or half a character")
        check(message, schema)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    return dict(message)


def _texts(message: Any) -> Iterator[str]:
    """Every string in a message, names of fields too."""
    ahead = [message]
    while ahead:
        one = ahead.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            ahead += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            ahead += one


def check(message: Any, schema: str) -> None:
    """Raise :class:`Malformed` when ``message`` does not follow ``schema``."""
    try:
        validator(schema).validate(message)
    except ValidationError as error:
        place = "/".join(str(part) for part in error.absolute_path) or "the message"
        raise Malformed(f"{place}: {error.validator}") from None
