"""The base class of models whose open columns are proved by a keyed code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from typing import Any, ClassVar, Self, TypeVar

from django.db import connections, models, router, transaction

from brik.vault.codes.row_codes import CODE, CodeBroken, Written, changing_columns, coded_columns, coding_of

Row = TypeVar("Row", bound=models.Model)
Coded = TypeVar("Coded", bound="CodedModel")


class CodedQuerySet(models.QuerySet):
    """Coded rows. Only what codes the rows anew changes them: ``save()``, ``bulk_create()``, ``change()``."""

    def proved(self) -> Self:
        """The same rows, fetched now and each proved. Raises :class:`CodeBroken`."""
        rows: Iterable[Any] = self
        proved(rows)
        return self

    def proved_values(self, *others: str) -> list[dict[str, Any]]:
        """The coded columns of these rows, and ``others``, by name; each row proved. One query, and no instances.

        For what is compared and not kept. Raises :class:`CodeBroken`.
        """
        return coding_of(self.model).proved(self.values_list(*coded_columns(self.model), *others), *others)

    def change(self, **values: Any) -> int:
        """Set columns of all these rows, whose number does not change the work: two statements, under a lock.

        A value may be a function of the row. Gives the number of rows. Raises :class:`CodeBroken` for a row that was
        changed past us: it is not coded anew.
        """
        with transaction.atomic(using=self.db, savepoint=False):
            rows: list[Any] = list(self.select_for_update(of=("self",), no_key=True).order_by("pk"))
            for row in proved(rows):
                for name, value in values.items():
                    setattr(row, name, value(row) if callable(value) else value)
                row.write_code()
            # The plain queryset: this class refuses it.
            plain: models.QuerySet[Any] = models.QuerySet(self.model, using=self.db)
            plain.bulk_update(rows, [*values, CODE])
        return len(rows)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("update_conflicts"):
            raise TypeError("bulk_create does not update coded rows: save them")
        objs = list(objs)
        _give_ids(objs, self.db)
        for row in objs:
            row.write_code()
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """As Django's own, for columns that no code covers. Raises ``TypeError`` for others: the rows would not fit."""
        if CODE not in kwargs and not coding_of(self.model).covers(kwargs):
            return super().update(**kwargs)
        raise TypeError(f"{self.model._meta.label} is coded: save the row, or use change()")

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        """Raises ``TypeError``, as :meth:`update`."""
        raise TypeError(f"{self.model._meta.label} is coded: save the rows, or use change()")


