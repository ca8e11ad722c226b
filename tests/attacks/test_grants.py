"""What somebody with the application's own rights in the database, and no program in the way, is refused.

They have its password, or have found a way to send statements of their own. What they can still write is noticed by
seals, codes and comparison; these statements do nothing at all.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interviews
from brik.mapping.record import person_gate, sections
from brik.staff.models import OrganisationKind
from consent.models import LegalBasis, WithdrawalSaid
from consent.record.withdrawal import actions as withdrawals
from followup.sharing.delivery import sending
from followup.sharing.jobs import WORKER
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def injected(statement, *values):
    """Run as the application's role, past the application."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.APPLICATION_ROLE}")
        cursor.execute(statement, values)
        changed = cursor.rowcount
        cursor.execute("RESET ROLE")
        return changed


@pytest.fixture(scope="module")
def delivered(module_db):
    """An interview of somebody, shared with the case system, attempted without an answer, and taken back."""
    koda = situations.a_case_system()
    mapping, _ = situations.a_shared_interview(koda)
    outgoing = sending.begin(mapping.person_id, koda.pk, by=WORKER)
    assert outgoing is not None
    sending.end(outgoing, answer=None, detail="time-out", by=WORKER)
    situations.take_everything_back(mapping.person)


STATEMENTS = {
    "K1 another's key copied over": (
        "UPDATE vault_key SET wrapped = (SELECT wrapped FROM vault_key ORDER BY id DESC LIMIT 1)",
        "vault_key is append-only",
    ),
    "K2 a key removed": ("DELETE FROM vault_key", "permission denied"),
    "K2 a key given to another": ("UPDATE vault_key SET subject = gen_random_uuid()", "permission denied"),
    "V5 the newer history removed": ("DELETE FROM mapping_historicalsection", "permission denied"),
    "V5 the history rewritten": ("UPDATE mapping_historicalsection SET row_version = 1", "permission denied"),
    "V8 an area removed": ("DELETE FROM mapping_section", "permission denied"),
    "V9 the history of an area emptied": ("TRUNCATE mapping_historicalsection", "permission denied"),
    "X6 the history of people removed": ("DELETE FROM people_historicalperson", "permission denied"),
    "X6 the history of interviews removed": ("DELETE FROM mapping_historicalmapping", "permission denied"),
    "a person removed": ("DELETE FROM people_person", "permission denied"),
    "an interview removed": ("DELETE FROM mapping_mapping", "permission denied"),
    "C2 the step of a withdrawal removed": ("DELETE FROM consent_step", "permission denied"),
    "C4 a decision removed": ("DELETE FROM consent_decision WHERE answer = 'NEI'", "permission denied"),
    "C8 the end of a legal basis undone": ("UPDATE consent_legalbasis SET until = NULL", "append-only"),
    "C9 an invented legal basis made a real one": (
        "UPDATE consent_legalbasis SET demonstration = false",
        "permission denied",
    ),
    "C10 a consent under another legal basis": ("UPDATE consent_consent SET legal_basis_id = 1", "permission denied"),
    "C11 a text changed": ("UPDATE consent_text SET body = '{}'", "permission denied"),
    "a legal basis removed": ("DELETE FROM consent_legalbasis", "permission denied"),
    "C13 a consent removed": ("DELETE FROM consent_consent", "permission denied"),
    "C14 a no made a yes": ("UPDATE consent_consent SET outcome = 'GITT'", "permission denied"),
    "C16 a withdrawal removed": ("DELETE FROM consent_withdrawal", "permission denied"),
    "C16 a receipt removed": ("DELETE FROM consent_withdrawalreceipt", "permission denied"),
    "L2 a delivery turned to another": (
        "UPDATE sharing_delivery SET organisation_id = organisation_id",
        "permission denied",
    ),
    "L4 a disclosure of other themes": ("UPDATE sharing_disclosure SET themes = '[]'", "permission denied"),
    "L5 attempts set to zero": ("UPDATE sharing_delivery SET attempts_made = 0 WHERE kind = 'DELING'", "append-only"),
    "L5 attempts removed": ("DELETE FROM sharing_attempt", "permission denied"),
    "L5 the answer to an attempt taken back": (
        "UPDATE sharing_attempt SET outcome = '', ended_at = NULL",
        "append-only",
    ),
    "L6 a queued retraction removed": (
        "DELETE FROM sharing_delivery WHERE kind = 'TILBAKETREKKING'",
        "permission denied",
    ),
    "L6 a retraction of another share": ("UPDATE sharing_delivery SET retracts_id = NULL", "permission denied"),
    "L7 a delivery removed": ("DELETE FROM sharing_delivery", "permission denied"),
    "X4 a post of another role": ("UPDATE staff_post SET role = 'leder'", "permission denied"),
    "X4 a post in another unit": ("UPDATE staff_post SET unit_id = unit_id", "permission denied"),
    "X4 an approval in another unit": ("UPDATE staff_mapperapproval SET unit_id = unit_id", "permission denied"),
    "a post removed": ("DELETE FROM staff_post", "permission denied"),
    "a proposal of two people removed": ("DELETE FROM staff_proposal", "permission denied"),
    "an account removed": ("DELETE FROM staff_staff", "permission denied"),
    "E1 an event removed": ("DELETE FROM audit_event", "permission denied"),
    "E1 an event changed": ("UPDATE audit_event SET actor = 'noen andre'", "permission denied"),
    "a head put back": ("UPDATE audit_head SET row_version = 1", "permission denied"),
    "a form changed": ("UPDATE mapping_publishedform SET sha256 = ''", "permission denied"),
    "an answer of a leader changed": ("UPDATE arrivals_arrivalanswer SET same = NOT same", "permission denied"),
    "a ruling removed": ("DELETE FROM people_ruling", "permission denied"),
    "the gate of a person removed": ("DELETE FROM mapping_persongate", "permission denied"),
    "all triggers off": ("SET session_replication_role = replica", "permission denied"),
    "a trigger dropped": ("DROP TRIGGER consent_step_rows_stay ON consent_step", "must be owner"),
}


