"""In a real browser: from the signed-off interview to a need that the person says no thanks to, and opens again."""

import pytest
from playwright.sync_api import expect

from followup.plan.models import Need, NeedState
from tests import situations
from tests.browser import assert_accessible, assert_reflows, shoot, sign_in
from tests.plan.needs import HOUSING

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring"),
]


def test_he_says_no_thanks(browser_page):
    """Story 6, given an interview that proposes a home and a need told of later."""
    mapper = situations.an_account()
    person = situations.a_signed_off_interview(mapper, None, **HOUSING).person
    page = browser_page
    sign_in(page, mapper)
    page.goto(f"/personer/{person.pk}/")
    page.get_by_role("link", name="Behov", exact=True).click()
    assert_accessible(page)
    shoot(page, "behov-foreslatt")

    page.get_by_label("Bolig: Stort behov. Ønsker hjelp").check()
    page.get_by_role("button", name="Lagre som behov").click()
    expect(page.get_by_text("Behovene er lagret.")).to_be_visible()
    page.get_by_role("link", name="Nytt behov").click()
    page.get_by_label("Hva gjelder det?").select_option(label="Arbeid")
    page.get_by_role("group", name="Hvor stort er behovet?").get_by_label("Haster").check()
    page.get_by_role("group", name="Ønsker personen hjelp?").get_by_label("Ja", exact=True).check()
    assert_accessible(page)
    shoot(page, "behov-nytt")
    page.get_by_role("button", name="Lagre").click()
    # The most urgent stands first.
    expect(page.locator("tbody tr").first).to_contain_text("Arbeid")
    assert_accessible(page)
    assert_reflows(page)
    shoot(page, "behov")

    page.get_by_role("link", name="Bolig", exact=True).click()
    page.get_by_label("Personen takker nei").check()
    assert_accessible(page)
    shoot(page, "behov-ett")
    page.get_by_role("button", name="Lagre").click()
    expect(page.locator(".ds-error-summary")).to_be_visible()
    page.get_by_label("Personen er til stede og sier det selv").check()
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("heading", name="Takket nei")).to_be_visible()
    assert {need.state for need in Need.objects.filter(person=person)} == {NeedState.OPEN, NeedState.DECLINED}

    page.get_by_role("link", name="Åpne Bolig igjen").click()
    page.get_by_label("Hvorfor åpnes det igjen?").select_option(label="Personen vil ha hjelp likevel")
    assert_accessible(page)
    page.get_by_role("button", name="Lagre").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert not Need.objects.filter(person=person, state=NeedState.DECLINED).exists()
