"""A task is destroyed some time after it is done, and stands in the extract until then and after."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from brik.definitions import languages
from brik.definitions.retention_spans import retentions
from brik.people.models import Stay
from brik.staff.models import Role
from brik.tasks import actions
from brik.tasks.models import Task, TaskOutcome
from brik.vault import keys
from brik.vault.models import TASK, Key
from brik.vault.sealing import Shredded
from followup.desk import jobs
from followup.insight.extract import task_lines
from tests import situations
from tests.tasks import asked

pytestmark = pytest.mark.django_db


def night():
    with keys.ring():
        jobs.apply_retention(0)
    return set(Key.objects.filter(keeping=TASK, destroyed_at__isnull=False).values_list("subject", flat=True))


def test_what_was_promised_is_destroyed_six_months_after_it_was_done(mapper, oslo, monkeypatch):
    (contact,) = asked.staff_of(oslo, Role.CHILD_CONTACT)
    task, waiting = asked.a_task(mapper), asked.a_task(mapper)
    actions.take(task, by=contact)
    actions.finish(task, outcome=TaskOutcome.REACHED, by=contact)
    assert night() == set()
    later = timezone.now() + timedelta(days=190)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert night() == {task.pk}
    with keys.ring(), pytest.raises(Shredded):
        Task.objects.get(pk=task.pk).promise.open()
    with keys.ring():
        assert Task.objects.get(pk=waiting.pk).promise.open() == "VC1_BARN"
        ((line,),) = [entry.lines for entry in task_lines.section(task.person).entries]
    assert line.text.startswith("Slettet (Barneansvarlig)")


def test_what_nobody_has_done_is_destroyed_six_months_after_the_release(mapper, monkeypatch):
    undone, of_who_is_here = asked.a_task(mapper), asked.a_task(mapper)
    Stay.objects.filter(person=undone.person).change(released_at=timezone.now())
    assert night() == set()
    later = timezone.now() + timedelta(days=190)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert night() == {undone.pk}
    with keys.ring():
        assert Task.objects.get(pk=of_who_is_here.pk).promise.open() == "VC1_BARN"


def test_the_extract_says_what_was_asked_and_how_it_ended(mapper, oslo):
    (contact,) = asked.staff_of(oslo, Role.CHILD_CONTACT)
    task = asked.a_task(mapper)
    actions.take(task, by=contact)
    actions.finish(task, outcome=TaskOutcome.REACHED, by=contact)
    ((line,),) = [entry.lines for entry in task_lines.section(task.person).entries]
    assert line.text.startswith("Barn ute trenger hjelp i dag: snakk med personen (Barneansvarlig). Gjort ")
    assert line.text.endswith("snakket med personen")
    assert task_lines.section(situations.a_person(at=oslo)).is_empty


@pytest.mark.parametrize("code", [code for code, _ in languages.STAFF_CHOICES])
def test_the_page_about_brik_says_how_long_in_each_language_of_the_staff(code):
    with translation.override(code):
        page = render_to_string("pages/about.html")
    assert retentions()[TASK].sentences[code] in page
