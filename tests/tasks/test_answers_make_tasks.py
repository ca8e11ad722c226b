"""What an answer promises is asked for in the transaction that saves it: once, and not any longer when it changes."""

from datetime import timedelta

import pytest

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Section
from brik.mapping.record import actions as interviews
from brik.mapping.record import promised_tasks, sections
from brik.staff.models import Role
from brik.tasks import actions
from brik.tasks.models import Task, TaskOutcome, TaskState
from tests import situations
from tests.tasks import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def remand(mapper):
    return asked.remand_interview(mapper)


def of(mapping):
    return Task.objects.filter(person=mapping.person_id)


def test_a_child_at_home_is_a_task_for_the_contact_for_children_within_two_hours(mapper, remand):
    asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    (task,) = of(remand)
    assert (task.role, task.danger, task.state) == (Role.CHILD_CONTACT, True, TaskState.NEW)
    assert task.due_at - task.made_at == timedelta(hours=2)
    assert task.promise.open() == "VC1_BARN"
    (made,) = Event.objects.filter(verb=Verb.TASK_MADE, subject=remand.person_id)
    assert (made.object_id, made.row_version) == (str(task.pk), task.row_version)


@pytest.mark.parametrize(
    ("answer", "promised"),
    [
        ("BARN", ["VC1_BARN"]),
        ("SYKE", ["VC1_ANDRE"]),
        ("DYR", ["VC1_DYR"]),
        ("FLERE", ["VC1_ANDRE", "VC1_BARN"]),
        ("VIL_IKKE_SVARE", ["VC1_UKJENT"]),
        (None, ["VC1_UKJENT"]),
    ],
)
def test_who_is_told_follows_from_whom_it_concerns(mapper, remand, answer, promised):
    asked.save(remand, "VC", by=mapper, VC1a="JA", **({"VC1b": answer} if answer else {}))
    assert asked.codes(of(remand)) == promised


def test_no_and_nothing_promise_nothing(mapper, remand):
    asked.save(remand, "VC", by=mapper, VC1a="NEI")
    asked.save(remand, "VD", by=mapper, VD1="NEI", VD2="NEI", VD3="VIL_IKKE_SVARE")
    assert not of(remand).exists()


@pytest.mark.parametrize(
    ("area", "answers", "promised"),
    [
        ("I", {"I5": "JA"}, "I5"),
        ("I", {"I2a": "JA", "I2f": "JA"}, "I2F"),
        ("G", {"G0": "JA", "G5": "NEI"}, "G0"),
        ("H", {"H3": ["RUSSAMTALE"]}, "H3_RUSSAMTALE"),
    ],
)
def test_convicted_people_are_promised_the_same_way(mapper, area, answers, promised):
    mapping = situations.an_interview(mapper)
    asked.save(mapping, area, by=mapper, **answers)
    assert asked.codes(of(mapping)) == [promised]


def test_saving_again_makes_no_second_task(mapper, remand):
    for _ in range(3):
        asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    interviews.sign_off(remand, by=mapper)
    assert of(remand).count() == 1


def test_a_draft_promises_nothing_until_the_interview_is_signed_off(mapper, remand):
    asked.save(remand, "VC", by=mapper, draft=True, VC1a="JA", VC1b="BARN")
    assert not of(remand).exists()
    interviews.sign_off(remand, by=mapper)
    assert asked.codes(of(remand)) == ["VC1_BARN"]


def test_a_correction_of_a_correction_makes_no_second_task(mapper, remand):
    asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    final = interviews.sign_off(remand, by=mapper)
    for _ in range(2):
        correction = interviews.correct(final, reason="feil", by=mapper)
        asked.save(correction, "VC", by=mapper, VC1a="JA", VC1b="BARN")
        final = interviews.sign_off(correction, by=mapper)
    (task,) = of(remand)
    assert task.origin == remand.pk


def test_one_that_is_done_is_not_asked_for_again(mapper, remand, oslo):
    (contact,) = asked.staff_of(oslo, Role.CHILD_CONTACT)
    asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    actions.take(of(remand).get(), by=contact)
    actions.finish(of(remand).get(), outcome=TaskOutcome.NOT_WANTED, by=contact)
    asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    assert of(remand).count() == 1


def test_an_answer_that_is_taken_back_ends_its_task_neutrally_and_may_come_again(mapper, remand):
    asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    asked.save(remand, "VC", by=mapper, VC1a="NEI")
    (task,) = of(remand)
    assert (task.state, task.outcome, task.done_by) == (TaskState.DONE, TaskOutcome.NOT_WANTED, None)
    asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    assert of(remand).open().count() == 1
    assert of(remand).count() == 2


def test_one_that_was_handed_over_is_not_asked_for_again(mapper, remand, oslo):
    contact, _ = asked.staff_of(oslo, Role.CHILD_CONTACT, Role.SOCIAL_WORKER)
    asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    task = actions.take(of(remand).get(), by=contact)
    actions.hand_over(task, to=Role.SOCIAL_WORKER, by=contact)
    asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    assert of(remand).count() == 2
    assert of(remand).open().get().role == Role.SOCIAL_WORKER


def test_an_area_that_the_person_will_not_talk_about_ends_its_tasks(mapper, remand):
    asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    row = Section.objects.get(mapping=remand, area="VC")
    sections.save_section(remand, area="VC", answers={}, version=row.row_version, by=mapper, state="VIL_IKKE_SVARE")
    assert not of(remand).open().exists()


def test_an_area_without_promises_costs_no_query_more(mapper, django_assert_num_queries):
    mapping = situations.an_interview(mapper)
    asked.save(mapping, "C", by=mapper, C1="UTEN")
    with django_assert_num_queries(0):
        promised_tasks.follow(mapping, {"C": {}}, by=mapper)


def test_when_the_save_fails_nobody_is_asked(mapper, remand, monkeypatch):
    monkeypatch.setattr(actions, "_make", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        asked.save(remand, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    assert not Section.objects.filter(mapping=remand).exists()
