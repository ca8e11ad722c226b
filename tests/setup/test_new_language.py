"""A language added to the register stops the start, which names everything that lacks it."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from brik.definitions import languages
from brik.mapping import checks as mapping_checks
from brik.mapping.questionnaire.themes import THEME_LABELS, Theme
from brik.pages import checks as pages_checks
from consent import checks as consent_checks
from consent.texts import catalogue as texts

ROOT = Path(__file__).resolve().parents[2]
ARABIC = '    ARABIC = "ar", "العربية", "ara", RTL, INMATES_ONLY, ARABIC_MARKS, "صفحة {number} من {total}"\n'
SOMALI = '    SOMALI = "so", "Soomaali", "som", LTR, INMATES_ONLY, LATIN_MARKS, "Bogga {number} ee {total}"\n'


@pytest.fixture
def house_with_somali(tmp_path):
    """The whole project with one line more in the register."""
    for name in ("brik", "consent", "followup", "fixtures", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    register = tmp_path / "brik/definitions/languages.py"
    before = register.read_text(encoding="utf-8")
    assert ARABIC in before
    register.write_text(before.replace(ARABIC, ARABIC + SOMALI), encoding="utf-8")
    return tmp_path


def test_a_language_that_is_only_in_the_register_stops_the_start_naming_all_that_lacks_it(house_with_somali, tmp_path):
    left_out = ("COV", "BRIK_", "DJANGO_")
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    check = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=house_with_somali,
        env={**unmeasured, "DATABASE_URL": "postgres://x@127.0.0.1:9/x", "SECRET_KEY": "x", "BRIK_DEMO": "",
             "DATA_DIR": str(tmp_path / "data"), "KEY_DIR": str(tmp_path / "keys")},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert check.returncode != 0
    missing = {line.split("is missing in ")[1] for line in check.stderr.splitlines() if "The language so is" in line}
    translations = house_with_somali / "brik/pages/locale/so/LC_MESSAGES"
    assert missing == {
        "the names of the themes (THEME_LABELS).",
        "the heading of why we ask (WHY_TITLE).",
        "the words of the printed interview (WORDS).",
        "fixtures/languages.csv.",
        "the questionnaire domfelt 2026.3.",
        "the questionnaire varetekt 2026.3.",
        "the consent texts DOMFELT (fixtures/consent).",
        "the consent texts VARETEKT (fixtures/consent).",
        "the voices (consent/sound/speech.py).",
        f"the translations ({translations}).",
    }


def test_the_house_as_it_is_lacks_no_language():
    assert mapping_checks.every_language_has_its_words(None) == []
    assert consent_checks.every_talk_has_a_text_in_every_language(None) == []
    assert pages_checks.every_language_has_a_catalogue() == []


def test_one_theme_without_a_name_in_one_language_stops_the_start(monkeypatch):
    monkeypatch.setitem(THEME_LABELS, Theme.RUS, {"nb": "Rus", "nn": "Rus", "en": "Drugs"})
    (error,) = mapping_checks.every_language_has_its_words(None)
    assert error.id == "mapping.E001"
    assert error.msg == "The language ar is missing in the names of the themes (THEME_LABELS)."


def test_a_talk_without_a_text_in_one_language_stops_the_start(monkeypatch, tmp_path):
    shutil.copytree(texts.FOLDER, tmp_path, dirs_exist_ok=True)
    for text in tmp_path.glob("varetekt-ar-*.yaml"):
        text.unlink()
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    (error,) = consent_checks.every_talk_has_a_text_in_every_language(None)
    assert error.msg == "The language ar is missing in the consent texts VARETEKT (fixtures/consent)."


def test_every_table_of_words_in_the_code_is_one_that_the_checks_read():
    tables = set()
    for room in ("brik", "consent", "followup"):
        for file in (ROOT / room).rglob("*.py"):
            for statement in ast.parse(file.read_text(encoding="utf-8")).body:
                keys = {key.value for node in ast.walk(statement) if isinstance(node, ast.Dict)
                        for key in node.keys if isinstance(key, ast.Constant)}  # fmt: skip
                if keys & set(languages.CODES):
                    target = getattr(statement, "target", None) or getattr(statement, "targets", [None])[0]
                    tables.add(getattr(target, "id", f"{file.name}:{statement.lineno}"))
    assert tables == {"THEME_LABELS", "WHY_TITLE", "WORDS"}


def test_settings_and_staff_pages_follow_from_the_register():
    assert settings.LANGUAGES == [("nb", "Norsk bokmål"), ("nn", "Nynorsk"), ("en", "English"), ("ar", "العربية")]
    assert [code for code, _ in settings.STAFF_LANGUAGES] == ["nb", "nn", "en"]
    assert settings.LANGUAGES_BIDI == ["ar"]
    assert [language.iso639_3 for language in languages.Language] == ["nob", "nno", "eng", "ara"]
