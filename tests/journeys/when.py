"""What people do on a journey, on the pages they do it on. Each page they come to is looked at (``way.look``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial

from playwright.sync_api import FilePayload, Page, expect

from brik.people.models import Person
from brik.staff.models import Organisation, OrganisationKind
from consent.record import steps
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.demo.counterpart.server import Counterpart
from tests import situations
from tests.consent import walking
from tests.consent.walking import choose, press
from tests.journeys import way
from tests.journeys.way import look, pick, save

NOTHING: Mapping[OrganisationKind, Iterable[str]] = {}
EVERYTHING = "Alt: kartleggingen og all deling"


# The talk.


def the_inmate_says_yes(
    page: Page,
    person: Person,
    *,
    permitting: Mapping[OrganisationKind, Iterable[str]],
    signing: Callable[[Page], None] | None = None,
) -> None:
    """Yes to the mapping, and to telling those in ``permitting`` about their themes; no to everybody else.

    ``signing``: what is done on the page of the signature, before the last button; else the name is typed.
    """
    _the_whole_talk(page, person, "Begynn samtykkesamtale", permitting, signing)


def the_inmate_says_yes_after_all(page: Page, person: Person) -> None:
    """In a second talk: yes to the mapping, no to telling anybody."""
    _the_whole_talk(page, person, "Ny samtykkesamtale", NOTHING)


def the_inmate_says_no(page: Page, person: Person) -> None:
    _talk_as_far_as_the_mapping(page, person)
    choose(page, steps.MAPPING, "answer", "NEI")
    press(page, "Neste")
    _end_the_talk(page)


def the_inmate_wants_to_talk_to_somebody_first(page: Page, person: Person) -> None:
    _talk_as_far_as_the_mapping(page, person)
    press(page, "Jeg vil snakke med noen først")
    _end_the_talk(page)


def _the_whole_talk(
    page: Page,
    person: Person,
    button: str,
    permitting: Mapping[OrganisationKind, Iterable[str]],
    signing: Callable[[Page], None] | None = None,
) -> None:
    """From the worklist to the receipt."""
    way.from_worklist(page, person)
    press(page, button)
    walking.open_talk(page, "nb")
    walking.walk(page, "nb", sign=signing or partial(walking.type_name, name=person.name), permit=permitting)
    look(page, "kvittering")


def a_photo_of_the_sheet_is_sent(page: Page, name: str, data: bytes) -> None:
    choose(page, steps.SIGNATURE, "method", "PAPER")
    photo: FilePayload = {"name": name, "mimeType": "image/jpeg", "buffer": data}
    page.locator(f'input[name="{steps.SIGNATURE}-scan"]').set_input_files(photo)
    press(page, "Skriv under")


def the_person_says_that_it_is_another_sheet(page: Page) -> None:
    page.get_by_role("link", name="Nei, jeg tar et nytt bilde").click()


def _talk_as_far_as_the_mapping(page: Page, person: Person) -> None:
    way.from_worklist(page, person)
    press(page, "Begynn samtykkesamtale")
    walking.open_talk(page, "nb")
    press(page, "Lagre og fortsett")
    press(page, "Jeg har snudd skjermen")
    choose(page, steps.INFORMATION, "how", "READ")
    press(page, "Neste")
    look(page, "kartlegges")


def _end_the_talk(page: Page) -> None:
    walking.give_back(page)


# The interview.


def the_interview_begins(page: Page, person: Person) -> None:
    """The one that the consent has opened, in bokmål."""
    page.goto(f"/personer/{person.pk}/")
    look(page, "person")
    way.interview_of(page).click()
    press(page, "Begynn")
    look(page, "oversikt")


def housing_and_work_are_talked_of(page: Page) -> None:
    """The rest stays *ikke spurt*."""
    page.get_by_role("link", name="Bolig").click()
    look(page, "bolig")
    pick(page, "Hvordan bodde du", "Eide")
    pick(page, "Kan du miste boligen", "Ja")
    page.get_by_label("Hvilken dag er fristen?").fill("31.12.2026")
    save(page, "Økonomi og gjeld")
    page.get_by_role("link", name="Alle områder").click()
    page.get_by_role("link", name="Arbeid", exact=True).click()
    pick(page, "Hva gjorde du de siste 3 månedene", "Ledig")
    save(page, "Utdanning")


def the_home_is_said_not_to_be_at_risk(page: Page) -> None:
    page.get_by_role("link", name="Bolig").click()
    pick(page, "Kan du miste boligen", "Nei")
    save(page, "Økonomi og gjeld")


def the_first_answer_about_housing_saves_itself(page: Page) -> None:
    page.get_by_role("link", name="Bolig").click()
    pick(page, "Hvordan bodde du", "Eide")
    page.locator("[data-saved]").get_by_text("Lagret kl.").wait_for()


def the_officer_goes_on_with_housing(page: Page) -> None:
    pick(page, "Kan du miste boligen", "Ja")
    press(page, "Lagre og fortsett")


def what_is_urgent_outside_is_talked_of(page: Page) -> None:
    """In remand: the home may be lost, and the rent is a problem."""
    page.get_by_role("link", name="Det som haster ute").click()
    pick(page, "Får du beholde boligen din?", "Usikkert")
    pick(page, "Trenger du hjelp med husleie", "Ja")
    save(page, "Helse")


def the_officer_signs_off(page: Page) -> None:
    page.get_by_role("link", name="Alle områder").click()
    page.get_by_role("link", name="Se over svarene").click()
    press(page, "Ferdigstill")
    page.get_by_role("heading", level=1, name="Kartlegging", exact=True).wait_for()
    look(page, "ferdig")


def the_officer_begins_to_correct(page: Page, person: Person, reason: str) -> None:
    page.goto(f"/personer/{person.pk}/")
    way.interview_of(page).click()
    page.get_by_role("link", name="Rett kartleggingen").click()
    page.get_by_label("Hvorfor?").fill(reason)
    page.get_by_role("button", name="Begynn å rette").click()


# The sharing.


def the_officer_shares_with(page: Page, person: Person, recipient: str) -> str:
    """Look at what the recipient will see, and share it. Returns the message as it was shown."""
    the_officer_looks_at_what_would_be_shared_with(page, person, recipient)
    shown = page.locator("#melding").text_content() or ""
    press(page, f"Del med {recipient}")
    page.wait_for_url("**/deling/")
    return shown


def the_officer_looks_at_what_would_be_shared_with(page: Page, person: Person, recipient: str) -> None:
    page.goto(f"/personer/{person.pk}/deling/")
    page.get_by_role("region", name="Kan deles nå").get_by_role("link", name=recipient).click()
    page.get_by_role("heading", name=f"Dette vil {recipient} se").wait_for()
    look(page, "forhandsvisning")


def the_worker_sends(person: Person, organisation: Organisation) -> None:
    """What waits for this recipient about this person."""
    way.deliver(person, organisation)


def the_next_answer_of_the_case_system_is_lost(counterpart: Counterpart) -> None:
    """It takes the message, and the answer never comes."""
    counterpart.behaviour.set(Mode(does.SILENT, times=1))


# What protects the person.


def the_officer_enters(page: Page, person: Person, *restrictions: str, grade: str = "Ikke gradert") -> None:
    """From the person's page; what was ticked before and is not named is lifted."""
    page.goto(f"/personer/{person.pk}/")
    page.get_by_role("link", name="Restriksjoner og adressegradering").click()
    page.get_by_label(grade, exact=True).check()
    for box in page.get_by_role("group", name="Restriksjoner").get_by_role("checkbox").all():
        box.uncheck()
    for restriction in restrictions:
        page.get_by_label(restriction, exact=True).check()
    look(page, "hensyn")
    press(page, "Lagre")
    page.get_by_role("heading", name="Lagret").wait_for()


