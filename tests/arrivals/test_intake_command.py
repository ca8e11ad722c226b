"""``manage.py intake``: a line a message, the others go on, 1 at the end if any was rejected."""

from io import StringIO

import pytest
from django.core.management import call_command

from brik.arrivals.models import Message
from brik.people.models import Person
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
    assert lines == ["ACCEPTED a1", "DUPLICATE a1 Mottatt før.", "ACCEPTED 3.XML"]


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


def test_a_file_larger_than_a_message_can_be_is_not_read(tmp_path):
    (tmp_path / "stor.xml").write_bytes(b"<" * (1024 * 1024 + 1))
    assert intake(tmp_path)[1] == ["REJECTED stor.xml The file is larger than 1024 KiB."]
