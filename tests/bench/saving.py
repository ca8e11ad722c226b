"""Saving one area: the last against the first, and against formtools' session wizard."""

from __future__ import annotations

from collections.abc import Iterator

from django.test import Client, override_settings
from django.urls import reverse

from brik.mapping.models import Mapping
from brik.staff.models import Role
from brik.vault import keys
from tests import situations
from tests.bench.figures import Figure, medians
from tests.bench.session_wizard import QUESTIONNAIRE
from tests.mapping import pages

ROUNDS = 30
AREA, ANSWERS = "C", {"C1": "LEIDE_PRIVAT", "C2": "NEI"}


def measure() -> Iterator[Figure]:
    unit = situations.a_unit("Lagringens fengsel")
    mapper = situations.an_account(Role.MAPPER, at=unit)
    client = Client(SERVER_NAME="localhost")
    client.force_login(mapper)
    with keys.ring():
        first, last = situations.an_interview(mapper), situations.an_interview(mapper)
        for area in QUESTIONNAIRE.pages:
            if area.code != AREA:
                pages.send(client, last, area.code)
    forms = {name: pages.opened(client, mapping, AREA) for name, mapping in {"first": first, "last": last}.items()}

    def save(name: str, mapping: Mapping) -> None:
        answer = pages.send(client, mapping, AREA, page=forms[name], **ANSWERS)
        assert answer.status_code == 302, answer.status_code
        version = mapping.sections.values_list("row_version", flat=True).get(area=AREA)
        forms[name] = {**forms[name], "version": str(version)}

    def with_session(step: str, **answers: str) -> None:
        data = {"session_wizard-current_step": step, **pages.filled(step, **answers)}
        answer = client.post(reverse("session_wizard", kwargs={"step": step}), data)
        assert answer.status_code == 302, answer.status_code

    with override_settings(ROOT_URLCONF="tests.bench.session_wizard"):
        for area in QUESTIONNAIRE.areas[:-1]:
            with_session(area.code)
        taken = medians(
            {
                "first": lambda: save("first", first),
                "last": lambda: save("last", last),
                "session": lambda: with_session(AREA, **ANSWERS),
            },
            rounds=ROUNDS,
        )
    yield Figure("save the last area, against the first", taken["last"] / taken["first"], at_most=1.1)
    yield Figure("save an area, against formtools' session wizard", taken["last"] / taken["session"])
    yield Figure("  save an area", taken["last"] * 1000, "ms")
