"""The pages of this room in a real browser: accessible, and with pictures for the eye."""

import pytest

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind, Role
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.sharing import actions
from followup.sharing.delivery import sending
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.jobs import WORKER
from followup.sharing.models import Delivery
from tests import situations
from tests.browser import assert_accessible, shoot, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring"),
]


def test_the_officer_previews_ticks_shares_and_sees_what_became_of_it(browser_page, counterpart, koda):
    mapper = situations.an_account(Role.MAPPER)
    nav = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    mapping = situations.a_signed_off_interview(
        mapper, C1="UTEN", C3a="JA", C4a="VET_IKKE", C_ressurs="Jeg har vært god til å holde orden"
    )
    situations.a_permit(mapping.person, koda, nav, themes=[Theme.BOLIG])
    counterpart.behaviour.set(Mode(does.STATUS, status=ReceiptStatus.SENDER_INCOMPLETE))
    delivery = actions.share(mapping, organisation=koda, by=mapper)
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    actions.share(mapping, organisation=koda, by=mapper)

    page = browser_page
    sign_in(page, mapper)
    page.goto(f"/personer/{mapping.person_id}/deling/")
    assert_accessible(page)
    shoot(page, "deling")
    page.get_by_role("link", name=nav.name).click()
    assert_accessible(page)
    shoot(page, "forhandsvisning")
    page.get_by_text("Sendes bare hvis dere krysser av").click()
    assert_accessible(page)
    page.locator("input[name=with]").first.check()
    page.get_by_role("button", name="Se over med det som er krysset av").click()
    assert page.get_by_text("god til å holde orden").count() >= 1
    page.get_by_role("button", name="Del med").click()
    page.wait_for_url("**/deling/")
    assert page.get_by_text("Det ligger nå i innboksen").is_visible()
    assert_accessible(page)
    shoot(page, "delt")
    assert Delivery.objects.filter(organisation=nav).count() == 1


def test_the_partner_reads_answers_and_meets_a_closed_door_after_withdrawal(plain_page, browser_page):
    nav = situations.an_organisation()
    mapping, delivery = situations.a_shared_interview(nav)
    adviser = situations.an_account(Role.PARTNER, organisation=nav)
    page = browser_page
    sign_in(page, adviser)
    page.goto("/innboks/")
    assert_accessible(page)
    shoot(page, "innboks")
    page.get_by_role("link", name=mapping.person.name).click()
    assert_accessible(page)
    shoot(page, "sammendrag")
    page.get_by_label("Vi kan ikke hjelpe").check()
    page.get_by_label("Et annet kontor har ansvaret").check()
    assert_accessible(page)
    page.get_by_role("button", name="Send svar").click()
    assert page.get_by_text("Svaret er sendt").is_visible()

    # The same with JavaScript off.
    sign_in(plain_page, adviser)
    plain_page.goto(f"/innboks/{delivery.disclosure_id}/")
    plain_page.get_by_label("Vi tar kontakt").check()
    plain_page.get_by_label("Vi ringer").check()
    plain_page.get_by_role("button", name="Send nytt svar").click()
    assert plain_page.get_by_text("Vi tar kontakt: Vi ringer").is_visible()

    situations.take_everything_back(mapping.person)
    page.reload()
    page.goto(f"/innboks/{delivery.disclosure_id}/")
    assert page.get_by_role("heading", name="Dette er ikke lenger tilgjengelig").is_visible()
    assert_accessible(page)
    shoot(page, "ikke-lenger")


def test_a_partner_answers_a_line_and_the_officer_sees_the_answer_and_who_is_late(browser_page):
    nav = situations.an_organisation()
    mapper, adviser = situations.an_account(Role.MAPPER), situations.an_account(Role.PARTNER, organisation=nav)
    ended, late = (situations.a_shared_interview(nav, by=mapper) for _ in range(2))
    for mapping, _share in (ended, late):
        situations.take_everything_back(mapping.person)
    situations.let_answer_wait(late[1].disclosure.disposal, days=16)
    page = browser_page
    sign_in(page, adviser)
    page.goto("/innboks/")
    assert page.get_by_text("Over fristen").count() == 1
    assert_accessible(page)
    shoot(page, "innboks-makulering")
    page.get_by_role("link", name=ended[1].disclosure.reference).click()
    assert_accessible(page)
    page.get_by_role("button", name="Send svar").click()
    assert_accessible(page)
    page.get_by_label("Vi må ta vare på noe").check()
    page.get_by_label("Hjemmel").fill("Arkivlova § 9")
    shoot(page, "makulering")
    page.get_by_role("button", name="Send svar").click()
    assert page.get_by_text("Svaret er sendt").is_visible()
    assert page.get_by_text(ended[1].disclosure.reference).count() == 0
    page.get_by_role("link", name=late[1].disclosure.reference).click()
    assert page.get_by_text("Svar nå").is_visible()
    assert_accessible(page)
    page.context.clear_cookies()
    sign_in(page, mapper)
    page.goto("/makulering/")
    assert page.get_by_text("Over fristen").is_visible()
    assert_accessible(page)
    shoot(page, "makulering-liste")
    page.goto(f"/personer/{ended[0].person_id}/deling/")
    assert page.get_by_text("Arkivlova § 9").is_visible()
    assert_accessible(page)


def test_the_partner_sees_print_answer_and_all_that_comes_first_without_scrolling_and_the_two_write(browser_page):
    nav = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    mapper, adviser = situations.an_account(Role.MAPPER), situations.an_account(Role.PARTNER, organisation=nav)
    mapping, _ = situations.a_shared_interview(
        nav, by=mapper, C2="NEI", C3a="JA", C3b="2027-02-01", C6=["BOLIG", "DEPOSITUM"], C_behov="3"
    )
    page = browser_page
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, adviser)
    page.goto("/innboks/")
    assert_accessible(page)
    shoot(page, "innboks-haster")
    page.get_by_role("link", name=mapping.person.name).click()
    for control in (
        page.get_by_role("link", name="Skriv ut"),
        page.get_by_role("button", name="Send svar"),
        page.get_by_role("heading", name="Behov som haster"),
    ):
        box = control.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900
    assert_accessible(page)
    shoot(page, "sammendrag-foerst")
    page.get_by_label("Mottatt").check()
    page.get_by_label("Telefon dere kan nås på").fill("22 33 44 55")
    page.get_by_label("Melding til kartleggeren").fill("Når passer det?")
    page.get_by_role("button", name="Send svar").click()
    assert page.get_by_text("Når passer det?").is_visible()
    assert_accessible(page)
    page.get_by_label("Hvem følger opp?").select_option(label=adviser.name)
    page.get_by_role("button", name="Lagre").click()
    page.get_by_text("Mer om: Bolig").click()
    assert_accessible(page)
    shoot(page, "sammendrag-aapnet")

    page.context.clear_cookies()
    sign_in(page, mapper)
    page.goto(f"/personer/{mapping.person_id}/deling/")
    assert_accessible(page)
    shoot(page, "deling-melding")
    page.get_by_role("link", name="Skriv til").click()
    page.get_by_label("Svar til mottakeren").fill("Mandag klokka ti")
    page.get_by_role("button", name="Se over").click()
    assert page.get_by_role("heading", name="Slik leser mottakeren det").is_visible()
    assert_accessible(page)
    shoot(page, "svar-til-mottakeren")
    page.get_by_label("Jeg har lest gjennom").check()
    page.get_by_role("button", name="Send svar").click()
    page.wait_for_url("**/deling/")
    assert page.get_by_text("Mandag klokka ti").is_visible()
