"""The whole talk in a real browser: in bokmål and in Arabic, with and without scripts."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pypdf import PdfReader

from brik.definitions import languages
from brik.mapping.questionnaire.themes import Theme
from brik.people.models import LegalStatus
from brik.staff.models import OrganisationKind
from brik.vault import keys
from consent.models import Consent
from consent.record import covers, steps
from consent.record.document import opened
from consent.record.signed_sheets import opened_sheet
from consent.talk import actions
from tests import situations
from tests.browser import assert_accessible, shoot, sign_in
from tests.consent.walking import choose, draw, give_back, open_talk, press, type_name, walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
NAV = OrganisationKind.NAV_STATE
YES = {NAV: [Theme.BOLIG, Theme.ARBEID]}


@pytest.fixture
def house():
    situations.publish_texts()
    return situations.all_recipients()


def begin(page: Page, by, someone, language: str) -> None:
    sign_in(page, by)
    with keys.ring():
        talk = actions.start(someone, by=by)
    page.goto(f"/samtykkesamtale/{talk.pk}/{steps.LANGUAGE}/")
    open_talk(page, language)


def look(page: Page, name: str) -> None:
    shoot(page, name)
    assert_accessible(page)


EVERYTHING = [step for step in steps.ALL if step not in (steps.MUNICIPALITY, steps.CLOSING)]


@pytest.mark.parametrize("language", languages.CODES)
def test_the_whole_talk_with_a_drawn_signature(browser_page, house, language):
    by, someone = situations.a_mapper_and_a_person()
    begin(browser_page, by, someone, language)
    assert walk(browser_page, language, look=look, sign=draw, permit=YES) == EVERYTHING
    look(browser_page, f"{language}-kvittering")
    with keys.ring():
        consent = Consent.objects.get()
        assert opened(consent).content["signature"]["method"] == "DRAWN"
        assert bytes(consent.signature.open()).startswith(b"<svg")
        assert set(covers.covered_themes(someone.pk, house[NAV].pk)) == {Theme.BOLIG, Theme.ARBEID}


def test_the_whole_talk_in_arabic_without_scripts_with_a_typed_signature(plain_page, house):
    language = "ar"
    by, someone = situations.a_mapper_and_a_person(status=LegalStatus.REMAND)
    begin(plain_page, by, someone, language)
    assert walk(plain_page, language, sign=type_name, permit={NAV: [Theme.OEKONOMI]}) == EVERYTHING
    with keys.ring():
        consent = Consent.objects.get()
        assert (consent.kind, consent.language) == ("VARETEKT", language)
        assert opened(consent).content["signature"]["method"] == "TYPED"


@pytest.mark.parametrize("language", ["nb", "ar"])
def test_the_page_of_choices_printed_and_signed_is_the_sheet_taken_in(browser_page, house, language):
    by, someone = situations.a_mapper_and_a_person()
    begin(browser_page, by, someone, language)
    printed = []

    def print_it(page: Page, name: str) -> None:
        if name.endswith(steps.READ_BACK):
            expect(page.locator(".brik-print-only")).to_be_hidden()
            page.emulate_media(media="print")
            expect(page.locator(".brik-print-only")).to_be_visible()
            shoot(page, f"{language}-ark", {820: 1180})
            printed.append(page.pdf())
            assert len(PdfReader(BytesIO(printed[0])).pages[0].extract_text()) > 300, "the first sheet is filled"
            page.emulate_media(media="screen")

    def on_paper(page: Page) -> None:
        choose(page, steps.SIGNATURE, "method", "PAPER")
        sheet: FilePayload = {"name": "ark.pdf", "mimeType": "application/pdf", "buffer": printed[0]}
        page.locator(f'input[name="{steps.SIGNATURE}-scan"]').set_input_files(sheet)
        look(page, f"{language}-papir")
        page.locator("main form button.ds-button[type=submit]:not([name])").first.click()
        expect(page.locator("img.brik-sheet").first).to_be_visible()
        look(page, f"{language}-arket")

    walk(browser_page, language, look=print_it, sign=on_paper, permit=YES)
    if language == "nb":
        words = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(printed[0])).pages).split())
        assert all(said in words for said in ("Bolig", "jeg har valgt selv.", "Dato:", "Underskrift:"))
        assert words.count(someone.name) == 2, "who it is stands where the name is to be written too"
        assert not any(button in words for button in ("Endre", "dette stemmer", "Skjul skjermen"))
    with keys.ring():
        consent = Consent.objects.get()
        assert opened(consent).content["signature"]["method"] == "PAPER"
        assert opened_sheet(consent.sheet).startswith(b"%PDF-")


def test_refusing_is_four_pages_and_never_a_signature(browser_page, house):
    by, someone = situations.a_mapper_and_a_person()
    begin(browser_page, by, someone, "nb")
    press(browser_page, "Lagre og fortsett")
    press(browser_page, "Jeg har snudd skjermen")
    choose(browser_page, steps.INFORMATION, "how", "READ")
    press(browser_page, "Neste")
    choose(browser_page, steps.MAPPING, "answer", "NEI")
    press(browser_page, "Neste")
    look(browser_page, "nb-nei")
    give_back(browser_page)
    look(browser_page, "nb-nei-kvittering")
    assert Consent.objects.get().outcome == "NEI"


def test_wanting_to_talk_to_somebody_first_is_one_press(browser_page, house):
    by, someone = situations.a_mapper_and_a_person()
    begin(browser_page, by, someone, "nb")
    press(browser_page, "Lagre og fortsett")
    press(browser_page, "Jeg har snudd skjermen")
    choose(browser_page, steps.INFORMATION, "how", "READ")
    press(browser_page, "Neste")
    press(browser_page, "Jeg vil snakke med noen først")
    look(browser_page, "nb-utsatt")
    give_back(browser_page)
    assert Consent.objects.get().outcome == "UTSATT"


def test_mistakes_are_told_at_the_top_and_at_the_field(browser_page, house):
    by, someone = situations.a_mapper_and_a_person()
    begin(browser_page, by, someone, "nb")
    press(browser_page, "Lagre og fortsett")
    press(browser_page, "Jeg har snudd skjermen")
    choose(browser_page, steps.INFORMATION, "how", "READ")
    press(browser_page, "Neste")
    press(browser_page, "Neste")
    expect(browser_page.locator(".ds-error-summary")).to_contain_text("Velg ett av svarene.")
    look(browser_page, "nb-feil")


def test_two_windows_of_one_talk_do_not_overwrite_each_other(browser_page, house):
    by, someone = situations.a_mapper_and_a_person()
    begin(browser_page, by, someone, "nb")
    press(browser_page, "Lagre og fortsett")
    press(browser_page, "Jeg har snudd skjermen")
    other = browser_page.context.new_page()
    other.goto(browser_page.url)
    for page, how in ((browser_page, "READ"), (other, "READ_ALOUD")):
        choose(page, steps.INFORMATION, "how", how)
        press(page, "Neste")
    expect(other.get_by_role("heading", level=1)).to_have_text("Samtalen er endret et annet sted")
    look(other, "nb-to-vinduer")


def test_what_is_not_saved_is_told_and_not_left_by_mistake(browser_page, house):
    by, someone = situations.a_mapper_and_a_person()
    begin(browser_page, by, someone, "nb")
    saved = browser_page.locator("[data-saved]")
    expect(saved).to_contain_text("Ikke lagret ennå")
    expect(saved).to_have_attribute("data-state", "waiting")
    colours = "e => [e, e.parentElement].map(one => getComputedStyle(one).color)"
    assert len(set(saved.evaluate(colours))) == 1, "calm: only what could not be saved is red"
    asked: list[str] = []
    browser_page.on("dialog", lambda dialog: asked.append(dialog.type))
    browser_page.on("dialog", lambda dialog: dialog.accept())
    browser_page.reload()
    assert asked == ["beforeunload"]
    open_talk(browser_page, "nb")
    press(browser_page, "Lagre og fortsett")
    browser_page.wait_for_url(re.compile(steps.TURN))
    browser_page.go_back()
    expect(saved).to_have_text("Lagret")
    assert asked == ["beforeunload"]
