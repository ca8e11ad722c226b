"""A name of one unbroken word moves nothing: it wraps in the room a short one has, in lists, bars and headings."""

import pytest
from django.urls import reverse

from brik.people.models import Person
from brik.staff.models import Role
from tests import situations
from tests.browser import WIDTHS, assert_accessible, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Ø" + "gkw" * 39 + "Åm"
# Left and right edge of each cell of the first row, of the button that hides the screen, and of the whole page.
COLUMNS = "[...document.querySelectorAll('thead th')].map(cell => Math.round(cell.getBoundingClientRect().left))"
EDGES = """() => {
  const hide = document.querySelector('[data-hide-screen]').getBoundingClientRect();
  return [Math.round(hide.left), Math.round(hide.right), document.documentElement.scrollWidth];
}"""
OVER_THE_BUTTON = """() => {
  const hide = document.querySelector('[data-hide-screen]').getBoundingClientRect();
  return [...document.querySelectorAll('.brik-bar bdi')].flatMap(name => [...name.getClientRects()])
    .some(box => box.right > hide.left + 1 && box.left < hide.right - 1 && box.bottom > hide.top + 1 && box.top < hide.bottom - 1);
}"""


@pytest.fixture
def oslo():
    unit = situations.a_unit("Oslo fengsel")
    for days in (1, 20, 350):
        situations.a_person(at=unit, days=days)
    return unit


def renamed(person: Person, name: str) -> None:
    person.identity = {"given": "", "middle": "", "family": name, "aliases": [name]}
    person.save()


def measured(page, width: int, address: str, what: str):
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    page.goto(address)
    return page.evaluate(what)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_worklist_keeps_its_columns(oslo, browser_page, width):
    sign_in(browser_page, situations.an_account(Role.MAPPER, at=oslo))
    before = measured(browser_page, width, "/arbeidsliste/", COLUMNS), browser_page.evaluate(EDGES)
    renamed(Person.objects.filter(current_stay__unit=oslo).first(), LONG)
    after = measured(browser_page, width, "/arbeidsliste/", COLUMNS), browser_page.evaluate(EDGES)
    assert after == before
    assert browser_page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.brik-table'))")
    shoot(browser_page, "long-name-worklist")
    assert_accessible(browser_page)


@pytest.mark.parametrize("page", ["desk:person", "desk:known_as", "desk:withdraw", "desk:protection"])
def test_the_head_of_a_persons_pages_keeps_its_button(oslo, browser_page, page):
    sign_in(browser_page, situations.an_account(Role.MAPPER, at=oslo))
    someone = Person.objects.filter(current_stay__unit=oslo).first()
    address = reverse(page, args=[someone.pk])
    for width in WIDTHS:
        renamed(someone, "Testesen")
        before = measured(browser_page, width, address, EDGES)
        renamed(someone, LONG)
        assert measured(browser_page, width, address, EDGES) == before, width
        assert not browser_page.evaluate(OVER_THE_BUTTON), width
        shoot(browser_page, f"long-name-{page.partition(':')[2]}")
    assert_accessible(browser_page)


def test_an_account_of_such_a_name_moves_nothing_either(oslo, browser_page):
    keeper = situations.an_account(Role.SYSTEM)
    sign_in(browser_page, keeper)
    for address in ("/kontoer/", "/organisasjoner/"):
        for width in WIDTHS:
            keeper.name = "Kari Prøve"
            keeper.save()
            _, _, wide = measured(browser_page, width, address, EDGES)
            keeper.name = LONG
            keeper.save()
            assert measured(browser_page, width, address, EDGES)[2] == wide == width, (address, width)
    assert_accessible(browser_page)
