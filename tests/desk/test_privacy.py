"""The data-protection officer: events, and insight for one person."""

import re
import uuid
from datetime import timedelta
from html import unescape
from io import StringIO
from urllib.parse import quote, quote_plus

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from brik import page_names
from brik.arrivals import actions as arrivals
from brik.arrivals.timeline.standings import Fate, ParkedReason
from brik.audit import log
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions.help_numbers import HelpContact
from brik.mapping.models import Notice, NoticeKind
from brik.people import actions as people
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Person
from brik.staff.models import OrganisationKind, Role, Staff, Unit
from consent.models import Consent, Withdrawal
from followup.demo import register, telling
from followup.insight import cause_words
from followup.sharing.models import Receipt
from tests import situations
from tests.access import table
from tests.arrivals import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    someone = situations.an_account(Role.PRIVACY)
    client.force_login(someone)
    return someone


def test_events_can_be_narrowed_to_a_person(client, officer):
    one, other = situations.a_person(), situations.a_person()
    for someone in (one, other):
        log.record(Verb.PERSON_READ, by=officer, subject=someone.pk)
    page = client.get(reverse("desk:events"), {"person": str(one.pk)}).content.decode()
    assert str(one.pk) in page
    assert str(other.pk) not in page


def narrowed(client, **typed):
    """The page that follows when these words are typed; its address holds none of them."""
    answer = client.post(reverse("desk:events"), typed)
    assert answer.status_code == 302, answer.content.decode()
    for words in typed.values():
        assert quote(words) not in answer.url
        assert quote_plus(words) not in answer.url
    return unescape(client.get(answer.url).content.decode())


@pytest.mark.parametrize("called", ["username", "name"])
def test_events_can_be_narrowed_to_a_member_of_staff(client, officer, called):
    busy, idle = situations.an_account(), situations.an_account()
    log.record(Verb.PEOPLE_LISTED, by=busy)
    page = narrowed(client, staff=getattr(busy, called))
    assert busy.name in page
    assert "Viste liste over personer" in page
    assert "Viste liste" not in narrowed(client, staff=getattr(idle, called))


def test_a_member_of_staff_is_found_in_any_spelling_of_the_name(client, officer):
    busy = situations.an_account()
    Staff.objects.filter(pk=busy.pk).change(name="Åse O’Prøve")
    log.record(Verb.PEOPLE_LISTED, by=busy)
    for written in ("ase o'prove", "Aase O’Prøve", "O’Prøve, Åse", "åse"):
        assert "Viste liste over personer" in narrowed(client, staff=written), written


def test_events_of_what_acts_by_itself_are_found_by_what_the_page_calls_it(client, officer):
    someone = situations.a_person()
    log.record(Verb.PERSON_CHANGED, by=Process("intake"), subject=someone.pk)
    page = narrowed(client, staff="inntak av meldinger")
    assert "Inntak av meldinger" in page
    assert "Endret person" in page


@pytest.mark.parametrize("typed", ["name", "number", "hyphened"])
def test_events_are_found_by_a_persons_name_or_number_and_neither_stands_in_the_address(client, officer, typed):
    one, other = situations.a_person(family="Enesen"), situations.a_person(family="Annesen")
    for someone in (one, other):
        log.record(Verb.PERSON_READ, by=officer, subject=someone.pk)
    number = one.identifiers.first().number.open()
    words = {"name": one.name, "number": number, "hyphened": f"{number[:6]}-{number[6:]}"}[typed]
    page = narrowed(client, person=words)
    assert str(one.pk) in page
    assert str(other.pk) not in page
    assert "Enesen" not in page  # who controls the reading does not read the case
    assert Event.objects.filter(verb=Verb.PEOPLE_SEARCHED, actor=officer.actor_id).exists()


@pytest.mark.parametrize(("typed", "told"), [("Prøve", "Flere passer"), ("Ingensen", "Vi fant ingen")])
def test_a_name_of_several_or_of_nobody_is_told_and_shows_no_name(client, officer, typed, told):
    situations.a_person(family="Enesen"), situations.a_person(family="Annesen")
    page = client.post(reverse("desk:events"), {"person": typed}).content.decode()
    assert told in page
    assert "Enesen" not in page
    assert "Annesen" not in page


