"""What has an end of its own has a key of its own: it opens with no other, and is destroyed without the others."""

import random
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from brik.mapping.models import Mapping, Section
from brik.people.models import Identifier, Person
from brik.vault import keys
from brik.vault.fields import sealed_fields
from brik.vault.inspection import sealed_models
from brik.vault.keys import KeyName
from brik.vault.models import CONSENT, DISCLOSURE, INTERVIEW, KEEPINGS, ORGANISATION, PERSON, TALK, Key
from brik.vault.place import present_place
from brik.vault.providers.provider import provider
from brik.vault.sealed_models import SealedModel
from brik.vault.sealing import SealBroken
from consent.models import Consent, SignedSheet, Talk
from followup.sharing.models import Disclosure
from tests import situations

pytestmark = [pytest.mark.django_db]

NAMES = st.builds(
    lambda keeping, subject, person: KeyName(
        keeping, subject, {PERSON: subject, ORGANISATION: None}.get(keeping, person)
    ),
    st.sampled_from(KEEPINGS),
    st.uuids(),
    st.uuids(),
)


def destroy(**named) -> None:
    """The keys of this keeping, subject or person are gone, as when they are destroyed on purpose."""
    where = " AND ".join(f"{column} = %s" for column in named)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE vault_key SET destroyed_at = now(), wrapped = '' WHERE {where}", [*named.values()])


def opens(row: SealedModel) -> bool:
    """Whether every sealed value of the row opens, read anew from the database."""
    found = type(row)._base_manager.get(pk=row.pk)
    columns = [field.attname for field in sealed_fields(row)]
    try:
        for column in columns:
            value = getattr(found, column)
            if value is not None:
                value.open()
    except SealBroken:
        return False
    return True


@pytest.fixture(scope="module")
def house(module_db) -> list[SealedModel]:
    """Two people with numbers, two interviews with their history, signed consents with talks, and disclosures."""
    situations.publish_texts()
    rows: list[SealedModel] = []
    koda = situations.a_case_system()
    for _ in range(2):
        mapper = situations.an_account()
        person = situations.a_person(at=mapper.current_posts[0].unit)
        consent = situations.a_signed_consent(person, mapper)
        mapping, delivery = situations.a_shared_interview(koda)
        rows += [person, *person.identifiers.all(), consent, consent.sheet, consent.talk]
        rows += [mapping.person, mapping, *mapping.sections.all(), delivery.disclosure]
        rows += [*Mapping.objects.filter(person=person)]
        rows += [*mapping.history.all(), *Section.history.filter(mapping=mapping)]
    assert all(opens(row) for row in rows)
    return rows


def test_every_keeping_of_a_person_has_a_key_of_its_own_and_is_found_by_the_person(house):
    places = [present_place(row) for row in house]
    kept = {place.key_name for place in places}
    assert {name.keeping for name in kept} == {PERSON, INTERVIEW, TALK, CONSENT, DISCLOSURE}
    for person in {place.subject for place in places}:
        stored = Key.objects.filter(person=person).values_list("keeping", "subject", "person")
        assert {name for name in kept if name.person == person} <= {KeyName(*row) for row in stored}


@pytest.mark.parametrize("seed", range(8))
def test_destroying_any_keepings_closes_their_rows_and_leaves_all_others(house, seed):
    """Which ones are destroyed, and how many, is thrown with a die."""
    dice = random.Random(seed)
    kept = sorted({present_place(row).key_name for row in house}, key=lambda name: name.kept)
    gone = set(dice.sample(kept, dice.randrange(1, len(kept))))
    for name in gone:
        destroy(keeping=name.keeping, subject=name.subject)
    for row in house:
        assert opens(row) is (present_place(row).key_name not in gone), present_place(row).name


