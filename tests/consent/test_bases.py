"""A legal basis ends on a day that somebody sets, once; the file and the house never tell two different ends."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.definitions.strict_yaml import DefinitionError
from brik.people.legal_status import LegalStatus
from consent.models import LegalBasis, Text
from consent.texts import legal_bases
from tests.situations import a_legal_basis

pytestmark = [pytest.mark.django_db]
NAME = "Forskrift for tester"
SOON = timezone.localdate() + timedelta(days=30)


def end(on, kind="DOMFELT", regulation=NAME):
    out = StringIO()
    call_command("end_legal_basis", kind, regulation, str(on), stdout=out)
    return out.getvalue()


def told():
    return list(Event.objects.filter(verb=Verb.ADMINISTERED).order_by("pk").values_list("actor", "about"))


@pytest.fixture
def basis(db):
    return a_legal_basis()


def test_a_basis_ends_on_the_day_that_is_said_and_an_event_tells_of_it(basis):
    other = a_legal_basis(LegalStatus.REMAND)
    assert f"DOMFELT {NAME} ends on {SOON}." in end(SOON)
    basis.refresh_from_db()
    other.refresh_from_db()
    assert (basis.until, other.until) == (SOON, None)
    assert LegalBasis.objects.active(SOON - timedelta(days=1)).filter(pk=basis.pk).exists()
    assert not LegalBasis.objects.active(SOON).filter(pk=basis.pk).exists()
    event = Event.objects.get(verb=Verb.ADMINISTERED)
    assert (event.actor, event.object_id, event.about) == ("process:setup", str(basis.pk), f"{SOON}")


def test_ending_it_twice_says_so_and_changes_nothing(basis):
    end(SOON)
    assert "already; nothing is changed" in end(SOON)
    assert told() == [("process:setup", f"{SOON}")]


def test_a_second_run_after_the_day_still_says_that_it_has_ended(basis):
    yesterday = timezone.localdate() - timedelta(days=1)
    LegalBasis.objects.change(until=yesterday)
    assert "already; nothing is changed" in end(yesterday)


def test_an_end_that_lies_ahead_can_be_moved_both_ways(basis):
    later, sooner = SOON + timedelta(days=5), SOON - timedelta(days=5)
    end(SOON)
    for on in (later, sooner):
        end(on)
        basis.refresh_from_db()
        assert basis.until == on
    assert f"it had the end {sooner}" in end(SOON)


def test_an_end_that_has_come_stays(basis):
    LegalBasis.objects.change(until=timezone.localdate())
    with pytest.raises(CommandError, match=r"ended on .*; that cannot be changed"):
        end(SOON)


def test_whatever_was_declared_anew_under_the_same_name_ends_with_it(basis):
    again = LegalBasis.objects.create(kind="DOMFELT", regulation=NAME, since=date(2025, 1, 1), decided_by="Testene")
    later = LegalBasis.objects.create(kind="DOMFELT", regulation=NAME, since=SOON, decided_by="Testene")
    end(SOON)
    found = dict(LegalBasis.objects.filter(regulation=NAME).values_list("pk", "until"))
    assert found == {basis.pk: SOON, again.pk: SOON, later.pk: None}


@pytest.mark.parametrize(
    ("on", "kind", "regulation", "why"),
    [
        (SOON, "DOMFELT", "Forskrift som ikke finnes", "There is no legal basis DOMFELT Forskrift som ikke finnes"),
        (SOON, "VARETEKT", NAME, "There is no legal basis VARETEKT"),
        ("2026-01-01", "DOMFELT", NAME, "2026-01-01 has passed"),
        ("2019-01-01", "DOMFELT", NAME, "begins on 2020-01-01; it must end later"),
        ("1. januar", "DOMFELT", NAME, "invalid"),
        (SOON, "SONING", NAME, "invalid choice"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_changed(basis, on, kind, regulation, why):
    with pytest.raises(CommandError, match=why):
        end(on, kind, regulation)
    basis.refresh_from_db()
    assert basis.until is None
    assert told() == []


@pytest.mark.parametrize("in_file", [True, False])
def test_a_file_that_tells_another_end_than_the_house_stops_with_a_sentence(tmp_path, monkeypatch, in_file):
    legal_bases.load()
    if not in_file:
        LegalBasis.objects.filter(kind=LegalStatus.CONVICTED).change(until=SOON)
    file = tmp_path / "legal_bases.yaml"
    entry = f"- kind: DOMFELT\n  regulation: FOR-2011-09-30-978 § 2\n  since: 2011-11-01\n  until: {SOON}\n"
    file.write_text(f"{entry}  decided_by: Departementet\n" if in_file else legal_bases.FILE.read_text())
    with pytest.raises(DefinitionError, match=rf"DOMFELT FOR-2011.*{SOON}.*end_legal_basis"):
        legal_bases.load(file)
    if not in_file:
        with pytest.raises(CommandError, match="has no end in the file, but the end"):
            call_command("load_texts", stdout=StringIO())
        assert not Text.objects.exists()


def test_a_file_that_tells_the_same_end_is_taken(tmp_path):
    file = tmp_path / "legal_bases.yaml"
    file.write_text(f"- {{kind: DOMFELT, regulation: '{NAME}', since: 2020-01-01, until: {SOON}, decided_by: Testene}}")
    legal_bases.load(file)
    end(SOON)
    legal_bases.load(file)
    assert LegalBasis.objects.get().until == SOON
