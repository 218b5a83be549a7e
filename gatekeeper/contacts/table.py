"""A table of contacts in the CRM's own database: read page by page, changed only where nothing changed meanwhile."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Interval,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Time,
    and_,
    delete,
    inspect,
    or_,
    select,
    text,
    update,
)
from sqlalchemy import Column as TableColumn
from sqlalchemy.exc import NoSuchTableError

from gatekeeper.contacts.columns import NO_COLUMN, choose_code_column, choose_columns
from gatekeeper.contacts.database import open_database, retried, shown_url, told
from gatekeeper.contacts.table_rows import Change, Key, RowAction, TableRow, TableSpec, number_text
from gatekeeper.errors import ContactsError
from gatekeeper.phone import Normaliser
from gatekeeper.translation import phrase

SAMPLE_ROWS = 500
"""Rows that are looked at to find the columns of numbers."""

_NO_NUMBERS = (Boolean, Date, DateTime, Interval, LargeBinary, Time)
"""Types of columns that hold no telephone numbers."""


class ContactTable:
    """A table, opened.

    Args:
        spec: which.
        normaliser: finds the columns of numbers where they are not told.

    Raises:
        ContactsError: the database can't be reached, or has no such table or column.
    """

    def __init__(self, spec: TableSpec, normaliser: Normaliser) -> None:
        self.spec = spec
        self.address = shown_url(spec.url)
        self._engine = open_database(spec.url)
        try:
            with told(self.address):
                self._table = self._reflect()
                self._key = self._find_key()
                self._mark = self._column(spec.mark[0]) if spec.mark else None
                self._choose(normaliser)
        except BaseException:
            self.close()
            raise
        self.key_name = self._key.name
        self.columns = tuple(column.name for column in self._numbers)
        self.code_name = self._code.name if self._code is not None else ""
        self.others = tuple(column.name for column in self._others)

    def page(self, after: Key | None, size: int) -> list[TableRow]:
        """The next contacts that bear no mark, by ascending key.

        Args:
            after: the key before the first; None begins at the beginning.
            size: how many.

        Raises:
            ContactsError: the database can't be read.
        """
        query = self._select().order_by(self._key).limit(size)
        if after is not None:
            query = query.where(self._key > after)
        return self._read(query)

    def page_of_others(self, after: Key | None, size: int) -> tuple[Key | None, list[tuple[Any, ...]]]:
        """What the columns that are not checked hold, page by page as `page`: the last key, None behind the end."""
        query = self._chosen(select(self._key, *self._others)).order_by(self._key).limit(size)
        if after is not None:
            query = query.where(self._key > after)
        rows = self._fetch(query)
        return (_key_of(rows[-1][0]) if rows else None), [row[1:] for row in rows]

    def again(self, keys: Sequence[Key]) -> list[TableRow]:
        """These contacts as they are now, as far as they are there and bear no mark."""
        return self._read(self._select().where(self._key.in_(keys)).order_by(self._key))

    def apply(self, changes: Sequence[Change]) -> list[bool]:
        """Make changes, all in one transaction.

        Returns:
            For each whether it was made; not where the row is gone, or a number in it is no longer what was read.

        Raises:
            ContactsError: the database can't be written; no change was made.
        """

        def work() -> list[bool]:
            with self._engine.begin() as connection:
                return [self._change(connection, change) for change in changes]

        with told(self.address):
            return retried(work)

    def applied(self, changes: Sequence[Change]) -> list[bool]:
        """Whether changes were made, as far as the table tells; for those of a scrub that was interrupted."""
        with told(self.address), self._engine.begin() as connection:
            return [self._is_made(connection, change) for change in changes]

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _select(self) -> Select[Any]:
        more = [column for column in (self._mark, self._code) if column is not None]
        return self._chosen(select(self._key, *self._numbers, *more))

    def _chosen(self, query: Select[Any]) -> Select[Any]:
        """The rows that are asked for, but for those that bear the mark."""
        if self._mark is not None and self.spec.mark is not None:
            query = query.where(or_(self._mark.is_(None), self._mark != self.spec.mark[1]))
        # A colon in it is a colon, and no parameter.
        condition = self.spec.where.replace(":", "\\:")
        return query.where(text(f"({condition})")) if condition else query

    def _read(self, query: Select[Any]) -> list[TableRow]:
        return [self._row(row) for row in self._fetch(query)]

    def _fetch(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        def work() -> list[tuple[Any, ...]]:
            with self._engine.begin() as connection:
                return [tuple(row) for row in connection.execute(query)]

        with told(self.address):
            return retried(work)

    def _row(self, row: tuple[Any, ...]) -> TableRow:
        key, *rest = row
        key = _key_of(key)
        if not isinstance(key, Key):
            raise ContactsError(
                phrase(
                    "{table}.{key_name} holds neither whole numbers nor text: choose another key",
                    table=self.spec.table,
                    key_name=self.key_name,
                )
            )
        numbers, more = tuple(rest[: len(self._numbers)]), rest[len(self._numbers) :]
        mark = more.pop(0) if self._mark is not None else None
        return TableRow(key, numbers, mark, more.pop(0) if self._code is not None else None)

    def _same(self, row: TableRow) -> ColumnElement[bool]:
        """The row, if its numbers are still those that were decided on."""
        same = [column.is_not_distinct_from(value) for column, value in zip(self._numbers, row.numbers, strict=True)]
        if self._code is not None:
            same.append(self._code.is_not_distinct_from(row.code))
        return and_(self._key == row.key, *same)

    def _change(self, connection: Connection, change: Change) -> bool:
        if change.action is RowAction.DELETE:
            return connection.execute(delete(self._table).where(self._same(change.row))).rowcount == 1
        statement = update(self._table).where(self._same(change.row)).values(self._values(change))
        return connection.execute(statement).rowcount == 1

    def _values(self, change: Change) -> dict[str, Any]:
        if change.action is RowAction.EMPTY:
            return {self._numbers[place].name: self._nothing(self._numbers[place]) for place in change.columns}
        if self.spec.mark is None:
            raise ContactsError(phrase("say how a contact is marked: --mark COLUMN=VALUE"))
        return dict([self.spec.mark])

    def _nothing(self, column: TableColumn[Any]) -> str | None:
        if isinstance(column.type, String):
            return ""
        if not column.nullable:
            raise ContactsError(
                phrase(
                    "{table}.{name} can't be emptied: it is no text and must not be NULL",
                    table=self.spec.table,
                    name=column.name,
                )
            )
        return None

    def _is_made(self, connection: Connection, change: Change) -> bool:
        row = connection.execute(select(self._table).where(self._key == change.row.key)).mappings().one_or_none()
        if row is None:
            return change.action is RowAction.DELETE
        if change.action is RowAction.DELETE:
            return False
        return all(row[name] == value for name, value in self._values(change).items())

    def _reflect(self) -> Table:
        schema, _, name = self.spec.table.rpartition(".")
        try:
            return Table(name, MetaData(), schema=schema or None, autoload_with=self._engine, resolve_fks=False)
        except NoSuchTableError:
            names = ", ".join(sorted(inspect(self._engine).get_table_names(schema or None))[:50])
            raise ContactsError(
                phrase(
                    "{address} has no table {table!r}; it has: {names}",
                    address=self.address,
                    table=self.spec.table,
                    names=names,
                )
            ) from None

    def _column(self, name: str) -> TableColumn[Any]:
        if name not in self._table.c:
            names = ", ".join(column.name for column in self._table.c)
            raise ContactsError(
                phrase(
                    "the table {table} has no column {name!r}; it has: {names}",
                    table=self.spec.table,
                    name=name,
                    names=names,
                )
            )
        return self._table.c[name]

    def _find_key(self) -> TableColumn[Any]:
        primary = list(self._table.primary_key.columns)
        if self.spec.key is None:
            if len(primary) != 1:
                raise ContactsError(
                    phrase(
                        "the table {table} has no primary key of one column: name one, --key COLUMN",
                        table=self.spec.table,
                    )
                )
            return primary[0]
        column = self._column(self.spec.key)
        unique = [tuple(index.columns.keys()) for index in self._table.indexes if index.unique]
        unique += [
            tuple(constraint["column_names"])
            for constraint in inspect(self._engine).get_unique_constraints(self._table.name, self._table.schema)
        ]
        if primary != [column] and (column.name,) not in unique:
            raise ContactsError(
                phrase(
                    "{table}.{name} can't be the key: nothing says that it is unique",
                    table=self.spec.table,
                    name=column.name,
                )
            )
        return column

    def _choose(self, normaliser: Normaliser) -> None:
        """Find the columns of numbers, the one of their country codes, and the others, by names and some rows."""
        columns = [column for column in self._table.c if column is not self._key and column is not self._mark]
        query = self._chosen(select(*columns)).order_by(self._key).limit(SAMPLE_ROWS)
        rows = [[number_text(value) for value in row] for row in self._fetch(query)]
        names = [column.name for column in columns]
        told_columns = [self._column(name) for name in self.spec.columns]
        if self.spec.code not in {None, NO_COLUMN}:
            self._column(str(self.spec.code))
        code = choose_code_column(self.spec.code, names, len(names), rows)
        self._numbers = told_columns or [
            columns[place] for place in choose_columns((), names, len(names), rows, normaliser)
        ]
        self._code = columns[code] if code is not None else None
        taken = {column.name for column in self._numbers}
        if self._code is not None and self._code.name in taken:
            raise ContactsError(
                phrase("the column {name!r} can't hold both numbers and their country codes", name=self._code.name)
            )
        places = [
            place
            for place, column in enumerate(columns)
            if column.name not in taken and column is not self._code and not isinstance(column.type, _NO_NUMBERS)
        ]
        self._others = [columns[place] for place in places]
        self.sample = [[row[place] for place in places] for row in rows]


def _key_of(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
