"""What is sent compressed: static files, where the browser takes it; never a page."""

import gzip
from itertools import product

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.test import Client, RequestFactory
from django.urls import reverse

from brik.pages.static_files import StaticFilesMiddleware, accepted_codings
from brik.staff.models import Role
from tests import situations

TEXT = b"body { margin: 0 }\n" * 100


@pytest.fixture
def nothing_asks_the_database():
    """The end of an answer looks after connections to a database; a test without one may meet another's, left open."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


@pytest.fixture
def served(settings, tmp_path, nothing_asks_the_database):
    """The middleware as in production, with one file and its compressed twin."""
    (tmp_path / "brik.css").write_bytes(TEXT)
    (tmp_path / "brik.css.gz").write_bytes(gzip.compress(TEXT))
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    middleware = StaticFilesMiddleware(lambda request: None)

    def ask(accepts):
        headers = {} if accepts is None else {"accept-encoding": accepts}
        answer = middleware(RequestFactory().get("/static/brik.css", headers=headers))
        body = b"".join(answer.streaming_content)
        answer.close()
        assert (gzip.decompress(body) if answer.get("Content-Encoding") == "gzip" else body) == TEXT
        assert answer["Vary"] == "Accept-Encoding"
        return answer.get("Content-Encoding")

    return ask


@pytest.mark.parametrize("accepts", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "gzip;q=0.001", "GZIP;q=1"])
def test_a_static_file_is_compressed_for_a_browser_that_takes_it(served, accepts):
    assert served(accepts) == "gzip"


@pytest.mark.parametrize(
    "accepts", ["gzip;q=0", "gzip; q=0.0", "gzip ; Q=0.000", "identity, gzip;q=0, br;q=0", "identity", "", None]
)
def test_a_static_file_is_not_compressed_for_a_browser_that_does_not(served, accepts):
    assert served(accepts) is None


def test_a_connection_that_another_test_has_left_open_stays_as_it_is(django_db_setup, django_db_blocker, served):
    with django_db_blocker.unblock():
        connection.ensure_connection()
    try:
        assert served("gzip") == "gzip"
        assert connection.connection is not None
    finally:
        with django_db_blocker.unblock():
            connection.close()


def test_the_other_codings_keep_their_weights():
    for first, second in product(("br", "br;q=0.5"), ("deflate", "deflate;q=0.01")):
        assert accepted_codings(f"{first},gzip;q=0,{second}") == f"{first},{second}"


@pytest.mark.django_db
@pytest.mark.parametrize("inside", [True, False])
def test_no_page_is_compressed_whatever_the_browser_takes(key_ring, inside):
    """Its length would tell of what stands on it: ``docs/decisions/2026-11-30-pages-are-not-compressed.md``."""
    client = Client(headers={"accept-encoding": "gzip, deflate, br, zstd"})
    if inside:
        client.force_login(situations.an_account(Role.MAPPER))
    for address in (reverse("pages:about"), reverse("pages:login"), "/", "/ingen/slik/side/", reverse("desk:worklist")):
        answer = client.get(address)
        assert "Content-Encoding" not in answer, address
