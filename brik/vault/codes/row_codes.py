"""The code of a row: an HMAC over its open columns, its name and the installation, each value in one written form."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

from brik.audit.record_names import record_name
from brik.vault.providers.provider import provider
from brik.vault.sealing import SealBroken, associated_data

CODE = "code"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NULL, _VALUE = b"\x00", b"\x01"


class CodeBroken(SealBroken):
    """An open column was changed, or the row copied or inserted, by something that has not the code key.

    Names the table's record name, never a value.
    """


class Written(bytes):
    """A value that is in its written form already."""


class RowCoding:
    """Codes the rows of one model. Built once for each model by :func:`coding_of`."""

    def __init__(self, model: type[models.Model], installation: str, code_key: bytes) -> None:
        self.name = record_name(model)
        self._model = model
        start = associated_data("brik/code/v1", installation, self.name)
        # The key schedule and what all rows share are worked out once; each row continues a copy.
        self._start = hmac.new(code_key, start, hashlib.sha256)
        self._fields = {field.attname: field for field in coded_fields(model)}
        # Each with its name before NULL and before a value, and what writes the value.
        self._columns = [
            (column, associated_data(column) + _NULL, associated_data(column) + _VALUE, form_of(field))
            for column, field in self._fields.items()
        ]

    def code_of(self, values: Mapping[str, Any]) -> bytes:
        """The code of a row with these values by column. Raises ``TypeError`` where a column is not loaded."""
        parts: list[bytes] = []
        try:
            for column, null, named, write in self._columns:
                value = values[column]
                if value is None:
                    parts.append(null)
                else:
                    written = value if type(value) is Written else write(value)
                    parts += (named, len(written).to_bytes(4, "big"), written)
        except KeyError as missing:
            raise TypeError(f"{self._model._meta.label}: {missing} is coded and was not fetched") from None
        code = self._start.copy()
        code.update(b"".join(parts))
        return code.digest()

    def proved(self, rows: Iterable[Sequence[Any]], *others: str) -> list[dict[str, Any]]:
        """Rows as a cursor gives them, by name: of :func:`coded_columns`, and after them those called ``others``.

        For what is compared and not kept: no instance is made. Raises :class:`CodeBroken` for one that does not fit.
        """
        names = (*coded_columns(self._model), *others)
        found = [dict(zip(names, row, strict=True)) for row in rows]
        if not all(self.fits(row) for row in found):
            raise CodeBroken(f"{self.name}: an open column is not what was saved here")
        return found

    def fits(self, values: Mapping[str, Any]) -> bool:
        """Whether a row with these values by column fits the code among them. Raises as :meth:`code_of`.

        The code is under the code key, or under the one that it replaces.
        """
        code = bytes(values.get(CODE) or b"")
        if hmac.compare_digest(self.code_of(values), code):
            return True
        before = coding_before(self._model)
        return before is not None and hmac.compare_digest(before.code_of(values), code)

    def is_complete(self, values: Mapping[str, Any]) -> bool:
        """Whether every coded column is there, and the code."""
        return CODE in values and self._fields.keys() <= values.keys()

    def covers(self, names: Collection[str]) -> bool:
        """Whether one of these fields is coded."""
        return any(field.name in names or field.attname in names for field in self._fields.values())

    def written(self, row: models.Model, names: Collection[str] | None = None) -> dict[str, Written | None]:
        """What the attributes of a row say, each in its written form; of the fields in ``names``, if given."""
        found = {}
        for (column, _, _, write), field in zip(self._columns, self._fields.values(), strict=True):
            if names is None or field.name in names or column in names:
                value = field.to_python(getattr(row, column))
                found[column] = value if value is None or type(value) is Written else Written(write(value))
        return found


def coding_of(model: type[models.Model]) -> RowCoding:
    """How rows of this model are coded in this installation; history rows as the rows they tell of."""
    opened = provider()
    return _coding(getattr(model, "instance_type", model), opened.installation, opened.code_key)


def coding_before(model: type[models.Model]) -> RowCoding | None:
    """How rows were coded under the code key that is being replaced; None while none is."""
    opened = provider()
    if not opened.code_key_before:
        return None
    return _coding(getattr(model, "instance_type", model), opened.installation, opened.code_key_before)


def code_of_row(row: models.Model) -> bytes:
    """The code of a row's attributes, for the log, which knows no other room."""
    coding = coding_of(type(row))
    return coding.code_of(coding.written(row))


