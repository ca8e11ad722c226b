"""Sharing, and a recipient's reading, with the consent proved against the same without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from unittest import mock
from uuid import UUID

from django.db import transaction

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind, Role
from brik.vault import keys
from consent.models import Consent
from consent.record.covers import CoveredBy
from followup.sharing import actions
from tests import situations
from tests.bench.figures import Figure, medians

PEOPLE, ROUNDS = 10, 100


def measure() -> Iterator[Figure]:
    situations.publish_texts()
    nav = situations.all_recipients()[OrganisationKind.NAV_STATE]
    mapper, adviser = situations.an_account(), situations.an_account(Role.PARTNER, organisation=nav)
    shared = []
    for _ in range(PEOPLE):
        person = situations.a_person()
        situations.a_signed_consent(person, mapper, share={nav.kind: [Theme.BOLIG, Theme.ARBEID]})
        mapping = situations.a_signed_off_interview(mapper, person)
        shared.append((mapping, actions.share(mapping, organisation=nav, by=mapper).disclosure))
    for name, once in (("a share", _share(shared, nav, mapper)), ("a recipient's reading", _read(shared, adviser))):
        taken = medians({"with": once, "without": _unproved(once)}, rounds=ROUNDS)
        yield Figure(f"{name}, with the consent proved, against without", taken["with"] / taken["without"], at_most=1.1)
        yield Figure(f"  {name}", taken["with"] * 1000, "ms")


def _share(shared, nav, by) -> Callable[[], None]:
    turn = cycle(mapping for mapping, _ in shared)

    def once() -> None:
        with keys.ring(), transaction.atomic():
            actions.share(next(turn), organisation=nav, by=by)
            transaction.set_rollback(True)

    return once


def _read(shared, by) -> Callable[[], None]:
    turn = cycle(disclosure for _, disclosure in shared)

    def once() -> None:
        with keys.ring(), transaction.atomic():
            actions.read_summary(next(turn), by=by)
            transaction.set_rollback(True)

    return once


def _unproved(once: Callable[[], None]) -> Callable[[], None]:
    def without() -> None:
        with _no_proof():
            once()

    return without


@contextmanager
def _no_proof() -> Iterator[None]:
    """As if nothing were proved: a share still reads the consent that it names in its message."""
    with (
        mock.patch("consent.proof.prove"),
        mock.patch("followup.sharing.disclosure.composition.prove", _unproved_consent),
    ):
        yield


def _unproved_consent(person_id: UUID, covered: dict[Theme, CoveredBy]) -> Consent:
    consents = Consent.objects.select_related("text", "legal_basis").defer("text__body", "signature")
    return consents.get(pk=next(iter(covered.values())).consent_uuid, person=person_id)
