"""Somebody with an account attacks the pages that are not theirs, and sends the worst to those that are."""

from __future__ import annotations

import itertools
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from brik.audit.models import Event
from brik.people.models import Person
from brik.staff.models import KeptPage, Organisation, ThrottledAttempt, Unit
from brik.vault import keys
from followup.demo import register, telling
from tests.access import world
from tests.access.table import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

# The pages where something about somebody is decided, told or signed.
PAGES = [
    "plan:plan",
    "plan:new_need",
    "plan:need",
    "tasks:take",
    "tasks:task",
    "slips:turn",
    "slips:write",
    "slips:done",
    "slips:inbox",
    "slips:open",
    "consent:slip",
    "consent:sheet",
    "consent:paper",
    "consent:receipt",
    "consent:give_back",
    "consent:discard",
    "desk:talk",
    "desk:waiting",
    "desk:answer_arrival",
    "desk:without_messages",
    "desk:units",
    "desk:settle_unit",
    "desk:restrictions",
    "desk:rule",
    "desk:protection",
    "desk:withdraw",
    "desk:heard",
    "desk:receipt",
    "desk:receipt_pdf",
    "desk:holds",
    "desk:hold",
    "desk:answer_hold",
    "sharing:disposals",
    "sharing:disposal",
    "sharing:summary",
    "sharing:summary_pdf",
    "sharing:file",
    "sharing:reply",
]
ROLES = ["partner", "beslutter", "leder", "kontaktbetjent", "kartlegger"]
CLOSED = {"403", "404"}
# What is written by whoever is refused: that it happened.
OF_THE_REQUEST = {Event, KeptPage, ThrottledAttempt}
FORM = "application/x-www-form-urlencoded"


def multipart(name: str, content: bytes, *, ends: bool = True) -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="a.pdf"\r\n\r\n'.encode()
    return head + content + (b"\r\n--x--\r\n" if ends else b"")


BODIES: dict[str, tuple[str, bytes]] = {
    "a huge field": (FORM, b"reason=" + b"a" * 400_000 + b"&law=" + b"b" * 400_000 + b"&kind=MAKULERT"),
    "more than is read": (FORM, b"note=" + b"a" * 3_000_000),
    "many fields": (FORM, urlencode([(f"f{number}", "") for number in range(1_500)]).encode()),
    "every field twice": (FORM, b"kind=MAKULERT&kind=HJEMMEL&what=alt&what=tull&same=ja&same=nei&who=NOEN&who=INGEN"),
    "Latin-1": (FORM, b"law=%E6%F8%E5&reason=\xe6"),
    "half a character": (FORM, b"law=%ED%A0%80&reason=%ED%A0%80&kind=%F0%9F"),
    "NUL": (FORM, b"law=a%00b&reason=%00&question=%00&version=%00"),
    "right to left and none": (FORM, "law=\u202e\u200b\u0085&reason=\u2028&about=\u00b2\u0663&version=\u0663".encode()),
    "numbers that are none": (FORM, b"version=1e9&last_seen=-1&about=9999-99-99T99:99Z&last_day=31.02.99999&month=0"),
    "another type": ("application/json", b'{"kind": "MAKULERT", "same": "ja"}'),
    "parts without an end": ("multipart/form-data; boundary=x", multipart("scan", b"%PDF-1.7", ends=False)),
    "parts without a boundary": ("multipart/form-data", multipart("law", b"x")),
    "a file for a word": ("multipart/form-data; boundary=x", multipart("reason", b"\xff\xfe" * 2_000)),
    "nothing": (FORM, b""),
}


@pytest.fixture(scope="module")
def house(module_db) -> list[dict[str, dict[str, Any]]]:
    """What the addresses point at here, and elsewhere."""
    register.load()
    call_command("load_texts", stdout=StringIO())
    with keys.ring():
        return [
            world.build(Unit.objects.get(number=number), Organisation.objects.get(number=partner))
            for number, partner in (("0501", telling.HEALTH), ("0931", telling.HEALTH_AGDER))
        ]


