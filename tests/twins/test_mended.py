"""Whoever noted a withdrawal that others told of learns from no page or request whether it was mended."""

import pytest

from brik.staff.models import Role
from brik.vault import keys
from consent.models import Consent, WithdrawalSaid
from tests import situations
from tests.twins import house
from tests.twins.house import NO, ROLES, YES
from tests.twins.requests import all_of
from tests.twins.traces import differences, trace

pytestmark = [pytest.mark.django_db]

WAITING = "venter"


@pytest.fixture(scope="module")
def twins(demo_house):
    """Of each the same was told; one had said yes and says it again, one has nothing to say again, one is not heard."""
    with keys.ring():
        twins = house.build_all((YES, NO)) | {WAITING: house.build(YES, unit_name=WAITING)}
        house.arrive_together(twins)
        for twin in twins.values():
            for role, user in twin.staff.items():
                told = situations.a_withdrawal(twin.person, said=WithdrawalSaid.TOLD, by=user)
                twin.withdrawals[role] = told
        mended = twins[YES]
        before = Consent.objects.filter(person=mended.person).count()
        situations.said_again(mended.person, situations.an_account(at=mended.unit))
        assert Consent.objects.filter(person=mended.person).count() == before + 1
        for name in (NO, WAITING):
            situations.an_account(at=twins[name].unit)
        return twins


@pytest.mark.parametrize(("role", "request_"), [(role, request) for role in ROLES for request in all_of(role)], ids=str)
def test_a_request_of_the_noter_does_the_same_whether_or_not_it_was_mended(client, twins, role: Role, request_):
    traces = {name: trace(client, request_, twin, role) for name, twin in twins.items()}
    mended = traces.pop(YES)
    for name, other in traces.items():
        assert not differences(mended, other), f"mended / {name}: " + "\n".join(differences(mended, other))
