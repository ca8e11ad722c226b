"""The base class of all models with sealed fields."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import nullcontext
from typing import Any, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction

from brik.audit.record_names import record_name
from brik.vault import keys, shared_keys
from brik.vault.fields import EMPTIED, Ciphertext, Fresh, holds_nothing, sealed_fields
from brik.vault.integrity import older_than_events
from brik.vault.keys import KeyName
from brik.vault.models import PERSON
from brik.vault.place import SealedPlace, bound, column_data, place_of, present_place
from brik.vault.sealing import DataKey, SealBroken, demand_nothing, is_nothing, seal, seal_nothing, unseal


class StaleRow(Exception):
    """Somebody else saved the row after it was read. Nothing is saved; read the row again."""


class SealedQuerySet(models.QuerySet):
    """Rows with sealed fields. Seals in bulk, and opens the keys of a list with one query."""

    def with_keys(self) -> SealedQuerySet:
        """Evaluate now and read the keys of the rows and of their people with one query.

        Those of rows that take two keys are read with two.
        """
        rows: Iterable[Any] = self
        model = cast(type[SealedModel], self.model)
        places = [place_of(row) for row in rows]
        if model.SEALED_WITH:
            shared_keys.preload([name for place in places if (name := place.shared_key)])
        else:
            keys.preload_names(name for place in places for name in (place.key_name, keys.of_person(place.subject)))
        return self

    def opened(self, column: str, *, broken: set[uuid.UUID] | None = None) -> Iterator[tuple[uuid.UUID, Any]]:
        """The opened values of one sealed column by row, None for an empty one. One query, and no model instances.

        For thousands of rows. Rows that do not open go into ``broken`` if it is given; else ``SealBroken`` is raised.
        """
        field: Any = self.model._meta.get_field(column)
        model = cast(type[SealedModel], self.model)
        if model.SEALED_WITH:
            raise TypeError("rows with a key of their own are opened one by one, after with_keys()")
        place = column_data(record_name(model), column)
        for pk, other, kept, version, stored, *wrapped in self._with_wrapped_keys(column):
            subject = other or pk
            try:
                if stored is None:
                    if version:
                        raise SealBroken("a value was taken away")
                    value = None
                else:
                    key = keys.unwrapped(model.KEEPING, kept or pk, *wrapped)
                    value = _opened(field, key, bytes(stored), bound(place, subject, pk, version))
            except SealBroken:
                if broken is None:
                    raise
                broken.add(pk)
            else:
                yield pk, value

    def _with_wrapped_keys(self, column: str) -> list[tuple[Any, ...]]:
        """Row, person, keeping, version, stored bytes, and the key as it is stored (None if it is gone).

        Person and keeping are None where they equal the row: making UUIDs is a large part of the reading time.
        """
        model = cast(type[SealedModel], self.model)
        # A column is selected once only, whatever is asked of it.
        keeping_id = [model.KEEPING_ID] if model.KEEPING_ID else []
        kept, names = ("kept" if keeping_id else "subject"), ", kept" if keeping_id else ""
        columns = ["pk", model.SEALED_FOR, *keeping_id, "row_version", column]
        try:
            rows, params = self.values_list(*columns).query.sql_with_params()
        except EmptyResultSet:
            return []
        with connection.cursor() as cursor:
            # The query of the rows, joined with the keys; all values are parameters.
            cursor.execute(
                f"SELECT row, NULLIF(found.subject, row), NULLIF(found.{kept}, row),"  # noqa: S608
                " version, stored, key.wrapped, key.before, key.key_id"
                f" FROM ({rows}) AS found(row, subject{names}, version, stored)"
                f" LEFT JOIN vault_key AS key ON key.keeping = %s AND key.subject = found.{kept}"
                " AND key.person = found.subject AND key.destroyed_at IS NULL",
                [*params, model.KEEPING],
            )
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("update_conflicts"):
            raise TypeError("bulk_create does not update sealed rows: a value is bound to its own row")
        objs = list(objs)
        # A key seals in the transaction in which it was read.
        with nullcontext() if connection.in_atomic_block else transaction.atomic():
            _seal_all(objs)
            return super().bulk_create(objs, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """As Django's own, for columns that are not sealed.

        Raises:
            TypeError: a sealed column, or the row version. Only ``save()`` changes them, both at once.
                ``bulk_update()`` calls this method and raises too, because it does not detect a stale row.
        """
        closed = {"row_version", *(field.name for field in sealed_fields(self.model))} & kwargs.keys()
        if closed:
            raise TypeError(f"{', '.join(sorted(closed))}: assign to the attribute and save the row")
        return super().update(**kwargs)


class SealedModel(models.Model):
    """A row with sealed fields. Its version rises each time it is sealed.

    A row of version 0 was never sealed and has NULL in every sealed column. From version 1 no sealed column is NULL, so
    that removing a value is detected.

    ``RECORD_NAME`` is bound into sealed values and written in events; it stays when the model moves.
    ``SEALED_FOR`` names the attribute with the uuid of the person the row is about. ``KEEPING`` and ``KEEPING_ID`` name
    what the row is kept as, and the attribute with its uuid (empty: the person's): all rows of one keeping have one
    key, and end with it. A row that is moved to another person or keeping, or copied under a new uuid, is sealed anew
    when it is saved.
    ``SEALED_WITH`` names, where there is one, the attribute with the uuid of an organisation: then each row has a key
    of its own, which opens only with the person's key and the organisation's together.
    """

    SEALED_FOR = "person_id"
    KEEPING: str = PERSON
    KEEPING_ID: str = ""
    SEALED_WITH = ""
    # Whether an action of the room deletes rows. Of other models verify_audit reports a missing row with events.
    MAY_BE_DELETED = False
    # Related rows that ``demand_agreement()`` reads; they are prefetched for many rows.
    AGREES_WITH: tuple[str, ...] = ()

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    row_version = models.PositiveIntegerField(default=0, editable=False)

    # Where the values were sealed; None for a row that was never sealed.
    _sealed_at: SealedPlace | None = None
    # The version in the database, while a resealed row is being saved.
    _replaces: int | None = None

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Seal new values, then save. ``update_fields`` is extended by the columns that sealing changed.

        Raises ``StaleRow`` when somebody else has sealed the row since it was read, ``SealBroken`` when it is an older
        version that was put back.
        """
        # A key seals in the transaction in which it was read.
        with nullcontext() if connection.in_atomic_block else transaction.atomic():
            self._seal_and_save(*args, **kwargs)

    def _seal_and_save(self, *args: Any, **kwargs: Any) -> None:
        before = dict(self.__dict__)
        replaces = self.row_version
        is_new = self._state.adding or (self._sealed_at is not None and self._sealed_at.row != self.pk)
        if not seal_fresh(self):
            return super().save(*args, **kwargs)
        if kwargs.get("update_fields") is not None:
            names = (field.name for field in sealed_fields(self))
            kwargs["update_fields"] = {*kwargs["update_fields"], "row_version", *names}
        self._replaces = None if is_new else replaces
        try:
            super().save(*args, **kwargs)
        except BaseException:
            # Restore the attributes as they were, so that the next attempt seals the same values.
            self.__dict__.update({name: before.get(name) for name in _touched(self)})
            raise
        finally:
            self._replaces = None

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how: Any) -> Any:
        row = super().from_db(db, field_names, values, **how)
        row._remember_place()
        return row

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        """Read anew. Sealed values and the row version are always read together."""
        bound = {"uuid", "row_version", self.SEALED_FOR, *(field.attname for field in sealed_fields(self))}
        bound |= {self.KEEPING_ID} - {""}
        if fields is not None and bound & set(fields):
            unsaved = {name for name in bound if isinstance(self.__dict__.get(name), Fresh)}
            fields = {*fields, *(bound - unsaved)}
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        for field in sealed_fields(self):
            content = self.__dict__.get(field.attname)
            if (fields is None or field.attname in fields) and (content is EMPTIED or holds_nothing(content)):
                self.__dict__[field.attname] = None
        if fields is None or bound & set(fields):
            self._remember_place()

    def demand_agreement(self) -> None:
        """Raises ``SealBroken`` where a column in clear differs from the sealed value. Models override it."""

    def _do_update(self, base_qs: Any, *rest: Any) -> Any:
        """Django's own UPDATE of one row, which here finds the row only at the version that was read.

        Nor where the log tells of a later one: an older row put back would be as good as new after another save.
        """
        if self._replaces is None:
            return super()._do_update(base_qs, *rest)
        newer = older_than_events(type(self), self.pk, self._replaces)
        updated = super()._do_update(base_qs.filter(~newer, row_version=self._replaces), *rest)
        if not updated and base_qs.filter(newer, pk=self.pk, row_version=self._replaces).exists():
            raise SealBroken("an older version of the row was put back")
        if not updated:
            raise StaleRow(self._meta.label)
        return updated

    def _remember_place(self) -> None:
        values = self.__dict__
        named = (self.SEALED_FOR, self.KEEPING_ID or self.SEALED_FOR)
        is_loaded = {"row_version", "uuid"} <= values.keys() and all(values.get(name) is not None for name in named)
        self._sealed_at = present_place(self) if is_loaded else None


