"""Every YAML file of the house is refused when a key stands in it twice, with file, line and key."""

import datetime
import shutil

import pytest

from brik.definitions import fixtures, strict_yaml
from brik.definitions.strict_yaml import DefinitionError
from brik.mapping.questionnaire import catalogue
from consent import checks
from consent.models import LegalBasis, Text
from consent.texts import catalogue as texts
from consent.texts import legal_bases
from followup.demo import register


def doubled(folder, name, line, addition):
    """A copy of a fixture with one line more; gives the number of that line."""
    lines = (fixtures.FOLDER / name).read_text(encoding="utf-8").splitlines()
    place = lines.index(line) + 1
    shutil.copytree((fixtures.FOLDER / name).parent, folder, dirs_exist_ok=True)
    (folder / name.split("/")[-1]).write_text("\n".join([*lines[:place], addition, *lines[place:]]), encoding="utf-8")
    return place + 1


def test_a_key_twice_in_a_consent_text_stops_the_start(tmp_path, monkeypatch):
    line = doubled(tmp_path, "consent/domfelt-nb-2026.1.yaml", "language: nb", "language: nn")
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    (error,) = checks.every_kind_of_recipient_has_words(None)
    said = f"domfelt-nb-2026.1.yaml, line {line}: the key 'language' stands here twice"
    assert (error.id, error.msg) == ("consent.E001", said)


@pytest.mark.django_db
def test_a_key_twice_in_a_consent_text_publishes_nothing(tmp_path):
    line = doubled(tmp_path, "consent/domfelt-nb-2026.1.yaml", "kind: DOMFELT", "kind: DOMFELT")
    said = rf"^domfelt-nb-2026\.1\.yaml, line {line}: the key 'kind' stands here twice"
    with pytest.raises(DefinitionError, match=said):
        texts.load(tmp_path)
    assert not Text.objects.exists()


@pytest.mark.django_db
def test_a_key_twice_in_the_legal_bases_declares_none(tmp_path):
    file = tmp_path / "legal_bases.yaml"
    file.write_text("- kind: DOMFELT\n  since: 2020-01-01\n  since: 2030-01-01\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"^legal_bases\.yaml, line 3: the key 'since' stands here twice"):
        legal_bases.load(file)
    assert not LegalBasis.objects.exists()


def test_a_key_twice_in_a_file_of_the_demonstration_is_refused(tmp_path, monkeypatch):
    (tmp_path / "units.yaml").write_text("- number: '0501'\n  name: Oslo\n  name: Bergen\n", encoding="utf-8")
    monkeypatch.setattr(register, "FOLDER", tmp_path)
    with pytest.raises(DefinitionError, match=r"units\.yaml, line 3: the key 'name' stands here twice"):
        register.read("units.yaml")


def test_a_key_twice_in_a_questionnaire_is_refused(tmp_path):
    line = doubled(tmp_path, "questionnaires/domfelt-2026.1.yaml", "id: domfelt", "id: varetekt")
    with pytest.raises(DefinitionError, match=rf"^domfelt-2026\.1\.yaml, line {line}: the key 'id' stands here twice"):
        catalogue.load(tmp_path / "domfelt-2026.1.yaml")


@pytest.mark.parametrize(
    "text", ["a: {b: 1, b: 2}", "- [{b: 1, c: {d: 1, d: 2}}]", "x: &x {b: 1, b: 1}\ny: *x", "'a ': 1\na: 2"]
)
def test_a_key_twice_is_found_at_any_depth(tmp_path, text):
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    for reading in (strict_yaml.read, strict_yaml.load):
        with pytest.raises(DefinitionError, match=r"^x\.yaml, line \d: the key '.' stands here twice$"):
            reading(file)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a: [", b"a: 2026-13-01", b"? [a]\n: b", b"a: \x00"])
def test_what_is_no_data_is_refused_with_the_name_of_the_file(tmp_path, content):
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    with pytest.raises(DefinitionError, match=r"^x\.yaml, line \d: "):
        strict_yaml.load(file)


def test_the_files_of_the_house_are_read_as_plain_data():
    bases = strict_yaml.load(legal_bases.FILE)
    assert isinstance(bases[0]["since"], datetime.date)
    for file in sorted(fixtures.FOLDER.rglob("*.yaml")):
        assert strict_yaml.load(file), file
