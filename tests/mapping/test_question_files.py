"""A questionnaire that does not hold what it must stops the start and says where and why."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brik.definitions.strict_yaml import DefinitionError
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.catalogue import load, load_all
from brik.mapping.questionnaire.themes import THEME_LABELS
from tests.examples import tries
from tests.mapping.small_form import SMALL, written

ROOT = Path(__file__).resolve().parents[2]
COLUMN = '{linkId: k, type: date, text: {nb: "K"}}'
AREA = '{code: X, title: {nb: "X"}, intro: {nb: "X"}, why: {nb: "X"}, item: []}'


def test_a_small_questionnaire_loads(tmp_path):
    loaded = load(written(tmp_path, SMALL))
    assert [question.link_id for question in loaded.questions()] == ["A1", "A2"]
    assert loaded.question("A2").condition.any_of == {"JA"}
    assert loaded.sha256 == hashlib.sha256(SMALL.encode()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("type: boolean", "type: bolean", 16, "unknown type"),
        ("type: boolean", "typ: boolean", 16, "unknown key 'typ'"),
        ('        text: {nb: "Har du?"}\n', "", 15, "'text' is missing"),
        ('text: {nb: "Har du?"}', 'text: {en: "Do you?"}', 17, "unknown key 'en'"),
        ('text: {nb: "Har du?"}', 'text: {nb: ""}', 17, "a text is expected"),
        ('text: {nb: "Har du?"}', 'text: {nb: "Har 😀 du?"}', 17, "no paper can show 😀"),
        ("linkId: A2", "linkId: A1", 18, "used twice"),
        ("linkId: A2", 'linkId: "A2<b>"', 18, "letters, digits and underscores"),
        ("question: A1, answer", "question: A9, answer", 22, "earlier question"),
        ("question: A1, answer", "question: A2, answer", 22, "earlier question"),
        ("answer: [JA]", "answer: [KANSKJE]", 22, "no option KANSKJE"),
        ("code: TO", "code: EN", 26, "used twice"),
        ("code: TO", "code: VET_IKKE", 25, "offered everywhere"),
        ("theme: BOLIG", "theme: BOLIGEN", 20, "theme is one of"),
        ("        theme: BOLIG\n", "", 18, "needs a theme"),
        ("del: [K]", "del: [X]", 21, "unknown recipient"),
        ("del: [K]", "del: [K]\n        ownTick: [N]", 18, "ownTick names a recipient"),
        ("del: [K]", "del: K", 21, "a list is expected"),
        ("type: choice", "type: text", 18, "takes no options"),
        ("type: boolean", "type: text", 15, "what not to write"),
        ("type: boolean", "type: choice", 15, "needs options"),
        ("type: boolean", "type: integer", 15, "minValue and maxValue"),
        ("type: boolean", "type: rank\n        answerValueSet: jaNei", 15, "needs maxItems"),
        ("type: boolean", "type: group", 15, "columns"),
        ("type: boolean", "type: choice\n        answerValueSet: ukjent", 17, "unknown value set"),
        ("type: boolean", "type: text\n        maxLength: mange", 17, "a whole number"),
        ("type: boolean", f"type: group\n        item: [{COLUMN}, {COLUMN}]", 17, "a column twice"),
        ("code: TO", 'code: "T O"', 26, "letters, digits and underscores"),
        ("areas:", f"areas:\n  - {AREA}\n  - {AREA}", 10, "two areas have the same code"),
        ("type: boolean", "type: boolean\n        type: boolean", 17, "stands here twice"),
        ("approved: true", "approved: ja", 4, "true or false"),
        ("  nb: {approved: true}", "  nn: {approved: true}\n  nb: {approved: true}", 4, "nb comes first"),
        ("nb: {approved: true}", "nb: {approved: false}\n  nn: {approved: true}", 4, "approved only where nb is"),
        ('version: "2026.1"', "version: ny", 2, "numbers and points"),
        ("{code: NEI, nb", "{code: NO, nb", 7, "jaNei must be JA, NEI"),
        ("    why:", "   why:", 13, "is not YAML"),
        ("areas:\n  - code: A", "areas:\n  - code: [A]", 10, "a text is expected"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_reason(tmp_path, old, new, line, reason):
    assert old in SMALL
    with pytest.raises(DefinitionError) as told:
        load(written(tmp_path, SMALL.replace(old, new, 1)))
    assert (told.value.file, told.value.line) == ("liten-2026.1.yaml", line), told.value
    assert reason in told.value.reason
    assert str(told.value).startswith(f"liten-2026.1.yaml, line {line}: ")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a: [", b"- 1\n", b"&a [*a]", b"text", b"a: \x00"])
def test_what_is_no_questionnaire_at_all_is_refused(tmp_path, content):
    file = tmp_path / "x-1.yaml"
    file.write_bytes(content)
    with pytest.raises(DefinitionError):
        load(file)


@settings(max_examples=tries(150), deadline=None)
@given(st.integers(0, len(SMALL) - 2), st.integers(1, 12), st.text(alphabet=" :-[]{}#\"'&*!|>x1\n", max_size=3))
def test_a_damaged_file_either_loads_or_says_where(tmp_path_factory, start, length, put):
    folder = tmp_path_factory.mktemp("damaged")
    with suppress(DefinitionError):
        load(written(folder, SMALL[:start] + put + SMALL[start + length :]))
    shutil.rmtree(folder)


def test_a_file_is_named_after_its_form_and_version(tmp_path):
    written(tmp_path, SMALL, "annen-2026.1.yaml")
    with pytest.raises(DefinitionError, match=r"must be named liten-2026\.1\.yaml"):
        load_all(tmp_path)


@pytest.mark.parametrize(
    ("form", "link_id"), [("domfelt", "B8"), ("varetekt", "VB8"), ("domfelt", "B7a"), ("varetekt", "VB5c")]
)
def test_a_form_without_a_question_that_the_code_relies_on_stops_the_start(tmp_path, form, link_id):
    version = catalogue.get(form).version
    text = (catalogue.FOLDER / f"{form}-{version}.yaml").read_text()
    assert load_all(written(tmp_path, text, f"{form}-{version}.yaml").parent)
    (tmp_path / "renamed").mkdir()
    renamed = re.sub(rf"\b{link_id}\b", f"{link_id}x", text)
    with pytest.raises(DefinitionError, match=rf"lacks {link_id}, which the code relies on"):
        load_all(written(tmp_path / "renamed", renamed, f"{form}-{version}.yaml").parent)


def test_a_folder_without_questionnaires_stops_the_start(tmp_path):
    with pytest.raises(DefinitionError):
        load_all(tmp_path)


def test_the_latest_version_is_the_highest_number_and_old_ones_stay(tmp_path, monkeypatch):
    for version in ("2026.2", "2026.10", "2026.1"):
        written(tmp_path, SMALL.replace("2026.1", version), f"liten-{version}.yaml")
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    assert catalogue.get("liten").version == "2026.10"
    assert catalogue.get("liten", "2026.1").version == "2026.1"
    with pytest.raises(KeyError):
        catalogue.get("liten", "2027.1")
    with pytest.raises(KeyError):
        catalogue.get("ukjent")


def test_a_broken_questionnaire_stops_the_application(tmp_path):
    copy = tmp_path / "brik"
    shutil.copytree(ROOT / "fixtures", copy / "fixtures")
    for part in ("brik", "consent", "followup", "templates"):
        (copy / part).symlink_to(ROOT / part) if part != "brik" else shutil.copytree(ROOT / part, copy / part)
    file = copy / "fixtures/questionnaires/domfelt-2026.1.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("theme: BOLIG", "theme: HUS", 1), encoding="utf-8")
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    start = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=copy,
        env={**unmeasured, "DJANGO_SETTINGS_MODULE": "brik.settings", "DATABASE_URL": "postgres://x@127.0.0.1:9/x",
             "SECRET_KEY": "x", "BRIK_DEMO": "", "DATA_DIR": str(tmp_path / "data"), "KEY_DIR": str(tmp_path / "keys")},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert start.returncode != 0
    assert "domfelt-2026.1.yaml, line " in start.stderr
    assert "theme is one of" in start.stderr


def test_the_definitions_need_no_django():
    code = "import sys; import brik.mapping.record.document, brik.mapping.questionnaire.walk, brik.mapping.questionnaire.catalogue; print('django' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_nothing_of_a_loaded_questionnaire_can_be_changed():
    question = catalogue.get("domfelt").question("C1")
    with pytest.raises(AttributeError):
        setattr(question, "disclose_to", frozenset("N"))  # noqa: B010 - as somebody would who has no types
    mapping: Any
    for mapping in (question.text, catalogue.load_all(catalogue.FOLDER)):
        with pytest.raises(TypeError):
            mapping["nb"] = "Noe annet"


def test_an_area_about_one_theme_has_the_name_the_person_decided_by():
    for area in catalogue.get("domfelt").areas:
        themes = {question.theme for question in area.questions if question.theme}
        if len(area.questions) > 3 and len(themes) == 1 and area.code != "A":
            assert area.title == THEME_LABELS[themes.pop()], area.code
