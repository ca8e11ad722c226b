"""Somebody has chosen colours of their own (forced colours): what a colour said is still seen, and by form as well."""

import pytest
from django.urls import reverse

from brik.mapping.models import AreaState
from brik.mapping.record import sections
from brik.staff.models import Role
from consent.record import steps
from tests import situations
from tests.browser import assert_accessible, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]

STYLE = """element => {
  const style = getComputedStyle(element);
  return Object.fromEntries(["backgroundColor", "color", "borderTopWidth", "borderBlockEndWidth", "blockSize",
                             "textDecorationLine"].map(name => [name, style[name]]));
}"""
# What an icon is drawn in, and the colour of the words around it.
ICONS = """() => [...document.querySelectorAll("main .brik-icon")].filter(icon => icon.checkVisibility()).map(
  icon => [getComputedStyle(icon).color, getComputedStyle(icon.parentElement).color])"""


@pytest.fixture(params=["dark", "light"])
def page(request, browser_page):
    browser_page.emulate_media(forced_colors="active", color_scheme=request.param)
    browser_page.scheme = request.param
    return browser_page


@pytest.fixture
def mapper():
    situations.publish_texts()
    situations.all_recipients()
    return situations.an_account(Role.MAPPER)


def style_of(locator):
    return locator.evaluate(STYLE)


def looked_at(page, name):
    # On a dark ground that the page has not painted itself axe takes the ground for white.
    if page.scheme == "light":
        assert_accessible(page)
    shoot(page, f"egne-farger-{name}-{page.scheme}")
    icons = page.evaluate(ICONS)
    assert all(drawn == words for drawn, words in icons), (name, icons)
    return icons


def test_finished_present_and_coming_steps_differ_in_form(page, mapper):
    mapping = situations.an_interview(mapper, situations.a_person())
    sections.save_section(mapping, area="A", answers={}, version=0, state=AreaState.DECLINED, by=mapper)
    sign_in(page, mapper)
    page.goto(reverse("mapping:area", kwargs={"mapping": mapping.pk, "step": "C"}))
    done, now, coming = (
        style_of(page.locator(f".brik-steps__bar > {of}").first)
        for of in ("[data-state=done]", "[data-state=current]", "span:not([data-state=done], [data-state=current])")
    )
    ground = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert coming["backgroundColor"] == ground, "a frame with nothing in it"
    assert coming["borderTopWidth"] == "1px"
    assert done["backgroundColor"] not in {ground, now["backgroundColor"]}
    assert float(now["blockSize"].removesuffix("px")) > float(done["blockSize"].removesuffix("px"))
    looked_at(page, "omrade")


def test_icons_are_drawn_in_the_colour_of_the_words(page, mapper):
    mapping = situations.an_interview(mapper, situations.a_person())
    talk = situations.a_talk(situations.a_person(), mapper, stop_before=steps.INFORMATION)
    sign_in(page, mapper)
    for name, address in {
        "oversikt": reverse("mapping:hub", args=[mapping.pk]),
        "hjelp": reverse("mapping:help", kwargs={"mapping": mapping.pk, "step": "G"}),
        "samtale": reverse("desk:talk", args=[talk.pk, steps.INFORMATION]),
        "arbeidsliste": reverse("desk:worklist"),
    }.items():
        page.goto(address)
        icons = looked_at(page, name)
        assert icons or name in ("hjelp", "arbeidsliste"), name


def test_the_chosen_language_differs_from_the_others_in_form(page, mapper):
    talk = situations.a_talk(situations.a_person(), mapper, stop_before=steps.INFORMATION)
    sign_in(page, mapper)
    page.goto(reverse("desk:talk", args=[talk.pk, steps.INFORMATION]))
    chosen = style_of(page.locator(".brik-languages .ds-button[aria-current]"))
    other = style_of(page.locator(".brik-languages .ds-button:not([aria-current])").first)
    assert chosen["backgroundColor"] != other["backgroundColor"]
    assert chosen["borderTopWidth"] != other["borderTopWidth"]
    assert "underline" in chosen["textDecorationLine"]
    page.goto(reverse("pages:about"))
    chosen = style_of(page.locator(".brik-footer button[aria-current]"))
    other = style_of(page.locator(".brik-footer button:not([aria-current])").first)
    assert chosen["borderBlockEndWidth"] != other["borderBlockEndWidth"]
    looked_at(page, "om")


def test_a_signature_is_drawn_dark_on_white(page, mapper):
    talk = situations.a_talk(situations.a_person(), mapper, stop_before=steps.SIGNATURE)
    sign_in(page, mapper)
    page.goto(reverse("desk:talk", args=[talk.pk, steps.SIGNATURE]))
    pad = page.locator("canvas[data-signature]")
    page.locator("input[value=DRAWN]").check()
    assert style_of(pad)["backgroundColor"] == "rgb(255, 255, 255)"
    shoot(page, f"egne-farger-underskrift-{page.scheme}")
