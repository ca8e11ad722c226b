"""Nothing of a person is left on the disk of a shared machine: the browser's whole profile is read after sign-out."""

from __future__ import annotations

import pytest
from django.urls import reverse

from brik.staff.models import Role
from tests import canary, situations
from tests.browser import ARGUMENTS, chromium_path, login

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def typed_everywhere(page, address, word):
    """Write ``word`` into every field for text on a page, longer than most may be, and send its form."""
    page.goto(address)
    main = page.locator("main")
    main.locator("details.brik-more").evaluate_all("all => all.forEach(rest => { rest.open = true; })")
    text = word if "/arbeidsliste/" in address else " ".join([word] * 300)
    for field in main.locator("input[type=text]:visible, input:not([type]):visible, textarea:visible").all():
        field.evaluate("(field, text) => { field.removeAttribute('maxlength'); field.value = text; }", text)
    with page.expect_navigation():
        main.locator("form button[type=submit]:visible").first.click()


@pytest.fixture
def places():
    """An officer and, for each page, its address and a word of its own."""
    officer = situations.an_account(Role.MAPPER)
    person = situations.a_person()
    mapping = situations.an_interview(officer, person)
    addresses = {
        "search": reverse("desk:worklist"),
        "register": reverse("arrivals:register"),
        "known_as": reverse("desk:known_as", kwargs={"person": person.pk}),
        "area": reverse("mapping:area", kwargs={"mapping": mapping.pk, "step": "E"}),
    }
    return officer, {address: canary.word(name.replace("_", "")) for name, address in addresses.items()}


def test_after_signing_out_the_profile_holds_nothing_that_was_typed_or_shown(playwright, live_server, places, tmp_path):
    officer, words = places
    profile = tmp_path / "profile"
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium_path(whole=True), args=ARGUMENTS, base_url=live_server.url
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    login(page, officer)
    shown = 0
    for address, word in words.items():
        typed_everywhere(page, address, word)
        fields = [field.input_value() for field in page.locator("input[type=text], textarea").all()]
        shown += word in page.locator("main").inner_text() + " ".join(fields)
        page.goto("/om/")
    # The words came back with errors or results: there was something to keep.
    assert shown == len(words)
    page.get_by_role("button", name="Logg ut").first.click()
    page.wait_for_url("**/logget-ut/")
    page.wait_for_timeout(1500)
    context.close()
    assert any(profile.rglob("Cache_Data")), "the browser keeps no cache on disk"
    assert canary.search([*words.values(), officer.name], folders=[profile]) == []
