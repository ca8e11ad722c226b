"""A published questionnaire never changes."""

import pytest

from brik.mapping import published, questions
from brik.mapping.models import PublishedForm

pytestmark = pytest.mark.django_db


def test_a_published_file_that_changed_stops_the_start_with_a_sentence():
    published.publish(questions.get("domfelt"))
    published.check_all()
    PublishedForm.objects.update(sha256="0" * 64)
    with pytest.raises(published.FormChanged, match=r"«domfelt» versjon 2026\.1 er endret"):
        published.check_all()


def test_it_stops_the_next_interview_too():
    published.publish(questions.get("domfelt"))
    PublishedForm.objects.update(sha256="0" * 64)
    with pytest.raises(published.FormChanged):
        published.publish(questions.get("domfelt"))


def test_a_version_that_is_no_longer_loaded_is_left_in_peace():
    PublishedForm.objects.create(form="domfelt", version="1999.1", sha256="0" * 64)
    published.check_all()
