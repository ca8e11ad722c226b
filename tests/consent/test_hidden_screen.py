"""The screen is hidden in mid-sentence: it is hidden at once, and what was typed is there when it is shown again."""

import pytest
from django.urls import reverse

from brik.staff.models import Role
from brik.vault import keys
from consent.record import steps
from consent.texts import catalogue as texts
from tests import situations
from tests.browser import shoot, sign_in, unfold
from tests.mapping.pages import filled, opened
from tests.mapping.pages import url as area_url
from tests.pages.unsaved.browsing import form_on
from tests.situations import PASSWORD

pytestmark = pytest.mark.django_db
WORD = "Et uforvekslelig navn"
TYPED = {"andre-answer": "JA", "andre-name_1": WORD}
HIDDEN = reverse("pages:hidden")


@pytest.fixture
def officer(client, key_ring):
    situations.publish_texts()
    situations.all_recipients()
    by = situations.an_account()
    client.force_login(by)
    return by


@pytest.fixture
def talk(officer):
    return situations.a_talk(situations.a_person(), officer, stop_before=steps.SOURCES)


def url(talk, step=steps.SOURCES):
    return reverse("desk:talk", args=[talk.pk, step])


def send(client, talk, step=steps.SOURCES, **fields):
    talk.refresh_from_db()
    return client.post(url(talk, step), {"talk-current_step": step, "version": talk.row_version, **fields})


def show_again(client):
    return client.post(HIDDEN, {"password": PASSWORD})


def test_hiding_a_page_of_the_talk_keeps_its_words_and_shows_none(client, talk):
    assert send(client, talk, hide="1", **TYPED).url == HIDDEN
    assert client.get(url(talk)).url == HIDDEN
    assert WORD not in client.get(HIDDEN).content.decode()
    assert show_again(client).url == url(talk)
    page = client.get(url(talk)).content.decode()
    assert WORD in page
    assert "Ikke lagret ennå" in page
    assert "aria-invalid" not in page, "nobody has sent it: nothing in it is judged"


def test_what_was_kept_is_no_answer_and_goes_when_the_step_is_saved(client, talk):
    send(client, talk, hide="1", **TYPED)
    show_again(client)
    talk.refresh_from_db()
    assert steps.SOURCES not in talk.answers.open()
    assert send(client, talk, **TYPED | {"andre-about_1": "ARBEID"}).status_code == 302
    talk.refresh_from_db()
    assert steps.TYPED not in talk.answers.open()
    assert talk.answers.open()[steps.SOURCES]["sources"][0]["name"] == WORD


def test_nothing_new_on_the_page_writes_nothing(client, talk):
    before = talk.row_version
    assert send(client, talk, hide="1").url == HIDDEN
    talk.refresh_from_db()
    assert talk.row_version == before


def test_whether_we_explained_well_enough_is_not_stored_by_hiding_either(client, officer):
    talk = situations.a_talk(situations.a_person(), officer, stop_before=steps.EXPLAINED)
    question = talk_question(talk)
    send(client, talk, steps.EXPLAINED, hide="1", **{f"forklart-{question}": "RIGHT"})
    talk.refresh_from_db()
    assert steps.TYPED not in talk.answers.open()


def talk_question(talk):
    return texts.current(talk.kind)["nb"].body["explained"]["questions"][0]["id"]


def test_the_screen_is_hidden_also_when_nothing_can_be_kept_and_the_page_holds_the_words(client, talk, officer):
    talk.state = "AVBRUTT"
    talk.save()
    held = send(client, talk, hide="1", **TYPED)
    assert held.status_code == 401
    assert f'type="hidden" name="andre-name_1" value="{WORD}"' in held.content.decode()
    assert client.get("/").url == HIDDEN


