"""Reads every YAML file. An error names file, line and reason; two equal keys are an error.

Plain ``yaml.safe_load`` silently uses the last of two equal keys, which may not be the approved one.
:func:`load` gives plain data; :func:`read` gives entries that also refuse unknown keys.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml


class DefinitionError(Exception):
    """A definition file is wrong; says file, line and reason."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        super().__init__(f"{file}, line {line}: {reason}")


class Entry:
    """One value of the file, with its line."""

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
            DefinitionError: not a mapping, an unknown key or a missing one.
        """
        if not isinstance(self._node, yaml.MappingNode):
            raise self.error("a mapping (key: value) is expected here")
        entries: dict[str, Entry] = {}
        for key_node, value_node in self._node.value:
            key = Entry(key_node, self._file).text()
            if optional is not None and key not in set(required) | set(optional):
                raise Entry(key_node, self._file).error(f"unknown key {key!r}")
            entries[key] = Entry(value_node, self._file)
        for key in required:
            if key not in entries:
                raise self.error(f"the key {key!r} is missing")
        return entries

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
        DefinitionError: not UTF-8, not YAML, a key twice, or empty.
    """
    with _errors_named(path):
        _, node = _composed(path)
    return Entry(node, path.name)


def load(path: Path) -> Any:
    """The whole file as plain data.

    Raises:
        DefinitionError: not UTF-8, not YAML, a key twice, or empty.
    """
    with _errors_named(path):
        loader, node = _composed(path)
        return loader.construct_document(node)


def _composed(path: Path) -> tuple[yaml.CSafeLoader, yaml.Node]:
    loader = yaml.CSafeLoader(path.read_bytes().decode("utf-8"))
    node = loader.get_single_node()
    if node is None:
        raise DefinitionError(path.name, 1, "is empty")
    _refuse_equal_keys(node, path.name)
    return loader, node


def _refuse_equal_keys(root: yaml.Node, file: str) -> None:
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue  # an alias refers to the same node
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key_node, value_node in node.value:
                entry = Entry(key_node, file)
                if entry.text() in keys:
                    raise entry.error(f"the key {entry.text()!r} stands here twice")
                keys.add(entry.text())
                waiting.append(value_node)


@contextmanager
def _errors_named(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise DefinitionError(path.name, 1, f"is not UTF-8 (byte {error.start})") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError(path.name, line, f"is not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an impossible date
        raise DefinitionError(path.name, 1, f"is not YAML: {error}") from None
