"""How many words a person meets on the way through the talk, counted on the pages themselves.

Every visible word counts, what is folded too; a name or a date is one word. What only a screen reader says, the count of
the steps and the officer's bar do not count. A yes is counted with the buttons that turn the pages, a no without, as in the
measure the texts were written to.
"""

from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from brik.mapping.questionnaire.themes import Theme
from brik.people.models import LegalStatus
from brik.staff.models import Organisation, OrganisationKind
from consent.models import Consent, Talk
from consent.record import steps
from consent.record.document import opened
from consent.record.recipients import all_themes, themes_for
from tests import situations
from tests.budgets.counting import words_of
from tests.budgets.register import MOST_WORDS_NO, MOST_WORDS_YES
from tests.consent.talk_pages import at, follow, post, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]
OF_THE_STAFF = {steps.LANGUAGE, steps.TURN}


def answers(kind: str, answer: str) -> dict[str, dict[str, Any]]:
    themes = [str(theme) for theme in all_themes(kind)]
    return {
        steps.INFORMATION: {"how": ["READ"]},
        steps.MAPPING: {"answer": answer},
        steps.SOURCES: {"answer": "JA", "name_1": "Broren", "about_1": themes},
        steps.COMMON: {"months": "12"},
        **{
            steps.SHARING[of]: {
                "answer": "JA",
                "themes": [str(theme) for theme in themes_for(kind, of)],
                "months": "12",
            }
            for of in OrganisationKind
        },
        steps.SIGNATURE: {"method": "TYPED", "name": "Prøve Testesen", "confirmed": "on"},
    }


def read(client, officer, *, kind: str, answer: str) -> dict[str, int]:
    """The words of each page that the person is shown, from the first to the last."""
    talk = at(situations.a_person(status=LegalStatus(kind)), officer, steps.INFORMATION)
    names = [officer.name, *Organisation.objects.values_list("name", flat=True)]
    given, counted, step = answers(kind, answer), {}, steps.INFORMATION
    while not Consent.objects.exists():
        counted[step] = len(words_of(client.get(url(talk, step)).content, names))
        response = post(client, talk, step, **given.get(step, {}))
        assert response.status_code == 302, step
        step = follow(response)
    last = Consent.objects.get()
    if answer == "JA":
        counted["ferdig"] = len(words_of(client.get(reverse("consent:done", args=[last.pk])).content, names))
    return counted


@pytest.mark.parametrize("kind", [LegalStatus.CONVICTED, LegalStatus.REMAND])
@pytest.mark.parametrize(("answer", "most"), [("JA", MOST_WORDS_YES), ("NEI", MOST_WORDS_NO)])
def test_the_talk_is_short_enough_to_be_read_aloud(client, officer, kind, answer, most):
    counted = read(client, officer, kind=kind, answer=answer)
    assert set(counted).isdisjoint(OF_THE_STAFF)
    if answer == "NEI":
        # "Neste" on all but the last page, "Tilbake" on each.
        counted["buttons that turn the pages"] = 1 - 2 * len(counted)
    assert sum(counted.values()) <= most, counted


def test_to_talk_to_somebody_first_stands_wherever_ja_and_nei_do(client, officer):
    talk = at(situations.a_person(), officer, steps.SIGNATURE)
    for step in (steps.MAPPING, steps.SOURCES, *steps.SHARING.values()):
        page = " ".join(client.get(url(talk, step)).content.decode().split())
        assert f'name="{step}-answer" value="SNAKKE"> Jeg vil snakke med noen først' in page, step
        assert page.count(f'type="radio" name="{step}-answer"') == 2, step


