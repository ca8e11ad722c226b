"""A published questionnaire never changes."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from brik.mapping import checks
from brik.mapping.models import InterviewState, Mapping, PublishedForm
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import actions, published_forms
from brik.mapping.record.refusals import InterviewRefusal
from brik.pages.refusal import Refused
from tests import situations
from tests.mapping.pages import url

pytestmark = pytest.mark.django_db


def test_a_published_file_that_changed_stops_the_start_with_a_sentence():
    published_forms.publish(catalogue.get("domfelt"))
    published_forms.check_all()
    situations.forge(PublishedForm.objects.all(), sha256="0" * 64)
    with pytest.raises(ImproperlyConfigured, match=r"domfelt version 2026\.3 was changed"):
        published_forms.check_all()


def test_it_stops_the_next_interview_too():
    published_forms.publish(catalogue.get("domfelt"))
    situations.forge(PublishedForm.objects.all(), sha256="0" * 64)
    with pytest.raises(ImproperlyConfigured):
        published_forms.publish(catalogue.get("domfelt"))


# --- approved by nobody --------------------------------------------------------------------------------------------------


@pytest.fixture
def production(settings):
    settings.UNAPPROVED_TEXTS_ALLOWED = False


def test_a_form_that_nobody_has_approved_begins_no_interview_outside_a_demonstration(client, key_ring, production):
    mapper = situations.an_account()
    mapping = situations.a_ready_interview(situations.a_person(at=mapper.current_posts[0].unit))
    with pytest.raises(Refused) as refused:
        actions.begin(mapping, by=mapper)
    assert refused.value.why is InterviewRefusal.FORM_NOT_APPROVED
    client.force_login(mapper)
    page = client.get(url("hub", mapping))
    assert page.status_code == 409
    assert "Ingen har godkjent skjemaet" in page.content.decode()
    assert client.post(url("begin", mapping), {"language": "nb"}).status_code == 409
    assert Mapping.objects.get().state == InterviewState.READY


def test_an_interview_goes_on_in_its_language_but_into_none_that_nobody_has_approved(key_ring, settings):
    mapper = situations.an_account()
    mapping = situations.an_interview(mapper)
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    actions.choose_language(mapping, language="nb", by=mapper)
    with pytest.raises(Refused):
        actions.choose_language(mapping, language="ar", by=mapper)


def test_production_says_which_forms_nobody_has_approved(production):
    said = [warning.msg for warning in checks.every_form_is_approved(None)]
    assert len(said) == 8
    assert "Nobody has approved the questionnaire varetekt 2026.3 in ar: it is not used in it." in said


def test_a_demonstration_says_nothing_of_it():
    assert checks.every_form_is_approved(None) == []
