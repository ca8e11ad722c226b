"""A talk opened by mistake is no offer of a talk, and can be thrown away while nothing is answered."""

import pytest
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.staff.models import Role
from consent.models import Talk
from consent.record import steps
from consent.record.talks import with_offered
from tests import situations
from tests.consent.talk_pages import post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]


def is_offered(person: Person) -> bool:
    return bool(with_offered(Person.objects.filter(pk=person.pk)).get().offered)


def person_page(client, person: Person) -> str:
    page = client.get(reverse("desk:person", args=[person.pk])).content.decode()
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


@pytest.mark.usefixtures("officer")
def test_a_talk_is_offered_when_the_person_answers_and_not_when_it_is_opened_or_read_aloud(client):
    someone = situations.a_person()
    client.post(reverse("consent:start", args=[someone.pk]))
    talk = Talk.objects.get()
    offered = [is_offered(someone)]
    for step, answer in (
        (steps.LANGUAGE, {"language": "nb", "interpreter": "NEI", "registered": "Oslo", "actual": "oslo"}),
        (steps.TURN, {}),
        (steps.INFORMATION, {"how": ["READ"]}),
        (steps.MAPPING, {"answer": "NEI"}),
    ):
        assert post(client, talk, step, **answer).status_code == 302
        offered.append(is_offered(someone))
    assert offered == [False, False, False, False, True]


@pytest.mark.parametrize("mapping", ["JA", "NEI", "SNAKKE"])
def test_what_is_answered_makes_no_difference_to_what_was_offered(mapping):
    someone = situations.a_person()
    situations.a_talk(someone, situations.an_account(), mapping=mapping, stop_before=steps.CLOSING)
    assert is_offered(someone)


def test_a_talk_thrown_away_leaves_the_leaders_pages_as_if_it_had_never_been_opened(client):
    someone, officer = situations.a_person(), situations.an_account(Role.CONTACT_OFFICER)
    leader = situations.an_account(Role.LEADER)
    client.force_login(leader)
    never = person_page(client, someone)
    talk = situations.a_talk(someone, officer, stop_before=steps.MAPPING)
    assert person_page(client, someone) == never
    client.force_login(officer)
    assert "Forkast" in person_page(client, someone)
    assert client.post(reverse("consent:discard", args=[someone.pk])).status_code == 302
    talk.refresh_from_db()
    assert (talk.state, talk.answers) == ("AVBRUTT", None)
    assert Event.objects.filter(verb=Verb.CONSENT_TALK_SAVED, object_id=str(talk.pk), reason="discarded").exists()
    assert "Begynn samtykkesamtale" in person_page(client, someone)
    client.force_login(leader)
    assert person_page(client, someone) == never


def test_a_talk_in_which_something_is_answered_is_not_thrown_away(client):
    someone, officer = situations.a_person(), situations.an_account()
    talk = situations.a_talk(someone, officer, stop_before=steps.CLOSING, mapping="NEI")
    client.force_login(officer)
    assert "Forkast" not in person_page(client, someone)
    answer = client.post(reverse("consent:discard", args=[someone.pk]))
    assert answer.status_code == 409
    assert "Den innsatte har svart på noe." in answer.content.decode()
    talk.refresh_from_db()
    assert talk.state == "AAPEN"


def test_an_answer_that_is_asked_anew_was_an_answer(client):
    someone, officer = situations.a_person(), situations.an_account()
    talk = situations.a_talk(someone, officer, stop_before=steps.SOURCES, page_by_page=True)
    client.force_login(officer)
    client.post(reverse("consent:language", args=[talk.pk]), {"language": "en", "version": talk.row_version})
    assert client.post(reverse("consent:discard", args=[someone.pk])).status_code == 409
    assert is_offered(someone)


def test_nobody_throws_away_the_talk_of_a_colleague_whose_answers_they_may_not_see(client):
    someone = situations.a_person()
    situations.a_talk(someone, situations.an_account(), stop_before=steps.MAPPING)
    for role, status in ((Role.CONTACT_OFFICER, 404), (Role.LEADER, 403), (Role.DECIDER, 403), (Role.MAPPER, 302)):
        client.force_login(situations.an_account(role))
        assert client.post(reverse("consent:discard", args=[someone.pk])).status_code == status