@pytest.mark.parametrize("step", steps.PUT_OFF[:3])
def test_to_talk_to_somebody_first_stands_where_other_things_are_decided_and_decides_nothing(client, officer, step):
    someone = situations.a_person()
    before = situations.a_signed_consent(someone, officer)
    talk = at(someone, officer, step)
    page = " ".join(client.get(url(talk, step)).content.decode().split())
    assert 'name="later" value="SNAKKE"> Jeg vil snakke med noen først' in page
    answer = client.post(url(talk, step), {"talk-current_step": step, "version": talk.row_version, "later": "SNAKKE"})
    assert follow(answer) == steps.CLOSING
    post(client, talk, steps.CLOSING)
    consent = Consent.objects.get(talk=talk)
    assert (consent.outcome, consent.decisions.count()) == ("UTSATT", 0)
    assert [step.state for step in before.steps.all()] == ["FORELAGT", before.outcome], "what stood stands"


def test_who_pressed_it_by_mistake_goes_back_and_has_lost_nothing(client, officer):
    talk = at(situations.a_person(), officer, steps.READ_BACK, share={OrganisationKind.NAV_STATE: [Theme.BOLIG]})
    sent = {"talk-current_step": steps.READ_BACK, "version": talk.row_version, "later": "SNAKKE"}
    assert follow(client.post(url(talk, steps.READ_BACK), sent)) == steps.CLOSING
    post(client, talk, steps.MAPPING, answer="JA")
    page = client.get(url(talk, steps.READ_BACK))
    assert page.status_code == 200
    assert "Bolig" in page.content.decode()


def test_where_the_municipality_is_not_known_the_review_and_the_receipt_say_so(client, officer, organisations):
    nav = organisations[OrganisationKind.NAV_MUNICIPAL]
    nav.municipality = "0301"
    nav.save()
    talk = at(situations.a_person(), officer, steps.READ_BACK, registered="", actual="")
    said = "Vi spør igjen når du vet kommunen"
    assert said in client.get(url(talk, steps.READ_BACK)).content.decode()
    assert said in str(opened(situations.a_signed_consent(situations.a_person(), officer, actual="")).blocks)
    away = situations.a_signed_consent(situations.a_person(), officer, actual="4601")
    assert "Vi kan ikke dele med dem ennå" in str(opened(away).blocks)


def test_how_long_is_as_for_all_until_it_is_changed_for_one(client, officer):
    nav, school = steps.SHARING[OrganisationKind.NAV_STATE], steps.SHARING[OrganisationKind.SCHOOL]
    talk = at(situations.a_person(), officer, steps.EXPLAINED, share={OrganisationKind.NAV_STATE: [Theme.BOLIG]})
    post(client, talk, school, answer="JA", themes=["UTDANNING"], months="3")
    post(client, talk, steps.COMMON, months="12")
    stored = Talk.objects.get().answers.open()
    assert "months" not in stored[nav]
    assert stored[school]["months"] == 3
    for step, months in ((nav, "12"), (school, "3")):
        page = html.fromstring(client.get(url(talk, step)).content)
        assert page.xpath(f"//input[@name='{step}-months'][@checked]/@value") == [months]


def test_a_recipients_own_error_names_it(client, officer, organisations):
    talk = at(situations.a_person(), officer, steps.SHARING[OrganisationKind.SCHOOL])
    name = organisations[OrganisationKind.SCHOOL].name
    page = post(client, talk, steps.SHARING[OrganisationKind.SCHOOL], answer="JA", months="6").content.decode()
    assert f"{name}: Kryss av for minst ett tema, eller velg nei." in page
    missing = post(client, talk, steps.SHARING[OrganisationKind.SCHOOL], answer="JA", themes=["UTDANNING"])
    assert f"{name}: Velg hvor lenge." in missing.content.decode()
    talk = at(situations.a_person(), officer, steps.COMMON)
    assert "Velg ett av svarene." in post(client, talk, steps.COMMON).content.decode()


def test_a_text_that_is_too_long_is_told_in_numbers_in_the_persons_language(client, officer):
    talk = at(situations.a_person(), officer, steps.SOURCES, language="en")
    page = post(client, talk, steps.SOURCES, answer="JA", name_1="a" * 121, about_1=["BOLIG"]).content.decode()
    assert "121" in page
    assert "120" in page
    assert "tegn" not in html.fromstring(page).xpath("//main")[0].text_content()
