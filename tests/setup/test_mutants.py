"""The list of ``make mutants`` is true: what it takes out is there, and each test it names exists."""

import ast
from collections import Counter

import pytest

from brik.vault import sealing
from tests.mutants.code_swap import taken_out
from tests.mutants.protection import ROOT, Edit
from tests.mutants.protections import EVERY
from tests.pace import garbage

FEWEST = 60


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len(EVERY) >= FEWEST
    assert [name for name, number in Counter(one.name for one in EVERY).items() if number > 1] == []


def test_what_is_taken_out_is_there():
    edits = [one for one in EVERY if isinstance(one, Edit)]
    content = {file: (ROOT / file).read_text() for file in {edit.file for edit in edits}}
    assert [fault for edit in edits if (fault := edit.fault(content[edit.file]))] == []


def test_each_changes_the_body_of_a_function_and_nothing_else():
    """What stands outside functions has run before it could be taken out."""
    edits = [one for one in EVERY if isinstance(one, Edit)]
    outside = [edit.name for edit in edits if outlines(edit, without=False) != outlines(edit, without=True)]
    assert outside == []


def outlines(edit, *, without):
    """What the file says outside the bodies of its functions."""
    content = (ROOT / edit.file).read_text()
    tree = ast.parse(edit.without(content) if without else content)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body = []
    return ast.dump(tree)


@pytest.mark.parametrize("file", sorted({one.test.partition("::")[0] for one in EVERY}))
def test_the_named_tests_are_there(file):
    found = {node.name for node in ast.parse((ROOT / file).read_text()).body if isinstance(node, ast.FunctionDef)}
    named = {one.test.partition("::")[2].partition("[")[0] for one in EVERY if one.test.startswith(f"{file}::")}
    assert named - found == set()


def test_what_stays_for_the_whole_run_is_taken_out_too():
    """Modules are read before the tests begin, and from then on Python's search for cycles leaves them alone."""
    own = Edit("names", "brik/vault/sealing.py", "return sealed[:1] == NOTHING", "return True", "")
    garbage.leave_what_stays()
    try:
        with taken_out(own):
            assert sealing.is_nothing(sealing.FORMAT)
        assert not sealing.is_nothing(sealing.FORMAT)
    finally:
        garbage.leave_what_stays()