def test_events_can_be_narrowed_to_a_unit_or_a_recipient(client, officer):
    unit, other = situations.a_unit("Oslo fengsel"), situations.a_unit("Agder fengsel")
    nav = situations.an_organisation()
    here, there = situations.an_account(at=unit), situations.an_account(at=other)
    adviser = situations.an_account(Role.PARTNER, organisation=nav)
    for someone in (here, there, adviser):
        log.record(Verb.PEOPLE_LISTED, by=someone)
    for place, shown in ((unit.number, [here]), (f"org:{nav.number}", [adviser])):
        page = unescape(client.get(client.post(reverse("desk:events"), {"place": place}).url).content.decode())
        assert [account for account in (here, there, adviser) if f"<bdi>{account.name}</bdi>" in page] == shown


def test_events_can_be_narrowed_to_days_as_people_write_them(client, officer):
    someone = situations.a_person()
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = client.post(reverse("desk:events"), {"since": tomorrow.strftime("%d.%m.%Y")})
    page = client.get(answer.url).content.decode()
    assert str(someone.pk) not in page
    assert "Ingen hendelser passer" in page
    assert "fra og med" in page


def test_fifty_events_a_page_and_older_ones_behind_a_link(client, officer):
    for _ in range(60):
        log.record(Verb.PEOPLE_LISTED, by=officer, reason="counts")
    page = narrowed(client, staff=officer.username)
    assert page.count("<tr>") == 51
    assert "eldre=" in page
    older = next(link for link in re.findall(r'href="([^"]+)"', page) if "eldre=" in link)
    assert officer.actor_id in older


@pytest.mark.parametrize(
    "code",
    [
        {"person": "x"},
        {"fra": "i går"},
        {"til": "9999-12-31"},
        {"fra": "0001-01-01"},
        {"sted": "(.*"},
        {"ansatt": "a b"},
        {"hva": "alt"},
    ],
)
def test_an_address_that_no_page_of_ours_makes_shows_no_events(client, officer, code):
    assert client.get(reverse("desk:events"), code).status_code == 400


def test_the_log_is_in_words(client, officer, mapper_of_another_unit):
    client.force_login(mapper_of_another_unit)
    client.get(reverse("desk:waiting"))
    client.get(reverse("mapping:hub", args=[uuid.uuid4()]))
    client.force_login(officer)
    log.record(Verb.RECEIPT_REJECTED, by=Process("kvittering"), reason=Reason.NO_LONGER_SHARED)
    log.record(Verb.HELP_CALLED, by=officer, reason="duty_leader", about="2026-11-30T14:05+01:00")
    log.record(Verb.SECTION_READ, by=officer, about="B")
    log.record(Verb.STAFF_CHANGED, by=officer, reason=Reason.POST_GIVEN, about=Role.LEADER)
    log.record(Verb.DELIVERY_FAILED, by=Process("worker"), reason=Reason.NO_ANSWER, about="ConnectionRefused")
    text = unescape(re.sub(r"<[^>]*>", " ", client.get(reverse("desk:events")).content.decode()))
    for words in (
        "Ankomster på vent",
        "Kartleggingens områder",
        "deles ikke lenger",
        "Mottak av kvitteringer",
        "vaktleder nådd. 30. nov 2026 14.05",
        "Praktisk og identitet",
        "fikk en rolle. Leder",
        "ingen svarte",
        "Kartlegger, Oslo fengsel",
    ):
        assert words in " ".join(text.split()), words
    for code in ("desk:", "mapping:", "no_longer", "not_found", "process", "duty_leader", "leder+", "Refused", "403 "):
        assert code not in text, code


@pytest.fixture
def mapper_of_another_unit():
    return situations.an_account(Role.MAPPER, at=situations.a_unit("Oslo fengsel"))


def test_every_reason_of_the_log_has_words():
    assert set(cause_words.REASONS) == set(Reason)
    assert set(cause_words.FATES) == {*Fate, *ParkedReason}
    assert set(cause_words.CONTACTS) == set(HelpContact)


def test_every_page_that_somebody_can_be_refused_has_a_name():
    assert table.names() - set(page_names.PAGES) == set()


def test_reading_events_is_an_event(client, officer):
    client.get(reverse("desk:events"))
    assert Event.objects.filter(verb=Verb.EVENTS_READ, actor=officer.actor_id).exists()


@pytest.fixture
def insight(client):
    """The desk that answers requests for access."""
    someone = situations.an_account(Role.INSIGHT)
    client.force_login(someone)
    return someone


