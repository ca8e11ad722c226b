"""A graded address stands on no page of the interview unless the reader asks to see it, and on no paper."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.record import actions, sections
from brik.people.protection import AddressGrade
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
VEIL, PLACE = "Gradert adresse, vises ikke", "Oslo"


@pytest.fixture
def mapper(client):
    # At another place than the address, so that the unit's name is not taken for it.
    mapper = situations.an_account(at=situations.a_unit("Prøve fengsel"))
    client.force_login(mapper)
    return mapper


def final(mapper, **said):
    return situations.a_signed_off_interview(mapper, area="B", **({"B5": "0301", "B7a": "SAMME"} | said))


def page(client, name, mapping, query=""):
    return client.get(reverse(f"mapping:{name}", args=[mapping.pk]) + query).content.decode()


def test_an_address_that_is_not_graded_is_shown(client, mapper):
    shown = page(client, "read", final(mapper))
    assert PLACE in shown
    assert VEIL not in shown
    assert "?sted" not in shown


@pytest.mark.parametrize("entered", [True, False])
def test_a_graded_address_is_veiled_whether_staff_entered_it_or_the_person_said_it(client, mapper, entered):
    mapping = final(mapper) if entered else final(mapper, B8="JA")
    if entered:
        situations.protect(mapping.person, grade=AddressGrade.CLIENT)
    shown = page(client, "read", mapping)
    assert PLACE not in shown
    assert VEIL in shown
    paper = client.get(reverse("mapping:pdf", args=[mapping.pk])).content
    words = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(paper)).pages)
    assert PLACE not in words
    assert "Gradert adresse" in words


def test_who_asks_to_see_it_sees_it_and_the_event_says_so(client, mapper):
    mapping = final(mapper)
    situations.protect(mapping.person, grade=AddressGrade.CLIENT)
    assert PLACE in page(client, "read", mapping, "?sted")
    assert Event.objects.filter(verb=Verb.MAPPING_READ, reason=Reason.PLACES, actor=str(mapper.pk)).count() == 1


def test_what_is_read_back_and_compared_is_veiled_too(client, mapper):
    mapping = final(mapper)
    situations.protect(mapping.person, grade=AddressGrade.CLIENT)
    new = actions.correct(mapping, reason="Feil", by=mapper)
    assert PLACE not in page(client, "check", new)
    assert PLACE in page(client, "check", new, "?sted")
    answers = situations.form_answers(B5="1103", B7a="SAMME")
    version = new.sections.get(area="B").row_version
    sections.save_section(new, area="B", answers=answers, version=version, by=mapper)
    actions.sign_off(new, by=mapper)
    shown = page(client, "compare", new)
    assert VEIL in shown
    assert not [place for place in (PLACE, "Stavanger") if place in shown]
