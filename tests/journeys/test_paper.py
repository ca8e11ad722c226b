"""A talk that is signed on paper: what was photographed is looked at, confirmed, archived, and holds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from consent.models import Consent
from tests import situations
from tests.journeys import given, then, when

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring", "house"),
]

HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 40


def test_a_photo_signs_once_the_person_has_seen_it_and_said_that_it_is_the_sheet(browser_page, second_page, tmp_path):
    inmate = given.an_inmate_in_prison(tmp_path)
    officer = given.an_officer_at_the_unit(browser_page)

    def on_paper(page: Page) -> None:
        when.a_photo_of_the_sheet_is_sent(page, "bilde.heic", HEIC)
        then.the_page_says(page, "På iPhone velger du Innstillinger, Kamera, Formater og «Mest kompatibel».")
        when.a_photo_of_the_sheet_is_sent(page, "en-lapp.jpg", situations.a_photo(size=(300, 300)))
        then.the_sheet_is_shown(page)
        when.the_person_says_that_it_is_another_sheet(page)
        when.a_photo_of_the_sheet_is_sent(page, "ark.jpg", situations.a_photo())
        then.the_sheet_is_shown(page)
        then.nothing_is_signed(inmate)

    permitting = {OrganisationKind.NAV_STATE: [Theme.BOLIG]}
    when.the_inmate_says_yes(officer, inmate, permitting=permitting, signing=on_paper)
    consent = Consent.objects.get(person=inmate)
    sheet = then.the_archived_sheet_is_at_hand(officer, consent)
    then.the_sheet_ends_with_a_picture_of(sheet, size=(600, 800))
    then.what_was_signed_holds()

    insight = given.the_desk_for_insight(second_page)
    when.the_desk_for_insight_finds(insight, inmate)
    assert then.the_archived_sheet_is_at_hand(insight, consent) == sheet
