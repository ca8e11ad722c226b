"""The slip to the health service as a page of the talk: for everybody who says yes, and kept by nobody but the slip."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brik.slips import actions as slips
from brik.slips.models import Slip
from brik.slips.topics import Topic
from brik.staff.models import Organisation, OrganisationKind
from consent.models import Talk
from consent.record import steps
from consent.talk import actions
from tests import situations
from tests.situations import PASSWORD
from tests.slips import turns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring", "organisations")]


@pytest.fixture
def health(officer):
    return turns.health_service(officer.current_posts[0].unit)


def at_slip(officer):
    return situations.a_talk(situations.a_person(), officer, stop_before=steps.SLIP)


def way_of(talk):
    answers = talk.answers.open()
    return actions.way_of(talk, answers, actions.offers_of(talk, answers))


def address(talk):
    return reverse("desk:talk", args=[talk.pk, steps.SLIP])


def send(client, talk, *codes, **more):
    talk.refresh_from_db()
    return client.post(address(talk), {"topics": list(codes), "version": talk.row_version, **more})


def test_it_comes_before_the_explaining_and_leads_on_to_it(client, officer, health):
    talk = at_slip(officer)
    way = way_of(talk)
    assert way[way.index(steps.SLIP) + 1] == steps.EXPLAINED
    assert client.get(reverse("desk:talk", args=[talk.pk, steps.EXPLAINED])).url == address(talk)
    page = client.get(address(talk)).content.decode()
    assert "Lapp til helsetjenesten" in page
    assert f"Steg {way.index(steps.SLIP) + 1} av {len(way)}" in page
    assert send(client, talk, "SOEVN").url == reverse("desk:talk", args=[talk.pk, steps.EXPLAINED])


@pytest.mark.parametrize("mapping", ["NEI", "SNAKKE"])
def test_after_a_no_it_is_not_asked_in_the_talk(client, officer, health, mapping):
    talk = situations.a_talk(situations.a_person(), officer, mapping=mapping, stop_before=steps.CLOSING)
    assert steps.SLIP not in way_of(talk)
    assert client.get(address(talk)).url == reverse("desk:talk", args=[talk.pk, steps.CLOSING])


def test_where_no_health_service_reads_slips_the_talk_has_no_such_page(client, officer):
    Organisation.objects.filter(kind=OrganisationKind.HEALTH).change(active=False)
    turns.health_service(situations.a_unit("Agder fengsel"))
    talk = situations.a_talk(situations.a_person(), officer, stop_before=steps.EXPLAINED)
    assert client.get(address(talk)).url == reverse("desk:talk", args=[talk.pk, steps.EXPLAINED])
    assert send(client, talk, "SOEVN").status_code == 302
    assert not Slip.objects.exists()


def test_what_was_chosen_is_on_the_slip_and_nowhere_in_the_talk(client, officer, health):
    talk = at_slip(officer)
    send(client, talk, "ABSTINENS", "SOEVN")
    slips.open_waiting(health, by=turns.nurse(health))
    assert Slip.objects.get().topics == [Topic.SLEEP, Topic.WITHDRAWAL]
    talk.refresh_from_db()
    assert talk.answers.open()[steps.SLIP] == {}
    again = client.get(address(talk)).content.decode()
    assert "checked" not in again


def work(statement):
    """A statement without what differs from moment to moment; the session holds the time of the request."""
    return re.sub(r"'\.eJ[^']*'", "SESSION", turns.shape(statement))


def test_the_work_and_the_answer_are_the_same_whatever_was_chosen(client, officer, health):
    talk, done = at_slip(officer), []
    for codes in ([], [], ["INGEN_LAPP"], ["ABSTINENS"], [topic.value for topic in Topic]):
        with transaction.atomic():
            with CaptureQueriesContext(connection) as queries:
                answer = send(client, talk, *codes)
            transaction.set_rollback(True)
        done.append((answer.status_code, answer.url, [work(query["sql"]) for query in queries]))
    # The first one fills what is read once.
    for other in done[2:]:
        assert other == done[1]


def test_a_page_that_somebody_has_saved_past_stores_no_slip_and_is_shown_again(client, officer, health):
    talk = at_slip(officer)
    assert send(client, talk, "SOEVN", version=talk.row_version - 1).url == address(talk)
    assert client.post(address(talk), {"topics": ["SOEVN"]}).url == address(talk)
    assert not Slip.objects.exists()
    assert steps.SLIP not in Talk.objects.get(pk=talk.pk).answers.open()


def test_what_is_sent_from_a_hidden_screen_or_without_a_session_is_held_nowhere(client, officer, health):
    talk = at_slip(officer)
    typed_by = re.search(r'name="typed_by" value="([^"]+)"', client.get(address(talk)).content.decode())[1]
    client.post(reverse("pages:hide"), {"next": address(talk)})
    hidden = send(client, talk, "ABSTINENS", typed_by=typed_by)
    client.post(reverse("pages:hidden"), {"password": PASSWORD})
    client.logout()
    lost = send(client, talk, "ABSTINENS", typed_by=typed_by)
    assert b"ABSTINENS" not in hidden.content + lost.content + client.get(lost.url).content
    assert not Slip.objects.exists()


def test_a_talk_that_was_signed_and_one_of_another_unit_have_no_page(client, officer, health):
    signed = situations.a_signed_consent(situations.a_person(), officer)
    talk = Talk.objects.get(consent=signed)
    assert client.get(address(talk)).url == reverse("consent:done", args=[signed.pk])
    agder = situations.an_account(at=situations.a_unit("Agder fengsel"))
    other = situations.a_talk(situations.a_person(at=agder.current_posts[0].unit), agder)
    assert client.get(address(other)).status_code == 404
