"""The area pages over HTTP: what is saved, what comes back, and what is refused."""

import pytest

from brik.mapping.models import AreaState
from tests.mapping.pages import send, url

pytestmark = pytest.mark.django_db


def stored(mapping, area="C"):
    return mapping.sections.get(area=area).answers.open()["answers"]


def test_an_area_is_saved_and_the_next_one_follows(signed_in, mapping):
    response = send(signed_in, mapping, C1="EIDE", C3a="JA", C3b="12.2026")
    assert (response.status_code, response.url) == (302, url("area", mapping, step="D"))
    kept = stored(mapping)
    assert kept["C1"]["shown"] == ["Eide"]
    assert kept["C3b"]["value"] == "2026-12"
    assert kept["C1"]["source"] == "self"
    assert mapping.sections.get().state == AreaState.DONE


def test_what_was_saved_stands_in_the_form_again(signed_in, mapping):
    send(signed_in, mapping, "B", B5="Oslo", B6="Bergen", B7a="SAMME", B8="NEI")
    page = signed_in.get(url("area", mapping, step="B")).content.decode()
    assert 'value="Oslo"' in page
    assert 'value="SAMME" checked' in page
