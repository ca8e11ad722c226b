"""The words of the page, and how a choice is written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brik.definitions import languages
from brik.slips import checks, slip_words
from brik.slips.topics import LENGTH, Topic, packed, unpacked


@given(st.sets(st.sampled_from(list(Topic))))
def test_a_choice_is_as_long_whatever_was_chosen_and_is_read_back(topics):
    text = packed(topics)
    assert len(text) == len(text.encode()) == LENGTH
    assert set(unpacked(text)) == topics


@pytest.fixture
def changed(monkeypatch, tmp_path):
    """The file with one thing exchanged."""

    def change(before: str, after: str):
        text = slip_words.PATH.read_text()
        assert before in text
        (tmp_path / "slip.yaml").write_text(text.replace(before, after))
        monkeypatch.setattr(slip_words, "PATH", tmp_path / "slip.yaml")
        slip_words.definition.cache_clear()
        return checks.slip_has_its_words(None)

    yield change
    monkeypatch.undo()
    slip_words.definition.cache_clear()


def test_the_words_are_there_in_every_language():
    assert set(slip_words.definition().words) == set(languages.CODES)
    assert checks.slip_has_its_words(None) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("  RUS:", "  RUSS:", "RUSS"),
        ("  RUS: {nb: Rus, nn: Rus,", "  RUS: {nb: Rus,", "'nn'"),
        ("  ar: التالي\n", "", "'ar'"),
        ("late_after_hours: 24", "late_after_hours: snart", "whole number"),
    ],
)
def test_a_file_that_lacks_something_stops_the_start_with_a_sentence(changed, before, after, told):
    [error] = changed(before, after)
    assert error.id == "slips.E001"
    assert told in error.msg


def test_production_is_told_that_nobody_has_approved_the_words(changed, settings):
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    assert [message.id for message in checks.slip_has_its_words(None)] == ["slips.I001"]
    assert changed("approved: false", "approved: true") == []
