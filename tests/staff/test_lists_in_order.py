"""The system keeper's and the leader's lists stand in Norwegian order, whatever order the database has."""

import re

import pytest
from lxml import html

from brik.staff.models import OrganisationKind, Role, Staff
from tests import situations

pytestmark = pytest.mark.django_db
NAMES = ["Abel", "Zara", "Ære", "Østre", "Åsne"]
SHUFFLED = ["Østre", "Abel", "Åsne", "Zara", "Ære"]


@pytest.fixture
def keeper(client):
    account = situations.an_account(Role.SYSTEM)
    client.force_login(account)
    return account


def seen(client, address, path):
    """Which of the names stand at a place of the page, in its order."""
    page = html.fromstring(client.get(address).content)
    return [name for text in page.xpath(path) for name in re.findall("|".join(NAMES), text)]


def test_accounts(client, keeper):
    for name in SHUFFLED:
        account = situations.an_account(Role.INSIGHT)
        Staff.objects.filter(pk=account.pk).change(name=f"{name} Prøve")
    assert seen(client, "/kontoer/", "//tbody//th//text()") == NAMES


def test_organisations_by_kind_and_in_the_list_of_a_new_account(client, keeper):
    for number, name in enumerate(SHUFFLED):
        situations.an_organisation(OrganisationKind.SCHOOL, number=f"31000010{number}", name=f"{name} skole")
    assert seen(client, "/organisasjoner/", "//tbody//th//text()") == NAMES
    assert seen(client, "/kontoer/ny/", "//option/text()") == NAMES


def test_units_wherever_one_is_chosen(client, keeper):
    units = [situations.a_unit(f"{name} fengsel") for name in SHUFFLED]
    other = situations.an_account(Role.INSIGHT)
    assert seen(client, f"/kontoer/{other.pk}/", "//option/text()") == NAMES
    assert seen(client, "/organisasjoner/ny/", "//label/text()") == NAMES
    officer = situations.an_account(Role.MAPPER, at=units[0])
    for unit in units[1:]:
        officer.posts.create(role=Role.MAPPER, unit=unit, since=officer.posts.get(unit=units[0]).since)
    client.force_login(officer)
    assert seen(client, "/arbeidsliste/", "//select[@name='enhet']/option/text()") == NAMES
    assert seen(client, "/personer/ny/", "//select/option/text()") == NAMES
    assert seen(client, "/om/", "//header//span/text()") == NAMES


def test_mappers_and_their_approvals(client):
    unit = situations.a_unit()
    for name in SHUFFLED:
        mapper = situations.an_account(Role.MAPPER, at=unit)
        Staff.objects.filter(pk=mapper.pk).change(name=f"{name} Prøve")
    client.force_login(situations.an_account(Role.LEADER, at=unit))
    assert seen(client, "/kartleggere/", "//tbody//th//text()") == NAMES
    assert seen(client, "/kartleggere/", "//select/option/text()") == NAMES
