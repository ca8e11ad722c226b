"""The tagged PDF: what a screen reader finds in it, in both directions, whatever text it is given."""

import gc
import hashlib
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brik.pdf import directions
from brik.pdf.document import PdfDocument
from brik.pdf.fonts import FOLDER, face, printable
from brik.pdf.lines import Typesetter
from tests.examples import tries
from tests.pdf.papers import ARABIC, drawn, long_table, small
from tests.pdf.structure import elements, root


def structure(data: bytes, tmp_path: Path) -> str:
    file = tmp_path / "document.pdf"
    file.write_bytes(data)
    found = subprocess.run(["pdfinfo", "-struct-text", str(file)], capture_output=True, text=True, check=True)
    assert found.stderr == ""
    return found.stdout


def test_a_screen_reader_finds_headings_questions_lists_tables_and_pictures(tmp_path):
    found = structure(small().render(), tmp_path)
    for kind in ("H1", "H2", "H3", "P", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "Figure"):
        assert re.search(rf"^\s*{kind}\b", found, flags=re.M), kind
    assert found.index('"Hvordan bodde du?') < found.index('"Eide') < found.index('"Oppgitt av den innsatte')
    assert "/Scope /Column" in found


def test_arabic_reads_in_order_although_it_is_drawn_from_the_right(tmp_path):
    document = PdfDocument("رصد الاحتياجات والقدرات", "ar")
    document.paragraph(ARABIC)
    assert ARABIC in " ".join(re.findall(r'"(.*)"', structure(document.render(), tmp_path)))


def test_arabic_letters_are_joined_and_keep_telling_which_letters_they_are():
    regular, document = face(bold=False).fonts[1], Typesetter()
    glyphs = regular.shape("لا", document, from_right=True)
    alone = [regular.shape(letter, document, from_right=True)[0].character for letter in "لا"]
    assert [glyph.character for glyph in glyphs] != alone[::-1]
    meanings = regular.meanings(document)
    assert "".join(meanings[ord(glyph.character)] for glyph in sorted(glyphs, key=lambda g: g.start)) == "لا"


@pytest.mark.parametrize(
    ("text", "brackets"),
    [
        ("نظام KODA (statlig)", [2, 2]),  # part of the Latin words: they stand on their right side
        ("نظام (KODA)", [1, 1]),
        ("نظام (KODA) NAV", [1, 1]),
        ("NAV (عمل) KODA", [1, 1]),
        ("نظام KODA (statlig", [2]),
    ],
)
def test_both_brackets_of_a_pair_go_the_same_way(text, brackets):
    ordered = directions.directed(text, from_right=True)
    assert [level for character, level in zip(text, ordered.levels, strict=True) if character in "()"] == brackets


def test_right_to_left_lines_end_at_the_right_edge_and_latin_words_keep_their_order():
    [line, *_] = Typesetter().break_lines("نعم NAV 14", face(bold=False), 1e6, from_right=True)
    places = {run.text.strip(): run.x for run in line.runs if run.text.strip()}
    assert places["NAV 14"] < places["نعم"]


def test_the_file_says_its_language_its_title_and_that_it_is_tagged():
    reader = pypdf.PdfReader(BytesIO(small("nn").render()))
    catalogue = root(reader)
    assert catalogue["/Lang"] == "nn"
    assert catalogue["/MarkInfo"]["/Marked"] == "true" or bool(catalogue["/MarkInfo"]["/Marked"])
    assert bool(catalogue["/ViewerPreferences"]["/DisplayDocTitle"])
    assert reader.metadata.title == "Kartlegging av behov og ressurser"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalogue["/Metadata"].get_data()
    assert [int(str(page["/StructParents"])) for page in reader.pages] == list(range(len(reader.pages)))


def test_an_answer_in_another_language_is_marked_with_its_language():
    reader = pypdf.PdfReader(BytesIO(small().render()))
    assert "ar" in {element.get("/Lang") for element in elements(reader)}


def test_every_font_is_embedded_and_nothing_is_drawn_outside_the_tags():
    reader = pypdf.PdfReader(BytesIO(small("ar").render()))
    page: Any
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"]
        depth = 0
        for operator in page.get_contents().operations:
            name = operator[1]
            depth += {b"BDC": 1, b"EMC": -1}.get(name, 0)
            assert depth > 0 or name not in (b"Tj", b"TJ", b"Do", b"S", b"f"), name
        assert depth == 0