def signed_in(role: str, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    client.force_login(world.somebody(role, Unit.objects.get(number="0501")))
    return client


def written() -> dict[str, int]:
    """How many rows each table of ours has, but those that say that somebody was refused."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in ("brik", "consent", "followup")]
    named = [(model._meta.label, model._meta.db_table) for model in ours if model not in OF_THE_REQUEST]
    # In one statement: it is asked after each of some thousand requests.
    asked = " UNION ALL ".join(f"SELECT '{label}', count(*) FROM \"{table}\"" for label, table in named)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def changed(before: dict[str, int]) -> dict[str, tuple[int, int]]:
    return {name: (before[name], count) for name, count in written().items() if count != before[name]}


def send(client: Client, address: str, body: tuple[str, bytes]) -> Any:
    """Whatever it changes is undone by the caller."""
    return client.generic("POST", address, body[1], content_type=body[0])


@pytest.mark.parametrize("role", ROLES)
def test_whatever_is_sent_to_whatever_page_it_is_answered_and_no_stranger_writes_anything(house, role):
    client, before, wrong = signed_in(role), written(), []
    for name, (kind, body) in itertools.product(PAGES, BODIES.items()):
        for place, arguments in enumerate(house[:1] if kind != "nothing" else house):
            closed = TABLE[name][role].split("/")[place] in CLOSED
            with transaction.atomic():
                answer = send(client, reverse(name, kwargs=arguments.get(name, {})), body)
                if answer.status_code >= 500:
                    wrong.append(f"{name}: {kind}: {answer.status_code}")
                if closed and (answer.status_code < 300 or (rows := changed(before))):
                    wrong.append(f"{name}: {kind}: {answer.status_code} {rows}")
                transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


# Forms that do something, where they are sent by somebody who may.
WHOLE: dict[str, tuple[str, dict[str, str]]] = {
    "sharing:disposal": ("partner", {"kind": "MAKULERT"}),
    "sharing:summary": ("partner", {"kind": "MOTTATT"}),
    "tasks:take": ("barneansvarlig", {}),
    "slips:open": ("partner", {}),
    "slips:write": ("kontaktbetjent", {"topics": "SOEVN"}),
    "desk:withdraw": ("beslutter", {"what": "alt", "said": "HER", "when": "NAA"}),
    "desk:heard": ("kartlegger", {}),
    "desk:protection": ("kartlegger", {"address_grade": "FORTROLIG", "note": "", "version": "1"}),
    "desk:answer_arrival": ("leder", {"same": "ja", "checked": "ja", "question": "?"}),
    "consent:discard": ("kartlegger", {}),
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("lost", ["session", "csrf", "token", "another's token"])
def test_a_form_without_its_cookies_or_with_a_stolen_token_does_nothing(house, name, lost):
    role, fields = WHOLE[name]
    client, other = signed_in(role, enforce_csrf_checks=True), signed_in(role, enforce_csrf_checks=True)
    tokens = {who: who.get(reverse("pages:about")).context["csrf_token"] for who in (client, other)}
    token = {"token": "", "another's token": str(tokens[other])}.get(lost, str(tokens[client]))
    if lost in ("session", "csrf"):
        del client.cookies[lost]
    before = written()
    answer = client.post(reverse(name, kwargs=house[0].get(name, {})), fields | {"csrfmiddlewaretoken": token})
    assert answer.status_code in (302, 303, 403), answer.status_code
    assert not changed(before)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_that_is_closed_to_somebody_names_anybody(house, role):
    client = signed_in(role)
    names = {person.name for person in Person.objects.all()}
    for name, (place, arguments) in itertools.product(PAGES, enumerate(house)):
        if TABLE[name][role].split("/")[place] in CLOSED:
            page = client.get(reverse(name, kwargs=arguments.get(name, {}))).content.decode()
            assert not [person for person in names if person in page], name
