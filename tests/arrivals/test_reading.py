"""Reading messages: every published form is understood, whatever is wrong is refused, and nothing is kept too much."""

import contextlib
import re
import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brik.arrivals.stored_content import to_json
from brik.arrivals.xml.categories import CATEGORIES, RELEASE_CAUSES, legal_status_of
from brik.arrivals.xml.messages import parse
from brik.arrivals.xml.xml_reader import MAX_BYTES, MessageRefused, read
from brik.arrivals.xml.xml_times import parse_day, parse_moment
from brik.people.identifiers.numbers import NumberKind
from brik.people.legal_status import LegalStatus
from tests import situations
from tests.arrivals import samples

NUMBER = situations.a_number()


def reason(raw, **more):
    with pytest.raises(MessageRefused) as refusal:
        parse(raw, **more)
    return refusal.value.reason


EVERY_TYPE = [
    samples.arrival,
    samples.new_dates,
    samples.transfer,
    samples.person_information,
    samples.execution,
    samples.release,
]


@pytest.mark.parametrize("sample", EVERY_TYPE)
def test_nothing_that_brik_may_not_hold_is_kept(sample):
    content = parse(sample(NUMBER))
    assert "hemmelig" not in str(to_json(content))
    assert content.numbers == {NUMBER}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "iso-8859-15", "windows-1252"]
)
def test_the_published_encodings_are_read(encoding):
    declared = encoding.replace("-sig", "").replace("utf-16-le", "utf-16").replace("utf-16-be", "utf-16")
    text = samples.arrival(NUMBER, name=("Prøve", None, "Testæsen")).decode().replace('"utf-8"', f'"{declared}"', 1)
    raw = text.encode(encoding)
    if encoding in {"utf-16-le", "utf-16-be"}:
        raw = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}[encoding] + raw
    assert parse(raw).name == ("Prøve", "", "Testæsen")


@pytest.mark.parametrize("encoding", ["koi8-r", "utf-7", "ebcdic-cp-be", "finnes-ikke"])
def test_other_encodings_are_refused(encoding):
    raw = samples.arrival(NUMBER).replace(b'"utf-8"', f'"{encoding}"'.encode(), 1)
    assert "Tegnsettet" in reason(raw)


def test_any_prefix_or_none_means_the_same():
    raw = samples.arrival(NUMBER, message_id="m").decode()
    other = raw.replace("t:", "noe-helt-annet:").replace("xmlns:t=", "xmlns:noe-helt-annet=")
    bare = raw.replace("<t:", "<").replace("</t:", "</").replace("xmlns:t=", "xmlns=")
    assert parse(other.encode()) == parse(bare.encode()) == parse(raw.encode())


def test_an_unknown_element_is_ignored_wherever_it_stands():
    raw = samples.arrival(NUMBER, more="<f:Nytt><f:Fnr>1</f:Fnr></f:Nytt>").replace(
        b"</t:Inntak>", b"<t:Mer/></t:Inntak>"
    )
    assert parse(raw).numbers == {NUMBER}


def test_an_element_of_another_namespace_is_not_taken_for_ours():
    raw = samples.arrival(
        NUMBER, category=None, more='<x:InnsattKategori xmlns:x="urn:annet">Varetekt</x:InnsattKategori>'
    )
    assert parse(raw).category == ""


def test_an_unknown_root_is_refused():
    assert "rotelementet" in reason(samples.arrival(NUMBER).replace(b"t:Inntak", b"t:Uttak"))


def test_another_version_is_refused_with_the_reason():
    assert "versjon 1.0" in reason(samples.arrival(NUMBER).replace(b"/1.0/Inntak", b"/2.0/Inntak"))
    assert "navnerom" in reason(samples.arrival(NUMBER).replace(b"http://justishub", b"http://annet"))


