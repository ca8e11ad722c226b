"""Twins: each alone in a unit, alike in everything but what came of the talk, with somebody of every role beside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from brik.arrivals.actions import receive_message
from brik.arrivals.models import Message
from brik.audit.actors import Process
from brik.mapping.questionnaire.themes import Theme
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Identifier, Person, Stay
from brik.staff.models import Role, Staff, Unit
from followup.demo import messages, telling
from followup.plan import actions as plan
from followup.plan.needs import NeedContent
from tests import situations
from tests.arrivals import samples
from tests.tasks import asked

YES, SHARED, NO, DEFERRED, NEVER, WITHDRAWN = "ja", "delt", "nei", "senere", "aldri", "trukket"
NAMES = (YES, SHARED, NO, DEFERRED, NEVER, WITHDRAWN)
ROLES = (Role.DECIDER, Role.LEADER, Role.CONTACT_OFFICER)
NO_TASK = UUID(int=0)


@dataclass
class Twin:
    """One person, the unit that holds nobody else, its staff, and a message there that waits for an answer."""

    name: str
    person: Person
    unit: Unit
    staff: dict[Role, Staff]
    withdrawals: dict[Role, Any] = field(default_factory=dict)
    waiting: Message | None = None
    # These roles are told of no task, so they ask by the id of none: tests/tasks/test_task_pages.py asks by a real one.
    task: UUID = NO_TASK


def build(name: str, *, unit_name: str = "") -> Twin:
    """One twin, in a unit of its own. The texts and recipients of the demonstration are there already."""
    unit = situations.a_unit(f"Tvillingenes {len(name)} {unit_name or name}")
    person = situations.a_person(at=unit, days=9)
    mapper = situations.an_account(at=unit)
    match name:
        case "ja":
            telling.consent(person, mapper, sharing=telling.ALL_OF_THEM)
            asked.save(telling.interview(person, mapper, areas=0), "G", by=mapper, G0="JA", G5="NEI")
        case "delt":
            telling.consent(person, mapper, sharing=telling.ALL_OF_THEM)
            interview = telling.final(person, mapper)
            telling.share(interview, mapper, telling.NAV, telling.KODA)
            plan.enter(interview, content=NeedContent(Theme.MAAL), by=mapper)
            told = plan.enter(interview, content=NeedContent(Theme.FRITID), by=mapper)
            plan.decline(told, present=True, version=told.row_version, by=mapper)
        case "nei":
            telling.closed(person, mapper, mapping="NEI")
        case "senere":
            telling.closed(person, mapper, mapping="SNAKKE")
        case "trukket":
            telling.consent(person, mapper, sharing=telling.ALL_OF_THEM)
            situations.a_withdrawal(person, by=mapper)
    person.refresh_from_db()
    twin = Twin(name, person, unit, {role: situations.an_account(role, at=unit) for role in ROLES})
    twin.waiting = _waiting(twin)
    for role, user in twin.staff.items():
        twin.withdrawals[role] = situations.a_withdrawal(person, what=["omrade-FRITID"], by=user)
    return twin


def build_all(names: tuple[str, ...] = NAMES) -> dict[str, Twin]:
    """All of them, arrived at the same moment."""
    return arrive_together({name: build(name) for name in names})


def arrive_together(twins: dict[str, Twin]) -> dict[str, Twin]:
    """The twins, arrived at the same moment."""
    arrived = timezone.now() - timedelta(days=9)
    Stay.objects.filter(person__in=[twin.person.pk for twin in twins.values()]).change(arrived_at=arrived)
    return twins


def _waiting(twin: Twin) -> Message:
    """A message that would make the twin and somebody else, who has never been here, one person."""
    duf = situations.a_number(NumberKind.DUF)
    arrived = timezone.localtime() - timedelta(days=9)
    arrival = samples.arrival(
        duf,
        message_id=f"kom-{twin.unit.number}",
        place=(twin.unit.number, twin.unit.name),
        # The same for twins that are built in different minutes.
        arrived=f"{arrived:%Y-%m-%dT%H}:00",
        name=("Prøve", None, "Ventesen"),
    )
    receive_message(arrival, by=Process("tests"))
    national = Identifier.objects.get(person=twin.person)
    message_id = f"venter-{twin.unit.number}"
    about = {
        "MeldingsId": message_id,
        "HendelseOpprettetTid": timezone.now().isoformat(),
        "DUF": duf.value,
        "Fnr": national.number.open(),
        "Kjoenn": "M",
        "InnsattKategori": "Ubetinget",
        "ErIAnstalt": True,
    }
    receive_message(messages.person_information(about), by=Process("tests"))
    return Message.objects.get(message_id=message_id)
