"""Receipts come late, twice, out of order, or from somebody else."""

import json

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.models import Organisation
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.sharing.delivery import sending
from followup.sharing.disclosure.states import ReceiptStatus, may_move, meaning, who_must_act
from followup.sharing.jobs import WORKER
from followup.sharing.models import AttemptOutcome, DeliveryState, Receipt
from followup.sharing.wire import message_schemas, signing
from tests import situations
from tests.faults.house import wait_for
from tests.sharing.receipts import DOOR, post, receipt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def under_receipt(counterpart, koda):
    """A delivery that the recipient has said it is working on."""
    counterpart.behaviour.set(Mode(does.STATUS, status=ReceiptStatus.UNDER_RECEIPT))
    delivery = situations.a_delivery(koda)
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.UNDER_RECEIPT
    return delivery


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


def test_a_late_receipt_moves_the_delivery(client, counterpart, under_receipt):
    assert post(client, receipt(counterpart.key, under_receipt)).status_code == 200
    assert state_of(under_receipt) == DeliveryState.ACCEPTED
    assert Event.objects.filter(verb=Verb.DELIVERY_ACCEPTED, actor="process:kvittering").count() == 1


def test_the_same_receipt_twice_is_one(client, counterpart, under_receipt):
    token = receipt(counterpart.key, under_receipt)
    before = Receipt.objects.count()
    assert [post(client, token).status_code for _ in range(2)] == [200, 200]
    assert Receipt.objects.count() == before + 1


def test_an_id_used_for_two_receipts_is_refused(client, counterpart, under_receipt):
    post(client, receipt(counterpart.key, under_receipt, message_id="k-1"))
    other = receipt(counterpart.key, under_receipt, ReceiptStatus.RECEIVER_FAILED, message_id="k-1")
    assert post(client, other).status_code == 400
    assert state_of(under_receipt) == DeliveryState.ACCEPTED


def test_an_overtaken_receipt_is_kept_but_moves_nothing_back(client, counterpart, under_receipt):
    post(client, receipt(counterpart.key, under_receipt))
    late = ReceiptStatus.UNDER_RECEIPT
    assert post(client, receipt(counterpart.key, under_receipt, late)).status_code == 200
    assert state_of(under_receipt) == DeliveryState.ACCEPTED
    assert Receipt.objects.filter(status=late).exists()


@pytest.mark.parametrize(
    "late", [ReceiptStatus.RECEIVER_FAILED, ReceiptStatus.SENDER_TECHNICAL, ReceiptStatus.SENDER_INCOMPLETE]
)
def test_failed_after_received_counts(client, counterpart, under_receipt, late):
    post(client, receipt(counterpart.key, under_receipt))
    assert post(client, receipt(counterpart.key, under_receipt, late)).status_code == 200
    assert state_of(under_receipt) == DeliveryState.FAILED
    assert Event.objects.filter(verb=Verb.DELIVERY_FAILED, reason=late.name.lower()).count() == 1


def test_received_after_failed_counts(client, counterpart, under_receipt):
    post(client, receipt(counterpart.key, under_receipt, ReceiptStatus.RECEIVER_FAILED))
    assert state_of(under_receipt) == DeliveryState.FAILED
    post(client, receipt(counterpart.key, under_receipt))
    assert state_of(under_receipt) == DeliveryState.ACCEPTED


def test_a_receipt_that_comes_before_the_answer_to_the_post_counts(client, counterpart, koda):
    delivery = situations.a_delivery(koda)
    outgoing = sending.begin(delivery.person_id, koda.pk, by=WORKER)
    post(client, receipt(counterpart.key, delivery))
    sending.end(outgoing, answer=None, detail="connection broken", by=WORKER)
    assert state_of(delivery) == DeliveryState.ACCEPTED


def test_a_late_receipt_does_not_bring_back_what_was_withdrawn(client, counterpart, under_receipt):
    situations.take_everything_back(under_receipt.person)
    post(client, receipt(counterpart.key, under_receipt))
    assert state_of(under_receipt) == DeliveryState.RETRACTING
    counterpart.behaviour.set(Mode())
    sending.send_waiting(under_receipt.person_id, under_receipt.organisation_id, by=WORKER)
    assert state_of(under_receipt) == DeliveryState.RETRACTED


def test_the_words_of_a_recipient_are_sealed(client, counterpart, under_receipt):
    token = receipt(counterpart.key, under_receipt, ReceiptStatus.SENDER_INCOMPLETE, beskrivelse="Kanarifugl mangler")
    post(client, token)
    row = Receipt.objects.get(status=ReceiptStatus.SENDER_INCOMPLETE)
    assert row.content.open()["description"] == "Kanarifugl mangler"
    assert b"Kanarifugl" not in bytes(row.content.ciphertext)


