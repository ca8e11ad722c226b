"""What is asked about the talk itself is asked where the answers are read back, and nowhere before."""

import pytest

from brik.mapping.models import AreaState, InterviewState, Mapping
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import actions
from brik.people.models import LegalStatus
from tests import situations
from tests.mapping.pages import send, url

pytestmark = pytest.mark.django_db


def closing_of(mapping):
    return mapping.sections.get(area="M").answers.open()["answers"]


@pytest.mark.parametrize("version", ["2026.1", "2026.2", "2026.3"])
def test_only_an_area_about_the_talk_alone_at_the_end_is_asked_there(version):
    convicted, remand = catalogue.get("domfelt", version), catalogue.get("varetekt", version)
    assert convicted.closing.code == "M"
    assert [area.code for area in convicted.areas][:-1] == [area.code for area in convicted.pages]
    assert remand.closing is None
    assert remand.pages == remand.areas


def test_the_questions_have_no_page_before_the_answers_are_read_back(signed_in, mapping):
    assert signed_in.get(url("area", mapping, step="M")).status_code == 404
    assert "Er oppsummeringen lest opp?" not in signed_in.get(url("hub", mapping)).content.decode()
    page = signed_in.get(url("check", mapping)).content.decode()
    for question in ("Er oppsummeringen lest opp?", "Har personen fått kopi?"):
        assert page.count(question) >= 1
    assert page.index("Ferdigstill kartleggingen") < page.index("Er oppsummeringen lest opp?")


def test_the_answers_are_stored_as_the_officers_note_when_it_is_signed_off(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE")
    signed_in.post(url("sign_off", mapping), {"M-M1a": "JA", "M-M1c": "NEI"})
    signed = Mapping.objects.get(pk=mapping.pk)
    assert signed.state == InterviewState.FINAL
    assert {key: (answer["value"], answer["source"]) for key, answer in closing_of(signed).items()} == {
        "M1a": ("JA", "note"),
        "M1c": ("NEI", "note"),
    }
    assert signed.sections.get(area="M").state == AreaState.DONE
    assert "Er oppsummeringen lest opp?" in signed_in.get(url("read", signed)).content.decode()


def test_it_can_be_signed_off_without_them(signed_in, mapping):
    signed_in.post(url("sign_off", mapping))
    assert Mapping.objects.get(pk=mapping.pk).state == InterviewState.FINAL
    assert not mapping.sections.filter(area="M").exists()


@pytest.mark.parametrize("sent", [{"M-M1a": "KANSKJE"}, {"M-M1c": "SENERE"}])
def test_an_answer_that_the_page_does_not_offer_signs_nothing_off(signed_in, mapping, sent):
    assert signed_in.post(url("sign_off", mapping), sent).status_code == 400
    assert Mapping.objects.get(pk=mapping.pk).state == InterviewState.DRAFT


def test_what_must_be_corrected_first_keeps_the_answers_on_the_page(signed_in, mapping):
    send(signed_in, mapping, C3a="JA", C3b="i morgen")
    refused = signed_in.post(url("sign_off", mapping), {"M-M1a": "JA"})
    assert refused.status_code == 409
    assert 'name="M-M1a"' in refused.content.decode()
    checked = refused.content.decode().split('name="M-M1a"')[1].split(">")[0]
    assert "checked" in checked
    assert not mapping.sections.filter(area="M").exists()


def test_a_correction_begins_with_the_answers_it_had(signed_in, mapping, mapper):
    signed_in.post(url("sign_off", mapping), {"M-M1a": "JA"})
    new = actions.correct(Mapping.objects.get(pk=mapping.pk), reason="Feil", by=mapper)
    page = signed_in.get(url("check", new)).content.decode()
    assert "checked" in page.split('name="M-M1a"')[1].split(">")[0]
    signed_in.post(url("sign_off", new), {"M-M1a": "NEI"})
    assert closing_of(new)["M1a"]["value"] == "NEI"


def test_the_copy_is_printed_before_it_is_said_to_be_given(client, signed_in, mapping, colleague):
    send(signed_in, mapping, C1="EIDE")
    assert f'href="{url("pdf", mapping)}?eget"' in signed_in.get(url("check", mapping)).content.decode()
    assert signed_in.get(url("pdf", mapping) + "?eget").content.startswith(b"%PDF-")
    client.force_login(colleague)
    assert client.get(url("pdf", mapping)).status_code == 409


def test_remand_has_no_such_questions(client, mapper, key_ring):
    mapping = situations.an_interview(mapper, situations.a_person(status=LegalStatus.REMAND))
    client.force_login(mapper)
    assert "Er oppsummeringen lest opp?" not in client.get(url("check", mapping)).content.decode()
    client.post(url("sign_off", mapping), {"M-M1a": "JA"})
    assert not mapping.sections.exists()
