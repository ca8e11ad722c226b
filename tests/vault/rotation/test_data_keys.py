"""A keeping gets another data key: its rows and their history are sealed anew at the same versions, and nothing else."""

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.models import Section
from brik.people.models import Person
from brik.slips.models import Slip
from brik.slips.topics import Topic
from brik.staff.models import Organisation
from brik.vault.codes.row_codes import CodeBroken
from brik.vault.fields import Ciphertext
from brik.vault.inspection import sealed_models
from brik.vault.models import INTERVIEW, ORGANISATION, PERSON, SHARED_ROW, Key
from brik.vault.place import present_place
from brik.vault.providers.provider import provider
from brik.vault.rotation import data_keys
from brik.vault.rotation.counts import RotationRefused
from brik.vault.rotation.keeping_rows import rows_of, values_of
from brik.vault.rotation.rotation_role import rotation_role
from brik.vault.sealing import SealBroken
from followup.plan.models import Need
from tests import situations
from tests.vault.rotation import key_changes
from tests.vault.rotation.house import Killed

pytestmark = pytest.mark.django_db
BY = Process("test")
replace_key = partial(data_keys.replace_key, by=BY, seconds_for_readers=0)


def stored(keeping=None, subject=None):
    """Every sealed value in the database by its place, or those of one keeping."""
    found = {}
    for model in sealed_models():
        for row in model._base_manager.all():
            place = present_place(row)
            own = place.shared_key is None and place.key_name.kept == (keeping, subject)
            if subject is None or own:
                for field, value, _bound in values_of(row):
                    found[model, row.pk, field.attname] = value
    return found


def data_key(keeping, subject):
    key = Key.objects.get(keeping=keeping, subject=subject)
    return provider().unwrap(bytes(key.wrapped), keeping, subject, key.key_id)


def begin(keeping, subject):
    """The new key stands beside the old one, and nothing is sealed anew yet."""
    with rotation_role():
        data_keys._begin(keeping, subject, by=BY)


def opens(row):
    row = type(row)._base_manager.get(pk=row.pk)
    for field, _value, _bound in values_of(row):
        handle = getattr(row, field.attname)
        if handle is not None:
            handle.open()
    return True


def test_every_keeping_of_a_person_in_turn_and_everything_opens(mapping):
    names = [*Key.objects.filter(person=mapping.person_id).exclude(keeping=SHARED_ROW)]
    assert len(names) >= 4
    for key in names:
        own, before, secret = stored(key.keeping, key.subject), stored(), data_key(key.keeping, key.subject)
        count = replace_key(key.keeping, key.subject)
        after = stored()
        assert count.is_proved
        assert data_key(key.keeping, key.subject) != secret
        assert {place for place in after if after[place] != before[place]} == {*own}
        assert not Key.objects.exclude(before=b"").exists()
    assert key_changes.everything_fits()


def test_the_history_is_sealed_anew_with_its_row_to_the_same_bytes(mapping):
    section = mapping.sections.get()
    replace_key(INTERVIEW, mapping.pk)
    last = Section.history.filter(uuid=section.pk).order_by("history_id").last()
    assert bytes(last.__dict__["answers"]) == bytes(Section.objects.get(pk=section.pk).__dict__["answers"])
    assert key_changes.rows_agree()


def test_versions_stay_and_each_row_has_an_event(mapping):
    versions = {row.pk: row.row_version for row in Section.objects.all()}
    replace_key(INTERVIEW, mapping.pk)
    assert {row.pk: row.row_version for row in Section.objects.all()} == versions
    resealed = Event.objects.filter(verb=Verb.ROW_RESEALED).values_list("object_name", "object_id", "row_version")
    section, need = mapping.sections.get(), Need.objects.get()
    assert set(resealed) == {
        ("section", str(section.pk), section.row_version),
        ("mapping", str(mapping.pk), type(mapping).objects.get(pk=mapping.pk).row_version),
        ("need", str(need.pk), need.row_version),
    }
    begun, ended = Event.objects.filter(verb=Verb.KEYS_ROTATED).order_by("pk")
    assert (begun.reason, ended.reason) == (Reason.CREATED, Reason.DESTROYED)
    assert begun.about == ended.about == f"interview {mapping.pk}"


def test_while_both_keys_are_there_all_opens_and_what_is_saved_is_under_the_new_one(mapping):
    section = mapping.sections.get()
    begin(INTERVIEW, mapping.pk)
    assert opens(section)
    section.answers = section.answers.open()
    section.save()
    log.record(Verb.SECTION_SAVED, by=BY, subject=mapping.person_id, obj=section)
    assert dict(Section.objects.opened("answers"))
    assert key_changes.everything_fits()
    assert replace_key(INTERVIEW, mapping.pk).is_proved
    assert key_changes.everything_fits()


