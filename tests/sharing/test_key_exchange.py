"""A recipient has another key, and so have we: what is on its way arrives, and what was signed in time stays proof."""

from datetime import timedelta
from hashlib import sha256
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from joserfc.jwk import RSAKey

from brik.audit.actors import Process
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.models import ReplacedKey, Role
from brik.staff.rules import NotAllowed
from brik.vault.custody import signing_key_actions
from brik.vault.providers import signing_keys
from brik.vault.providers.provider import provider
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.desk.verification import receipt_signatures
from followup.sharing.delivery import receipts, sending
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.jobs import WORKER
from followup.sharing.models import DeliveryState, Receipt
from followup.sharing.wire import signing
from tests import situations
from tests.custody import custodians_of_the_run
from tests.moments.clock import Clock
from tests.sharing.receipts import post, receipt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

BY = Process("test")
DAYS = 14


@pytest.fixture(autouse=True)
def overlap(settings):
    settings.KEY_OVERLAP_DAYS = DAYS


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def under_receipt(counterpart, koda):
    """A delivery that the recipient has said it is working on."""
    counterpart.behaviour.set(Mode(does.STATUS, status=ReceiptStatus.UNDER_RECEIPT))
    delivery = situations.a_delivery(koda)
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    counterpart.behaviour.set(Mode())
    return delivery


def exchange(organisation, key=None):
    """Two system keepers trust another key of a recipient; the key."""
    key = key or RSAKey.generate_key(2048)
    proposal = four_eyes.propose_organisation_key(
        organisation, jwk=signing.public_jwk(key), by=situations.an_account(Role.SYSTEM)
    )
    four_eyes.confirm(proposal, by=situations.an_account(Role.SYSTEM))
    return key


def unsigned():
    return list(receipt_signatures.unsigned())


def test_in_the_overlap_a_recipient_signs_with_either_key(client, counterpart, koda, under_receipt):
    newer = exchange(koda)
    assert post(client, receipt(counterpart.key, under_receipt, ReceiptStatus.UNDER_RECEIPT)).status_code == 200
    assert post(client, receipt(newer, under_receipt)).status_code == 200
    assert Receipt.objects.count() == 3
    assert unsigned() == []


def test_after_the_overlap_the_older_key_signs_nothing_and_its_receipts_stay_proof(
    client, counterpart, koda, under_receipt, clock
):
    newer = exchange(koda)
    clock.go_on(24 * DAYS)
    assert post(client, receipt(counterpart.key, under_receipt)).status_code == 400
    assert post(client, receipt(newer, under_receipt)).status_code == 200
    assert [receipts.is_as_signed(row) for row in Receipt.objects.all()] == [True, True]


def test_an_answer_signed_with_the_older_key_is_taken_in_the_overlap_only(counterpart, koda, clock):
    exchange(koda)
    delivery = situations.a_delivery(koda)
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ACCEPTED
    late = situations.a_delivery(koda)
    clock.go_on(24 * DAYS)
    sending.send_waiting(late.person_id, koda.pk, by=WORKER)
    late.refresh_from_db()
    assert late.state == DeliveryState.ATTEMPTED


def test_a_key_that_is_taken_away_signs_nothing_more_and_neither_does_one_before_it(
    client, counterpart, koda, under_receipt
):
    newer = exchange(koda)
    four_eyes.remove_organisation_key(koda, by=situations.an_account(Role.SYSTEM))
    for key in (counterpart.key, newer):
        assert post(client, receipt(key, under_receipt)).status_code == 400
    assert unsigned() == []


def test_the_end_of_a_replaced_key_is_set_earlier_and_never_later(koda):
    exchange(koda)
    (key,) = ReplacedKey.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReplacedKey.objects.change(until=key.until + timedelta(days=1))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReplacedKey.objects.change(kid="another")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReplacedKey.objects.all().delete()
    ReplacedKey.objects.change(until=key.until - timedelta(days=1))


def test_a_stored_receipt_that_came_after_its_key_was_good_is_found(client, counterpart, koda, under_receipt, clock):
    key_of = {koda.public_key["kid"]: koda.public_key}.get
    exchange(koda)
    clock.go_on(24 * DAYS)
    stored = Receipt.objects.get()
    late = Receipt(
        person_id=stored.person_id,
        delivery_id=stored.delivery_id,
        disclosure_id=stored.disclosure_id,
        organisation=koda,
        message_id=str(uuid4()),
        status=ReceiptStatus.RECEIVED,
    )
    token = receipt(counterpart.key, under_receipt, message_id=late.message_id)
    late.sha256 = sha256(signing.verify(token, key_of).payload).hexdigest()
    late.content = {"description": "", "case": "", "signed": token}
    late.save()
    assert unsigned() == [str(late.pk)]


def test_a_stored_receipt_that_says_something_else_than_was_signed_is_found(counterpart, under_receipt):
    """Also one with a code that fits, as whoever holds the keys could write it."""
    stored = Receipt.objects.get()
    stored.status = ReceiptStatus.RECEIVED
    with situations.triggers_off():
        stored.save()
    assert unsigned() == [str(stored.pk)]


