"""A refusal is remembered once and answered with one page, whichever room refused."""

from uuid import uuid4

import pytest
from django.urls import ResolverMatch
from django.utils.translation import override

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.pages.interview_lookup import for_mappers
from brik.mapping.record.refusals import InterviewRefusal
from brik.pages import refusal
from brik.pages.refusal import RefusalMiddleware, RefusalReason, Refused
from brik.people.refusals import PersonRefusal
from consent.record.refusals import ConsentRefusal
from consent.talk import refusal_pages
from followup.sharing.disclosure.refusals import InboxRefusal
from followup.sharing.inbox.views import summary
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def everything_below(base):
    return {base}.union(*(everything_below(each) for each in base.__subclasses__()))


@pytest.fixture
def asked(rf):
    """A request of a mapper that a view of ours has been found for."""

    def asked(view=lambda request: None, **named):
        headers = named.pop("headers", {})
        request = rf.post("/et/sted/", headers=headers)
        request.user, request.session, request.LANGUAGE_CODE = situations.an_account(), {}, "nb"
        request.resolver_match = ResolverMatch(view, (), named, url_name="sted", namespaces=["prove"])
        return request

    return asked


def refuse(request, refusal):
    return RefusalMiddleware(lambda request: None).process_exception(request, refusal)


def test_a_refusal_is_remembered_once_with_its_code_and_whose_it_is(asked):
    person = situations.a_person()
    answer = refuse(asked(person=person.pk), Refused(PersonRefusal.STALE))
    event = Event.objects.get(verb=Verb.REFUSED)
    assert (answer.status_code, event.subject) == (409, person.pk)
    assert (event.reason, event.about) == ("stale", f"409 prove:sted person={person.pk}")


def test_the_page_says_the_sentence_of_the_reason_and_leads_on(asked):
    mapping = uuid4()
    answer = refuse(asked(for_mappers(lambda request: None), mapping=mapping), Refused(InterviewRefusal.EXPIRED))
    html = answer.content.decode()
    assert answer.status_code == 409
    for words in ("<h1>Ikke lagret</h1>", str(InterviewRefusal.EXPIRED.label), f'href="/kartlegging/{mapping}/"'):
        assert words in html


def test_what_no_page_of_ours_sends_is_a_bad_request(asked):
    assert refuse(asked(), Refused(InterviewRefusal.UNKNOWN_ANSWER)).status_code == 400
    assert Event.objects.get().verb == Verb.BAD_REQUEST


def test_the_script_of_a_page_is_answered_with_the_sentence(asked):
    answer = refuse(asked(headers={"X-Requested-With": "brik"}), Refused(InterviewRefusal.NOT_OPEN))
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/json")
    assert "Samtykket er avsluttet." in answer.content.decode()


def test_a_page_of_a_talk_leads_into_the_house_by_the_password_alone(asked):
    person = uuid4()
    ways_on = refusal_pages.to_person(person, begun=True)
    html = refusal.answer(asked(), Refused(ConsentRefusal.STALE), ways_on).content.decode()
    assert "<h1>Samtalen er endret et annet sted</h1>" in html
    assert f'name="next" value="/personer/{person}/"' in html
    assert f'href="/personer/{person}/"' not in html
    assert "brik-header" not in html


def test_what_is_gone_says_nothing_of_why(asked):
    answer = refuse(asked(summary, disclosure=uuid4()), Refused(InboxRefusal.GONE))
    html = answer.content.decode()
    assert (answer.status_code, Event.objects.get().verb) == (410, Verb.REFUSED)
    assert "skal det makuleres" in html
    assert 'href="/innboks/"' in html


def test_a_sentence_of_the_case_takes_the_place_of_the_label(asked):
    html = refuse(asked(), Refused(PersonRefusal.STALE, "Bare denne gangen.")).content.decode()
    assert "Bare denne gangen." in html
    assert str(PersonRefusal.STALE.label) not in html


def test_other_exceptions_are_left_alone(asked):
    assert refuse(asked(), ValueError()) is None


def test_every_reason_of_every_room_has_a_page():
    reasons = [reason for room in everything_below(RefusalReason) for reason in room]
    assert ConsentRefusal.ANOTHERS in reasons
    with override("nb"):
        for reason in reasons:
            assert reason.status in {400, 409, 410}
            assert all([reason.heading, reason.window_title, *reason.paragraphs])
