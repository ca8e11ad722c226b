"""The pages of the talk: one save a page, nothing written by looking, nothing lost and nothing forged."""

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.definitions import languages
from brik.mapping.questionnaire.themes import Theme
from brik.people.models import LegalStatus
from brik.staff.models import OrganisationKind, Role
from consent.models import Consent, Talk
from consent.record import covers, steps
from consent.record.choices import last_day
from consent.texts import catalogue as texts
from consent.texts.sentences import say_date
from tests import situations
from tests.consent.talk_pages import at, follow, post, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]
NAV = OrganisationKind.NAV_STATE


def test_the_whole_talk_from_the_first_page_to_the_receipt(client, officer, organisations):
    someone = situations.a_person()
    began = client.post(reverse("consent:start", args=[someone.pk]))
    talk = Talk.objects.get()
    assert began.url == url(talk, steps.LANGUAGE)
    answers: dict[str, dict[str, Any]] = {
        steps.LANGUAGE: {"language": "nb", "interpreter": "NEI", "registered": "Oslo", "actual": "oslo"},
        steps.INFORMATION: {"how": ["READ"]},
        steps.MAPPING: {"answer": "JA"},
        steps.SOURCES: {"answer": "JA", "name_1": "NAV-veilederen min", "about_1": ["ARBEID"]},
        steps.COMMON: {"months": "12"},
        steps.SHARING[NAV]: {"answer": "JA", "themes": ["ARBEID", "BOLIG"], "months": "6"},
        steps.EXPLAINED: {},
        steps.READ_BACK: {},
        steps.SIGNATURE: {"method": "TYPED", "name": "Prøve Testesen", "confirmed": "on"},
    }
    step, seen = steps.LANGUAGE, []
    for _ in range(20):
        assert client.get(url(talk, step)).status_code == 200
        response = post(client, talk, step, **answers.get(step, {"answer": "NEI"}))
        assert response.status_code == 302, response.content.decode()
        seen.append(step)
        if "/samtykke/" in response.url:
            break
        step = follow(response)
    assert seen == [step for step in steps.ALL if step not in (steps.MUNICIPALITY, steps.CLOSING)]
    consent = Consent.objects.get()
    assert response.url == reverse("consent:done", args=[consent.pk])
    found = covers.covered_themes(someone.pk, organisations[NAV].pk)
    assert set(found) == {Theme.ARBEID, Theme.BOLIG}
    last = timezone.localdate(found[Theme.BOLIG].until - timedelta(seconds=1))
    assert last == last_day(consent.effective_at, 6), "its own span, not that of the others"
    page = client.get(reverse("consent:read", args=[consent.pk])).content.decode()
    until = say_date(last_day(consent.effective_at, 6), "nb")
    assert f"Ja, til {until}: Bolig, Arbeid" in page
    assert consent.document_sha256 in page
    receipt = client.get(reverse("consent:receipt", args=[consent.pk]))
    assert receipt.content.startswith(b"%PDF-")
    assert client.get(url(talk, steps.MAPPING)).url == response.url


def test_looking_at_a_page_writes_its_read_event_and_nothing_else(client, officer):
    talk = at(situations.a_person(), officer, steps.MAPPING)
    client.get(url(talk, steps.MAPPING))
    with CaptureQueriesContext(connection) as queries:
        client.get(url(talk, steps.MAPPING))
    written = [query["sql"] for query in queries if re.match("(INSERT|UPDATE|DELETE)", query["sql"])]
    assert len(written) == 1
    assert Event.objects.last().verb == Verb.CONSENT_TALK_READ
    assert not any(word in str(dict(client.session)) for word in (str(talk.pk), "wizard", "answer"))


def test_saving_a_page_writes_one_version_of_the_talk(client, officer):
    talk = at(situations.a_person(), officer, steps.MAPPING)
    before = talk.row_version
    assert follow(post(client, talk, steps.MAPPING, answer="JA")) == steps.SOURCES
    talk.refresh_from_db()
    assert talk.row_version == before + 1