def test_every_mark_on_a_page_belongs_to_an_element_and_back():
    reader = pypdf.PdfReader(BytesIO(long_table().render()))
    numbers = root(reader)["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for page in range(len(reader.pages)):
        owners = numbers[2 * page + 1].get_object()
        for mark, owner in enumerate(owners):
            pairs = [
                (child.get_object()["/Pg"].get_object() == reader.pages[page].get_object(), child.get_object()["/MCID"])
                for child in owner.get_object()["/K"]
                if child.get_object().get("/Type") == "/MCR"
            ]
            assert (True, mark) in pairs


def test_a_table_goes_on_over_pages_as_one_table_with_its_header_read_once(tmp_path):
    data = long_table().render()
    found = structure(data, tmp_path)
    assert len(pypdf.PdfReader(BytesIO(data)).pages) > 5
    assert len(re.findall(r"^\s*Table\b", found, flags=re.M)) == 2
    assert found.count('"Nummer') == 1
    assert all(re.search(rf'"{number}\s*"', found) for number in range(120))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 1500,
        "langtord" * 400,
        "😀👩‍👩‍👧 \U000e0041",
        "\u202egnip",
        "a\x00b\x07\ud7ff",
        "ﷺ" * 200,
        "नमस्ते 你好",
        "\n\n \t",
    ],
)
def test_no_text_is_too_long_or_too_strange_to_be_drawn(text):
    document = PdfDocument("Prøve", "nb")
    document.heading(2, text)
    document.paragraph(text)
    document.definition(text, text, note=text)
    document.bullet(text)
    document.table(["a", text], [[text, "b"]])
    assert len(pypdf.PdfReader(BytesIO(document.render())).pages) >= 1


@settings(max_examples=tries(80), deadline=None)
@given(st.text(max_size=200), st.booleans(), st.integers(30, 400))
def test_lines_hold_the_whole_text_and_never_stick_out(text, from_right, width):
    lines = Typesetter().break_lines(text, face(bold=False), width * 100, from_right=from_right)
    kept = re.sub(r"\s", "", "".join(line.text for line in lines))
    assert kept == re.sub(r"\s", "", printable(text, face(bold=False)))
    assert all(line.width <= width * 100 or len(line.text) == 1 for line in lines)
    assert all("".join(run.text for run in line.runs) == line.text for line in lines)


@settings(max_examples=tries(30), deadline=None)
@given(st.text(alphabet="ابتلام هـ123(٤٥),.abcæ ؟\u064b\u0651", max_size=120), st.sampled_from(["nb", "ar"]))
def test_mixed_directions_are_drawn_without_loss(text, language):
    document = PdfDocument("Prøve", language)
    document.paragraph(text)
    assert document.render().startswith(b"%PDF-1.7")


LAW = "folketrygdloven § 21-4"


def test_a_paragraph_of_the_law_keeps_its_order_in_an_arabic_sentence():
    text = f"قانون التأمين الوطني، \u2066{LAW}\u2069."
    [line] = Typesetter().break_lines(text, face(bold=False), 1e6, from_right=True)
    [law] = [stretch for stretch in line.stretches if stretch.norwegian]
    assert law.text == LAW
    assert [run.text for run in sorted(law.runs, key=lambda run: run.x)] == [LAW]
    [bare] = Typesetter().break_lines(text.replace("folketrygdloven ", ""), face(bold=False), 1e6, from_right=True)
    assert [stretch.text for stretch in bare.stretches if stretch.norwegian] == ["§ 21-4"]
    [unmarked] = Typesetter().break_lines("قانون § 21-4", face(bold=False), 1e6, from_right=True)
    assert len([run for run in unmarked.runs if run.text.strip() and not run.text.strip().isalpha()]) > 1


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("ا\u2066b 1\u2069", [1, 2, 2, 2]),
        ("a\u2068ب 1\u2069", [0, 1, 1, 2]),
        ("ا\u2068b\u2066c\u2069\u2069", [1, 2, 4]),
        ("a\u2066b", [0, 0]),
        ("a\u2069b\u2069", [0, 0]),
        ("a\u2066\u2069b", [0, 0]),
    ],
)
def test_an_isolate_is_ordered_by_itself_and_a_sign_without_its_partner_does_nothing(text, levels):
    ordered = directions.directed(text, from_right=text[0] == "ا")
    assert ordered.levels == levels
    assert directions.ISOLATES.isdisjoint(ordered.text)


def test_isolates_in_isolates_without_end_are_only_text():
    text = "\u2068" * 3000 + "a" + "\u2069" * 3000
    assert directions.directed(text[2900:3200], from_right=False).text == "a"
    assert [line.text for line in Typesetter().break_lines(text, face(bold=False), 1e6, from_right=True)] == ["a"]


@pytest.mark.parametrize("day", ["30. november 2026", "1 November 2026", "30 نوفمبر 2026", "1. mai 2027"])
@pytest.mark.parametrize("width", range(8, 30, 3))
def test_a_day_is_on_one_line_where_it_fits(day, width):
    text = f"Samtalen ble holdt ved enheten ({day}) og gjelder lenge"
    lines = Typesetter().break_lines(text, face(bold=False), width * 1000, from_right=False)
    assert any(day in line.text for line in lines) or width * 1000 < 11000
    assert " ".join(line.text for line in lines).split() == text.split()


