"""Where nobody knew the municipality when the talk began, the person is asked in the place of the municipal NAV office."""

import html

import pytest

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import Organisation, OrganisationKind
from consent.models import Talk
from consent.record import steps
from tests import situations
from tests.consent.talk_pages import at, follow, post, url

pytestmark = [pytest.mark.django_db]
KIND = OrganisationKind.NAV_MUNICIPAL


@pytest.fixture
def arendal(organisations):
    """The only municipal office serves one municipality."""
    Organisation.objects.filter(kind=KIND).change(active=False)
    return situations.an_organisation(KIND, number="799999999", name="NAV Arendal", municipality="4203")


def read(client, talk, step):
    return html.unescape(client.get(url(talk, step)).content.decode())


def test_the_person_names_it_and_is_asked_about_the_office_there(client, officer, arendal):
    talk = at(situations.a_person(), officer, steps.MUNICIPALITY, actual="")
    page = read(client, talk, steps.MUNICIPALITY)
    assert "Hvilken kommune skal du bo i?" in page
    assert "Jeg vet ikke" in page
    assert follow(post(client, talk, steps.MUNICIPALITY, actual="arendal")) == steps.SHARING[KIND]
    assert "NAV Arendal" in read(client, talk, steps.SHARING[KIND])
    # Going back, what was said still stands there.
    assert 'value="Arendal"' in read(client, talk, steps.MUNICIPALITY)
    assert post(client, talk, steps.SHARING[KIND], answer="JA", themes=["BOLIG"], months="6").status_code == 302
    assert Talk.objects.get().answers.open()[steps.SHARING[KIND]]["organisation"] == arendal.pk


def test_who_does_not_know_is_asked_again_another_time_and_the_talk_goes_on(client, officer, arendal):
    talk = at(situations.a_person(), officer, steps.MUNICIPALITY, actual="")
    after = post(client, talk, steps.MUNICIPALITY, **{"actual-instead": "VET_IKKE"})
    assert follow(after) == steps.SHARING[OrganisationKind.HEALTH]
    assert "Greit. Vi spør igjen når du vet det." in read(client, talk, steps.SHARING[OrganisationKind.HEALTH])
    assert steps.SHARING[KIND] not in client.get(url(talk, steps.MUNICIPALITY)).content.decode()


def test_who_wants_to_talk_to_somebody_first_is_as_one_who_does_not_know(client, officer, arendal):
    talk = at(situations.a_person(), officer, steps.MUNICIPALITY, actual="")
    assert 'name="later"' in read(client, talk, steps.MUNICIPALITY)
    sent = {"talk-current_step": steps.MUNICIPALITY, "version": talk.row_version, "later": steps.LATER}
    after = client.post(url(talk, steps.MUNICIPALITY), sent)
    assert follow(after) == steps.SHARING[OrganisationKind.HEALTH]
    assert steps.SHARING[KIND] not in client.get(url(talk, steps.MUNICIPALITY)).content.decode()


@pytest.mark.parametrize("typed", ["", "Arndahl i ødemarka"])
def test_what_is_no_municipality_is_told_at_the_field(client, officer, arendal, typed):
    talk = at(situations.a_person(), officer, steps.MUNICIPALITY, actual="")
    refused = post(client, talk, steps.MUNICIPALITY, actual=typed)
    assert refused.status_code == 422
    sentence = "Vi fant ikke kommunen. Skriv den på nytt, eller velg «Jeg vet ikke»."
    assert sentence in html.unescape(refused.content.decode())


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "Flere kommuner heter dette. Skriv hvilken: Våler (Innlandet) eller Våler (Østfold)."),
        ("nn", "Fleire kommunar heiter dette. Skriv kva for ein: Våler (Innlandet) eller Våler (Østfold)."),
        ("en", "Several municipalities have this name. Write which one: Våler (Innlandet) or Våler (Østfold)."),
        ("ar", "هناك أكثر من بلدية بهذا الاسم."),
    ],
)
def test_a_name_of_two_municipalities_is_asked_about_and_never_guessed(client, officer, arendal, language, sentence):
    talk = at(situations.a_person(), officer, steps.MUNICIPALITY, actual="", language=language)
    refused = post(client, talk, steps.MUNICIPALITY, actual="vaaler")
    assert refused.status_code == 422
    assert sentence in html.unescape(refused.content.decode())
    assert "actual" not in Talk.objects.get().answers.open().get(steps.MUNICIPALITY, {})
    assert post(client, talk, steps.MUNICIPALITY, actual="Våler i Østfold").status_code == 302
    assert Talk.objects.get().answers.open()[steps.MUNICIPALITY]["actual"] == "3114"


def test_the_first_page_asks_too_and_takes_one_name_of_two_languages(client, officer, organisations):
    talk = at(situations.a_person(), officer, steps.LANGUAGE)
    sent = {"language": "nb", "interpreter": "NEI", "registered": "Heroy", "actual": "Tana"}
    refused = post(client, talk, steps.LANGUAGE, **sent)
    assert refused.status_code == 422
    page = html.unescape(refused.content.decode())
    assert (
        "Kommunen personen er folkeregistrert i: Flere kommuner heter dette. "
        "Skriv hvilken: Herøy (Møre og Romsdal) eller Herøy (Nordland)."
    ) in page
    assert 'value="Tana"' in page
    assert post(client, talk, steps.LANGUAGE, **{**sent, "registered": "Herøy (Nordland)"}).status_code == 302
    stored = Talk.objects.get().answers.open()[steps.LANGUAGE]
    assert (stored["registered"], stored["actual"]) == ("1818", "5628")


def test_nobody_is_asked_where_the_staff_knew_it_or_an_office_serves_all(client, officer, organisations):
    known = at(situations.a_person(), officer, steps.EXPLAINED)
    unknown = at(situations.a_person(), officer, steps.EXPLAINED, actual="", share={KIND: [Theme.BOLIG]})
    for talk in (known, unknown):
        assert steps.MUNICIPALITY not in talk.answers.open()
        assert follow(client.get(url(talk, steps.MUNICIPALITY))) == steps.EXPLAINED
