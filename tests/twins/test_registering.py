"""Writing a number by hand does the same, and answers the same, whether or not somebody in custody has the number."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.people.identifiers.numbers import Number, NumberKind
from brik.staff.models import Role
from brik.vault import keys
from tests import situations
from tests.twins import house
from tests.twins.house import NEVER, Twin
from tests.twins.traces import differences, trace

pytestmark = [pytest.mark.django_db]


@dataclass(frozen=True)
class Written:
    """A request with a number in it."""

    number: Number
    form: dict[str, Any]
    to: str
    method: str = "POST"

    def address(self, twin: Twin, role: Role) -> str:
        return self.to

    def data(self, twin: Twin) -> dict[str, Any]:
        return {**self.form, "kind": self.number.kind.value, "number": self.number.value}


@pytest.fixture(scope="module")
def twin(demo_house):
    with keys.ring():
        return house.build_all((NEVER,))[NEVER]


def numbers(kind):
    """A number nobody has, and one of somebody who is in custody elsewhere."""
    with keys.ring():
        elsewhere = situations.a_person(at=situations.a_unit("Et annet fengsel"), kind=kind)
        return situations.a_number(kind), Number(kind, elsewhere.identifiers.get().number.open())


def assert_alike(client, twin, form, to, kind):
    free, held = (trace(client, Written(number, form, to), twin, Role.CONTACT_OFFICER) for number in numbers(kind))
    assert free.status == 302
    assert not differences(free, held)


@pytest.mark.parametrize("kind", [NumberKind.NATIONAL_ID, NumberKind.D_NUMBER, NumberKind.SSP, NumberKind.DUF])
def test_registering_tells_nothing_of_who_has_the_number(client, twin, kind):
    form = {
        "given": "Prøve",
        "family": "Testesen",
        "unit": str(twin.unit.pk),
        "category": "Ubetinget",
        "arrived": timezone.localdate().strftime("%d.%m.%Y"),
    }
    assert_alike(client, twin, form, reverse("arrivals:register"), kind)


@pytest.mark.parametrize("kind", [NumberKind.NATIONAL_ID, NumberKind.D_NUMBER, NumberKind.DUF])
@pytest.mark.parametrize("known", [True, False])
def test_another_number_tells_nothing_of_who_has_it(client, twin, known, kind):
    with keys.ring():
        person = twin.person if known else situations.a_person(at=twin.unit, born=None)
    assert_alike(client, twin, {"add": "number"}, reverse("desk:known_as", args=[person.pk]), kind)
