"""The plain statement behind ``covers`` gives what the composed one gives, whatever the rows say."""

import random
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from brik.audit.actors import Process
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import person_gate
from brik.staff.models import OrganisationKind
from consent.models import Consent, ConsentState, DecisionAnswer, Direction, LegalBasis, Step, Withdrawal
from consent.record import covers, endings
from consent.record.endings import EndCause
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

PEOPLE, HOURS = 12, 8
THEMES = (Theme.BOLIG, Theme.HELSE, Theme.ARBEID)
KINDS = (OrganisationKind.NAV_STATE, OrganisationKind.NAV_STATE, OrganisationKind.HEALTH, OrganisationKind.SCHOOL)


def both(pairs, at):
    """As ``covers`` asks; and composed, as where some withdrawals are left out: here none."""
    return covers.covered_many(pairs, at=at), covers.covered_many(pairs, at=at, but_for=Withdrawal.objects.none())


def test_both_statements_agree_about_384_pairs(settings):
    dice, start = random.Random(15), timezone.now().replace(microsecond=0) - timedelta(hours=HOURS)
    organisations = [situations.an_organisation(kind) for kind in KINDS]
    people = [situations.a_person() for _ in range(PEOPLE)]
    for number, person in enumerate(people):
        for at in sorted(dice.choices(range(HOURS), k=dice.randint(1, 4))):
            moment = start + timedelta(hours=at)
            situations.a_consent(
                person,
                at=moment,
                until=moment + timedelta(hours=dice.randint(1, HOURS)),
                answers={pair: dice.choice(list(DecisionAnswer)) for pair in product(organisations, THEMES)},
                supersede=dice.random() < 0.5,
            )
        if number % 3 == 0:
            _end(person, at=start + timedelta(hours=HOURS - 1), undo=number % 2 == 0)
    endings.end_because(people[1], cause=EndCause.STATUS_CHANGED, by=Process("intake"), at=start + timedelta(hours=5))
    person_gate.pause(people[2].pk)
    organisations[1].kind = OrganisationKind.HEALTH
    organisations[1].save()
    organisations[2].legal_basis_until = timezone.localdate()
    organisations[2].save()
    pairs = [(person.pk, organisation.pk) for person, organisation in product(people, organisations)]
    compared = permitted = 0
    for hour in range(HOURS):
        plain, composed = both(pairs, start + timedelta(hours=hour, minutes=1))
        assert plain == composed
        compared += len(pairs)
        permitted += sum(bool(themes) for themes in plain.values())
    assert compared == 384
    assert 50 < permitted < 334


def _end(person, *, at, undo):
    consent = Consent.objects.filter(person=person).order_by("effective_at").last()
    ended = {"person": person, "consent": consent, "effective_at": at, "actor": "test"}
    step = Step.objects.create(state=ConsentState.ENDED, direction=Direction.DISCLOSE, **ended)
    if undo:
        Step.objects.create(**{**ended, "undoes": step, "state": ConsentState.RESTORED})


def test_both_statements_let_a_deny_win_at_the_same_moment():
    nav, person, at = situations.an_organisation(), situations.a_person(), timezone.now() - timedelta(minutes=1)
    for answer in (DecisionAnswer.PERMIT, DecisionAnswer.DENY, DecisionAnswer.PERMIT):
        situations.a_consent(person, at=at, answers={(nav, Theme.BOLIG): answer}, supersede=False)
    assert both([(person.pk, nav.pk)], timezone.now()) == ({(person.pk, nav.pk): {}},) * 2


@pytest.mark.parametrize("allowed", [True, False])
def test_both_statements_ask_whether_a_basis_is_only_for_demonstrations(settings, allowed):
    nav, person = situations.an_organisation(), situations.a_person()
    situations.a_consent(person, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT})
    with situations.triggers_off():
        LegalBasis.objects.change(demonstration=True)
    settings.UNAPPROVED_TEXTS_ALLOWED = allowed
    for found in both([(person.pk, nav.pk)], timezone.now()):
        assert bool(found[person.pk, nav.pk]) is allowed