@pytest.mark.parametrize("text", ["தமிழ்", "हिन्दी", "ਪੰਜਾਬੀ", "ที่นี่"])
def test_letters_that_join_are_shaped_in_scripts_from_the_left_too_and_keep_their_text(text):
    [line] = Typesetter().break_lines(f"Navn: {text}", face(bold=True), 1e6, from_right=False)
    [*_, run] = line.runs
    assert (run.text, bool(run.glyphs)) == (text, True)
    assert line.runs[0].glyphs == ()
    document = PdfDocument("Prøve", "nb")
    document.paragraph(f"Navn: {text}")
    [marked] = [operands for operands, name in pages_of(document)[0].get_contents().operations
                if name == b"BDC" and "/ActualText" in operands[1]]  # fmt: skip
    assert marked[1]["/ActualText"].strip() == f"Navn: {text}"


def test_a_mark_is_never_parted_from_its_letter():
    [*lines] = Typesetter().break_lines("a\u0301" * 40, face(bold=False), 3000, from_right=False)
    [*thai] = Typesetter().break_lines("ที่" * 40, face(bold=False), 3000, from_right=False)
    for line in (*lines, *thai):
        assert line.text[0] in "áท"


def pages_of(document) -> list[Any]:
    return list(pypdf.PdfReader(BytesIO(document.render())).pages)


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Side 1 av 2"), ("nn", "Side 2 av 2"), ("en", "Page 2 of 2"), ("ar", "صفحة 2 من 2")],
)
def test_each_page_says_which_of_how_many_it_is_in_the_language_of_the_paper(language, words, tmp_path):
    document = PdfDocument("Prøve", language)
    document.paragraph("En")
    document.new_page()
    document.paragraph("To")
    file = tmp_path / "paper.pdf"
    file.write_bytes(document.render())
    read = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    # A line from the right is read by poppler in an order of its own.
    signs = [sorted(re.sub(r"[\s\u202a-\u202e]", "", line)) for line in read.split("\n")]
    assert sorted(words.replace(" ", "")) in signs


def test_a_paper_from_the_right_is_turned_from_the_right():
    for language, direction in (("ar", "/R2L"), ("nb", "/L2R")):
        assert root(pypdf.PdfReader(BytesIO(small(language).render())))["/ViewerPreferences"]["/Direction"] == direction


def outline(document) -> list[tuple[int, str, int]]:
    """Depth, title and page of each bookmark."""
    reader = pypdf.PdfReader(BytesIO(document.render()))
    found: list[tuple[int, str, int]] = []

    def walk(entries, depth):
        for entry in entries:
            if isinstance(entry, list):
                walk(entry, depth + 1)
            else:
                found.append((depth, entry.title, reader.get_destination_page_number(entry)))

    walk(reader.outline, 0)
    return found


def test_each_heading_is_a_bookmark():
    assert outline(small()) == [(0, "Kartlegging", 0), (1, "Bolig", 0), (2, "Tiltak", 0)]
    document = PdfDocument("Prøve", "ar")
    document.heading(3, "عنوان \u2066NAV\u2069")
    for level in (2, 3, 2):
        document.heading(level, "آخر")
    document.new_page()
    document.paragraph("نص")
    assert outline(document) == [(0, "عنوان NAV", 1), (0, "آخر", 1), (1, "آخر", 1), (0, "آخر", 1)]
    assert outline(PdfDocument("Prøve", "nb")) == []


FOLLOWED_BY: dict[str, Any] = {
    "paragraph": lambda paper: paper.paragraph("Følger " * 60),
    "short": lambda paper: paper.paragraph("Følger to linjer " * 10),
    "definition": lambda paper: paper.definition("Følger", "svar " * 40, note="Kilde"),
    "bullet": lambda paper: paper.bullet("Følger " * 60),
    "pair": lambda paper: paper.pair("Følger " * 30, "svar"),
    "table": lambda paper: paper.table(["Følger"], [["rad " * 30], ["rad"]]),
    "picture": lambda paper: paper.drawing([[(0.0, 0.0), (9.0, 9.0)]], frame=(0, 0, 10, 10), alternative="Følger"),
    "photo": lambda paper: paper.picture(drawn(), alternative="Følger"),
}