def the_leader_permits(page: Page, person: Person, *kinds: str, until: date) -> None:
    """From the list of everybody with restrictions."""
    page.get_by_role("link", name="Restriksjoner").click()
    look(page, "restriksjoner")
    page.get_by_role("link", name=person.name).click()
    look(page, "sporsmal")
    page.get_by_label("Ja, bare disse").check()
    for kind in kinds:
        page.get_by_label(kind, exact=True).check()
    page.get_by_label("Begrunnelse").fill("Retten har tillatt det.")
    page.get_by_label("Til og med hvilken dag gjelder svaret?").fill(f"{until:%d.%m.%Y}")
    press(page, "Lagre svaret")
    look(page, "besvart")


def the_worker_follows(person: Person) -> None:
    """What follows from a grade, a restriction or the leader's answer."""
    way.follow(person)


# The recipient.


def the_adviser_opens_the_summary(page: Page, person: Person) -> None:
    page.get_by_role("link", name=person.name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(person.name)
    look(page, "sammendrag")


def the_adviser_will_telephone(page: Page) -> None:
    page.get_by_label("Vi tar kontakt").check()
    page.get_by_label("Vi ringer").check()
    press(page, "Send svar")


def the_adviser_has_received_it(page: Page) -> None:
    page.get_by_label("Mottatt").check()
    press(page, "Send svar")


# Taking back.


def the_inmate_takes_everything_back(page: Page, person: Person) -> None:
    """Four clicks of whoever is told: the button, what, how it was said, done. Then the worker."""
    page.goto(f"/personer/{person.pk}/")
    page.get_by_role("link", name="Vil trekke tilbake noe").click()
    page.get_by_label(EVERYTHING, exact=True).check()
    page.get_by_label("Personen er her nå og sier det", exact=True).check()
    press(page, "Trekk tilbake")
    page.wait_for_url("**/trukket/*/")
    situations.carry_out(person)
    page.reload()
    expect(page.locator("main [role=status]").first).to_contain_text("Notert")
    look(page, "trukket")


def a_colleague_tells_that_the_inmate_takes_everything_back(page: Page, person: Person) -> None:
    """Noted without the person's own presence or signature. Then the worker."""
    page.goto(f"/personer/{person.pk}/")
    page.get_by_role("link", name="Vil trekke tilbake noe").click()
    page.get_by_label(EVERYTHING, exact=True).check()
    page.get_by_label("Det ble sagt til meg tidligere, eller noen andre har sagt det", exact=True).check()
    press(page, "Trekk tilbake")
    page.wait_for_url("**/trukket/*/")
    situations.carry_out(person)


def the_inmate_says_that_it_was_wrong(page: Page, person: Person, *, language: str = "nb") -> None:
    """The officer hears the person and turns the screen; everything is said again there, and signed."""
    page.goto(f"/personer/{person.pk}/")
    look(page, "sagt-av-andre")
    press(page, f"Jeg har snakket med {person.name}: det var feil")
    choose(page, steps.LANGUAGE, "language", language)
    choose(page, steps.LANGUAGE, "interpreter", "NEI")
    press(page, "Lagre og fortsett")
    press(page, "Jeg har snudd skjermen")
    page.wait_for_url(f"**/{steps.SAID_AGAIN}/")
    look(page, f"fortsatt-{language}")
    expect(page.locator("main input[type=radio]:checked")).to_have_count(0)
    again = page.locator(f'main input[value="{steps.YES}"]')
    for number in range(again.count()):
        page.locator(f'label[for="{again.nth(number).get_attribute("id")}"]').click()
    choose(page, steps.SAID_AGAIN, "how", "READ_ALOUD")
    walking.draw(page, steps.SAID_AGAIN)
    look(page, f"fortsatt-{language}-signert")
    page.locator("main form button.ds-button[type=submit]:not([name])").first.click()
    walking.hand_back(page, language)


def the_inmate_takes_a_part_back(page: Page, person: Person, *, said: date) -> None:
    """The school's work with education, and everybody's with housing; it was said some days ago."""
    way.from_worklist(page, person)
    page.get_by_role("link", name="Vil trekke tilbake noe").click()
    look(page, "trekke-del")
    page.get_by_text("Bare noen temaer – Skolen").click()
    page.get_by_role("group", name="Skolen").get_by_label("Utdanning", exact=True).check()
    page.get_by_role("group", name="Ett tema").get_by_label("Bolig", exact=True).check()
    page.get_by_label("Personen er her nå og sier det", exact=True).check()
    page.get_by_label("Tidligere", exact=True).check()
    page.get_by_label("Dato").fill(f"{said:%d.%m.%Y}")
    page.get_by_label("Klokkeslett").fill("10.30")
    press(page, "Trekk tilbake")
    page.wait_for_url("**/trukket/*/")
    situations.carry_out(person)
    page.reload()


# Asking for access.


def the_desk_for_insight_finds(page: Page, person: Person) -> None:
    """By the number of whoever asks."""
    page.goto("/innsyn/")
    number = person.identifiers.first()
    assert number is not None
    page.get_by_label("Fødselsnummer, D-nummer eller DUF-nummer").fill(number.number.open())
    page.locator("main form").get_by_role("button").first.click()
    page.wait_for_url(f"**/innsyn/{person.pk}/")


# Moving about.


def the_officer_goes_to_the_interview(page: Page) -> None:
    page.get_by_role("link", name="Til kartleggingen").click()


def the_officer_goes_to_the_person(page: Page) -> None:
    page.get_by_role("link", name="Til personen").click()


def everybody_signs_out(page: Page) -> None:
    press(page, "Logg ut")
    page.wait_for_url("**/logget-ut/")


def the_adviser_loads_the_page_again(page: Page) -> None:
    page.reload()


def the_adviser_goes_to_the_inbox(page: Page) -> None:
    page.get_by_role("link", name="Innboks").first.click()
