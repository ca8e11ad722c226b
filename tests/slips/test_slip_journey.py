"""In a real browser: the officer turns the screen, the inmate chooses, gives it back, and the nurse reads it."""

import pytest
from playwright.sync_api import expect

from brik.slips.models import Slip
from brik.slips.topics import Topic
from tests import situations
from tests.browser import assert_accessible, shoot, sign_in
from tests.situations import PASSWORD
from tests.slips import turns

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring"),
]


def test_from_the_person_page_over_the_turned_screen_to_the_nurse(browser_page, second_page, oslo, officer, nurse):
    someone = situations.a_person(at=oslo)
    turns.turned(someone, Topic.SLEEP, by=officer, hours_ago=30)
    page = browser_page
    sign_in(page, officer)
    page.goto(f"/personer/{someone.pk}/")
    assert_accessible(page)
    shoot(page, "lapp-person")
    page.get_by_role("link", name="Lapp til helsetjenesten").click()
    assert_accessible(page)
    shoot(page, "lapp-snu")
    page.get_by_role("link", name="Norsk bokmål").click()
    expect(page.get_by_text("Haster det? Si fra til en ansatt nå.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Jeg vil ikke sende lapp").check()
    page.get_by_label("Abstinens").check()
    expect(page.get_by_label("Jeg vil ikke sende lapp")).not_to_be_checked()
    shoot(page, "lapp-valg")
    page.get_by_role("button", name="Neste").click()
    page.get_by_role("heading", name="Du er ferdig").wait_for()
    assert_accessible(page)
    shoot(page, "lapp-ferdig")

    # Back shows the page with nothing on it.
    page.go_back()
    page.get_by_role("heading", name="Lapp til helsetjenesten").wait_for()
    assert page.locator("input:checked").count() == 0
    page.go_forward()
    page.get_by_role("button", name=f"Gi skjermen til {officer.name}").click()
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Vis skjermen").click()
    page.get_by_role("heading", level=1, name=someone.name).wait_for()
    assert Slip.objects.filter(person=someone).last().topics == [Topic.WITHDRAWAL]

    turns.turned(someone, by=officer)
    sign_in(second_page, nurse)
    second_page.goto("/innboks/")
    expect(second_page.get_by_text("Ikke åpnet", exact=True)).to_have_count(2)
    expect(second_page.get_by_text("Har ventet for lenge")).to_have_count(1)
    assert_accessible(second_page)
    shoot(second_page, "lapp-innboks")
    second_page.get_by_role("button", name="Åpne nye lapper").click()
    expect(second_page.get_by_text("Abstinens")).to_be_visible()
    expect(second_page.get_by_text(someone.name)).to_have_count(2)
    assert_accessible(second_page)
    shoot(second_page, "lapp-apnet")


def test_the_page_goes_from_right_to_left_and_works_without_a_script(plain_page, browser_page, oslo, officer, health):
    someone = situations.a_person(at=oslo)
    sign_in(browser_page, officer)
    browser_page.goto(f"/lapp/{someone.pk}/ar/")
    assert_accessible(browser_page)
    shoot(browser_page, "lapp-arabisk")
    sign_in(plain_page, officer)
    plain_page.goto(f"/lapp/{someone.pk}/en/")
    plain_page.get_by_label("I do not want to send a note").check()
    plain_page.get_by_role("button", name="Next").click()
    plain_page.get_by_role("heading", name="You are finished").wait_for()
    assert Slip.objects.get(person=someone).topics == []
