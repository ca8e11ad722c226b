"""What the night destroys tells nobody who decides anything: a page is the same, byte for byte, before and after it."""

import pytest

from brik.mapping.record import lifecycle
from brik.people.models import Person
from brik.staff.models import Role
from brik.vault import keys
from brik.vault.models import INTERVIEW, TALK, Key
from followup.demo import clock
from followup.desk import jobs
from followup.sharing.jobs import WORKER
from tests.twins import house
from tests.twins.house import DEFERRED, NO, ROLES, WITHDRAWN, YES
from tests.twins.requests import all_of
from tests.twins.traces import differences, trace

pytestmark = [pytest.mark.django_db, pytest.mark.proof]
# Who the roles cannot tell apart: no contact officer sees whether somebody said yes, only with whom a talk was held.
ALIKE = (YES, NO, DEFERRED, WITHDRAWN)
# The leader reads in a word whether anything at the unit is late, and what one twin was promised is, after so long.
IN_A_WORD = {(Role.LEADER, "GET tasks:listed")}


@pytest.fixture(scope="module")
def twins(demo_house):
    """Twins whose talks were so long ago that what was taken back has been kept long enough."""
    with keys.ring(), clock.days_ago(220):
        twins = house.build_all(ALIKE)
        for person in lifecycle.to_restrict():
            lifecycle.restrict_ended(Person.objects.get(pk=person), by=WORKER)
    return twins


def destroyed(twin) -> set[str]:
    return set(Key.objects.filter(person=twin.person.pk, destroyed_at__isnull=False).values_list("keeping", flat=True))


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_no_page_of_those_who_decide_tells_that_the_night_has_destroyed_something(client, twins, role: Role):
    looks = [request for request in all_of(role) if request.method == "GET"]

    def seen():
        return {(str(look), name): trace(client, look, twins[name], role) for look in looks for name in ALIKE}

    before = seen()
    jobs.apply_retention(0)
    assert destroyed(twins[WITHDRAWN]) == {TALK, INTERVIEW}
    assert {frozenset(destroyed(twins[name])) for name in (YES, NO, DEFERRED)} == {frozenset({TALK})}
    after = seen()
    for look, name in before:
        was, now = before[look, name], after[look, name]
        assert (was.status, was.body) == (now.status, now.body), look
        if (role, look) in IN_A_WORD:
            continue
        assert not differences(after[look, ALIKE[0]], now), f"{look}: {name}"
