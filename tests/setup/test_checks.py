"""What stops the start, as Django's own checks."""

import copy
from dataclasses import replace
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.checks import run_checks

from brik.arrivals.xml.messages import MessageType
from brik.audit.owner_command import owner_role
from brik.audit.verbs import Verb
from brik.definitions.recipients import RecipientEntry
from brik.mapping.checks import every_talk_has_a_questionnaire
from brik.pages.checks import CSP, LOGIN_REQUIRED, pages_are_closed
from brik.people.legal_status import QUESTIONNAIRE, LegalStatus
from brik.staff.checks import recipients_have_all_they_need
from brik.staff.models import OrganisationKind
from brik.vault.checks import keys_are_at_hand, keys_are_kept_in_a_module
from consent.checks import every_kind_of_recipient_has_words
from consent.texts import catalogue as texts
from followup.desk import checks
from followup.insight.extract import message_lines
from followup.insight.message_words import WHAT


def without(name):
    return [entry for entry in settings.MIDDLEWARE if entry != name]


def policy(**directives):
    changed = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    changed["DIRECTIVES"].update({name.replace("_", "-"): sources for name, sources in directives.items()})
    return changed


def test_the_settings_as_they_are_pass():
    assert pages_are_closed() == []


@pytest.mark.parametrize(
    "change",
    [
        {"DEBUG": True},
        {"MIDDLEWARE": without(CSP)},
        {"MIDDLEWARE": without(LOGIN_REQUIRED)},
        {"CONTENT_SECURITY_POLICY": policy(default_src=["'self'"])},
        {"CONTENT_SECURITY_POLICY": policy(script_src=["'self'", "'unsafe-inline'"])},
        {"CONTENT_SECURITY_POLICY": policy(script_src=["'self'", "https://cdn.example"])},
        {"HTTPS": True, "SESSION_COOKIE_SECURE": False},
        {"FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_setting_that_opens_a_door_stops_the_start(change, settings):
    for name, value in change.items():
        setattr(settings, name, value)
    assert len(pages_are_closed()) == 1


def test_keys_open_to_others_stop_the_start(settings, tmp_path):
    assert keys_are_at_hand() == []
    settings.KEY_DIR = tmp_path
    assert [error.id for error in keys_are_at_hand()] == ["vault.E001"]


def test_keys_in_files_are_for_demonstrations_and_tests(settings):
    assert keys_are_kept_in_a_module() == []
    settings.KEYS_IN_FILES_ALLOWED = False
    assert [error.id for error in keys_are_kept_in_a_module()] == ["vault.E009"]
    with owner_role():
        assert keys_are_kept_in_a_module() == []
    settings.KEY_PROVIDER = "pkcs11"
    assert keys_are_kept_in_a_module() == []


def test_changing_the_schema_needs_no_keys(settings, tmp_path):
    settings.KEY_DIR = tmp_path
    with owner_role():
        assert keys_are_at_hand() == []


MADE_UP = RecipientEntry(code="PRAKSIS", letter="P", staff_label="Praksisplassen", inmate_label="Praksisplassen")


def add_kind(monkeypatch, entry):
    """Puts a kind of recipient into the register itself, as one more entry would; the test's end takes it out."""
    kinds: Any = OrganisationKind
    kind = kinds._new_member_(kinds, entry)
    kind._name_ = "MADE_UP"
    monkeypatch.setitem(OrganisationKind._member_map_, "MADE_UP", kind)
    monkeypatch.setattr(OrganisationKind, "_member_names_", [*OrganisationKind._member_names_, "MADE_UP"])


def test_a_new_kind_of_recipient_stops_the_start_until_texts_and_questions_know_it(monkeypatch):
    before = {error.id for error in run_checks()}
    add_kind(monkeypatch, MADE_UP)
    sentences = {(error.id, error.msg) for error in run_checks() if error.id not in before}
    newest = texts.newest_of(texts.read(texts.FOLDER))
    assert sentences == {
        *(("consent.E002", f"PRAKSIS is missing in the consent text {name}.") for name in newest),
        ("mapping.E004", "No question of the newest forms may be told to PRAKSIS: none has P in its del list."),
    }


@pytest.mark.parametrize("missing", ["code", "letter", "staff_label", "inmate_label"])
def test_a_kind_of_recipient_whose_entry_lacks_anything_stops_the_start(monkeypatch, missing):
    lacking: dict[str, Any] = {missing: ""}
    add_kind(monkeypatch, replace(MADE_UP, **lacking))
    (error,) = recipients_have_all_they_need(None)
    assert (error.id, error.msg) == ("staff.E007", f"The kind of recipient MADE_UP has no {missing}.")


def test_two_kinds_of_recipient_with_one_letter_stop_the_start(monkeypatch):
    assert recipients_have_all_they_need(None) == []
    add_kind(monkeypatch, replace(MADE_UP, letter="S"))
    (error,) = recipients_have_all_they_need(None)
    assert error.msg == "The kinds of recipient MADE_UP and SCHOOL have the same letter."


def test_an_entry_cannot_leave_anything_out():
    with pytest.raises(TypeError, match="inmate_label"):
        RecipientEntry(code="PRAKSIS", letter="P", staff_label="Praksisplassen")  # type: ignore[call-arg]  # tested


def test_a_consent_text_that_lacks_a_kind_of_recipient_stops_the_start(monkeypatch, tmp_path):
    assert every_kind_of_recipient_has_words(None) == []
    for path in texts.FOLDER.glob("domfelt-*-2026.4.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        del content["body"]["recipients"]["kinds"]["SKOLE"]
        (tmp_path / path.name).write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    errors = every_kind_of_recipient_has_words(None)
    assert {error.id for error in errors} == {"consent.E002"}
    assert "SKOLE is missing in the consent text domfelt-ar-2026.4.yaml." in {error.msg for error in errors}


def test_a_consent_text_that_cannot_be_read_stops_the_start(monkeypatch, tmp_path):
    (tmp_path / "domfelt-nb-2026.1.yaml").write_text("kind: [", encoding="utf-8")
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    assert [error.id for error in every_kind_of_recipient_has_words(None)] == ["consent.E001"]


def test_a_message_that_no_page_has_words_for_stops_the_start(monkeypatch):
    assert checks.every_kind_of_message_has_words(None) == []
    monkeypatch.delitem(WHAT, MessageType.RELEASE)
    (error,) = checks.every_kind_of_message_has_words(None)
    assert (error.id, "is missing in the words for messages" in error.msg) == ("desk.E002", True)


def test_a_field_of_a_message_that_the_extract_does_not_show_stops_the_start(monkeypatch):
    assert checks.extract_covers_every_field_of_a_message(None) == []
    # As a new field, and as a new field of a part.
    monkeypatch.delitem(message_lines.SHOWN, "category")
    monkeypatch.delitem(message_lines.SHOWN, "dates.half")
    errors = checks.extract_covers_every_field_of_a_message(None)
    assert [(error.id, error.msg) for error in errors] == [
        ("desk.E004", f"The extract neither shows the field {path} of a message nor says why not.")
        for path in ("category", "dates.half")
    ]


@pytest.mark.parametrize("verb", [Verb.SUMMARY_READ, Verb.MAPPING_CLOSED])
def test_a_verb_that_neither_reads_nor_does_anything_else_stops_the_start(monkeypatch, verb):
    assert checks.every_verb_reads_or_does_not(None) == []
    for name in ("READS", "OTHERS"):
        monkeypatch.setattr(checks, name, [other for other in getattr(checks, name) if other != verb])
    (error,) = checks.every_verb_reads_or_does_not(None)
    assert (error.id, verb.name in error.msg) == ("desk.E005", True)


def test_an_area_that_the_counts_leave_out_and_no_form_has_stops_the_start(monkeypatch):
    assert checks.areas_around_the_talk_are_areas(None) == []
    monkeypatch.setattr(checks, "AROUND_THE_TALK", {"A", "ZZ"})
    (error,) = checks.areas_around_the_talk_are_areas(None)
    assert (error.id, "area ZZ" in error.msg) == ("desk.E003", True)


def test_a_talk_without_a_questionnaire_stops_the_start(monkeypatch):
    assert every_talk_has_a_questionnaire(None) == []
    monkeypatch.setitem(QUESTIONNAIRE, LegalStatus.NOT_MAPPED_HERE, "annet")
    (error,) = every_talk_has_a_questionnaire(None)
    assert (error.id, error.msg) == (
        "mapping.E002",
        "ANNET has no questionnaire: fixtures/questionnaires holds no annet.",
    )
