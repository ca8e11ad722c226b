"""Lines O and X of the table of attacks: rows of registers, which only their keyed codes prove."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from brik.staff.models import Role
from tests import situations
from tests.attacks.sql import as_application, check

pytestmark = [pytest.mark.django_db]


def noticed() -> bool:
    return any(check(command) for command in ("verify_audit", "verify_rows"))


def test_o1_a_replaced_key_of_an_organisation_is_noticed(house):
    as_application('UPDATE staff_organisation SET public_key = \'{"kty": "RSA"}\' WHERE id = %s', house.koda.pk)
    assert noticed()


def test_o2_two_organisations_that_have_changed_names_and_numbers_are_noticed(house):
    one, other = house.nav, situations.an_organisation()
    as_application("UPDATE staff_organisation SET number = 'x', name = 'x' WHERE id = %s", one.pk)
    as_application("UPDATE staff_organisation SET number = %s, name = %s WHERE id = %s", one.number, one.name, other.pk)
    as_application(
        "UPDATE staff_organisation SET number = %s, name = %s WHERE id = %s", other.number, other.name, one.pk
    )
    assert noticed()


def test_o3_a_partner_account_that_is_moved_to_another_organisation_reads_nothing(client, house):
    disclosure = house.delivery(house.sharing, house.nav).disclosure
    stranger = situations.an_account(Role.PARTNER, organisation=situations.an_organisation())
    as_application("UPDATE staff_staff SET organisation_id = %s WHERE uuid = %s", house.nav.pk, stranger.pk)
    client.force_login(stranger)
    assert client.get(reverse("sharing:summary", kwargs={"disclosure": disclosure.pk})).status_code != 200


def test_o4_a_post_and_an_approval_that_nobody_gave_open_nothing(client, house):
    stranger = situations.an_account(at=situations.a_unit("Agder fengsel"))
    unit = house.sharing.known_stay.unit
    as_application(
        "INSERT INTO staff_post (staff_id, role, unit_id, since, code)"
        " VALUES (%s, 'kartlegger', %s, '2026-01-01', sha256('x'))",
        stranger.pk,
        unit.pk,
    )
    as_application(
        "INSERT INTO staff_mapperapproval (staff_id, unit_id, approved_by_id, since, code)"
        " VALUES (%s, %s, %s, '2026-01-01', sha256('x'))",
        stranger.pk,
        unit.pk,
        stranger.pk,
    )
    client.force_login(stranger)
    address = reverse("mapping:read", kwargs={"mapping": house.interview(house.sharing).pk})
    assert client.get(address).status_code != 200


def test_x4_a_replaced_password_opens_nothing(client, house):
    as_application(
        "UPDATE staff_staff SET password = %s WHERE uuid = %s", make_password("et annet langt passord"), house.mapper.pk
    )
    client.post(reverse("pages:login"), {"username": house.mapper.username, "password": "et annet langt passord"})
    assert "_auth_user_id" not in client.session


def test_x1_a_stay_that_is_moved_to_another_unit_is_noticed(house):
    as_application(
        "UPDATE people_stay SET unit_id = %s WHERE person_id = %s",
        situations.a_unit("Agder fengsel").pk,
        house.sharing.pk,
    )
    assert noticed()


def test_x2_a_stay_of_another_legal_status_is_noticed(house):
    as_application("UPDATE people_stay SET legal_status = 'VARETEKT' WHERE person_id = %s", house.sharing.pk)
    assert noticed()


def test_x3_the_gate_of_a_withdrawn_interview_that_is_opened_again_is_found(house):
    person = house.withdrawn
    as_application(
        "UPDATE mapping_persongate SET shut_at = NULL, asking_shut_at = NULL WHERE person_id = %s", person.pk
    )
    as_application("UPDATE mapping_mapping SET state = 'FERDIG', gate_open = true WHERE person_id = %s", person.pk)
    said = check("verify_rows")
    assert "gate of a person: it is open after a withdrawal of everything" in said
    assert "mapping: it differs from the last version in its history" in said


def test_x3_a_withdrawn_interview_whose_gate_is_opened_again_is_not_read(client, house):
    person = house.withdrawn
    as_application(
        "UPDATE mapping_persongate SET shut_at = NULL, asking_shut_at = NULL WHERE person_id = %s", person.pk
    )
    as_application("UPDATE mapping_mapping SET state = 'FERDIG', readable_until = NULL WHERE person_id = %s", person.pk)
    client.force_login(house.mapper)
    address = reverse("mapping:read", kwargs={"mapping": house.interview(person).pk})
    assert client.get(address).status_code != 200
