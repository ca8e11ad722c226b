"""A sealed value opens only in its own place."""

import pytest

from brik.people.models import Person
from brik.vault.sealing import SealBroken
from tests import factories

pytestmark = [pytest.mark.django_db]


def test_a_name_is_read_back_only_by_opening_it():
    saved = factories.person()
    found = Person.objects.get(pk=saved.pk)
    assert repr(found.identity) == "<Sealed>"
    assert found.identity.open()["given"] == "Prøve"


def test_history_opens_with_the_same_code():
    someone = factories.person()
    assert someone.history.first().identity.open() == someone.identity.open()


def test_the_name_of_one_person_does_not_open_on_another():
    one, other = factories.person(), factories.person()
    other.identity = one.identity.ciphertext
    with pytest.raises(SealBroken):
        other.identity.open()


def test_a_plain_value_never_reaches_sql():
    with pytest.raises(TypeError):
        Person.objects.update(identity={"given": "Klartekst"})


def test_saving_without_a_new_value_keeps_bytes_and_version():
    someone = factories.person()
    before = (someone.row_version, someone.identity.ciphertext)
    someone.save()
    someone.refresh_from_db()
    assert (someone.row_version, someone.identity.ciphertext) == before
