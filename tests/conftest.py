"""What every test stands on: keys of its own, a real PostgreSQL, and a house where sloppiness is loud."""

import tempfile
from pathlib import Path

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connections, transaction
from django.db.models.signals import post_migrate

from brik.vault import keys
from tests import examples, kept_pages, sessions
from tests.browser import browser_page, chromium, plain_page, playwright, second_page  # noqa: F401 - fixtures
from tests.pace import garbage, own_server, touched_tables
from tests.vault import key_keepers

kept_pages.follow_in_tests()
touched_tables.empty_only_these()


def pytest_addoption(parser):
    parser.addoption(
        "--key-provider", choices=key_keepers.PROVIDERS, default=key_keepers.FILES, help="what keeps the run's keys"
    )
    parser.addoption(examples.OPTION, action="store_true", help="all examples of property tests, not a third")


def pytest_configure(config):
    examples.choose(every=config.getoption(examples.OPTION))


@pytest.fixture(scope="session", autouse=True)
def _own_keys(request):
    """Keys made for this run only, in a folder that goes with it."""
    from django.conf import settings

    provider = request.config.getoption("--key-provider")
    with tempfile.TemporaryDirectory() as folder:
        key_keepers.KeyKeeper(provider, Path(folder), settings).choose().fill()
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Before the run's databases are made."""
    own_server.waits_for_no_disk()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database goes with the run, also when a browser just closed had a request still under way."""
    # Django's own permissions are not ours, and after each test of real transactions it would write them all anew.
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    yield
    with django_db_blocker.unblock():
        sessions.end_others()


@pytest.fixture
def key_ring():
    with keys.ring():
        yield


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker):
    """The database while a module builds what all its tests begin with; each test still undoes its own changes.

    For what takes long to build. Never in a module with tests of real transactions.
    """
    beginning = transaction.atomic()
    # As in Django's own TestCase: what must be outermost is so within a test.
    beginning._from_testcase = True  # type: ignore[attr-defined]  # private, not in django-stubs
    with django_db_blocker.unblock():
        with beginning:
            yield
            transaction.set_rollback(True)
        # As Django's own: a test without a database must find no open connection.
        connections.close_all()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    from tests import situations

    situations.begin_test()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The longest first: real processes, then browsers. Started last, they would hold up the end of the suite.

    The sort is stable, so within each of the three the order stays the random one.
    """
    items.sort(key=lambda item: (not item.get_closest_marker("processes"), not item.get_closest_marker("browser")))


def pytest_collection_finish():
    garbage.leave_what_stays()


def pytest_terminal_summary(terminalreporter, config):
    """The seed of the order, which pytest-randomly tells only where pytest is not told to be quiet."""
    if hasattr(config.option, "randomly_seed"):  # not there with -p no:randomly
        terminalreporter.write_line(f"The same order again: --randomly-seed={config.option.randomly_seed}")
