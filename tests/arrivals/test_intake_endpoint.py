"""The endpoint for signed messages: who may send, what is answered, and that a replay changes nothing."""

import io
import json
import re
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from jsonschema import validate

from brik.arrivals.models import Message
from brik.arrivals.xml.xml_reader import MAX_BYTES
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.pages.charset import demand_utf8
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Person
from brik.staff.models import MessageKey
from brik.staff.sign_in.attempts import ThrottledAttempt
from followup.desk.arrivals.intake import MOST_BYTES
from followup.sharing.wire import signing
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db]
STATUSES = ["UNDER_MOTTAK", "MOTTATT", "FEILET_AVSENDER_TEKNISK", "FEILET_AVSENDER_MANGLER", "FEILET_MOTTAKER"]
RECEIPT = {
    "type": "object",
    "required": ["meldingsId", "meldingsIdRef", "status"],
    "properties": {"meldingsId": {"type": "string"}, "meldingsIdRef": {"type": "string"}, "status": {"enum": STATUSES}},
}


@pytest.fixture(scope="module")
def key():
    return RSAKey.generate_key(2048)


@pytest.fixture(autouse=True)
def registered(key):
    return MessageKey.objects.create(kid=key.thumbprint(), jwk=signing.public_jwk(key))


def signed(key, raw, *, message_id="a1", schema="Inntak", **more):
    return signing.sign(raw, key=key, message_id=message_id, schema=schema, **more)


def post(client, token):
    answer = client.post("/meldinger/inntak", data=token, content_type="application/jose")
    body = json.loads(answer.content)
    validate(body, RECEIPT)
    return answer.status_code, body


def test_a_signed_message_is_taken_in_and_receipted(client, key):
    status, receipt = post(client, signed(key, samples.arrival(situations.a_number(), message_id="a1")))
    assert (status, receipt["status"], receipt["meldingsIdRef"]) == (200, "MOTTATT", "a1")
    assert Person.objects.count() == 1


def test_the_signature_of_a_message_is_checked_once(client, key, monkeypatch):
    checked, check = [], jws.validate_compact

    def checking(*args, **more):
        checked.append(1)
        return check(*args, **more)

    monkeypatch.setattr(jws, "validate_compact", checking)
    assert post(client, signed(key, samples.arrival(situations.a_number(), message_id="a1")))[0] == 200
    assert len(checked) == 1


def test_a_replay_gives_the_same_receipt_and_changes_nothing(client, key):
    token = signed(key, samples.arrival(situations.a_number(), message_id="a1"))
    assert post(client, token) == post(client, token)
    assert Message.objects.count() == 1


def test_a_deletion_is_known_by_the_id_of_its_envelope(client, key):
    token = signed(key, samples.deletion("a9"), message_id="slett-a9", schema="SlettetHendelse")
    assert post(client, token)[0] == 200
    assert Message.objects.get().message_id == "slett-a9"


def test_a_message_that_waits_is_answered_with_under_mottak(client, key):
    token = signed(key, samples.arrival(situations.a_number(), message_id="a1", category=None))
    status, receipt = post(client, token)
    assert (status, receipt["status"]) == (202, "UNDER_MOTTAK")


def test_a_message_with_a_wrong_date_tells_the_sender_which_field(client, key):
    raw = samples.release(situations.a_number(), message_id="a1", released="01.03.2026")
    token = signed(key, raw, schema="LoeslatelseFraFengsel")
    status, receipt = post(client, token)
    assert (status, receipt["status"]) == (422, "FEILET_AVSENDER_MANGLER")
    assert receipt["beskrivelse"].startswith("Loeslatelsestidspunkt")


LEFT_OUT = [
    ("SSP", "12345"),
    ("DUF", "<f:DUFNummer>123</f:DUFNummer>"),
    ("Fornavn", "x" * 121),
    ("Etternavn", "x" * 121),
    ("Distrikt", "x" * 61),
    ("Enhet", "x" * 121),
    ("Fnr", "01018000000"),
    ("Fnr", "123"),
    ("HendelseEndretTid", "01.03.2026"),
]


