"""A load balancer asks whether a process can answer: in one word, without a session, and without being sent elsewhere."""

import pytest
from django.db import connection

from brik.audit.models import Event
from tests import situations

pytestmark = pytest.mark.django_db
ADDRESS = "/helse/"


def test_all_is_well_in_one_word_with_few_queries_and_no_cookie(client, django_assert_num_queries):
    events = Event.objects.count()
    with django_assert_num_queries(5):
        response = client.get(ADDRESS)
    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert not response.cookies
    assert Event.objects.count() == events
    assert "no-store" in response["Cache-Control"]


def test_it_is_not_sent_to_https_where_everything_else_is(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(ADDRESS).status_code == 200
    assert client.get("/om/").status_code == 301
    assert client.get("/helse/mer/").status_code == 301


def test_it_says_the_same_to_whoever_asks(client):
    situations.a_person(family="Hemmelig")
    client.force_login(situations.an_account())
    assert client.get(ADDRESS).content == b"ok"
    assert client.head(ADDRESS).status_code == 200
    assert client.post(ADDRESS).status_code == 405


def test_keys_that_are_gone_are_told_in_a_word_and_nothing_of_where_they_were(client, settings, tmp_path):
    settings.KEY_DIR = tmp_path / "borte"
    response = client.get(ADDRESS)
    assert (response.status_code, response.content) == (503, b"keys")


def test_while_no_event_can_be_written_the_process_is_not_well(client):
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    response = client.get(ADDRESS)
    assert (response.status_code, response.content) == (503, b"events")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_is_told_in_a_word(client, settings, tmp_path):
    settings.KEY_DIR = tmp_path
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1"}
    try:
        response = client.get(ADDRESS)
    finally:
        connection.close()
        connection.settings_dict.update(kept)
    assert (response.status_code, response.content) == (503, b"database keys")
