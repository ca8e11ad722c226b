"""The talk in a real browser: a press plays and stops, the page is heard in order, and nothing is said by itself."""

import re
from functools import cache

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from consent.record import steps
from consent.sound import sound_files, speech
from consent.sound.paragraphs import paragraphs
from tests import canary, situations
from tests.browser import assert_accessible, shoot, sign_in
from tests.consent.talk_pages import url

# What each sound did, in order.
HEARD = """() => {
  window.heard = [];
  for (const kind of ["playing", "pause", "ended"])
    addEventListener(kind, event => heard.push(kind + " " + new URL(event.target.src).pathname), true);
}"""
NO_SOUND = {"language": "nb", "paragraph": "0" * 32}


def until(page, script):
    """Playwright's own waiting evaluates in the page, which the content policy forbids."""
    while not page.evaluate(script):
        page.wait_for_timeout(50)


@cache
def spoken_by_machine(paragraph):
    return speech.speak(paragraph)


def address(paragraph):
    return reverse("consent:sound", args=[paragraph.language, paragraph.hash])


def everything_of(part, language="nb"):
    return [each for each in paragraphs() if each.language == language and each.name.startswith(part)]


@pytest.fixture
def spoken(sound_dir):
    """The page of the information, and one recipient, as the real machine reads them."""
    for paragraph in everything_of("information") + everything_of("information", "ar"):
        sound_files.store(spoken_by_machine(paragraph), paragraph, ending=speech.ENDING, kind=sound_files.MACHINE)


def a_talk(page, step=steps.INFORMATION, **first_page):
    situations.publish_texts()
    situations.all_recipients()
    officer = situations.an_account()
    sign_in(page, officer)
    talk = situations.a_talk(situations.a_person(), officer, stop_before=step, **first_page)
    page.goto(url(talk, step))
    return talk


@pytest.mark.django_db
class TestAddress:
    def test_everybody_hears_the_same_also_in_parts(self, client, sound_dir, tone, paragraph):
        sound_files.store(tone, paragraph, ending="wav", kind=sound_files.RECORDED)
        whole = client.get(address(paragraph))
        assert whole.status_code == 200
        assert whole["Content-Type"] == "audio/wav"
        assert whole.getvalue() == tone
        client.force_login(situations.an_account())
        assert client.get(address(paragraph)).getvalue() == tone
        part = client.get(address(paragraph), headers={"range": "bytes=4-7"})
        assert (part.status_code, part.getvalue(), part["Content-Length"]) == (206, tone[4:8], "4")
        assert client.head(address(paragraph)).getvalue() == b""

    def test_a_browser_keeps_no_trace_of_what_was_heard(self, client, sound_dir, tone, paragraph):
        sound_files.store(tone, paragraph, ending="wav", kind=sound_files.RECORDED)
        answer = client.get(address(paragraph))
        assert "no-store" in answer["Cache-Control"]
        answer.close()

    @pytest.mark.parametrize("language", ["nb", "xx", "recorded"])
    def test_a_sound_that_is_not_there_has_a_page_that_says_so(self, client, sound_dir, language):
        answer = client.get(reverse("consent:sound", kwargs={**NO_SOUND, "language": language}))
        assert answer.status_code == 404
        assert "<h1" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_where_there_is_no_file_there_is_no_button(client, sound_dir, tone):
    situations.publish_texts()
    situations.all_recipients()
    officer = situations.an_account()
    client.force_login(officer)
    talk = situations.a_talk(situations.a_person(), officer, stop_before=steps.INFORMATION)
    assert "<audio" not in client.get(url(talk, steps.INFORMATION)).content.decode()
    [promise] = [each for each in everything_of("information.promise") if "Du velger selv" in each.shown][-1:]
    sound_files.store(tone, promise, ending="wav", kind=sound_files.RECORDED)
    page = client.get(url(talk, steps.INFORMATION)).content.decode()
    assert re.findall(r'<audio [^>]*src="([^"]*)"', page) in ([address(promise)], [])
    assert "data-machine>" not in page


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_what_a_person_typed_is_in_no_sound_and_no_address(client, sound_dir, tone):
    for paragraph in paragraphs():
        sound_files.store(tone, paragraph, ending="wav", kind=sound_files.RECORDED)
    situations.publish_texts()
    situations.all_recipients()
    word = canary.word()
    officer = situations.an_account()
    client.force_login(officer)
    sources = [{"name": word, "themes": ["BOLIG"]}]
    talk = situations.a_talk(situations.a_person(), officer, stop_before=steps.READ_BACK, sources=sources)
    page = client.get(url(talk, steps.READ_BACK)).content.decode()
    assert word in page
    assert "<audio" in page
    for label in re.findall(r'aria-label="Hør: ([^"]*)"', page):
        assert word not in label
    assert not [path for path in sound_dir.rglob("*") if word in path.name]
    assert word not in "".join(paragraph.spoken for paragraph in paragraphs())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("key_ring", "spoken")
