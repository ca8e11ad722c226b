"""The list of ``make mutants`` is true: what it takes out is there, and each test it names exists."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.mutants.protection import Edit
from tests.mutants.protections import EVERY

ROOT = Path(__file__).resolve().parents[2]
FEWEST = 60


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len(EVERY) >= FEWEST
    assert [name for name, number in Counter(one.name for one in EVERY).items() if number > 1] == []


def test_what_is_taken_out_is_there():
    edits = [one for one in EVERY if isinstance(one, Edit)]
    content = {file: (ROOT / file).read_text() for file in {edit.file for edit in edits}}
    assert [fault for edit in edits if (fault := edit.fault(content[edit.file]))] == []


def test_the_code_can_be_read_without_it():
    edits = [one for one in EVERY if isinstance(one, Edit)]
    wrong = []
    for edit in edits:
        try:
            ast.parse((ROOT / edit.file).read_text().replace(edit.text, edit.instead))
        except SyntaxError:
            wrong.append(edit.name)
    assert wrong == []


@pytest.mark.parametrize("file", sorted({one.test.partition("::")[0] for one in EVERY}))
def test_the_named_tests_are_there(file):
    found = {node.name for node in ast.parse((ROOT / file).read_text()).body if isinstance(node, ast.FunctionDef)}
    named = {one.test.partition("::")[2].partition("[")[0] for one in EVERY if one.test.startswith(f"{file}::")}
    assert named - found == set()
