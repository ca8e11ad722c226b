"""How a number is found again without being readable: a keyed hash, the kind being part of it."""

from brik.people.identifiers.numbers import Number
from brik.vault import keys


def lookup_of(number: Number) -> bytes:
    return keys.lookup_hash("people.number", f"{number.kind.value}:{number.value}")
