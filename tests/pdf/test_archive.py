"""Every paper is PDF/A-3a and PDF/UA-1, as a validator that is not ours reads the standards."""

import hashlib
import re
from io import BytesIO
from typing import Any

import pypdf
import pytest
from reportlab.pdfbase.pdfdoc import NoEncryption

from brik.pdf import archive
from brik.pdf.archive import COLOURS, Attachment
from brik.pdf.document import PdfDocument
from tests.pdf.papers import drawn, long_table, small
from tests.pdf.validator import broken_rules

STROKES = [[(1.0, 2.0), (30.0, 40.0), (50.0, 60.0, 70.0, 10.0, 90.0, 90.0)]]
DATA = Attachment("samtykke.json", "application/json", b'{"a": 1}', "Data")


def everything(language: str) -> bytes:
    document = small(language)
    document.drawing(STROKES, frame=(0, 0, 100, 100), alternative="Tegnet underskrift")
    document.new_page()
    document.tear_off(
        "Lapp", boxes=[("Ja", False), ("Annet", True)], lines=["Navn", "Dato"], note="Slik", reference="A"
    )
    document.pair("Spørsmål", "Svar")
    return document.render(attachment=DATA)


def test_what_the_layer_can_draw_keeps_both_standards(tmp_path):
    documents = {
        "nb": everything("nb"),
        "nn": everything("nn"),
        "en": everything("en"),
        "ar": everything("ar"),
        "table": long_table().render(),
        "empty": PdfDocument("Kartlegging", "nb").render(),
    }
    assert broken_rules(documents, tmp_path) == {name: [] for name in documents}


@pytest.mark.parametrize(("part", "clause"), [("LineEnds", "6.1.7.1"), ("_profile", "6.2"), ("_metadata", "6.6.4")])
def test_the_validator_sees_what_is_missing(monkeypatch, tmp_path, part, clause):
    if part == "LineEnds":
        monkeypatch.setattr(archive, part, NoEncryption)
    elif part == "_profile":
        monkeypatch.setattr(archive, part, lambda: b"")
    else:
        written = archive._metadata
        monkeypatch.setattr(archive, part, lambda *given: without_claim(written(*given)))
    broken = broken_rules({"nb": small().render()}, tmp_path)["nb"]
    assert any(rule.split()[1].startswith(clause) for rule in broken), broken


def without_claim(stream):
    stream.content = re.sub(rb"<pdfaid:[a-z]+>.*?</pdfaid:[a-z]+>", b"", stream.content)
    return stream


def test_the_data_lie_in_the_file_as_its_source():
    reader = pypdf.PdfReader(BytesIO(everything("nb")))
    assert reader.attachments == {"samtykke.json": [b'{"a": 1}']}
    root: Any = reader.trailer["/Root"]
    [specification] = root["/AF"]
    assert specification.get_object()["/AFRelationship"] == "/Source"


def test_a_picture_has_nothing_that_shines_through():
    document = PdfDocument("Kartlegging", "nb")
    document.picture(drawn(), alternative="Bilde")
    resources: Any = pypdf.PdfReader(BytesIO(document.render())).pages[0]["/Resources"]
    [image] = resources["/XObject"].values()
    assert "/SMask" not in image.get_object()


def test_the_colours_are_the_published_file():
    listed = dict(re.findall(r"\| (\S+\.icc) \| ([0-9a-f]{64}) \|", (COLOURS.parent / "README.md").read_text()))
    assert listed == {COLOURS.name: hashlib.sha256(COLOURS.read_bytes()).hexdigest()}
