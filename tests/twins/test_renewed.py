"""Whoever may not know learns from no page or request whether a second talk starts from what stands."""

import pytest

from brik.staff.models import Role
from brik.vault import keys
from consent.models import Talk, TalkState
from followup.demo import telling
from followup.desk import actions as desk
from tests import situations
from tests.twins import house
from tests.twins.house import NO, ROLES, YES
from tests.twins.requests import all_of
from tests.twins.traces import differences, trace

pytestmark = [pytest.mark.django_db]

# The second talk is still open: one starts from what stands, one is whole.
OPEN = {YES: "pabegynt fra det som gjelder", NO: "pabegynt helt"}


@pytest.fixture(scope="module")
def twins(demo_house):
    """Two who had a second talk, and two in the middle of one; one of each had something that stood."""
    with keys.ring():
        twins = house.build_all((YES, NO)) | {OPEN[name]: house.build(name, unit_name=OPEN[name]) for name in OPEN}
        house.arrive_together(twins)
        mappers = {name: situations.an_account(at=twin.unit) for name, twin in twins.items()}
        desk.finish_talk(situations.a_second_talk(twins[YES].person, mappers[YES]), by=mappers[YES])
        telling.closed(twins[NO].person, mappers[NO], mapping="NEI")
        renewed = situations.a_second_talk(twins[OPEN[YES]].person, mappers[OPEN[YES]])
        assert renewed.renews
        telling.begin(twins[OPEN[NO]].person, mappers[OPEN[NO]], telling.opening("nb", mapping="NEI"))
        assert Talk.objects.filter(state=TalkState.OPEN).count() == 2
        return twins


@pytest.mark.parametrize(("role", "request_"), [(role, request) for role in ROLES for request in all_of(role)], ids=str)
def test_a_request_does_the_same_whether_or_not_the_second_talk_starts_from_what_stands(
    client, twins, role: Role, request_
):
    traces = {name: trace(client, request_, twin, role) for name, twin in twins.items()}
    for names in ((YES, NO), tuple(OPEN.values())):
        one, other = (traces[name] for name in names)
        assert not differences(one, other), " / ".join(names) + ": " + "\n".join(differences(one, other))