def test_an_element_that_stands_twice_is_refused():
    assert reason(samples.arrival(NUMBER, more="<f:Fnr>1</f:Fnr>")) == "Fnr: står mer enn én gang."


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (samples.arrival(NUMBER, inside=None), "ErIAnstalt"),
        (samples.arrival(NUMBER, inside="ja"), "ErIAnstalt"),
        (samples.arrival(NUMBER, category="Ukjent"), "InnsattKategori"),
        (samples.arrival(NUMBER, at=""), "HendelseOpprettetTid"),
        (samples.arrival(NUMBER, message_id="a b"), "MeldingsId"),
        (samples.arrival(NUMBER, message_id="a" * 101), "MeldingsId"),
        (samples.release(), "Metadata"),
        (samples.arrival(NUMBER, place=("", "Oslo")), "EnhetNr"),
        (samples.arrival(NUMBER, place=("0" * 21, "Oslo")), "EnhetNr"),
        (samples.new_dates(NUMBER, days=""), "Datoer"),
        (samples.release(NUMBER, cause="Fordi"), "LoeslatelseFraFengselAarsak"),
        (samples.execution(NUMBER, status="Kanskje"), "GjennomfoeringsStatus"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_by_the_name_of_the_field(raw, field):
    assert reason(raw).startswith(f"{field}: ")


# Without which nothing can be done: the one orders the messages, the other ends a stay.
NEEDED_DATES = [
    ("HendelseOpprettetTid", lambda text: samples.arrival(NUMBER, at=text)),
    ("HendelseOpprettetTid", lambda text: samples.arrival(NUMBER, at=text, changed=text)),
    ("Loeslatelsestidspunkt", lambda text: samples.release(NUMBER, released=text)),
]
# That the schemas demand, and the timeline can do without.
EXPECTED_DATES = [
    ("HendelseOpprettetTid", lambda text: samples.arrival(NUMBER, at=text, changed="2026-03-02")),
    ("InnsettelsesDato", lambda text: samples.arrival(NUMBER, arrived=text)),
    ("AnkommetTid", lambda text: samples.transfer(NUMBER, arrived=text)),
    ("GjennomfoeringEndretTid", lambda text: samples.execution(NUMBER, at_time=text)),
    ("StartDato", lambda text: samples.arrival(NUMBER, days=samples.dates(StartDato=text))),
    ("Iverksattdato", lambda text: samples.arrival(NUMBER, days=samples.dates("SamfunnDatoer", Iverksattdato=text))),
]
OPTIONAL_DATES = [
    ("HendelseEndretTid", lambda text: samples.arrival(NUMBER, changed=text)),
    ("EnTredjedelsTid", lambda text: samples.arrival(NUMBER, days=samples.dates(EnTredjedelsTid=text))),
    ("HalvTid", lambda text: samples.arrival(NUMBER, days=samples.dates(HalvTid=text))),
    ("ToTredjedelsTid", lambda text: samples.arrival(NUMBER, days=samples.dates(ToTredjedelsTid=text))),
    ("EndtTid", lambda text: samples.new_dates(NUMBER, days=samples.dates(EndtTid=text))),
    ("MaksDato", lambda text: samples.arrival(NUMBER, days=samples.dates("ForvaringDatoer", MaksDato=text))),
    ("MinsteDato", lambda text: samples.arrival(NUMBER, days=samples.dates("ForvaringDatoer", MinsteDato=text))),
    ("TilDato", lambda text: samples.arrival(NUMBER, days=samples.dates("VaretektDatoer", TilDato=text))),
    (
        "ForventetSluttdato",
        lambda text: samples.arrival(NUMBER, days=samples.dates("SamfunnDatoer", ForventetSluttdato=text)),
    ),
]


@pytest.mark.parametrize(("field", "sample"), OPTIONAL_DATES + EXPECTED_DATES)
@pytest.mark.parametrize(
    "text", ["01.03.2026", "2026-02-30", "2026-03-01T10", "9999-12-31T23:59:59-14:00x", "0000-01-01"]
)
def test_a_date_that_cannot_be_read_costs_only_itself(field, sample, text):
    content = parse(sample(text))
    assert content.left_out == (field,)
    assert content.numbers == {NUMBER}
    assert text not in str(to_json(content))


@pytest.mark.parametrize(("field", "sample"), OPTIONAL_DATES)
@pytest.mark.parametrize(
    "text", ["0001-01-01", "0001-01-01T00:00:00", "9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.9999999"]
)
def test_the_ends_of_a_calendar_are_no_date(field, sample, text):
    content = parse(sample(text))
    assert content.left_out == ()
    assert "9999" not in str(to_json(content)) + str(content.changed_at)


@pytest.mark.parametrize(("field", "sample"), EXPECTED_DATES)
@pytest.mark.parametrize("text", ["", "0001-01-01", "9999-12-31T23:59:59Z"])
def test_a_date_that_should_be_there_and_is_not_is_told(field, sample, text):
    assert parse(sample(text)).left_out == (field,)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        (samples.arrival(NUMBER, arrived="x", at="2026-03-04T10:00Z"), "2026-03-01"),
        (samples.arrival(NUMBER, arrived="x", at="2026-03-04T10:00Z", days=samples.dates(StartDato="x")), None),
        (samples.transfer(NUMBER, arrived="x", at="2026-03-04T10:00Z"), None),
        (samples.execution(NUMBER, at_time="x", at="2026-03-04T10:00Z"), None),
        (samples.execution(NUMBER, at_time="x", at="x", changed="2026-03-04T10:00Z"), None),
    ],
)
def test_when_the_event_was_entered_stands_for_a_moment_that_cannot_be_read(raw, moment):
    assert parse(raw).happened_at == parse_moment(moment or "2026-03-04T10:00Z")


