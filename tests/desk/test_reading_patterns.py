"""The data-protection officer: reads of one person as one line, halves of the log, and the log as a file."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brik.audit import log
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.models import Role
from followup.desk.privacy import event_file, event_groups
from tests import situations

pytestmark = pytest.mark.django_db
EVENTS, FILE = reverse("desk:events"), reverse("desk:events_file")


@pytest.fixture
def officer(client):
    someone = situations.an_account(Role.PRIVACY)
    client.force_login(someone)
    return someone


def rows_of(client, **chosen):
    response = client.get(FILE, chosen)
    assert response["Content-Disposition"] == 'attachment; filename="hendelser.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_reads_of_one_person_by_one_account_on_a_day_are_one_line_with_how_many(client, officer):
    reader, other = situations.an_account(), situations.an_account()
    often, once = situations.a_person(), situations.a_person()
    for _ in range(17):
        log.record(Verb.PERSON_READ, by=reader, subject=often.pk)
    log.record(Verb.PERSON_READ, by=other, subject=often.pk)
    log.record(Verb.PERSON_READ, by=reader, subject=once.pk)
    log.record(Verb.PERSON_CHANGED, by=other, subject=once.pk)
    page = client.get(EVENTS, {"samlet": ""}).content.decode()
    assert "17 lesninger av samme person på 1 minutt" in page
    assert reader.name in page
    assert str(once.pk) not in page
    assert f"person={often.pk}&amp;ansatt={reader.actor_id}" in page


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "1 minutt"),
        (timedelta(minutes=42), "42 minutter"),
        (timedelta(minutes=89), "89 minutter"),
        (timedelta(hours=2), "2 timer"),
        (timedelta(hours=23, minutes=50), "24 timer"),
    ],
)
def test_how_long_is_said_in_minutes_and_then_in_hours(span, words):
    assert event_groups.span_words(span) == words


def test_the_log_can_be_narrowed_to_what_was_read(client, officer):
    someone = situations.a_person()
    log.record(Verb.PERSON_READ, by=officer, subject=someone.pk)
    log.record(Verb.PERSON_CHANGED, by=officer, subject=someone.pk)
    shown = {kind: rows_of(client, person=str(someone.pk), hva=kind) for kind in ("lest", "annet")}
    words = {str(Verb.PERSON_READ.label), str(Verb.PERSON_CHANGED.label)}
    assert {row["Hva"] for row in shown["lest"]} & words == {str(Verb.PERSON_READ.label)}
    assert {row["Hva"] for row in shown["annet"]} & words == {str(Verb.PERSON_CHANGED.label)}


def test_the_file_has_words_and_unit_names_and_neither_names_nor_numbers_of_people(client, officer):
    someone = situations.a_person()
    reader = situations.an_account(at=situations.a_unit("Oslo fengsel"))
    log.record(Verb.PERSON_READ, by=reader, subject=someone.pk)
    [row] = rows_of(client, person=str(someone.pk), ansatt=reader.actor_id)
    assert (row["Hva"], row["Hvem"], row["Rolle"], row["Enhet"], row["Person"]) == (
        str(Verb.PERSON_READ.label),
        reader.name,
        "Kartlegger",
        "Oslo fengsel",
        str(someone.pk),
    )
    content = client.get(FILE).content.decode()
    assert someone.name not in content
    assert someone.identifiers.first().number.open() not in content


def test_fetching_the_file_is_an_event_with_its_reason(client, officer):
    someone = situations.a_person()
    client.get(FILE, {"person": str(someone.pk)})
    assert Event.objects.get(verb=Verb.EVENTS_READ, reason=Reason.EXPORT).subject == someone.pk


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "  ="])
def test_no_cell_is_reckoned_out_by_a_spreadsheet(begins):
    assert event_file.as_texts([f"{begins}HYPERLINK(1)", "Kari"]) == [f"'{begins}HYPERLINK(1)", "Kari"]


def test_a_name_that_is_a_formula_comes_as_a_text(client, officer):
    someone = situations.an_account(Role.MAPPER)
    type(someone).objects.filter(pk=someone.pk).change(name="=1+1")
    log.record(Verb.PEOPLE_LISTED, by=someone)
    [row] = rows_of(client, ansatt=someone.actor_id)
    assert row["Hvem"] == "'=1+1"


def test_a_file_that_would_be_too_long_says_so(client, officer, monkeypatch):
    monkeypatch.setattr(event_file, "MOST_LINES", 3)
    for _ in range(5):
        log.record(Verb.PEOPLE_LISTED, by=officer)
    rows = rows_of(client)
    assert len(rows) == 4
    assert "Flere hendelser passer" in rows[-1]["Når"]


def test_an_address_that_no_page_of_ours_makes_gives_no_file(client, officer):
    assert client.get(FILE, {"hva": "alt"}).status_code == 400


def test_groups_and_file_ask_no_more_of_the_database_for_a_long_log(client, officer):
    counts = []
    client.get(EVENTS)  # the session of the first request costs its own
    for _ in range(2):
        for _ in range(6):
            reader, someone = situations.an_account(), situations.a_person()
            for _ in range(3):
                log.record(Verb.PERSON_READ, by=reader, subject=someone.pk)
        for address, sent in ((EVENTS, {"samlet": ""}), (FILE, {})):
            with CaptureQueriesContext(connection) as queries:
                client.get(address, sent)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