def seal_fresh(row: SealedModel, key_of: Callable[[KeyName], DataKey] | None = None) -> bool:
    """Seal every sealed field of ``row``, one version higher, if any has a new value or the row was moved."""
    fields = sealed_fields(row)
    contents = {field: row.__dict__.get(field.attname) for field in fields}
    moved = row._sealed_at is not None and row._sealed_at != present_place(row)
    if not moved and not any(isinstance(value, Fresh) or value is EMPTIED for value in contents.values()):
        return False
    # The key first: one that was replaced since it was read does not open what is sealed anew either.
    place = present_place(row)
    key = key_of(place.key_name) if key_of else place.key_for_sealing()
    values = {field: getattr(row, field.attname) for field in fields}
    plain = {field: None if value is None else value.encoded() for field, value in values.items()}
    row.row_version += 1
    place = present_place(row)
    for field, encoded in plain.items():
        bound_to = place.bound_to(field.attname)
        sealed = seal_nothing(key, bound_to) if encoded is None else seal(key, encoded, bound_to)
        row.__dict__[field.attname] = Ciphertext(sealed)
    row._sealed_at = place
    return True


def _opened(field: Any, key: DataKey, stored: bytes, bound_to: bytes) -> Any:
    if is_nothing(stored):
        demand_nothing(key, stored, bound_to)
        return None
    return field.decode(unseal(key, stored, bound_to))


def _seal_all(rows: list[SealedModel]) -> None:
    if any(row.SEALED_WITH for row in rows):
        raise TypeError("rows with a key of their own are saved one by one")
    keys.preload_for_sealing(present_place(row).key_name for row in rows)
    for row in rows:
        seal_fresh(row, keys.key_for)


def _touched(row: SealedModel) -> list[str]:
    return ["row_version", "_sealed_at", *(field.attname for field in sealed_fields(row))]
