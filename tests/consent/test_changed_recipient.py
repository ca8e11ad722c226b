"""Somebody turns out to have lived elsewhere: whoever is to be told now is asked about anew, and nothing breaks."""

import pytest
from django.urls import reverse
from lxml import html

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from consent.models import Consent, Talk
from consent.record import steps
from consent.talk import actions
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]
KIND = OrganisationKind.NAV_MUNICIPAL
MUNICIPAL = steps.SHARING[KIND]
TYPED = {"underskrift-method": "TYPED", "underskrift-confirmed": "on"}


@pytest.fixture
def talk(client):
    """Everything is answered; then the municipality is corrected to one that has an office of its own."""
    situations.an_organisation(KIND, number="799999999", name="NAV i en annen by", municipality="4204")
    by, someone = situations.a_mapper_and_a_person()
    client.force_login(by)
    held = situations.a_talk(someone, by, stop_before=steps.SIGNATURE, share={KIND: [Theme.BOLIG]})
    moved = situations.a_first_page(actual="4204")
    return actions.save_step(held, step=steps.LANGUAGE, answer=moved, version=held.row_version, by=by)


def url(talk, step):
    return reverse("desk:talk", args=[talk.pk, step])


def send(client, talk, step, **fields):
    version = Talk.objects.get(pk=talk.pk).row_version
    return client.post(url(talk, step), {"talk-current_step": step, "version": version, **fields})


def test_what_was_chosen_is_not_read_back_before_whoever_is_new_is_asked_about(client, talk):
    assert client.get(url(talk, steps.READ_BACK)).url == url(talk, MUNICIPAL)
    assert send(client, talk, steps.READ_BACK, again="show").url == url(talk, MUNICIPAL)
    assert client.get(send(client, talk, steps.READ_BACK).url).url == url(talk, MUNICIPAL)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"again": "show"},
        {**TYPED, "underskrift-name": "Noen Helt Andre"},
        {**TYPED, "underskrift-name": "Noen Helt Andre", "again": "1"},
        {**TYPED, "underskrift-name": "Prøve Testesen"},
    ],
)
def test_nothing_is_signed_before_whoever_is_new_is_asked_about(client, talk, sent):
    send(client, talk, steps.READ_BACK)
    response = send(client, talk, steps.SIGNATURE, **sent)
    assert (response.status_code, response.url) == (302, url(talk, MUNICIPAL))
    assert not Consent.objects.exists()
    assert steps.SIGNATURE not in Talk.objects.get().answers.open()


def test_a_yes_to_the_one_is_no_answer_about_the_other_and_all_else_is_kept(client, talk):
    page = html.fromstring(client.get(url(talk, MUNICIPAL)).content)
    assert "NAV i en annen by" in page.text_content()
    assert not page.xpath("//main//input[@checked][not(contains(@name, 'months'))]")
    assert "Lagret" not in page.text_content()
    assert set(Talk.objects.get().answers.open()) >= {steps.SOURCES, *steps.SHARING.values(), steps.EXPLAINED}
    assert send(client, talk, MUNICIPAL, **{f"{MUNICIPAL}-answer": "NEI"}).status_code == 302
    assert client.get(url(talk, steps.READ_BACK)).status_code == 200
    send(client, talk, steps.READ_BACK)
    name = Talk.objects.get().person.name
    signed = send(client, talk, steps.SIGNATURE, **TYPED, **{"underskrift-name": name})
    assert signed.url == reverse("consent:done", args=[Consent.objects.get().pk])
