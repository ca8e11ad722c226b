"""The attempt is committed before the bytes go; what comes of it afterwards; and withdrawal wins."""

import hashlib
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from joserfc.jwk import RSAKey
from procrastinate.contrib.django.models import ProcrastinateJob

from brik.audit import log
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.pages.refusal import Refused
from brik.staff.models import Organisation, Role
from brik.vault.canonical import canonical
from brik.vault.providers.provider import forget
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.demo.counterpart.ledger import DUPLICATE, RECEIVED, WITHDRAWN_BEFORE
from followup.sharing import actions
from followup.sharing.delivery import sending
from followup.sharing.delivery.reconciliation import reconcile
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.jobs import WORKER
from followup.sharing.models import Attempt, AttemptOutcome, Delivery, DeliveryKind, DeliveryState, Disclosure, Receipt
from followup.sharing.wire import case_system, message_schemas, signing
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def send(delivery):
    sending.send_waiting(delivery.person_id, delivery.organisation_id, by=WORKER)
    delivery.refresh_from_db()
    return delivery


def due_now(delivery):
    Delivery.objects.filter(pk=delivery.pk).change(due_at=None)


def verdicts(counterpart):
    return [(line.schema, line.verdict) for line in counterpart.ledger.lines()]


def test_what_was_sealed_is_byte_for_byte_what_the_recipient_received(counterpart, koda):
    delivery = situations.a_delivery(koda)
    send(delivery)
    line = counterpart.ledger.lines()[0]
    sealed = delivery.disclosure.payload.open()
    assert line.sha256 == hashlib.sha256(sealed).hexdigest()
    delivery.disclosure.demand_hash(sealed)
    assert (line.message_id, line.verdict) == (str(delivery.message_id), RECEIVED)
    assert delivery.state == DeliveryState.ACCEPTED


def test_the_attempt_is_there_before_the_answer_and_gets_its_outcome_after(counterpart, koda):
    delivery = situations.a_delivery(koda)
    outgoing = sending.begin(delivery.person_id, koda.pk, by=WORKER)
    attempt = Attempt.objects.get()
    assert (attempt.pk, attempt.outcome, attempt.number) == (outgoing.attempt, "", 1)
    assert Delivery.objects.get().state == DeliveryState.ATTEMPTED
    assert counterpart.ledger.lines() == []
    assert Event.objects.filter(verb=Verb.DELIVERY_ATTEMPTED).count() == 1


@pytest.mark.parametrize("missing", ["address", "half an address", "signing key"])
def test_what_cannot_be_sent_from_here_is_never_told_as_possibly_out(koda, settings, missing):
    mapping, delivery = situations.a_shared_interview(koda)
    kept = settings.KEY_PROVIDER
    if missing == "signing key":
        settings.KEY_PROVIDER = "borte"
        forget()
    else:
        settings.CASE_SYSTEM_URL = "" if missing == "address" else "https:///meldinger"
    with pytest.raises(ImproperlyConfigured):
        send(delivery)
    settings.KEY_PROVIDER = kept
    forget()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts_made, Attempt.objects.count()) == (DeliveryState.QUEUED, 0, 0)
    result = situations.take_everything_back(mapping.person)
    assert (len(result.cancelled), result.retracted, result.unanswered) == (1, [], [])


def test_an_accepted_delivery_keeps_its_receipt(counterpart, koda):
    delivery = situations.a_delivery(koda)
    send(delivery)
    assert Receipt.objects.get().status == ReceiptStatus.RECEIVED
    assert Attempt.objects.get().outcome == AttemptOutcome.ANSWERED


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (ReceiptStatus.UNDER_RECEIPT, DeliveryState.UNDER_RECEIPT),
        (ReceiptStatus.RECEIVED, DeliveryState.ACCEPTED),
        (ReceiptStatus.SENDER_TECHNICAL, DeliveryState.FAILED),
        (ReceiptStatus.SENDER_INCOMPLETE, DeliveryState.FAILED),
        (ReceiptStatus.RECEIVER_FAILED, DeliveryState.FAILED),
    ],
)
def test_each_of_the_five_answers_has_its_state(counterpart, koda, status, state):
    counterpart.behaviour.set(Mode(does.STATUS, status=status))
    delivery = situations.a_delivery(koda)
    assert send(delivery).state == state


