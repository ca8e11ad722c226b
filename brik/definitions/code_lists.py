"""Norwegian municipalities and spoken languages: two short lists of public facts in ``fixtures/``."""

import csv
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from brik.definitions import fixtures


@cache
def municipalities() -> Mapping[str, str]:
    """Number → name, in the order a list shows them."""
    with (fixtures.FOLDER / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["number"]: row["name"] for row in csv.DictReader(file)})


@cache
def languages() -> Mapping[str, Mapping[str, str]]:
    """ISO 639-3 code → the language's name in nb, nn, en and ar."""
    with (fixtures.FOLDER / "languages.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row.pop("code"): MappingProxyType(row) for row in csv.DictReader(file)})
