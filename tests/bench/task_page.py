"""The page of tasks in a unit where much has been done against one where little has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brik.staff.models import Role, Staff, Unit
from brik.tasks.models import Task, TaskOutcome
from brik.vault import keys
from tests import situations
from tests.bench.figures import Figure, medians
from tests.tasks import asked

FEW, MANY, ROUNDS = 100, 10_000, 20


def measure() -> Iterator[Figure]:
    few, many = visitor("Lite fengsel med oppgaver", FEW), visitor("Stort fengsel med oppgaver", MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tasks_task")

    def page(client: Client) -> None:
        assert client.get(reverse("tasks:listed")).status_code == 200

    found = medians({"few": lambda: page(few), "many": lambda: page(many)}, rounds=ROUNDS)
    yield Figure(f"page of tasks, {MANY} done against {FEW}", found["many"] / found["few"], at_most=1.2)
    yield Figure("  the page, much done", found["many"] * 1000, "ms")


def visitor(name: str, count: int) -> Client:
    """Somebody of a unit where so many tasks are done, and five are not."""
    unit = situations.a_unit(name)
    mapper, contact = situations.an_account(at=unit), situations.an_account(Role.CHILD_CONTACT, at=unit)
    with keys.ring():
        for _ in range(5):
            asked.a_task(mapper)
        done(unit, contact, count)
    client = Client(SERVER_NAME="localhost")
    client.force_login(contact)
    return client


def done(unit: Unit, contact: Staff, count: int) -> None:
    """So many tasks of one person that were done long ago. Rows."""
    person, long_ago = situations.a_person(at=unit), timezone.now() - timedelta(days=100)
    Task.objects.bulk_create(
        Task(
            person=person,
            promise="VC1_BARN",
            origin=uuid4(),
            role=Role.CHILD_CONTACT,
            danger=True,
            made_at=long_ago,
            due_at=long_ago + timedelta(hours=2),
            taken_by=contact,
            taken_at=long_ago,
            done_at=long_ago + timedelta(hours=1),
            done_by=contact,
            outcome=TaskOutcome.REACHED,
        )
        for _ in range(count)
    )