def test_a_page_of_the_talk_sent_while_the_screen_is_hidden_is_held_until_it_is_shown_again(client, talk):
    opened = form_on(client.get(url(talk)))[1]
    client.post(reverse("pages:hide"), {"next": "/"})
    held = send(client, talk, **{**opened, **TYPED})
    assert held.status_code == 401
    assert f'type="hidden" name="andre-name_1" value="{WORD}"' in held.content.decode()
    talk.refresh_from_db()
    assert steps.SOURCES not in talk.answers.open()
    show_again(client)
    shown = send(client, talk, again="show", **TYPED).content.decode()
    assert WORD in shown
    talk.refresh_from_db()
    assert steps.SOURCES not in talk.answers.open()


def test_hiding_an_area_keeps_what_is_new_there_and_only_that(client, key_ring):
    mapper = situations.an_account(Role.MAPPER)
    client.force_login(mapper)
    mapping = situations.an_interview(mapper)
    page = opened(client, mapping, "G")
    address = area_url("area", mapping, step="G")
    assert client.post(address, {**page, "hide": "1"}).url == HIDDEN
    assert not mapping.sections.exists()
    show_again(client)
    assert client.post(address, {**page, **filled("G", G6=WORD), "hide": "1"}).url == HIDDEN
    assert WORD not in client.get(address, follow=True).content.decode()
    assert show_again(client).url == address
    assert WORD in client.get(address).content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("which", ["browser_page", "plain_page"])
def test_nothing_typed_is_lost_by_hiding_with_and_without_a_script(request, which, key_ring):
    situations.publish_texts()
    situations.all_recipients()
    page, by = request.getfixturevalue(which), situations.an_account(Role.MAPPER)
    sign_in(page, by)
    with keys.ring():
        talk = situations.a_talk(situations.a_person(), by, stop_before=steps.SOURCES)
        mapping = situations.an_interview(by)
    for address, box in (
        (url(talk), 'input[name="andre-name_1"]'),
        (area_url("area", mapping, step="G"), "textarea[name=G-G6]"),
    ):
        page.goto(address)
        if "andre" in box:
            page.locator('label[for="id_andre-answer_0"]').click()
        unfold(page, page.locator(box)).fill(WORD)
        page.get_by_role("button", name="Skjul skjermen").click()
        page.get_by_role("heading", name="Skjermen er skjult").wait_for()
        assert page.locator("[type=hidden]:not([name=csrfmiddlewaretoken], [name=typed_by])").count() == 0
        page.get_by_label("Passord").fill(PASSWORD)
        page.get_by_role("button", name="Vis skjermen").click()
        page.wait_for_url(f"**{address}")
        assert page.locator(box).input_value() == WORD
        if which == "browser_page":
            shoot(page, f"etter-skjult-{'samtale' if 'andre' in box else 'omrade'}")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_enter_in_a_field_still_goes_on_and_does_not_hide_the_screen(plain_page, key_ring):
    by = situations.an_account(Role.MAPPER)
    sign_in(plain_page, by)
    with keys.ring():
        mapping = situations.an_interview(by)
    plain_page.goto(area_url("area", mapping, step="C"))
    plain_page.locator('label[for="id_C-C3a_0"]').click()
    plain_page.get_by_label("Hvilken dag er fristen?").fill("31.12.2026")
    plain_page.get_by_label("Hvilken dag er fristen?").press("Enter")
    plain_page.get_by_role("heading", name="Økonomi og gjeld").wait_for()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_enter_in_a_field_of_the_talk_goes_on_and_does_not_leave_it(plain_page, key_ring):
    situations.publish_texts()
    situations.all_recipients()
    by = situations.an_account(Role.MAPPER)
    sign_in(plain_page, by)
    with keys.ring():
        talk = situations.a_talk(situations.a_person(), by, stop_before=steps.SOURCES)
    plain_page.goto(url(talk))
    plain_page.locator('label[for="id_andre-answer_0"]').click()
    plain_page.locator('input[name="andre-name_1"]').fill(WORD)
    plain_page.locator('input[name="andre-name_1"]').press("Enter")
    plain_page.locator(".ds-error-summary").get_by_text("Kryss av for hva vi kan spørre om.").wait_for()