@pytest.mark.parametrize(("statement", "words"), STATEMENTS.values(), ids=STATEMENTS)
def test_the_database_refuses_it_to_the_application(delivered, statement, words):
    LegalBasis.objects.change(until=timezone.localdate())
    with pytest.raises(DatabaseError, match=words):
        injected(statement)


def test_a_post_that_has_ended_is_not_held_again():
    officer = situations.an_account()
    officer.posts.get().end(timezone.localdate())
    with pytest.raises(DatabaseError, match="staff_post is append-only"):
        injected("UPDATE staff_post SET until = %s", timezone.localdate() + timedelta(days=400))


def test_the_end_of_a_legal_basis_is_moved_while_it_is_to_come_and_not_after():
    basis, today = situations.a_legal_basis(), timezone.localdate()
    for days in (30, 60, 0):
        assert injected("UPDATE consent_legalbasis SET until = %s", today + timedelta(days=days)) == 1
    with pytest.raises(DatabaseError, match="append-only"):
        injected("UPDATE consent_legalbasis SET until = %s", today + timedelta(days=1))
    basis.refresh_from_db()
    assert basis.until == today


# --- The gates ---


@pytest.fixture
def signed():
    """The consent of a talk, with the interview that it has opened."""
    situations.publish_texts()
    nav = situations.all_recipients()[OrganisationKind.NAV_STATE]
    mapper, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(someone, mapper, share={OrganisationKind(nav.kind): [Theme.BOLIG]})
    return Mapping.objects.get(consent_uuid=consent.pk)


AJAR = "UPDATE mapping_mapping SET gate_open = true, state = 'KLAR', closed_at = NULL WHERE uuid = %s"


def taken_back(mapping):
    by = situations.an_account()
    withdrawals.withdraw(mapping.person, said_at=timezone.now(), scope="ALL", by=by)
    withdrawals.end_interviews(mapping.person, by=by)