@pytest.mark.parametrize(("name", "text"), LEFT_OUT)
def test_what_cannot_be_read_is_told_in_the_receipt_and_the_event_and_costs_nobody(client, key, name, text):
    number, duf = situations.a_number(), situations.a_number(NumberKind.DUF)
    numbers = [duf] if name == "Fnr" else [number]
    raw = re.sub(
        rf"<f:{name}( [^<]*/>|>.*?</f:{name}>)".encode(),
        f"<f:{name}>{text}</f:{name}>".encode(),
        samples.arrival(*numbers, message_id="a1"),
        count=1,
    )
    status, receipt = post(client, signed(key, raw))
    element = "DUFNummer" if name == "DUF" else name
    assert (status, receipt["status"]) == (200, "MOTTATT")
    assert receipt["beskrivelse"] == f"Tatt imot uten det som ikke kunne leses: {element}."
    assert Event.objects.get(verb=Verb.MESSAGE_ACCEPTED).about == element
    assert Person.objects.get().current_stay is not None
    assert {row.number.open() for row in Person.objects.get().identifiers.all()} == {row.value for row in numbers}


def test_a_number_with_a_hyphen_or_a_space_is_read_whole(client, key):
    number = situations.a_number()
    for serial, sign in enumerate("- "):
        written = f"{number.value[:6]}{sign}{number.value[6:]}".encode()
        raw = samples.arrival(number, message_id=f"a{serial}", at=f"2026-03-0{serial + 1}")
        raw = raw.replace(number.value.encode(), written)
        status, receipt = post(client, signed(key, raw, message_id=f"a{serial}"))
        assert (status, receipt.get("beskrivelse")) == (200, None)
    assert Person.objects.count() == 1


def refused(client, token, http):
    status, receipt = post(client, token)
    assert (status, receipt["status"]) == (http, "FEILET_AVSENDER_TEKNISK")
    assert not Message.objects.exists()
    assert not Person.objects.exists()
    assert Event.objects.filter(verb=Verb.MESSAGE_REJECTED).count() == 1
    return receipt


def test_what_is_not_signed_is_refused(client):
    refused(client, samples.arrival(situations.a_number()), 401)


def test_another_key_is_refused(client):
    refused(client, signed(RSAKey.generate_key(2048), samples.arrival(situations.a_number())), 401)


def test_a_key_taken_out_of_use_is_refused(client, key, registered):
    registered.active = False
    registered.save()
    refused(client, signed(key, samples.arrival(situations.a_number())), 401)


def test_a_changed_message_is_refused(client, key):
    head, _, tail = signed(key, samples.arrival(situations.a_number(), message_id="a1")).split(".")
    other = signed(key, samples.arrival(situations.a_number(), message_id="a1")).split(".")[1]
    refused(client, f"{head}.{other}.{tail}", 401)


def header(key, **more):
    known = {"kid": key.thumbprint(), "messageId": "a1", "SchemaName": "Inntak", "SchemaVersion": "1.0"}
    return {**known, "senderOrganization": "KRIMINALOMSORGEN", **more}


@pytest.mark.parametrize("algorithm", ["RS512", "PS256"])
def test_another_algorithm_is_refused_even_with_the_right_key(client, key, algorithm):
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    token = jws.serialize_compact(
        header(key, alg=algorithm), samples.arrival(situations.a_number()), key, registry=registry
    )
    refused(client, token, 401)


def test_the_public_key_used_as_a_shared_secret_is_refused(client, key):
    registry = jws.JWSRegistry(algorithms=["HS256"], strict_check_header=False)
    secret = OctKey.import_key(json.dumps(signing.public_jwk(key)).encode())
    token = jws.serialize_compact(
        header(key, alg="HS256"), samples.arrival(situations.a_number()), secret, registry=registry
    )
    refused(client, token, 401)


def test_no_algorithm_at_all_is_refused(client, key):
    def part(content):
        return urlsafe_b64encode(content).rstrip(b"=").decode()

    head = part(json.dumps(header(key, alg="none")).encode())
    refused(client, f"{head}.{part(samples.arrival(situations.a_number()))}.", 401)


@pytest.mark.parametrize("missing", ["kid", "messageId", "SchemaName", "SchemaVersion", "senderOrganization"])
def test_an_envelope_that_lacks_a_part_is_refused(client, key, missing):
    registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    whole = header(key, alg="RS256")
    del whole[missing]
    refused(client, jws.serialize_compact(whole, samples.arrival(situations.a_number()), key, registry=registry), 401)


