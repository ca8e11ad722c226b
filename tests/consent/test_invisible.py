"""Those who decide or lead cannot tell yes from no; those who decide cannot even tell it from never asked."""

import re

import pytest
from django.urls import reverse

from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person
from brik.staff.models import OrganisationKind, Role
from consent.models import Consent, Talk
from consent.record.talks import with_offered
from consent.record.withdrawal import actions as withdrawals
from tests import situations

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def twins(organisations):
    """Three people alike in everything but what they said."""
    mapper = situations.an_account()
    yes, no, never = (situations.a_person() for _ in range(3))
    situations.a_signed_consent(yes, mapper, share={OrganisationKind.NAV_STATE: [Theme.BOLIG]})
    situations.a_signed_consent(no, mapper, mapping="NEI")
    return {"yes": yes, "no": no, "never": never}


def page(client, someone: Person, url: str) -> str:
    """The page about somebody with what is theirs alone (name, id, number of the form) made the same."""
    response = client.get(reverse(url, args=[someone.pk]))
    text = response.content.decode().replace(str(someone.pk), "ID").replace(someone.name, "NAVN")
    return re.sub(r'(name="(csrfmiddlewaretoken|page)" value=")[^"]*', r"\1", text) + str(response.status_code)


def offered(*people) -> dict:
    return dict(with_offered(Person.objects.filter(pk__in=people)).order_by().values_list("pk", "offered"))


def test_deciders_see_the_same_of_all_three(client, twins):
    client.force_login(situations.an_account(Role.DECIDER))
    for url in ("desk:person", "desk:withdraw"):
        assert len({page(client, someone, url) for someone in twins.values()}) == 1


def test_leaders_see_the_same_of_who_said_yes_and_who_said_no(client, twins):
    client.force_login(situations.an_account(Role.LEADER))
    for url in ("desk:person", "desk:withdraw"):
        assert page(client, twins["yes"], url) == page(client, twins["no"], url)
    assert page(client, twins["never"], "desk:withdraw") == page(client, twins["no"], "desk:withdraw")


def test_offered_is_all_that_is_told_and_stays_when_something_is_taken_back(twins, django_assert_num_queries):
    people = {name: someone.pk for name, someone in twins.items()}
    with django_assert_num_queries(1):
        found = offered(*people.values())
    assert {name: found[pk] for name, pk in people.items()} == {"yes": True, "no": True, "never": False}
    by = situations.an_account()
    withdrawals.withdraw(twins["yes"], said_at=Consent.objects.latest("recorded_at").recorded_at, scope="ALL", by=by)
    assert offered(people["yes"]) == {people["yes"]: True}


def test_a_talk_of_an_earlier_stay_or_another_status_was_not_offered_now(twins):
    someone = twins["no"]
    stay = someone.current_stay
    stay.arrived_at = Talk.objects.get(person=someone).started_at + (stay.arrived_at - stay.arrived_at)
    stay.legal_status = "VARETEKT"
    stay.save()
    assert offered(someone.pk) == {someone.pk: False}


def test_neither_sees_consents_talks_or_receipts(twins):
    for role in (Role.DECIDER, Role.LEADER, Role.PRIVACY, Role.SYSTEM):
        user = situations.an_account(role)
        assert not Consent.objects.visible_to(user).exists()
        assert not Talk.objects.visible_to(user).exists()
