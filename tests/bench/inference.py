"""Whether the time of a request tells what somebody has said: CPU of the web process and of its database process.

Two twins, a request about each in turn, and how well the times tell them apart: 0.5 is not at all, 1 is always (AUC,
whichever side is the dearer). First a planted control: the same twin on both sides, one of them made 15 % dearer. Where
that is not found, the run does not count. No waiting and no padding: the work is the same, or it shows.
"""

from __future__ import annotations

import gc
import logging
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from brik.staff.models import Role
from brik.vault import keys
from followup.demo import register
from tests.access.table import TABLE
from tests.bench.figures import Figure
from tests.twins import house
from tests.twins.house import NEVER, NO, SHARED, YES, Twin
from tests.twins.requests import FORMS, TwinRequest, all_of

EACH, WARM_UP = 100, 5
FOUND, TOLD_APART, DEARER = 0.75, 0.65, 0.15

# Who is compared for each role: a leader may tell offered from not offered, a contact officer held from not held.
SIDES = {Role.DECIDER: (SHARED, NEVER), Role.LEADER: (SHARED, NO), Role.CONTACT_OFFICER: (YES, NO)}

# Answers that are the same whoever is asked about, and those that come after somebody was looked up.
NOBODY_LOOKED_UP = {400, 401, 405}
ANSWERED = {200, 302, 303, 404, 409}

Send = Callable[[], int]


def measure() -> Iterator[Figure]:
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    register.load()
    with Path(os.devnull).open("w") as nowhere:
        call_command("load_texts", stdout=nowhere)
    with keys.ring():
        twins = house.build_all((YES, SHARED, NO, NEVER))
    control = auc(*_control(twins[NEVER]))
    yield Figure("control: the same person, one side 15 % dearer", control, "AUC", at_least=FOUND)
    for role, (one, other) in SIDES.items():
        for request in all_of(role):
            if not is_measured(request):
                continue
            sides = _sender(request, twins[one], role), _sender(request, twins[other], role)
            answers = {send() for send in sides}
            if answers <= NOBODY_LOOKED_UP:
                continue
            assert len(answers) == 1, (request, answers)
            assert answers <= ANSWERED, (request, answers)
            yield Figure(f"{role}: {request}"[:78], auc(*_times(*sides)), "AUC", at_most=TOLD_APART)


def is_measured(request: TwinRequest) -> bool:
    """Whether it is about somebody in custody and gets further than an empty form. Of each form, its first and last."""
    if request.name.startswith("pages:"):
        return False
    if request.method == "GET":
        return TABLE[request.name]["metode"] == "GET"
    forms = FORMS.get(request.name, [])
    return not forms or dict(request.given) in (forms[0], forms[-1])


def auc(one: list[float], other: list[float]) -> float:
    """The chance that of two times, one from each side, the dearer side's is the higher; ties count half."""
    higher = sum((a > b) + (a == b) / 2 for a in one for b in other) / (len(one) * len(other))
    return max(higher, 1 - higher)


def _control(twin: Twin) -> tuple[list[float], list[float]]:
    request = TwinRequest("desk:person", "GET")
    send = _sender(request, twin, Role.DECIDER)
    typical = statistics.median(_times(send, send)[0])

    def dearer() -> int:
        status = send()
        until = time.process_time() + typical * DEARER
        while time.process_time() < until:
            pass
        return status

    return _times(send, dearer)


def _sender(request: TwinRequest, twin: Twin, role: Role) -> Send:
    """Sends the request as the twin's ``role`` and returns the status; whatever it changed is undone."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(twin.staff[role])
    address, data = request.address(twin, role), request.data(twin)

    def send() -> int:
        with transaction.atomic():
            answer = client.get(address) if request.method == "GET" else client.post(address, data)
            transaction.set_rollback(True)
        return answer.status_code

    return send


def _times(one: Send, other: Send) -> tuple[list[float], list[float]]:
    """CPU seconds of each, the two in turn, in an order of chance."""
    dice, taken = random.Random(1), ([], [])  # type: tuple[random.Random, tuple[list[float], list[float]]]
    gc.collect()
    gc.disable()
    try:
        for turn in range(EACH + WARM_UP):
            for side in dice.sample((0, 1), 2):
                began = _cpu()
                (one, other)[side]()
                if turn >= WARM_UP:
                    taken[side].append(_cpu() - began)
    finally:
        gc.enable()
    return taken


def _cpu() -> float:
    """CPU seconds of this process and of the database process that serves it."""
    pid = connection.connection.info.backend_pid
    return time.process_time() + int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