class CodedModel(models.Model):
    """A row whose open columns are proved by an HMAC under a key that the database does not hold.

    The code is over installation, ``RECORD_NAME`` and every column that is not sealed, with its name: key and row
    version are among them. ``UNCODED`` names the columns left out, each with the reason. Where the id is one of them,
    a copy of the row is not told from the row: only for append-only rows that nothing finds by id.

    The query set of its manager is a :class:`CodedQuerySet`. ``save()`` and ``bulk_create()`` write the code, and prove
    first what was loaded: a row that somebody changed past us is never coded anew. A partial save codes what the other
    columns are in the database by then.
    """

    UNCODED: ClassVar[Mapping[str, str]] = {}

    code = models.BinaryField(default=b"", editable=False)

    # The coded columns and the code as the database has them; None for a row that was not read from it.
    _stored: dict[str, Any] | None = None
    _is_proved = False
    # The columns that the code was last written over.
    _coded: dict[str, Any] | None = None
    # While a part of the row is being saved: the names of its fields.
    _partly_saved: frozenset[str] = frozenset()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how: Any) -> Any:
        row = super().from_db(db, field_names, values, **how)
        row._remember_stored()
        return row

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        if fields is None:
            self._remember_stored()
        elif coding_of(type(self)).covers(fields) or CODE in fields:
            # Columns of two moments: the next save, or proof, reads the row anew.
            self._stored = {}

    def demand_code(self) -> None:
        """Raises :class:`CodeBroken` unless the row is as it was saved here; a new one has nothing to prove.

        Raises ``TypeError`` where a coded column was not fetched.
        """
        if self._stored is None or self._is_proved:
            return
        if not coding_of(type(self)).fits(self._stored):
            raise CodeBroken(f"{coding_of(type(self)).name}: an open column is not what was saved here")
        self._is_proved = True

    def take_as_found(self) -> None:
        """Let the row be saved although it was changed past us. The caller has recorded that.

        Only where standing still would be worse: what a recipient has is taken back whatever the row says.
        """
        self._is_proved = True

    @classmethod
    def needs_no_code(cls, values: Mapping[str, Any]) -> bool:
        """Whether a row with these columns has no code, was made without the key, and lets nothing be done."""
        return False

    def write_code(self) -> None:
        """Set the code to that of the attributes."""
        self._code_with({}, None)

    def save_base(
        self,
        raw: bool = False,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Write the code, then save: ``save()``, ``create()`` and ``update_or_create()`` all come through here.

        Raises :class:`CodeBroken` when the row was changed past us since it was saved.
        """
        using = using or router.db_for_write(type(self), instance=self)
        coding, before = coding_of(type(self)), {name: self.__dict__.get(name) for name in (CODE, self._key())}
        if update_fields is None:
            if self._stored is not None:
                self._proved_row(using)
            if self.pk is None:
                _give_ids([self], using)
                force_insert = force_insert or self.pk is not None
            self.write_code()
        elif coding.covers(names := frozenset(update_fields)):
            self._partly_saved = update_fields = names | {CODE}
            self._code_with(self._proved_row(using), names)
        else:
            return super().save_base(raw, force_insert, force_update, using, names)
        try:
            with transaction.atomic(using=using, savepoint=False) if self._partly_saved else nullcontext():
                super().save_base(raw, force_insert, force_update, using, update_fields)
        except BaseException:
            self.__dict__.update(before)
            raise
        finally:
            self._partly_saved = frozenset()
        self._stored, self._is_proved = self._coded, True

    def _proved_row(self, using: str) -> Mapping[str, Any]:
        """The columns of the row in the database, proved; read anew where it was fetched without some of them."""
        if self._stored is None or not coding_of(type(self)).is_complete(self._stored):
            row = type(self)._base_manager.using(using).get(pk=self.pk)
            self._stored, self._is_proved = row._stored, False
        self.demand_code()
        return self._stored or {}

    def _code_with(self, others: Mapping[str, Any], names: Collection[str] | None) -> None:
        """Set the code to that of these fields of the row, all without names, with the other columns beside them."""
        coding = coding_of(type(self))
        self._coded = {**others, **coding.written(self, names)}
        self.code = self._coded[CODE] = coding.code_of(self._coded)

    def _do_update(self, base_qs: Any, using: Any, pk: Any, values: Any, *rest: Any) -> Any:
        """Django's own UPDATE of one row. Of a part of it while the row is as it was read, else as it is now."""
        update = super()._do_update
        if not self._partly_saved or self._stored is None:
            return update(base_qs, using, pk, values, *rest)
        updated = update(base_qs.filter(code=self._stored.get(CODE)), using, pk, values, *rest)
        if updated:
            return updated
        row = base_qs.filter(pk=pk).select_for_update(no_key=True).first()
        if row is None:
            return False
        row.demand_code()
        self._code_with(row._stored, self._partly_saved)
        values = [(field, model, self.code if field.name == CODE else value) for field, model, value in values]
        return update(base_qs, using, pk, values, *rest)

    def _key(self) -> str:
        key: Any = self._meta.pk
        return str(key.attname)

    def _remember_stored(self) -> None:
        stored = dict(self.__dict__)
        for column, write in changing_columns(type(self)):
            if stored.get(column) is not None:
                stored[column] = Written(write(stored[column]))
        self._stored, self._is_proved = stored, False


def proved(rows: Iterable[Row]) -> list[Row]:
    """These rows, each as it was saved here, with those fetched beside it. Raises :class:`CodeBroken` for another.

    Asked wherever rows are acted on or shown. Raises ``TypeError`` for rows fetched without a coded column.
    """
    found = list(rows)
    seen: set[int] = set()
    for row in found:
        if isinstance(row, CodedModel):
            row.demand_code()
        _prove_beside(row, seen)
    return found


def _prove_beside(row: models.Model, seen: set[int]) -> None:
    """Prove what ``select_related()`` fetched with a row; of a related row that is fetched in part nothing is known."""
    seen.add(id(row))
    for related in row._state.fields_cache.values():
        if related is None or id(related) in seen:
            continue
        if isinstance(related, CodedModel) and coding_of(type(related)).is_complete(related._stored or {}):
            related.demand_code()
        _prove_beside(related, seen)


def changed_past_us(rows: Iterable[Coded]) -> list[Coded]:
    """Those of these rows whose code does not fit, for lists and checks that show the others."""
    broken = []
    for row in rows:
        try:
            row.demand_code()
        except CodeBroken:
            broken.append(row)
    return broken


def _give_ids(rows: list[Any], using: str) -> None:
    """Take ids from the table's sequence for rows without one, where the code covers the id. One query."""
    waiting = [row for row in rows if row.pk is None]
    if not waiting:
        return
    model = type(waiting[0])
    key: Any = model._meta.pk
    if key.name in model.UNCODED or not isinstance(key, models.AutoField):
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), key.column, len(waiting)],
        )
        for row, (number,) in zip(waiting, cursor.fetchall(), strict=True):
            row.pk = number
