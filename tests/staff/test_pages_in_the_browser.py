"""Every page of this room in a real browser: accessible, usable on a narrow screen, and by keyboard alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brik.arrivals import actions
from brik.arrivals.models import Message
from brik.audit.actors import Process
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Person
from brik.staff.models import MessageKey, ReplacedKey, Role, Unit
from tests import situations
from tests.arrivals import samples
from tests.browser import assert_accessible, login, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BY = Process("intake")


def something_waiting():
    one, other, duf = (
        situations.a_number(),
        situations.a_number(NumberKind.D_NUMBER),
        situations.a_number(NumberKind.DUF),
    )
    actions.receive_message(samples.arrival(one), by=BY)
    actions.receive_message(samples.arrival(other, duf, at="2026-03-02"), by=BY)
    actions.receive_message(samples.person_information(one, duf, at="2026-03-03"), by=BY)
    actions.receive_message(samples.arrival(situations.a_number(), category=None), by=BY)
    return Unit.objects.get(number="0501")


def test_the_leader_answers_what_waits_and_approves_a_mapper(browser_page):
    unit = something_waiting()
    mapper = situations.an_account(Role.MAPPER, at=unit, approved=False)
    sign_in(browser_page, situations.an_account(Role.LEADER, at=unit))
    browser_page.goto("/ankomster/")
    assert_accessible(browser_page)
    shoot(browser_page, "ankomster")
    browser_page.get_by_role("button", name="Samme person", exact=True).click()
    assert_accessible(browser_page)
    shoot(browser_page, "samme-person")
    browser_page.get_by_role("button", name="Ja, jeg har sjekket: samme person").click()
    browser_page.get_by_role("heading", name="Avgjort").wait_for()
    assert_accessible(browser_page)
    assert Person.objects.exclude(current_stay=None).count() == 1
    browser_page.goto("/kartleggere/")
    browser_page.get_by_label("Hvem").select_option(label=f"{mapper.name}, {unit.name}")
    browser_page.get_by_role("button", name="Godkjenn").click()
    browser_page.get_by_role("button", name=f"Avslutt godkjenningen av {mapper.name}").wait_for()
    assert_accessible(browser_page)
    shoot(browser_page, "kartleggere")


def test_an_officer_registers_somebody_with_the_keyboard_and_enters_restrictions(browser_page):
    unit = situations.a_unit()
    sign_in(browser_page, situations.an_account(Role.MAPPER, at=unit))
    browser_page.goto("/personer/ny/")
    assert_accessible(browser_page)
    browser_page.get_by_role("button", name="Registrer").press("Enter")
    browser_page.get_by_text("Velg hva slags nummer").first.wait_for()
    assert_accessible(browser_page)
    shoot(browser_page, "registrer-feil")
    browser_page.get_by_label("D-nummer", exact=True).press("Space")
    browser_page.locator("#id_number").fill(situations.a_number(NumberKind.D_NUMBER).value)
    browser_page.get_by_label("Fornavn").fill("Prøve")
    browser_page.get_by_label("Etternavn").fill("Testesen")
    browser_page.locator("#id_unit").select_option(label=unit.name)
    browser_page.locator("#id_category").select_option("Varetekt")
    browser_page.get_by_label("Kom til enheten").fill("1.11.2025")
    browser_page.get_by_role("button", name="Registrer").press("Enter")
    browser_page.get_by_role("heading", name="Personen er registrert").wait_for()
    assert_accessible(browser_page)
    browser_page.get_by_role("link", name="Restriksjoner").click()
    browser_page.get_by_label("Strengt fortrolig").check()
    browser_page.get_by_label("Medieforbud").check()
    assert_accessible(browser_page)
    shoot(browser_page, "hensyn")
    browser_page.get_by_role("button", name="Lagre").click()
    browser_page.get_by_role("heading", name="Lagret").wait_for()
    assert_accessible(browser_page)


def test_the_system_keeper_can_do_the_rounds_without_javascript(plain_page, browser_page):
    unit = situations.a_unit()
    account = situations.an_account(Role.CONTACT_OFFICER, at=unit)
    school = situations.an_organisation(number="310000099", name="Prøveskolen", kind="SKOLE")
    MessageKey.objects.create(kid="k1", jwk={})
    until = timezone.now() + timedelta(days=14)
    MessageKey.objects.create(kid="en-nokkel-som-er-byttet-ut", jwk={}, until=until)
    ReplacedKey.objects.create(organisation=school, kid="skolens-forrige-nokkel", jwk={}, until=until)
    system = situations.an_account(Role.SYSTEM)
    login(browser_page, system)
    pages = ["/kontoer/", "/kontoer/ny/", f"/kontoer/{account.pk}/", "/organisasjoner/", "/organisasjoner/ny/"]
    for page in [*pages, f"/organisasjoner/{school.pk}/", "/avsendernokler/"]:
        browser_page.goto(page)
        assert_accessible(browser_page)
        shoot(browser_page, page.replace(str(account.pk), "en"))
    sign_in(plain_page, system)
    plain_page.goto(f"/kontoer/{account.pk}/")
    plain_page.get_by_label("Rolle").select_option("leder")
    plain_page.get_by_label("Enhet").select_option(label=unit.name)
    plain_page.get_by_role("button", name="Foreslå stilling").click()
    plain_page.get_by_role("button", name="Trekk forslaget").wait_for()
    browser_page.context.clear_cookies()
    sign_in(browser_page, situations.an_account(Role.SYSTEM))
    browser_page.goto("/til-bekreftelse/")
    assert_accessible(browser_page)
    shoot(browser_page, "/til-bekreftelse/")
    browser_page.get_by_role("button", name="Bekreft Stilling Leder").click()
    browser_page.get_by_text("Ingenting venter.").wait_for()
    assert_accessible(browser_page)
    assert account.posts.filter(role=Role.LEADER, unit=unit).exists()


def test_the_keeper_answers_about_a_unit_and_a_leader_sees_who_is_long_without_a_message(browser_page):
    oslo = situations.a_unit("Oslo fengsel", number="0501")
    for place in (("501", "Oslo fengsel"), ("0777", "Oslo fengsel"), samples.AGDER):
        actions.receive_message(samples.arrival(situations.a_number(), place=place), by=BY)
    silent = situations.a_person(at=oslo)
    d_number, national = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    name = ("Prøve", None, "Nyttnummer")
    actions.receive_message(samples.arrival(d_number, place=samples.OSLO, name=name), by=BY)
    moved = samples.transfer(national, at="2026-04-01T12:30", to=samples.AGDER, name=name)
    actions.receive_message(moved, by=BY)
    Message.objects.filter(person=silent).change(received_at=timezone.now() - timedelta(days=400))
    sign_in(browser_page, situations.an_account(Role.SYSTEM))
    browser_page.goto("/enheter/")
    assert_accessible(browser_page)
    shoot(browser_page, "enheter")
    browser_page.get_by_role("button", name="Ja, samme enhet").first.click()
    browser_page.get_by_text("Samme enhet: Oslo fengsel (0501)").wait_for()
    assert_accessible(browser_page)
    shoot(browser_page, "enheter-svart")
    sign_in(browser_page, situations.an_account(Role.LEADER, at=oslo))
    browser_page.goto("/uten-melding/")
    browser_page.get_by_role("link", name=silent.name).wait_for()
    assert_accessible(browser_page)
    shoot(browser_page, "uten-melding")
    browser_page.goto("/ankomster/")
    assert_accessible(browser_page)
    shoot(browser_page, "nytt-nummer")
    browser_page.get_by_role("button", name="Ja, samme person").click()
    browser_page.get_by_role("heading", name="Er dette samme person?").wait_for()
    shoot(browser_page, "nytt-nummer-sjekk")


def test_a_leader_is_told_that_another_has_answered_differently_and_is_asked_once_more(browser_page):
    d_number, national = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    name = ("Prøve", None, "Nyttnummer")
    actions.receive_message(samples.arrival(d_number, name=name), by=BY)
    moved = samples.transfer(national, message_id="t", at="2026-04-01T12:30", to=samples.AGDER, name=name)
    actions.receive_message(moved, by=BY)
    oslo, agder = (
        situations.an_account(Role.LEADER, at=Unit.objects.get(number=place[0]))
        for place in (samples.OSLO, samples.AGDER)
    )
    actions.resolve(Message.objects.get(message_id="t"), same=False, by=agder)
    sign_in(browser_page, oslo)
    browser_page.goto("/ankomster/")
    browser_page.get_by_role("button", name="Ja, samme person").click()
    assert_accessible(browser_page)
    browser_page.get_by_role("button", name="Ja, jeg har sjekket: samme person").click()
    browser_page.get_by_text("Du har svart ja, og en annen leder har svart noe annet.").wait_for()
    assert_accessible(browser_page)
    shoot(browser_page, "ledere-uenige")
    browser_page.get_by_role("button", name="Nei, to personer").click()
    browser_page.get_by_role("button", name="Nei, jeg har sjekket: ikke samme person").wait_for()
    assert_accessible(browser_page)
    shoot(browser_page, "nytt-nummer-nei")
