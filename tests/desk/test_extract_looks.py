"""The page of insight and the log in a browser: accessible, narrow and wide."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from brik.audit import log
from brik.audit.verbs import Verb
from brik.staff.models import Role, Unit
from followup.demo import register, telling
from tests import situations
from tests.browser import assert_accessible, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]


def test_everything_about_somebody_and_the_log_are_accessible(browser_page):
    register.load()
    call_command("load_texts", stdout=StringIO())
    unit = Unit.objects.get(number="0501")
    mapper, someone = situations.an_account(at=unit), situations.a_person(at=unit)
    telling.consent(someone, mapper, sharing=telling.ALL_OF_THEM)
    telling.share(telling.final(someone, mapper), mapper, telling.KODA, telling.NAV)
    situations.a_withdrawal(someone, what=["alt"], said_at=timezone.now(), by=mapper)
    for _ in range(17):
        log.record(Verb.PERSON_READ, by=mapper, subject=someone.pk)
    page = browser_page
    sign_in(page, situations.an_account(Role.INSIGHT))
    page.goto(reverse("desk:extract", args=[someone.pk]))
    assert_accessible(page)
    shoot(page, "innsyn")
    page.get_by_label("Hvorfor åpnes alt?").fill("Personen har bedt om innsyn.")
    page.get_by_label("Lese på skjermen").check()
    page.get_by_role("button", name="Åpne alt").click()
    page.get_by_text("Alt er åpnet, også svarene.").wait_for()
    assert_accessible(page)
    shoot(page, "innsyn-alt")
    page.context.clear_cookies()
    sign_in(page, situations.an_account(Role.PRIVACY))
    page.goto(reverse("desk:events") + "?samlet")
    assert_accessible(page)
    shoot(page, "hendelser-samlet")
