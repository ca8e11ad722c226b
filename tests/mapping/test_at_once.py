"""Things that happen at the same moment, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState, Mapping, Section
from brik.mapping.record import actions, lifecycle, sections
from brik.mapping.record.refusals import Clash
from brik.pages.refusal import Refused
from brik.staff.models import Role
from brik.vault import keys
from tests import situations
from tests.situations import an_answer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]


def together(*acts):
    """Do all at once, each on its own connection; what each gave, or the error it met."""
    start = Barrier(len(acts))

    def run(act):
        try:
            with keys.ring():
                start.wait(10)
                return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def mapper():
    return situations.an_account(Role.MAPPER)


def test_five_sign_offs_at_once_are_one(mapper):
    mapping = situations.an_interview(mapper)
    results = together(*[lambda: actions.sign_off(mapping, by=mapper)] * 5)
    assert {result.state for result in results} == {InterviewState.FINAL}
    assert len({result.signed_off_at for result in results}) == 1
    assert Event.objects.filter(verb=Verb.MAPPING_SIGNED_OFF).count() == 1


def test_of_two_overlapping_saves_one_stands_and_the_other_is_told(mapper):
    mapping = situations.an_interview(mapper)

    def save(value):
        return lambda: sections.save_section(mapping, area="B", answers={"B8": an_answer(value)}, version=0, by=mapper)

    results = together(save("JA"), save("NEI"))
    assert sorted(type(result).__name__ for result in results) == ["Clash", "Section"]
    kept = Section.objects.get()
    assert kept.history.count() == 1
    told = next(result for result in results if isinstance(result, Clash))
    assert told.section.answers.open() == kept.answers.open()


def test_a_withdrawal_and_a_save_at_once_leave_nothing_written_after_the_withdrawal(mapper):
    for _round in range(5):
        mapping = situations.an_interview(mapper)
        together(
            lambda mapping=mapping: sections.save_section(
                mapping, area="B", answers={"B8": an_answer("JA")}, version=0, by=mapper
            ),
            lambda mapping=mapping: lifecycle.close_gate(
                mapping.person, reason="withdrawn", by=situations.CONSENT_TALK
            ),
        )
        verbs = list(Event.objects.filter(subject=mapping.person_id).values_list("verb", flat=True))
        assert verbs[-1] == Verb.MAPPING_CLOSED
        with pytest.raises(Refused):
            sections.save_section(mapping, area="C", answers={}, version=0, by=mapper)


def test_two_consents_at_once_make_one_interview():
    person = situations.a_person()
    results = together(*[lambda: situations.a_ready_interview(person)] * 2)
    assert len({result.pk for result in results}) == 1
    assert Mapping.objects.count() == 1


def test_two_mappers_who_begin_at_once_do_not_both_hold_it(mapper):
    mapping, other = situations.a_ready_interview(), situations.an_account(Role.MAPPER)
    results = together(lambda: actions.begin(mapping, by=mapper), lambda: actions.begin(mapping, by=other))
    assert sum(isinstance(result, Refused) for result in results) == 1
