"""What a message ends, ends with it: gates shut, interviews of a deleted stay are marked, their mapper is told."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from brik.arrivals.models import Message
from brik.audit.actors import Process
from brik.mapping.models import InterviewState, Notice, PersonGate
from brik.mapping.record import gate, lifecycle
from brik.mapping.record.actions import begin
from brik.pages.refusal import Refused
from brik.people.identifiers.numbers import Number, NumberKind
from brik.staff.models import Role, Unit
from consent.record import covers
from followup.desk import receiving as arrivals
from followup.desk import stay_changes
from followup.sharing.models import DeliveryState
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("intake")


def someone_in_an_interview(number, **meta):
    person = arrivals.receive(samples.arrival(number, message_id="inn", **meta), by=BY).person
    mapper = situations.an_account(Role.MAPPER, at=person.current_stay.unit)
    until = timezone.now() + timedelta(days=90)
    mapping = lifecycle.open_gate(person, consent_uuid=uuid.uuid4(), until=until, sources=[], by=mapper)
    return person, mapper, begin(mapping, by=mapper)


def test_a_release_closes_the_interview():
    number = situations.a_number()
    _, _, mapping = someone_in_an_interview(number)
    arrivals.receive(samples.release(number, at="2026-06-01"), by=BY)
    mapping.refresh_from_db()
    assert (mapping.state, mapping.gate_open) == (InterviewState.CLOSED, False)


def test_a_change_from_remand_to_convicted_closes_the_interview():
    number = situations.a_number()
    _, _, mapping = someone_in_an_interview(number, category="Varetekt")
    arrivals.receive(samples.new_dates(number, at="2026-06-01", category="Ubetinget"), by=BY)
    mapping.refresh_from_db()
    assert (mapping.state, mapping.gate_open) == (InterviewState.CLOSED, False)


def test_new_dates_close_nothing():
    number = situations.a_number()
    _, _, mapping = someone_in_an_interview(number)
    arrivals.receive(samples.new_dates(number, at="2026-06-01"), by=BY)
    mapping.refresh_from_db()
    assert (mapping.state, mapping.gate_open) == (InterviewState.DRAFT, True)


def test_work_on_a_deleted_stay_is_marked_in_error_and_its_mapper_is_told():
    number = situations.a_number()
    _, mapper, mapping = someone_in_an_interview(number)
    colleague = situations.an_account(Role.MAPPER, at=mapping.unit)
    arrivals.receive(samples.deletion("inn"), message_id="slett", by=BY)
    mapping.refresh_from_db()
    assert (mapping.state, mapping.gate_open) == (InterviewState.IN_ERROR, False)
    assert Notice.objects.visible_to(mapper).unseen().get().mapping == mapping
    assert not Notice.objects.visible_to(colleague).exists()


def test_a_notice_to_nobody_in_particular_reaches_the_mappers_of_that_unit_only():
    number = situations.a_number()
    person = arrivals.receive(samples.arrival(number, message_id="inn"), by=BY).person
    mapper = situations.an_account(Role.MAPPER, at=person.current_stay.unit)
    elsewhere = situations.an_account(Role.MAPPER, at=situations.a_unit("Agder fengsel"))
    until = timezone.now() + timedelta(days=90)
    lifecycle.open_gate(person, consent_uuid=uuid.uuid4(), until=until, sources=[], by=mapper)
    arrivals.receive(samples.deletion("inn"), message_id="slett", by=BY)
    assert Notice.objects.visible_to(mapper).count() == 1
    assert not Notice.objects.visible_to(elsewhere).exists()


def test_a_leaders_answer_ends_what_hung_on_the_record_that_is_no_more():
    one, other, duf = situations.a_number(), situations.a_number(), situations.a_number(NumberKind.DUF)
    arrivals.receive(samples.arrival(one, message_id="a1"), by=BY)
    second, mapper, mapping = someone_in_an_interview(other, at="2026-03-02")
    arrivals.receive(samples.person_information(other, duf, message_id="a2", at="2026-03-03"), by=BY)
    arrivals.receive(samples.person_information(one, duf, message_id="a3", at="2026-03-04"), by=BY)
    leader = situations.an_account(Role.LEADER, at=Unit.objects.get(number="0501"))
    arrivals.answer(Message.objects.get(message_id="a3"), same=True, by=leader)
    # The answer is the same work for everybody; until the worker has been there, nothing can be written.
    with pytest.raises(Refused):
        gate.check(gate.lock(mapping), by=mapper)
    situations.carry_out(second)
    second.refresh_from_db()
    mapping.refresh_from_db()
    assert (second.current_stay, mapping.state) == (None, InterviewState.IN_ERROR)
    assert not PersonGate.objects.filter(paused_at__isnull=False, person=second).exists()


def test_the_notice_stands_on_the_mappers_worklist_until_it_has_been_read(client):
    number = situations.a_number()
    person, mapper, mapping = someone_in_an_interview(number)
    colleague = situations.an_account(Role.MAPPER, at=mapping.unit)
    arrivals.receive(samples.deletion("inn"), message_id="slett", by=BY)
    notice = Notice.objects.get()
    client.force_login(colleague)
    assert "feilregistrert" not in client.get("/arbeidsliste/").content.decode()
    assert client.post(f"/beskjeder/{notice.pk}/").status_code == 404
    client.force_login(mapper)
    page = client.get("/arbeidsliste/").content.decode()
    assert "feilregistrert" in page
    assert person.name in page
    assert client.post(f"/beskjeder/{notice.pk}/").status_code == 302
    assert "feilregistrert" not in client.get("/arbeidsliste/").content.decode()


def shared_by_somebody():
    mapping, delivery = situations.a_shared_interview()
    number = mapping.person.identifiers.get()
    return mapping, delivery, Number(NumberKind(number.kind), number.number.open())


def later(days=1):
    return (timezone.now() + timedelta(days=days)).isoformat()


def test_a_new_legal_status_ends_the_consent_and_stops_what_waits_to_be_sent():
    mapping, delivery, number = shared_by_somebody()
    arrivals.receive(samples.new_dates(number, at=later(), category="Varetekt"), by=BY)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.CANCELLED
    assert not covers.covered_themes(mapping.person_id, delivery.organisation_id)


def test_a_deleted_stay_ends_the_consent_and_stops_what_waits_to_be_sent():
    mapping, delivery, _ = shared_by_somebody()
    registered = mapping.person.messages.get()
    arrivals.receive(samples.deletion(registered.message_id), message_id="slett", by=BY)
    delivery.refresh_from_db()
    mapping.refresh_from_db()
    assert (delivery.state, mapping.state) == (DeliveryState.CANCELLED, InterviewState.IN_ERROR)


def test_new_dates_and_a_transfer_stop_nothing():
    mapping, delivery, number = shared_by_somebody()
    arrivals.receive(samples.new_dates(number, at=later()), by=BY)
    arrivals.receive(samples.transfer(number, arrived=later(), at=later()), by=BY)
    delivery.refresh_from_db()
    mapping.refresh_from_db()
    assert (delivery.state, mapping.state) == (DeliveryState.QUEUED, InterviewState.FINAL)


def test_when_what_follows_fails_the_message_is_not_received_either(monkeypatch):
    mapping, _, number = shared_by_somebody()

    def broken(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(stay_changes, "reconcile", broken)
    with pytest.raises(ConnectionError):
        arrivals.receive(samples.new_dates(number, at=later(), category="Varetekt", message_id="ny"), by=BY)
    mapping.person.refresh_from_db()
    assert mapping.person.current_stay.legal_status == "DOMFELT"
    assert not Message.objects.filter(message_id="ny").exists()