class TestBrowser:
    def test_a_press_plays_and_another_stops(self, browser_page):
        a_talk(browser_page)
        browser_page.evaluate(HEARD)
        first = browser_page.locator("[data-listen] button").nth(1)
        expect(first).to_have_accessible_name(re.compile("^Hør: "))
        assert browser_page.evaluate("heard") == []
        first.focus()
        browser_page.keyboard.press("Enter")
        expect(first).to_have_accessible_name("Stopp")
        until(browser_page, "heard.some(event => event.startsWith('playing'))")
        browser_page.keyboard.press("Enter")
        expect(first).to_have_accessible_name(re.compile("^Hør: "))
        until(browser_page, "heard.at(-1).startsWith('pause')")

    def test_the_page_is_heard_in_its_order_and_escape_stops_it(self, browser_page):
        a_talk(browser_page)
        browser_page.evaluate(HEARD)
        browser_page.evaluate("document.querySelectorAll('audio').forEach(audio => audio.defaultPlaybackRate = 8)")
        shoot(browser_page, "lyd-for")
        button = browser_page.get_by_role("button", name="Hør siden")
        button.click()
        stop = browser_page.get_by_role("button", name="Stopp")
        expect(stop).to_be_visible()
        shoot(browser_page, "lyd-spiller")
        until(browser_page, "heard.filter(event => event.startsWith('ended')).length >= 2")
        in_order = browser_page.evaluate("[...document.querySelectorAll('audio')].map(a => new URL(a.src).pathname)")
        ended = [event.split()[1] for event in browser_page.evaluate("heard") if event.startswith("ended")]
        assert ended == in_order[: len(ended)]
        browser_page.keyboard.press("Escape")
        expect(button).to_be_visible()

    def test_the_machine_is_named_and_the_page_is_accessible(self, browser_page):
        a_talk(browser_page)
        expect(browser_page.get_by_text("Maskinstemme", exact=True)).to_be_visible()
        assert_accessible(browser_page)
        browser_page.get_by_role("button", name="Hør siden").click()
        expect(browser_page.get_by_role("button", name="Stopp")).to_be_visible()
        assert_accessible(browser_page)

    def test_arabic_is_heard_too(self, browser_page):
        a_talk(browser_page, language="ar")
        shoot(browser_page, "lyd-arabisk")
        expect(browser_page.locator("[data-listen-page]")).to_be_visible()
        assert_accessible(browser_page)

    def test_a_page_without_a_sound_has_no_button(self, browser_page):
        a_talk(browser_page, steps.MAPPING)
        expect(browser_page.locator("[data-listen-page]")).to_be_hidden()
        expect(browser_page.get_by_text("Maskinstemme")).to_be_hidden()

    def test_without_javascript_the_browsers_own_controls_play(self, plain_page):
        a_talk(plain_page)
        expect(plain_page.locator("audio").first).to_be_visible()
        expect(plain_page.locator("[data-listen] button").first).to_be_hidden()
        expect(plain_page.locator("[data-listen-page]")).to_be_hidden()
        shoot(plain_page, "lyd-uten-skript")
