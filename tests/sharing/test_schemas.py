"""The published schemas, the lists and examples beside them, and what is sent agree; the schema refuses all else."""

import copy
import json
from datetime import date, datetime
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.question_types.register import TYPES
from brik.mapping.questionnaire.structure import PREFER_NOT, ValueKind
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.questionnaire.walk import themes_told, walk
from brik.mapping.record import actions as interview
from brik.mapping.record import sections
from brik.people.legal_status import STATUS_OF, LegalStatus
from brik.staff.models import OrganisationKind, Role
from followup.demo import example_message
from followup.sharing import actions
from followup.sharing.wire import message_schemas, payload, question_lists
from followup.sharing.wire.message_schemas import InvalidMessage
from followup.sharing.wire.typed_values import WORDS
from tests import situations
from tests.examples import tries
from tests.mapping.made_up_interviews import drawn, interviews

EXAMPLES = sorted(message_schemas.SCHEMAS.glob("*/examples/*.json"))
SCHEMAS = sorted(message_schemas.SCHEMAS.glob("*/*.schema.json"))
LETTERS = [kind.entry.letter for kind in OrganisationKind]


def placed(file):
    return str(file.relative_to(message_schemas.SCHEMAS))


def schema_of(file):
    return next(name for name in message_schemas.VERSIONS if name in file.stem)


@pytest.mark.parametrize("file", EXAMPLES, ids=placed)
def test_every_example_follows_its_schema(file):
    message = message_schemas.read(file.read_bytes(), schema_of(file))
    assert message_schemas.version_of(message, schema_of(file)) == file.parts[-3]


@pytest.mark.parametrize("file", SCHEMAS, ids=placed)
def test_every_schema_is_a_schema_that_can_be_read_and_has_an_example(file):
    Draft202012Validator.check_schema(json.loads(file.read_text()))
    assert file.parts[-2] in message_schemas.VERSIONS[schema_of(file)]
    assert any(example.parts[-3] == file.parts[-2] and schema_of(example) == schema_of(file) for example in EXAMPLES)


def test_every_version_that_can_be_read_is_published():
    versions = {(name, version) for name, versions in message_schemas.VERSIONS.items() for version in versions}
    assert versions == {(schema_of(file), file.parts[-2]) for file in SCHEMAS}


@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_message_is_malformed(payload):
    with pytest.raises(InvalidMessage):
        message_schemas.read(payload, message_schemas.MAPPING)


def test_an_unknown_schema_is_malformed():
    with pytest.raises(InvalidMessage):
        message_schemas.check({}, "HEMMELIG")


# --- What is published beside the schema ------------------------------------------------------------------------------


def test_the_published_questions_and_codes_are_those_of_the_questionnaires():
    """When this fails: BRIK_DEMO=1 python manage.py publish_schemas."""
    expected = dict(question_lists.published_files(catalogue.load_all(catalogue.FOLDER)))
    found = {path for folder in ("questions", "codes") for path in (question_lists.FOLDER / folder).iterdir()}
    assert found == set(expected)
    for path, content in expected.items():
        assert json.loads(path.read_text()) == content, placed(path)


def test_the_published_questions_say_nothing_of_what_never_leaves():
    for form in catalogue.load_all(catalogue.FOLDER).values():
        text = question_lists.questions_path(STATUS_OF[form.id].value, form.version).read_text()
        assert PREFER_NOT not in text
        listed = {question["linkId"] for question in json.loads(text)["spoersmaal"]}
        leaving = {question.link_id for question in form.questions() if question.disclose_to}
        assert listed == leaving
        assert leaving < {question.link_id for question in form.questions()}


