"""The digital skills are one grid: one head row, a column for each answer; one under the other where there is no room."""

import pytest

from brik.staff.models import Role
from tests import situations
from tests.browser import assert_accessible, shoot, sign_in, unfold
from tests.mapping.pages import send, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
SKILLS = ("F5a", "F5b", "F5c", "F5d")


def test_questions_of_one_scale_stand_under_one_head_row_and_are_counted_each(signed_in, mapping):
    page = signed_in.get(url("area", mapping, step="F")).content.decode()
    assert page.count('class="brik-skills"') == 1
    assert page.count('class="brik-skills__head"') == 1
    assert all(page.index('class="brik-skills"') < page.index(f'name="F-{skill}"') for skill in SKILLS)
    assert "8 spørsmål" in " ".join(page.split())
    send(signed_in, mapping, "F", F5a="3", F5d="VET_IKKE")
    answers = mapping.sections.get(area="F").answers.open()["answers"]
    assert {key: answer["value"] for key, answer in answers.items()} == {"F5a": "3", "F5d": "VET_IKKE"}


def test_other_areas_have_none(signed_in, mapping):
    assert "brik-skills" not in signed_in.get(url("area", mapping, step="C")).content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_grid_is_answered_by_keyboard_and_anywhere_in_a_cell(browser_page):
    mapper = situations.an_account(Role.MAPPER)
    page, mapping = browser_page, situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="F"))
    rows = [unfold(page, page.locator(f"fieldset[id=id_F-{skill}]")) for skill in SKILLS]
    places = "row => [...row.querySelectorAll('input')].map(one => Math.round(one.getBoundingClientRect().x))"
    columns = [row.evaluate(places) for row in rows]
    assert len({tuple(column) for column in columns}) == 1
    assert len(columns[0]) == 6
    heads = page.locator(".brik-skills__head span").all()
    starts = [head.bounding_box()["x"] for head in heads]
    assert all(abs(head - radio) < 8 for head, radio in zip(starts, columns[0], strict=True))
    rows[0].get_by_label("Kan ikke").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert rows[0].get_by_label("Trenger mye hjelp").is_checked()
    rows[1].locator("label", has_text="Klarer selv").click()
    assert rows[1].get_by_label("Klarer selv").is_checked()
    assert_accessible(page)
    shoot(page, "kartlegging-ferdigheter")
    page.set_viewport_size({"width": 320, "height": 900})
    assert not page.locator(".brik-skills__head").is_visible()
    first, second = (rows[0].locator("label").nth(number).bounding_box() for number in (0, 1))
    assert first["width"] > 40
    assert second["y"] >= first["y"]
