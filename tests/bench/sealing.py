"""What sealing costs: the page of one interview, opening keys, searching names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

from django.test import Client
from django.urls import reverse

from brik.mapping.models import Mapping
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answer_sources import NOTE, SELF
from brik.mapping.record import actions, sections
from brik.people.models import Person
from brik.people.name_search import matching
from brik.staff.models import Role, Staff
from brik.vault import keys
from brik.vault.models import Key
from tests import situations
from tests.bench.clear import in_clear
from tests.bench.figures import Figure, medians
from tests.bench.people import fill

ROUNDS = 60
MANY = 4000


def measure() -> Iterator[Figure]:
    yield from interview_page()
    yield from names()


def interview_page() -> Iterator[Figure]:
    mapper = situations.an_account(Role.MAPPER)
    client = Client(SERVER_NAME="localhost")
    client.force_login(mapper)

    def page(how: AbstractContextManager[None], mapping: Mapping) -> None:
        with how:
            response = client.get(reverse("mapping:read", kwargs={"mapping": mapping.pk}))
        assert response.status_code == 200

    with keys.ring():
        sealed = full_interview(mapper)
    with in_clear(), keys.ring():
        clear = full_interview(mapper)
    taken = medians(
        {"sealed": lambda: page(nullcontext(), sealed), "clear": lambda: page(in_clear(), clear)}, rounds=ROUNDS
    )
    yield Figure(
        "page of a completed interview, sealed against clear text", taken["sealed"] / taken["clear"], at_most=1.10
    )
    yield Figure("  the page, sealed", taken["sealed"] * 1000, "ms")


def full_interview(mapper: Staff) -> Mapping:
    """Every question answered, repeating groups apart."""
    mapping = situations.an_interview(mapper, situations.a_person(at=mapper.current_posts[0].unit))
    for area in catalogue.get(mapping.kind, mapping.form_version).areas:
        given = {
            question.link_id: situations.an_answer(
                "VET_IKKE",
                kind=question.type.code,
                source=NOTE if question.administrative else SELF,
                text=question.text["nb"],
                shown=["Vet ikke"],
            )
            for question in area.questions
            if question.type.code not in {"group", "info"}
        }
        if given:
            sections.save_section(mapping, area=area.code, answers=given, version=0, by=mapper)
    return actions.sign_off(mapping, by=mapper)


def names() -> Iterator[Figure]:
    unit = situations.a_unit("Stort fengsel")
    mapper = situations.an_account(Role.MAPPER, at=unit)
    with keys.ring():
        fill(unit, MANY)
    visible = Person.objects.visible_to(mapper)
    row = Key.objects.first()
    assert row is not None

    def search() -> None:
        with keys.ring():
            assert matching(visible, "eksempelbakken35", by=mapper).people

    def unwrap() -> None:
        for _ in range(100):
            keys.unwrapped(row.keeping, row.subject, row.wrapped, row.before, row.key_id)

    def open_all(count: int) -> None:
        with keys.ring():
            for person in visible.order_by()[:count].with_keys():
                person.identity.open()

    taken = medians({"search": search, "few": lambda: open_all(100), "many": lambda: open_all(MANY)}, rounds=9)
    keyed = medians({"unwrap": unwrap}, rounds=20)
    yield Figure(f"search of names among {MANY} people", taken["search"] * 1000, "ms", at_most=100)
    yield Figure(f"open {MANY} names, each", taken["many"] / MANY * 1e6, "µs")
    yield Figure("open 100 names, each", taken["few"] / 100 * 1e6, "µs")
    yield Figure("unwrap a data key", keyed["unwrap"] / 100 * 1e6, "µs")