@pytest.mark.parametrize("ring", [False, True])
def test_an_interview_that_is_destroyed_takes_its_history_along_and_neither_name_nor_proof(house, ring):
    mapping = next(row for row in house if isinstance(row, Mapping))
    consent = next(row for row in house if isinstance(row, Consent))
    destroy(keeping=INTERVIEW, subject=mapping.pk)
    with keys.ring() if ring else transaction.atomic():
        for row in (mapping, *mapping.sections.all(), *mapping.history.all(), *Section.history.filter(mapping=mapping)):
            assert not opens(row)
        assert opens(mapping.person)
        assert opens(consent)
        assert opens(consent.sheet)


def test_all_keys_of_a_person_are_destroyed_by_the_person_and_nobody_elses(house):
    person = next(row for row in house if isinstance(row, Person))
    destroy(person=person.pk)
    for row in house:
        assert opens(row) is (present_place(row).subject != person.pk)


@given(names=st.lists(NAMES, min_size=2, max_size=5, unique_by=lambda name: name.kept))
def test_what_is_sealed_under_one_keeping_opens_with_no_other_key(names):
    sealed = {}
    with transaction.atomic():
        for name in names:
            sealed[name] = keys.key_for_sealing(name).encrypt(bytes(12), b"ord", None)
        for name in names:
            for other in names:
                if other == name:
                    assert keys.key_for(name).decrypt(bytes(12), sealed[name], None) == b"ord"
                else:
                    with pytest.raises(InvalidTag):
                        keys.key_for(other).decrypt(bytes(12), sealed[name], None)
        transaction.set_rollback(True)


@given(name=NAMES, other=NAMES)
def test_a_wrapped_key_opens_for_its_own_keeping_only(name, other):
    wrapped = provider().wrap(bytes(32), name.keeping, name.subject)
    assert provider().unwrap(wrapped, name.keeping, name.subject, provider().key_id) == bytes(32)
    if other.kept != name.kept:
        with pytest.raises(SealBroken):
            provider().unwrap(wrapped, other.keeping, other.subject, provider().key_id)


@pytest.mark.parametrize("ring", [False, True])
def test_a_key_said_to_be_about_another_person_opens_nothing(house, ring):
    """It would else outlive the person whose keys are destroyed."""
    mapping = next(row for row in house if isinstance(row, Mapping))
    with situations.triggers_off():
        Key.objects.filter(keeping=INTERVIEW, subject=mapping.pk).change(person=uuid4())
    if not ring:
        assert not opens(mapping)
        return
    with keys.ring():
        assert not opens(mapping)
        Mapping.objects.filter(pk=mapping.pk).with_keys()
        assert not opens(mapping)
        broken: set[UUID] = set()
        assert mapping.pk not in dict(Mapping.objects.filter(pk=mapping.pk).opened("sources", broken=broken))
        assert broken == {mapping.pk}


def test_the_database_takes_no_key_that_is_about_nobody():
    for keeping in set(KEEPINGS) - {ORGANISATION}:
        with pytest.raises(IntegrityError, match="key_is_about_its_person"), transaction.atomic():
            Key.objects.create(keeping=keeping, subject=uuid4(), person=None, wrapped=b"x", key_id="x")
    with pytest.raises(IntegrityError, match="key_is_about_its_person"), transaction.atomic():
        Key.objects.create(keeping=PERSON, subject=uuid4(), person=uuid4(), wrapped=b"x", key_id="x")


def test_an_area_that_is_moved_to_another_interview_is_sealed_under_its_key(house):
    first, second = (row for row in house if isinstance(row, Mapping) and row.sections.exists())
    area = first.sections.get()
    area.mapping, area.area, area.person = second, "D", second.person
    area.save()
    destroy(keeping=INTERVIEW, subject=first.pk)
    assert opens(area)
    destroy(keeping=INTERVIEW, subject=second.pk)
    assert not opens(area)


