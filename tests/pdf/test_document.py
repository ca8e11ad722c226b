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

from brik.pdf import lines
from brik.pdf.document import PdfDocument
from brik.pdf.fonts import FOLDER, face, printable
from brik.pdf.lines import Typesetter
from tests.pdf.papers import ARABIC, long_table, small
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
    regular = face(bold=False).fonts[1]
    glyphs = regular.shape("لا")
    alone = [regular.shape(letter)[0].character for letter in "لا"]
    assert [glyph.character for glyph in glyphs] != alone[::-1]
    assert "".join(regular._meaning[ord(glyph.character)] for glyph in sorted(glyphs, key=lambda g: g.start)) == "لا"


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
    levels = lines._levels(text, 1)
    assert [level for character, level in zip(text, levels, strict=True) if character in "()"] == brackets


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


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), st.booleans(), st.integers(30, 400))
def test_lines_hold_the_whole_text_and_never_stick_out(text, from_right, width):
    lines = Typesetter().break_lines(text, face(bold=False), width * 100, from_right=from_right)
    kept = re.sub(r"\s", "", "".join(line.text for line in lines))
    assert kept == re.sub(r"\s", "", printable(text, face(bold=False)))
    assert all(line.width <= width * 100 or len(line.text) == 1 for line in lines)
    assert all("".join(run.text for run in line.runs) == line.text for line in lines)


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="ابتلام هـ123(٤٥),.abcæ ؟\u064b\u0651", max_size=120), st.sampled_from(["nb", "ar"]))
def test_mixed_directions_are_drawn_without_loss(text, language):
    document = PdfDocument("Prøve", language)
    document.paragraph(text)
    assert document.render().startswith(b"%PDF-1.7")


def test_direction_controls_cannot_make_a_line_read_as_something_else():
    assert printable("ab\u202ecd\u2066e", face(bold=False)) == "abcde"


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


def test_nothing_of_a_document_stays_behind_in_the_fonts_but_letters():
    small().render()
    gc.collect()
    for weight in (True, False):
        for font in face(bold=weight).fonts:
            assert all(len(source) <= 4 for source in font._meaning.values())
            assert len(font.state) == 0


def test_the_typefaces_are_the_published_files():
    listed = dict(re.findall(r"\| (\S+\.ttf) \| \S+ \| ([0-9a-f]{64}) \|", (FOLDER / "README.md").read_text()))
    assert listed == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FOLDER.glob("*.ttf")}
