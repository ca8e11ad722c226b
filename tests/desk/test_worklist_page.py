"""The worklist on the screen: what its order is, what no deadline means, and that nothing of it is cut off."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from brik.mapping.models import NoticeKind
from brik.mapping.record.closed_work import notify
from brik.people import actions
from brik.people.models import LegalStatus
from brik.staff.models import Role
from brik.vault import keys
from tests import situations
from tests.browser import shoot, sign_in

ADDRESS = "/arbeidsliste/"


@pytest.fixture
def oslo():
    unit = situations.a_unit("Oslo fengsel")
    # Of those who came long ago one is soon released; of those on remand no end is known.
    for days in (1, 350):
        for status in (LegalStatus.CONVICTED, LegalStatus.REMAND):
            situations.a_person(at=unit, days=days, status=status, family="Etternavnsen")
    return unit


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize(
    ("role", "remand", "talks"),
    [
        (Role.MAPPER, "de som blir i Norge, så de som kom først", True),
        (Role.LEADER, "Deretter varetekt: de som kom først", True),
        (Role.DECIDER, "Deretter varetekt: de som kom først", False),
    ],
)
def test_the_order_of_the_regulation_is_explained_as_far_as_the_role_sees_it(client, oslo, role, remand, talks):
    client.force_login(situations.an_account(role, at=oslo))
    assert "Forvaring står først" not in client.get(ADDRESS).content.decode()
    page = client.get(ADDRESS, {"orden": "forskrift"}).content.decode()
    assert "Forvaring står først, så de med lengst dom." in page
    assert remand in page
    assert ("orden=samtale" in page) is talks


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_a_head_sorts_and_turns_the_order_and_says_so_to_those_who_do_not_see_it(client, oslo):
    client.force_login(situations.an_account(Role.CONTACT_OFFICER, at=oslo))
    page = client.get(ADDRESS, {"status": "DOMFELT"}).content.decode()
    head = r'<th scope="col"\s*(?:aria-sort="(\w+)")?\s*>\s*<a class="brik-sort" href="([^"]+)">\s*{}'
    sort, onward = re.search(head.format("Løslates"), page).groups()
    assert (sort, unescape(onward)) == ("ascending", "?status=DOMFELT&orden=-loslates")
    turned = client.get(ADDRESS + unescape(onward)).content.decode()
    assert re.search(head.format("Løslates"), turned)[1] == "descending"
    assert re.search(head.format("Navn"), turned)[1] is None


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_the_way_to_what_is_late_leads_past_ones_own_list(client, oslo):
    officer = situations.an_account(Role.MAPPER, at=oslo)
    mine = situations.a_person(at=oslo)
    actions.place(mine, ward="", contact_officer=officer, by=officer)
    client.force_login(officer)
    page = client.get(ADDRESS).content.decode()
    assert re.search(r'aria-current="page"\s*href="[^"]*liste=mine', page)
    late = client.get(ADDRESS, {"frist": "forsinket"}).content.decode()
    assert re.search(r'aria-current="page"\s*href="[^"]*liste=alle', late)


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER])
def test_two_of_the_same_name_are_told_apart_by_when_they_were_born(client, role):
    oslo = situations.a_unit("Oslo fengsel")
    # The day itself follows from how many numbers have been made up before.
    born = {date(1987, 7, 25): r">\d+\. juli 1987<", date(1991, 11, 25): r">\d+\. november 1991<", None: ""}
    people = [situations.a_person(at=oslo, born=day) for day in born]
    for person in people:
        person.identity = {"given": "Prøve", "middle": "", "family": "Liknavn", "aliases": []}
        person.save()
    situations.a_person(at=situations.a_unit("Agder fengsel"), born=date(1955, 1, 1))
    client.force_login(situations.an_account(role, at=oslo))
    listed = client.get(ADDRESS).content.decode()
    found = client.post(ADDRESS, {"q": "Liknavn"}).content.decode()
    for page in (listed, found):
        assert page.count("Prøve Liknavn") == 3
        assert sorted(re.findall(r"f\. (\d{4})", page)) == ["1987", "1991"]
    for person, day in zip(people, born, strict=True):
        page = client.get(reverse("desk:person", args=[person.pk])).content.decode()
        assert re.findall(r"f\. (\d{4})", page) == ([str(day.year)] if day else [])
        assert ("Født" in page) is (day is not None)
        assert re.search(born[day], page)
        assert not re.search(r"<title>[^<]*(19|20)\d\d", page)


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_a_search_of_any_length_is_answered_and_its_hits_stand_in_norwegian_order(client):
    oslo = situations.a_unit("Oslo fengsel")
    for family in ("Østlie", "Abel", "Åsne", "Zara", "Ærlig"):
        person = situations.a_person(at=oslo)
        person.identity = {"given": family, "middle": "", "family": "Liknavn", "aliases": []}
        person.save()
    situations.a_person(at=situations.a_unit("Agder fengsel"), family="Liknavn")
    client.force_login(situations.an_account(Role.MAPPER, at=oslo))
    found = client.post(ADDRESS, {"q": "Liknavn" + " " * 200})
    names = re.findall(r"<bdi>(\w+) Liknavn</bdi>", found.content.decode())
    assert names == ["Abel", "Zara", "Ærlig", "Østlie", "Åsne"]
    long = client.post(ADDRESS, {"q": "x" * 5000})
    assert long.status_code == 200
    assert "Vi fant ingen i enhetene dine." in long.content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_column_is_cut_off_and_a_card_on_a_small_screen_has_few_lines(oslo, browser_page):
    sign_in(browser_page, situations.an_account(Role.MAPPER, at=oslo))
    for width in (1280, 820):
        browser_page.set_viewport_size({"width": width, "height": 900})
        browser_page.goto(ADDRESS)
        assert browser_page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.brik-table'))")
    browser_page.set_viewport_size({"width": 320, "height": 900})
    heights = browser_page.evaluate("[...document.querySelectorAll('tbody tr')].map(row => row.offsetHeight)")
    assert len(heights) == 4
    assert max(heights) <= 170


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize("role", [Role.MAPPER, Role.DECIDER])
def test_the_whole_list_stands_on_one_page_for_the_printer(client, role):
    oslo = situations.a_unit("Oslo fengsel")
    here = [situations.a_person(at=oslo) for _ in range(27)]
    situations.a_person(at=situations.a_unit("Agder fengsel"), family="Annensteds")
    client.force_login(situations.an_account(role, at=oslo))
    first = client.get(ADDRESS).content.decode()
    assert sum(person.name in first for person in here) == 25
    [whole] = re.findall(r'href="([^"]*alle=ja[^"]*)"', client.get(ADDRESS + "?side=2&status=DOMFELT").content.decode())
    page = client.get(ADDRESS + unescape(whole)).content.decode()
    assert all(person.name in page for person in here)
    assert "Annensteds" not in page
    assert "status=DOMFELT" in whole


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", [ADDRESS, "/loslates/"])
def test_six_whole_rows_are_in_sight_on_a_small_office_screen(oslo, browser_page, address):
    for _ in range(6):
        situations.a_person(at=oslo)
    mapper = situations.an_account(Role.MAPPER, at=oslo)
    with keys.ring():
        notify([situations.an_interview(mapper) for _ in range(3)], kind=NoticeKind.PROTECTION)
    sign_in(browser_page, mapper)
    browser_page.set_viewport_size({"width": 1366, "height": 768})
    browser_page.goto(address)
    bottoms = browser_page.evaluate(
        "[...document.querySelectorAll('tbody tr')].map(row => row.getBoundingClientRect().bottom)"
    )
    assert len([bottom for bottom in bottoms if bottom <= 768]) >= 6
    told = browser_page.locator("details.brik-notices")
    assert told.count() == (address == ADDRESS)
    if told.count():
        told.locator("summary").filter(has_text="3 beskjeder til deg").click()
        assert told.get_by_role("button", name="Jeg har lest dette").count() == 3
        told.locator("summary").click()
        shoot(browser_page, "arbeidsliste-beskjeder")
    fold = browser_page.locator("main .brik-narrowing details summary")
    if fold.count():
        assert fold.bounding_box()["height"] < 40
        fold.click()
        tops = browser_page.evaluate(
            "[...document.querySelectorAll('.brik-narrowing .ds-field')].map(field => field.getBoundingClientRect().top)"
        )
        assert len(set(tops)) == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_printed_list_has_no_form_and_no_buttons(oslo, browser_page):
    sign_in(browser_page, situations.an_account(Role.MAPPER, at=oslo))
    browser_page.goto(ADDRESS)
    browser_page.emulate_media(media="print")
    seen = browser_page.locator("main :is(input, select, button, nav)")
    assert not any(seen.nth(number).is_visible() for number in range(seen.count()))
    assert browser_page.locator("main table").is_visible()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER])
def test_the_tab_key_never_jumps_up_on_the_page_of_a_person(oslo, browser_page, role):
    user = situations.an_account(role, at=oslo)
    person = situations.a_person(at=oslo)
    sign_in(browser_page, user)
    for width in (1280, 820, 320):
        browser_page.set_viewport_size({"width": width, "height": 900})
        browser_page.goto(reverse("desk:person", args=[person.pk]))
        tops = browser_page.evaluate(
            "[...document.querySelectorAll('main :is(a[href], button, input:not([type=hidden]), summary)')]"
            ".filter(e => e.offsetParent).map(e => e.getBoundingClientRect().top + scrollY)"
        )
        assert len(tops) > 2
        assert tops == sorted(tops), (width, tops)