@pytest.mark.parametrize(("field", "sample"), NEEDED_DATES)
@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31T23:59:59Z"])
def test_a_date_that_must_be_there_is_missing_where_it_is_the_end_of_a_calendar(field, sample, text):
    assert reason(sample(text)) == f"{field}: mangler."


@pytest.mark.parametrize(("field", "sample"), NEEDED_DATES)
@pytest.mark.parametrize("text", ["01.03.2026", "2026-3-1", "2026-02-30", "2026-03-01 10:00", "2026-03-01T10"])
def test_a_date_in_another_form_is_refused_by_the_name_of_the_field(field, sample, text):
    told = reason(sample(text))
    assert told.startswith(f"{field}: ")
    assert text not in told


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02", datetime(2026, 1, 1, 23, tzinfo=UTC)),
        ("2026-07-02", datetime(2026, 7, 1, 22, tzinfo=UTC)),
        ("2026-01-02T10:00", datetime(2026, 1, 2, 9, tzinfo=UTC)),
        ("2026-07-02T10:00:30", datetime(2026, 7, 2, 8, 0, 30, tzinfo=UTC)),
        ("2026-01-02T10:00Z", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("2026-01-02T10:00-03:30", datetime(2026, 1, 2, 13, 30, tzinfo=UTC)),
        ("2026-01-02T10:00:00.5Z", datetime(2026, 1, 2, 10, 0, 0, 500000, tzinfo=UTC)),
        ("2026-01-02T10:00:00.1234567Z", datetime(2026, 1, 2, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2026-01-02Z", datetime(2026, 1, 1, 23, tzinfo=UTC)),
        ("2026-07-02+01:00", datetime(2026, 7, 1, 22, tzinfo=UTC)),
        ("2026-01-02T10:00+0200", datetime(2026, 1, 2, 8, tzinfo=UTC)),
        ("2026-01-02T24:00", datetime(2026, 1, 2, 23, tzinfo=UTC)),
        ("2026-12-31T24:00:00.000Z", datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_moments_are_read_in_utc_and_without_offset_as_norwegian_time(text, moment):
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    ["", "2026-01-02T10", "2026-01-02T10:00.5", "20260102", "2026-01-02T25:00", "2026-01-02T24:01", "2026-01-02T24:00:00.1",
     "2026-01-02T10:00+25:00", "٢٠٢٦-01-02", "9999-12-31T23:59-14:00", "9999-12-31T24:00", "0000-01-01", "2026-01-02t10:00",
     "2026-01-02+25:00", "2026-01-02 Z"],
)  # fmt: skip
def test_other_forms_are_not_dates(text):
    with pytest.raises(ValueError):
        parse_moment(text)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("Loeslatelsestidspunkt", "9999-12-30"),
        ("Loeslatelsestidspunkt", "1899-12-31"),
        ("HendelseOpprettetTid", "2201-01-02"),
    ],
)
def test_nothing_happens_outside_the_years_of_anybody_here(field, changed):
    raw = re.sub(rf"(<[^>]*{field}>)[^<]*".encode(), rf"\g<1>{changed}".encode(), samples.release(NUMBER), count=1)
    assert changed.encode() in raw
    assert reason(raw).startswith(f"{field}: er ikke en gyldig dato")
    assert parse(samples.arrival(NUMBER, arrived="9999-12-30")).left_out == ("InnsettelsesDato",)


def test_a_sentence_may_end_later_than_anybody_lives():
    assert parse_day("2199-12-31") == date(2199, 12, 31)


def test_a_day_is_the_norwegian_calendar_day():
    assert (
        parse_day("2026-01-02") == parse_day("2026-01-01T23:30Z") == parse_day("2026-01-02-11:00") == date(2026, 1, 2)
    )


@given(st.one_of(st.text(max_size=40), st.from_regex(r"\A[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-9:.]+)?(Z|[+-][0-9:]+)?\Z")))
def test_a_date_is_read_or_refused_and_nothing_else(text):
    for reader in (parse_moment, parse_day):
        with contextlib.suppress(ValueError):
            assert reader(text) is not None


# --- What other systems write ----------------------------------------------------------------------------------------


def test_blank_lines_before_the_declaration_are_read_over():
    assert parse(b"\r\n \n" + samples.arrival(NUMBER)).numbers == {NUMBER}
    assert parse(b"\xef\xbb\xbf\n" + samples.arrival(NUMBER)).numbers == {NUMBER}


@pytest.mark.parametrize("word", ["Gjennopptatt", "Gjenopptatt"])
def test_a_sentence_is_resumed_in_the_published_spelling_and_in_the_right_one(word):
    assert parse(samples.execution(NUMBER, status=word)).resumed


UUID_WRITTEN = "7B0C5F4E-1111-4222-8333-ABCDEF012345"


@pytest.mark.parametrize("text", [UUID_WRITTEN, UUID_WRITTEN.lower(), f"{{{UUID_WRITTEN}}}"])
def test_one_uuid_is_one_id_whatever_its_case_and_braces(text):
    assert parse(samples.arrival(NUMBER, message_id=text, event_id=text)).message_id == UUID_WRITTEN.lower()
    assert parse(samples.arrival(NUMBER, event_id=text)).event_id == UUID_WRITTEN.lower()
    deletion = parse(samples.deletion(text), message_id=text)
    assert (deletion.message_id, deletion.deletes) == (UUID_WRITTEN.lower(), UUID_WRITTEN.lower())


@pytest.mark.parametrize("text", ["A1", "{A1}", "7B0C5F4E11114222833ABCDEF012345", "M-7B0C"])
def test_an_id_that_is_no_uuid_stays_as_it_is(text):
    assert parse(samples.arrival(NUMBER, message_id=text)).message_id == text


def with_element(name, text):
    return re.sub(
        rf"<f:{name}[^<]*/>|<f:{name}>.*?</f:{name}>".encode(),
        f"<f:{name}>{text}</f:{name}>".encode(),
        samples.arrival(NUMBER),
        count=1,
    )


@pytest.mark.parametrize(
    ("name", "text", "left_out"),
    [
        ("SSP", "12345", ("SSP",)),
        ("SSP", "ikke tildelt", ("SSP",)),
        ("DUF", "<f:DUFNummer>123</f:DUFNummer>", ("DUFNummer",)),
        ("DUF", "<f:DUFNummer>x</f:DUFNummer><f:DUFNummer>y</f:DUFNummer>", ("DUFNummer",)),
        ("Mellomnavn", "x" * 121, ("Mellomnavn",)),
        ("Etternavn", "x " * 61, ("Etternavn",)),
        ("Fornavn", "x" * 121, ("Fornavn",)),
        ("Distrikt", "x" * 61, ("Distrikt",)),
        ("Enhet", "x" * 121, ("Enhet",)),
    ],
)
def test_what_cannot_be_read_beside_a_good_number_costs_only_itself(name, text, left_out):
    content = parse(with_element(name, text))
    assert content.left_out == left_out
    assert content.numbers == {NUMBER}


@pytest.mark.parametrize("written", ["a\tb", "h 1", "h\u200b1", "x" * 101])
def test_an_event_whose_id_cannot_be_read_costs_only_its_id(written):
    content = parse(samples.arrival(NUMBER, event_id=written))
    assert (content.event_id, content.left_out) == ("", ("HendelseId",))
    assert content.numbers == {NUMBER}


@pytest.mark.parametrize("written", ["true", "1", " true ", "\n1"])
def test_an_element_is_nil_however_the_schema_lets_it_be_written(written):
    raw = samples.arrival(NUMBER).replace(
        b'Mellomnavn xsi:nil="true"/>', f'Mellomnavn xsi:nil="{written}">x</f:Mellomnavn>'.encode()
    )
    assert parse(raw).name == ("Prøve", "", "Testesen")
    assert parse(raw.replace(f'"{written}"'.encode(), b'" false "')).name == ("Prøve", "x", "Testesen")


def test_a_date_of_birth_with_zeros_is_no_number():
    duf = situations.a_number(NumberKind.DUF)
    raw = samples.arrival(NUMBER, duf).replace(NUMBER.value.encode(), b"01018000000")
    content = parse(raw)
    assert content.numbers == {duf}
    assert content.left_out == ("Fnr",)


@pytest.mark.parametrize("zeros", [b"01018000000", b"010180 00000", b"010180-00000", b"41018000000"])
def test_an_arrival_may_be_about_somebody_without_a_number_and_no_other_message(zeros):
    arrival, release = (
        sample(NUMBER).replace(NUMBER.value.encode(), zeros) for sample in (samples.arrival, samples.release)
    )
    content = parse(arrival)
    assert (content.numbers, content.left_out) == (frozenset(), ("Fnr",))
    assert reason(release).startswith("Metadata: ")
    assert (parse(samples.arrival()).numbers, parse(samples.arrival()).left_out) == (frozenset(), ())


def test_a_message_with_no_number_that_can_be_read_is_refused_by_the_name_of_the_first():
    assert reason(with_element("Fnr", "123")).startswith("Fnr: ")


def test_a_number_is_read_with_a_hyphen():
    hyphened = f"{NUMBER.value[:6]}-{NUMBER.value[6:]}"
    assert parse(with_element("Fnr", hyphened)).numbers == {NUMBER}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Per\tOla", "Per Ola"),
        ("Per\nOla", "Per Ola"),
        ("Per\u0085Ola", "Per Ola"),
        ("\u202ePer\u2066", "Per"),
        ("A\u0308se", "\u00c4se"),
        ("\u200b\u2800", ""),
        ("\u3164", ""),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
    ],
)
def test_names_are_cleaned_of_what_nobody_sees(written, kept):
    content = parse(samples.arrival(NUMBER, name=(written, None, "Testesen"), place=("0501", f"Oslo {written}")))
    assert content.name == (kept, "", "Testesen")
    assert content.place.name == f"Oslo {kept}".strip()


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        ((None, None, "Madonna"), ("", "", "Madonna")),
        (("Madonna", None, ""), ("Madonna", "", "")),
        (("Madonna", None, "\u200b\u2800"), ("Madonna", "", "")),
        (("\u200b", "\u3164", "\u202e"), None),
        ((None, None, None), None),
    ],
)
def test_one_name_is_a_name_and_invisible_ones_are_none(names, kept):
    assert parse(samples.arrival(NUMBER, name=names)).name == kept


