"""The name of a job stands in the database with every job that waits: it is never changed, and never a path."""

from procrastinate.contrib.django import app

from brik.jobs.periodic_work import PERIODIC
from followup.sharing.delivery import queue

NAMES = {
    "apply_retention",
    "compare_clocks",
    "count_week",
    "deliver",
    "end_by_time",
    "follow",
    "follow_all",
    "forget_expired",
    "forget_failures",
    "reconcile_all",
    "requeue_stalled",
    "restrict_ended",
    "take_effect",
    "wake_waiting",
}


def own_tasks():
    """The tasks of the rooms, without those that Procrastinate brings itself."""
    return {name: task for name, task in app.tasks.items() if task.queue != "builtin"}


def test_the_names_of_jobs_are_these():
    assert own_tasks().keys() == NAMES


def test_no_two_jobs_have_one_name():
    """Procrastinate keeps one task a name: of two, one would be lost."""
    functions = [task.func for task in own_tasks().values()]
    assert len(functions) == len(set(functions)) == len(NAMES)


def test_no_name_says_where_the_code_lies():
    assert not any("." in name or ":" in name for name in own_tasks())


def test_the_names_of_the_queues_are_these():
    assert {task.queue for task in own_tasks().values()} == {PERIODIC, queue.QUEUE} == {"tending", "deliveries"}
