"""Takes a text out of code that is running: every function made from the file gets the code it would have without it."""

from __future__ import annotations

import functools
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType

from tests.mutants.protection import ROOT, Edit

Name = tuple[str, int]


class NothingTakenOutError(Exception):
    """No function that is running has changed."""


@contextmanager
def taken_out(edit: Edit) -> Iterator[None]:
    """Without the protection until the end of the block, wherever its functions have been imported by name.

    Nothing on the disk changes. Raises :class:`NothingTakenOutError`.
    """
    path = ROOT / edit.file
    source = path.read_text()
    changed = _changed(source, edit.without(source), f"{path}")
    functions = [
        (function, changed[_name(function.__code__)])
        for function in _of_type(FunctionType)
        if function.__code__.co_filename == f"{path}" and _name(function.__code__) in changed
    ]
    if not functions:
        raise NothingTakenOutError(edit.name)
    before = [function.__code__ for function, _ in functions]
    _forget_results(f"{path}")
    for function, code in functions:
        function.__code__ = code
    try:
        yield
    finally:
        for (function, _), code in zip(functions, before, strict=True):
            function.__code__ = code
        _forget_results(f"{path}")


def _changed(before: str, after: str, path: str) -> dict[Name, CodeType]:
    """The code of each function whose body differs, by its name and line in the file as it is."""
    old, new = (list(_functions(compile(source, path, "exec"))) for source in (before, after))
    return {
        _name(code): other
        for code, other in zip(old, new, strict=True)
        if (code.co_code, code.co_consts, code.co_names) != (other.co_code, other.co_consts, other.co_names)
    }


def _functions(code: CodeType) -> Iterator[CodeType]:
    """The functions and methods in a code, but for lambdas and comprehensions, which belong to the one around them."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if "<" not in constant.co_name:
                yield constant
            yield from _functions(constant)


def _name(code: CodeType) -> Name:
    return code.co_qualname, code.co_firstlineno


def _of_type(kind: type) -> list:
    # What Python's search for cycles leaves alone (``tests/pace/garbage.py``) is not among the objects that it lists.
    gc.unfreeze()
    return [found for found in gc.get_objects() if type(found) is kind]


def _forget_results(path: str) -> None:
    """Results that a function of the file has kept were made with the other code."""
    for kept in _of_type(functools._lru_cache_wrapper):
        if getattr(getattr(kept, "__wrapped__", None), "__code__", _NO_CODE).co_filename == path:
            kept.cache_clear()


_NO_CODE = compile("", "", "exec")
