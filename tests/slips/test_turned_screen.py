"""The screen is turned, the person chooses, and the screen is given back; the page never goes wrong."""

import re

import pytest
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.definitions import languages
from brik.people.models import Stay
from brik.slips import slip_words
from brik.slips.models import Slip
from brik.slips.topics import Topic
from brik.staff.models import Channel, Role
from tests import situations
from tests.situations import PASSWORD
from tests.slips import turns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
HIDDEN = reverse("pages:hidden")
NONE_HERE = "Ingen helsetjeneste tar imot lapper fra denne enheten"


@pytest.fixture
def someone(oslo):
    return situations.a_person(at=oslo)


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


def page(client, name, someone, *more, status=200) -> str:
    answer = client.get(reverse(name, args=[someone.pk, *more]))
    assert answer.status_code == status
    return str(answer.content.decode())


def ways_out(shown: str) -> list[str]:
    """Links that lead out of the person's page; the login page is the dialog of a session that has ended."""
    return [href for href in re.findall(r'<a [^>]*href="([^"]*)"', shown) if not re.match(r"#|/logg-inn/", href)]


def test_the_person_page_offers_it_to_everybody_whatever_they_have_answered(signed_in, health, someone):
    assert reverse("slips:turn", args=[someone.pk]) in page(signed_in, "desk:person", someone)


@pytest.mark.parametrize("role", [Role.LEADER, Role.DECIDER])
def test_those_who_hold_no_talks_are_not_offered_it(client, health, someone, oslo, role):
    client.force_login(situations.an_account(role, at=oslo))
    assert "lapp" not in page(client, "desk:person", someone).lower()


def test_from_the_person_page_to_the_turned_screen_and_back_by_the_password(signed_in, health, someone, officer):
    turn = page(signed_in, "slips:turn", someone)
    assert all(reverse("slips:write", args=[someone.pk, code]) in turn for code in languages.CODES)
    shown = page(signed_in, "slips:write", someone, "nb")
    assert "Haster det? Si fra til en ansatt nå." in shown
    assert "Lappen leses i arbeidstiden." in shown
    done = turns.send(signed_in, someone, "ABSTINENS")
    last = signed_in.get(done.url).content.decode()
    assert ways_out(shown) == ways_out(last) == []
    assert f"Gi skjermen til {officer.name}" in last
    back = re.search(r'name="next" value="([^"]*)"', last.partition("<main")[2])[1]
    assert signed_in.post(reverse("pages:hide"), {"next": back}).url == HIDDEN
    assert signed_in.post(HIDDEN, {"password": PASSWORD}).url == reverse("desk:person", args=[someone.pk])


def test_what_was_chosen_is_on_no_page_afterwards(signed_in, health, someone):
    turns.send(signed_in, someone, "ABSTINENS")
    assert "checked" not in page(signed_in, "slips:write", someone, "nb")


@pytest.mark.parametrize(
    ("codes", "topics"),
    [
        ((), []),
        (("INGEN_LAPP",), []),
        (("ABSTINENS", "KROPP"), [Topic.BODY, Topic.WITHDRAWAL]),
        (("ABSTINENS", "INGEN_LAPP"), []),
        (("ABSTINENS", "ABSTINENS", "finnes ikke", "x" * 5000), [Topic.WITHDRAWAL]),
    ],
)
def test_every_page_that_is_sent_becomes_one_row_and_is_never_wrong(signed_in, health, someone, codes, topics):
    assert turns.send(signed_in, someone, *codes).status_code == 302
    assert Slip.objects.get(person=someone).topics == topics


def test_a_page_that_is_sent_twice_leaves_two_rows_since_nothing_is_kept_to_tell_by(signed_in, health, someone):
    first, second = (turns.send(signed_in, someone, "RUS") for _ in range(2))
    assert first.url == second.url
    assert [slip.topics for slip in Slip.objects.filter(person=someone)] == [[Topic.DRUGS]] * 2


