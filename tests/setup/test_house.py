"""The shape of the house: rooms a newcomer can see at a glance, and one meaning a name."""

import ast
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("brik", "consent", "followup")
MOST_FILES = 14


def sources(*folders):
    """The Python files of the house, without what Django writes by itself."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts]


def test_no_folder_holds_more_files_than_one_can_take_in():
    files = Counter(path.parent.relative_to(ROOT) for path in sources(*ROOMS) if path.name != "__init__.py")
    assert {str(folder): number for folder, number in files.items() if number > MOST_FILES} == {}


def test_a_class_name_stands_for_one_class():
    places = defaultdict(list)
    for path in sources(*ROOMS):
        for node in ast.parse(path.read_text()).body:
            # Django finds every command by this name.
            if isinstance(node, ast.ClassDef) and node.name != "Command":
                places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_no_test_borrows_from_another_test():
    borrowed = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources("tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and ".test_" in f".{node.module or ''}"
    ]
    assert borrowed == []


def test_nothing_that_is_shipped_imports_what_belongs_to_tests():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in {"tests", "unittest", "pytest"})
        or (isinstance(node, ast.Import) and any(n.name.split(".")[0] in {"unittest", "pytest"} for n in node.names))
    ]
    assert wrong == []
