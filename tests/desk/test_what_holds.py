"""What the list and the page of a person say has become of a consent: the same words' meaning, and what came first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brik.audit.actors import Process
from brik.people.models import Person, Stay
from consent.models import ConsentState, Step, Withdrawal, WithdrawalSaid
from consent.record import endings
from consent.record.endings import AFTER_RELEASE, EndCause
from followup.desk.person.page import consent_lines
from followup.desk.worklist.talk_status import TalkStatus, with_standing
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
INTAKE = Process("intake")


def ago(**time):
    return timezone.now() - timedelta(**time)


def told(someone, by):
    """What the list says, and the page."""
    listed = with_standing(Person.objects.filter(pk=someone.pk)).get().standing
    return listed, consent_lines(someone, by)[0].holds


def take_back(someone, at):
    """As a withdrawal of everything is written down, but at another moment than now."""
    by = situations.an_account()
    noted = Withdrawal.objects.create(person=someone, whole=True, said_at=at, said=WithdrawalSaid.HERE, noted_by=by)
    Step.objects.create(
        person=someone, withdrawal=noted, state=ConsentState.WITHDRAWN, effective_at=at, actor=by.actor_id
    )


@pytest.fixture
def somebody():
    """Somebody who said yes half a year ago, and a mapper; beside them one whose consent was taken back."""
    someone, other, by = situations.a_person(days=400), situations.a_person(days=400), situations.an_account()
    for person in (someone, other):
        situations.a_consent(person, at=ago(days=200), until=timezone.now() + timedelta(days=200))
    take_back(other, ago(days=150))
    return someone, by


def test_a_consent_that_stands_has_not_ended(somebody):
    listed, holds = told(*somebody)
    assert listed == TalkStatus.READY.code
    assert holds.startswith("Gjelder til")


def test_a_release_ends_it_when_the_time_to_read_is_over(somebody):
    someone, by = somebody
    released = ago(days=1) - AFTER_RELEASE
    Stay.objects.filter(person=someone).change(released_at=released)
    endings.end_because(someone, cause=EndCause.RELEASED, by=INTAKE)
    assert told(someone, by) == (TalkStatus.ENDED.code, ConsentState.ENDED.label)


def test_what_was_taken_back_before_that_stays_taken_back(somebody):
    someone, by = somebody
    Stay.objects.filter(person=someone).change(released_at=ago(days=1) - AFTER_RELEASE)
    endings.end_because(someone, cause=EndCause.RELEASED, by=INTAKE)
    take_back(someone, ago(days=30))
    assert told(someone, by) == (TalkStatus.WITHDRAWN.code, ConsentState.WITHDRAWN.label)


def test_what_had_ended_already_was_not_ended_by_being_taken_back(somebody):
    someone, by = somebody
    endings.end_because(someone, cause=EndCause.STATUS_CHANGED, by=INTAKE, at=ago(days=3))
    take_back(someone, ago(days=1))
    assert told(someone, by) == (TalkStatus.ENDED.code, ConsentState.ENDED.label)


def test_a_new_yes_is_not_ended_by_what_was_taken_back_before_it(somebody):
    someone, by = somebody
    take_back(someone, ago(days=3))
    situations.a_consent(someone, at=ago(days=2), supersede=False)
    listed, holds = told(someone, by)
    assert listed == TalkStatus.READY.code
    assert holds.startswith("Gjelder til")
