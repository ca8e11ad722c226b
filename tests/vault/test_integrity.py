"""An older whole row put back opens without complaint: only the log can tell."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from brik.arrivals.actions import receive_message
from brik.arrivals.models import Message
from brik.audit import log
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Identifier, Person
from brik.people.persons import hashes_of
from brik.vault.codes.code_inspection import coded_models
from brik.vault.integrity import PEOPLE_OF_A_PAGE, assert_complete, assert_current, opened_rows
from brik.vault.models import Key
from brik.vault.sealed_models import StaleRow
from brik.vault.sealing import SealBroken
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db]
BY = Process("test")


def logged_person():
    someone = situations.a_person()
    log.record(Verb.PERSON_CREATED, by=BY, subject=someone.pk, obj=someone)
    return someone


def silent_person():
    """Somebody put into the table past every action, so that no event tells of them."""
    someone = Person(identity={"given": "Prøve", "middle": "", "family": "Stille", "aliases": []})
    someone.save()
    return someone


def changed(someone, family="Nytt"):
    someone.identity = {"given": "Prøve", "middle": "", "family": family, "aliases": []}
    someone.save()
    log.record(Verb.PERSON_CHANGED, by=BY, subject=someone.pk, obj=someone)


def raw(table, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row_version, identity, code FROM {table} WHERE uuid = %s", [pk])
        return cursor.fetchone()


def put_back(pk, row):
    with connection.cursor() as cursor:
        changes = ", ".join(f"{name} = %s" for name, _ in zip(("row_version", "identity", "code"), row, strict=False))
        cursor.execute(f"UPDATE people_person SET {changes} WHERE uuid = %s", [*row, pk])


def verify(*arguments):
    out = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out)
    except CommandError:
        return False, out.getvalue()
    return True, out.getvalue()


def test_a_row_as_its_last_event_tells_is_current():
    one, other = logged_person(), logged_person()
    changed(other)
    assert_current(one, other)


def test_many_rows_of_a_kind_are_compared_in_one_query(django_assert_num_queries):
    rows = [logged_person() for _ in range(5)]
    with django_assert_num_queries(1):
        assert_current(*rows)


def test_an_older_whole_row_put_back_opens_but_is_not_current():
    someone = logged_person()
    older = raw("people_person", someone.pk)
    changed(someone)
    put_back(someone.pk, older)
    found = Person.objects.get(pk=someone.pk)
    assert found.identity.open()["given"] == "Prøve"
    with pytest.raises(SealBroken):
        assert_current(found)


def test_rows_of_many_kinds_are_compared_in_one_query(django_assert_num_queries):
    someone = logged_person()
    number = someone.identifiers.get()
    log.record(Verb.PERSON_CHANGED, by=BY, subject=someone.pk, obj=number)
    with django_assert_num_queries(1):
        assert_current(someone, number)


def test_an_older_whole_row_put_back_is_not_saved_over():
    someone = logged_person()
    older = raw("people_person", someone.pk)
    changed(someone)
    put_back(someone.pk, older)
    found = Person.objects.get(pk=someone.pk)
    with pytest.raises(SealBroken):
        changed(found, "Hvitvasket")
    assert raw("people_person", someone.pk) == older


def test_a_row_that_somebody_else_has_saved_is_stale_and_not_broken():
    someone = logged_person()
    mine = Person.objects.get(pk=someone.pk)
    changed(someone)
    with pytest.raises(StaleRow):
        changed(mine)


def test_an_older_whole_row_that_was_opened_for_a_page_is_noticed_by_one_query(django_assert_num_queries):
    people = [logged_person() for _ in range(3)]
    older = raw("people_person", people[1].pk)
    changed(people[1])
    with opened_rows() as rows:
        assert [someone.name for someone in Person.objects.filter(pk__in=[row.pk for row in people])]
    with django_assert_num_queries(1):
        rows.assert_not_older()
    put_back(people[1].pk, older)
    with opened_rows() as rows:
        assert Person.objects.get(pk=people[1].pk).name
    with pytest.raises(SealBroken):
        rows.assert_not_older()


def test_a_row_that_is_saved_after_it_was_opened_is_no_older_row():
    someone = logged_person()
    with opened_rows() as rows:
        assert Person.objects.get(pk=someone.pk).name
        changed(someone)
    rows.assert_not_older()


def test_older_versions_in_a_history_are_no_older_rows_and_a_long_list_is_not_compared(django_assert_num_queries):
    someone = logged_person()
    changed(someone)
    with opened_rows() as rows:
        assert all(row.identity.open() for row in someone.history.all())
    rows.assert_not_older()
    assert not rows.versions
    people = [logged_person() for _ in range(PEOPLE_OF_A_PAGE + 1)]
    with opened_rows() as rows:
        assert all(someone.name for someone in Person.objects.filter(pk__in=[row.pk for row in people]))
    with django_assert_num_queries(0):
        rows.assert_not_older()


def test_a_row_that_events_name_and_that_is_gone_is_missed(django_assert_num_queries):
    someone = logged_person()
    number = someone.identifiers.get()
    log.record(Verb.PERSON_CHANGED, by=BY, subject=someone.pk, obj=number)
    with django_assert_num_queries(1):
        assert_complete(Identifier, someone.pk)
    someone.identifiers.all().delete()
    with pytest.raises(SealBroken):
        assert_complete(Identifier, someone.pk)


def test_a_row_without_any_event_is_not_current():
    with pytest.raises(SealBroken):
        assert_current(silent_person())


def test_a_row_changed_past_the_log_is_not_current():
    someone = logged_person()
    someone.identity = {"given": "Uten", "family": "Hendelse"}
    someone.save()
    with pytest.raises(SealBroken):
        assert_current(someone)


def test_verify_audit_is_content_with_an_honest_house():
    someone = logged_person()
    changed(someone)
    fine, out = verify()
    assert fine
    assert "person: 1 rows, 1 fields opened" in out
    assert "historical_person: " in out


def test_verify_audit_names_an_older_row_put_back_by_uuid_only_and_leaves_an_event():
    someone, noise = logged_person(), logged_person()
    older = raw("people_person", someone.pk)
    changed(someone)
    put_back(someone.pk, older)
    fine, out = verify()
    assert not fine
    assert f"person {someone.pk}: older than its last event" in out
    assert str(noise.pk) not in out
    assert "Testesen" not in out
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN).count() == 1


def test_verify_audit_without_keys_opens_nothing_and_still_names_an_older_row():
    someone = logged_person()
    older = raw("people_person", someone.pk)
    assert "person: 1 rows, 0 fields opened" in verify("--without-keys")[1]
    changed(someone)
    put_back(someone.pk, older)
    fine, out = verify("--without-keys")
    assert not fine
    assert f"person {someone.pk}: older than its last event" in out


def test_verify_audit_finds_a_broken_seal_in_a_row_and_in_its_history():
    someone = logged_person()
    with situations.triggers_off(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET identity = set_byte(identity, 20, 255 - get_byte(identity, 20))")
        cursor.execute("UPDATE people_historicalperson SET identity = decode('01', 'hex')")
    fine, out = verify()
    assert not fine
    assert f"person {someone.pk}: the seal is broken" in out
    assert "historical_person" in out
    assert out.count("the seal is broken") == 1 + someone.history.count()


def test_verify_audit_names_rows_that_the_log_does_not_know():
    silent = silent_person()
    changed_silently = logged_person()
    changed_silently.identity = {"given": "Uten", "family": "Hendelse"}
    changed_silently.save()
    fine, out = verify()
    assert not fine
    assert f"{silent.pk}: no event" in out
    assert f"{changed_silently.pk}: changed without an event" in out


@pytest.mark.usefixtures("unguarded")
def test_verify_audit_names_values_that_were_taken_away():
    someone = logged_person()
    put_back(someone.pk, (someone.row_version, None))
    assert f"person {someone.pk}: the seal is broken" in verify()[1]


@pytest.mark.usefixtures("unguarded")
def test_verify_audit_names_a_row_put_back_to_before_it_was_ever_sealed():
    someone = logged_person()
    put_back(someone.pk, (0, None))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET protection = NULL")
    assert Person.objects.get(pk=someone.pk).name == "Ukjent navn"
    assert f"person {someone.pk}: older than its last event" in verify()[1]


def test_verify_audit_names_rows_that_are_gone_but_not_numbers_that_an_action_took_away():
    someone, gone = logged_person(), Person(identity={"given": "Prøve", "family": "Borte"})
    gone.save()
    log.record(Verb.PERSON_CREATED, by=BY, subject=gone.pk, obj=gone)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mapping_persongate WHERE person_id = %s", [gone.pk])
        cursor.execute("DELETE FROM people_person WHERE uuid = %s", [gone.pk])
    someone.identifiers.all().delete()
    out = verify()[1]
    assert f"person {gone.pk}: missing" in out
    assert out.count("missing") == 1


def test_verify_audit_names_a_number_that_is_found_by_another_number():
    someone = logged_person()
    Identifier.objects.filter(person=someone).update(lookup=hashes_of(situations.a_number()).written.lookup)
    row = someone.identifiers.get()
    assert f"identifier {row.pk}: a column in clear differs from the sealed value" in verify()[1]


def test_verify_audit_counts_what_was_shredded_and_does_not_call_it_broken():
    someone = logged_person()
    Key.objects.filter(subject=someone.pk).change(destroyed_at=timezone.now(), wrapped=b"")
    fine, out = verify()
    assert fine
    assert "person: 1 rows, 0 fields opened, 1 shredded, 0 wrong" in out


def test_verify_audit_asks_the_database_no_more_for_many_rows_than_for_few(django_assert_max_num_queries):
    for _ in range(20):
        someone = logged_person()
        duf = situations.a_number(NumberKind.DUF)
        number = Identifier(person=someone, kind=duf.kind, number=duf.value, **hashes_of(duf).columns())
        number.save()
        log.record(Verb.PERSON_CHANGED, by=BY, subject=someone.pk, obj=number)
    from brik.vault.inspection import sealed_models

    with django_assert_max_num_queries(4 * len(sealed_models()) + len(coded_models())):
        assert verify()[0]


def test_verify_audit_names_a_message_that_is_found_by_another_number():
    raw = samples.arrival(situations.a_number(), message_id="a1")
    receive_message(raw, by=BY)
    assert verify()[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE arrivals_messagenumber SET lookup = %s", [hashes_of(situations.a_number()).written.lookup]
        )
    assert "a column in clear differs from the sealed value" in verify()[1]


def test_a_message_is_never_tied_to_others_by_a_number_it_does_not_hold():
    first, second = situations.a_number(), situations.a_number()
    receive_message(samples.arrival(first, message_id="a1"), by=BY)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE arrivals_messagenumber SET lookup = %s", [hashes_of(second).written.lookup])
    with pytest.raises(SealBroken):
        receive_message(samples.arrival(second, message_id="a2"), by=BY)
    assert Message.objects.count() == 1
