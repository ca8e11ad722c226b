"""Whom to telephone when somebody needs help now: a file that is checked, and each unit's own numbers first."""

from pathlib import Path

import pytest
from django.core.checks import run_checks

from brik.definitions import help_numbers
from brik.definitions.help_numbers import HelpContact, YouthContact
from brik.definitions.strict_yaml import DefinitionError

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = """\
everywhere:
  - {who: LEGEVAKT, number: "116 117"}
  - {who: AMK, number: "113"}
units:
  "0501":
    - {who: HELSE, number: "00 00 05 01"}
    - {who: LEGEVAKT, number: "00 00 05 03"}
"""


def written(folder, text):
    file = folder / "numbers.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_units_own_numbers_come_first_and_stand_instead_of_the_common_ones(tmp_path):
    numbers = help_numbers.load(written(tmp_path, NUMBERS))
    assert [(number.who, number.number) for number in numbers.of("0501")] == [
        (HelpContact.HEALTH_UNIT, "00 00 05 01"),
        (HelpContact.EMERGENCY_DOCTOR, "00 00 05 03"),
        (HelpContact.AMBULANCE, "113"),
    ]
    assert [number.who for number in numbers.of("9999")] == [HelpContact.EMERGENCY_DOCTOR, HelpContact.AMBULANCE]


def test_a_file_may_say_whom_to_call_for_somebody_under_18(tmp_path):
    folders = [tmp_path / name for name in ("without", "with", "wrong")]
    for folder in folders:
        folder.mkdir()
    assert help_numbers.load(written(folders[0], NUMBERS)).youth == ()
    more = NUMBERS + 'youth:\n  - {who: UNGDOMSENHET, number: "00 00 00 18"}\n'
    [number] = help_numbers.load(written(folders[1], more)).youth
    assert (number.who, number.number) == (YouthContact.YOUTH_UNIT, "00 00 00 18")
    with pytest.raises(DefinitionError, match="who is one of BARNEVERN, UNGDOMSENHET"):
        help_numbers.load(written(folders[2], more.replace("UNGDOMSENHET", "AMK")))


@pytest.mark.parametrize("name", ["fixtures/help_numbers.yaml", "fixtures/demo/help_numbers.yaml"])
def test_the_ambulance_can_be_called_from_every_unit(name):
    assert "113" in {number.number for number in help_numbers.load(ROOT / name).everywhere}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("who: AMK", "who: NABO", "who is one of"),
        ("who: AMK", "who: LEGEVAKT", "stands once"),
        ('number: "113"', 'number: "en en tre"', "digits and spaces"),
        ("number:", "nummer:", "unknown key"),
        ("units:", "enheter:", "unknown key"),
    ],
)
def test_a_wrong_file_stops_the_start_with_a_sentence(tmp_path, settings, old, new, reason):
    settings.HELP_NUMBERS = written(tmp_path, NUMBERS.replace(old, new, 1))
    with pytest.raises(DefinitionError, match=reason):
        help_numbers.load(settings.HELP_NUMBERS)
    assert "mapping.E005" in {error.id for error in run_checks()}
