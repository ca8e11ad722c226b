"""Line X3 of the table of attacks: the gate of an interview, and all that it permits, is proved wherever it is asked."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.record import actions, sections
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.vault.sealing import SealBroken
from followup.sharing.models import Delivery, DeliveryKind
from tests import situations
from tests.attacks.sql import as_application, as_owner, column, refused

pytestmark = [pytest.mark.django_db]

LATER = timezone.now() + timedelta(days=3650)
# What the consent has permitted, said otherwise.
PERMITS = {
    "valid until": {"gate_until": LATER},
    "read until": {"readable_until": LATER},
    "another consent": {"consent_uuid": uuid4()},
    "another mapper's": {"mapper_id": None},
    "another form": {"form_version": "1.0", "form_sha256": "0" * 64},
}
READS_OF_A_DRAFT = ("hub", "check", "pdf", "area", "help")
READS = ("read", "pdf", "correct", "compare", "voluntariness")


def change(mapping: Mapping, columns) -> None:
    other = situations.an_account()
    columns = {name: other.pk if name == "mapper_id" else value for name, value in columns.items()}
    sets = ", ".join(f"{name} = %s" for name in columns)
    as_application(f"UPDATE mapping_mapping SET {sets} WHERE uuid = %s", *columns.values(), mapping.pk)


def address(name: str, mapping: Mapping) -> str:
    return reverse(f"mapping:{name}", kwargs={"mapping": mapping.pk} | ({"step": "C"} if name in STEPS else {}))


STEPS = ("area", "help")


@pytest.fixture
def draft(house) -> Mapping:
    mapping = situations.an_interview(house.mapper)
    sections.save_section(mapping, area="C", answers=situations.form_answers(C1="UTEN"), version=0, by=house.mapper)
    return Mapping.objects.get(pk=mapping.pk)


@pytest.mark.parametrize("permit", PERMITS)
@pytest.mark.parametrize(
    "write",
    [
        lambda row, by, said: sections.save_section(row, area="C", answers=said, version=1, by=by),
        lambda row, by, said: sections.draft_section(row, area="C", answers=said, version=1, by=by),
        lambda row, by, said: actions.choose_language(row, language="nn", by=by),
        lambda row, by, said: actions.begin(row, by=by),
        lambda row, by, said: actions.take_over(row, by=by),
        lambda row, by, said: actions.sign_off(row, by=by),
    ],
    ids=["save", "draft", "language", "begin", "take over", "sign off"],
)
def test_x3_nothing_is_written_under_a_permit_that_was_changed(house, draft, permit, write):
    change(draft, PERMITS[permit])
    refused(lambda: write(draft, house.mapper, situations.form_answers(C1="EIER")))
    refused(lambda: write(Mapping.objects.get(pk=draft.pk), house.mapper, situations.form_answers(C1="EIER")))


@pytest.mark.parametrize("permit", PERMITS)
@pytest.mark.parametrize("write", [actions.correct, actions.renew], ids=["correct", "renew"])
def test_x3_nothing_is_begun_after_an_interview_whose_permit_was_changed(house, permit, write):
    mapping = house.interview(house.sharing)
    change(mapping, PERMITS[permit])
    words = {"reason": "feil"} if write is actions.correct else {}
    refused(lambda: write(mapping, by=house.mapper, **words))


@pytest.mark.parametrize("permit", PERMITS)
@pytest.mark.parametrize("name", READS_OF_A_DRAFT)
def test_x3_an_interview_that_goes_on_is_not_read_under_a_permit_that_was_changed(client, house, draft, permit, name):
    client.force_login(house.mapper)
    assert client.get(address(name, draft)).status_code == 200
    change(draft, PERMITS[permit])
    assert client.get(address(name, draft)).status_code == 409


@pytest.mark.parametrize("permit", PERMITS)
@pytest.mark.parametrize("name", READS)
def test_x3_a_finished_interview_is_not_read_under_a_permit_that_was_changed(client, house, permit, name):
    client.force_login(house.mapper)
    mapping = house.interview(house.sharing)
    change(mapping, PERMITS[permit])
    page = client.get(address(name, mapping))
    assert (page.status_code, "stemmer ikke" in page.content.decode()) == (409, True)


def test_x3_the_list_of_whom_to_ask_is_that_of_its_own_interview(client, house, draft):
    """It is sealed, and bound to its row: another one's list does not open, on a page or in a save."""
    other = situations.a_ready_interview(situations.a_person(), sources=["Hvem som helst"])
    theirs = column("mapping_mapping", "sources, row_version", other.pk)
    as_application("UPDATE mapping_mapping SET sources = %s, row_version = %s WHERE uuid = %s", *theirs, draft.pk)
    client.force_login(house.mapper)
    assert client.get(address("area", draft)).status_code == 409
    said = {"C1": situations.an_answer("UTEN", source="third_party:Hvem som helst")}
    refused(lambda: sections.save_section(draft, area="C", answers=said, version=1, by=house.mapper))


def test_x3_an_earlier_interview_that_was_changed_is_not_compared_with_a_newer_one(client, house):
    mapper, before = house.mapper, house.interview(house.sharing)
    after = actions.correct(before, reason="feil", by=mapper)
    actions.sign_off(after, by=mapper)
    client.force_login(mapper)
    assert client.get(address("compare", after)).status_code == 200
    change(Mapping.objects.get(pk=before.pk), PERMITS["read until"])
    assert client.get(address("compare", after)).status_code == 409


@pytest.mark.parametrize("changed", ["the interview", "its area"])
def test_x3_answers_of_an_earlier_interview_that_was_changed_are_not_offered_again(client, house, changed):
    mapper, before = house.mapper, house.interview(house.sharing)
    after = actions.begin(actions.renew(before, by=mapper), by=mapper)
    client.force_login(mapper)
    assert client.get(address("area", after)).status_code == 200
    if changed == "its area":
        as_application("UPDATE mapping_section SET state = 'PAABEGYNT' WHERE mapping_id = %s", before.pk)
    else:
        change(Mapping.objects.get(pk=before.pk), PERMITS["read until"])
    assert client.get(address("area", after)).status_code == 409


def test_the_bar_above_an_area_does_not_tell_of_an_area_that_was_changed(client, house, draft):
    sections.save_section(draft, area="D", answers=situations.form_answers(D1="JA"), version=0, by=house.mapper)
    client.force_login(house.mapper)
    assert client.get(address("area", draft)).status_code == 200
    as_application("UPDATE mapping_section SET state = 'IKKE_STARTET' WHERE mapping_id = %s AND area = 'D'", draft.pk)
    assert client.get(address("area", draft)).status_code == 409


@pytest.mark.parametrize("permit", [*PERMITS, "an older row"])
def test_what_is_out_is_taken_back_whatever_has_become_of_the_interview(house, permit):
    person = Person.objects.get(pk=house.sharing.pk)
    mapping = house.interview(person)
    if permit == "an older row":
        as_owner("UPDATE audit_head SET row_version = row_version + 1 WHERE object_id = %s", str(mapping.pk))
    else:
        change(mapping, PERMITS[permit])
    share = house.delivery(person, house.koda)
    assert house.send(person, house.koda) is not None
    situations.take_everything_back(person)
    assert Delivery.objects.filter(kind=DeliveryKind.RETRACTION, retracts=share).exists()
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN, subject=person.pk, object_id=str(mapping.pk)).exists()
    with pytest.raises((SealBroken, Refused)):
        sections.save_section(mapping, area="C", answers={}, version=1, by=house.mapper)
