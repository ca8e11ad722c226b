"""One protection: what is taken out of the house, and the test that must turn red."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Edit:
    """A protection in a function. ``text`` stands ``times`` times in ``file``, and is replaced by ``instead``."""

    name: str
    file: str
    text: str
    instead: str
    test: str
    times: int = 1

    def without(self, content: str) -> str:
        """The content of the file without the protection."""
        return content.replace(self.text, self.instead)

    def fault(self, content: str) -> str:
        """Why it cannot be taken out of a file with this content; empty where it can."""
        found = content.count(self.text)
        if found != self.times:
            return f"{self.name}: its text stands {found} times in {self.file}"
        return "" if self.text != self.instead else f"{self.name}: nothing is changed"


@dataclass(frozen=True)
class Rule:
    """A protection in the database. ``off`` takes it away and ``on`` puts it back."""

    name: str
    off: str
    on: str
    test: str


Protection = Edit | Rule


def trigger(table: str, name: str, *, test: str) -> Rule:
    """A trigger of a table."""
    off, on = (f"ALTER TABLE {table} {verb} TRIGGER {name}" for verb in ("DISABLE", "ENABLE"))
    return Rule(f"trigger {name} of {table}", off, on, test)


def grant(privilege: str, table: str, *, test: str) -> Rule:
    """Something the application's role may not do with a table."""
    off, on = f"GRANT {privilege} ON {table} TO brik_app", f"REVOKE {privilege} ON {table} FROM brik_app"
    return Rule(f"no {privilege} of {table} by the application", off, on, test)


def constraint(table: str, name: str, definition: str, *, test: str) -> Rule:
    """A constraint of a table, with its definition."""
    off = f"ALTER TABLE {table} DROP CONSTRAINT {name}"
    return Rule(f"constraint {name}", off, f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}", test)
