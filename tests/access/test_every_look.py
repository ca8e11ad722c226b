"""Every page that shows something about people leaves its event: the person can be told who looked."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.models import Organisation, Unit
from brik.vault import keys
from followup.demo import register, telling
from tests.access import world
from tests.access.table import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

# Who opens the page, and what it is in the log.
LOOKS = {
    "mapping:hub": ("kartlegger", Verb.MAPPING_READ),
    "mapping:check": ("kartlegger", Verb.MAPPING_READ),
    "mapping:read": ("kartlegger", Verb.MAPPING_READ),
    "mapping:correct": ("kartlegger", Verb.MAPPING_READ),
    "mapping:pdf": ("kartlegger", Verb.MAPPING_PRINTED),
    "mapping:help": ("kartlegger", Verb.HELP_SHOWN),
    "mapping:voluntariness": ("kartlegger", Verb.PERSON_READ),
    "plan:plan": ("kartlegger", Verb.NEEDS_READ),
    "plan:new_need": ("kartlegger", Verb.NEEDS_READ),
    "plan:need": ("kartlegger", Verb.NEEDS_READ),
    "tasks:listed": ("barneansvarlig", Verb.TASKS_LISTED),
    "tasks:task": ("barneansvarlig", Verb.TASK_READ),
    "slips:turn": ("kontaktbetjent", Verb.PERSON_READ),
    "slips:write": ("kontaktbetjent", Verb.PERSON_READ),
    "slips:inbox": ("partner", Verb.SLIPS_LISTED),
    "consent:read": ("kartlegger", Verb.CONSENT_READ),
    "consent:done": ("kartlegger", Verb.CONSENT_READ),
    "consent:sheet": ("innsyn", Verb.CONSENT_READ),
    "consent:receipt": ("kartlegger", Verb.CONSENT_PRINTED),
    "consent:paper": ("kartlegger", Verb.PERSON_READ),
    "consent:minor": ("kontaktbetjent", Verb.PERSON_READ),
    "desk:talk": ("kartlegger", Verb.CONSENT_TALK_READ),
    "desk:worklist": ("kontaktbetjent", Verb.PEOPLE_LISTED),
    "desk:releases": ("beslutter", Verb.PEOPLE_LISTED),
    "desk:person": ("kartlegger", Verb.PERSON_READ),
    "desk:placement": ("leder", Verb.PERSON_READ),
    "desk:known_as": ("kartlegger", Verb.PERSON_READ),
    "desk:protection": ("kartlegger", Verb.PERSON_READ),
    "desk:restrictions": ("leder", Verb.PEOPLE_LISTED),
    "desk:rule": ("leder", Verb.PERSON_READ),
    "desk:withdraw": ("beslutter", Verb.PERSON_READ),
    "desk:receipt": ("kartlegger", Verb.CONSENT_READ),
    "desk:receipt_pdf": ("kartlegger", Verb.CONSENT_PRINTED),
    "desk:counts": ("leder", Verb.PEOPLE_LISTED),
    "desk:waiting": ("leder", Verb.PEOPLE_LISTED),
    "desk:without_messages": ("leder", Verb.PEOPLE_LISTED),
    "desk:events": ("personvern", Verb.EVENTS_READ),
    "desk:events_file": ("personvern", Verb.EVENTS_READ),
    "desk:holds": ("innsyn", Verb.PEOPLE_LISTED),
    "desk:hold": ("innsyn", Verb.PERSON_READ),
    "desk:nights": ("personvern", Verb.EVENTS_READ),
    "desk:extract": ("innsyn", Verb.PERSON_READ),
    "desk:erase": ("innsyn", Verb.PERSON_READ),
    "desk:erasures": ("innsyn", Verb.PEOPLE_LISTED),
    "desk:erasure": ("innsyn", Verb.PERSON_READ),
    "sharing:preview": ("kartlegger", Verb.PREVIEW_READ),
    "sharing:deliveries": ("kartlegger", Verb.DELIVERY_READ),
    "sharing:reply": ("kartlegger", Verb.DELIVERY_READ),
    "sharing:disposals": ("kartlegger", Verb.PEOPLE_LISTED),
    "sharing:inbox": ("partner", Verb.INBOX_LISTED),
    "sharing:summary": ("partner", Verb.SUMMARY_READ),
    "sharing:summary_pdf": ("partner", Verb.SUMMARY_PRINTED),
    "sharing:disposal": ("partner", Verb.INBOX_LISTED),
}
# Those that are about nobody in custody, or show nothing, or have their looks counted elsewhere.
OTHERS = {
    "pages:home": "leads on",
    "pages:login": "before a session",
    "pages:logged_out": "after a session",
    "pages:hidden": "shows nothing",
    "pages:session": "tells the time left",
    "mapping:newer": "tells whether an open page is old",
    "pages:own_password": "the user's own",
    "pages:about": "about BRIK",
    "pages:help": "what the user may do",
    "pages:health": "for a load balancer",
    "sharing:keys": "our public keys, for other systems",
    "consent:sound": "the public words of the talk, for everybody alike",
    "mapping:area": "opens for who holds the interview: tests/mapping/test_area_pages.py",
    "mapping:thanks": "the last page of the turned screen: it names nobody",
    "mapping:compare": "needs two interviews: tests/mapping/test_around.py",
    "arrivals:register": "an empty form",
    "arrivals:registered": "what the user has just typed",
    "desk:protection_saved": "what the user has just entered",
    "slips:done": "the turned screen: it names nobody",
    "consent:slip": "leads on where the talk is not there yet: tests/consent/test_slip_page.py",
    "staff:mappers": "about staff",
    "staff:accounts": "about staff",
    "staff:new_account": "about staff",
    "staff:account": "about staff",
    "staff:organisations": "about organisations",
    "staff:new_organisation": "about organisations",
    "staff:organisation": "about organisations",
    "staff:keys": "about senders",
    "staff:proposals": "about staff",
    "desk:find": "an empty form; a search is an event of its own",
    "desk:deletions": "ids of messages",
    "desk:units": "about units",
}


@pytest.fixture(scope="module")
def house(module_db) -> dict[str, dict[str, Any]]:
    register.load()
    call_command("load_texts", stdout=StringIO())
    with keys.ring():
        return world.build(Unit.objects.get(number="0501"), Organisation.objects.get(number=telling.HEALTH))


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_is_an_event(client, house, name):
    role, verb = LOOKS[name]
    user = world.somebody(role, Unit.objects.get(number="0501"))
    client.force_login(user)
    about = house.get(name, {})
    assert client.get(reverse(name, kwargs=about)).status_code == 200
    looks = Event.objects.filter(verb=verb, actor=user.actor_id)
    assert looks.count() == 1
    if "person" in about:
        assert str(looks.get().subject) == str(about["person"])


def test_every_address_that_is_read_is_a_look_or_says_why_not():
    read = {name for name, row in TABLE.items() if row["metode"] == "GET"}
    assert set(LOOKS) | set(OTHERS) == read
    assert not set(LOOKS) & set(OTHERS)
