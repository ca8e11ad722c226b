"""The database itself: no row was sealed and is empty, and none is full that was never sealed."""

import pytest
from django.db import IntegrityError, connection, transaction

from brik.mapping.models import Section
from brik.people.models import Person
from brik.vault.fields import sealed_fields
from brik.vault.inspection import sealed_models
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.mark.parametrize("model", sealed_models(), ids=lambda model: model._meta.label)
def test_every_table_with_sealed_columns_demands_it_of_all_of_them(model):
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [f"{table}_sealed_or_empty"]
        )
        (told,) = cursor.fetchone() or ("",)
    for field in sealed_fields(model):
        assert f"({field.column} IS NULL)" in told, field.name
        assert f"({field.column} IS NOT NULL)" in told, field.name


@pytest.mark.parametrize(
    "change", ["identity = NULL", "row_version = 0", "row_version = 0, identity = NULL", "protection = NULL"]
)
def test_a_value_cannot_be_taken_away_nor_a_row_look_as_if_it_was_never_sealed(change):
    someone = situations.a_person()
    with pytest.raises(IntegrityError, match="sealed_or_empty"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE people_person SET {change} WHERE uuid = %s", [someone.pk])
    assert Person.objects.get(pk=someone.pk).name == someone.name


def test_nothing_is_put_into_a_row_that_was_never_sealed():
    mapping = situations.a_signed_off_interview(situations.an_account(), C1="EIDE")
    row = Section.objects.get(mapping=mapping)
    with pytest.raises(IntegrityError, match="sealed_or_empty"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE mapping_section SET row_version = 0 WHERE uuid = %s", [row.pk])