def test_the_published_example_is_the_walk_of_its_interview():
    """When this fails: BRIK_DEMO=1 python manage.py publish_schemas."""
    assert json.loads(example_message.PATH.read_text()) == example_message.message()


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_a_real_interview_with_these_answers_is_sent_as_the_example_says():
    mapper, koda = situations.an_account(Role.MAPPER), situations.a_case_system()
    mapping = situations.an_interview(mapper)
    for area, values in example_message.answers().items():
        answers = situations.form_answers(**values)
        sections.save_section(mapping, area=area, answers=answers, version=0, by=mapper)
    situations.a_permit(mapping.person, koda, themes=list(Theme))
    signed_off = interview.sign_off(mapping, by=mapper)
    delivery = actions.share(signed_off, organisation=koda, free_text=example_message.free_text(), by=mapper)
    sent = json.loads(delivery.disclosure.payload.open())
    published = json.loads(example_message.PATH.read_text())
    # Whose it is, and when: everything else is the same.
    for own in ("meldingsId", "hendelseId", "opprettetTid", "person", "lokasjonEnhet", "kontakt"):
        assert sent[own] != published[own] or own == "lokasjonEnhet"
        published[own] = sent[own]
    published["skjema"]["kartlagtDato"] = sent["skjema"]["kartlagtDato"]
    consent = {
        key: sent["samtykke"][key] for key in ("samtykkeId", "tekstversjon", "signertTid", "gjelderTil", "hjemmel")
    }
    published["samtykke"] |= consent
    assert sent == published


def test_the_example_shows_every_kind_of_value():
    text = example_message.PATH.read_text()
    assert all(f'"{word}": ' in text for word in ("kode", "tall", "dato", "tekst", "rad"))
    assert len(WORDS) == len(ValueKind)


@pytest.mark.parametrize("name", TYPES)
def test_every_type_of_question_that_asks_says_what_its_values_are(name):
    assert not TYPES[name].asked or TYPES[name].value_kind in ValueKind


# --- As strict as what is sent ----------------------------------------------------------------------------------------

OSLO = ZoneInfo("Europe/Oslo")


def message_about(form, areas, *, ident=payload.NO_NUMBER):
    told = themes_told(form, [answer for area in areas for answer in payload.actual_answers(area)])
    content = payload.mapping_message(
        message_id=UUID(int=1),
        mapping=UUID(int=2),
        created_at=datetime(2026, 7, 1, 12, tzinfo=OSLO),
        replaces=None,
        ident=ident,
        place=payload.PayloadUnit("", "Oslo fengsel", "0501"),
        contact="Kari Kartlegger",
        form=payload.PayloadForm(form, date(2026, 7, 1)),
        permitted=payload.PayloadConsent(
            consent=UUID(int=3),
            text_version="2026.2",
            language="ar",
            signed_at=datetime(2026, 1, 1, tzinfo=OSLO),
            until=date(2026, 12, 31),
            themes=told,
            legal_basis="Forskrift for tester",
        ),
        areas=areas,
    )
    return message_schemas.read(content, message_schemas.MAPPING)


def shared(drawing, letter, chance):
    """What would be sent of a made-up interview, with some of what needs a tick ticked; None where that is nothing."""
    form, stored = drawn(*drawing)
    link_ids = [question.link_id for question in form.questions()]
    ticks, texts = ({key for key in link_ids if chance.random() < 0.5} for _ in range(2))
    themes = [theme for theme in Theme if chance.random() < 0.7]
    areas = walk(form, stored, themes=themes, recipient=letter, own_ticks=ticks, free_text=texts)
    return message_about(form, areas) if any(map(payload.actual_answers, areas)) else None


@settings(max_examples=tries(60), deadline=None)
@given(interviews, st.sampled_from(LETTERS), st.integers(0, 2**32))
def test_whatever_is_answered_and_permitted_the_message_follows_schema_and_questions(drawing, letter, seed):
    message = shared(drawing, letter, Random(seed))
    assume(message is not None)
    message_schemas.check(message, message_schemas.MAPPING)
    question_lists.check_answers(message)


@settings(max_examples=tries(100), deadline=None)
@given(interviews, st.integers(0, 2**32))
def test_whatever_is_changed_in_a_message_the_schema_refuses_it(drawing, seed):
    chance = Random(seed)
    message = shared(drawing, "KODA", chance)
    assume(message is not None)
    change = chance.choice([*changes(message)])
    with pytest.raises(InvalidMessage):
        message_schemas.check(change(message), message_schemas.MAPPING)