def test_an_area_put_into_another_interview_of_the_same_person_by_hand_does_not_open(house):
    area = next(row for row in house if type(row) is Section)
    twin = Mapping.objects.create(
        person=area.person,
        unit=area.mapping.unit,
        kind=area.mapping.kind,
        form_version=area.mapping.form_version,
        form_sha256=area.mapping.form_sha256,
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE mapping_section SET mapping_id = %s WHERE uuid = %s", [twin.pk, area.pk])
    assert opens(twin)
    assert not opens(area)


def test_one_thousand_swaps_between_keepings_are_all_refused(house):
    """Wherever a value is put, in its own column of another row or in another table's, it does not open there."""
    dice, opened = random.Random(20261130), 0
    cells = [(row, field.attname) for row in house if isinstance(row, SealedModel) for field in sealed_fields(row)]
    with keys.ring():
        for _ in range(1000):
            (row, column), (other, from_column) = dice.sample(cells, 2)
            stored = other.__dict__[from_column]
            mine = type(row)._base_manager.get(pk=row.pk)
            mine.__dict__[column] = stored
            try:
                value = getattr(mine, column)
                if value is not None:
                    value.open()
                opened += 1
            except SealBroken:
                pass
    assert opened == 0


def test_every_sealed_model_says_what_it_is_kept_as():
    for model in sealed_models():
        origin: Any = getattr(model, "instance_type", model)
        assert origin.KEEPING in KEEPINGS
        if origin.KEEPING != PERSON:
            assert origin.KEEPING_ID
        if origin.KEEPING_ID:
            assert origin.KEEPING_ID in {field.attname for field in model._meta.concrete_fields}


def test_a_page_about_one_person_reads_the_keys_of_all_content_with_one_query(house, django_assert_num_queries):
    mapping = next(row for row in house if isinstance(row, Mapping) and row.sections.exists())
    rows = [Person.objects.get(pk=mapping.person_id), Mapping.objects.get(pk=mapping.pk), mapping.sections.get()]
    rows += [Disclosure.objects.get(mapping=mapping)]
    with keys.ring(), django_assert_num_queries(2):
        for row in rows:
            for field in sealed_fields(row):
                if getattr(row, field.attname) is not None:
                    getattr(row, field.attname).open()


def test_a_list_reads_the_keys_of_its_rows_and_of_their_people_with_one_query(house, django_assert_num_queries):
    with keys.ring(), django_assert_num_queries(2):
        for disclosure in Disclosure.objects.select_related("person").with_keys():
            assert disclosure.content.open()
            assert disclosure.person.name


def test_a_column_of_many_interviews_is_opened_with_one_query(house, django_assert_num_queries):
    with django_assert_num_queries(1):
        opened = dict(Section.objects.opened("answers"))
    assert opened == {row.pk: row.answers.open() for row in Section.objects.all()}
    with django_assert_num_queries(1):
        assert dict(Identifier.objects.opened("number"))
    with django_assert_num_queries(1):
        assert dict(SignedSheet.objects.opened("pdf"))


def test_a_key_that_another_made_while_ours_was_undone_is_the_one_that_seals():
    """Ours is still in the ring, and never stood in the database."""
    name = keys.of_person(uuid4())
    with keys.ring():
        with transaction.atomic():
            keys.key_for_sealing(name)
            transaction.set_rollback(True)
        theirs = bytes(range(32))
        Key.objects.create(
            keeping=PERSON,
            subject=name.subject,
            person=name.person,
            wrapped=provider().wrap(theirs, *name.kept),
            key_id=provider().key_id,
        )
        sealed = keys.key_for_sealing(name).encrypt(bytes(12), b"ord", None)
    assert keys.key_for(name).decrypt(bytes(12), sealed, None) == b"ord"


def test_a_destroyed_interview_is_not_written_into_again(house):
    mapping = next(row for row in house if isinstance(row, Mapping) and row.sections.exists())
    area = Section.objects.get(pk=mapping.sections.get().pk)
    destroy(keeping=INTERVIEW, subject=mapping.pk)
    area.answers = {"answers": {}}
    with pytest.raises(SealBroken):
        area.save()
    assert Key.objects.filter(keeping=INTERVIEW, subject=mapping.pk, destroyed_at=None).count() == 0


def test_a_talk_ends_without_the_consent_that_came_of_it(house):
    talk = next(row for row in house if isinstance(row, Talk))
    destroy(keeping=TALK, subject=talk.pk)
    assert not opens(talk)
    assert opens(talk.consent)
