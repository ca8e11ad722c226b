"""``manage.py intake``: a line a message, the others go on, 1 at the end if any was rejected."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from brik.arrivals.models import Message
from brik.arrivals.xml.xml_reader import MAX_BYTES
from brik.people.models import Person, Stay
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db]


def intake(*paths):
    out = StringIO()
    code: str | int | None = 0
    try:
        call_command("intake", *map(str, paths), stdout=out)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue().splitlines()


def test_a_folder_of_messages_is_taken_in_with_a_line_each(tmp_path):
    number = situations.a_number()
    (tmp_path / "1.xml").write_bytes(samples.arrival(number, message_id="a1"))
    (tmp_path / "2.xml").write_bytes(samples.arrival(number, message_id="a1"))
    (tmp_path / "3.XML").write_bytes(samples.deletion("noe-annet"))
    (tmp_path / "les-meg.txt").write_text("ikke en melding")
    code, lines = intake(tmp_path)
    assert code == 0
    waits = "Meldingen som skal slettes, er ikke mottatt. Den blir slettet om den kommer."
    assert lines == ["ACCEPTED a1", "DUPLICATE a1 Mottatt før.", f"ACCEPTED 3.XML {waits}"]


def test_one_rejected_message_does_not_stop_the_others(tmp_path):
    (tmp_path / "1.xml").write_bytes(b"<ikke-lesbar")
    (tmp_path / "2.xml").write_bytes(samples.arrival(situations.a_number(), message_id="a2", at="i går"))
    (tmp_path / "3.xml").write_bytes(samples.arrival(situations.a_number(), message_id="a3"))
    code, lines = intake(tmp_path, tmp_path / "finnes-ikke.xml")
    assert code == 1
    assert lines[0].startswith("REJECTED 1.xml Meldingen er ikke lesbar XML")
    assert lines[1].startswith("REJECTED 2.xml HendelseOpprettetTid:")
    assert lines[2] == "ACCEPTED a3"
    assert lines[3] == "REJECTED finnes-ikke.xml The file cannot be read."
    assert Message.objects.count() == Person.objects.count() == 1


def test_a_parked_message_says_what_it_waits_for(tmp_path):
    (tmp_path / "1.xml").write_bytes(samples.arrival(situations.a_number(), message_id="a1", category=None))
    code, lines = intake(tmp_path / "1.xml")
    assert code == 0
    assert lines == ["PARKED a1 Meldingen sier ikke hvilken kategori den innsatte har, og den er ikke kjent fra før."]


def test_a_file_larger_than_a_message_can_be_is_refused_in_the_words_of_the_endpoint(tmp_path):
    (tmp_path / "stor.xml").write_bytes(samples.as_large_as(MAX_BYTES + 1, situations.a_number()))
    (tmp_path / "størst.xml").write_bytes(samples.as_large_as(MAX_BYTES, situations.a_number(), message_id="a1"))
    assert intake(tmp_path)[1] == ["REJECTED stor.xml Meldingen er større enn 1024 KiB.", "ACCEPTED a1"]


def test_the_operator_says_whose_files_these_are(tmp_path):
    (tmp_path / "1.xml").write_bytes(samples.arrival(situations.a_number(), message_id="a1"))
    (tmp_path / "slett.xml").write_bytes(samples.deletion("a1"))
    assert intake(tmp_path / "1.xml", "--sender", "POLITIET") == (0, ["ACCEPTED a1"])
    code, [line] = intake(tmp_path / "slett.xml")
    assert (code, line) == (1, "REJECTED slett.xml Bare den som har sendt en melding, kan slette den.")
    assert Message.objects.get(message_id="a1").sender == "POLITIET"
    assert intake(tmp_path / "slett.xml", "--sender", "POLITIET") == (0, ["ACCEPTED slett.xml"])
    assert not Stay.objects.exists()


@pytest.mark.parametrize("sender", ["", "  ", "A" * 41])
def test_a_sender_has_a_name(tmp_path, sender):
    with pytest.raises(CommandError):
        intake(tmp_path, "--sender", sender)
