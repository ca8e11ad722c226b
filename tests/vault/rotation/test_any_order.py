"""After any order of rotations, saves and kills every value opens, every code verifies, and nothing said is lost."""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.people.models import Person
from brik.slips.models import Slip
from brik.staff.models import Organisation
from brik.vault.models import INTERVIEW, ORGANISATION, PERSON, SHARED_ROW, Key
from brik.vault.providers.provider import provider
from brik.vault.rotation.code_keys import recode
from brik.vault.rotation.data_keys import replace_key
from brik.vault.rotation.wrapping_keys import rewrap
from tests.examples import tries
from tests.vault.rotation import key_changes
from tests.vault.rotation.house import Killed, a_mapping

pytestmark = pytest.mark.django_db
BY = Process("test")


@pytest.fixture(scope="module")
def house(module_db) -> Mapping:
    return a_mapping()


def names_of(mapping):
    slip = Slip.objects.get(person=mapping.person_id)
    return {
        "person": (PERSON, mapping.person_id),
        "interview": (INTERVIEW, mapping.pk),
        "organisation": (ORGANISATION, Organisation.key_subject(slip.organisation_id)),
        "slip": (SHARED_ROW, slip.pk),
    }


STEPS = st.tuples(
    st.sampled_from(["wrapping", "codes", "drop", "person", "interview", "organisation", "slip", "save", "save area"]),
    # At which report the process is killed; 0 for never.
    st.integers(0, 3),
)


def step(mapping, what, kill_at, said):
    reports = []

    def report(done, of):
        reports.append(done)
        if len(reports) == kill_at:
            raise Killed

    match what:
        case "wrapping":
            key_changes.new_wrapping_key()
            rewrap(by=BY, report=report)
        case "codes":
            if not provider().code_key_before:
                key_changes.new_code_key()
            recode(by=BY, report=report)
        case "drop":
            if provider().code_key_before and recode(by=BY).is_proved:
                key_changes.drop_code_key()
        case "save":
            person = Person.objects.get(pk=mapping.person_id)
            person.protection = person.protection.open() if person.protection else None
            person.identity = {**person.identity.open(), "aliases": [str(len(said))]}
            person.save()
            log.record(Verb.PERSON_CHANGED, by=BY, subject=person.pk, obj=person)
            said.append(person.identity.open())
        case "save area":
            area = mapping.sections.get()
            area.answers = area.answers.open()
            area.save()
            log.record(Verb.SECTION_SAVED, by=BY, subject=mapping.person_id, obj=area)
        case _:
            assert replace_key(*names_of(mapping)[what], by=BY, seconds_for_readers=0, report=report).is_proved


@settings(max_examples=tries(12))
@given(steps=st.lists(STEPS, min_size=1, max_size=6))
def test_everything_opens_and_verifies_after_any_order_of_rotations_saves_and_kills(house, steps):
    with key_changes.keys_as_before(), transaction.atomic():
        mapping = Mapping.objects.get(pk=house.pk)
        said = [Person.objects.get(pk=mapping.person_id).identity.open()]
        slip = Slip.objects.get(person=mapping.person_id).topics
        for what, kill_at in steps:
            with suppress(Killed):
                step(mapping, what, kill_at, said)
        assert "FEIL" not in key_changes.checked()
        assert Person.objects.get(pk=mapping.person_id).identity.open() == said[-1]
        assert Slip.objects.get(person=mapping.person_id).topics == slip
        # Each rotation that was killed ends when it is run again.
        for name in names_of(mapping).values():
            assert replace_key(*name, by=BY, seconds_for_readers=0).is_proved
        assert rewrap(by=BY).is_proved
        assert not Key.objects.exclude(before=b"").exists()
        assert "FEIL" not in key_changes.checked()
        transaction.set_rollback(True)