def test_a_key_that_a_recipient_had_never_becomes_anothers(koda):
    jwk = dict(koda.public_key)
    exchange(koda)
    other = situations.an_organisation(number="310000077", name="X", kind="HELSE")
    system = situations.an_account(Role.SYSTEM)
    with pytest.raises(NotAllowed, match="i bruk fra før"):
        four_eyes.propose_organisation_key(other, jwk=jwk, by=system)
    same_id = signing.public_jwk(RSAKey.generate_key(2048)) | {"kid": jwk["kid"]}
    with pytest.raises(NotAllowed, match="registrert fra før"):
        four_eyes.propose_organisation_key(koda, jwk=same_id, by=system)


def test_the_older_key_can_come_back(client, counterpart, koda, under_receipt):
    newer = exchange(koda)
    exchange(koda, counterpart.key)
    assert [key.kid for key in ReplacedKey.objects.all()] == [newer.thumbprint(), counterpart.key.thumbprint()]
    assert post(client, receipt(counterpart.key, under_receipt)).status_code == 200


def test_the_page_of_an_organisation_says_until_when_its_older_key_is_good(client, koda):
    older = koda.public_key["kid"]
    exchange(koda)
    client.force_login(situations.an_account(Role.SYSTEM))
    assert f"den forrige nøkkelen ({older}) godtas til" in client.get(f"/organisasjoner/{koda.pk}/").text
    other = situations.an_organisation(number="310000077", name="X", kind="HELSE")
    assert "den forrige nøkkelen" not in client.get(f"/organisasjoner/{other.pk}/").text


# --- Our own key -----------------------------------------------------------------------------------------------------


@pytest.fixture
def custodians(tmp_path, monkeypatch):
    monkeypatch.setattr(signing_keys, "BITS", 2048)
    with custodians_of_the_run(tmp_path, monkeypatch) as both:
        yield both


def retired(custodians, clock):
    """The key that signed until now is replaced and retired."""
    older = provider().own_key
    signing_key_actions.create(custodians, by=BY)
    signing_key_actions.replace(custodians, at_once=True, by=BY)
    clock.go_on(24 * DAYS)
    signing_key_actions.retire(older.thumbprint(), custodians=custodians, by=BY)
    return older


def sent(koda):
    """A delivery that was sent, and the bytes of its message."""
    delivery = situations.a_delivery(koda)
    outgoing = sending.begin(delivery.person_id, koda.pk, by=WORKER)
    return outgoing, as_message(outgoing)


def as_message(outgoing, *, key=None, content=None):
    return signing.sign(
        content or outgoing.payload,
        key=key or signing.own_key(),
        message_id=str(outgoing.message_id),
        schema=outgoing.schema,
        version=outgoing.version,
    )


def verified(token, folder):
    file, out = folder / "message.jws", StringIO()
    file.write_text(token)
    call_command("verify_message", str(file), stdout=out)
    return out.getvalue()


def test_the_recipient_takes_what_we_sign_before_and_after_an_exchange(custodians, clock, counterpart, koda):
    for _ in range(2):
        delivery = situations.a_delivery(koda)
        sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.ACCEPTED
        signing_key_actions.create(custodians, by=BY)
        signing_key_actions.replace(custodians, at_once=True, by=BY)


def test_a_message_we_sent_is_told_as_ours_after_its_key_is_retired(custodians, clock, koda, tmp_path):
    outgoing, token = sent(koda)
    assert f"Ours: {outgoing.message_id}" in verified(token, tmp_path)
    older = retired(custodians, clock)
    told = verified(token, tmp_path)
    assert f"signed by {older.thumbprint()}; its content is what was sent." in told


def test_what_a_retired_key_signs_of_a_later_message_is_not_ours(custodians, clock, koda, tmp_path):
    older = retired(custodians, clock)
    outgoing, token = sent(koda)
    assert "Ours" in verified(token, tmp_path)
    with pytest.raises(CommandError, match="retired before the message was sent"):
        verified(as_message(outgoing, key=older), tmp_path)


def test_other_content_another_key_and_a_message_never_sent_are_not_ours(custodians, clock, koda, tmp_path):
    outgoing, _token = sent(koda)
    with pytest.raises(CommandError, match="says something else"):
        verified(as_message(outgoing, content=b"{}"), tmp_path)
    with pytest.raises(CommandError, match="signed by an unknown key"):
        verified(as_message(outgoing, key=RSAKey.generate_key(2048)), tmp_path)
    waiting = situations.a_delivery(koda)
    never = signing.sign(b"{}", key=signing.own_key(), message_id=str(waiting.message_id), schema="X")
    for token in (never, signing.sign(b"{}", key=signing.own_key(), message_id="m-1", schema="X")):
        with pytest.raises(CommandError, match="no message of this id was sent"):
            verified(token, tmp_path)
