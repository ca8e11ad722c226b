"""``manage.py audio``: recordings are taken in and checked, the machine speaks the rest, and nothing is left half."""

import csv
import io
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings as house
from django.core.management import CommandError, call_command

from consent.sound import audio_formats, inventory, sound_files, speech
from consent.sound.audio_formats import BadSound, demand_sound
from consent.sound.paragraphs import paragraphs
from tests.sound.conftest import named


def run(*arguments):
    said = io.StringIO()
    call_command("audio", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture(scope="module")
def spoken():
    """What the real machine says of one paragraph."""
    return speech.speak(named("information.promise"))


@pytest.fixture
def recordings(tmp_path):
    folder = tmp_path / "recordings"
    (folder / "nb").mkdir(parents=True)
    return folder


def an_mp3(frames=8):
    """Frames of MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes each."""
    return b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def test_the_list_says_what_to_read_and_how_to_name_it():
    first, *lines = list(csv.reader(io.StringIO(run("list"))))
    assert first == ["file", "words"]
    assert len(lines) == len(paragraphs())
    promise = named("information.promise")
    assert [f"nb/{promise.stem}.opus", promise.spoken] in lines


def test_recordings_are_taken_in_and_come_before_the_machine(sound_dir, recordings, tone, spoken, paragraph):
    sound_files.store(spoken, paragraph, ending="opus", kind=sound_files.MACHINE)
    assert sound_files.find("nb", paragraph.hash).by_machine
    (recordings / "nb" / f"{paragraph.stem}.wav").write_bytes(tone)
    assert "1 recordings taken in" in run("import", str(recordings))
    found = sound_files.find("nb", paragraph.hash)
    assert not found.by_machine
    assert found.path.read_bytes() == tone
    assert paragraph.stem not in run("list")


def test_a_new_recording_takes_the_place_of_one_in_another_format(sound_dir, tone, paragraph):
    sound_files.store(tone, paragraph, ending="wav", kind=sound_files.RECORDED)
    sound_files.store(an_mp3(), paragraph, ending="mp3", kind=sound_files.RECORDED)
    assert [path.suffix for path in (sound_dir / "recorded/nb").iterdir()] == [".mp3"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("{stem}.wav", b"RIFF" + bytes(400), "not a WAV file"),
        ("{stem}.opus", b"MZ" + bytes(400), "not an Ogg Opus file"),
        ("{stem}.mp3", b"<script>" + bytes(400), "not an MP3 file"),
        ("{stem}.wav", b"RIFF", "too small"),
        ("{stem}.exe", bytes(400), "the name must be"),
        ("opptak 1.wav", bytes(400), "the name must be"),
        ("information.promise." + "0" * 32 + ".wav", bytes(400), "no paragraph has these words any more"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(sound_dir, recordings, paragraph, name, content, sentence):
    (recordings / "nb" / name.format(stem=paragraph.stem)).write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        run("import", str(recordings))
    assert list(sound_dir.glob("recorded/*/*")) == []


def test_a_cut_or_too_large_sound_is_none(tone, spoken, monkeypatch):
    for content, ending in ((tone, "wav"), (spoken, "opus"), (spoken, "ogg"), (an_mp3(), "mp3")):
        demand_sound(content, ending)
        for cut in (content[:-1], content[: len(content) // 2]):
            with pytest.raises(BadSound):
                demand_sound(cut, ending)
    with pytest.raises(BadSound, match="only Ogg Opus"):
        demand_sound(tone, "flac")
    monkeypatch.setattr(audio_formats, "MOST_BYTES", len(tone) - 1)
    with pytest.raises(BadSound, match="larger than"):
        demand_sound(tone, "wav")


def test_the_check_names_what_is_missing_and_what_no_longer_fits(sound_dir, tone, paragraph):
    sound_files.store(tone, paragraph, ending="wav", kind=sound_files.RECORDED)
    old = sound_dir / "recorded/nb" / f"information.promise.{'a' * 32}.wav"
    old.write_bytes(tone)
    said = io.StringIO()
    with pytest.raises(CommandError, match="1 can be heard, 1 files are wrong"):
        call_command("audio", "check", stdout=said)
    assert f"{old.name}: no paragraph has these words any more" in said.getvalue()
    assert f"nb/{paragraph.stem}: no sound" not in said.getvalue()


def test_the_machine_speaks_what_nobody_has_read(sound_dir, tone, paragraph, monkeypatch):
    few = [named("information.promise"), named("mapping.title"), named("mapping.title", "ar"), named("later", "nn")]
    monkeypatch.setattr(inventory, "paragraphs", lambda: few)
    sound_files.store(tone, paragraph, ending="wav", kind=sound_files.RECORDED)
    assert "3 paragraphs spoken" in run("make")
    assert "0 paragraphs spoken" in run("make")
    made = sorted(path.relative_to(sound_dir).as_posix() for path in sound_dir.glob("machine/*/*"))
    assert made == sorted(f"machine/{each.language}/{each.stem}.opus" for each in few[1:])
    assert all(path.stat().st_size < 60_000 for path in sound_dir.glob("machine/*/*"))


def test_without_the_machine_one_sentence_says_what_to_install(sound_dir, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CommandError, match="apt install espeak-ng opus-tools"):
        run("make")


def test_two_runs_do_not_write_at_once(sound_dir):
    with inventory.one_run(), pytest.raises(CommandError, match="Another run is writing sounds"):
        run("make")


@pytest.mark.processes
def test_a_killed_run_leaves_no_half_file_and_the_next_goes_on(sound_dir, tmp_path):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("COV", "DJANGO_", "BRIK_"))},
        "DJANGO_SETTINGS_MODULE": "brik.settings",
        "BRIK_TESTING": "1",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgres://x@127.0.0.1:9/x",
    }
    command = [sys.executable, "manage.py", "audio", "make"]
    process = subprocess.Popen(
        command, cwd=house.BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while len(list(sound_dir.glob("machine/*/*.opus"))) < 5:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    unfinished = sound_dir / "machine/nb/left.part"
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_bytes(b"half")
    done = {path: path.stat().st_mtime_ns for path in sound_dir.glob("machine/*/*.opus")}
    for path in done:
        demand_sound(path.read_bytes(), "opus")
    with inventory.one_run():
        missing = len(inventory.unheard())
        following = inventory.make()
        next(following)
        following.close()
    assert missing == len(paragraphs()) - len(done)
    assert not unfinished.exists()
    assert {path: path.stat().st_mtime_ns for path in done} == done
    assert len(inventory.unheard()) == missing - 1
