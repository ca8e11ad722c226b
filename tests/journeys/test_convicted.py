"""The main job: somebody arrives, consents, is mapped, and the case system and NAV get exactly what was consented to."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from brik.mapping.models import InterviewState, Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from followup.sharing.models import Delivery
from tests.browser import assert_accessible, login, shoot
from tests.journeys import way
from tests.journeys.way import account, pick, save

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring", "house"),
]

KODA, NAV = OrganisationKind.CASE_SYSTEM, OrganisationKind.NAV_STATE
THREE = [Theme.BOLIG, Theme.OEKONOMI, Theme.ARBEID]


def look(page: Page, name: str) -> None:
    assert_accessible(page)
    shoot(page, f"reise-{name}")


def answers_in(message: str) -> set[str]:
    return {answer["linkId"] for area in json.loads(message)["omraader"] for answer in area["svar"]}


def interview(page: Page, person, *, look=lambda page, name: None) -> None:
    """Housing and work are talked of; the rest stays *ikke spurt*."""
    way.open_interview(page, person)
    look(page, "oversikt")
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
    way.sign_off(page)
    look(page, "ferdig")


def test_from_arrival_to_the_answer_of_nav(browser_page, second_page, koda, counterpart, tmp_path):
    person = way.arrive(tmp_path)
    page, adviser = browser_page, second_page
    login(page, account("kartlegger.oslo"))
    look(page, "arbeidsliste")
    way.consent(page, person, permit={KODA: THREE, NAV: THREE})
    look(page, "kvittering")
    page.get_by_role("link", name="Til personen").click()
    look(page, "person")
    interview(page, person, look=look)

    to_koda = way.share(page, person, koda.name, look=look)
    to_nav = way.share(page, person, "NAV (statlig)", look=look)
    assert answers_in(to_koda) == {"C1", "C3a", "C3b", "E1"}
    assert answers_in(to_nav) == {"C3a", "C3b", "E1"}
    way.deliver(person, koda)
    sealed = {delivery.organisation.kind: delivery.disclosure.payload.open() for delivery in Delivery.objects.all()}
    assert sealed == {KODA: to_koda.encode(), NAV: to_nav.encode()}
    [line] = counterpart.ledger.lines()
    assert line.sha256 == Delivery.objects.get(organisation=koda).disclosure.payload_sha256

    login(adviser, account("nav.oslo"))
    look(adviser, "innboks")
    adviser.get_by_role("link", name=person.name).click()
    look(adviser, "sammendrag")
    expect(adviser.locator("main")).to_contain_text("Kan du miste boligen")
    expect(adviser.locator("main")).not_to_contain_text("Hvordan bodde du")
    adviser.get_by_label("Vi tar kontakt").check()
    adviser.get_by_label("Vi ringer").check()
    adviser.get_by_role("button", name="Send svar").click()

    page.goto(f"/personer/{person.pk}/")
    expect(page.get_by_role("region", name="Er delt")).to_contain_text("Vi tar kontakt: Vi ringer")
    look(page, "svaret")
    page.goto("/arbeidsliste/")
    line = page.get_by_role("row").filter(has_text=person.name)
    expect(line).to_contain_text("Kartlegging ferdig")
    expect(line).to_contain_text("Svar fra mottaker")


def test_a_correction_is_sent_anew_in_place_of_what_was_wrong(browser_page, second_page, koda, counterpart, tmp_path):
    person = way.arrive(tmp_path)
    page, adviser = browser_page, second_page
    login(page, account("kartlegger.oslo"))
    way.consent(page, person, permit={KODA: THREE, NAV: THREE})
    interview(page, person)
    first = way.share(page, person, koda.name)
    way.share(page, person, "NAV (statlig)")
    way.deliver(person, koda)

    page.goto(f"/personer/{person.pk}/")
    page.get_by_role("region", name="Kartlegginger").get_by_role("link").first.click()
    page.get_by_role("link", name="Rett kartleggingen").click()
    page.get_by_label("Hvorfor?").fill("Fristen var feil")
    page.get_by_role("button", name="Begynn å rette").click()
    page.get_by_role("link", name="Bolig").click()
    pick(page, "Kan du miste boligen", "Nei")
    save(page, "Økonomi og gjeld")
    way.sign_off(page)
    assert Mapping.objects.filter(state=InterviewState.FINAL).count() == 1

    page.goto(f"/personer/{person.pk}/deling/")
    page.get_by_role("region", name="Kan deles nå").get_by_role("link", name=koda.name).click()
    expect(page.locator("main")).to_contain_text("Dette erstatter det mottakeren har fått før.")
    look(page, "erstatter")
    second = way.share(page, person, koda.name)
    way.share(page, person, "NAV (statlig)")
    way.deliver(person, koda)
    assert json.loads(second)["erstatter"] == json.loads(first)["meldingsId"]
    assert answers_in(second) == {"C1", "C3a", "E1"}
    assert [line.sha256 for line in counterpart.ledger.lines()] == list(
        Delivery.objects.filter(organisation=koda).order_by("pk").values_list("disclosure__payload_sha256", flat=True)
    )

    login(adviser, account("nav.oslo"))
    assert adviser.get_by_role("link", name=person.name).count() == 1
    adviser.get_by_role("link", name=person.name).click()
    expect(adviser.locator("main")).not_to_contain_text("Hvilken dag er fristen?")
