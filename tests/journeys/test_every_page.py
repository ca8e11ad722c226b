"""Every page the resolver knows, in the living demonstration's states, for every role that may open it: axe finds nothing.

Which role may open what stands in the table of ``tests/access``. A new address without a place here fails the test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, SlugConverter, UUIDConverter
from django.utils.timezone import localdate
from playwright.sync_api import Page

from brik.arrivals.models import Message
from brik.audit.reasons import Reason
from brik.mapping.models import InterviewState, Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interviews
from brik.people.models import Person
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.models import MapperApproval, MessageKey, Role
from brik.tasks.models import Task
from consent.models import Consent, Talk, WithdrawalReceipt
from consent.record import steps
from consent.record.refusals import ConsentRefusal
from consent.talk.gate import why_shut
from followup.demo import telling
from followup.desk.erasure import actions as erasures
from followup.desk.retention.erasures import Erasure, ErasureExtent
from followup.plan import actions as plan
from followup.plan.models import Need
from followup.plan.needs import NeedContent
from followup.sharing.models import Disclosure
from tests import situations
from tests.access.table import TABLE, names
from tests.browser import assert_reflows, login, shoot, violations
from tests.journeys.way import account
from tests.situations import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring"),
]

ACCOUNTS = {
    "kartlegger": "kartlegger.oslo",
    "kontaktbetjent": "kontakt.oslo",
    "koordinator": "koordinator.oslo",
    "sosialkonsulent": "sosial.oslo",
    "barneansvarlig": "barneansvarlig.oslo",
    "vaktleder": "vaktleder.oslo",
    "leder": "leder.oslo",
    "beslutter": "beslutter.oslo",
    "innsyn": "innsyn",
    "personvern": "personvern",
    "system": "system",
    "partner": "nav.oslo",
    "helse": "helse.oslo",
}
# Addresses that answer GET with something else than a page of their own.
REDIRECTS = {"pages:home", "mapping:newer"}
# Nobody has made sounds for the demonstration; `tests/sound` makes and plays them.
SOUNDS = {"consent:sound"}
NO_PAGES = {
    "mapping:pdf",
    "consent:receipt",
    "consent:sheet",
    "desk:receipt_pdf",
    "desk:events_file",
    "sharing:summary_pdf",
    "pages:session",
    "pages:health",
    "sharing:keys",
}
# Opened by whoever holds the interview, or with a reason, or before and after a session: not in the table's cells.
BESIDES = {
    ("kartlegger", "mapping:area"),
    ("kartlegger", "mapping:compare"),
    ("kartlegger", "consent:slip"),
    ("innsyn", "mapping:read"),
    ("ingen", "pages:login"),
    ("kartlegger", "pages:logout"),
    ("vaktleder", "tasks:task"),
    ("kartlegger", "pages:hidden"),
    ("helse", "slips:inbox"),
    ("helse", "sharing:inbox"),
}
# Of partners only the health service.
NOT_FOR = {("partner", "slips:inbox")}


@pytest.fixture
def demo(monkeypatch):
    """The living demonstration, and three things more that only an hour of use would make."""
    monkeypatch.setenv("BRIK_DEMO_PASSWORD", PASSWORD)
    call_command("load_demo", stdout=StringIO())
    kari = account("kartlegger.oslo")
    correction = Mapping.objects.get(state=InterviewState.DRAFT, corrects__isnull=False)
    interviews.sign_off(correction, by=kari)
    unasked = Person.objects.visible_to(kari).filter(consent_talks=None, current_stay__legal_status="DOMFELT")
    fresh = next(person for person in unasked if why_shut(person) is None)
    telling.begin(fresh, kari, telling.opening("ar"))
    other = situations.a_person(at=kari.current_posts[0].unit)
    situations.a_talk(other, kari, stop_before=steps.SLIP, registered="0301", actual="0301", adult="JA")
    ended = situations.a_signed_off_interview(kari, situations.a_person(at=kari.current_posts[0].unit))
    MessageKey.objects.create(kid="prove", sender="Oppdiktet avsender", jwk={"kty": "RSA"})
    erasures.propose(
        situations.a_person(at=kari.current_posts[0].unit),
        extent=ErasureExtent.SAID,
        why=Reason.ASKED_FOR,
        by=account("innsyn"),
    )
    four_eyes.propose_post(
        account("kontakt.oslo"),
        role=Role.MAPPER,
        unit=kari.current_posts[0].unit,
        since=localdate(),
        by=account("system"),
    )
    return places(kari, correction, ended)


def places(kari, correction: Mapping, ended: Mapping) -> dict[str, list[dict[str, Any]]]:
    """What the addresses point at, one or two of each, in different states."""
    seen = Mapping.objects.visible_to(kari)
    draft = seen.get(state=InterviewState.DRAFT, mapper=kari)
    ready = seen.filter(state=InterviewState.READY).first()
    restricted = Mapping.objects.filter(state=InterviewState.RESTRICTED).first()
    withdrawn = Consent.objects.filter(person=restricted.person_id)[0]
    arabic = Consent.objects.get(language="ar")
    told = WithdrawalReceipt.objects.filter(person__in=Person.objects.visible_to(kari)).first().withdrawal
    of_nav = Disclosure.objects.filter(organisation__number=telling.NAV, deliveries__kind="DELING")
    answered, gone = of_nav.filter(answers__isnull=False)[0], of_nav.filter(deliveries__state="TRUKKET")[0]
    parked = Disclosure.objects.get(deliveries__state="PARKERT")
    talk = Talk.objects.get(state="AAPEN", started_by__username="kontakt.oslo")
    in_arabic, at_slip = Talk.objects.filter(state="AAPEN", started_by=kari).order_by("started_at")
    of_oslo = Person.objects.visible_to(kari).with_stay()
    minor = next(person for person in of_oslo if why_shut(person) is ConsentRefusal.UNDER_18)
    people = [{"person": answered.person_id}, {"person": restricted.person_id}]
    approval = MapperApproval.objects.first()
    # One that nobody has taken, and one that is one's own.
    waiting = Task.objects.open().filter(role=Role.CHILD_CONTACT, taken_by=None)[0]
    taken = Task.objects.open().filter(taken_by__username=ACCOUNTS["vaktleder"])[0]
    assert Message.objects.parked().exists()
    return {
        "mapping:hub": [{"mapping": ready.pk}, {"mapping": draft.pk}],
        "mapping:area": [{"mapping": draft.pk, "step": "C"}],
        "mapping:help": [{"mapping": draft.pk, "step": "G"}],
        "mapping:check": [{"mapping": draft.pk}],
        "mapping:read": [{"mapping": correction.pk}],
        "mapping:correct": [{"mapping": correction.pk}],
        "mapping:compare": [{"mapping": correction.pk}],
        "mapping:pdf": [{"mapping": correction.pk}],
        "mapping:voluntariness": [{"mapping": ended.pk}],
        "mapping:thanks": [{"mapping": ended.pk}],
        "innsyn mapping:read": [{"mapping": restricted.pk}],
        "arrivals:registered": people[:1],
        "desk:protection": people[:1],
        "desk:protection_saved": people[:1],
        "plan:plan": [{"person": correction.person_id}],
        "plan:new_need": [{"person": correction.person_id}],
        "plan:need": [{"person": correction.person_id, "need": need.pk} for need in needs_of(correction, kari)],
        "barneansvarlig tasks:task": [{"task": waiting.pk}],
        "vaktleder tasks:task": [{"task": task.pk} for task in (waiting, taken)],
        "slips:turn": people[:1],
        "slips:write": [{**people[0], "language": code} for code in ("nb", "ar")],
        "slips:done": [{**people[0], "language": code} for code in ("nb", "ar")],
        "desk:known_as": people[:1],
        "desk:placement": people[:1],
        "desk:rule": [{"person": Person.objects.get(restricted_at__isnull=False).pk}],
        "staff:account": [{"account": approval.staff_id}],
        "staff:organisation": [{"organisation": answered.organisation_id}],
        "consent:read": [{"consent": arabic.pk}, {"consent": withdrawn.pk}],
        "consent:done": [{"consent": arabic.pk}, {"consent": withdrawn.pk}],
        "consent:slip": [{"talk": at_slip.pk}],
        "consent:minor": [{"person": minor.pk}],
        "consent:paper": [{"consent": arabic.pk}],
        "consent:sheet": [{"consent": arabic.pk}],
        "consent:receipt": [{"consent": arabic.pk}],
        "desk:talk": [
            {"talk": talk.pk, "step": "kartlegging"},
            {"talk": in_arabic.pk, "step": "informasjon"},
            {"talk": in_arabic.pk, "step": "sprak"},
        ],
        "desk:person": [*people, {"person": parked.person_id}],
        "desk:withdraw": people[:1],
        "desk:receipt": [{"withdrawal": told.pk}],
        "desk:receipt_pdf": [{"withdrawal": told.pk}],
        "desk:extract": people,
        "desk:hold": people[:1],
        "desk:erase": people[:1],
        "desk:erasure": [{"erasure": Erasure.objects.get().pk}],
        "sharing:preview": [{"mapping": answered.mapping_id, "organisation": answered.organisation_id}],
        "sharing:deliveries": [*people, {"person": parked.person_id}],
        "sharing:reply": [{"message": answered.deliveries.get(kind="DELING").message_id}],
        "sharing:summary": [{"disclosure": answered.pk}, {"disclosure": gone.pk}],
        "sharing:disposal": [{"notice": gone.disposal.pk}],
        "sharing:summary_pdf": [{"disclosure": answered.pk}],
    }


def needs_of(interview: Mapping, kari) -> list[Need]:
    """A need that is open, and one that has ended."""
    ended = plan.enter(interview, content=NeedContent(Theme.FRITID), by=kari)
    return [
        plan.enter(interview, content=NeedContent(Theme.MAAL), by=kari),
        plan.decline(ended, present=True, version=ended.row_version, by=kari),
    ]


def pages_of(role: str) -> list[str]:
    """The addresses this role may open, by name."""
    may = {name for name, row in TABLE.items() if row["metode"] == "GET" and row.get(role, "").startswith("200")}
    besides, without = ({name for who, name in pairs if who == role} for pairs in (BESIDES, NOT_FOR))
    return sorted((may | besides) - without - REDIRECTS)


def test_every_page_is_accessible(browser_page, demo):
    page, wrong, opened = browser_page, [], set()
    titles: dict[str, set[str]] = defaultdict(set)
    asked = {name for name in names() if TABLE[name]["metode"] == "GET"}
    for role in ["ingen", *ACCOUNTS]:
        page.context.clear_cookies()
        if role in ACCOUNTS:
            login(page, account(ACCOUNTS[role]))
        for name in pages_of(role):
            if name == "pages:hidden":
                continue
            opened.add(name)
            for arguments in demo.get(f"{role} {name}") or demo.get(name) or [{}]:
                wrong += found_on(page, role, name, reverse(name, kwargs=arguments))
                if name not in NO_PAGES:
                    titles[page.title()].add(name)
        if role == "kartlegger":
            page.goto("/om/")
            page.get_by_role("button", name="Skjul skjermen").click()
            opened.add("pages:hidden")
            wrong += found_on(page, role, "pages:hidden", "/skjult/")
    assert not wrong, "\n" + "\n".join(wrong)
    assert asked - REDIRECTS - SOUNDS - opened == set(), "pages without a place in the sweep"
    shared = {title: names for title, names in titles.items() if len(names) > 1}
    assert not shared, f"one title for several pages: {shared}"


def found_on(page: Page, role: str, name: str, address: str) -> list[str]:
    """What is wrong with one page, for one role."""
    if name in NO_PAGES:
        file = page.context.request.get(address)
        told = file.headers.get("content-type", "")
        return [] if file.ok and "html" not in told else [f"{role} {name}: {file.status} {told}"]
    answer = page.goto(address)
    if answer is None or answer.status not in {200, 410}:
        return [f"{role} {name}: {answer and answer.status}"]
    shoot(page, f"alle-{name}-{role}")
    found = violations(page)
    bare = page.locator("table:not(:has(> caption))").count()
    found += [f"{bare} tables without a caption"] if bare else []
    assert_reflows(page)
    return [f"{role} {name}: {one}" for one in found]


@pytest.mark.usefixtures("house")
def test_what_the_table_calls_post_has_no_page(client):
    """So that nothing is left out of the sweep."""
    wrong = []
    for pattern, name in addresses():
        if TABLE[name]["metode"] == "GET" or (("kartlegger", name) in BESIDES):
            continue
        told = set()
        for username in ACCOUNTS.values():
            client.force_login(account(username))
            told.add(client.get(reverse(name, kwargs=anything(pattern))).status_code)
        if not told <= {403, 405} or 405 not in told:
            wrong.append(f"{name}: {sorted(told)}")
    assert not wrong, "\n" + "\n".join(wrong)


def addresses() -> Iterator[tuple[URLPattern, str]]:
    room: URLResolver
    pattern: URLPattern
    for room in get_resolver().url_patterns:  # type: ignore[assignment]  # every room is included as a whole
        for pattern in room.url_patterns:  # type: ignore[assignment]  # and holds pages only
            yield pattern, f"{room.app_name}:{pattern.name}"


def anything(pattern: URLPattern) -> dict[str, Any]:
    """Arguments of the right kind that point at nothing."""
    of_kind = {UUIDConverter: uuid4(), IntConverter: 1, SlugConverter: "C"}
    return {name: of_kind[type(converter)] for name, converter in pattern.pattern.converters.items()}