def test_two_windows_cannot_overwrite_each_other(client, officer):
    talk = at(situations.a_person(), officer, steps.MAPPING)
    version = talk.row_version
    post(client, talk, steps.MAPPING, answer="NEI")
    late = post(client, talk, steps.MAPPING, answer="JA", version=version)
    assert late.status_code == 409
    assert "ikke lagret" in late.content.decode()
    assert Talk.objects.get().answers.open()[steps.MAPPING] == {"answer": "NEI"}


@pytest.mark.parametrize(("answer", "outcome"), [("NEI", "NEI"), ("SNAKKE", "UTSATT")])
def test_saying_no_or_not_yet_goes_straight_to_a_short_closing(client, officer, answer, outcome):
    talk = at(situations.a_person(), officer, steps.MAPPING)
    assert follow(post(client, talk, steps.MAPPING, answer=answer)) == steps.CLOSING
    assert "helt greit" in client.get(url(talk, steps.CLOSING)).content.decode()
    assert post(client, talk, steps.CLOSING).url == reverse("pages:hidden")
    consent = Consent.objects.get()
    assert consent.outcome == outcome
    given_back = client.get(reverse("pages:hidden")).content.decode()
    assert f"Gi skjermen til {officer.name}" in given_back
    assert "Det du valgte, er skjult." in given_back
    read = reverse("consent:read", args=[consent.pk])
    assert client.get(read).url == reverse("pages:hidden")
    assert client.post(reverse("pages:hidden"), {"password": situations.PASSWORD}).url == read


def test_finishing_twice_makes_one_consent(client, officer):
    talk = at(situations.a_person(), officer, steps.CLOSING, mapping="NEI")
    first = post(client, talk, steps.CLOSING, version=talk.row_version)
    again = post(client, talk, steps.CLOSING, version=talk.row_version)
    assert first.url == reverse("pages:hidden")
    assert again.url == reverse("pages:hidden")
    assert Consent.objects.count() == 1


def test_nobody_gets_to_a_page_before_the_ones_that_lead_to_it(client, officer):
    talk = at(situations.a_person(), officer, steps.MAPPING)
    assert follow(client.get(url(talk, steps.SIGNATURE))) == steps.MAPPING
    refused = post(client, talk, steps.SIGNATURE, method="TYPED", name="X", confirmed="on")
    assert refused.status_code == 409
    assert client.get(url(talk, "ferdig")).status_code == 404


@pytest.mark.parametrize(
    "forged",
    [
        {"answer": "KANSKJE"},
        {"answer": "JA", "themes": ["HEMMELIG"], "months": "6"},
        {"answer": "JA", "themes": ["BOLIG"], "months": "600"},
        {"answer": "JA", "themes": [], "months": "6"},
    ],
)
def test_a_choice_that_stands_on_no_page_is_refused_and_noted(client, officer, forged):
    talk = at(situations.a_person(), officer, steps.SHARING[NAV])
    response = post(client, talk, steps.SHARING[NAV], **forged)
    assert response.status_code == 422
    assert steps.SHARING[NAV] not in Talk.objects.get().answers.open()
    if forged.get("themes", True):
        assert Event.objects.filter(verb=Verb.BAD_REQUEST, reason="forged_choice").exists()


def test_nul_and_a_missing_version_change_nothing(client, officer):
    talk = at(situations.a_person(), officer, steps.SOURCES)
    assert post(client, talk, steps.SOURCES, answer="JA", name_1="a\x00b", about_1=["BOLIG"]).status_code == 400
    assert post(client, talk, steps.SOURCES, answer="NEI", version="").status_code == 409
    assert post(client, talk, steps.SOURCES, answer="NEI", version="9" * 400).status_code == 409
    assert client.post(url(talk, steps.SOURCES), {"version": talk.row_version}).status_code == 409
    assert steps.SOURCES not in Talk.objects.get().answers.open()


def test_a_child_or_a_fellow_inmate_never_interprets(client, officer):
    talk = at(situations.a_person(), officer, steps.LANGUAGE)
    interpreter = {
        "language": "nb", "interpreter": "JA", "agency": "Tolketjenesten", "spoken": "Polsk", "qualification": "C", "presence": "PHONE",
    }  # fmt: skip
    refused = post(client, talk, steps.LANGUAGE, **interpreter)
    assert refused.status_code == 422
    assert "Bekreft at tolken er voksen og ikke er familie eller medinnsatt." in refused.content.decode()
    assert post(client, talk, steps.LANGUAGE, **interpreter, impartial="on").status_code == 302


