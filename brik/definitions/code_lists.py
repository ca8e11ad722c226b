"""Norwegian municipalities and spoken languages: two short lists of public facts in ``fixtures/``."""

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from brik.definitions import fixtures
from brik.definitions.name_comparison import folded

# The code of "another language" (ISO 639-2: several languages).
ANOTHER_LANGUAGE: Final = "mul"
# A name in two languages, and the county that tells two of one name apart: "Tana – Deatnu", "Våler (Østfold)".
_BETWEEN_LANGUAGES: Final = " – "
_COUNTY: Final = re.compile(r" \((.+)\)")
# Words around a name: "Oslo kommune", "Våler i Østfold".
_AROUND: Final = frozenset({"kommune", "i"})


@cache
def municipalities() -> Mapping[str, str]:
    """Number → name, in the order a list shows them."""
    with (fixtures.FOLDER / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["number"]: row["name"] for row in csv.DictReader(file)})


def municipalities_named(text: str, names: Iterable[str]) -> list[str]:
    """Those of the listed ``names`` that a typed name can mean: in any spelling, and in one language of two.

    Several where it is not said in which county the municipality lies; never a guess. None where it means none.
    """
    wanted = _words(text)
    matches = [name for name in names if wanted and wanted in _spellings(name)]
    whole = [name for name in matches if wanted == _words(name)]
    return whole or matches


@cache
def _spellings(name: str) -> frozenset[tuple[str, ...]]:
    """What a listed municipality may be called: as listed, in either language, and without its county."""
    languages = name.split(_BETWEEN_LANGUAGES)
    return frozenset(map(_words, [name, *languages, _COUNTY.sub("", name)]))


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted(word for word in folded(text).split() if word not in _AROUND))


@cache
def languages() -> Mapping[str, Mapping[str, str]]:
    """ISO 639-3 code → the language's name in nb, nn, en and ar."""
    with (fixtures.FOLDER / "languages.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row.pop("code"): MappingProxyType(row) for row in csv.DictReader(file)})
