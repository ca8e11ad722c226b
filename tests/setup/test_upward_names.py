"""A room leads to pages of its own and of rooms below it; upward only by the pages that the settings name."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
FLOORS = {room.strip(): -number for number, layer in enumerate(LAYERS) for room in re.split(r"[:|]", layer)}
# The rooms by the names of their addresses, which are those of their folders of templates too.
ROOMS = {room.rpartition(".")[2]: room for room in FLOORS if (ROOT / room.replace(".", "/")).is_dir()}
NAME = re.compile(rf"({'|'.join(ROOMS)}):\w+")


def room_of(path):
    """The room a Python file lies in; what lies in none composes the house."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return next((room for room in FLOORS if f"{module}.".startswith(f"{room}.")), LAYERS[0].split(" ")[0])


def strings(text):
    return [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]


PYTHON = {path: path.read_text() for part in ("brik", "consent", "followup") for path in (ROOT / part).rglob("*.py")}
RENDERED: dict[str, list[str]] = {}
for path, text in PYTHON.items():
    for name in re.findall(r'"(\w+/\w+\.html)"', text):
        RENDERED.setdefault(name, []).append(room_of(path))


def room_of_template(path):
    """The lowest room that shows it; of a part the room of its folder, and of a frame that of the pages."""
    name = str(path.relative_to(TEMPLATES))
    return min(RENDERED.get(name) or [ROOMS.get(name.partition("/")[0], "brik.pages")], key=FLOORS.__getitem__)


def upward(room, names):
    return [name for name in names if FLOORS[ROOMS[name.partition(":")[0]]] > FLOORS[room]]


def named_in_template(text):
    return re.findall(rf"""["']({NAME.pattern})["']""", text)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_names_no_page_of_a_higher_room(path):
    assert upward(room_of_template(path), [name for name, _ in named_in_template(path.read_text())]) == []


def test_code_names_no_page_of_a_higher_room():
    named = {
        path: [value for value in strings(text) if isinstance(value, str) and NAME.fullmatch(value)]
        for path, text in PYTHON.items()
    }
    assert [(str(path), found) for path, names in named.items() if (found := upward(room_of(path), names))] == []


def test_a_name_of_a_higher_room_is_found():
    assert upward("brik.people", ["people:protection", "desk:person"]) == ["desk:person"]
    assert [name for name, _ in named_in_template('{% url "desk:person" person.pk %}')] == ["desk:person"]
    assert room_of_template(TEMPLATES / "staff" / "accounts.html") == "brik.staff"
    assert room_of(ROOT / "brik" / "people" / "views.py") == "brik.people"


def test_every_page_that_is_led_up_to_is_named_in_the_settings_and_there():
    in_templates = (re.findall(r'link_to "(\w+)"', path.read_text()) for path in TEMPLATES.rglob("*.html"))
    in_code = (re.findall(r'link_to\("(\w+)"', text) for path, text in PYTHON.items() if path.name != "links.py")
    assert {name for names in (*in_templates, *in_code) for name in names} == set(settings.BRIK_LINKS)
    spaces = get_resolver().namespace_dict
    for space, _, name in (address.partition(":") for address in settings.BRIK_LINKS.values()):
        assert name in spaces[space][1].reverse_dict
