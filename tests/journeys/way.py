"""The way through the house as people go it: arrival, talk, interview, sharing, answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from uuid import uuid4

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from brik.people.models import Person
from brik.staff.models import OrganisationKind, Staff, Unit
from followup.demo import messages
from followup.sharing.delivery import sending
from followup.sharing.jobs import WORKER
from tests import situations
from tests.consent import walking
from tests.consent.walking import press

Look = Callable[[Page, str], None]
OSLO = "0501"


def account(username: str) -> Staff:
    return Staff.objects.get(username=username)


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


def from_worklist(page: Page, person: Person) -> None:
    page.goto("/arbeidsliste/")
    page.get_by_role("link", name=person.name).click()
    page.get_by_role("heading", level=1, name=person.name).wait_for()


def consent(
    page: Page,
    person: Person,
    *,
    permit: Mapping[OrganisationKind, Iterable[str]],
    look: Look = lambda page, name: None,
    again: bool = False,
) -> None:
    """From the worklist through the whole talk, signed by name, to the receipt."""
    from_worklist(page, person)
    press(page, "Ny samtykkesamtale" if again else "Begynn samtykkesamtale")
    walking.open_talk(page, "nb")
    walking.walk(page, "nb", sign=partial(walking.type_name, name=person.name), permit=permit, look=look)


def pick(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


def save(page: Page, then: str) -> None:
    """Save an area and go on to the next, whose title is ``then``."""
    press(page, "Lagre og fortsett")
    page.get_by_role("heading", level=1, name=then, exact=True).wait_for()


def open_interview(page: Page, person: Person) -> None:
    """Begin the interview that the consent has opened, in bokmål."""
    page.goto(f"/personer/{person.pk}/")
    page.get_by_role("region", name="Kartlegginger").get_by_role("link").first.click()
    press(page, "Begynn")


def sign_off(page: Page) -> None:
    page.get_by_role("link", name="Alle områder").click()
    page.get_by_role("link", name="Se over svarene").click()
    press(page, "Ferdigstill")
    page.get_by_role("heading", level=1, name="Kartlegging", exact=True).wait_for()


def share(page: Page, person: Person, recipient: str, *, look: Look = lambda page, name: None) -> str:
    """Look at what the recipient will see, and share it. Returns the message as it was shown."""
    page.goto(f"/personer/{person.pk}/deling/")
    page.get_by_role("region", name="Kan deles nå").get_by_role("link", name=recipient).click()
    page.get_by_role("heading", name=f"Dette vil {recipient} se").wait_for()
    look(page, "forhandsvisning")
    shown = page.locator("#melding").text_content() or ""
    press(page, f"Del med {recipient}")
    page.wait_for_url("**/deling/")
    return shown


def deliver(person: Person, organisation) -> None:
    """What the worker does with what waits for one recipient."""
    sending.send_waiting(person.pk, organisation.pk, by=WORKER)


def take_back(page: Page, person: Person, what: str = "Alt: kartleggingen og all deling") -> None:
    """Three clicks: the button, what, done."""
    page.goto(f"/personer/{person.pk}/")
    page.get_by_role("link", name="Vil trekke tilbake noe").click()
    page.get_by_label(what, exact=True).check()
    press(page, "Trekk tilbake")
    expect(page.locator("main [role=status]").first).to_contain_text("Notert")