def test_no_single_change_of_the_example_passes():
    message = json.loads(example_message.PATH.read_text())
    every = [*changes(message)]
    assert len(every) > 300
    for change in every:
        with pytest.raises(InvalidMessage):
            message_schemas.check(change(message), message_schemas.MAPPING)


def changes(message):
    """One function for each thing that can be missing, too much, or of another type in a message."""
    for path in paths(message):
        part = at(message, path)
        if isinstance(part, dict):
            yield lambda message, path=path: changed(message, [*path, "noeMer"], "noe mer")
        if path and path[-1] != "haster":
            if isinstance(path[-1], str):
                yield lambda message, path=path: without(message, path)
            wrong = "7" if isinstance(part, int) else 7
            others: list[Any] = [wrong, {}, [], True, [[part]]]
            for other in others:
                yield lambda message, path=path, other=other: changed(message, path, other)
            if part is not None:
                yield lambda message, path=path: changed(message, path, None)


def paths(part, path=()):
    yield path
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, content in inner:
        yield from paths(content, (*path, key))


def at(part, path):
    for key in path:
        part = part[key]
    return part


def changed(message, path, value):
    message = copy.deepcopy(message)
    at(message, path[:-1])[path[-1]] = value
    return message


def without(message, path):
    message = copy.deepcopy(message)
    del at(message, path[:-1])[path[-1]]
    return message


NUMBERLESS = [(kind, None) for kind in ("FOEDSELSNUMMER", "DNUMMER", "SSPNUMMER", "DUFNUMMER")]


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        *NUMBERLESS,
        ("INGEN", "12899497937"),
        ("FOEDSELSNUMMER", "1289949793"),
        ("FOEDSELSNUMMER", "128994 97937"),
        ("FOEDSELSNUMMER", "52899497937"),
        ("DNUMMER", "12899497937"),
        ("DUFNUMMER", "12899497937"),
        ("FOEDSELSNR_2032", "12899497937"),
    ],
)
def test_a_kind_of_number_goes_with_a_number_of_that_kind(kind, number):
    message = json.loads(example_message.PATH.read_text())
    message["person"] = {"identType": kind, "ident": number}
    with pytest.raises(InvalidMessage):
        message_schemas.check(message, message_schemas.MAPPING)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["bruksbegrensning"], "til alt"),
        (["bruksbegrensning"], payload.USE_LIMITATION[LegalStatus.REMAND]),
        (["skjema", "type"], "VARETEKT"),
        (["skjema", "versjon"], "nyeste"),
        (["formaal"], "Noe annet"),
        (["opprettetTid"], "2026-01-15T10:00:00"),
        (["samtykke", "signertTid"], "2026-01-15"),
        (["samtykke", "omfang"], ["BOLIG", "BOLIG"]),
        (["samtykke", "omfang"], []),
        (["omraader"], []),
        (["omraader", 0, "svar"], []),
        (["omraader", 0, "svar", 0, "vist"], []),
        (["omraader", 0, "svar", 0, "vist"], [""]),
        (["omraader", 0, "svar", 0, "kilde"], "BEKREFTET"),
        (["omraader", 0, "svar", 0, "kilde"], "BEKREFTET: NAV"),
        (["omraader", 0, "svar", 0, "kilde"], "Naboen"),
        (["omraader", 0, "svar", 0, "verdi"], "JA"),
        (["omraader", 0, "svar", 0, "verdi"], ["JA"]),
        (["omraader", 0, "svar", 0, "verdi"], []),
        (["omraader", 0, "svar", 0, "verdi"], [{"kode": "JA", "tekst": "Ja"}]),
        (["omraader", 0, "svar", 0, "verdi"], [{"kode": 1}]),
        (["omraader", 0, "svar", 0, "verdi"], [{"tall": "1"}]),
        (["omraader", 0, "svar", 0, "verdi"], [{"tall": True}]),
        (["omraader", 0, "svar", 0, "verdi"], [{"dato": "31.03.2026"}]),
        (["omraader", 0, "svar", 0, "verdi"], [{"dato": "2026-13-01"}]),
        (["omraader", 0, "svar", 0, "verdi"], [{"tekst": ""}]),
        (["omraader", 0, "svar", 0, "verdi"], [{"rad": []}]),
    ],
)
def test_what_we_would_not_send_is_malformed(path, value):
    message = changed(json.loads(example_message.PATH.read_text()), path, value)
    with pytest.raises(InvalidMessage):
        message_schemas.check(message, message_schemas.MAPPING)


