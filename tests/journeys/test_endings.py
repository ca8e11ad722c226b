"""Talks that end otherwise: no, not yet, taken back in the middle and after sharing. And remand, without a script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from brik.mapping.models import InterviewState, Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from consent.models import Consent, Withdrawal
from consent.record import steps
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.sharing.models import Delivery
from tests.browser import assert_accessible, login, shoot
from tests.consent import walking
from tests.consent.walking import choose, press
from tests.journeys import way
from tests.journeys.way import account, pick, save

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring", "house"),
]

KODA, NAV, MUNICIPALITY = OrganisationKind.CASE_SYSTEM, OrganisationKind.NAV_STATE, OrganisationKind.NAV_MUNICIPAL


def look(page: Page, name: str) -> None:
    assert_accessible(page)
    shoot(page, f"reise-{name}")


def line_of(page: Page, person):
    page.goto("/arbeidsliste/")
    return page.get_by_role("row").filter(has_text=person.name)


def answer_to_mapping(page: Page, person, press_or_choose) -> None:
    way.from_worklist(page, person)
    press(page, "Begynn samtykkesamtale")
    walking.open_talk(page, "nb")
    press(page, "Lagre og fortsett")
    choose(page, steps.INFORMATION, "how", "READ")
    press(page, "Neste")
    press_or_choose(page)
    press(page, "Ferdig")
    walking.hand_back(page)


def no(page: Page) -> None:
    choose(page, steps.MAPPING, "answer", "NEI")
    press(page, "Neste")


def not_yet(page: Page) -> None:
    press(page, "Jeg vil snakke med noen først")


def test_no_and_not_yet_are_seen_by_mappers_and_by_nobody_who_leads_or_decides(browser_page, second_page, tmp_path):
    refused, deferred = (way.arrive(tmp_path, family=name) for name in ("Neiesen", "Ventesen"))
    page = browser_page
    login(page, account("kontakt.oslo"))
    answer_to_mapping(page, refused, no)
    answer_to_mapping(page, deferred, not_yet)
    for person in (refused, deferred):
        expect(line_of(page, person)).to_contain_text("Samtale holdt")
    for username, words in (
        ("kartlegger.oslo", ("Vil ikke kartlegges", "Vil snakke med noen først")),
        ("leder.oslo", ("Tilbudt samtale", "Tilbudt samtale")),
    ):
        login(second_page, account(username))
        for person, said in zip((refused, deferred), words, strict=True):
            expect(line_of(second_page, person)).to_contain_text(said)
        second_page.context.clear_cookies()

    # Whoever wanted to think about it says yes another day.
    way.consent(page, deferred, permit={}, again=True)
    assert sorted(Consent.objects.filter(person=deferred).values_list("outcome", flat=True)) == [
        "DELVIS_GITT",
        "UTSATT",
    ]
    assert Mapping.objects.get().person_id == deferred.pk
    login(second_page, account("kartlegger.oslo"))
    expect(line_of(second_page, deferred)).to_contain_text("Klar for kartlegging")


def test_taken_back_in_the_middle_of_the_interview(browser_page, second_page, tmp_path):
    person = way.arrive(tmp_path)
    page, colleague = browser_page, second_page
    login(page, account("kartlegger.oslo"))
    way.consent(page, person, permit={})
    way.open_interview(page, person)
    page.get_by_role("link", name="Bolig").click()
    pick(page, "Hvordan bodde du", "Eide")
    page.locator("[data-saved]").get_by_text("Lagret kl.").wait_for()

    login(colleague, account("beslutter.oslo"))
    way.take_back(colleague, person)
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Det er notert")
    look(colleague, "notert")
    assert Mapping.objects.get().state == InterviewState.CLOSED

    pick(page, "Kan du miste boligen", "Ja")
    press(page, "Lagre og fortsett")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ikke lagret")
    expect(page.locator("main")).to_contain_text("Samtykket er avsluttet.")
    look(page, "lukket-underveis")
    page.get_by_role("link", name="Til kartleggingen").click()
    expect(page.locator("main")).to_contain_text("er ikke lenger åpent for noen")
    expect(page.locator("main")).not_to_contain_text("Eide")
    look(page, "lukket")
    page.get_by_role("link", name="Til personen").click()
    expect(page.get_by_role("region", name="Samtalen", exact=True)).to_contain_text("Samtykke trukket")


def test_taken_back_after_sharing(browser_page, second_page, koda, counterpart, tmp_path):
    person = way.arrive(tmp_path)
    page, adviser = browser_page, second_page
    login(page, account("kartlegger.oslo"))
    way.consent(page, person, permit={KODA: [Theme.BOLIG], NAV: [Theme.BOLIG]})
    way.open_interview(page, person)
    page.get_by_role("link", name="Bolig").click()
    pick(page, "Kan du miste boligen", "Nei")
    save(page, "Økonomi og gjeld")
    way.sign_off(page)
    way.share(page, person, "NAV (statlig)")
    way.share(page, person, koda.name)
    # The case system takes it, and the answer is lost on the way.
    counterpart.behaviour.set(Mode(does.SILENT, times=1))
    way.deliver(person, koda)
    login(adviser, account("nav.oslo"))
    adviser.get_by_role("link", name=person.name).click()
    expect(adviser.get_by_role("heading", level=1)).to_have_text(person.name)

    way.take_back(page, person)
    look(page, "trukket")
    expect(page.locator("main")).to_contain_text("NAV (statlig)")
    expect(page.locator("main")).to_contain_text(koda.name)
    way.deliver(person, koda)
    told, taken_back = counterpart.ledger.lines()
    assert taken_back.about == told.message_id
    assert set(Delivery.objects.filter(kind="DELING").values_list("state", flat=True)) == {"TRUKKET"}
    assert Mapping.objects.get().state == InterviewState.RESTRICTED

    adviser.reload()
    expect(adviser.get_by_role("heading", level=1)).to_have_text("Dette er ikke lenger tilgjengelig")
    look(adviser, "borte")
    adviser.get_by_role("link", name="Innboks").first.click()
    expect(adviser.locator("main")).to_contain_text("Innboksen er tom")


def test_in_remand_without_a_script(plain_page, tmp_path):
    person = way.arrive(tmp_path, category="Varetekt")
    page = plain_page
    login(page, account("kartlegger.oslo"))
    expect(line_of(page, person)).to_contain_text("Varetekt")
    way.consent(page, person, permit={MUNICIPALITY: [Theme.BOLIG]})
    assert Consent.objects.get().kind == "VARETEKT"
    way.open_interview(page, person)
    assert Mapping.objects.get().kind == "varetekt"
    shown = page.locator("main").inner_text().lower()
    assert not [word for word in ("domfelt", "soning", "straffegjennomføring") if word in shown]
    page.get_by_role("link", name="Det som haster ute").click()
    pick(page, "Får du beholde boligen din?", "Usikkert")
    pick(page, "Trenger du hjelp med husleie", "Ja")
    save(page, "Helse")
    way.sign_off(page)
    shown = way.share(page, person, "NAV Gamle Oslo (kommunal)")
    assert '"VC2b"' in shown
    press(page, "Logg ut")
    page.wait_for_url("**/logget-ut/")
    login(page, account("navkommune.oslo"))
    page.get_by_role("link", name=person.name).click()
    expect(page.locator("main")).to_contain_text("Trenger du hjelp med husleie")
    page.get_by_label("Mottatt").check()
    press(page, "Send svar")
    expect(page.get_by_role("region", name="Svar")).to_contain_text("Mottatt")


def test_a_part_is_taken_back_without_a_script_from_when_it_was_said(plain_page, tmp_path):
    someone, said = way.arrive(tmp_path, family="Skriptløs"), timezone.localdate() - timedelta(days=3)
    login(plain_page, account("kontakt.oslo"))
    way.from_worklist(plain_page, someone)
    plain_page.get_by_role("link", name="Vil trekke tilbake noe").click()
    plain_page.get_by_text("Bare noen temaer – Skolen").click()
    plain_page.get_by_role("group", name="Skolen").get_by_label("Utdanning", exact=True).check()
    plain_page.get_by_role("group", name="Ett tema").get_by_label("Bolig", exact=True).check()
    plain_page.get_by_label("Tidligere").check()
    plain_page.get_by_label("Dato").fill(f"{said:%d.%m.%Y}")
    plain_page.get_by_label("Klokkeslett").fill("10.30")
    press(plain_page, "Trekk tilbake")
    plain_page.get_by_text("Notert.").wait_for()
    assert Withdrawal.objects.get(person=someone).whole is False
