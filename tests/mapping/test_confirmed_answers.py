"""An answer is confirmed by somebody, on a day; what the officer notes is neither confirmed nor the person's words."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from brik.definitions import languages
from brik.mapping.questionnaire import answer_sources, catalogue, walk
from brik.mapping.questionnaire.answer_sources import AnswerSource, SourceKind, source_in_words
from brik.mapping.questionnaire.stored_answers import answer_in
from brik.mapping.questionnaire.stored_answers import read as read_areas
from brik.mapping.questionnaire.themes import CASE_SYSTEM, Theme
from brik.mapping.record import actions, document, reading, sections
from brik.mapping.record.interviews import Mapping, Section
from brik.mapping.record.refusals import InterviewRefusal
from brik.mapping.record.states import AreaState
from brik.pages.refusal import Refused
from brik.people.protection import AddressGrade
from brik.staff.models import OrganisationKind
from followup.sharing.pages.plain_words import source_words
from followup.sharing.wire import payload
from tests import situations
from tests.examples import tries
from tests.mapping.made_up_interviews import drawn, interviews
from tests.mapping.pages import confirmed, opened, send, url

DAY = "2026-05-03"
# "Confirmed" in each language, and how it is said that something is not.
SAID = {"nb": "bekreftet", "nn": "stadfesta", "en": "confirmed", "ar": "مؤكد"}
DENIED = {"nb": "ikke bekreftet", "nn": "ikkje stadfesta", "en": "not confirmed", "ar": "غير مؤكد"}


def stored(mapping, area="C"):
    return mapping.sections.get(area=area).answers.open()["answers"]


def says_confirmed(text, language="nb"):
    """Whether a text says of an answer that it is confirmed."""
    return SAID[language] in text.lower().replace(DENIED[language], "")


def is_confirmed(answer):
    return answer["source"] == "confirmed" and bool(answer.get("confirmed_by")) and bool(answer.get("confirmed_on"))


def refusal(why):
    return pytest.raises(Refused, match=f"^{why.value}$")


# --- No surface says confirmed without by whom and when ---


@settings(max_examples=tries(40), deadline=None)
@given(interviews, st.sampled_from(languages.CODES))
def test_whatever_is_stored_nothing_is_shown_as_confirmed_without_by_whom_and_when(interview, language):
    questionnaire, kept = drawn(*interview)
    with translation.override(language):
        for area in document.internal(
            questionnaire.outline, read_areas(questionnaire.outline, kept, language=language), language=language
        ).areas:
            for answer in area.answers:
                original = kept[area.code]["answers"][answer.link_id]
                shown = {"page": render(answer_in(answer.link_id, original, language)), "paper": answer.source}
                for text in shown.values():
                    expected = is_confirmed(original)
                    spoken = (
                        answer_in(answer.link_id, original, language).language if text != answer.source else language
                    )
                    assert says_confirmed(text, spoken) == expected
                    if expected:
                        assert original["confirmed_by"] in text
                        assert "03.05.2026" in text


@settings(max_examples=tries(40), deadline=None)
@given(interviews, st.sampled_from([kind.entry.letter for kind in OrganisationKind]), st.booleans())
def test_whatever_is_stored_no_message_says_confirmed_without_by_whom_and_when_nor_tells_a_note(
    interview, recipient, graded
):
    questionnaire, kept = drawn(*interview)
    link_ids = {question.link_id for question in questionnaire.questions()}
    common = {"themes": list(Theme), "own_ticks": link_ids, "free_text": link_ids, "address_graded": graded}
    ticks, texts = walk.tickable(questionnaire, kept, themes=list(Theme), recipient=recipient)
    for area in walk.walk(questionnaire, kept, recipient=recipient, **common):
        for answer in area.answers:
            opens = questionnaire.question(answer.link_id).opens
            original = kept[questionnaire.short.code if opens else area.code]["answers"][answer.link_id]
            assert original["source"] != "note"
            kilde = payload._answer(answer, questionnaire)["kilde"]
            assert (kilde == "EGENOPPLYSNING") == (original["source"] in ("self", "") and answer.source.kind == "self")
            for language in languages.CODES:
                with translation.override(language):
                    assert says_confirmed(source_words(kilde), language) == is_confirmed(original)
            if graded:
                assert "leiekontrakten" not in kilde
                assert "NAV" not in kilde
    notes = {key for content in kept.values() for key, one in content["answers"].items() if one["source"] == "note"}
    assert not notes & {question.link_id for question in [*ticks, *texts]}


def render(answer):
    html = render_to_string("mapping/_answer.html", {"answer": answer})
    said = re.search(r'<span class="brik-meta brik-source__said"[^>]*>(.*?)</span>', html, re.DOTALL)
    return unescape(said[1]) if said else ""


@pytest.mark.parametrize("language", languages.CODES)
def test_what_an_old_message_calls_confirmed_is_read_as_not_confirmed(language):
    with translation.override(language):
        assert not says_confirmed(source_words("BEKREFTET"), language)
        assert not says_confirmed(source_words("BEKREFTET: NAV Oslo"), language)
        assert source_words("BEKREFTET")


def test_a_message_tells_by_whom_and_when_and_is_read_so():
    kilde = payload._source(AnswerSource(SourceKind.CONFIRMED, "NAV Oslo, avdeling 2", date(2026, 5, 3)))
    assert kilde == "BEKREFTET: NAV Oslo, avdeling 2, 2026-05-03"
    assert source_words(kilde) == "Bekreftet av NAV Oslo, avdeling 2, 03.05.2026"


def test_a_note_that_would_leave_stops_the_message():
    with pytest.raises(ValueError, match="note"):
        payload._source(AnswerSource(SourceKind.NOTE))


@pytest.mark.parametrize("told", [{"who": "NAV"}, {"day": date(2026, 5, 3)}, {}])
def test_there_is_no_confirmation_without_by_whom_and_when(told):
    with pytest.raises(ValueError, match="confirmed"):
        AnswerSource(SourceKind.CONFIRMED, **told)


# --- The page ---

pytestmark = pytest.mark.django_db


def test_by_whom_and_when_is_sealed_with_the_answer_and_read_back(signed_in, mapping, mapper):
    send(signed_in, mapping, C1="EIDE", C5="JA", C5_source="note", **confirmed("C1", "  Leie\tkontrakten ", "3.5.26"))
    kept = stored(mapping)
    assert (kept["C1"]["confirmed_by"], kept["C1"]["confirmed_on"]) == ("Leie kontrakten", DAY)
    assert set(kept["C5"]) & {"confirmed_by", "confirmed_on"} == set()
    pages = [signed_in.get(url("check", mapping)), signed_in.get(url("area", mapping, step="C"))]
    actions.sign_off(mapping, by=mapper)
    pages.append(signed_in.get(url("read", mapping)))
    for page in pages:
        assert "Bekreftet av Leie kontrakten, 03.05.2026" in page.content.decode()
        assert "Notat fra den som kartla" in page.content.decode()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"who": ""}, "Skriv hvem eller hva som har bekreftet svaret"),
        ({"who": "…"}, "Skriv hvem eller hva som har bekreftet svaret"),
        ({"who": "x" * 81}, "Teksten er for lang"),
        ({"who": "010190 12345"}, "Ta bort tallet med 11 sifre"),
        ({"day": ""}, "Skriv hvilken dag svaret ble bekreftet"),
        ({"day": "i går"}, "Skriv datoen som dag"),
        ({"day": f"{date.today() + timedelta(days=2):%d.%m.%Y}"}, "Datoen kan ikke være etter"),
        ({"day": "01.01.1999"}, "Datoen kan ikke være før"),
    ],
)
def test_what_is_missing_is_told_at_the_field_and_nothing_is_lost(signed_in, mapping, told, sentence):
    answer = send(signed_in, mapping, C1="EIDE", C5="JA", **confirmed("C1", **({"who": "NAV"} | told)))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(sentence) == 2  # in the summary and at the field
    assert re.search(r'<details class="brik-source"\s+open', page)
    assert set(stored(mapping)) == {"C5"}
    content = mapping.sections.get().answers.open()
    assert content["unfinished"]["C-C1"] == ["EIDE"]


def test_nothing_is_asked_about_the_source_where_there_is_no_answer(signed_in, mapping):
    assert send(signed_in, mapping, C1_source="confirmed", C5="JA").status_code == 302
    assert send(signed_in, mapping, C5="JA", C5_source="confirmed", C5_clear="on").status_code == 302
    assert mapping.sections.get().answers.open()["answers"] == {}


def test_by_whom_is_forgotten_when_another_source_is_chosen(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE", **confirmed("C1", "NAV") | {"C1_source": "self"})
    assert "confirmed_by" not in stored(mapping)["C1"]


@pytest.mark.parametrize("source", ["bekreftet", "third_party:Naboen", "third_party:", "unknown", "confirmed:NAV"])
def test_a_forged_source_is_refused(signed_in, mapping, source):
    assert send(signed_in, mapping, C1="EIDE", C1_source=source).status_code == 400
    assert not Section.objects.exists()


def test_what_the_officer_answers_about_the_talk_is_a_note(signed_in, mapping):
    send(signed_in, mapping, "L", L3="03.05.2027")
    assert stored(mapping, "L")["L3"]["source"] == "note"
    page = opened(signed_in, mapping, "L")
    assert send(signed_in, mapping, "L", page=page, L3="03.05.2027", L3_source="self").status_code == 400


# --- Actions, as a replay or an importer would call them ---


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"confirmed_by": "NAV"},
        {"confirmed_on": DAY},
        {"confirmed_by": " ", "confirmed_on": DAY},
        {"confirmed_by": "NAV\n", "confirmed_on": DAY},
        {"confirmed_by": "NAV 01019012345", "confirmed_on": DAY},
        {"confirmed_by": "x" * 81, "confirmed_on": DAY},
        {"confirmed_by": "NAV", "confirmed_on": "2099-01-01"},
        {"confirmed_by": "NAV", "confirmed_on": "1999-01-01"},
        {"confirmed_by": "NAV", "confirmed_on": "20260503"},
        {"confirmed_by": "NAV", "confirmed_on": "i går"},
    ],
)
@pytest.mark.parametrize("save", [sections.save_section, sections.draft_section])
def test_no_way_of_saving_takes_confirmed_without_by_whom_and_when(mapping, mapper, save, told):
    answer = situations.form_answers(C1="EIDE")["C1"] | {"source": "confirmed"} | told
    with refusal(InterviewRefusal.NOT_CONFIRMED):
        save(mapping, area="C", answers={"C1": answer}, version=0, by=mapper)
    assert not Section.objects.exists()


@pytest.mark.parametrize("source", ["self", "confirmed", "third_party:NAV Oslo"])
def test_no_way_of_saving_takes_a_note_about_the_talk_for_somebody_elses_words(mapping, mapper, source):
    answer = situations.form_answers(L3="2027-05-03")["L3"] | {
        "source": source,
        "confirmed_by": "NAV",
        "confirmed_on": DAY,
    }
    with refusal(InterviewRefusal.SOURCE_NOT_PERMITTED):
        sections.save_section(mapping, area="L", answers={"L3": answer}, version=0, by=mapper)


# --- Old answers ---


def an_old_answer(mapping, mapper, link_id="C1", value="EIDE", source="confirmed"):
    """Stored before by whom and when were asked, or while somebody might still be asked. A row."""
    answers = {link_id: situations.form_answers(**{link_id: value})[link_id] | {"source": source}}
    section = Section(mapping=mapping, person_id=mapping.person_id, area="C", state=AreaState.DONE)
    sections.seal(section, {"language": "nb", "answers": answers}, by=mapper)


def test_an_old_answer_stays_readable_and_is_completed_when_its_area_is_saved(signed_in, mapping, mapper):
    an_old_answer(mapping, mapper)
    page = signed_in.get(url("check", mapping)).content.decode()
    assert "Ikke bekreftet, det er ikke oppgitt av hvem og når" in page
    assert not says_confirmed(re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL))
    assert send(signed_in, mapping, C1="EIDE", C1_source="confirmed").status_code == 422
    assert send(signed_in, mapping, C1="EIDE", **confirmed("C1", "NAV")).status_code == 302
    assert answer_sources.source_of(stored(mapping)["C1"]).kind == SourceKind.CONFIRMED


def test_somebody_who_may_no_longer_be_asked_does_not_become_the_person(signed_in, mapping, mapper):
    an_old_answer(mapping, mapper, source="third_party:Naboen")
    page = signed_in.get(url("area", mapping, step="C")).content.decode()
    assert "Velg på nytt, samtykket gjelder ikke kilden som sto her" in page
    fields = opened(signed_in, mapping)
    for sent in ({"C1_source": ""}, {}):
        answer = send(signed_in, mapping, page=fields, C1="EIDE", **sent)
        assert answer.status_code == 422
        assert "Velg hvor svaret kommer fra" in answer.content.decode()
        fields = opened(signed_in, mapping)
        fields["C-C1_source"] = ""
    assert "C1" not in stored(mapping)
    assert send(signed_in, mapping, C1="EIDE", C1_source="note").status_code == 302


# --- Graded addresses ---


def test_who_confirmed_is_veiled_where_the_address_is_graded(mapping, mapper):
    answers = situations.form_answers(C1="EIDE", C5="JA")
    answers["C1"] |= {"source": "confirmed", "confirmed_by": "Bergen kommune", "confirmed_on": DAY}
    answers["C5"] |= {"source": "third_party:NAV Oslo"}
    sections.save_section(mapping, area="C", answers=answers, version=0, by=mapper)
    situations.protect(mapping.person, grade=AddressGrade.CLIENT)
    mapping = Mapping.objects.get(pk=mapping.pk)
    shown = reading.by_whether_asked(mapping)
    assert shown["veiled"]
    [area] = [area for area in shown["asked"] if area.code == "C"]
    assert [source_in_words(answer.source, "nb") for answer in area.answers] == [
        "Bekreftet av (navnet vises ikke), 03.05.2026",
        "Opplyst av (navnet vises ikke), ikke bekreftet",
    ]
    assert not reading.by_whether_asked(mapping, places=True)["veiled"]


def test_the_day_is_the_day_in_oslo_and_the_first_one_some_years_ago():
    today = timezone.localdate()
    said = {"source": "confirmed", "confirmed_by": "NAV"}
    first = answer_sources.first_day(today)
    for day, may in ((today, True), (today + timedelta(days=1), False), (first, True), (first - timedelta(1), False)):
        assert answer_sources.may_be_stored(said | {"confirmed_on": day.isoformat()}, today=today) is may


def test_the_case_system_gets_no_note(mapping):
    form = catalogue.get("domfelt")
    answers = situations.form_answers(C1="EIDE", C5="JA")
    answers["C5"] |= {"source": "note"}
    areas = walk.walk(form, {"C": {"answers": answers}}, themes=list(Theme), recipient=CASE_SYSTEM)
    assert [answer.link_id for area in areas for answer in area.answers] == ["C1"]
