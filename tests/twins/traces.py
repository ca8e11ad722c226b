"""What a request does: its statements with their rows, the seals it opens, the jobs it queues, and its answer."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from unittest import mock

from django.db import connection, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from brik.staff.models import Role
from brik.vault import fields, keys, sealed_models
from tests.twins.house import Twin


class RequestAbout(Protocol):
    """A request about a twin: ``tests/twins/requests.py``, or one of a test's own."""

    @property
    def method(self) -> str: ...

    def address(self, twin: Twin, role: Role) -> str: ...

    def data(self, twin: Twin) -> dict[str, Any]: ...


WHOLE = ("seals", "keys", "jobs", "status")


@dataclass(frozen=True)
class Sent:
    """A request to one address."""

    method: str
    to: str
    form: dict[str, Any]

    def address(self, twin: Twin, role: Role) -> str:
        return self.to

    def data(self, twin: Twin) -> dict[str, Any]:
        return self.form


@dataclass
class Trace:
    """What can be compared between twins."""

    statements: list[tuple[str, int]] = field(default_factory=list)
    seals: int = 0
    keys: int = 0
    jobs: list[tuple[str, str, int]] = field(default_factory=list)
    status: int = 0
    body: str = ""


def trace(client: Client, request: RequestAbout, twin: Twin, role: Role) -> Trace:
    """Send the request as the twin's ``role`` and take down what it does; whatever it changed is undone."""
    found = Trace()
    client.force_login(twin.staff[role])
    address, data = request.address(twin, role), request.data(twin)
    before = {job.pk for job in ProcrastinateJob.objects.all()}
    with transaction.atomic():
        with _taken_down(found):
            response = client.get(address) if request.method == "GET" else client.post(address, data)
        jobs = ProcrastinateJob.objects.exclude(pk__in=before).order_by("pk")
        found.jobs = [(job.task_name, job.queue_name, job.priority) for job in jobs]
        transaction.set_rollback(True)
    found.status = response.status_code
    found.body = _plain(f"{response.get('Location', '')}\n{response.content.decode(errors='replace')}", twin)
    return found


def differences(first: Trace, other: Trace) -> list[str]:
    """What tells two traces apart, in lines."""
    told = [f"{key}: {a} / {b}" for key, a in vars(first).items() if (b := vars(other)[key]) != a and key in WHOLE]
    for key in ("statements", "body"):
        ours, theirs = ([str(line) for line in _lines(getattr(made, key))] for made in (first, other))
        diff = difflib.unified_diff(ours, theirs, lineterm="", n=0)
        told += [line for line in diff if line[:2] not in ("--", "++", "@@")]
    return told


def _lines(value):
    return value.splitlines() if isinstance(value, str) else value


@contextmanager
def _taken_down(found: Trace) -> Iterator[None]:
    def statement(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        found.statements.append((re.sub(r"\d+", "N", sql), context["cursor"].rowcount))
        return result

    def counted(owner: Any, name: str, what: str) -> Any:
        original = getattr(owner, name)

        def count(*args: Any) -> Any:
            setattr(found, what, getattr(found, what) + 1)
            return original(*args)

        return mock.patch.object(owner, name, count)

    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(statement))
        stack.enter_context(counted(fields, "unseal", "seals"))
        stack.enter_context(counted(sealed_models, "unseal", "seals"))
        stack.enter_context(counted(keys.StoredKey, "opened", "keys"))
        yield


def _plain(page: str, twin: Twin) -> str:
    """The page without what is each twin's own, or the moment's: names, ids, the form's token, the clock."""
    own = [twin.person.name, twin.person.name.split()[-1], twin.unit.name]
    for words in sorted(own, key=len, reverse=True):
        page = page.replace(words, "EGET")
    page = re.sub(
        r'name="(csrfmiddlewaretoken|typed_by|held_by)" value="[^"]*"|data-seconds="\d+"|"(token|seconds)": [^,}]+',
        "",
        page,
    )
    page = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", page)
    page = re.sub(r"\bkl\. \d\d\.\d\d|\b\d\d\.\d\d\.\d\d\b|(?<=\.\d{4} )\d\d\.\d\d\b", "KL", page)
    page = re.sub(r"Bruker Nummer\d+", "ANSATT", page)
    # Made-up numbers go on to the day before when those of a birthday are used up.
    page = re.sub(r"\d+\. \w+ 1985", "FOEDT", page)
    return re.sub(r'(value="|/)\d+("|/)', r"\1N\2", page)
