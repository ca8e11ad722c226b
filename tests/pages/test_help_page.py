"""The help page: each role has one, it shows only what the role may do, and every step has its program."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from brik.definitions import languages
from brik.definitions.strict_yaml import DefinitionError
from brik.help_page import help_steps
from brik.page_names import PAGES
from brik.staff.access import roles
from brik.staff.models import Role
from tests import situations
from tests.access.table import names
from tests.browser import assert_accessible, shoot, sign_in

STAFF_LANGUAGES = [code for code, _ in languages.STAFF_CHOICES]


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_steps(role):
    own = {str(permission) for permission in roles()[role]}
    assert [step for step in help_steps() if step["permission"] in own]


def test_every_step_has_its_program():
    for step in help_steps():
        assert step["page"] in PAGES
        assert step["page"] in names()


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_the_steps_are_easy_to_read(language):
    for step in help_steps():
        for sentence in re.split(r"[.?!]\s*", step[language]):
            assert len(sentence.split()) <= 14, sentence


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.MAPPER, Role.LEADER, Role.DECIDER])
def test_a_role_reads_only_what_it_may_do(client, role):
    client.force_login(situations.an_account(role))
    page = words(client.get(reverse("pages:help")))
    own = {str(permission) for permission in roles()[role]}
    for step in help_steps():
        assert (step["nb"] in page) is (step["permission"] in own), step["page"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_the_page_is_in_the_chosen_language_and_linked_at_the_foot(client, language):
    client.force_login(situations.an_account(Role.LEADER))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    about = client.get(reverse("pages:about")).content.decode()
    assert f'href="{reverse("pages:help")}"' in about
    step = next(step for step in help_steps() if step["permission"] == "desk.counts")
    assert step[language] in words(client.get(reverse("pages:help")))


def test_a_step_that_no_role_may_do_is_refused(tmp_path, monkeypatch):
    from brik import help_page

    wrong = tmp_path / "steps.yaml"
    wrong.write_text("- {permission: desk.fly, page: 'desk:counts', nb: a, nn: a, en: a}\n")
    monkeypatch.setattr(help_page, "STEPS", wrong)
    help_steps.cache_clear()
    with pytest.raises(DefinitionError, match="no role may do it"):
        help_steps()
    help_steps.cache_clear()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_help_page_is_accessible(browser_page):
    sign_in(browser_page, situations.an_account(Role.MAPPER))
    browser_page.goto(reverse("pages:help"))
    assert_accessible(browser_page)
    shoot(browser_page, "hjelp")
