"""The units, organisations and texts of the demonstration, made once for each module that asks for them."""

from io import StringIO

import pytest
from django.core.management import call_command

from brik.staff.models import Unit
from followup.demo import register


@pytest.fixture(scope="module")
def demo_house(module_db) -> Unit:
    register.load()
    call_command("load_texts", stdout=StringIO())
    return Unit.objects.get(name="Oslo fengsel")