@pytest.mark.parametrize("part", ["messageId", "SchemaName", "SchemaVersion", "senderOrganization"])
@pytest.mark.parametrize("text", ["a\x00b", "\ud800x"])
def test_an_envelope_that_no_database_can_hold_is_refused(client, key, part, text):
    registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    told = header(key, alg="RS256") | {part: text}
    refused(client, jws.serialize_compact(told, samples.arrival(situations.a_number()), key, registry=registry), 401)


def test_a_sender_whose_key_it_is_not_is_refused(client, key):
    refused(client, signed(key, samples.arrival(situations.a_number(), message_id="a1"), sender="POLITIET"), 403)


@pytest.mark.parametrize(
    ("schema", "version", "message_id"),
    [
        ("Inntak", "2.0", "a1"),
        ("Registrert", "1.0", "a1"),
        ("LoeslatelseFraFengsel", "1.0", "a1"),
        ("Inntak", "1.0", "a2"),
    ],
)
def test_an_envelope_that_says_something_else_than_the_message_is_refused(client, key, schema, version, message_id):
    raw = samples.arrival(situations.a_number(), message_id="a1")
    refused(client, signed(key, raw, schema=schema, version=version, message_id=message_id), 422)


def test_what_is_too_large_is_turned_away_unread(client):
    refused(client, b"x" * (MOST_BYTES + 1), 413)


def test_the_limit_is_on_the_message_and_not_on_its_envelope(client, key):
    assert post(client, signed(key, samples.as_large_as(MAX_BYTES, situations.a_number(), message_id="a1")))[0] == 200
    token = signed(key, samples.as_large_as(MAX_BYTES + 1, situations.a_number(), message_id="a2"), message_id="a2")
    status, receipt = post(client, token)
    assert (status, receipt["status"]) == (422, "FEILET_AVSENDER_TEKNISK")
    assert receipt["beskrivelse"] == "Meldingen er større enn 1024 KiB."


def _token(head, payload=b"<a/>"):
    def part(content):
        return urlsafe_b64encode(content).rstrip(b"=")

    return b".".join((part(head), part(payload), part(b"x" * 256)))


@pytest.mark.parametrize(
    "token",
    [
        b".", b"..", b"a.b.c", b"\x00", b"\xff\xfe.\xff.\xff", "æ.ø.å".encode(), "{}".encode("utf-16"), b"{", b"{}",
        b'{"payload":"","signatures":[]}', b"e30.e30.e30", b"e30=.e30=.e30=", b"." * 1000, b"%00.%00.%00",
        _token(b"\xff\xfe"), _token(b"[1]"), _token(b"null"), _token(b'"RS256"'), _token(b"1e999"), _token(b"[" * 5000),
        _token(b'{"alg":"RS256","kid":1}'), _token(b'{"alg":["RS256"],"kid":{}}'), _token(b'{"alg":"RS256","alg":"none"}'),
        _token(b'{"alg":"RS256","kid":"\\ud800"}'), _token(b'{"alg":"RS256","b64":false,"crit":["b64"]}'),
        _token('{"alg":"RS256"}'.encode("utf-16")), _token(b'{"alg":"RS256","zip":"DEF"}'),
    ],
)  # fmt: skip
def test_whatever_is_sent_is_answered_with_a_receipt(client, token):
    refused(client, token, 401)


def test_nothing_at_all_is_answered_with_a_receipt_too(client):
    refused(client, b"", 411)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "x/y;;="]
)
def test_a_message_is_taken_whatever_kind_its_body_is_called(client, key, content_type):
    token = signed(key, samples.as_large_as(MAX_BYTES - 9, situations.a_number(), message_id="a1"))
    answer = client.generic("POST", "/meldinger/inntak", token.encode(), content_type=content_type)
    validate(json.loads(answer.content), RECEIPT)
    assert answer.status_code == 200


