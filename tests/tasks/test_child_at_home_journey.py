"""In a real browser: a child is at home, somebody is told at once, and the leader on duty when nobody comes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from brik.mapping.models import Mapping
from brik.staff.models import Role, Staff
from brik.tasks.models import Task, TaskState
from tests import situations
from tests.browser import assert_accessible, question, shoot, sign_in
from tests.tasks import asked

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring"),
]
WHAT = "Barn ute trenger hjelp i dag: snakk med personen"


def given_an_interview_in_remand(mapper: Staff) -> Mapping:
    return asked.remand_interview(mapper)


def when_the_officer_saves_that_a_child_needs_help_today(page: Page, mapping: Mapping) -> None:
    page.goto(f"/kartlegging/{mapping.pk}/omrade/VC/")
    question(page, "Er det noen ute som må få beskjed eller hjelp i dag?").get_by_label("Ja", exact=True).check()
    question(page, "Hvem gjelder det?").get_by_label("Barn", exact=True).check()
    page.get_by_role("button", name="Lagre og fortsett").click()


def then_the_task_is_there_and_the_page_says_who_was_told(page: Page, mapping: Mapping) -> Task:
    expect(page.get_by_text("Det gjelder barn. Barneansvarlig har fått beskjed.")).to_be_visible()
    assert_accessible(page)
    shoot(page, "oppgave-beskjed")
    task = Task.objects.get(origin=mapping.pk)
    assert task.due_at - task.made_at == timedelta(hours=2)
    return task


def when_nobody_takes_it_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    later = timezone.now() + timedelta(hours=2, minutes=38)
    monkeypatch.setattr(timezone, "now", lambda: later)


def then_the_leader_on_duty_has_it_late_with_name_and_what_is_to_be_done(page: Page, task: Task) -> None:
    page.goto("/oppgaver/")
    expect(page.get_by_role("heading", name="Over fristen")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text=WHAT)
    expect(row).to_contain_text(task.person.name)
    expect(row).to_contain_text("38 min over fristen")
    expect(row).to_contain_text("ingen har tatt den")
    assert_accessible(page)
    shoot(page, "oppgaver-vaktleder")


def when_the_leader_on_duty_takes_it_and_says_how_it_went(page: Page) -> None:
    page.get_by_role("button", name="Jeg tar den").click()
    expect(page.get_by_role("heading", level=1, name=WHAT)).to_be_visible()
    assert_accessible(page)
    shoot(page, "oppgave-tatt")
    page.get_by_label("Snakket med personen").check()
    page.get_by_role("button", name="Gjort", exact=True).click()


def then_it_is_done(page: Page, task: Task) -> None:
    expect(page.get_by_text("Oppgaven er gjort.")).to_be_visible()
    expect(page.get_by_text("Ingen oppgaver nå.")).to_be_visible()
    assert_accessible(page)
    assert Task.objects.get(pk=task.pk).state is TaskState.DONE


def test_the_child_at_home(browser_page, second_page, oslo, mapper, monkeypatch):
    contact, duty = asked.staff_of(oslo, Role.CHILD_CONTACT, Role.DUTY_LEADER)
    mapping = given_an_interview_in_remand(mapper)
    sign_in(browser_page, mapper)
    when_the_officer_saves_that_a_child_needs_help_today(browser_page, mapping)
    task = then_the_task_is_there_and_the_page_says_who_was_told(browser_page, mapping)
    sign_in(second_page, contact)
    second_page.goto("/oppgaver/")
    expect(second_page.get_by_text(WHAT).first).to_be_visible()
    assert_accessible(second_page)
    shoot(second_page, "oppgaver-barneansvarlig")
    when_nobody_takes_it_in_time(monkeypatch)
    sign_in(second_page, duty)
    then_the_leader_on_duty_has_it_late_with_name_and_what_is_to_be_done(second_page, task)
    when_the_leader_on_duty_takes_it_and_says_how_it_went(second_page)
    then_it_is_done(second_page, task)


def test_the_pages_work_without_a_script(plain_page, oslo, mapper):
    (contact,) = asked.staff_of(oslo, Role.CHILD_CONTACT)
    task = asked.a_task(mapper)
    sign_in(plain_page, contact)
    plain_page.goto("/oppgaver/")
    plain_page.get_by_role("button", name="Jeg tar den").click()
    plain_page.get_by_role("button", name="Gjort", exact=True).click()
    expect(plain_page.get_by_role("link", name="Velg hvordan det gikk")).to_be_visible()
    shoot(plain_page, "oppgave-feil")
    plain_page.get_by_label("Fikk ikke tak i personen").check()
    plain_page.get_by_role("button", name="Gjort", exact=True).click()
    expect(plain_page.get_by_text("Oppgaven er gjort.")).to_be_visible()
    assert Task.objects.get(pk=task.pk).outcome == "IKKE_NAADD"


def test_the_leader_reads_a_word(browser_page, oslo, mapper):
    leader = situations.an_account(Role.LEADER, at=oslo)
    asked.a_task(mapper)
    sign_in(browser_page, leader)
    browser_page.goto("/oppgaver/")
    expect(browser_page.get_by_text("Ingen oppgaver er over fristen.")).to_be_visible()
    assert_accessible(browser_page)
    shoot(browser_page, "oppgaver-leder")
