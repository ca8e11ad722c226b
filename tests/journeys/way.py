"""What the steps of a journey stand on: arrivals, accounts, looking at a page, and what recurs on pages."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4
from weakref import WeakKeyDictionary

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page

from brik.people.models import Person
from brik.staff.models import Staff, Unit
from followup.demo import messages
from followup.desk import following
from followup.sharing.delivery import sending
from followup.sharing.jobs import WORKER
from tests import browser, situations
from tests.browser import assert_accessible, shoot
from tests.consent.walking import press

OSLO = "0501"
_BESIDE: WeakKeyDictionary[Page, Page] = WeakKeyDictionary()


def account(username: str) -> Staff:
    staff: Staff = Staff.objects.get(username=username)
    return staff


def arrival(
    *, category: str = "Ubetinget", given: str = "Ola", family: str = "Oppdiktsen", unit: str = OSLO, number: str = ""
) -> bytes:
    """A message that somebody came the day before yesterday."""
    today = timezone.localdate()
    where = Unit.objects.get(number=unit)
    about = {
        "MeldingsId": str(uuid4()),
        "HendelseId": str(uuid4()),
        "HendelseOpprettetTid": (timezone.localtime() - timedelta(days=2)).isoformat(),
        "Fornavn": given,
        "Etternavn": family,
        "Fnr": number or situations.a_number().value,
        "Kjoenn": "M",
        "InnsattKategori": category,
        "ErIAnstalt": True,
    }
    return messages.arrival(
        about,
        unit={"district": where.district, "name": where.name, "number": where.number},
        arrived=today - timedelta(days=2),
        dates=dates(category, today),
    )


def dates(category: str, today: date) -> dict[str, date]:
    if category == "Varetekt":
        return {"FraDato": today - timedelta(days=2), "TilDato": today + timedelta(days=20)}
    return {"StartDato": today - timedelta(days=2), "EndtTid": today + timedelta(days=300)}


def arrive(folder: Path, **told: str) -> Person:
    """Somebody comes, through the real intake; the one whose message it was."""
    before = set(Person.objects.values_list("pk", flat=True))
    (folder / "inntak.xml").write_bytes(arrival(**told))
    out = StringIO()
    call_command("intake", str(folder / "inntak.xml"), stdout=out)
    assert out.getvalue().startswith("ACCEPTED"), "the arrival was not accepted"
    return Person.objects.exclude(pk__in=before).get()


def look(page: Page, name: str) -> None:
    """Axe finds nothing on this page, and there is a picture of it for whoever asks for pictures."""
    beside = _BESIDE.get(page)
    if beside is not None:
        beside.context.clear_cookies()
        beside.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # its type of a cookie is private
        beside.goto(page.url)
        page = beside
    assert_accessible(page)
    shoot(page, f"reise-{name}")


def without_scripts(page: Page, beside: Page) -> Page:
    """A page where nothing can be asked by script: ``beside`` is another machine to look at the same address on."""
    _BESIDE[page] = beside
    return page


def from_worklist(page: Page, person: Person) -> None:
    page.goto("/arbeidsliste/")
    page.get_by_role("link", name=person.name).click()
    page.get_by_role("heading", level=1, name=person.name).wait_for()


def pick(page: Page, question: str, answer: str) -> None:
    browser.question(page, question).get_by_label(answer, exact=True).check()


def save(page: Page, then: str) -> None:
    """Save an area and go on to the next, whose title is ``then``."""
    press(page, "Lagre og fortsett")
    page.get_by_role("heading", level=1, name=then, exact=True).wait_for()


def interview_of(page: Page) -> Locator:
    """The link to the interview, on the person's page, where it is folded."""
    page.locator("summary").filter(has_text="Kartlegginger").click()
    return page.get_by_role("region", name="Kartlegginger").get_by_role("link").first


def follow(person: Person) -> None:
    """What the worker's job does after a change of what protects the person."""
    following.carry_out(person.pk, by=WORKER)


def deliver(person: Person, organisation) -> None:
    """What the worker does with what waits for one recipient."""
    sending.send_waiting(person.pk, organisation.pk, by=WORKER)
