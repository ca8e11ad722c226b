"""The units, organisations and texts of the demonstration, made once for the module."""

from io import StringIO

import pytest
from django.core.management import call_command

from followup.demo import register


@pytest.fixture(scope="module")
def demo_house(module_db) -> None:
    register.load()
    call_command("load_texts", stdout=StringIO())