def test_insight_tells_who_has_read(client, insight):
    someone, reader = situations.a_person(), situations.an_account()
    log.record(Verb.PERSON_READ, by=reader, subject=someone.pk)
    page = client.get(reverse("desk:extract", args=[someone.pk])).content.decode()
    assert reader.name not in page
    assert "Kartlegger, " in page.partition('id="lest"')[2].partition('id="hendelser"')[0]
    assert someone.identifiers.first().number.open() in page
    assert Event.objects.filter(verb=Verb.PERSON_READ, actor=insight.actor_id, reason="extract").exists()


def test_a_number_leads_to_the_person_without_standing_in_the_address(client, insight):
    someone = situations.a_person()
    response = client.post(reverse("desk:find"), {"number": someone.identifiers.first().number.open()})
    assert response.url == reverse("desk:extract", args=[someone.pk])


@pytest.mark.parametrize("number", ["", "123", "Ola", "17858512345"])
def test_a_number_nobody_has_leads_nowhere(client, insight, number):
    situations.a_person()
    assert client.post(reverse("desk:find"), {"number": number}).status_code in (200, 422)


def test_the_desk_for_insight_notes_a_withdrawal_of_anybody_and_is_led_back(client, insight):
    someone = situations.a_person(at=situations.a_unit("Agder fengsel"))
    extract = reverse("desk:extract", args=[someone.pk])
    page = client.get(reverse("desk:withdraw", args=[someone.pk])).content.decode()
    assert extract in page
    assert f'href="{reverse("desk:person", args=[someone.pk])}"' not in page
    answer = client.post(
        reverse("desk:withdraw", args=[someone.pk]), {"what": "alt", "said": "HER", "when": "NAA"}, follow=True
    )
    assert answer.status_code == 200
    assert Withdrawal.objects.get(person=someone).noted_by == insight
    assert extract in answer.content.decode()


def test_a_consent_is_read_by_the_desk_for_insight_and_leads_nowhere_it_may_not_go(client, insight):
    consent = situations.a_consent(situations.a_person(at=situations.a_unit("Agder fengsel")))
    assert (
        reverse("consent:read", args=[consent.pk])
        in client.get(reverse("desk:extract", args=[consent.person_id])).content.decode()
    )
    assert list(Consent.objects.visible_to(insight)) == [consent]
    assert client.get(reverse("consent:receipt", args=[consent.pk])).status_code == 403


def test_who_controls_reads_no_case_and_who_answers_reads_no_events(client):
    someone = situations.a_person()
    cases = [reverse("desk:find"), reverse("desk:extract", args=[someone.pk])]
    events = [reverse("desk:events")]
    for role, own, others in ((Role.PRIVACY, events, cases), (Role.INSIGHT, cases, events)):
        client.force_login(situations.an_account(role))
        assert {client.get(address).status_code for address in own} == {200}
        assert {client.get(address).status_code for address in others} == {403}


def test_nobody_else_comes_in(client):
    someone = situations.a_person()
    addresses = [
        reverse("desk:events"),
        reverse("desk:find"),
        reverse("desk:extract", args=[someone.pk]),
    ]
    for role in set(Role) - {Role.PRIVACY, Role.INSIGHT, Role.PARTNER}:
        client.force_login(situations.an_account(role))
        assert [client.get(address).status_code for address in addresses] == [403] * 3


def test_insight_in_somebody_who_is_not_there_is_not_found(client, insight):
    assert client.get(reverse("desk:extract", args=[uuid.uuid4()])).status_code == 404


@pytest.fixture
def somebody(key_ring):
    """Somebody of whom there is something of every kind."""
    register.load()
    call_command("load_texts", stdout=StringIO())
    unit = Unit.objects.get(number="0501")
    mapper = situations.an_account(at=unit)
    someone = situations.a_person(at=unit)
    people.set_protection(
        someone, address_grade="STRENGT_FORTROLIG", restrictions=["MEDIEFORBUD"], note="", version=1, by=mapper
    )
    situations.a_ruling(someone, [OrganisationKind.CASE_SYSTEM, OrganisationKind.NAV_STATE])
    telling.consent(someone, mapper, sharing=telling.ALL_OF_THEM)
    final = telling.final(someone, mapper)
    koda, _ = telling.share(final, mapper, telling.KODA, telling.NAV)
    Receipt.objects.create(
        person=someone,
        delivery=koda,
        disclosure=koda.disclosure,
        organisation=koda.organisation,
        message_id="k1",
        status="FEILET_AVSENDER_MANGLER",
        content={"description": "Saken finnes ikke", "case": "2026/17"},
        sha256="0" * 64,
    )
    Notice.objects.create(kind=NoticeKind.STAY_DELETED, person=someone, mapping=final, unit=unit, mapper=mapper)
    situations.a_withdrawal(someone, what=["alt"], said_at=timezone.now(), by=mapper)
    telling.begin(someone, mapper, telling.opening("nb"))
    log.record(Verb.PERSON_READ, by=mapper, subject=someone.pk)
    return someone


