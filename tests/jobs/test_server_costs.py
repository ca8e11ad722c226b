"""The database's server is new enough, and uses the indexes that are there."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection

from brik.jobs import server_costs

pytestmark = [pytest.mark.django_db]


def test_the_embedded_server_is_as_the_readme_asks():
    assert server_costs.differences() == []


def test_a_server_that_counts_with_a_turning_disk_is_told_by_the_check():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 4")
    (sentence,) = server_costs.differences()
    assert "has random_page_cost = 4." in sentence
    assert [message.msg for message in run_checks(databases=["default"]) if message.id == "jobs.W002"] == [sentence]


def test_the_readme_says_the_version_and_the_setting():
    readme = Path(settings.BASE_DIR, "README.md").read_text()
    assert server_costs.lines() in readme
    assert f"PostgreSQL {server_costs.OLDEST} or newer" in readme
