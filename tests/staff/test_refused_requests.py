"""What is refused is one event, with whom it was about: never none, never two."""

from uuid import uuid4

import pytest
from django.test import override_settings

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.record import actions as interviews
from brik.mapping.record import lifecycle, sections
from brik.pages.static_files import StaticFilesMiddleware
from brik.people.models import Person
from tests import situations
from tests.mapping import pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
REFUSALS = (Verb.REFUSED, Verb.BAD_REQUEST)


@pytest.fixture
def mapper(client):
    user = situations.an_account()
    client.force_login(user)
    return user


def told(answer, status):
    """The one event of a request that was refused."""
    assert answer.status_code == status
    return Event.objects.get(verb__in=REFUSALS)


@pytest.mark.parametrize("version", ["0", "9", "x", "-1", "²", "1" * 5000, ""])
def test_saving_over_somebody_elses_change_is_told_whatever_stands_for_the_version(client, mapper, version):
    someone = situations.a_person(at=mapper.current_posts[0].unit)
    before = Person.objects.get(pk=someone.pk).row_version
    form = {"address_grade": "FORTROLIG", "version": version}
    event = told(client.post(f"/personer/{someone.pk}/hensyn/", form), 409)
    assert (event.verb, event.subject) == (Verb.REFUSED, someone.pk)
    assert Person.objects.get(pk=someone.pk).row_version == before


def test_an_interview_of_another_unit_is_told_with_whose_it_is(client, mapper):
    elsewhere = situations.an_account(at=situations.a_unit("Agder fengsel"))
    mapping = situations.an_interview(elsewhere)
    event = told(client.get(f"/kartlegging/{mapping.pk}/"), 404)
    assert (event.verb, event.subject) == (Verb.REFUSED, mapping.person_id)


def test_an_id_of_nothing_is_told_without_anybody(client, mapper):
    assert told(client.get(f"/kartlegging/{uuid4()}/"), 404).subject is None


def test_an_interview_that_a_colleague_has_taken_over_is_told_once(client, mapper):
    mapping = situations.an_interview(mapper)
    page = pages.opened(client, mapping)
    interviews.take_over(mapping, by=situations.an_account())
    event = told(pages.send(client, mapping, page=page, C1="EIDE"), 409)
    assert (event.verb, event.subject) == (Verb.REFUSED, mapping.person_id)
    draft = client.post(pages.url("draft", mapping, step="C"), page)
    assert draft.status_code == 409
    assert Event.objects.filter(verb=Verb.REFUSED, subject=mapping.person_id).count() == 2


def test_an_area_that_was_saved_in_another_window_is_told_once(client, mapper):
    mapping = situations.an_interview(mapper)
    page = pages.opened(client, mapping)
    sections.save_section(mapping, area="C", answers={"C1": situations.an_answer("EIDE")}, version=0, by=mapper)
    event = told(pages.send(client, mapping, page=page, C1="KOMMUNAL"), 409)
    assert (event.verb, event.subject) == (Verb.REFUSED, mapping.person_id)


def test_an_interview_that_is_closed_is_told_with_whose_it_is(client, mapper):
    mapping = situations.an_interview(mapper)
    page = pages.opened(client, mapping)
    lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    event = told(pages.send(client, mapping, page=page, C1="EIDE"), 409)
    assert (event.verb, event.subject) == (Verb.REFUSED, mapping.person_id)


def test_a_cry_for_help_that_could_not_be_saved_is_told(client, mapper):
    mapping = situations.an_interview(mapper)
    page = pages.opened(client, mapping, "G")
    lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    assert told(pages.send(client, mapping, "G", page=page, G5="JA"), 200).subject == mapping.person_id


def test_a_choice_that_no_page_offers_is_told_once(client, mapper):
    mapping = situations.an_interview(mapper)
    assert told(pages.send(client, mapping, C1="SLOTT"), 400).verb == Verb.BAD_REQUEST


def test_the_list_of_static_files_is_not_served(rf, tmp_path):
    for name in ("staticfiles.json", "brik.css"):
        (tmp_path / name).write_text("{}")
    with override_settings(STATIC_ROOT=tmp_path, WHITENOISE_AUTOREFRESH=False, WHITENOISE_USE_FINDERS=False):
        served = StaticFilesMiddleware(lambda request: None).files
    assert "/static/brik.css" in served
    assert "/static/staticfiles.json" not in served


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_page_after_signing_out_is_only_read(client, method):
    assert getattr(client, method)("/logget-ut/").status_code == 405