def test_a_receipt_from_somebody_else_is_refused(client, counterpart, under_receipt):
    stranger = RSAKey.generate_key(2048)
    assert post(client, receipt(stranger, under_receipt)).status_code == 400
    other = situations.a_case_system(public_key=signing.public_jwk(stranger))
    assert Organisation.objects.filter(pk=other.pk).exists()
    assert post(client, receipt(stranger, under_receipt)).status_code == 404
    assert state_of(under_receipt) == DeliveryState.UNDER_RECEIPT
    assert Event.objects.filter(verb=Verb.RECEIPT_REJECTED).count() == 2


def test_a_receipt_for_a_message_never_sent_is_refused(client, counterpart, koda):
    delivery = situations.a_delivery(koda)
    assert post(client, receipt(counterpart.key, delivery)).status_code == 404
    assert state_of(delivery) == DeliveryState.QUEUED


@pytest.mark.parametrize(
    "fault",
    [
        {"written": {"schema": "BRIK_KARTLEGGING"}},
        {"written": {"version": "2.0"}},
        {"written": {"version": "1.1"}},
        {"written": {"sender": "POLITIET"}},
        {"written": {"sender": "kriminalomsorgen"}},
        {"envelope": "another-id"},
        {"status": 17},
        {"meldingsIdRef": "not-an-id"},
        {"beskrivelse": "x" * 5000},
    ],
)
def test_a_receipt_with_a_fault_is_refused_and_changes_nothing(client, counterpart, under_receipt, fault):
    before = Receipt.objects.count()
    token = receipt(counterpart.key, under_receipt, **fault) if "status" not in fault else None
    if token is None:
        content = {"meldingsId": "k", "meldingsIdRef": str(under_receipt.message_id), "status": "HEI"}
        token = signing.sign(
            json.dumps(content).encode(), key=counterpart.key, message_id="k", schema=message_schemas.RECEIPT
        )
    assert post(client, token).status_code in (400, 404)
    assert (Receipt.objects.count(), state_of(under_receipt)) == (before, DeliveryState.UNDER_RECEIPT)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"version": "2.0"}, "SchemaVersion er ukjent."),
        ({"sender": "POLITIET"}, "senderOrganization er en annen enn den nøkkelen tilhører."),
    ],
)
def test_whoever_sends_a_receipt_is_told_what_is_wrong_with_its_envelope(
    client, counterpart, under_receipt, written, sentence
):
    answer = post(client, receipt(counterpart.key, under_receipt, written=written))
    assert (answer.status_code, answer.json()) == (400, {"feil": sentence})
    assert Event.objects.filter(verb=Verb.RECEIPT_REJECTED, about=sentence).count() == 1


def test_a_receipt_in_the_wrong_envelope_that_answers_the_message_itself_leaves_it_unanswered(counterpart, koda):
    for envelope in (("1.0", "POLITIET"), ("2.0", "KRIMINALOMSORGEN")):
        delivery = situations.a_delivery(koda)
        outgoing = sending.begin(delivery.person_id, koda.pk, by=WORKER)
        told = {"meldingsId": "k", "meldingsIdRef": str(delivery.message_id), "status": "MOTTATT"}
        answer = signing.Signed(json.dumps(told).encode(), "k", "k", message_schemas.RECEIPT, *envelope)
        sending.end(outgoing, answer=answer, detail="", by=WORKER)
        assert delivery.attempts.get().outcome == AttemptOutcome.NO_ANSWER
        assert state_of(delivery) == DeliveryState.ATTEMPTED


def test_an_answer_about_another_message_leaves_it_unanswered(counterpart, koda):
    delivery, other = situations.a_delivery(koda), situations.a_delivery(koda)
    outgoing = sending.begin(delivery.person_id, koda.pk, by=WORKER)
    told = {"meldingsId": "k", "meldingsIdRef": str(other.message_id), "status": "MOTTATT"}
    envelope = (message_schemas.RECEIPT, "1.0", "KRIMINALOMSORGEN")
    sending.end(outgoing, answer=signing.Signed(json.dumps(told).encode(), "k", "k", *envelope), detail="", by=WORKER)
    assert delivery.attempts.get().outcome == AttemptOutcome.NO_ANSWER
    assert (state_of(delivery), state_of(other)) == (DeliveryState.ATTEMPTED, DeliveryState.QUEUED)


@pytest.mark.parametrize("body", [b"", b"{}", b"\x00\xff", b"a.b.c", b"x" * 70_000])
def test_what_is_no_receipt_gets_a_4xx(client, db, body):
    assert 400 <= post(client, body).status_code < 500