@pytest.mark.parametrize("adult", ["NEI", "VET_IKKE", ""])
def test_the_first_page_asks_the_age_that_no_number_tells_and_stays_closed_without(client, officer, adult):
    talk = at(situations.a_person(born=None), officer, steps.LANGUAGE)
    refused = post(client, talk, steps.LANGUAGE, language="nb", interpreter="NEI", adult=adult)
    assert refused.status_code == 422
    assert "18 år" in refused.content.decode()
    assert post(client, talk, steps.LANGUAGE, language="nb", interpreter="NEI", adult="JA").status_code == 302


def test_the_page_for_somebody_under_18_names_those_who_lead_the_unit_today(client, officer, settings, tmp_path):
    child = situations.a_person(born=date(2012, 1, 1))
    leader = situations.an_account(Role.LEADER, at=child.known_stay.unit)
    elsewhere = situations.an_account(Role.LEADER, at=situations.a_unit("Agder fengsel"))
    settings.HELP_NUMBERS = tmp_path / "numbers.yaml"
    settings.HELP_NUMBERS.write_text(
        "everywhere:\n  - {who: AMK, number: '113'}\n  - {who: VAKTLEDER, number: '00 00 01 02'}\nunits: {}\n"
    )
    page = client.get(reverse("consent:minor", args=[child.pk])).content.decode()
    assert leader.name in page
    assert elsewhere.name not in page
    assert 'href="tel:00000102"' in page
    assert "116" not in page.split('id="hvem"')[1].split("</section>")[0]  # no number without one in the file


def test_what_cannot_be_begun_says_why_in_a_sentence(client, officer):
    child = situations.a_person(born=date(2012, 1, 1))
    response = client.post(reverse("consent:start", args=[child.pk]))
    assert response.url == reverse("consent:minor", args=[child.pk])
    page = client.get(response.url).content.decode()
    assert "Da kan samtalen ikke holdes her." in page
    assert "Si fra til lederen for enheten i dag." in page
    assert "Barneverntjenesten i kommunen" in page
    assert "Ungdomsenheten i kriminalomsorgen" in page
    assert 'href="tel:116111"' in page
    for text in texts.current(LegalStatus.CONVICTED).values():
        assert html.escape(text.body["minor"]["inmate"]) in page
    assert not Talk.objects.exists()
    elsewhere = situations.a_person(at=situations.a_unit("Agder fengsel"))
    assert client.post(reverse("consent:start", args=[elsewhere.pk])).status_code == 404


def test_the_questions_about_our_explaining_are_never_stored_and_never_a_gate(client, officer):
    talk = at(situations.a_person(), officer, steps.EXPLAINED)
    again = post(client, talk, steps.EXPLAINED, no="OTHER")
    assert again.status_code == 200
    assert "Vi forklarer en gang til" in again.content.decode()
    data = {"talk-current_step": steps.EXPLAINED, "version": talk.row_version, "again": "1", "forklart-no": "OTHER"}
    assert follow(client.post(url(talk, steps.EXPLAINED), data)) == steps.READ_BACK
    assert Talk.objects.get().answers.open()[steps.EXPLAINED] == {}


def test_nothing_is_preselected_and_yes_and_no_are_equal(client, officer):
    talk = at(situations.a_person(), officer, steps.SHARING[NAV])
    page = client.get(url(talk, steps.SHARING[NAV])).content.decode()
    # Only how long is chosen, on the page that is common to all.
    assert re.findall(r'value="(\w+)" checked', page) == ["6"]
    cards = re.findall(r'<div class="ds-field" data-variant="outline">', page)
    assert len(cards) == 2


def test_the_case_system_is_asked_first_and_says_who_reads_there(client, officer):
    talk = at(situations.a_person(), officer, steps.SHARING[OrganisationKind.CASE_SYSTEM])
    page = client.get(url(talk, steps.SHARING[OrganisationKind.CASE_SYSTEM])).content.decode()
    assert "også de som avgjør permisjon, overføring og løslatelse" in page
    assert "De ser om det er tomt, men ikke hvorfor." in page


