"""What a row is called in the log and in what is sealed stays, whatever becomes of the code."""

import pytest
from django.apps import apps

from brik.audit import checks, log
from brik.audit.actors import Process
from brik.audit.record_names import named_models, record_name
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.staff.models import Organisation, Unit
from brik.vault.checks import what_is_sealed_has_a_name
from brik.vault.inspection import sealed_models
from brik.vault.place import present_place
from tests import situations

NAMES = {
    "arrival_answer",
    "attempt",
    "consent",
    "decision",
    "delivery",
    "disclosure",
    "disposal_answer",
    "disposal_notice",
    "erasure",
    "erasure_decision",
    "event",
    "identifier",
    "key",
    "legal_hold",
    "retention_night",
    "legal_hold_answer",
    "legal_hold_end",
    "legal_hold_request",
    "legal_basis",
    "mapper_approval",
    "mapping",
    "message",
    "message_key",
    "need",
    "notice",
    "organisation",
    "partner_answer",
    "partner_message",
    "person",
    "person_gate",
    "placement",
    "post",
    "proposal",
    "published_form",
    "receipt",
    "replaced_key",
    "ruling",
    "section",
    "signed_sheet",
    "slip",
    "slip_opening",
    "staff",
    "stay",
    "stay_change",
    "task",
    "step",
    "talk",
    "text",
    "text_approval",
    "unit",
    "withdrawal",
    "withdrawal_hearing",
    "withdrawal_receipt",
}


def test_a_name_that_stands_in_the_log_is_never_changed():
    """One that is taken away or changed leaves what was sealed and told before without its rows."""
    assert {name for name, model in named_models()} == NAMES


def test_no_name_says_where_the_code_lies():
    for name, model in named_models():
        assert name not in (model._meta.label, model._meta.label_lower, model._meta.db_table)
        assert "." not in name


def test_two_models_of_one_name_stop_the_start(monkeypatch):
    assert checks.record_names_are_unique() == []
    monkeypatch.setattr(Unit, "RECORD_NAME", Organisation.RECORD_NAME)
    (error,) = checks.record_names_are_unique()
    assert (error.id, "staff.Unit" in error.msg) == ("audit.E001", True)


def test_a_name_with_a_path_in_it_stops_the_start(monkeypatch):
    monkeypatch.setattr(Unit, "RECORD_NAME", "staff.unit")
    assert [error.id for error in checks.record_names_are_unique()] == ["audit.E002"]


def test_a_sealed_model_without_a_name_stops_the_start(monkeypatch):
    assert what_is_sealed_has_a_name() == []
    monkeypatch.delattr(Person, "RECORD_NAME")
    errors = what_is_sealed_has_a_name()
    assert {error.id for error in errors} == {"vault.E002"}
    assert len(errors) == len([model for model in sealed_models() if "Person" in model.__name__]) == 2


@pytest.mark.django_db
def test_nothing_is_told_of_a_row_without_a_name():
    session = apps.get_model("sessions", "Session")(session_key="x")
    with pytest.raises(TypeError, match="RECORD_NAME"):
        log.record(Verb.LOGIN, by=Process("test"), obj=session)


@pytest.mark.django_db
def test_history_is_sealed_under_the_name_of_what_it_is_the_history_of():
    someone = situations.a_person()
    before = someone.history.first()
    assert record_name(before) == record_name(someone) == "person"
    assert present_place(before).name == "person"