def drop(trigger, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP TRIGGER {trigger} ON {table}")


def test_the_gate_of_an_interview_that_was_taken_back_is_not_opened_again(signed):
    """X3: the rows of the interview and the person alone said so before."""
    taken_back(signed)
    with pytest.raises(DatabaseError, match="open_gate_has_its_consent"):
        injected(AJAR, signed.pk)
    drop("consent_gate_has_its_consent", "mapping_mapping")
    assert injected(AJAR, signed.pk) == 1


OTHERS = {
    "none": "gen_random_uuid()",
    "a no": "(SELECT uuid FROM consent_consent WHERE person_id = mapping_mapping.person_id AND outcome = 'NEI')",
    "another person's": "(SELECT uuid FROM consent_consent WHERE person_id <> mapping_mapping.person_id LIMIT 1)",
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_no_gate_is_open_under_what_is_no_consent_of_the_person(signed, other):
    by = signed.person.consents.get().held_by
    situations.a_signed_consent(situations.a_person(), by)
    situations.a_signed_consent(signed.person, by, mapping="NEI")
    forge = AJAR.replace(" WHERE", f", consent_uuid = {other} WHERE")
    with pytest.raises(DatabaseError, match="open_gate_has_its_consent"):
        injected(forge, signed.pk)
    drop("consent_gate_has_its_consent", "mapping_mapping")
    assert injected(forge, signed.pk) == 1


def test_a_gate_is_not_left_open_for_longer_than_a_consent_of_the_person_runs(signed):
    """It may be written anew while the consent stands: the rule asks for that, and for nothing the application has not."""
    longer = "UPDATE mapping_mapping SET gate_until = gate_until + interval '1 day' WHERE uuid = %s"
    assert injected(longer, signed.pk) == 1
    situations.let_expire(signed.person)
    with pytest.raises(DatabaseError, match="open_gate_has_its_consent"):
        injected(longer, signed.pk)


@pytest.fixture
def written(signed):
    """An interview with one area written, and who writes it."""
    mapper = signed.person.consents.get().held_by
    mapping = interviews.begin(signed, by=mapper)
    sections.save_section(mapping, area="C", answers=situations.form_answers(C1="UTEN"), version=0, by=mapper)
    return mapping


SHUT = {
    "its own gate": "UPDATE mapping_mapping SET gate_open = false",
    "run out": "UPDATE mapping_mapping SET gate_until = now() - interval '1 second'",
    "the person's gate": "UPDATE mapping_persongate SET shut_at = now()",
    "a change of the stay": "UPDATE mapping_persongate SET paused_at = now()",
}
OVERWRITTEN = "UPDATE mapping_section SET state = 'PAABEGYNT' WHERE mapping_id = %s"
COPIED = "row_version, code, state, answers, saved_from, updated_at, mapping_id, person_id, updated_by_id"
ADDED = (
    f"INSERT INTO mapping_section (uuid, area, {COPIED})"
    f" SELECT gen_random_uuid(), 'D', {COPIED} FROM mapping_section WHERE mapping_id = %s"
)


@pytest.mark.parametrize("shut", SHUT.values(), ids=SHUT)
@pytest.mark.parametrize("statement", [OVERWRITTEN, ADDED], ids=["changed", "added"])
def test_nothing_is_written_under_a_shut_gate(written, shut, statement):
    with transaction.atomic():
        assert injected(statement, written.pk) == 1
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(shut)
    with pytest.raises(DatabaseError, match="section_is_written_under_an_open_gate"):
        injected(statement, written.pk)
    drop("mapping_section_under_an_open_gate", "mapping_section")
    assert injected(statement, written.pk) == 1


def test_answers_do_not_come_under_another_person(written):
    other = situations.a_person()
    with pytest.raises(DatabaseError, match="section_is_written_under_an_open_gate"):
        injected("UPDATE mapping_section SET person_id = %s WHERE mapping_id = %s", other.pk, written.pk)


def test_the_application_itself_holds_a_talk_and_an_interview_and_takes_it_back_as_that_role():
    """The rules of the database ask for nothing that the actions do not do, in their order."""
    situations.publish_texts()
    situations.all_recipients()
    mapper, someone = situations.a_mapper_and_a_person()
    noter = situations.an_account()
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.APPLICATION_ROLE}")
    try:
        consent = situations.a_signed_consent(someone, mapper)
        ready = Mapping.objects.get(consent_uuid=consent.pk)
        mapping = situations.finish_interview(ready, areas={"C": {"C1": "UTEN"}}, by=mapper)
        corrected = interviews.correct(mapping, reason="Feil ord", by=mapper)
        again = situations.a_signed_consent(someone, mapper)
        corrected.refresh_from_db()
        assert (corrected.consent_uuid, corrected.gate_open) == (again.pk, True)
        situations.a_withdrawal(someone, said=WithdrawalSaid.TOLD, by=noter)
        situations.said_again(someone, mapper)
        assert not person_gate.PersonGate.objects.get(pk=someone.pk).is_shut
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