def with_values(link_id, values, *, area=None):
    message = json.loads(example_message.PATH.read_text())
    [answer] = [answer for part in message["omraader"] for answer in part["svar"] if answer["linkId"] == link_id]
    answer["verdi"] = values
    if area:
        next(part for part in message["omraader"] if answer in part["svar"])["kode"] = area
    return message


@pytest.mark.parametrize(
    ("link_id", "values"),
    [
        ("C1", [{"kode": "FINNES_IKKE"}]),
        ("C1", [{"kode": PREFER_NOT}]),
        ("C1", [{"kode": "UTEN"}, {"kode": "EIDE"}]),
        ("C1", [{"tekst": "Uten bolig"}]),
        ("C2d", [{"kode": "9999"}]),
        ("C3b", [{"tekst": "om tre uker"}]),
        ("C3b", [{"tall": 3}]),
        ("I2b", [{"tall": 0}]),
        ("I2b", [{"tall": 21}]),
        ("I2b", [{"kode": "2"}]),
        ("F2b", [{"kode": "SNEKKER"}]),
        ("L1", [{"rad": [{"linkId": "noeAnnet", "verdi": [{"tekst": "x"}]}]}]),
        ("L1", [{"rad": [{"linkId": "omraade", "verdi": [{"kode": "HUS"}]}]}]),
        ("L1", [{"tekst": "x"}]),
    ],
)
def test_an_answer_that_its_question_does_not_take_follows_the_schema_and_is_found_all_the_same(link_id, values):
    message = with_values(link_id, values)
    message_schemas.check(message, message_schemas.MAPPING)
    with pytest.raises(InvalidMessage) as malformed:
        question_lists.check_answers(message)
    assert str(malformed.value).startswith(link_id)
    assert "om tre uker" not in str(malformed.value)


@pytest.mark.parametrize(("link_id", "values"), [("I2b", [{"kode": "VET_IKKE"}]), ("C3b", [{"kode": "VET_IKKE"}])])
def test_not_knowing_is_a_code_whatever_was_asked_for(link_id, values):
    question_lists.check_answers(with_values(link_id, values))


def test_an_answer_in_another_area_or_of_a_form_that_is_not_published_is_found():
    with pytest.raises(InvalidMessage):
        question_lists.check_answers(with_values("C1", [{"kode": "UTEN"}], area="D"))
    message = json.loads(example_message.PATH.read_text())
    message["skjema"]["versjon"] = "1999.1"
    with pytest.raises(InvalidMessage):
        question_lists.check_answers(message)


@pytest.mark.parametrize("missing", ["formaal", "bruksbegrensning", "meldingsId", "samtykke", "omraader", "kontakt"])
@pytest.mark.parametrize("version", message_schemas.VERSIONS[message_schemas.MAPPING])
def test_a_message_without_what_it_must_say_is_malformed(version, missing):
    file = message_schemas.SCHEMAS / version / "examples" / "BRIK_KARTLEGGING.json"
    message = json.loads(file.read_text())
    message_schemas.check(message, message_schemas.MAPPING)
    del message[missing]
    with pytest.raises(InvalidMessage):
        message_schemas.check(message, message_schemas.MAPPING)


def test_what_is_malformed_is_named_by_its_place_and_never_repeated():
    message = changed(json.loads(example_message.PATH.read_text()), ["kontakt", "telefon"], "noe hemmelig")
    with pytest.raises(InvalidMessage) as malformed:
        message_schemas.check(message, message_schemas.MAPPING)
    assert str(malformed.value) == "kontakt: additionalProperties"
