"""A published questionnaire never changes."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from brik.mapping.models import PublishedForm
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import published_forms

pytestmark = pytest.mark.django_db


def test_a_published_file_that_changed_stops_the_start_with_a_sentence():
    published_forms.publish(catalogue.get("domfelt"))
    published_forms.check_all()
    PublishedForm.objects.update(sha256="0" * 64)
    with pytest.raises(ImproperlyConfigured, match=r"domfelt version 2026\.2 was changed"):
        published_forms.check_all()


def test_it_stops_the_next_interview_too():
    published_forms.publish(catalogue.get("domfelt"))
    PublishedForm.objects.update(sha256="0" * 64)
    with pytest.raises(ImproperlyConfigured):
        published_forms.publish(catalogue.get("domfelt"))
