"""What can be heard is what the house has written: by words, never by a person's."""

from string import Formatter

import pytest

from brik.definitions import languages
from brik.definitions.strict_yaml import DefinitionError
from consent import checks
from consent.sound import page_sounds, paragraphs, sound_files, speech
from consent.texts import catalogue


def test_every_sentence_of_the_talk_that_the_person_meets_is_a_paragraph():
    found = {(paragraph.language, paragraph.shown) for paragraph in paragraphs.paragraphs()}
    neutral = paragraphs.neutral_words()
    for text in catalogue.newest_of(catalogue.read(catalogue.FOLDER)).values():
        for path, words in catalogue._sentences(text["body"]):
            part, name = path.partition(".")[0], path.rpartition(".")[2]
            fields = {field for _, field, _, _ in Formatter().parse(words) if field}
            if part not in paragraphs.NOT_HEARD and name not in paragraphs.NOT_WORDS and fields <= neutral.keys():
                assert (text["language"], paragraphs.plain(words)) in found, path


def test_no_placeholder_is_read_aloud_and_no_two_sounds_share_a_name():
    everything = paragraphs.paragraphs()
    assert [paragraph.name for paragraph in everything if "{" in paragraph.spoken] == []
    places = [(paragraph.language, paragraph.stem) for paragraph in everything]
    assert len(places) == len(set(places))
    assert {paragraph.language for paragraph in everything} == set(languages.CODES)


def test_other_words_are_another_sound():
    first = paragraphs.Paragraph("a", "nb", "Ja", "Ja")
    assert first.hash == paragraphs.Paragraph("b", "nb", "Ja", "Ja").hash
    assert first.hash != paragraphs.Paragraph("a", "nb", "Nei", "Nei").hash
    assert first.hash != paragraphs.Paragraph("a", "nn", "Ja", "Ja").hash


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Greit. **NAV Oslo** får ingenting nå. Du kan svare når du har snakket med noen.", "recipients.waits"),
        ("\u2068Kari\u2069. Kriminalomsorgsdirektoratet har ansvaret for opplysningene.", "information.points.1.text"),
        ("Skriv\u00ad under", "buttons.sign"),
    ],
)
def test_words_on_a_page_are_found_with_their_marks_and_with_what_differs(shown, name):
    assert page_sounds._find(paragraphs.plain(shown), "nb").name == name


def test_words_that_nobody_wrote_have_no_sound(sound_dir):
    assert page_sounds.sound_of("Ola Nordmann sa dette", "nb") is None
    assert page_sounds.sound_of("Ja", "xx") is None


def test_a_language_without_a_voice_or_a_neutral_word_stops_the_start(monkeypatch, tmp_path):
    assert checks.every_language_can_be_read_aloud(None) == []
    monkeypatch.delitem(speech.VOICES, "ar")
    assert [error.id for error in checks.every_language_can_be_read_aloud(None)] == ["consent.E006"]
    short = tmp_path / "neutral_words.yaml"
    short.write_text("leader:\n  nb: Lederen\n")
    monkeypatch.setattr(paragraphs, "NEUTRAL_WORDS", short)
    with pytest.raises(DefinitionError, match="leader has no word in nn, en, ar"):
        paragraphs.neutral_words()
    assert "consent.E007" in [error.id for error in checks.every_language_can_be_read_aloud(None)]


def test_no_name_of_a_file_holds_more_than_paragraph_and_hash(sound_dir, tone, paragraph):
    place = sound_files.store(tone, paragraph, ending="wav", kind=sound_files.RECORDED)
    assert place.relative_to(sound_dir).as_posix() == f"recorded/nb/information.promise.{paragraph.hash}.wav"
