"""Conditions in SQL: a filter for decisions, and which of several rows about one decision is in force."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal, literal_column, or_, select

from gatekeeper import clock
from gatekeeper.journal.asked_by import BETWEEN, is_bare, sought
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.journal.sqlite.tables import decision, elsewhere


def _corrections(ident: ColumnElement[str], upto: int | None = None) -> Select[Any]:
    """The corrections of a decision. The index on them knows the 1 as it stands, and no parameter for it."""
    other = decision.alias("correction_of")
    found = select(other.c.seq).where(other.c.correction == literal_column("1"), other.c.supersedes == ident)
    return found if upto is None else found.where(other.c.seq <= upto)


def about(ident: ColumnElement[str]) -> ColumnElement[bool]:
    """The decision with an id, and its corrections."""
    itself = decision.alias("itself")
    of_id = select(itself.c.seq).where(itself.c.id == ident)
    return decision.c.seq.in_(of_id.union_all(_corrections(ident)))


_CORRECTED_ELSEWHERE: Final = select(elsewhere.c.id).where(elsewhere.c.id == decision.c.id, elsewhere.c.correction == 1)


def _in_force(upto: int | None) -> ColumnElement[bool]:
    """No correction takes its place; where a look goes up to some `seq`, none that lies before that.

    A correction that is written while one looks would else take a row out of what was found, without being in it.
    """
    return ~_corrections(decision.c.id, upto).exists() & ~_CORRECTED_ELSEWHERE.exists()


_ID: Final = decision.c.id.concat("")
"""Keeps SQLite from taking the index on ids for a bound: a reader chooses the order it reads in."""


def conditions(wanted: DecisionFilter, *, by_number: bool = True, upto: int | None = None) -> list[ColumnElement[bool]]:
    """The filter in SQL.

    Args:
        wanted: the filter.
        by_number: whether the index on numbers may be used, so that no other one is.
        upto: the `seq` after which no correction counts; None where all do.
    """
    found = [*_of_time(wanted), *_of_call(wanted, decision.c.number if by_number else decision.c.number + 0)]
    if not wanted.corrected:
        found.append(_in_force(upto))
    marked = ((wanted.would_block, decision.c.would_block != ""), (wanted.bypassed, decision.c.bypass == 1))
    found += [condition for asked, condition in marked if asked]
    if wanted.provisions:
        ids = sorted(wanted.provisions)
        found.append(or_(decision.c.provision.in_(ids), decision.c.would_provision.in_(ids)))
    if wanted.principals is not None:
        found.append(decision.c.principal.in_(sorted(wanted.principals)))
    several = (
        (decision.c.reason, wanted.reasons),
        (decision.c.verdict, wanted.verdicts),
        (decision.c.campaign, wanted.campaigns),
        (decision.c.gate, wanted.gates),
        (decision.c.list, wanted.lists),
    )
    found += [column.in_(sorted(values)) for column, values in several if values]
    if wanted.agents:
        found.append(_asked_by(sorted(wanted.agents)))
    return found


def _asked_by(wanted: list[str]) -> ColumnElement[bool]:
    """Who asked for the call, as the column has it, or by a bare name (`asked_by.is_among`)."""
    among = literal(BETWEEN).concat(decision.c.asked_by).concat(BETWEEN)
    named = [func.instr(among, one) > 0 for name in wanted if is_bare(name) for one in sought(name)]
    return or_(decision.c.asked_by.in_(wanted), *named)


def _of_time(wanted: DecisionFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield decision.c.at >= micros_of(wanted.since)
    if wanted.until is not None:
        yield decision.c.at < micros_of(wanted.until)
    if wanted.id_from:
        yield wanted.id_from <= _ID
    if wanted.id_before:
        yield wanted.id_before > _ID


def _of_call(wanted: DecisionFilter, number: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
    if wanted.number is not None:
        yield number == wanted.number
    if wanted.numberless:
        yield number.is_(None)
    if wanted.id:
        yield about(literal(wanted.id))
    if wanted.linkedid:
        yield decision.c.linkedid == wanted.linkedid


def micros_of(moment: datetime) -> int:
    """A moment in microseconds since the epoch."""
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone")
    return clock.micros_of(moment)
