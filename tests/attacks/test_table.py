"""The table of attacks, ``docs/attacks.md``, is true: each line has its test, and each test of a line stands in it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PAGE = (ROOT / "docs" / "attacks.md").read_text()
# The attacks that were run on copies of a living database before anything noticed them.
FIRST = [
    "V1",
    "V2",
    "V3",
    "V4",
    "V5",
    "V6",
    "V7",
    "V8",
    "V9",
    "V10",
    "V11b",
    "X6",
    "K1",
    "K2",
    "K3",
    "C1",
    "C2",
    "C3",
    "C4",
    "C6",
    "C7",
    "C8",
    "C9",
    "C10",
    "C11",
    "C12b",
    "C13",
    "C14",
    "C15",
    "C16",
    "O1",
    "O2",
    "O3",
    "O4",
    "L1",
    "L2",
    "L3",
    "L4b",
    "L5",
    "L6b",
    "L7",
    "X1",
    "X2",
    "X3",
    "X4",
    "E1",
    "E2",
    "E3",
    "E4",
    "E5",
]
LINE = r"[a-z]\d+b?"


def rows(columns):
    """The cells of every row of the page's table with so many columns, without its heads."""
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line[:1] == "|"]
    return [cells for cells in found if len(cells) == columns and cells[0] != "line" and set(cells[0]) != {"-"}]


NOTICED = {line: cells for cells in rows(5) for line in cells[0].split(", ")}
NEEDS_A_CHAIN = {cells[0]: cells[1] for cells in rows(2)}


def lines_of_tests():
    """The lines that tests name, each with its files: ``test_c3_c7_…`` is a test of C3 and of C7."""
    lines = defaultdict(set)
    for path in HERE.glob("test_*.py"):
        for name in re.findall(r"^def test_(\w+)", path.read_text(), re.M):
            for line in re.match(rf"(?:{LINE}_)*", name).group().split("_")[:-1]:
                lines[line[0].upper() + line[1:]].add(f"`{path.stem}`")
    return lines


def test_every_line_has_its_test_and_every_test_its_line():
    told = {line: set(cells[4].split(", ")) for line, cells in NOTICED.items()}
    # Of what needs a chain some is noticed by its head, which the same owner of the tables can change.
    found = {line: files for line, files in lines_of_tests().items() if line not in NEEDS_A_CHAIN}
    assert told == found


def test_every_line_says_what_notices_it_and_when():
    assert all(all(cells) for cells in NOTICED.values())
    assert NOTICED.keys().isdisjoint(NEEDS_A_CHAIN)


def test_none_of_the_first_attacks_is_left_out():
    assert set(FIRST) - NOTICED.keys() - NEEDS_A_CHAIN.keys() == set()


@pytest.mark.parametrize("line", NEEDS_A_CHAIN)
def test_what_needs_a_chain_is_named_in_the_readme(line):
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert NEEDS_A_CHAIN[line].removesuffix(" (and its head)") in readme
