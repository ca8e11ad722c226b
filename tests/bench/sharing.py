"""Deliveries through the whole worker, against bare signed posts with the same two commits, and against empty jobs."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import requests
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from brik.staff.models import Organisation, Role
from brik.vault import keys
from followup.demo.counterpart import keys as counterpart_keys
from followup.sharing import actions
from followup.sharing.delivery import sending
from followup.sharing.delivery.queue import QUEUE
from followup.sharing.models import Attempt, AttemptOutcome, Delivery, DeliveryState
from followup.sharing.wire import case_system, message_schemas
from tests import sessions, situations
from tests.bench.figures import Figure

PEOPLE, EACH, ROUNDS, AT_ONCE = 20, 5, 5, 4


@app.task(name="bench.empty", queue=QUEUE)
def empty() -> None:
    """A job that does nothing: what the queue itself costs."""


def measure() -> Iterator[Figure]:
    with counterpart() as koda, keys.ring():
        mapper = situations.an_account(Role.MAPPER)
        mappings = []
        for _ in range(PEOPLE):
            mapping = situations.a_signed_off_interview(mapper)
            situations.a_permit(mapping.person, koda)
            mappings.append(mapping)
        taken: dict[str, list[float]] = {"delivered": [], "bare": [], "empty": []}
        for turn in range(ROUNDS + 1):
            queued = [actions.share(mapping, organisation=koda, by=mapper) for _ in range(EACH) for mapping in mappings]
            delivered = timed(work)
            assert (
                not Delivery.objects.filter(pk__in=[row.pk for row in queued])
                .exclude(state=DeliveryState.ACCEPTED)
                .exists()
            )
            bare = timed(partial(post_all, queued))
            for _ in queued:
                empty.defer()
            nothing = timed(work)
            if turn:  # the first round warms everything up
                for name, seconds in (("delivered", delivered), ("bare", bare), ("empty", nothing)):
                    taken[name].append(seconds)
    sessions.end_others()
    each = {name: median(values) / (PEOPLE * EACH) for name, values in taken.items()}
    yield Figure(
        "deliveries, against bare signed messages with the same two commits, pace",
        each["bare"] / each["delivered"],
        at_least=0.5,
    )
    yield Figure("deliveries, against empty jobs, pace", each["empty"] / each["delivered"])
    yield Figure("  deliveries", 1 / each["delivered"], "/s")


def timed(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def work() -> None:
    """One worker, until the queue is empty."""

    async def run() -> None:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Procrastinate's base class lacks it
        with app.replace_connector(connector) as working:
            async with working.open_async():
                await working.run_worker_async(
                    queues=[QUEUE], concurrency=AT_ONCE, wait=False, delete_jobs="successful", listen_notify=False
                )

    asyncio.run(run())


def post_all(deliveries: list[Delivery]) -> None:
    """The same messages posted without queue, state, consent, events or receipts: only the two commits."""
    outgoing = []
    for delivery in deliveries:
        content = sending.contents(Delivery.objects.select_related("disclosure", "organisation").get(pk=delivery.pk))
        outgoing.append((delivery, content, delivery.organisation.public_key))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda one: bare(*one), outgoing))


def bare(delivery: Delivery, content: bytes, public_key: dict[str, object] | None) -> None:
    with transaction.atomic():
        attempt = Attempt.objects.create(delivery=delivery, number=1000)
    case_system.send(
        content,
        message_id=str(delivery.message_id),
        schema=message_schemas.MAPPING,
        version="1.1",
        public_key=public_key,
    )
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).change(outcome=AttemptOutcome.ANSWERED, ended_at=timezone.now())


@contextmanager
def counterpart() -> Iterator[Organisation]:
    """A counterpart in a process of its own, registered as the case system."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        # Its own folder and, as settings ask for one, the address of a database it never opens.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BRIK_")}
        environment |= {"DATA_DIR": folder, "DATABASE_URL": "postgresql:///test_none", "SECRET_KEY": "none"}
        process = subprocess.Popen(
            [sys.executable, "manage.py", "counterpart", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        settings.CASE_SYSTEM_URL = f"http://127.0.0.1:{port}/meldinger"
        try:
            while not _listens(port):
                time.sleep(0.1)
            yield situations.a_case_system(public_key=counterpart_keys.public_jwk(Path(folder)))
        finally:
            process.terminate()
            process.wait(20)


def _listens(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/kontroll", timeout=1).ok
    except requests.RequestException:
        return False
