"""What has been decided is never changed or removed."""

import pytest
from django.db import InternalError, ProgrammingError, connection, models, transaction

from brik.mapping.questionnaire.themes import Theme
from consent.models import Consent, Decision, DecisionAnswer, Step, Text
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
TABLES = ["text", "consent", "decision", "step", "withdrawal", "withdrawalreceipt", "signedsheet"]


@pytest.fixture
def someone():
    person = situations.a_person()
    situations.a_consent(person, answers={(situations.an_organisation(), Theme.BOLIG): DecisionAnswer.PERMIT})
    situations.a_consent(person)
    return person


@pytest.mark.parametrize("model", [Text, Consent, Decision, Step])
def test_the_database_refuses_to_change_or_remove_a_row(someone, model):
    assert model.objects.exists()
    for attempt in (
        lambda: models.QuerySet(model).update(**{model._meta.pk.name: model.objects.first().pk}),
        lambda: model.objects.all()._raw_delete("default"),
    ):
        with pytest.raises((InternalError, ProgrammingError), match="append-only"), transaction.atomic():
            attempt()


@pytest.mark.parametrize("table", TABLES)
def test_the_application_role_may_not_even_try(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('brik_app', %s, 'UPDATE'), has_table_privilege('brik_app', %s, 'DELETE'),"
            " has_table_privilege('brik_app', %s, 'TRUNCATE'), has_table_privilege('brik_app', %s, 'INSERT')",
            [f"consent_{table}"] * 4,
        )
        assert cursor.fetchone() == (False, False, False, True)
