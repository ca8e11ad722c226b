"""Where an answer comes from is told where it is not the person; where it can be changed is one place on the page."""

import re

import pytest

from brik.staff.models import Role
from tests import browser, situations
from tests.browser import assert_accessible, shoot, sign_in
from tests.mapping.pages import confirmed, send, url

pytestmark = pytest.mark.django_db


def summaries(client, mapping):
    page = client.get(url("area", mapping, step="C")).content.decode()
    return [re.sub(r"\s+", " ", text) for text in re.findall(r"<summary>(.*?)</summary>", page, re.DOTALL)]


def test_a_source_is_told_only_where_it_is_not_the_person(signed_in, mapping):
    assert not [text for text in summaries(signed_in, mapping) if "Kilde" in text]
    send(signed_in, mapping, C1="EIDE", C5="JA", C1_source="third_party:NAV Oslo")
    assert [text for text in summaries(signed_in, mapping) if "Kilde" in text] == ["Kilde: NAV Oslo"]


def test_every_source_can_be_changed_and_stands_once(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE", **confirmed("C1", "leiekontrakten"))
    page = signed_in.get(url("area", mapping, step="C")).content.decode()
    for link_id in ("C1", "C2", "C5"):
        for part in ("source", "confirmed_by", "confirmed_on"):
            assert page.count(f'name="C-{link_id}_{part}"') == 1, link_id
        assert page.count(f'name="C-{link_id}_clear"') == 1, link_id


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("which", ["browser_page", "plain_page"])
def test_the_source_is_changed_with_and_without_a_script(request, which, key_ring):
    page, mapper = request.getfixturevalue(which), situations.an_account(Role.MAPPER)
    mapping = situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="C"))
    question = browser.question(page, "Hvordan bodde du")
    question.first.get_by_label("Eide", exact=True).check()
    page.get_by_text("Sa noen andre noe av dette").click()
    who, day = (page.locator(f'[name="C-C1_confirmed_{part}"]') for part in ("by", "on"))
    assert not who.is_visible()
    question.get_by_label("Hvor kommer svaret fra?").select_option("Bekreftet (skriv av hvem, og når)")
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("link", name="Skriv hvem eller hva som har bekreftet svaret").click()
    who.fill("leiekontrakten")
    day.fill("3.5.2026")
    if which == "browser_page":
        assert_accessible(page)
        shoot(page, "kartlegging-kilder")
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("heading", name="Økonomi og gjeld").wait_for()
    assert mapping.sections.get().answers.open()["answers"]["C1"]["confirmed_by"] == "leiekontrakten"
    page.goto(url("area", mapping, step="C"))
    page.get_by_text("Kilde: Bekreftet av leiekontrakten, 03.05.2026").wait_for()
    page.goto(url("check", mapping))
    page.get_by_text("Bekreftet av leiekontrakten, 03.05.2026").wait_for()
    if which == "browser_page":
        assert_accessible(page)
        shoot(page, "kartlegging-bekreftet")