def fits(row: models.Model) -> bool:
    """Whether a row that has just been read, whole, fits its code."""
    return coding_of(type(row)).fits(row.__dict__)


@cache
def _coding(model: type[models.Model], installation: str, code_key: bytes) -> RowCoding:
    return RowCoding(model, installation, code_key)


@cache
def coded_fields(model: type[models.Model]) -> list[Any]:
    """The columns of a model that its code covers: all but the code, the sealed ones and those it names as left out.

    Raises ``TypeError`` for a left-out column that the model does not have.
    """
    left_out: Mapping[str, str] = getattr(model, "UNCODED", {})
    fields = [field for field in model._meta.concrete_fields if field.name != CODE]
    if unknown := left_out.keys() - {field.name for field in fields}:
        raise TypeError(f"{model._meta.label} leaves out {', '.join(sorted(unknown))}, which it has not")
    # Sealed columns are bound to their row, each by itself; that they are there follows from the row version.
    coded = [field for field in fields if field.name not in left_out and not getattr(field, "is_sealed", False)]
    return sorted(coded, key=lambda field: str(field.attname))


@cache
def coded_columns(model: type[models.Model]) -> list[str]:
    """The columns that a row's code covers, in its order, and the code."""
    return [*(str(field.attname) for field in coded_fields(model)), CODE]


@cache
def changing_columns(model: type[models.Model]) -> list[tuple[str, Callable[[Any], bytes]]]:
    """The coded columns whose values may change in place, with what writes them down."""
    return [
        (field.attname, written_form(field)) for field in coded_fields(model) if isinstance(field, models.JSONField)
    ]


def written_form(field: Any) -> Callable[[Any], bytes]:
    """What gives the one written form of a column's values, written already or not. Raises as :func:`form_of`."""
    write = form_of(field)
    return lambda value: value if type(value) is Written else write(value)


def form_of(field: Any) -> Callable[[Any], bytes]:
    """As :func:`written_form`, for values that are not written yet. Raises ``TypeError`` for a type that has none."""
    while field.is_relation:
        field = field.target_field
    write = _FORMS.get(field.get_internal_type())
    if write is None:
        raise TypeError(f"{field}: {field.get_internal_type()} has no written form for the code")
    return write


def _uuid(value: UUID) -> bytes:
    return value.bytes


def _moment(value: datetime) -> bytes:
    # The same moment in every time zone.
    return b"%d" % ((value - _EPOCH) // _MICROSECOND)


def _iso(value: Any) -> bytes:
    return value.isoformat().encode()  # type: ignore[no-any-return]  # a date or a time


def _span(value: timedelta) -> bytes:
    return b"%d" % (value // _MICROSECOND)


def _decimal(value: Decimal) -> bytes:
    return format(value.normalize(), "f").encode()


def _fraction(value: float) -> bytes:
    return repr(value + 0.0).encode()


def _json(value: Any) -> bytes:
    return json.dumps(
        _same_numbers(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _same_numbers(value: Any) -> Any:
    """A JSON value as the database gives it back: keys are text, and a whole number is one however it is written."""
    if isinstance(value, dict):
        return {str(key): _same_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_same_numbers(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


_FORMS: dict[str, Callable[[Any], bytes]] = {
    **dict.fromkeys(("CharField", "TextField", "SlugField", "EmailField", "URLField"), str.encode),
    **dict.fromkeys(
        (
            "AutoField",
            "BigAutoField",
            "SmallAutoField",
            "IntegerField",
            "BigIntegerField",
            "SmallIntegerField",
            "PositiveIntegerField",
            "PositiveBigIntegerField",
            "PositiveSmallIntegerField",
            "BooleanField",
        ),
        b"%d".__mod__,
    ),
    "UUIDField": _uuid,
    "DateTimeField": _moment,
    "DateField": _iso,
    "TimeField": _iso,
    "DurationField": _span,
    "DecimalField": _decimal,
    "FloatField": _fraction,
    "BinaryField": bytes,
    "JSONField": _json,
}
