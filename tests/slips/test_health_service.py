"""The health service opens what waits, sees what is late, and never meets a slip with nothing on it."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.slips import actions, inbox
from brik.slips.models import Slip, SlipOpening
from brik.slips.topics import Topic
from brik.staff.models import OrganisationKind, Role
from brik.vault import keys
from brik.vault.models import Key
from tests import situations
from tests.slips import turns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
INBOX, SLIPS, OPEN = reverse("sharing:inbox"), reverse("slips:inbox"), reverse("slips:open")


@pytest.fixture
def someone(oslo):
    return situations.a_person(at=oslo, family="Skrivesen")


@pytest.fixture
def signed_in(client, nurse):
    client.force_login(nurse)
    return client


def words_on(client, address=SLIPS) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_a_slip_that_waits_stands_in_the_inbox_without_name_or_topic(signed_in, someone):
    turns.turned(someone, Topic.WITHDRAWAL)
    for address in (INBOX, SLIPS):
        shown = words_on(signed_in, address)
        assert shown.count("Ikke åpnet") == 1
        assert "Skrivesen" not in shown
        assert "Abstinens" not in shown
    assert not SlipOpening.objects.exists()


def test_opened_it_shows_who_where_about_what_and_when(signed_in, someone, nurse):
    turns.turned(someone, Topic.WITHDRAWAL, Topic.SLEEP)
    assert signed_in.post(OPEN).url == SLIPS
    shown = words_on(signed_in)
    for words in (someone.name, "Søvn, Abstinens", "Oslo fengsel", f"av {nurse.name}"):
        assert words in shown
    assert "Ingen nye lapper." in shown
    event = Event.objects.get(verb=Verb.SLIP_OPENED)
    assert (event.subject, event.actor) == (someone.pk, nurse.actor_id)


def test_one_with_nothing_on_it_is_never_shown_nor_counted(signed_in, someone):
    before = turns.plain(words_on(signed_in, INBOX)), turns.plain(words_on(signed_in))
    turns.turned(someone)
    turns.turned(someone, hours_ago=500)
    assert (turns.plain(words_on(signed_in, INBOX)), turns.plain(words_on(signed_in))) == before
    signed_in.post(OPEN)
    assert (turns.plain(words_on(signed_in, INBOX)), turns.plain(words_on(signed_in))) == before


def test_the_button_is_there_whether_anything_waits_or_not(signed_in, someone):
    assert "Åpne nye lapper" in words_on(signed_in, INBOX)
    turns.turned(someone, Topic.BODY)
    assert "Åpne nye lapper" in words_on(signed_in, INBOX)


def test_one_that_has_waited_longer_than_the_span_is_late_and_stands_first(signed_in, someone, nurse):
    turns.turned(someone, Topic.BODY, hours_ago=23)
    assert "Har ventet for lenge" not in words_on(signed_in, INBOX)
    turns.turned(someone, Topic.BODY, hours_ago=25)
    shown = words_on(signed_in, INBOX)
    assert shown.count("Har ventet for lenge") == 1
    assert shown.index("Har ventet for lenge") < shown.index("Ikke åpnet")
    signed_in.post(OPEN)
    assert "Har ventet for lenge" not in words_on(signed_in, INBOX)
    assert [slip.late for slip in inbox.waiting(nurse)] == []


def test_in_two_tabs_each_is_opened_once(signed_in, someone):
    turns.turned(someone, Topic.BODY)
    assert signed_in.post(OPEN).url == signed_in.post(OPEN).url == SLIPS
    assert SlipOpening.objects.count() == Event.objects.filter(verb=Verb.SLIP_OPENED).count() == 1


def test_another_health_service_sees_nothing_and_opens_nothing(client, someone, noise, health):
    turns.turned(someone, Topic.BODY)
    other = turns.nurse(noise.organisation)
    client.force_login(other)
    client.post(OPEN)
    shown = words_on(client)
    assert "Annensteds" in shown
    assert "Skrivesen" not in shown
    assert Slip.objects.filter(organisation=health).waiting().count() == 1
    with pytest.raises(PermissionDenied):
        actions.open_waiting(health, by=other)


def test_a_partner_of_another_kind_has_no_slips(client, someone, health):
    turns.turned(someone, Topic.BODY)
    client.force_login(
        situations.an_account(Role.PARTNER, organisation=situations.an_organisation(OrganisationKind.NAV_STATE))
    )
    assert client.get(SLIPS).status_code == client.post(OPEN).status_code == 403
    assert "apper fra innsatte" not in words_on(client, INBOX)


def test_an_opened_slip_says_when_its_writer_was_born_so_that_two_of_a_name_are_told_apart(signed_in, oslo):
    people = [situations.a_person(at=oslo, born=date(year, 7, 25)) for year in (1987, 1991)]
    unknown = situations.a_person(at=oslo, born=None)
    for person in (*people, unknown):
        person.identity = {"given": "Prøve", "middle": "", "family": "Liknavn", "aliases": []}
        person.save()
        turns.turned(person, Topic.TEETH)
    assert "født" not in words_on(signed_in)  # nothing is told of a slip before it is opened
    signed_in.post(OPEN)
    page = words_on(signed_in)
    assert page.count("Prøve Liknavn") == 3
    assert sorted(re.findall(r"født \d+\. juli (\d{4})", page)) == ["1987", "1991"]


def test_the_inbox_asks_no_more_of_the_database_for_many_slips_than_for_few(signed_in, oslo):
    counts = []
    for _ in range(2):
        for _ in range(6):  # more people than a page compares with the log
            turns.turned(situations.a_person(at=oslo), Topic.TEETH)
        signed_in.post(OPEN)
        turns.turned(situations.a_person(at=oslo), Topic.TEETH)
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(SLIPS)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_person_is_shown_every_turn_and_what_it_said_when_asking_for_insight(client, signed_in, someone, health):
    turns.turned(someone)
    turns.turned(someone, Topic.WITHDRAWAL)
    signed_in.post(OPEN)
    client.force_login(situations.an_account(Role.INSIGHT))
    shown = " ".join(client.get(reverse("desk:extract", args=[someone.pk])).content.decode().split())
    assert f"Ingen lapp ({health.name})" in shown
    assert f"Abstinens ({health.name})" in shown
    seen = shown.partition("Helsetjenesten så etter lapp")[2]
    assert "<bdi>2</bdi>" in seen.partition("</tr>")[0]


def test_of_an_erased_person_nothing_is_left_and_nothing_is_told_as_broken(signed_in, someone):
    turns.turned(someone, Topic.WITHDRAWAL)
    signed_in.post(OPEN)
    Key.objects.filter(subject=someone.pk).change(destroyed_at=someone.created_at, wrapped=b"")
    with keys.ring():
        shown = words_on(signed_in)
    assert "Abstinens" not in shown
    assert "kan ikke åpnes" not in shown
    assert not Event.objects.filter(verb=Verb.INTEGRITY_BROKEN).exists()


def test_a_slip_that_was_changed_is_told_of_and_holds_up_no_other(signed_in, someone, oslo):
    broken, whole = turns.turned(someone, Topic.BODY), turns.turned(situations.a_person(at=oslo), Topic.TEETH)
    changed = "set_byte(content, 20, 255 - get_byte(content, 20))"
    turns.without_guard(f"UPDATE slips_slip SET content = {changed} WHERE uuid = %s", broken.pk)
    signed_in.post(OPEN)
    shown = words_on(signed_in)
    assert "kan ikke åpnes" in shown
    assert whole.person.name in shown
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN, about__contains=str(someone.pk)).exists()


def test_a_slip_that_was_said_to_be_opened_past_us_is_told_of(signed_in, someone, nurse):
    slip = turns.turned(someone, Topic.BODY)
    situations.forged(SlipOpening(slip=slip, opened_by=nurse))
    assert "kan ikke åpnes" in words_on(signed_in)
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN, about__contains=str(someone.pk)).exists()