def test_unsigned_receipts_from_one_address_are_stopped_with_one_event_more(
    client, counterpart, under_receipt, settings
):
    settings.UNSIGNED_TRIES_ADDRESS = 3
    assert [post(client, b"tull").status_code for _ in range(2)] == [400, 400]
    assert post(client, b"x" * (64 * 1024 + 1)).status_code == 413
    for _ in range(4):
        answer = post(client, b"tull")
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 15 * 60
    assert Event.objects.filter(verb=Verb.RECEIPT_REJECTED).count() == 3 + 1
    assert post(type(client)(REMOTE_ADDR="10.1.1.1"), b"tull").status_code == 400
    # Whoever we know gets through, from the same address too.
    for _ in range(5):
        assert post(client, receipt(counterpart.key, under_receipt)).status_code == 200
    assert post(client, b"tull").status_code == 429


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1024 * 1024 + 1, 3 * 1024 * 1024])
def test_what_is_too_large_is_refused_like_the_rest_and_counts_as_unsigned(client, db, settings, size):
    settings.UNSIGNED_TRIES_ADDRESS = 3
    answers = [post(client, b"x" * size) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [413, 413, 413, 429]
    assert all("feil" in answer.json() for answer in answers)
    assert Event.objects.filter(verb=Verb.RECEIPT_REJECTED).count() == 3 + 1


def test_what_does_not_say_how_long_it_is_is_not_read(client, db):
    answer = client.generic("POST", DOOR, b"a.b.c", "application/jose", CONTENT_LENGTH="")
    assert (answer.status_code, answer.json()) == (411, {"feil": "Content-Length mangler."})


def test_the_signature_of_a_receipt_is_checked_once(client, counterpart, under_receipt, monkeypatch):
    checked, check = [], jws.validate_compact

    def checking(*args, **more):
        checked.append(1)
        return check(*args, **more)

    monkeypatch.setattr(jws, "validate_compact", checking)
    assert post(client, receipt(counterpart.key, under_receipt)).status_code == 200
    assert len(checked) == 1


def test_the_door_takes_nothing_but_posts(client, db):
    assert client.get(DOOR).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_the_counterpart_posts_its_answer_later_when_it_is_asked_to(live_server, counterpart, koda):
    counterpart.receipts_to = live_server.url + DOOR
    counterpart.behaviour.set(Mode(does.LATER, seconds=0.3))
    delivery = situations.a_delivery(koda)
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    assert state_of(delivery) == DeliveryState.UNDER_RECEIPT
    wait_for(lambda: state_of(delivery) == DeliveryState.ACCEPTED)


@pytest.mark.parametrize("status", list(ReceiptStatus))
def test_every_status_moves_a_delivery_somewhere_and_says_who_must_act(status):
    assert may_move(DeliveryState.ATTEMPTED, meaning(status))
    assert who_must_act(status).endswith(".")


UNKEEPABLE = ["a\x00b", "\ud800", "x\udfffy"]


@pytest.mark.parametrize("text", UNKEEPABLE)
@pytest.mark.parametrize("place", ["message_id", "beskrivelse", "saksRef"])
def test_a_receipt_that_no_database_can_hold_is_refused_in_a_sentence(client, counterpart, under_receipt, place, text):
    before = Receipt.objects.count()
    content = {"meldingsId": "k", "meldingsIdRef": str(under_receipt.message_id), "status": "MOTTATT"}
    content["meldingsId" if place == "message_id" else place] = text
    token = signing.sign(
        json.dumps(content).encode(),
        key=counterpart.key,
        message_id=content["meldingsId"],
        schema=message_schemas.RECEIPT,
    )
    answer = post(client, token)
    assert answer.status_code == 400
    assert "Kvitteringen" in answer.json()["feil"]
    assert (Receipt.objects.count(), state_of(under_receipt)) == (before, DeliveryState.UNDER_RECEIPT)


@pytest.mark.parametrize("text", UNKEEPABLE)
def test_an_answer_that_no_database_can_hold_leaves_the_attempt_without_an_answer(counterpart, koda, text):
    for place in ("meldingsId", "beskrivelse"):
        delivery = situations.a_delivery(koda)
        outgoing = sending.begin(delivery.person_id, koda.pk, by=WORKER)
        told = {"meldingsId": "k", "meldingsIdRef": str(delivery.message_id), "status": "MOTTATT", place: text}
        answer = signing.Signed(
            json.dumps(told).encode(), "k", told["meldingsId"], message_schemas.RECEIPT, "1.0", "KRIMINALOMSORGEN"
        )
        sending.end(outgoing, answer=answer, detail="", by=WORKER)
        assert delivery.attempts.get().outcome == AttemptOutcome.NO_ANSWER
        assert state_of(delivery) == DeliveryState.ATTEMPTED
        assert delivery.due_at is not None