@pytest.mark.parametrize("charset", ["utf-16", "hex", "finnes-ikke", ""])
def test_a_foreign_character_set_is_no_reason_for_another_answer(key, charset, settings):
    """As the web server hands it over: what answers pages in other character sets stands before Django."""
    statuses, token = [], signed(key, samples.arrival(situations.a_number(), message_id="a1")).encode()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/meldinger/inntak", "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "CONTENT_TYPE": f"application/jose; charset={charset}", "CONTENT_LENGTH": str(len(token)),
        "wsgi.input": io.BytesIO(token), "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http",
    }  # fmt: skip
    application = demand_utf8(get_wsgi_application(), read_as_bytes=settings.READ_AS_BYTES)
    # As the test client does: a new request would close the connection that holds the test's transaction.
    request_started.disconnect(close_old_connections)
    try:
        body = b"".join(application(environ, lambda status, headers: statuses.append(status)))
    finally:
        request_started.connect(close_old_connections)
    validate(json.loads(body), RECEIPT)
    assert statuses == ["200 OK"]


def test_another_senders_deletion_is_answered_with_the_reason(client, key):
    other = RSAKey.generate_key(2048)
    MessageKey.objects.create(kid=other.thumbprint(), jwk=signing.public_jwk(other), sender="POLITIET")
    assert post(client, signed(key, samples.arrival(situations.a_number(), message_id="a1")))[0] == 200
    token = signed(other, samples.deletion("a1"), message_id="s1", schema="SlettetHendelse", sender="POLITIET")
    for _ in range(2):
        status, receipt = post(client, token)
        assert (status, receipt["status"]) == (422, "FEILET_AVSENDER_MANGLER")
        assert receipt["beskrivelse"] == "Bare den som har sendt en melding, kan slette den."
    assert Person.objects.get().current_stay is not None


def test_reading_the_address_is_not_allowed(client):
    assert client.get("/meldinger/inntak").status_code == 405


def test_a_receipt_and_the_log_repeat_nothing_of_the_message(client, key):
    token = signed(key, samples.arrival(situations.a_number(), message_id="a1", category="Hemmeligheten"))
    _, receipt = post(client, token)
    assert "Hemmeligheten" not in json.dumps(receipt)
    assert not Event.objects.filter(about__contains="Hemmeligheten").exists()


@pytest.fixture
def few(settings):
    settings.UNSIGNED_TRIES_ADDRESS = 3


def test_unsigned_messages_from_one_address_are_stopped_with_one_event_more(client, key, few):
    for _ in range(3):
        assert post(client, b"tull")[0] == 401
    for _ in range(4):
        answer = client.post("/meldinger/inntak", data=b"tull", content_type="application/jose")
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 15 * 60
        validate(json.loads(answer.content), RECEIPT)
    assert Event.objects.filter(verb=Verb.MESSAGE_REJECTED).count() == 3 + 1
    elsewhere = type(client)(REMOTE_ADDR="10.1.1.1")
    assert post(elsewhere, b"tull")[0] == 401


def test_a_known_sender_at_the_address_of_unknown_ones_gets_through(client, key, few):
    for _ in range(3):
        post(client, b"tull")
    for number in range(5):
        message = samples.arrival(situations.a_number(), message_id=f"a{number}")
        assert post(client, signed(key, message, message_id=f"a{number}"))[0] == 200
    assert client.post("/meldinger/inntak", data=b"tull", content_type="application/jose").status_code == 429
    assert Event.objects.filter(verb=Verb.MESSAGE_REJECTED).count() == 3 + 1
    MessageKey.objects.update(active=False)
    forgotten = signed(key, samples.arrival(situations.a_number(), message_id="b"), message_id="b")
    assert client.post("/meldinger/inntak", data=forgotten, content_type="application/jose").status_code == 429


def test_what_is_too_large_counts_as_unsigned(client, few):
    for _ in range(3):
        client.post("/meldinger/inntak", data=b"x" * (MOST_BYTES + 1), content_type="application/jose")
    assert client.post("/meldinger/inntak", data=b"tull", content_type="application/jose").status_code == 429


def test_a_known_sender_is_never_stopped_whatever_it_sends(client, key, few):
    wrong = signed(key, samples.arrival(situations.a_number(), message_id="a1", at="01.03.2026"))
    for _ in range(5):
        assert post(client, wrong)[0] == 422
    for number in range(5):
        message = samples.arrival(situations.a_number(), message_id=f"b{number}")
        assert post(client, signed(key, message, message_id=f"b{number}"))[0] == 200


def test_after_a_quarter_of_an_hour_messages_are_looked_at_again(client, few):
    for _ in range(5):
        client.post("/meldinger/inntak", data=b"tull", content_type="application/jose")
    ThrottledAttempt.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert post(client, b"tull")[0] == 401
