"""What replaces what: a recipient is told of messages that it has received, and the officer of what is settled."""

import html
import json

import pytest
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.record import actions as interview
from brik.vault.canonical import sha256
from brik.vault.integrity import assert_current
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.demo.counterpart.ledger import RECEIVED
from followup.desk.worklist.late_people import late_people
from followup.desk.worklist.rows import FollowUp, rows
from followup.insight.extract import sharing_lines
from followup.insight.extract.staff_words import StaffWords
from followup.sharing import actions
from followup.sharing.delivery import lateness, sending
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.jobs import WORKER
from followup.sharing.models import Delivery, DeliveryState, Disclosure
from followup.sharing.pages import overview
from tests import situations
from tests.sharing.receipts import post, receipt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

REJECTED = [ReceiptStatus.SENDER_INCOMPLETE, ReceiptStatus.SENDER_TECHNICAL, ReceiptStatus.RECEIVER_FAILED]


def send(delivery):
    sending.send_waiting(delivery.person_id, delivery.organisation_id, by=WORKER)
    delivery.refresh_from_db()
    return delivery


def corrected(mapping, *, by):
    return interview.sign_off(interview.correct(mapping, reason="feil svar", by=by), by=by)


def message_of(delivery):
    return json.loads(Delivery.objects.get(pk=delivery.pk).disclosure.payload.open())


def rejecting(counterpart, status=ReceiptStatus.SENDER_INCOMPLETE, times=1):
    counterpart.behaviour.set(Mode(does.STATUS, status=status, times=times))


def row_of(delivery, mapper):
    rows = overview.for_person(delivery.person, mapper).rows
    return next(row for row in rows if row.delivery.pk == delivery.pk)


# --- What a message replaces ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", REJECTED)
def test_a_message_replaces_the_last_one_received_and_never_a_rejected_one(counterpart, koda, mapper, status):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    send(first)
    second_interview = corrected(mapping, by=mapper)
    rejecting(counterpart, status)
    second = send(actions.share(second_interview, organisation=koda, by=mapper))
    assert second.state == DeliveryState.FAILED
    third = actions.share(corrected(second_interview, by=mapper), organisation=koda, by=mapper)
    assert message_of(second)["erstatter"] == message_of(third)["erstatter"] == str(first.message_id)


@pytest.mark.parametrize("status", REJECTED)
def test_what_waits_to_replace_a_message_that_is_then_rejected_replaces_what_was_received(
    counterpart, koda, mapper, status
):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    send(first)
    second_interview = corrected(mapping, by=mapper)
    second = actions.share(second_interview, organisation=koda, by=mapper)
    third = actions.share(corrected(second_interview, by=mapper), organisation=koda, by=mapper)
    decided = third.disclosure
    before = message_of(third)
    assert before["erstatter"] == str(second.message_id)
    rejecting(counterpart, status)
    send(second)
    third.refresh_from_db()
    assert (second.state, third.state) == (DeliveryState.FAILED, DeliveryState.ACCEPTED)
    sent = message_of(third)
    assert sent == before | {"erstatter": str(first.message_id)}
    # What the recipient has is what is sealed; what was decided on stays, and differs in nothing else.
    assert counterpart.ledger.lines()[-1].sha256 == sha256(third.disclosure.payload.open())
    assert counterpart.ledger.lines()[-1].verdict == RECEIVED
    assert_current(third.disclosure)
    assert third.disclosure.replaces_id == first.disclosure_id
    assert third.disclosure.decided_by_id == decided.decided_by_id == mapper.pk
    assert json.loads(Disclosure.objects.get(pk=decided.pk).payload.open()) == before
    assert Event.objects.filter(verb=Verb.DISCLOSED, object_id=str(third.disclosure_id)).count() == 1


def test_where_nothing_was_received_nothing_is_replaced(counterpart, koda, mapper):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    second = actions.share(corrected(mapping, by=mapper), organisation=koda, by=mapper)
    rejecting(counterpart)
    send(first)
    second.refresh_from_db()
    assert (first.state, second.state) == (DeliveryState.FAILED, DeliveryState.ACCEPTED)
    assert message_of(second)["erstatter"] is None
    assert second.disclosure.replaces is None


def test_a_chain_of_what_waits_is_told_of_what_was_received_link_by_link(counterpart, koda, mapper):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    shares, current = [first], mapping
    for _ in range(3):
        current = corrected(current, by=mapper)
        shares.append(actions.share(current, organisation=koda, by=mapper))
    rejecting(counterpart, times=2)
    send(first)
    one, two, three, four = (Delivery.objects.get(pk=share.pk) for share in shares)
    assert [share.state for share in (one, two)] == [DeliveryState.FAILED] * 2
    assert [share.state for share in (three, four)] == [DeliveryState.ACCEPTED] * 2
    assert message_of(three)["erstatter"] is None
    assert message_of(four)["erstatter"] == str(three.message_id)


