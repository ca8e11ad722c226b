"""The leader's pages about restrictions: the same question about everybody, and no word of what anybody has answered."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person, Ruling, Stay
from brik.people.protection import Restriction
from brik.people.safeguards import assert_intact
from brik.staff.models import OrganisationKind, Role
from consent.models import ConsentState
from followup.desk.following import FOLLOW
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BAN = Restriction.LETTERS_BANNED
ANSWER = {"who": "NOEN", "kinds": ["NAV_STAT", "HELSE"], "reason": "Retten har tillatt det."}


@pytest.fixture
def leader(client):
    leader = situations.an_account(Role.LEADER)
    client.force_login(leader)
    return leader


def restricted(*restrictions, **person):
    return situations.protect(situations.a_person(**person), *(restrictions or (BAN,)))


def listed(client):
    return html.unescape(client.get(reverse("desk:restrictions")).content.decode())


def answer(client, person, **fields):
    day = timezone.localdate() + timedelta(days=30)
    return client.post(
        reverse("desk:rule", args=[person.pk]), page_of(person) | ANSWER | {"last_day": f"{day:%d.%m.%Y}"} | fields
    )


def page_of(person):
    """What the page says of what it was typed over."""
    person = Person.objects.get(pk=person.pk)
    last = Ruling.objects.filter(person=person, about=person.restricted_at).first()
    return {"about": person.restricted_at.isoformat(), "last_seen": str(last.pk) if last else ""}


def test_everybody_in_custody_here_with_restrictions_is_asked_about_and_nobody_else(client, leader):
    here, elsewhere = restricted(), restricted(at=situations.a_unit("Agder fengsel"))
    free, released = situations.a_person(), restricted()
    Stay.objects.filter(person=released).change(released_at=timezone.now())
    page = listed(client)
    assert here.name in page
    assert not [someone for someone in (elsewhere, free, released) if someone.name in page]
    for someone in (elsewhere, free, released):
        assert client.get(reverse("desk:rule", args=[someone.pk])).status_code == 404
    assert Event.objects.filter(verb=Verb.PEOPLE_LISTED, reason=Reason.RESTRICTIONS, actor=str(leader.pk)).exists()


def test_an_answer_is_stored_with_its_reason_and_its_end_and_holds_at_once(client, leader):
    person = restricted()
    assert answer(client, person).status_code == 302
    ruling = Ruling.objects.get(person=person)
    assert (ruling.kinds, ruling.content.open()["reason"]) == (["HELSE", "NAV_STAT"], "Retten har tillatt det.")
    assert timezone.localtime(ruling.until).hour == 0
    assert_intact(Person.objects.get(pk=person.pk))
    assert "Kan få vite noe: NAV (statlig), Helsetjenesten" in listed(client)
    assert ProcrastinateJob.objects.filter(task_name=FOLLOW, args__person=str(person.pk)).count() == 2


def test_nobody_is_an_answer_too(client, leader):
    person = restricted()
    assert answer(client, person, who="INGEN", kinds=[]).status_code == 302
    assert Ruling.objects.get(person=person).kinds == []
    assert "Ingen kan få vite noe" in listed(client)


def test_an_answer_without_reason_or_end_or_with_some_but_nobody_is_asked_for_again(client, leader):
    person = restricted()
    wrong: list[dict[str, Any]] = [
        {"reason": ""},
        {"last_day": ""},
        {"who": ""},
        {"kinds": []},
        {"last_day": "1.1.2020"},
    ]
    for missing in wrong:
        response = answer(client, person, **missing)
        assert response.status_code == 422
        assert 'class="ds-error-summary' in response.content.decode()
    assert not Ruling.objects.exists()


def test_when_an_answer_has_ended_the_question_is_open_again(client, leader):
    person = restricted()
    situations.a_ruling(person, [OrganisationKind.HEALTH], until=timezone.now())
    assert "Ikke besvart" in listed(client)
    assert answer(client, person).status_code == 302


def test_an_answer_about_restrictions_that_have_changed_is_not_taken(client, leader):
    person = restricted()
    seen = person.restricted_at.isoformat()
    situations.protect(person, BAN, Restriction.MEDIA_BANNED)
    for about in (seen, "", "tull", "2026-13-45T99:99"):
        response = answer(client, person, about=about)
        assert response.status_code == 409
        assert "Restriksjonene er endret" in response.content.decode()
    assert not Ruling.objects.exists()


def test_the_page_carries_what_it_was_typed_over(client, leader):
    person = restricted()
    for _ in range(2):
        page = client.get(reverse("desk:rule", args=[person.pk])).content.decode()
        for name, value in page_of(person).items():
            assert f'name="{name}" value="{value}"' in page
        situations.a_ruling(person)


@pytest.mark.parametrize("who", ["a colleague", "the same leader in another tab"])
def test_a_page_left_open_replaces_no_later_answer(client, leader, who):
    person = restricted()
    left_open = page_of(person)
    situations.a_ruling(person, by=leader if who != "a colleague" else None)
    response = answer(client, person, **left_open)
    assert response.status_code == 409
    page = response.content.decode()
    assert "noen har svart" in page
    assert "Retten har tillatt det." in page
    assert Ruling.objects.get(person=person).kinds == []
    assert answer(client, person).status_code == 302


def test_an_answer_sent_twice_is_stored_once(client, leader):
    person = restricted()
    left_open = page_of(person)
    for _ in range(2):
        assert answer(client, person, **left_open).status_code == 302
    assert Ruling.objects.filter(person=person).count() == 1


def test_about_somebody_in_isolation_there_is_nothing_to_answer(client, leader):
    person = restricted(Restriction.ISOLATION)
    assert "Ingen kan få vite noe" in listed(client)
    assert 'name="who"' not in client.get(reverse("desk:rule", args=[person.pk])).content.decode()
    assert answer(client, person).status_code == 409
    assert not Ruling.objects.exists()


# --- Nothing follows from it about what anybody has answered ---


def twins():
    """People who differ only in what came of the talk and the interview."""
    mapper, nav = situations.an_account(), situations.an_organisation()
    mapping, _ = situations.a_shared_interview(nav, by=mapper)
    yes, no, never = mapping.person, situations.a_person(), situations.a_person()
    situations.a_consent(no, outcome=ConsentState.REFUSED, mapped=False)
    withdrawn = situations.a_person()
    situations.a_permit(withdrawn, nav, themes=(Theme.BOLIG,))
    situations.take_everything_back(withdrawn, by=mapper)
    people = [yes, no, never, withdrawn]
    Stay.objects.filter(person__in=people).change(arrived_at=never.current_stay.arrived_at)
    return people


class Work:
    """The statements of a request, each with its number of rows; the values are left out."""

    def __init__(self):
        self.statements = []

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        self.statements.append((re.sub(r"\d+", "N", sql), context["cursor"].rowcount))
        return result


def work_of(send):
    with connection.execute_wrapper(work := Work()):
        response = send()
    return response, work.statements


def plain(response, person):
    page = response.content.decode().replace(person.name, "NAVN")
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|data-seconds="\d+"|\d\d:\d\d:\d\d[^"]*', "", page)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", page)


def same_for_all(people, send):
    """Asserts that what ``send`` asks of the house for a person is the same work and the same bytes for all of them."""
    asked = [work_of(lambda person=person: send(person)) for person in people]
    assert len({response.status_code for response, _ in asked}) == 1
    assert len({plain(response, person) for (response, _), person in zip(asked, people, strict=True)}) == 1
    works = [statements for _, statements in asked]
    for work in works[1:]:
        assert work == works[0]


def test_entering_protection_is_the_same_work_for_everybody(client):
    people = twins()
    client.force_login(situations.an_account(Role.CONTACT_OFFICER))
    client.get(reverse("desk:protection", args=[situations.a_person().pk]))
    entered = {"address_grade": "FORTROLIG", "restrictions": [BAN.value], "note": "", "version": "1"}
    same_for_all(people, lambda person: client.post(reverse("desk:protection", args=[person.pk]), entered))
    same_for_all(people, lambda person: client.get(reverse("desk:protection", args=[person.pk])))
    jobs = ProcrastinateJob.objects.filter(task_name=FOLLOW, args__person__in=[str(person.pk) for person in people])
    assert jobs.count() == len(people)


def test_ruling_and_its_pages_are_the_same_for_everybody(client, leader):
    people = [situations.protect(person, BAN) for person in twins()]
    listed(client)
    lines = re.findall(r"<li>\s*<span class=\"brik-tasks__name.*?</li>", listed(client), re.DOTALL)
    ours = {re.sub(r"Prøve [^<]*|[0-9a-f-]{36}", "", line) for line in lines}
    assert len(ours) == 1
    same_for_all(people, lambda person: client.get(reverse("desk:rule", args=[person.pk])))
    same_for_all(people, lambda person: answer(client, person))