def test_the_language_can_be_changed_and_the_information_is_read_again(client, officer):
    talk = at(situations.a_person(), officer, steps.SOURCES)
    changed = client.post(reverse("consent:language", args=[talk.pk]), {"language": "ar", "version": talk.row_version})
    assert follow(changed) == steps.INFORMATION
    page = client.get(url(talk, steps.INFORMATION)).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert follow(client.get(url(talk, steps.SOURCES))) == steps.INFORMATION
    talk.refresh_from_db()
    bad = client.post(reverse("consent:language", args=[talk.pk]), {"language": "xx", "version": talk.row_version})
    assert bad.status_code == 400


@pytest.mark.parametrize("language", languages.CODES)
def test_no_page_of_a_talk_on_remand_uses_the_words_of_a_sentence(client, officer, language):
    someone = situations.a_person(status=LegalStatus.REMAND)
    talk = situations.a_talk(someone, officer, language=language)
    for step in steps.ALL[:-1]:
        page = client.get(url(talk, step)).content.decode()
        assert not re.search(
            "domfelt|soning|straffegjennomf|straffen din|convict|sentence|عقوب", page, re.IGNORECASE
        ), step
    assert {"nb": "Vi spør ikke om saken", "nn": "Vi spør ikkje om saka", "en": "your case", "ar": "قضيت"}[
        language
    ] in client.get(url(talk, steps.INFORMATION)).content.decode()


def test_others_may_not_hold_or_see_a_talk(client):
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by, stop_before=steps.MAPPING)
    for role, status in ((Role.LEADER, 403), (Role.DECIDER, 403), (Role.PRIVACY, 403)):
        client.force_login(situations.an_account(role))
        assert client.get(url(talk, steps.MAPPING)).status_code == status
    client.force_login(situations.an_account(at=situations.a_unit("Agder fengsel")))
    assert client.get(url(talk, steps.MAPPING)).status_code == 404
    assert Event.objects.filter(verb=Verb.REFUSED).count() == 4


def test_what_was_signed_is_read_by_mappers_and_not_by_the_contact_officer_who_held_the_talk(client):
    mapper, holder = situations.an_account(), situations.an_account(Role.CONTACT_OFFICER)
    no = situations.a_signed_consent(situations.a_person(), holder, mapping="NEI")
    yes = situations.a_signed_consent(situations.a_person(), holder)
    leader, decider = situations.an_account(Role.LEADER), situations.an_account(Role.DECIDER)
    elsewhere = situations.an_account(at=situations.a_unit("Agder fengsel"))
    expected = [(mapper, 200, 200), (holder, 403, 404), (leader, 403, 403), (decider, 403, 403), (elsewhere, 404, 404)]
    for user, read, paper in expected:
        client.force_login(user)
        for row in (no, yes):
            assert client.get(reverse("consent:read", args=[row.pk])).status_code == read
            assert client.get(reverse("consent:receipt", args=[row.pk])).status_code == paper


def test_each_person_who_may_be_asked_has_a_box_of_their_own_name(client, officer, organisations):
    talk = at(situations.a_person(), officer, steps.SOURCES)
    page = client.get(url(talk, steps.SOURCES)).content.decode()
    assert re.findall(r'<summary>(Legg til flere)<span class="ds-sr-only">([^<]*)</span></summary>', page) == [
        ("Legg til flere", ": Person eller kontor 2"),
        ("Legg til flere", ": Person eller kontor 3"),
    ]
    about = [str(Theme.BOLIG)]
    sent = {"answer": "JA", "name_1": "Broren", "about_1": about, "name_2": "Legen", "about_3": about}
    refused = post(client, talk, steps.SOURCES, **sent)
    assert refused.status_code == 422
    assert len(re.findall(r'<details class="ds-details brik-row"[^>]*\bopen>', refused.content.decode())) == 2
    listed = re.findall(r'<li><a class="ds-link" href="[^"]*">([^<]*)</a></li>', refused.content.decode())
    assert listed == [
        "Person eller kontor 2: Kryss av for hva vi kan spørre om.",
        "Person eller kontor 3: Skriv hvem vi kan spørre, eller velg nei.",
    ]
