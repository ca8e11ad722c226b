"""The folder of the data files: questionnaires, consent texts, code lists, the demonstration."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "fixtures"
