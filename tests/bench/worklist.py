"""The first page of the worklist in a full unit against a small one."""

from __future__ import annotations

from collections.abc import Iterator

from django.test import Client
from django.urls import reverse

from brik.staff.models import Role
from brik.vault import keys
from tests import situations
from tests.bench.figures import Figure, medians
from tests.bench.people import fill

FEW, MANY, ROUNDS = 100, 4000, 20


def measure() -> Iterator[Figure]:
    def visitor(name: str, count: int) -> Client:
        unit = situations.a_unit(name)
        with keys.ring():
            fill(unit, count)
        client = Client(SERVER_NAME="localhost")
        client.force_login(situations.an_account(Role.MAPPER, at=unit))
        return client

    few, many = visitor("Lite fengsel", FEW), visitor("Fullt fengsel", MANY)

    def page(client: Client) -> None:
        assert client.get(reverse("desk:worklist")).status_code == 200

    def search(client: Client) -> None:
        assert client.post(reverse("desk:worklist"), {"q": "eksempelbakken35"}, follow=True).status_code == 200

    pages = medians({"few": lambda: page(few), "many": lambda: page(many)}, rounds=ROUNDS)
    searches = medians({"few": lambda: search(few), "many": lambda: search(many)}, rounds=ROUNDS // 2)
    yield Figure(f"first page of the worklist, {MANY} against {FEW} people", pages["many"] / pages["few"], at_most=1.5)
    yield Figure("  the page, full unit", pages["many"] * 1000, "ms")
    yield Figure(f"search of names as a page, {MANY} against {FEW} people", searches["many"] / searches["few"])
    yield Figure("  the search, full unit", searches["many"] * 1000, "ms")