@pytest.mark.parametrize("mode", [Mode(does.FAILING), Mode(does.SILENT)])
def test_without_an_answer_the_delivery_waits_longer_each_time_and_never_gives_up(counterpart, koda, mode):
    counterpart.behaviour.set(mode)
    delivery = situations.a_delivery(koda)
    waits = []
    for _ in range(12):
        before = timezone.now()
        send(delivery)
        # To ten seconds: nothing depends on how long the sending itself took.
        waits.append(round((delivery.due_at - before).total_seconds(), -1))
        due_now(delivery)
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]
    assert delivery.state == DeliveryState.ATTEMPTED
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {AttemptOutcome.NO_ANSWER}


def test_while_it_waits_it_is_not_sent_and_a_job_is_planned_for_the_moment(counterpart, koda):
    counterpart.behaviour.set(Mode(does.FAILING, times=1))
    delivery = situations.a_delivery(koda)
    send(delivery)
    send(delivery)
    assert Attempt.objects.count() == 1
    assert ProcrastinateJob.objects.filter(scheduled_at=delivery.due_at).count() == 1


def test_a_lost_answer_means_sending_again_and_being_received_once(counterpart, koda):
    counterpart.behaviour.set(Mode(does.SILENT, times=1))
    delivery = situations.a_delivery(koda)
    send(delivery)
    due_now(delivery)
    assert send(delivery).state == DeliveryState.ACCEPTED
    assert [line.verdict for line in counterpart.ledger.lines()] == [RECEIVED, DUPLICATE]
    assert len({line.sha256 for line in counterpart.ledger.lines()}) == 1


def test_an_answer_that_nobody_can_trust_is_no_answer(counterpart, koda):
    Organisation.objects.filter(pk=koda.pk).change(public_key=signing.public_jwk(RSAKey.generate_key(2048)))
    delivery = situations.a_delivery(koda)
    assert send(delivery).state == DeliveryState.ATTEMPTED
    assert Attempt.objects.get().detail == "a receipt that cannot be trusted"


def test_nobody_listening_is_no_answer(koda, settings):
    settings.CASE_SYSTEM_URL = "http://127.0.0.1:9/meldinger"
    delivery = situations.a_delivery(koda)
    assert send(delivery).state == DeliveryState.ATTEMPTED


def test_a_slow_recipient_times_out_and_is_asked_again(counterpart, koda, settings):
    settings.CASE_SYSTEM_TIMEOUT = 0.2
    counterpart.behaviour.set(Mode(does.SLOW, seconds=0.6, times=1))
    delivery = situations.a_delivery(koda)
    assert send(delivery).state == DeliveryState.ATTEMPTED
    assert Attempt.objects.get().detail == "time-out"


def test_two_messages_about_one_person_go_in_the_order_they_were_decided(counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    second = actions.share(mapping, organisation=koda, by=mapper)
    counterpart.behaviour.set(Mode(does.FAILING, times=1))
    send(second)
    assert Attempt.objects.filter(delivery=second).count() == 0
    due_now(first)
    send(second)
    assert [line.message_id for line in counterpart.ledger.lines()] == [str(first.message_id), str(second.message_id)]


def test_what_is_no_longer_covered_at_the_moment_of_sending_is_stopped(counterpart, koda):
    mapping, delivery = situations.a_shared_interview(koda)
    situations.let_expire(mapping.person)
    assert send(delivery).state == DeliveryState.CANCELLED
    assert counterpart.ledger.lines() == []
    assert not Attempt.objects.exists()


def test_a_payload_moved_from_another_person_is_parked_and_never_sent(counterpart, koda):
    one = situations.a_delivery(koda)
    other = situations.a_delivery(koda)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE sharing_disclosure a SET payload = b.payload, payload_sha256 = b.payload_sha256 "
            "FROM sharing_disclosure b WHERE a.uuid = %s AND b.uuid = %s",
            [one.disclosure_id, other.disclosure_id],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert send(one).state == DeliveryState.PARKED
    assert counterpart.ledger.lines() == []
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN).count() == 1


def test_an_older_disclosure_row_put_back_is_parked_and_never_sent(counterpart, koda):
    delivery = situations.a_delivery(koda)
    newer = Disclosure.objects.get(pk=delivery.disclosure_id)
    newer.row_version += 1
    log.record(Verb.DISCLOSED, by=situations.DESK, subject=newer.person_id, obj=newer)
    assert send(delivery).state == DeliveryState.PARKED
    assert counterpart.ledger.lines() == []


def test_themes_struck_out_of_the_row_do_not_let_the_message_go(counterpart, koda):
    mapping, delivery = situations.a_shared_interview(koda)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE sharing_disclosure SET themes = '[]'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    situations.let_expire(mapping.person)
    reconcile(mapping.person, by=situations.DESK)
    assert send(delivery).state == DeliveryState.PARKED
    assert counterpart.ledger.lines() == []