def test_insight_holds_every_kind_of_thing_that_is_kept(client, insight, somebody):
    page = unescape(client.get(reverse("desk:extract", args=[somebody.pk])).content.decode())
    for words in (
        "Melding om inntak",
        "Ubetinget",
        "Påbegynt",
        "Det som er svart så langt",
        "Du tok tilbake alt.",
        "Dette var allerede delt",
        "Noe mangler i det vi sendte",
        "Saken finnes ikke 2026/17",
        "Oppholdet er slettet av avsenderen",
        "Kartlegger, Oslo fengsel",
        "Kan få vite noe under restriksjoner",
        "Saksbehandlingssystemet, NAV (statlig), til og med",
        "Retten har bestemt det.",
    ):
        assert words in page, words


def test_insight_is_in_words_and_not_in_codes(client, insight, somebody):
    page = client.get(reverse("desk:extract", args=[somebody.pk])).content.decode()
    text = re.sub(r"<[^>]*>", " ", page)
    assert "Strengt fortrolig" in text
    assert "Medieforbud" in text
    for code in ("STRENGT_FORTROLIG", "MEDIEFORBUD", "NAV_STAT", "BOLIG", "FEILET_", "0501", "kartlegger+", "TRUKKET"):
        assert code not in text, code


@pytest.mark.parametrize("what", ["mottaker-NAV_STAT-BOLIG", "omrade-HELSE", "andre"])
def test_insight_says_of_what_was_taken_back_that_it_was_and_since_when(client, insight, key_ring, what):
    register.load()
    call_command("load_texts", stdout=StringIO())
    unit = Unit.objects.get(number="0501")
    mapper, someone = situations.an_account(at=unit), situations.a_person(at=unit)
    telling.consent(someone, mapper, sharing=telling.ALL_OF_THEM)
    withdrawal = situations.a_withdrawal(someone, what=[what], said_at=timezone.now(), by=mapper)
    page = unescape(client.get(reverse("desk:extract", args=[someone.pk])).content.decode())
    since = date_format(timezone.localtime(withdrawal.decisions.first().effective_at), "j. F Y \\k\\l. H.i")
    lines = page.split("Trukket ", 1)[1].split("<h2")[0]
    assert f"Trukket tilbake fra {since}" in lines
    assert "Nei" not in lines


def test_insight_tells_that_serving_was_stopped_only_where_the_message_says_so(client, insight, key_ring):
    number = situations.a_number()
    person = arrivals.receive_message(samples.arrival(number), by=Process("intake")).person
    pages = [client.get(reverse("desk:extract", args=[person.pk])).content.decode()]
    arrivals.receive_message(samples.execution(number, status="Stanset", message_id="s"), by=Process("intake"))
    pages.append(client.get(reverse("desk:extract", args=[person.pk])).content.decode())
    assert ["Gjennomføringen er stanset" in page for page in pages] == [False, True]


def test_insight_does_not_tell_what_a_message_says_that_may_be_about_another(client, insight, key_ring):
    one, other, duf = (
        situations.a_number(),
        situations.a_number(NumberKind.D_NUMBER),
        situations.a_number(NumberKind.DUF),
    )
    arrivals.receive_message(samples.arrival(one, name=("Prøve", None, "Enesen")), by=Process("intake"))
    arrivals.receive_message(
        samples.arrival(other, duf, arrived="2026-02-01", name=("Prøve", None, "Annesen")), by=Process("intake")
    )
    about = samples.person_information(one, duf, message_id="j", at="2026-03-03", name=("Prøve", None, "Felles"))
    arrivals.receive_message(about, by=Process("intake"))
    found = Person.objects.get(pk=client.post(reverse("desk:find"), {"number": one.value}).url.split("/")[-2])
    page = client.get(reverse("desk:extract", args=[found.pk])).content.decode()
    assert "Enesen" in page
    assert "På vent" in page
    assert "Felles" not in page
    assert "Annesen" not in page
