"""Pages begin at what their reader may see: a lint over every view for managers that ask nobody."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
BOUND = {"visible_to", "reached_by"}
EXCUSED = {
    # Actions and locks of the talk, which ask may() themselves.
    "consent/talk/actions.py": None,
    "consent/talk/gate.py": None,
    # A number that any organisation has is taken, whoever asks.
    "brik/staff/pages/register_forms.py": {"Organisation.objects.filter"},
    # What the receipt of one withdrawal lists; the withdrawal is found by its reader.
    "followup/sharing/pages/taken_back.py": {
        "Consent.objects.filter",
        "Receipt.objects.filter",
        "Delivery.objects.filter",
    },
    # Whom one may share with is no secret of any unit.
    "followup/sharing/pages/offers.py": {"Organisation.objects.in_use"},
    "followup/sharing/pages/views.py": {"Organisation.objects.in_use"},
    # It names nobody, and is empty for whoever does not keep the senders' keys.
    "followup/desk/arrivals/deletion_views.py": {"Message.objects.deleting_nothing_for"},
    # Whether anybody has a number; who it is is shown from visible_to alone.
    "followup/desk/arrivals/waiting_views.py": {"Identifier.objects.holding"},
}


def is_page(path):
    return path.name.endswith("views.py") or {"pages", "talk"} & set(path.parts[1:-1])


PAGES = sorted(
    path
    for part in ("brik", "consent", "followup")
    for path in (ROOT / part).rglob("*.py")
    if is_page(path.relative_to(ROOT))
)


def bare(text):
    """Every use of a manager that does not begin at what somebody may see, as ``Model.objects.method``."""
    tree = ast.parse(text)
    managers = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr.endswith("objects")]
    begun = {
        node.value: node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.value in managers
    }
    # What hangs on rows that somebody may see is theirs to see too.
    fetched = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Prefetch"
        for part in ast.walk(node)
    }
    found = {
        f"{ast.unparse(manager)}.{begun.get(manager, '')}"
        for manager in managers
        if begun.get(manager) not in BOUND and manager not in fetched and ast.unparse(manager.value)[0].isupper()
    }
    others = {"get_object_or_404", "get_list_or_404", "_base_manager", "_default_manager"}
    names = {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(tree)}
    return found | (names & others)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_begins_at_what_its_reader_may_see(path):
    excused = EXCUSED.get(str(path.relative_to(ROOT)), set())
    assert excused is None or bare(path.read_text()) == excused


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Person.objects.visible_to(user).filter(pk=1)", set()),
        ("Unit.objects.reached_by(scope)", set()),
        ('Person.objects.visible_to(user).prefetch_related(Prefetch("stays", Stay.objects.all()))', set()),
        ("Person.objects.filter(pk=1)", {"Person.objects.filter"}),
        ("people = Person.objects", {"Person.objects."}),
        ("get_object_or_404(Person, pk=1)", {"get_object_or_404"}),
        ("Person._base_manager.get(pk=1)", {"_base_manager"}),
    ],
)
def test_a_bare_manager_is_found(text, found):
    assert bare(text) == found


def test_every_excuse_is_needed():
    assert set(EXCUSED) <= {str(path.relative_to(ROOT)) for path in PAGES}
