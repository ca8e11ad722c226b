"""The pages of an erasure in a real browser, from the proposal to the page of what is gone."""

import pytest
from django.utils import timezone

from brik.people.models import Stay
from brik.staff.models import Role
from brik.vault import keys
from tests import situations
from tests.browser import assert_accessible, assert_reflows, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looked_at(page, name):
    assert_accessible(page)
    shoot(page, name)
    assert_reflows(page)


def test_one_proposes_another_confirms_and_both_see_what_is_gone(browser_page, second_page):
    with keys.ring():
        situations.publish_texts()
        by, someone = situations.a_mapper_and_a_person()
        situations.a_signed_consent(someone, by)
        situations.a_withdrawal(someone, by=by)
    Stay.objects.filter(person=someone).change(released_at=timezone.now())
    sign_in(browser_page, situations.an_account(Role.INSIGHT))
    browser_page.goto(f"/innsyn/{someone.pk}/")
    browser_page.get_by_role("link", name="Slette det som er lagret").click()
    looked_at(browser_page, "slette")
    browser_page.get_by_role("button", name="Foreslå sletting").click()
    browser_page.get_by_text("Velg hvorfor").first.wait_for()
    assert_accessible(browser_page)
    browser_page.get_by_label("Alt, også hvem det er").check()
    browser_page.get_by_label("Personen har bedt om det").check()
    browser_page.get_by_role("button", name="Foreslå sletting").click()
    browser_page.get_by_role("button", name="Trekk forslaget").wait_for()
    looked_at(browser_page, "sletting-foreslatt")
    sign_in(second_page, situations.an_account(Role.INSIGHT))
    second_page.goto("/sletting/")
    looked_at(second_page, "slettinger")
    second_page.get_by_role("row").nth(1).get_by_role("link").click()
    looked_at(second_page, "sletting-bekreft")
    second_page.get_by_role("button", name="Slett for godt").click()
    second_page.get_by_role("heading", name="Dette er slettet").wait_for()
    looked_at(second_page, "sletting-bekreftet")
    second_page.goto(f"/innsyn/{someone.pk}/")
    second_page.get_by_role("heading", name="Dette er slettet").wait_for()
    looked_at(second_page, "dette-er-slettet")
