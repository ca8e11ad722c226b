"""A withdrawal that was noted by mistake: what stood is said again on one page, and signed."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person
from brik.staff.models import Organisation, OrganisationKind, Role, Staff
from brik.vault import keys
from consent.models import Consent, ConsentState, Decision, Talk, TalkState, Text, WithdrawalSaid
from consent.record import covers, steps
from consent.record.document import opened
from consent.record.withdrawal.standing_choices import standing_choices
from consent.talk import actions as consents
from consent.texts import catalogue
from followup.demo import telling
from followup.desk import actions
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

NAV = steps.SHARING[OrganisationKind.NAV_STATE]
SCHOOL = steps.SHARING[OrganisationKind.SCHOOL]
SIGNED = {"method": "TYPED", "name": "Prøve Testesen", "confirmed": "on", "how": "READ_ALOUD"}


@pytest.fixture(scope="module")
def beginning(demo_house):
    """Somebody who shares everything with all but the school, and of whom NAV has been told."""
    with keys.ring():
        mapper, someone = situations.an_account(at=demo_house), situations.a_person(at=demo_house)
        permitted = {kind: themes for kind, themes in telling.ALL_OF_THEM.items() if kind != OrganisationKind.SCHOOL}
        telling.consent(someone, mapper, sharing=permitted)
        telling.share(telling.final(someone, mapper), mapper, telling.NAV)
        # Somebody else at the unit, with the same done to them.
        other = situations.a_person(at=demo_house)
        telling.consent(other, mapper, sharing=telling.ALL_OF_THEM)
        decider = situations.an_account(Role.DECIDER, at=demo_house)
        situations.a_withdrawal(other, said=WithdrawalSaid.TOLD, by=decider)
        return mapper.pk, decider.pk, someone.pk


@pytest.fixture
def mapper(beginning, client):
    mapper = Staff.objects.get(pk=beginning[0])
    client.force_login(mapper)
    return mapper


@pytest.fixture
def decider(beginning, db):
    return Staff.objects.get(pk=beginning[1])


@pytest.fixture
def person(beginning, db):
    return Person.objects.select_related("current_stay").get(pk=beginning[2])


@pytest.fixture
def told(person, decider):
    return situations.a_withdrawal(person, said=WithdrawalSaid.TOLD, by=decider)


@pytest.fixture
def nav(person):
    return Organisation.objects.get(number=telling.NAV)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def begin(client, person) -> Talk:
    """The mapper has heard the person, fills in the first page and turns the screen."""
    client.post(reverse("consent:mend", args=[person.pk]))
    talk = Talk.objects.get(person=person, state=TalkState.OPEN)
    post(client, talk, steps.LANGUAGE, language="nb", interpreter="NEI", adult="JA")
    post(client, talk, steps.TURN)
    return talk


def url(talk, step=steps.SAID_AGAIN) -> str:
    return reverse("desk:talk", args=[talk.pk, step])


def post(client, talk, step=steps.SAID_AGAIN, *, text="", **fields):
    talk.refresh_from_db()
    data = {f"{step}-{name}": value for name, value in fields.items()}
    return client.post(url(talk, step), {"talk-current_step": step, "version": talk.row_version, "text": text, **data})


def asked(page: str) -> set[str]:
    return set(re.findall(rf'type="radio"\s+name="{steps.SAID_AGAIN}-([a-zæøå-]+)"', page)) - {"method"}


def everything(page: str, answer: str = "JA") -> dict[str, str]:
    return dict.fromkeys(asked(page), answer) | SIGNED


def rows(consent) -> set[tuple]:
    """The decisions of a consent, as the person would say them."""
    return set(
        Decision.objects.filter(consent=consent).values_list("direction", "organisation", "theme", "answer", "until")
    )


def state_of_nav(person) -> str:
    return Delivery.objects.get(person=person, organisation__number=telling.NAV, kind=DeliveryKind.SHARE).state


def test_the_same_choices_stand_again_to_the_same_day_when_they_are_said_again_and_signed(
    client, mapper, person, told, nav
):
    before = Consent.objects.get(person=person)
    assert not covers.covers(person.pk, nav.pk, Theme.ARBEID)
    talk = begin(client, person)
    page = client.get(url(talk)).content.decode()
    assert asked(page) == {steps.MAPPING, *steps.SHARING.values()} - {SCHOOL}
    assert not re.search(r'type="radio"[^>]* checked', page)
    assert post(client, talk, **everything(page)).url.endswith("/ferdig/")
    after = Consent.objects.exclude(pk=before.pk).get(person=person)
    assert rows(after) == rows(before)
    assert after.outcome == before.outcome == ConsentState.PARTLY_GIVEN
    assert opened(after).content["signature"]["method"] == "TYPED"
    assert after.sheet
    assert covers.covers(person.pk, nav.pk, Theme.ARBEID)
    assert state_of_nav(person) == DeliveryState.ACCEPTED
    assert client.get(reverse("mapping:read", args=[Mapping.objects.get(person=person).pk])).status_code == 200
    assert "Jeg har snakket med" not in words(client.get(reverse("desk:person", args=[person.pk])))
    assert "Personen har siden holdt" in words(client.get(reverse("desk:receipt", args=[told.pk])))


def test_the_page_says_who_answers_for_it_that_it_is_voluntary_and_can_be_withdrawn(client, mapper, person, told):
    page = words(client.get(url(begin(client, person))))
    for said in (
        "Gjelder dette fortsatt?",
        "Kriminalomsorgsdirektoratet har ansvaret for opplysningene.",
        "Det skjer ingenting hvis du sier nei.",
        "Kan du ombestemme deg?",
        "Fortsatt ja",
        "Ta tilbake",
        "Dette blir som før",
        "NAV (statlig): ",
    ):
        assert said in page


def test_nothing_is_shared_that_was_not_said_again(client, mapper, person, told, nav):
    talk = begin(client, person)
    page = client.get(url(talk)).content.decode()
    post(client, talk, **everything(page) | {NAV: "NEI"})
    assert not covers.covered_themes(person.pk, nav.pk)
    assert covers.covered_themes(person.pk, Organisation.objects.get(number=telling.HEALTH).pk)
    assert state_of_nav(person) in {DeliveryState.RETRACTED, DeliveryState.RETRACTING}


@pytest.mark.parametrize("left_out", [steps.MAPPING, NAV, "how", "method", "confirmed"])
def test_what_is_not_answered_or_not_signed_mends_nothing(client, mapper, person, told, left_out):
    talk = begin(client, person)
    answers = everything(client.get(url(talk)).content.decode())
    del answers[left_out]
    post(client, talk, **answers)
    assert Consent.objects.filter(person=person).count() == 1
    talk.refresh_from_db()
    assert talk.state == TalkState.OPEN


def test_who_takes_the_talk_itself_back_signs_nothing(client, mapper, person, told, nav):
    talk = begin(client, person)
    assert post(client, talk, **{steps.MAPPING: "NEI", "how": "READ"}).url == url(talk, steps.CLOSING)
    assert "Du har sagt nei" in words(client.get(url(talk, steps.CLOSING)))
    post(client, talk, steps.CLOSING)
    consent = Consent.objects.filter(person=person).first()
    assert (consent.outcome, consent.signature) == (ConsentState.REFUSED, None)
    assert not covers.covered_themes(person.pk, nav.pk)


def test_who_wants_to_talk_to_somebody_first_decides_nothing_and_what_was_stopped_stays_so(
    client, mapper, person, told, nav
):
    talk = begin(client, person)
    page = client.get(url(talk)).content.decode()
    assert 'name="later"' in page
    sent = {f"{steps.SAID_AGAIN}-{name}": value for name, value in everything(page).items()}
    talk.refresh_from_db()
    sent |= {"talk-current_step": steps.SAID_AGAIN, "version": str(talk.row_version), "later": steps.LATER}
    assert client.post(url(talk), sent).url == url(talk, steps.CLOSING)
    post(client, talk, steps.CLOSING)
    consent = Consent.objects.filter(person=person).first()
    assert (consent.outcome, consent.signature, consent.decisions.count()) == ("UTSATT", None, 0)
    assert not covers.covered_themes(person.pk, nav.pk)


def test_what_the_person_has_taken_back_since_the_page_was_opened_is_not_signed_for(client, mapper, person, told, nav):
    talk = begin(client, person)
    page = client.get(url(talk)).content.decode()
    [text] = re.findall(r'name="text" value="([^"]*)"', page)
    situations.a_withdrawal(person, what=[f"mottaker-NAV_STAT-{Theme.ARBEID}"], by=mapper)
    assert post(client, talk, text=text, **everything(page)).status_code == 409
    assert Consent.objects.filter(person=person).count() == 1
    page = client.get(url(talk)).content.decode()
    post(client, talk, **everything(page))
    assert Theme.ARBEID not in covers.covered_themes(person.pk, nav.pk)


def test_a_sheet_of_paper_is_shown_beside_the_choices_it_was_signed_for_and_then_signs(
    client, mapper, person, told, nav
):
    talk = begin(client, person)
    answers = everything(client.get(url(talk)).content.decode()) | {"method": "PAPER", NAV: "NEI"}
    sheet = SimpleUploadedFile("ark.pdf", situations.a_scanned_pdf())
    shown = post(client, talk, **answers, scan=sheet).content.decode()
    assert "Er dette arket?" in shown
    assert not asked(shown)
    assert re.search(r"<dt>NAV \(statlig\).*?</dt>\s*<dd>\s*<strong>Ta tilbake", shown)
    form = re.findall(r'<form id="samtalen".*?</form>', shown, re.DOTALL)[0]
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    assert client.post(url(talk), sent).url.endswith("/ferdig/")
    consent = Consent.objects.filter(person=person).first()
    assert opened(consent).content["signature"]["method"] == "PAPER"
    assert not covers.covered_themes(person.pk, nav.pk)


def test_the_page_can_be_read_in_another_language(client, mapper, person, told):
    talk = begin(client, person)
    talk.refresh_from_db()
    sent = {"language": "en", "version": talk.row_version}
    assert client.post(reverse("consent:language", args=[talk.pk]), sent).url == url(talk)
    assert "Does this still apply?" in words(client.get(url(talk)))


def test_what_was_signed_for_is_what_stands_under_the_lock(client, mapper, person, told):
    """Between the page that was read and the lock, something may have been taken back."""
    talk = begin(client, person)
    answer = {"mapping": "JA", "how": ["READ"], "seen": "0" * 64, "asking": None, "signature": {"method": "TYPED"}}
    answer["recipients"] = dict.fromkeys(steps.SHARING.values(), "JA")
    talk.refresh_from_db()
    talk = consents.save_step(talk, step=steps.SAID_AGAIN, answer=answer, version=talk.row_version, by=mapper)
    with pytest.raises(Exception, match=steps.SAID_AGAIN):
        actions.finish_talk(talk, by=mapper)


def test_with_another_text_or_recipient_the_person_decides_in_a_whole_talk(client, mapper, person, told, nav):
    versions = catalogue.versions("DOMFELT")
    assert standing_choices(person, versions=versions)
    assert not standing_choices(person, versions={**versions, "nb": "2027.1"})
    talk = begin(client, person)
    Organisation.objects.filter(pk=nav.pk).change(active=False)
    assert not standing_choices(person, versions=versions)
    assert client.get(url(talk)).url == url(talk, steps.INFORMATION)
    consents.discard(talk, by=mapper)
    page = words(client.get(reverse("desk:person", args=[person.pk])))
    assert "det var feil" not in page
    assert "Ny samtykkesamtale" in page


def test_a_text_that_was_published_since_is_read_in_a_whole_talk(client, mapper, person, told):
    text = Text.objects.get(kind="DOMFELT", language="nb", version="2026.4")
    talk = begin(client, person)
    Text.objects.create(kind="DOMFELT", language="nb", version="2027.1", body=text.body, sha256="1" * 64)
    assert client.get(url(talk)).url == url(talk, steps.INFORMATION)


def test_it_is_held_by_a_mapper_who_did_not_note_it(client, mapper, person, decider):
    colleague = situations.an_account(at=person.current_stay.unit)
    noter = situations.an_account(at=person.current_stay.unit)
    contact_officer = situations.an_account(Role.CONTACT_OFFICER, at=person.current_stay.unit)
    situations.a_withdrawal(person, said=WithdrawalSaid.TOLD, by=noter)
    address = reverse("consent:mend", args=[person.pk])
    for user, status in ((noter, 409), (contact_officer, 403), (decider, 403), (colleague, 302)):
        client.force_login(user)
        assert client.post(address).status_code == status
    talk = Talk.objects.get(person=person, state=TalkState.OPEN)
    assert talk.started_by == colleague
    for user, sees in ((noter, True), (contact_officer, False), (mapper, True)):
        assert Talk.objects.visible_to(user).filter(pk=talk.pk).exists() == sees


def test_only_the_mapper_is_offered_it_and_only_where_there_is_something_to_mend(client, mapper, person, told):
    mended = "det var feil"
    never_asked = situations.a_person(at=person.current_stay.unit)
    situations.a_withdrawal(never_asked, said=WithdrawalSaid.TOLD, by=told.noted_by)
    heard = situations.a_person(at=person.current_stay.unit)
    telling.consent(heard, mapper, sharing=telling.ALL_OF_THEM)
    situations.a_withdrawal(heard, by=told.noted_by)
    for someone, offered in ((person, True), (never_asked, False), (heard, False)):
        page = words(client.get(reverse("desk:person", args=[someone.pk])))
        assert (mended in page) == offered
    actions.hear_withdrawal(told, by=mapper)
    assert mended not in words(client.get(reverse("desk:person", args=[person.pk])))


def test_a_mapper_who_no_longer_sees_refusals_does_not_see_what_stood(client, mapper, person, told):
    talk = begin(client, person)
    officer = situations.an_account(Role.CONTACT_OFFICER, at=person.current_stay.unit)
    Talk.objects.filter(pk=talk.pk).change(started_by=officer)
    client.force_login(officer)
    assert client.get(url(talk)).status_code == 404


def test_a_day_after_it_can_still_be_mended(client, mapper, person, told, nav, monkeypatch):
    moment = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    client.force_login(mapper)
    assert "Ingen bekreftet det" in words(client.get(reverse("desk:person", args=[person.pk])))
    talk = begin(client, person)
    post(client, talk, **everything(client.get(url(talk)).content.decode()))
    assert covers.covers(person.pk, nav.pk, Theme.ARBEID)
    assert state_of_nav(person) in {DeliveryState.RETRACTED, DeliveryState.RETRACTING}


def test_the_paper_of_a_later_withdrawal_lists_what_was_shared_before_the_mending(client, person, mapper, told):
    talk = begin(client, person)
    post(client, talk, **everything(client.get(url(talk)).content.decode()))
    paper = opened(situations.a_withdrawal(person, by=mapper).receipt).content
    assert [line for line in paper["out"] if "NAV (statlig)" in line]
    assert "Ingenting var delt." not in [block["text"] for block in paper["blocks"]]