# --- Hostile XML -----------------------------------------------------------------------------------------------------

DOCTYPE = '<!DOCTYPE t:Inntak [<!ENTITY a "aaaaaaaaaa">{more}]>'


def with_doctype(more=""):
    return samples.arrival(NUMBER).replace(b"?>", f"?>{DOCTYPE.format(more=more)}".encode(), 1)


@pytest.mark.parametrize(
    "raw",
    [
        with_doctype(),
        with_doctype("".join(f'<!ENTITY b{n} "{"&a;" * 10}">' for n in range(50))).replace(b"Testesen", b"&b49;"),
        with_doctype('<!ENTITY x SYSTEM "file:///etc/passwd">').replace(b"Testesen", b"&x;"),
        with_doctype('<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd">%x;'),
        b'<!DOCTYPE t SYSTEM "http://127.0.0.1:9/x.dtd"><t/>',
    ],
)
def test_a_document_type_is_refused_before_anything_in_it_is_read(raw):
    began = time.monotonic()
    assert "DOCTYPE" in reason(raw)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "raw",
    [b"", b"   ", b"ikke xml", b"<t:Inntak>", b"<a><b></a>", b"\x00" * 20, b"\xff\xfe<", b"<a>\x00</a>", b"<a>&ukjent;</a>",
     b'<?xml version="1.0" encoding="utf-8"?><a>\xe5</a>', b"\x89PNG\r\n\x1a\n", b"<a/><b/>", b"PK\x03\x04"],
)  # fmt: skip
def test_what_is_not_xml_is_refused(raw):
    with pytest.raises(MessageRefused) as refusal:
        parse(raw)
    assert refusal.value.malformed


