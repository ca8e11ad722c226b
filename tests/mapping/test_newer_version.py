"""A page that is open says that its area was saved elsewhere, when it happens; nothing typed is lost."""

import pytest
from django.conf import settings

from brik.audit.models import Event
from brik.mapping.models import Section
from brik.mapping.record import actions
from brik.staff.models import Role
from tests import situations
from tests.browser import assert_accessible, question, shoot, sign_in
from tests.mapping.pages import filled, opened, send, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
SCRIPT = {"HTTP_X_REQUESTED_WITH": "brik"}


def is_newer(client, mapping, page, area="C"):
    shown = {"version": page["version"], "page": page["page"]}
    return client.get(url("newer", mapping, step=area), shown, **SCRIPT).json()["newer"]


def draft(client, mapping, page, **answers):
    client.post(url("draft", mapping, step="C"), {**page, **filled("C", **answers)}, **SCRIPT)


def test_a_page_is_old_when_another_one_has_saved_its_area(signed_in, mapping):
    mine, other = opened(signed_in, mapping), opened(signed_in, mapping)
    assert not is_newer(signed_in, mapping, mine)
    draft(signed_in, mapping, other, C1="EIDE")
    assert is_newer(signed_in, mapping, mine)
    assert not is_newer(signed_in, mapping, other)
    assert not is_newer(signed_in, mapping, opened(signed_in, mapping))


def test_another_area_is_no_news(signed_in, mapping):
    mine = opened(signed_in, mapping)
    send(signed_in, mapping, "D", D5="NEI")
    assert not is_newer(signed_in, mapping, mine)


def test_a_page_is_old_when_a_colleague_holds_the_interview_or_it_is_signed_off(signed_in, mapping, mapper, colleague):
    mine = opened(signed_in, mapping)
    actions.take_over(mapping, by=colleague)
    assert is_newer(signed_in, mapping, mine)
    actions.take_over(mapping, by=mapper)
    assert not is_newer(signed_in, mapping, mine)
    actions.sign_off(mapping, by=mapper)
    assert is_newer(signed_in, mapping, mine)


def test_asking_writes_nothing_and_costs_one_statement_of_its_own(signed_in, mapping, django_assert_num_queries):
    mine = opened(signed_in, mapping)
    before = Event.objects.count()
    with django_assert_num_queries(5):  # the session, the account, its posts and its approval; and one
        is_newer(signed_in, mapping, mine)
    assert (Event.objects.count(), Section.objects.count()) == (before, 0)


def test_asking_does_not_keep_a_session_alive(signed_in, mapping):
    mine = opened(signed_in, mapping)
    asked = signed_in.get(url("newer", mapping, step="C"), mine, **SCRIPT)
    assert settings.ACTIVITY_COOKIE_NAME not in asked.cookies
    assert settings.ACTIVITY_COOKIE_NAME in signed_in.get(url("area", mapping, step="C")).cookies


@pytest.mark.parametrize("changed", [{"version": "x"}, {"version": ""}, {"page": "1"}])
def test_what_no_page_asks_is_refused(signed_in, mapping, changed):
    asked = signed_in.get(url("newer", mapping, step="C"), opened(signed_in, mapping) | changed, **SCRIPT)
    assert asked.status_code == 400


def test_another_unit_learns_nothing(client, signed_in, mapping):
    mine = opened(signed_in, mapping)
    client.force_login(situations.an_account(Role.MAPPER, at=situations.a_unit("Bergen fengsel")))
    assert client.get(url("newer", mapping, step="C"), mine, **SCRIPT).status_code == 404


# --- In the browser ---


def notice(page):
    return page.get_by_role("alert").filter(has_text="lagret et annet sted")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_another_tab_is_told_at_once_and_goes_on_with_what_is_stored(browser_page):
    mapper = situations.an_account(Role.MAPPER)
    page, mapping = browser_page, situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="C"))
    other = page.context.new_page()
    other.goto(page.url)
    question(other, "Hvordan bodde du").get_by_label("Eide", exact=True).check()
    notice(page).wait_for()
    assert_accessible(page)
    shoot(page, "kartlegging-endret-et-annet-sted")
    assert not notice(page).get_by_role("button", name="Se begge utgavene").is_visible()
    notice(page).get_by_role("link", name="Vis det som er lagret").click()
    notice(page).wait_for(state="hidden")
    assert question(page, "Hvordan bodde du").get_by_label("Eide", exact=True).is_checked()
    assert not notice(other).is_visible()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("told_by", ["looking again", "waiting", "typing"])
def test_another_machine_is_told_and_keeps_what_was_typed(browser_page, second_page, told_by):
    mapper = situations.an_account(Role.MAPPER)
    first, second, mapping = browser_page, second_page, situations.an_interview(mapper)
    for page in (first, second):
        sign_in(page, mapper)
    first.clock.install()
    first.goto(url("area", mapping, step="C"))
    second.goto(url("area", mapping, step="C"))
    question(second, "Hvordan bodde du").get_by_label("Eide", exact=True).check()
    second.get_by_text("Lagret kl.").wait_for()
    match told_by:
        case "looking again":
            first.evaluate("dispatchEvent(new Event('focus'))")
        case "waiting":
            first.clock.fast_forward(20_000)
        case "typing":
            pass
    if told_by != "typing":
        notice(first).wait_for()
    question(first, "Hvordan bodde du").get_by_label("Uten fast bolig", exact=True).check()
    first.clock.run_for(3000)
    notice(first).get_by_role("button", name="Se begge utgavene").click()
    first.get_by_role("heading", name="Dette området er lagret et annet sted").wait_for()
    assert first.get_by_text("Uten fast bolig").is_visible()
    assert first.get_by_text("Eide", exact=True).is_visible()