def test_what_was_received_and_then_lost_is_not_replaced_either(client, counterpart, koda, mapper):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    send(first)
    second = actions.share(corrected(mapping, by=mapper), organisation=koda, by=mapper)
    post(client, receipt(counterpart.key, first, ReceiptStatus.RECEIVER_FAILED))
    assert message_of(second)["erstatter"] is None


def test_what_was_written_anew_is_retracted_like_any_other(counterpart, koda, mapper):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    second = actions.share(corrected(mapping, by=mapper), organisation=koda, by=mapper)
    rejecting(counterpart)
    send(first)
    situations.take_everything_back(mapping.person)
    send(second)
    assert second.state == DeliveryState.RETRACTED


def test_the_extract_says_that_it_was_written_anew(counterpart, koda, mapper):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    actions.share(corrected(mapping, by=mapper), organisation=koda, by=mapper)
    rejecting(counterpart)
    send(first)
    entries = sharing_lines.section(mapping.person, StaffWords(), whole=True).entries
    anew = [entry for entry in entries if "Skrevet på nytt" in str([line.text for line in entry.lines])]
    assert len(entries) == 3
    assert len(anew) == 1


# --- What the officer is told -----------------------------------------------------------------------------------------


def test_a_rejected_share_says_what_to_do_until_it_is_shared_again_and_then_that_it_is_settled(
    counterpart, koda, mapper
):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    rejecting(counterpart)
    send(first)
    assert row_of(first, mapper).who == "Du må rette det som mangler, og dele på nytt."
    second = actions.share(corrected(mapping, by=mapper), organisation=koda, by=mapper)
    row = row_of(first, mapper)
    assert row.who == "Det er delt på nytt senere."
    assert "Noe mangler i det vi sendte" in row.happened
    send(second)
    row = row_of(first, mapper)
    assert (row.happened, row.who) == (
        "Ble avvist. Det som ble delt senere, er mottatt.",
        "Ingen trenger å gjøre noe.",
    )
    assert (row.label, row.steps) == ("Avvist, ordnet senere", ())
    assert lateness.about(mapping.person) == []


def test_a_share_whose_successor_was_rejected_too_still_says_what_to_do(counterpart, koda, mapper):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    rejecting(counterpart, times=2)
    send(first)
    second = send(actions.share(corrected(mapping, by=mapper), organisation=koda, by=mapper))
    assert second.state == DeliveryState.FAILED
    assert {row_of(share, mapper).who for share in (first, second)} == {"Du må rette det som mangler, og dele på nytt."}


def test_what_another_recipient_received_settles_nothing(counterpart, koda, mapper):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    rejecting(counterpart)
    send(first)
    nav = situations.an_organisation()
    situations.a_permit(mapping.person, koda, nav)
    actions.share(mapping, organisation=nav, by=mapper)
    assert row_of(first, mapper).who == "Du må rette det som mangler, og dele på nytt."


def test_what_was_to_be_replaced_by_a_rejected_share_is_not_said_to_be_replaced(counterpart, koda, mapper):
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    send(first)
    rejecting(counterpart)
    send(actions.share(corrected(mapping, by=mapper), organisation=koda, by=mapper))
    assert row_of(first, mapper).label == "Mottatt"


@pytest.mark.parametrize("status", REJECTED)
def test_a_failure_after_the_receipt_is_told_on_the_delivery_and_on_the_worklist(
    client, counterpart, koda, mapper, status
):
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    send(delivery)
    assert delivery.state == DeliveryState.ACCEPTED
    post(client, receipt(counterpart.key, delivery, status, beskrivelse="Saken er borte"))
    address = reverse("sharing:deliveries", args=[mapping.person_id])
    page = " ".join(html.unescape(client.get(address).content.decode()).split())
    assert "Tok imot den kl." in page
    assert "men har meldt feil etterpå." in page
    assert "«Saken er borte»" in page
    assert "Mottakeren tok imot delingen, men har meldt feil etterpå" in page
    assert rows([mapping.person_id], mapper)[0].follow_up is FollowUp.LATE
    assert [unit.number for unit in late_people(mapper)] == [1]


def test_a_receipt_that_moves_nothing_does_not_hide_the_failure(client, counterpart, koda, mapper):
    delivery = situations.a_delivery(koda, by=mapper)
    rejecting(counterpart)
    send(delivery)
    post(client, receipt(counterpart.key, delivery, ReceiptStatus.UNDER_RECEIPT))
    assert row_of(delivery, mapper).who == "Du må rette det som mangler, og dele på nytt."


def test_the_recipients_case_number_stands_on_the_delivery(client, counterpart, koda, mapper):
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    send(delivery)
    address = reverse("sharing:deliveries", args=[mapping.person_id])
    assert "Saksnummer hos mottakeren" not in client.get(address).content.decode()
    post(client, receipt(counterpart.key, delivery, saksRef="26-000123<b>"))
    post(client, receipt(counterpart.key, delivery, ReceiptStatus.UNDER_RECEIPT))
    assert "Saksnummer hos mottakeren: 26-000123&lt;b&gt;" in client.get(address).content.decode()