def test_deep_wide_and_large_xml_is_refused():
    assert "dyp" in reason(b"<a>" * 40 + b"</a>" * 40)
    assert "mange" in reason(b"<a>" + b"<b/>" * 20_001 + b"</a>")
    assert "større" in reason(b"<a>" + b" " * MAX_BYTES + b"</a>")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    with contextlib.suppress(MessageRefused):
        read(raw)


@given(st.data())
def test_a_message_with_some_bytes_changed_is_read_or_refused(data):
    raw = bytearray(samples.arrival(NUMBER, message_id="m1"))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MessageRefused):
        parse(bytes(raw))


# --- The tables ------------------------------------------------------------------------------------------------------


def test_all_22_categories_and_31_causes_are_known():
    assert len(CATEGORIES) == 22
    assert len(RELEASE_CAUSES) == 31


def test_who_gets_which_talk():
    by_talk = {talk: {name for name, value in CATEGORIES.items() if value is talk} for talk in LegalStatus}
    assert by_talk[LegalStatus.REMAND] == {"Varetekt", "Foregrepet Soning"}
    assert by_talk[LegalStatus.CONVICTED] == {
        "Ubetinget",
        "Forvaring",
        "Boetesoning",
        "Frisikring",
        "Frisikring-etter lukket si.eller ubet.d.",
        "Soning etter § 16 1. ledd",
    }
    assert len(by_talk[LegalStatus.NOT_MAPPED_HERE]) == 14


@pytest.mark.parametrize("category", list(CATEGORIES))
def test_nobody_outside_an_institution_is_mapped_here(category):
    assert legal_status_of(category, in_institution=False) is LegalStatus.NOT_MAPPED_HERE
    assert legal_status_of(category, in_institution=True) is CATEGORIES[category]
    assert parse(samples.arrival(NUMBER, category=category)).category == category


@pytest.mark.parametrize("cause", sorted(RELEASE_CAUSES))
def test_every_cause_of_release_is_taken_in(cause):
    assert parse(samples.release(NUMBER, cause=cause)).happened_at


def test_a_d_number_travels_as_fnr_and_several_duf_numbers_are_read():
    numbers = {
        situations.a_number(NumberKind.D_NUMBER),
        situations.a_number(NumberKind.SSP),
        *(situations.a_number(NumberKind.DUF) for _ in range(2)),
    }
    assert parse(samples.arrival(*numbers)).numbers == numbers
