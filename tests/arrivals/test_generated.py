"""Whatever the published schemas allow is taken in, waits with a question, or is refused for a reason on a short list.

And whatever else is sent, nothing fails: each message gets its receipt, and the others go on.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from joserfc.jwk import RSAKey

from brik.arrivals.models import Message
from brik.arrivals.timeline.standings import WAITING
from brik.arrivals.xml.messages import fold_id
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.models import MessageKey
from brik.vault import keys
from followup.desk.arrivals import intake
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.wire import message_schemas, signing
from tests.arrivals.generated_messages import MESSAGES, SECRET, World, changed_message, valid_message

pytestmark = [pytest.mark.django_db]

SEED = 20261130
# Enough to meet each other, few enough to be read anew at every message.
IN_ONE_WORLD = 25

# Why a message that the schemas allow may be refused all the same: the schemas say of most things that they are text.
DATES = "HendelseOpprettetTid|Loeslatelsestidspunkt"
CANNOT_BE_READ = {
    "a date that must be there is missing": rf"({DATES}): mangler\.",
    "a date that must be there is no date": rf"({DATES}): er ikke en gyldig dato\. Bruk ÅÅÅÅ-MM-DD, med eller uten klokkeslett\.",
    "it has no id, or one that nothing can refer to": (
        r"(MeldingsId|DeletedMessageId): (mangler|skal være en id på høyst 100 tegn uten mellomrom)\."
    ),
    "it is about nobody: no number can be read": r"(Fnr|SSP|DUFNummer): .+",
    "it is about nobody: it has no number": r"Metadata: Fnr, SSP eller DUF må være med\.",
    "it names no unit": r"(Enhet|EnhetNr): mangler\.",
    "the number of the unit is longer than any": r"EnhetNr: teksten er for lang \(høyst 20 tegn\)\.",
}


@pytest.fixture(scope="module")
def key():
    return RSAKey.generate_key(2048)


@pytest.fixture
def sender(key):
    return MessageKey.objects.create(kid=key.thumbprint(), jwk=signing.public_jwk(key))


def answered(key, message):
    """The receipt of one message, sent as the service sends them, with nothing of the message in it."""
    token = signing.sign(message.raw, key=key, message_id=message.message_id, schema=message.kind).encode()
    with keys.ring():
        signed = intake.verified(token)
        receipt = intake.take(token, signed)
    body = receipt.body()
    message_schemas.read(json.dumps(body).encode(), message_schemas.RECEIPT)
    assert SECRET not in body.get("beskrivelse", "")
    assert body["meldingsIdRef"] == message.message_id
    assert (receipt.http in (200, 202)) == (receipt.status in (ReceiptStatus.RECEIVED, ReceiptStatus.UNDER_RECEIPT))
    return receipt


def waits(message):
    """Whether the message, or another with its id, waits for a leader, who is told why."""
    rows = Message.objects.filter(message_id=fold_id(message.message_id), fate__in=WAITING)
    return any(row.why for row in rows)


def reason_of(sentence):
    """The line of the short list that a refusal falls under."""
    return next((why for why, pattern in CANNOT_BE_READ.items() if re.fullmatch(pattern, sentence)), None)


def judged(key, message):
    """What has become of a message that the schemas allow."""
    receipt = answered(key, message)
    match receipt.status:
        case ReceiptStatus.RECEIVED:
            return "accepted"
        case ReceiptStatus.UNDER_RECEIPT if waits(message):
            return "parked"
        case ReceiptStatus.SENDER_INCOMPLETE if why := reason_of(receipt.text):
            return why
    raise AssertionError(f"{receipt.http} {receipt.status.value}: {receipt.text}")


def each(number, generate, *, worlds):
    """So many messages, in small worlds of which each is undone before the next."""
    chance = Random(SEED)
    for start in range(0, number, IN_ONE_WORLD):
        with worlds():
            world = World.new()
            for serial in range(start, min(start + IN_ONE_WORLD, number)):
                yield serial, generate(world, chance)


def run(number, generate, judge, *, worlds):
    """How often each verdict was given. Which message failed is told by its serial number and kind, never its content."""
    verdicts: Counter[str] = Counter()
    for serial, message in each(number, generate, worlds=worlds):
        try:
            verdicts[judge(message)] += 1
        except Exception as error:
            raise AssertionError(
                f"message {serial} ({message.kind} {message.change}): {type(error).__name__} {error}"
            ) from error
    return verdicts


@pytest.mark.parametrize("number", [200, pytest.param(2500, marks=pytest.mark.proof)])
def test_whatever_the_schemas_allow_is_taken_in_parked_or_refused_for_a_listed_reason(
    key, sender, transactional_savepoint, number
):
    verdicts = run(number, valid_message, lambda message: judged(key, message), worlds=transactional_savepoint)
    assert verdicts.total() == number
    assert verdicts["accepted"] > number / 2
    assert verdicts["parked"] > number / 100
    assert set(verdicts) <= {"accepted", "parked", *CANNOT_BE_READ}


@pytest.mark.parametrize("number", [100, pytest.param(2500, marks=pytest.mark.proof)])
def test_whatever_is_wrong_in_a_message_gets_its_receipt_and_stops_nothing(
    key, sender, transactional_savepoint, number
):
    def judge(message):
        receipt = answered(key, message)
        refused = receipt.status not in (ReceiptStatus.RECEIVED, ReceiptStatus.UNDER_RECEIPT)
        assert bool(receipt.text) or not refused, "refused without a sentence"
        return receipt.status.value

    verdicts = run(number, changed_message, judge, worlds=transactional_savepoint)
    assert verdicts.total() == number
    assert verdicts[ReceiptStatus.SENDER_TECHNICAL] > number / 20
    assert verdicts[ReceiptStatus.SENDER_INCOMPLETE] > number / 20


def test_in_a_folder_of_all_kinds_every_file_gets_its_line(tmp_path):
    world, chance = World.new(), Random(SEED)
    for serial in range(40):
        generate = changed_message if serial % 3 == 0 else valid_message
        (tmp_path / f"{serial:02d}.xml").write_bytes(generate(world, chance).raw)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("intake", str(tmp_path), stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 40
    assert {line.split()[0] for line in lines} <= {"ACCEPTED", "PARKED", "DUPLICATE", "REJECTED"}
    rejected = sum(line.startswith("REJECTED") for line in lines)
    assert rejected == Event.objects.filter(verb=Verb.MESSAGE_REJECTED).count()
    assert 0 < rejected < 40
    assert SECRET not in out.getvalue()


def test_every_kind_of_message_and_every_change_is_drawn():
    world, chance = World.new(), Random(SEED)
    assert {valid_message(world, chance).kind for _ in range(200)} == set(MESSAGES)
    assert len({changed_message(world, chance).change for _ in range(600)}) == 18


def test_the_same_seed_draws_the_same_messages():
    world = World.new()
    first, second = ([valid_message(world, chance) for _ in range(20)] for chance in (Random(1), Random(1)))
    assert first == second
