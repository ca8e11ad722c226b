"""Whether the inmate felt free to say no: asked on the turned screen, counted, and nobody's answer anywhere."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.definitions import languages
from brik.mapping.models import Mapping, VoluntarinessCount, VoluntarinessTurn
from brik.mapping.record import actions as interviews
from brik.mapping.voluntariness import answer_counts, question_words
from brik.mapping.voluntariness.answer_counts import VoluntarinessAnswer, quarter_of
from brik.staff.models import Role
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

SENT = {"yes": "JA", "no": "NEI", "silent": "VIL_IKKE_SVARE", "skipped": None, "forged": "<x>"}


@pytest.fixture
def mapper(client):
    mapper, _ = situations.a_mapper_and_a_person()
    client.force_login(mapper)
    return mapper


@pytest.fixture
def ended(mapper):
    """A signed-off interview in the mapper's unit, and one in another."""
    elsewhere = situations.a_unit("Agder fengsel")
    situations.a_signed_off_interview(situations.an_account(at=elsewhere), situations.a_person(at=elsewhere))
    return done(mapper)


def done(mapper) -> Mapping:
    return situations.a_signed_off_interview(mapper, situations.a_person(at=mapper.current_posts[0].unit))


def url(mapping) -> str:
    return reverse("mapping:voluntariness", args=[mapping.pk])


def send(client, mapping, answer):
    return client.post(url(mapping), {} if answer is None else {"answer": answer})


def plain(text: str) -> str:
    """Without ids, values and the names of savepoints."""
    return re.sub(r"s\d+_x\d+|[0-9a-f]{8}-[0-9a-f-]{27}|'[^']*'|\b\d+\b", "…", text)


def counter(mapping) -> tuple[int, int]:
    row = VoluntarinessCount.objects.get(unit=mapping.unit)
    return row.could, row.could_not


def rows_of_all_tables() -> dict[str, str]:
    """A hash of every row of each table of the house."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        hashes = {}
        for table in tables:
            cursor.execute(f"SELECT md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), '')) FROM {table} row")
            hashes[table] = cursor.fetchone()[0]
    return hashes


def test_yes_and_no_are_counted_and_what_is_not_answered_is_not(client, mapper, ended):
    for answer in SENT.values():
        send(client, done(mapper), answer)
    assert counter(ended) == (1, 1)
    assert VoluntarinessCount.objects.get().quarter == quarter_of(timezone.localdate())


def test_nothing_but_a_counter_changes_and_that_the_page_was_sent_and_no_event_is_written(client, mapper, ended):
    send(client, done(mapper), "JA")
    before, events = rows_of_all_tables(), Event.objects.count()
    send(client, ended, "NEI")
    after = rows_of_all_tables()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"mapping_voluntarinesscount", "mapping_voluntarinessturn"}
    assert Event.objects.count() == events
    columns = {field.name for field in VoluntarinessCount._meta.get_fields()}
    assert columns == {"id", "unit", "quarter", "could", "could_not"}
    assert {field.name for field in VoluntarinessTurn._meta.get_fields()} == {"mapping"}


@pytest.mark.parametrize("first", SENT.values(), ids=SENT)
def test_the_page_of_an_interview_counts_once_whatever_is_sent_first_and_how_often(client, mapper, ended, first):
    send(client, ended, first)
    once = counter(ended)
    for answer in (first, "JA", "NEI", None):
        assert send(client, ended, answer).url == reverse("mapping:thanks", args=[ended.pk])
    assert counter(ended) == once
    send(client, done(mapper), "JA")
    assert counter(ended) == (once[0] + 1, once[1]), "another interview is counted"


def test_sending_again_does_the_same_work_whatever_was_sent_before(client, mapper, ended):
    send(client, ended, None)
    seen = set()
    for answer in SENT.values():
        mapping = done(mapper)
        send(client, mapping, answer)
        with CaptureQueriesContext(connection) as queries:
            send(client, mapping, "JA")
        seen.add(tuple(plain(query["sql"]) for query in queries))
    assert len(seen) == 1


def test_every_answer_does_the_same_work_and_gets_the_same_answer(client, mapper, ended):
    send(client, ended, None)
    seen = {}
    for name, answer in SENT.items():
        mapping = done(mapper)
        with CaptureQueriesContext(connection) as queries:
            response = send(client, mapping, answer)
        statements = [plain(query["sql"]) for query in queries]
        thanks = client.get(response.url).content.decode()
        headers = sorted((key, plain(value)) for key, value in response.items() if key != "Content-Length")
        page = re.sub(r'value="[^"]*"', "", plain(thanks))
        seen[name] = (response.status_code, response.content, headers, statements, page)
    assert any("UPDATE" in statement for statement in seen["skipped"][3])
    assert all(work == seen["skipped"] for work in seen.values())


@pytest.mark.parametrize("language", languages.CODES)
def test_it_is_asked_in_the_language_of_the_interview_with_equal_buttons(client, mapper, ended, language):
    Mapping.objects.filter(pk=ended.pk).change(language=language)
    page = client.get(url(ended)).content.decode()
    words = question_words.definition().words[language]
    buttons = re.findall(r'<button class="([^"]*)"\s+data-variant="([^"]*)"\s+type="submit"\s+name="answer"', page)
    assert len(buttons) == 3
    assert len(set(buttons)) == 1
    for said in (words.question, words.yes, words.no, words.silent, words.skip, *words.lines):
        assert said in page
    assert ended.person.name not in page


def test_it_is_asked_on_the_day_the_interview_is_done_and_not_after_a_correction(client, mapper, ended, monkeypatch):
    asked = "Til slutt: ett spørsmål til den innsatte"
    assert asked in client.get(reverse("mapping:read", args=[ended.pk])).content.decode()
    draft = situations.an_interview(mapper, situations.a_person(at=mapper.current_posts[0].unit))
    assert client.get(url(draft)).status_code == 404
    corrected = interviews.sign_off(interviews.correct(ended, reason="prøve", by=mapper), by=mapper)
    assert client.get(url(corrected)).status_code == 404
    other = done(mapper)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    client.force_login(mapper)
    assert client.get(url(other)).status_code == 404
    send(client, other, "JA")
    assert not VoluntarinessCount.objects.exists()
    assert asked not in client.get(reverse("mapping:read", args=[other.pk])).content.decode()


def test_only_an_approved_mapper_of_the_unit_turns_the_screen(client, ended):
    leader = situations.an_account(Role.LEADER, at=ended.unit)
    elsewhere = situations.an_account(at=situations.a_unit("Bergen fengsel"))
    for user, status in ((leader, 403), (elsewhere, 404)):
        client.force_login(user)
        assert send(client, ended, "JA").status_code == status
    assert not VoluntarinessCount.objects.exists()


def test_words_that_nobody_has_approved_are_not_shown_in_production(client, mapper, ended, settings):
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    assert not answer_counts.is_asked(ended)
    assert client.get(url(ended)).status_code == 404


def test_what_is_sent_is_never_held_in_a_page(client, mapper, ended):
    response = client.post(url(ended), {"answer": VoluntarinessAnswer.NO, "hide": "/"})
    assert b"NEI" not in response.content
