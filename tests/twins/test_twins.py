"""Whatever a decider, a leader or a contact officer sends: it does the same for each of the twins, and answers the same."""

import pytest

from brik.staff.models import Role
from brik.vault import keys
from tests.twins import house
from tests.twins.house import DEFERRED, NAMES, NEVER, NO, ROLES, SHARED, WITHDRAWN, YES
from tests.twins.requests import TwinRequest, all_of
from tests.twins.traces import differences, trace

pytestmark = [pytest.mark.django_db]

# Who must be alike for each role. A leader sees who was offered a talk, a contact officer with whom one was held.
ALIKE: dict[Role, list[tuple[str, ...]]] = {
    Role.DECIDER: [NAMES],
    Role.LEADER: [(YES, SHARED, NO, DEFERRED, WITHDRAWN), (NEVER,)],
    Role.CONTACT_OFFICER: [(YES, NO, DEFERRED, WITHDRAWN), (NEVER,)],
}


@pytest.fixture(scope="module")
def twins(demo_house):
    with keys.ring():
        return house.build_all()


@pytest.mark.parametrize(("role", "request_"), [(role, request) for role in ROLES for request in all_of(role)], ids=str)
def test_a_request_does_the_same_whatever_the_person_has_said(client, twins, role: Role, request_: TwinRequest):
    for group in ALIKE[role]:
        traces = {name: trace(client, request_, twins[name], role) for name in group}
        first = traces.pop(group[0])
        for name, other in traces.items():
            assert not differences(first, other), f"{group[0]} / {name}: " + "\n".join(differences(first, other))


def test_noting_a_withdrawal_does_the_same_also_for_somebody_never_asked(client, twins):
    for role in ROLES:
        for request in all_of(role):
            if request.name == "desk:withdraw":
                traces = [trace(client, request, twin, role) for twin in twins.values()]
                assert all(not differences(traces[0], other) for other in traces[1:]), request
