"""What others have made lies here byte for byte as it was published, with its licence."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "brik/pages/static/vendor", ROOT / "tests/vendor"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parts[-3])
def test_every_vendored_file_is_the_one_that_was_checked_in(folder):
    listed = set()
    for package in json.loads((folder / "VENDOR.json").read_text()):
        assert package["version"]
        assert package["licence"] in {"MIT", "OFL-1.1", "MPL-2.0", "Apache-2.0"}
        assert "LICENSE" in package["files"]
        for name, digest in package["files"].items():
            path = folder / package["folder"] / name
            listed.add(path)
            assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, path.name
    present = {path for path in folder.rglob("*") if path.is_file()} - {folder / "VENDOR.json"}
    assert present == listed


def test_packages_from_npm_carry_their_integrity():
    for folder in FOLDERS:
        for package in json.loads((folder / "VENDOR.json").read_text()):
            if package["folder"] != "brik-theme":
                assert package["integrity"].startswith("sha512-")


def test_no_stylesheet_or_script_asks_for_anything_outside_the_house():
    for path in (ROOT / "brik/pages/static").rglob("*"):
        if path.suffix in {".css", ".js"}:
            text = path.read_text()
            assert "sourceMappingURL" not in text, path.name
            assert not re.search(r"url\(\s*[\"']?(https?:)?//", text), path.name
            assert "@import" not in text, path.name


def test_no_template_carries_inline_scripts_styles_or_handlers():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", text), path


def test_nothing_is_kept_in_the_browser():
    own = list((ROOT / "brik/pages/static").glob("*.js"))
    assert {path.name for path in own} == {"brik.js", "newer.js", "signature.js", "wrong.js"}
    for path in own:
        assert not re.search(r"localStorage|sessionStorage|indexedDB|serviceWorker|caches\.", path.read_text())