@pytest.mark.parametrize("kind", FOLLOWED_BY)
def test_no_heading_stands_alone_at_the_foot_of_a_page(kind):
    for filled in range(39, 46):
        paper = PdfDocument("Prøve", "nb")
        for _ in range(filled):
            paper.pair("linje", "linje")
        paper.heading(2, "Overskrift")
        paper.heading(3, "Under")
        FOLLOWED_BY[kind](paper)
        [*pages] = pages_of(paper)
        places = [number for number, page in enumerate(pages) if "Overskrift" in page.extract_text()]
        below = pages[places[0]].extract_text().partition("Under")[2]
        operators = {name for _, name in pages[places[0]].get_contents().operations}
        figure = {"picture": b"S", "photo": b"Do"}.get(kind)
        assert "Følger" in below or figure in operators, filled


def lines_by_page(document) -> list[list[str]]:
    """The lines of each page but its foot."""
    return [page.extract_text().strip().split("\n")[:-1] for page in pages_of(document)]


@pytest.mark.parametrize("count", [2, 3, 4, 7])
def test_no_line_of_a_text_stands_alone_on_a_page(count):
    for filled in range(36, 44):
        paper = PdfDocument("Prøve", "nb")
        for _ in range(filled):
            paper.pair("fyll", "fyll")
        paper.paragraph("\n".join(f"tekst {number}" for number in range(count)))
        parts = [sum("tekst" in line for line in lines) for lines in lines_by_page(paper)]
        assert 1 not in parts, (filled, parts)


def test_the_source_stays_with_the_last_lines_of_its_answer():
    for filled in range(36, 44):
        for count in (1, 3, 5):
            paper = PdfDocument("Prøve", "nb")
            for _ in range(filled):
                paper.pair("fyll", "fyll")
            paper.definition("Spørsmål", "\n".join(["svar"] * count), note="Kilde")
            for page in pages_of(paper):
                words = page.extract_text()
                assert ("Kilde" in words) <= ("svar" in words), (filled, count)


def test_direction_controls_cannot_make_a_line_read_as_something_else():
    assert printable("ab\u202ecd\u2066e", face(bold=False)) == "abcde"
    # The isolate that turns a text around is not among those that are kept.
    [line] = Typesetter().break_lines("ab \u2067cd 12\u2069", face(bold=False), 1e6, from_right=False)
    assert [run.text for run in sorted(line.runs, key=lambda run: run.x)] == ["ab cd 12"]


def test_an_unknown_sign_is_shown_as_one_mark_and_not_swallowed():
    assert printable("a😀b", face(bold=False)) == "a\ufffdb"


def test_documents_drawn_at_the_same_time_do_not_disturb_each_other():
    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(lambda n: (n, numbered(n)), range(12)))
    for number, data in files:
        assert f"Dokument {number}" in pypdf.PdfReader(BytesIO(data)).pages[0].extract_text()


def numbered(number: int) -> bytes:
    document = PdfDocument("Prøve", "nb")
    document.paragraph(f"Dokument {number}")
    document.paragraph(ARABIC[number:])
    return document.render()


def test_nothing_of_a_document_stays_behind_in_the_fonts():
    small().render()
    gc.collect()
    for weight in (True, False):
        for font in face(bold=weight).fonts:
            assert len(font._meanings) == 0
            assert len(font.state) == 0


def test_a_font_does_not_grow_with_the_texts_it_has_drawn():
    arabic = face(bold=False).fonts[1]
    marks = [chr(code) for code in range(0x064B, 0x0653)]
    written = [f"ب{first}{second}{third}" for first in marks for second in marks for third in marks]
    for _ in range(3):
        document = Typesetter()
        for text in written:
            arabic.shape(text, document, from_right=True)
    grown = len(arabic.face.charToGlyph)
    for other in ("ت", "ث"):
        document = Typesetter()
        for text in written:
            arabic.shape(text.replace("ب", other), document, from_right=True)
    assert len(arabic.face.charToGlyph) - grown < len(written) / 4
    assert arabic.has("ب")
    assert not arabic.has("\U000f0001")


def test_a_document_of_more_joined_letters_than_there_are_characters_for_still_draws_each(monkeypatch):
    arabic = face(bold=False).fonts[1]
    monkeypatch.setattr("brik.pdf.fonts._PRIVATE", range(0xF0000, 0xF0000 + 2 * 1648))
    document, glyphs = Typesetter(), {}
    for mark in map(chr, range(0x064B, 0x0653)):
        for letter in "بتث":
            glyphs[letter + mark] = arabic.shape(letter + mark, document, from_right=True)
    drawn = {text: {arabic.face.charToGlyph[ord(glyph.character)] for glyph in found} for text, found in glyphs.items()}
    assert all(0 not in found for found in drawn.values())
    assert len({frozenset(found) for found in drawn.values()}) > 8


def test_the_typefaces_are_the_published_files():
    listed = dict(re.findall(r"\| (\S+\.ttf) \| \S+ \| ([0-9a-f]{64}) \|", (FOLDER / "README.md").read_text()))
    assert listed == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FOLDER.glob("*.ttf")}
