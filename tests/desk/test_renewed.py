"""A second talk starts from what stands: each yes goes on with a new end, is taken back, or ends on its day."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person
from brik.staff.models import Organisation, OrganisationKind, Role, Staff
from brik.vault import keys
from consent.models import Consent, ConsentState, Decision, Direction, Talk, TalkState
from consent.proof import covered_and_proved
from consent.record import choices, covers, steps
from consent.record.choices import end_of
from consent.record.document import opened
from consent.talk import actions as consents
from followup.demo import telling
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

NAV = steps.SHARING[OrganisationKind.NAV_STATE]
SCHOOL = steps.SHARING[OrganisationKind.SCHOOL]
SIGNED = {"method": "TYPED", "name": "Prøve Testesen", "confirmed": "on"}
HOW = {"how": "READ_ALOUD"}
LATER_ON = timedelta(days=60)


@pytest.fixture(scope="module")
def beginning(demo_house):
    """Somebody who shares everything with all but the school, for six months."""
    with keys.ring():
        mapper, someone = situations.an_account(at=demo_house), situations.a_person(at=demo_house)
        permitted = {kind: themes for kind, themes in telling.ALL_OF_THEM.items() if kind != OrganisationKind.SCHOOL}
        telling.consent(someone, mapper, sharing=permitted)
        # Somebody else at the unit, who shares everything with all.
        telling.consent(situations.a_person(at=demo_house), mapper, sharing=telling.ALL_OF_THEM)
        return mapper.pk, someone.pk


@pytest.fixture
def mapper(beginning, db):
    return Staff.objects.get(pk=beginning[0])


@pytest.fixture
def person(beginning, db):
    return Person.objects.select_related("current_stay").get(pk=beginning[1])


@pytest.fixture
def nav(person):
    return Organisation.objects.get(number=telling.NAV)


@pytest.fixture
def later_on(client, mapper, monkeypatch):
    """Two months have passed."""
    moment = timezone.now() + LATER_ON
    monkeypatch.setattr(timezone, "now", lambda: moment)
    client.force_login(mapper)
    return moment


def words(response) -> str:
    return " ".join(response.content.decode().split())


def url(talk, step=steps.STANDING) -> str:
    return reverse("desk:talk", args=[talk.pk, step])


def post(client, talk, step=steps.STANDING, **fields):
    talk.refresh_from_db()
    data = {f"{step}-{name}": value for name, value in fields.items()}
    return client.post(url(talk, step), {"talk-current_step": step, "version": talk.row_version, "text": "", **data})


def begin(client, person) -> Talk:
    assert client.post(reverse("consent:renew", args=[person.pk])).status_code == 302
    talk = Talk.objects.get(person=person, state=TalkState.OPEN)
    post(client, talk, steps.LANGUAGE, language="nb", interpreter="NEI", adult="JA", registered="Oslo", actual="Oslo")
    post(client, talk, steps.TURN)
    return talk


def asked(page: str) -> set[str]:
    """What the page asks about: the talk, asking others, and organisations."""
    return set(re.findall(rf'type="radio"\s+name="{steps.STANDING}-([a-z0-9-]+)"', page))


def go_on(client, talk, answers=None, *, months: str = "12"):
    """Through the rest of the talk, to its signature."""
    pages = {steps.COMMON: {"months": months}, steps.SIGNATURE: SIGNED, **(answers or {})}
    talk.refresh_from_db()
    for _ in range(20):
        if talk.state != TalkState.OPEN:
            break
        stored = consents.answers_of(talk, {"nb": "2026.4"})
        standing = consents.standing_of(talk, stored, {})
        way = consents.way_of(talk, stored, consents.offers_of(talk, stored), standing=standing)
        step = steps.first_unanswered(stored, way)
        if step == steps.SLIP:
            stored_talk = consents.turn_slip(talk, topics=[], version=talk.row_version, by=talk.started_by)
            assert stored_talk
        else:
            response = post(client, talk, step, **pages.get(step, {}))
            assert response.status_code == 302, (step, words(response)[-3000:])
        talk.refresh_from_db()
    assert talk.state == TalkState.FINISHED
    return talk.consent


@pytest.fixture
def health(person):
    return Organisation.objects.get(number=telling.HEALTH)


def of(consent, **which):
    """What a consent says yes to about something, and until when: a set of ends."""
    rows = Decision.objects.filter(consent=consent, answer="JA", **which)
    return set(rows.values_list("until", flat=True))


def everything(page: str, answer: str = "JA") -> dict[str, str]:
    return dict.fromkeys(asked(page), answer) | HOW


def a_year_on(moment):
    return end_of(choices.last_day(moment, 12))


def test_each_yes_stands_on_the_page_with_its_end_and_nothing_chosen(client, person, later_on, nav):
    before = Consent.objects.get(person=person)
    page = client.get(url(begin(client, person))).content.decode()
    permitted = Decision.objects.filter(consent=before, answer="JA", direction=Direction.DISCLOSE)
    assert asked(page) == {
        steps.MAPPING,
        *(f"mottaker-{number}" for number in permitted.values_list("organisation", flat=True)),
    }
    assert not re.search(r'type="(radio|checkbox)"[^>]* checked', page)
    assert len(re.findall(r"Fortsatt ja\s*<", page)) == len(re.findall(r"Ta tilbake\s*<", page)) == len(asked(page))
    assert "Det skjer ingenting hvis du sier nei." in page
    assert "Gjelder dette fortsatt?" in page
    assert 'value="SNAKKE"' in page


def test_still_yes_gives_a_new_end_and_silence_leaves_the_day(client, person, later_on, nav, health):
    before = Consent.objects.get(person=person)
    talk = begin(client, person)
    client.get(url(talk))
    post(client, talk, **{f"mottaker-{nav.pk}": "JA"}, **HOW)
    after = go_on(client, talk)
    # Mapping and health were left open: they end when they would have ended.
    assert of(after, direction=Direction.MAP) == of(before, direction=Direction.MAP)
    assert of(after, organisation=health) == of(before, organisation=health) != set()
    assert of(after, organisation=nav) == {a_year_on(later_on)}
    assert {row.until for row in covers.covered_themes(person.pk, nav.pk).values()} == {a_year_on(later_on)}
    assert covered_and_proved(person.pk, nav.pk).keys() == covers.covered_themes(person.pk, nav.pk).keys()
    assert covered_and_proved(person.pk, health.pk)
    # The signed paper, the gate of the interview and the rows name the same days.
    paper = {block["question"]: block["answer"] for block in opened(after).blocks if block["type"] == "choice"}
    (gate,) = of(after, direction=Direction.MAP)
    assert Mapping.objects.get(person=person).gate_until == gate
    health_line = next(answer for question, answer in paper.items() if health.name in question)
    nav_line = next(answer for question, answer in paper.items() if nav.name in question)
    assert health_line.startswith("Ja, til ")
    assert nav_line.startswith("Ja, til ")
    assert health_line.split(":")[0] != nav_line.split(":")[0]
    # On its day, what was left open ends; what got a new end goes on.
    (end,) = of(before, organisation=health)
    assert covers.covered_themes(person.pk, health.pk, at=end - timedelta(seconds=1))
    assert not covers.covered_themes(person.pk, health.pk, at=end)
    assert covers.covered_themes(person.pk, nav.pk, at=end)


def test_what_is_taken_back_is_not_shared_from_the_signature_on(client, person, later_on, nav, health):
    talk = begin(client, person)
    page = client.get(url(talk)).content.decode()
    post(client, talk, **everything(page) | {f"mottaker-{nav.pk}": "NEI"})
    after = go_on(client, talk)
    assert not covers.covered_themes(person.pk, nav.pk)
    assert covers.covered_themes(person.pk, health.pk)
    assert of(after, direction=Direction.MAP) == {a_year_on(later_on)}
    assert after.outcome == ConsentState.PARTLY_GIVEN


def test_a_no_stays_a_no_and_is_asked_anew_only_where_the_person_wants_it(
    client, person, mapper, later_on, monkeypatch
):
    talk = begin(client, person)
    page = client.get(url(talk)).content.decode()
    assert f'value="{SCHOOL}"' in page
    assert f'value="{steps.SOURCES}"' in page
    post(client, talk, **everything(page))
    after = go_on(client, talk)
    answers = Decision.objects.filter(consent=after, recipient_kind=OrganisationKind.SCHOOL)
    assert set(answers.values_list("answer", flat=True)) == {"NEI"}
    moment = later_on + LATER_ON
    monkeypatch.setattr(timezone, "now", lambda: moment)
    client.force_login(mapper)
    talk = begin(client, person)
    post(client, talk, **everything(client.get(url(talk)).content.decode()), anew=SCHOOL)
    school = {"answer": "JA", "themes": Theme.UTDANNING, "months": "12"}
    after = go_on(client, talk, {SCHOOL: school})
    answers = Decision.objects.filter(consent=after, recipient_kind=OrganisationKind.SCHOOL, answer="JA")
    assert set(answers.values_list("theme", "until")) == {(Theme.UTDANNING, a_year_on(moment))}


def test_asking_others_has_an_end_of_its_own(client, person, mapper, later_on, monkeypatch):
    """Asking was given a year at first; in the second talk only the talk itself gets a new end."""
    talk = begin(client, person)
    post(client, talk, **everything(client.get(url(talk)).content.decode()), anew=steps.SOURCES)
    source = {"answer": "JA", "name_1": "Kari Oppdiktet", "about_1": Theme.BOLIG}
    first = go_on(client, talk, {steps.SOURCES: source})
    (asking,) = of(first, direction=Direction.COLLECT)
    moment = later_on + LATER_ON
    monkeypatch.setattr(timezone, "now", lambda: moment)
    client.force_login(mapper)
    talk = begin(client, person)
    page = client.get(url(talk)).content.decode()
    assert "Kari Oppdiktet" in page
    post(client, talk, **everything(page) | {steps.SOURCES: ""})
    after = go_on(client, talk)
    assert of(after, direction=Direction.COLLECT) == {asking}
    assert of(after, direction=Direction.MAP) == {a_year_on(moment)}
    interview = Mapping.objects.get(person=person)
    assert (interview.gate_until, interview.sources_until) == (a_year_on(moment), asking)
    assert interview.sources_now == {"Kari Oppdiktet": [Theme.BOLIG]}
    monkeypatch.setattr(timezone, "now", lambda: asking)
    assert Mapping.objects.get(person=person).sources_now == {}
    assert covers.sources_permitted(person) == []
    assert covers.may_be_mapped(person)


def test_who_takes_the_talk_itself_back_signs_nothing_and_all_ends(client, person, later_on, nav):
    talk = begin(client, person)
    assert post(client, talk, **{steps.MAPPING: "NEI"}, **HOW).url == url(talk, steps.CLOSING)
    assert "Du har sagt nei" in words(client.get(url(talk, steps.CLOSING)))
    post(client, talk, steps.CLOSING)
    consent = Consent.objects.filter(person=person).first()
    assert (consent.outcome, consent.signature) == (ConsentState.REFUSED, None)
    assert not covers.covered_themes(person.pk, nav.pk)


@pytest.mark.parametrize("page", [steps.STANDING, steps.COMMON])
def test_who_wants_to_talk_to_somebody_first_leaves_all_as_it_stands(client, person, later_on, nav, page):
    before = covers.covered_themes(person.pk, nav.pk)
    talk = begin(client, person)
    if page == steps.COMMON:
        post(client, talk, **everything(client.get(url(talk)).content.decode(), "NEI") | {steps.MAPPING: ""})
    talk.refresh_from_db()
    sent = {"talk-current_step": page, "version": str(talk.row_version), "later": steps.LATER}
    assert client.post(url(talk, page), sent).url == url(talk, steps.CLOSING)
    post(client, talk, steps.CLOSING)
    assert Consent.objects.filter(person=person).first().outcome == ConsentState.DEFERRED
    assert covers.covered_themes(person.pk, nav.pk) == before != {}


def test_what_was_taken_back_since_the_page_was_opened_is_not_signed_for(client, person, mapper, later_on, nav):
    talk = begin(client, person)
    page = client.get(url(talk)).content.decode()
    post(client, talk, **everything(page))
    situations.a_withdrawal(person, what=[f"mottaker-NAV_STAT-{Theme.ARBEID}"], by=mapper)
    talk.refresh_from_db()
    post(client, talk, steps.COMMON, months="12")
    talk.refresh_from_db()
    consents.turn_slip(talk, topics=[], version=talk.row_version, by=mapper)
    post(client, talk, steps.EXPLAINED)
    # The page that shows what stands must be answered again.
    assert client.get(url(talk, steps.READ_BACK)).url == url(talk)
    post(client, talk, **everything(client.get(url(talk)).content.decode()))
    go_on(client, talk)
    assert Theme.ARBEID not in covers.covered_themes(person.pk, nav.pk)
    assert covers.covered_themes(person.pk, nav.pk)


def test_only_who_sees_refusals_meets_it(client, person, mapper, later_on):
    assert "Ny samtale fra det som gjelder" in words(client.get(reverse("desk:person", args=[person.pk])))
    talk = begin(client, person)
    assert talk.renews
    officer = situations.an_account(Role.CONTACT_OFFICER, at=person.current_stay.unit)
    assert not Talk.objects.visible_to(officer).filter(pk=talk.pk).exists()
    Talk.objects.filter(pk=talk.pk).change(started_by=officer)
    with pytest.raises(PermissionDenied):
        consents.start(person, renews=True, by=officer)
    client = Client()
    client.force_login(officer)
    assert client.get(url(talk)).status_code == 404
    assert "Ny samtale fra det som gjelder" not in words(client.get(reverse("desk:person", args=[person.pk])))


def test_where_nothing_stands_a_whole_talk_begins(client, mapper, person, later_on):
    never_asked = situations.a_person(at=person.current_stay.unit)
    assert "Ny samtale fra det som gjelder" not in words(client.get(reverse("desk:person", args=[never_asked.pk])))
    client.post(reverse("consent:renew", args=[never_asked.pk]))
    assert not Talk.objects.get(person=never_asked).renews