# --- What a person does ---


def test_a_parked_delivery_holds_the_next_one_back_until_it_is_resumed(counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    second = actions.share(mapping, organisation=koda, by=mapper)
    actions.park(first, by=mapper)
    send(second)
    assert counterpart.ledger.lines() == []
    actions.resume(first, by=mapper)
    send(second)
    assert len(counterpart.ledger.lines()) == 2


def test_a_person_lets_a_waiting_delivery_go_at_once(counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    counterpart.behaviour.set(Mode(does.FAILING, times=1))
    delivery = situations.a_delivery(koda, by=mapper)
    send(delivery)
    actions.resend(delivery, by=mapper)
    assert send(delivery).state == DeliveryState.ACCEPTED


def test_what_failed_is_sent_again_under_the_same_id(counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    counterpart.behaviour.set(Mode(does.STATUS, status=ReceiptStatus.RECEIVER_FAILED, times=1))
    delivery = situations.a_delivery(koda, by=mapper)
    assert send(delivery).state == DeliveryState.FAILED
    actions.resend(delivery, by=mapper)
    assert send(delivery).state == DeliveryState.ACCEPTED
    assert len({line.message_id for line in counterpart.ledger.lines()}) == 1


def test_an_older_message_is_not_sent_again_after_a_newer_one(counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    counterpart.behaviour.set(Mode(does.STATUS, status=ReceiptStatus.SENDER_INCOMPLETE, times=1))
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    send(delivery)
    send(actions.share(mapping, organisation=koda, by=mapper))
    with pytest.raises(Refused, match="move_not_allowed"):
        actions.resend(delivery, by=mapper)


def test_what_has_been_accepted_is_not_sent_again(counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    delivery = situations.a_delivery(koda, by=mapper)
    send(delivery)
    for step in (actions.resend, actions.park, actions.resume):
        with pytest.raises(Refused, match="move_not_allowed"):
            step(delivery, by=mapper)


# --- Withdrawal ---


def test_what_has_not_been_sent_is_stopped_by_a_withdrawal(counterpart, koda):
    mapping, delivery = situations.a_shared_interview(koda)
    result = situations.take_everything_back(mapping.person)
    assert [row.pk for row in result.cancelled] == [delivery.pk]
    assert send(delivery).state == DeliveryState.CANCELLED
    assert counterpart.ledger.lines() == []


def test_what_was_received_is_retracted_by_a_withdrawal(counterpart, koda):
    mapping, delivery = situations.a_shared_interview(koda)
    send(delivery)
    result = situations.take_everything_back(mapping.person)
    assert ([row.pk for row in result.retracted], result.unanswered) == ([delivery.pk], [])
    assert send(delivery).state == DeliveryState.RETRACTED
    assert verdicts(counterpart) == [(message_schemas.MAPPING, RECEIVED), (message_schemas.RETRACTION, RECEIVED)]


def test_an_attempt_without_an_answer_may_have_arrived_and_is_retracted_and_told(counterpart, koda):
    counterpart.behaviour.set(Mode(does.FAILING, times=1))
    mapping, delivery = situations.a_shared_interview(koda)
    send(delivery)
    result = situations.take_everything_back(mapping.person)
    assert [row.pk for row in result.unanswered] == [delivery.pk]
    assert send(delivery).state == DeliveryState.RETRACTED
    assert verdicts(counterpart) == [(message_schemas.RETRACTION, RECEIVED)]


def test_an_attempt_whose_worker_was_killed_is_retracted_too(counterpart, koda):
    mapping, delivery = situations.a_shared_interview(koda)
    outgoing = sending.begin(delivery.person_id, koda.pk, by=WORKER)
    assert [row.pk for row in situations.take_everything_back(mapping.person).unanswered] == [delivery.pk]
    send(delivery)
    # The bytes arrive at last, after their retraction: they are not taken.
    case_system.send(
        outgoing.payload,
        message_id=str(outgoing.message_id),
        schema=outgoing.schema,
        version=outgoing.version,
        public_key=outgoing.public_key,
    )
    assert [line.verdict for line in counterpart.ledger.lines()] == [RECEIVED, WITHDRAWN_BEFORE]


def test_the_retraction_says_neither_why_nor_about_whom(counterpart, koda):
    mapping, delivery = situations.a_shared_interview(koda)
    send(delivery)
    situations.take_everything_back(mapping.person)
    retraction = Delivery.objects.get(kind=DeliveryKind.RETRACTION)
    message = json.loads(sending.contents(retraction))
    assert set(message) == {
        "meldingsId",
        "meldingsIdRef",
        "opprettetTid",
        "schemaName",
        "schemaVersion",
        "senderOrganization",
    }
    message_schemas.check(message, message_schemas.RETRACTION)


def test_withdrawing_twice_retracts_once(counterpart, koda):
    mapping, delivery = situations.a_shared_interview(koda)
    send(delivery)
    situations.take_everything_back(mapping.person)
    assert situations.take_everything_back(mapping.person).retracted == []
    assert Delivery.objects.filter(kind=DeliveryKind.RETRACTION).count() == 1


def test_a_retraction_goes_past_a_parked_share_and_past_a_planned_retry(counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    counterpart.behaviour.set(Mode(does.FAILING, times=1))
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    send(delivery)
    actions.park(delivery, by=mapper)
    situations.take_everything_back(mapping.person)
    assert send(delivery).state == DeliveryState.RETRACTED


def test_nobody_holds_back_a_retraction(counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    send(delivery)
    situations.take_everything_back(mapping.person)
    with pytest.raises(Refused, match="move_not_allowed"):
        actions.park(Delivery.objects.get(kind=DeliveryKind.RETRACTION), by=mapper)


def test_with_a_message_go_those_it_replaced(counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    send(first)
    second = send(actions.share(mapping, organisation=koda, by=mapper))
    assert {row.pk for row in situations.take_everything_back(mapping.person).retracted} == {first.pk, second.pk}


def test_a_message_that_was_replaced_does_not_come_to_life_when_the_newer_one_is_retracted(counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    mapping = situations.a_signed_off_interview(mapper, area="K", K4=["BOLIG", "RUS"])
    situations.a_permit(mapping.person, koda, themes=[Theme.MAAL, Theme.BOLIG])
    narrow = actions.share(mapping, organisation=koda, by=mapper)
    # An item of the list is about drugs: the message tells of that theme too, and goes when it is taken back.
    situations.a_permit(mapping.person, koda, themes=[Theme.MAAL, Theme.BOLIG, Theme.RUS])
    wide = actions.share(mapping, organisation=koda, own_ticks=frozenset({"K4"}), by=mapper)
    assert wide.disclosure.themes == ["BOLIG", "MAAL", "RUS"]
    send(wide)
    situations.a_permit(mapping.person, koda, themes=[Theme.MAAL, Theme.BOLIG])
    result = reconcile(mapping.person, by=situations.DESK)
    assert {row.pk for row in result.retracted} == {narrow.pk, wide.pk}


def test_a_withdrawal_of_one_person_leaves_others_alone(counterpart, koda):
    mapping, _ = situations.a_shared_interview(koda)
    other = situations.a_delivery(koda)
    situations.take_everything_back(mapping.person)
    assert send(other).state == DeliveryState.ACCEPTED


def test_an_interview_entered_in_error_is_retracted(counterpart, koda):
    from brik.mapping.record import lifecycle

    mapping, delivery = situations.a_shared_interview(koda)
    send(delivery)
    lifecycle.mark_in_error(mapping.person, by=situations.DESK)
    assert [row.pk for row in reconcile(mapping.person, by=situations.DESK).retracted] == [delivery.pk]


def test_time_alone_ends_what_was_permitted_for_a_time(counterpart, koda):
    from followup.sharing.jobs import reconcile_all

    mapping, delivery = situations.a_shared_interview(koda)
    noise = situations.a_delivery(koda)
    send(delivery)
    situations.a_permit(mapping.person, koda, until=timezone.now() - timedelta(seconds=1))
    reconcile_all.func(timestamp=0)
    assert send(delivery).state == DeliveryState.RETRACTED
    noise.refresh_from_db()
    assert noise.state == DeliveryState.QUEUED


@pytest.mark.parametrize("cause", ["expired", "basis_ended"])
def test_the_worker_writes_down_what_time_has_ended_and_shuts_the_interview(counterpart, koda, cause):
    from consent.models import ConsentState, LegalBasis, Step
    from consent.record.covers import covers
    from consent.record.refusals import ConsentRefusal
    from consent.talk.gate import why_shut
    from followup.sharing.jobs import end_by_time
    from followup.sharing.models import DeliveryState as Delivered

    mapping, delivery = situations.a_shared_interview(koda)
    send(delivery)
    ran_out = timezone.now() - timedelta(seconds=1)
    situations.a_permit(mapping.person, koda, until=ran_out if cause == "expired" else None)
    if cause == "basis_ended":
        basis = LegalBasis.objects.get()
        call_command("end_legal_basis", basis.kind, basis.regulation, str(timezone.localdate()), stdout=StringIO())
        assert not covers(mapping.person_id, koda.pk, Theme.BOLIG)
        assert why_shut(mapping.person) == ConsentRefusal.NO_LEGAL_BASIS
    mapping.gate_open = True
    mapping.save()
    end_by_time.func(timestamp=0)
    end_by_time.func(timestamp=60)
    step = Step.objects.get(person=mapping.person, cause=cause)
    assert (step.state, step.actor) == (
        ConsentState.EXPIRED if cause == "expired" else ConsentState.ENDED,
        "process:worker",
    )
    mapping.refresh_from_db()
    assert not mapping.gate_open
    assert send(delivery).state == Delivered.RETRACTED


def test_the_worker_leaves_a_consent_alone_whose_time_still_runs(counterpart, koda):
    from consent.models import Step
    from followup.sharing.jobs import end_by_time

    delivery = situations.a_delivery(koda)
    before = Step.objects.count()
    end_by_time.func(timestamp=0)
    assert Step.objects.count() == before
    assert send(delivery).state != DeliveryState.RETRACTED


def test_the_end_of_a_recipients_own_legal_basis_retracts_what_it_was_sent_and_shuts_its_inbox(counterpart, koda, nav):
    from followup.sharing.inbox import inbox
    from followup.sharing.inbox.narrowing import InboxNarrowing
    from followup.sharing.jobs import reconcile_all

    delivery = situations.a_delivery(koda)
    assert send(delivery).state == DeliveryState.ACCEPTED
    _, lies = situations.a_shared_interview(nav)
    partner = situations.an_account(Role.PARTNER, organisation=nav)
    assert [line.disclosure.pk for line in inbox.page(partner, InboxNarrowing()).lines] == [lies.disclosure_id]
    Organisation.objects.change(legal_basis_until=timezone.localdate())
    assert inbox.page(partner, InboxNarrowing()).lines == []
    reconcile_all.func(timestamp=0)
    assert send(delivery).state == DeliveryState.RETRACTED
    lies.refresh_from_db()
    assert lies.state == DeliveryState.RETRACTED


# --- Versions of the schema ---


def test_a_message_is_sent_in_the_newest_version_and_its_envelope_says_so(counterpart, koda):
    delivery = situations.a_delivery(koda)
    outgoing = sending.begin(delivery.person_id, koda.pk, by=WORKER)
    assert outgoing.version == json.loads(outgoing.payload)["schemaVersion"] == delivery.disclosure.schema_version
    assert outgoing.version == message_schemas.newest(message_schemas.MAPPING) == "1.1"


def test_what_was_decided_on_in_an_older_version_is_sent_and_received_in_that(counterpart, koda, monkeypatch):
    with monkeypatch.context() as older:
        older.setitem(message_schemas.VERSIONS, message_schemas.MAPPING, ("1.0",))
        delivery = situations.a_delivery(koda)
    assert delivery.disclosure.schema_version == "1.0"
    assert send(delivery).state == DeliveryState.ACCEPTED
    assert [line.verdict for line in counterpart.ledger.lines()] == [RECEIVED]


def signed_by_us(message, *, version):
    content = canonical(message)
    return signing.sign(
        content,
        key=signing.own_key(),
        message_id=message["meldingsId"],
        schema=message_schemas.MAPPING,
        version=version,
    ).encode()


@pytest.mark.parametrize("version", message_schemas.VERSIONS[message_schemas.MAPPING])
def test_the_counterpart_reads_every_published_version(counterpart, version):
    file = message_schemas.SCHEMAS / version / "examples" / "BRIK_KARTLEGGING.json"
    message = json.loads(file.read_text())
    assert counterpart.take(signed_by_us(message, version=version))[1] == ReceiptStatus.RECEIVED
    other = {"1.0": "1.1", "1.1": "1.0"}[version]
    assert counterpart.take(signed_by_us(message, version=other))[1] == ReceiptStatus.SENDER_TECHNICAL
    message["schemaVersion"] = "7.0"
    assert counterpart.take(signed_by_us(message, version="7.0"))[1] == ReceiptStatus.SENDER_TECHNICAL


def test_the_counterpart_refuses_an_answer_that_its_question_does_not_take(counterpart):
    message = json.loads((message_schemas.SCHEMAS / "1.1/examples/BRIK_KARTLEGGING.json").read_text())
    message["omraader"][0]["svar"][0]["verdi"] = [{"kode": "FINNES_IKKE"}]
    _about, status, why = counterpart.take(signed_by_us(message, version="1.1"))
    assert (status, why) == (ReceiptStatus.SENDER_TECHNICAL, "C1: an unknown code")
