"""Who acts, as an event records it: an id, a role and a unit."""

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Somebody or something that acts. Staff accounts have these properties; processes use :class:`Process`."""

    @property
    def actor_id(self) -> str: ...
    @property
    def actor_role(self) -> str: ...
    @property
    def actor_unit(self) -> str: ...


@dataclass(frozen=True)
class Process:
    """A process that acts on its own: the intake, the worker, the demonstration."""

    name: str
    actor_unit: str = ""

    @property
    def actor_id(self) -> str:
        return f"process:{self.name}"

    @property
    def actor_role(self) -> str:
        return "process"


@dataclass(frozen=True)
class Nobody:
    """Somebody who has not signed in."""

    actor_id: str = "nobody"
    actor_role: str = ""
    actor_unit: str = ""
