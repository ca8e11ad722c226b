"""The title and areas of a form: all that is needed to read stored answers. No Django here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Texts = Mapping[str, str]


@dataclass(frozen=True)
class AreaHeading:
    """The code and title of an area, to read old answers by."""

    code: str
    title: Texts
    # The lines of the short form that ask about it; a form without one has none.
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outline:
    """The title and areas of a form: all that is needed to read stored answers."""

    title: Texts
    areas: tuple[AreaHeading, ...]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Outline:
        """The outline as :meth:`to_data` gave it."""
        areas = (AreaHeading(area["code"], area["title"], tuple(area.get("lines", ()))) for area in data["areas"])
        return cls(data["title"], tuple(areas))

    def to_data(self) -> dict[str, Any]:
        """The outline as plain data, for the database. Forms without lines are as they were published."""
        areas = [
            {"code": area.code, "title": dict(area.title), **({"lines": list(area.lines)} if area.lines else {})}
            for area in self.areas
        ]
        return {"title": dict(self.title), "areas": areas}