def test_the_officer_who_turned_and_the_unit_stand_with_it_and_in_the_event(signed_in, health, someone, officer, oslo):
    turns.send(signed_in, someone)
    slip = Slip.objects.get(person=someone)
    assert (slip.turned_by, slip.unit, slip.organisation) == (officer, oslo, health)
    event = Event.objects.get(verb=Verb.SLIP_TURNED, subject=someone.pk)
    assert (event.actor, event.object_id, event.reason, event.about) == (officer.actor_id, str(slip.pk), "", "")


def test_a_page_sent_from_a_hidden_screen_or_without_a_session_is_held_nowhere(signed_in, health, someone):
    address = reverse("slips:write", args=[someone.pk, "nb"])
    typed_by = re.search(r'name="typed_by" value="([^"]+)"', page(signed_in, "slips:write", someone, "nb"))[1]
    fields = {"topics": ["ABSTINENS"], "typed_by": typed_by}
    signed_in.post(reverse("pages:hide"), {"next": address})
    hidden = signed_in.post(address, fields)
    assert hidden.url == HIDDEN
    signed_in.post(HIDDEN, {"password": PASSWORD})
    signed_in.logout()
    lost = signed_in.post(address, fields)
    assert "lost=1" in lost.url
    assert b"ABSTINENS" not in hidden.content + lost.content + signed_in.get(lost.url).content
    assert not Slip.objects.filter(person=someone).exists()


@pytest.mark.parametrize("why", ["none", "elsewhere", "inactive", "no channel"])
def test_where_nobody_reads_them_the_officer_is_told_and_the_page_is_not_offered(signed_in, someone, why):
    if why == "elsewhere":
        turns.health_service(situations.a_unit("Agder fengsel"))
    elif why == "inactive":
        turns.health_service(active=False)
    elif why == "no channel":
        turns.health_service(channel=Channel.NONE)
    shown = page(signed_in, "desk:person", someone)
    assert NONE_HERE in shown
    assert reverse("slips:turn", args=[someone.pk]) not in shown
    assert NONE_HERE in page(signed_in, "slips:turn", someone, status=409)
    assert NONE_HERE in page(signed_in, "slips:write", someone, "nb", status=409)
    sent = turns.send(signed_in, someone, "ABSTINENS")
    assert sent.url == reverse("slips:write", args=[someone.pk, "nb"])
    assert not Slip.objects.filter(person=someone).exists()


def test_the_health_service_of_the_unit_goes_before_one_for_all(signed_in, oslo, someone):
    turns.health_service()
    own = turns.health_service(oslo)
    turns.send(signed_in, someone)
    assert Slip.objects.get(person=someone).organisation == own


def test_nobody_turns_the_screen_for_somebody_of_another_unit_or_who_is_released(signed_in, health, someone):
    other = situations.a_person(at=situations.a_unit("Agder fengsel"))
    for name, more in (("slips:turn", ()), ("slips:write", ("nb",)), ("slips:done", ("nb",))):
        assert signed_in.get(reverse(name, args=[other.pk, *more])).status_code == 404
    assert turns.send(signed_in, other).status_code == 404
    Stay.objects.filter(person=someone).change(released_at=someone.known_stay.arrived_at)
    assert "Personen er løslatt." in page(signed_in, "slips:turn", someone, status=409)
    assert "Lapp til helsetjenesten" not in page(signed_in, "desk:person", someone)


@pytest.mark.parametrize("language", languages.CODES)
def test_the_page_says_all_of_it_in_every_language(signed_in, health, someone, language):
    words = slip_words.definition().words[language]
    shown = page(signed_in, "slips:write", someone, language)
    for sentence in (
        words.title,
        words.urgent,
        words.read_when,
        *words.lines,
        *words.topics.values(),
        words.no_slip,
        words.next,
    ):
        assert sentence in shown
    assert f'<html lang="{language}"' in shown
    assert words.done_line in page(signed_in, "slips:done", someone, language)


def test_a_language_there_are_no_words_in_is_not_found(signed_in, health, someone):
    page(signed_in, "slips:write", someone, "xx", status=404)


def test_words_that_nobody_has_approved_are_for_demonstrations_only(signed_in, health, someone, settings):
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    assert "ikke godkjent for bruk" in page(signed_in, "desk:person", someone)
    assert page(signed_in, "slips:turn", someone, status=409)