@pytest.mark.parametrize("at", [1, 2])
def test_killed_between_two_rows_everything_opens_and_the_next_run_goes_on(mapping, at):
    def kill(done, of):
        if done == at:
            raise Killed

    with pytest.raises(Killed):
        replace_key(INTERVIEW, mapping.pk, report=kill)
    assert Key.objects.exclude(before=b"").count() == 1
    assert key_changes.everything_fits()
    halfway = data_key(INTERVIEW, mapping.pk)
    assert replace_key(INTERVIEW, mapping.pk).is_proved
    assert data_key(INTERVIEW, mapping.pk) == halfway
    assert key_changes.everything_fits()


def test_a_value_that_does_not_open_keeps_the_old_key_until_it_is_mended(mapping):
    section = mapping.sections.get()
    whole = bytes(section.__dict__["answers"])
    situations.forge(section, answers=Ciphertext(whole[:-1] + bytes([whole[-1] ^ 1])))
    count = replace_key(INTERVIEW, mapping.pk)
    assert not count.is_proved
    assert count.broken == [f"mapping.section {section.pk}: it does not open with the new key"]
    assert Key.objects.exclude(before=b"").count() == 1
    situations.forge(section, answers=Ciphertext(whole))
    assert replace_key(INTERVIEW, mapping.pk).is_proved
    assert key_changes.everything_fits()


def test_a_value_that_was_taken_away_is_named(mapping):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE mapping_mapping DROP CONSTRAINT mapping_mapping_sealed_or_empty")
        cursor.execute("UPDATE mapping_mapping SET reason = NULL WHERE uuid = %s", [mapping.pk])
    assert not replace_key(INTERVIEW, mapping.pk).is_proved


def test_a_destroyed_key_or_none_is_not_replaced(mapping):
    Key.objects.filter(subject=mapping.pk).change(destroyed_at=timezone.now(), wrapped=b"")
    with pytest.raises(RotationRefused, match="is destroyed"):
        replace_key(INTERVIEW, mapping.pk)
    with pytest.raises(RotationRefused, match="There is no key"):
        replace_key(INTERVIEW, mapping.person_id)


def test_a_key_that_was_changed_past_us_is_not_replaced(mapping):
    key = Key.objects.get(keeping=INTERVIEW, subject=mapping.pk)
    situations.forge(key, before=bytes(key.wrapped))
    with pytest.raises(CodeBroken):
        replace_key(INTERVIEW, mapping.pk)


def test_what_is_destroyed_while_both_keys_are_there_is_destroyed_with_both(mapping):
    begin(INTERVIEW, mapping.pk)
    key = Key.objects.get(keeping=INTERVIEW, subject=mapping.pk)
    with pytest.raises(IntegrityError, match="key_is_destroyed_whole"), transaction.atomic():
        Key.objects.filter(pk=key.pk).change(destroyed_at=timezone.now(), wrapped=b"")
    Key.objects.filter(pk=key.pk).change(destroyed_at=timezone.now(), wrapped=b"", before=b"")
    with pytest.raises(SealBroken):
        opens(mapping.sections.get())
    with pytest.raises(RotationRefused):
        replace_key(INTERVIEW, mapping.pk)


@pytest.mark.parametrize("whose", [PERSON, ORGANISATION, SHARED_ROW])
def test_a_slip_opens_after_each_of_its_three_keys_is_replaced(mapping, whose):
    slip = Slip.objects.get(person=mapping.person_id)
    subject = {
        PERSON: slip.person_id,
        ORGANISATION: Organisation.key_subject(slip.organisation_id),
        SHARED_ROW: slip.pk,
    }[whose]
    before = bytes(Key.objects.get(keeping=SHARED_ROW, subject=slip.pk).wrapped)
    count = replace_key(whose, subject)
    assert count.is_proved
    assert count.written
    assert bytes(Key.objects.get(keeping=SHARED_ROW, subject=slip.pk).wrapped) != before
    assert Slip.objects.get(pk=slip.pk).topics == [Topic.TEETH]
    assert key_changes.everything_fits()


def test_a_name_in_a_list_opens_while_both_keys_are_there(mapping):
    begin(PERSON, mapping.person_id)
    assert mapping.person_id in dict(Person.objects.opened("identity"))
    with rotation_role():
        tables = rows_of(PERSON, mapping.person_id)[Person]
        assert data_keys._reseal(PERSON, mapping.person_id, tables, mapping.person_id, by=BY)
    assert mapping.person_id in dict(Person.objects.opened("identity"))
