"""Reads YAML so that every complaint names file, line and reason; what is not asked for is an error.

Plain ``yaml.safe_load`` forgets lines, takes the last of two equal keys and lets a misspelt key pass in silence.
"""

from collections.abc import Iterable
from pathlib import Path

import yaml


class DefinitionError(Exception):
    """A definition file does not hold what it must; says file, line and reason."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        super().__init__(f"{file}, line {line}: {reason}")


class Entry:
    """One value of the file together with where it stands."""

    def __init__(self, node: yaml.Node, file: str) -> None:
        self._node, self._file = node, file

    @property
    def line(self) -> int:
        return int(self._node.start_mark.line) + 1

    def error(self, reason: str) -> DefinitionError:
        return DefinitionError(self._file, self.line, reason)

    def mapping(self, *, required: Iterable[str] = (), optional: Iterable[str] | None = ()) -> dict[str, "Entry"]:
        """The keys and their entries; ``optional=None`` allows any key.

        Raises:
            DefinitionError: not a mapping, a key twice, an unknown key or a missing one.
        """
        if not isinstance(self._node, yaml.MappingNode):
            raise self.error("a mapping (key: value) is expected here")
        found: dict[str, Entry] = {}
        for key_node, value_node in self._node.value:
            key = Entry(key_node, self._file).text()
            if key in found:
                raise Entry(key_node, self._file).error(f"the key {key!r} stands here twice")
            if optional is not None and key not in set(required) | set(optional):
                raise Entry(key_node, self._file).error(f"unknown key {key!r}")
            found[key] = Entry(value_node, self._file)
        for key in required:
            if key not in found:
                raise self.error(f"the key {key!r} is missing")
        return found

    def items(self) -> list["Entry"]:
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.error("a list is expected here")
        return [Entry(node, self._file) for node in self._node.value]

    def text(self) -> str:
        if not isinstance(self._node, yaml.ScalarNode) or not self._node.value.strip():
            raise self.error("a text is expected here")
        return str(self._node.value).strip()

    def flag(self) -> bool:
        if not isinstance(self._node, yaml.ScalarNode) or self._node.value not in ("true", "false"):
            raise self.error("true or false is expected here")
        return bool(self._node.value == "true")

    def integer(self) -> int:
        try:
            return int(self.text())
        except ValueError:
            raise self.error("a whole number is expected here") from None

    def texts(self) -> list[str]:
        return [entry.text() for entry in self.items()]


def read(path: Path) -> Entry:
    """The whole file as one entry.

    Raises:
        DefinitionError: not UTF-8, not YAML, or empty.
    """
    try:
        node = yaml.compose(path.read_bytes().decode("utf-8"), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        raise DefinitionError(path.name, 1, f"is not UTF-8 (byte {error.start})") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError(path.name, line, f"is not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise DefinitionError(path.name, 1, f"is not YAML: {error}") from None
    if node is None:
        raise DefinitionError(path.name, 1, "is empty")
    return Entry(node, path.name)
