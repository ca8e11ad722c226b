"""An old interview is read from its own answers: the form's file can be gone, and the words are those of the day."""

import re
from io import BytesIO

import pypdf
import pytest
from django.core.exceptions import ImproperlyConfigured

from brik.mapping import checks
from brik.mapping.models import PublishedForm, Section
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import actions, published_forms, sections
from tests import situations
from tests.mapping.pages import send, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def newer_form_only(tmp_path, monkeypatch):
    """Questionnaires of which the version that interviews were held with is gone, and a shorter one has come."""

    def take_away():
        for form in ("domfelt", "varetekt"):
            text = (catalogue.FOLDER / f"{form}-2026.3.yaml").read_text(encoding="utf-8")
            newer = text.replace('version: "2026.3"', 'version: "2027.1"', 1)
            assert newer != text
            newer = newer.replace("Hvordan bodde du før du kom i fengsel?", "Et annet spørsmål?")
            (tmp_path / f"{form}-2027.1.yaml").write_text(newer, encoding="utf-8")
        monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
        with pytest.raises(KeyError):
            catalogue.get("domfelt", "2026.3")

    return take_away


@pytest.fixture
def signed_off(signed_in, mapping, mapper):
    """An interview with answers in two languages, a declined area and others that nobody touched."""
    send(signed_in, mapping, "C", C1="EIDE", C6=["BOLIG"], C_ressurs="Flink med hendene")
    actions.choose_language(mapping, language="ar", by=mapper)
    send(signed_in, mapping, "D", D3="VET_IKKE", D_ressurs="أدخر المال")
    send(signed_in, mapping, "E", then="decline")
    return actions.sign_off(mapping, by=mapper)


def as_read(client, mapping):
    page = client.get(url("read", mapping)).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def printed(client, mapping, more=""):
    pages = pypdf.PdfReader(BytesIO(client.get(url("pdf", mapping) + more).content)).pages
    return "\n".join(page.extract_text() for page in pages)


def test_a_signed_off_interview_reads_and_prints_the_same_without_the_file_of_its_form(
    signed_in, signed_off, newer_form_only
):
    page, paper, own_language = (
        as_read(signed_in, signed_off),
        printed(signed_in, signed_off),
        printed(signed_in, signed_off, "?eget"),
    )
    assert "Hvordan bodde du før du kom i fengsel?" in page
    assert "Flink med hendene" in paper
    newer_form_only()
    assert as_read(signed_in, signed_off) == page
    assert printed(signed_in, signed_off) == paper
    assert printed(signed_in, signed_off, "?eget") == own_language


def test_two_interviews_are_compared_without_the_file_of_their_form(signed_in, signed_off, mapper, newer_form_only):
    later = actions.correct(signed_off, reason="Feil", by=mapper)
    actions.sign_off(later, by=mapper)
    before = signed_in.get(url("compare", later)).content.decode()
    newer_form_only()
    after = signed_in.get(url("compare", later))
    assert after.status_code == 200
    assert "Hvordan bodde du før du kom i fengsel?" in after.content.decode()
    assert len(after.content.decode()) == len(before)


def test_answers_are_kept_in_the_order_they_are_asked_in(mapping, mapper):
    answers = {link_id: situations.an_answer("JA") for link_id in ("C5", "C1")}
    section = sections.save_section(mapping, area="C", answers=answers, version=0, by=mapper)
    assert list(Section.objects.get(pk=section.pk).answers.open()["answers"]) == ["C1", "C5"]


def test_a_removed_form_that_an_interview_was_held_with_stops_the_start(signed_off, newer_form_only):
    published_forms.check_all()
    newer_form_only()
    said = (
        rf"domfelt version 2026\.3 is gone, but interviews were held with it: .*{signed_off.pk}.*\. "
        r"Put .*domfelt-2026\.3\.yaml back"
    )
    with pytest.raises(ImproperlyConfigured, match=said):
        published_forms.check_all()
    [error] = checks.every_interview_has_its_form(None, databases=["default"])
    assert error.id == "mapping.E007"
    assert re.search(said, error.msg)


def test_of_many_interviews_that_lack_their_form_three_are_named_and_the_others_counted(mapper, newer_form_only):
    begun = sorted(str(situations.an_interview(mapper, situations.a_person()).pk) for _ in range(5))
    assert checks.every_interview_has_its_form(None, databases=["default"]) == []
    newer_form_only()
    assert checks.every_interview_has_its_form(None) == []
    [error] = checks.every_interview_has_its_form(None, databases=["default"])
    assert f"{', '.join(begun[:3])} and 2 more. Put" in error.msg
    assert not any(pk in error.msg for pk in begun[3:])


def test_a_removed_form_that_no_interview_was_begun_with_is_left_in_peace(mapper, newer_form_only):
    situations.a_ready_interview()
    assert PublishedForm.objects.get().version == "2026.3"
    newer_form_only()
    published_forms.check_all()
