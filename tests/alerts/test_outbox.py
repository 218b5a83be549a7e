"""The outbox: everything is told once by each channel, whatever is restarted in between."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine

from gatekeeper.alerts import outbox as module
from gatekeeper.alerts.alert import AlertKind, Occasion
from gatekeeper.alerts.outbox import Outbox
from gatekeeper.alerts.tables import metadata
from gatekeeper.delivery import outbox as delivery
from gatekeeper.storage import begin_immediate, open_engine
from tests.alerts.receivers import AT

STALE = Occasion(AlertKind.LIST_STALE, "list.stale:tps", {"list": "tps", "days": "0", "until": ""})
BYPASS = Occasion(AlertKind.BYPASS, "bypass:1", {"decision": "1"})
BOTH = ("e-mail", "webhook")


def waits(outbox: Outbox, channel: str = "e-mail", now: int = AT) -> list[str]:
    """What a channel has to tell now."""
    return [one.item.kind for one in outbox.due(channel, now, 100)]


def test_what_lasts_is_told_once_and_again_when_it_was_over(tmp_path: Path) -> None:
    """Through restarts, too."""
    for _ in range(3):
        with Outbox(tmp_path / "o", BOTH) as outbox:
            outbox.take(AT, begun=[STALE])
            assert waits(outbox) == ["list.stale"]
            assert outbox.told() == {STALE.key}
    with Outbox(tmp_path / "o", BOTH) as outbox:
        outbox.take(AT + 1, over=[STALE.key])
        outbox.take(AT + 2, begun=[STALE])
        assert waits(outbox) == ["list.stale"]
        assert waits(outbox, now=AT + 2) == ["list.stale"] * 2


def test_each_event_is_kept_for_each_channel_until_it_is_told(tmp_path: Path) -> None:
    """One that told it does not tell it for another; how far events were looked through is kept with them."""
    with Outbox(tmp_path / "o", BOTH) as outbox:
        assert outbox.reached("journal") is None
        outbox.take(AT, events=[BYPASS, BYPASS], reached={"journal": 7})
        first, second = outbox.due("e-mail", AT, 100)
        outbox.settle("e-mail", [first.item.id, second.item.id])
    with Outbox(tmp_path / "o", BOTH) as outbox:
        assert (waits(outbox), waits(outbox, "webhook")) == ([], ["bypass"] * 2)
        outbox.put_off("webhook", [first.item.id], AT + 10)
        assert [one.item for one in outbox.due("webhook", AT, 100)] == [second.item]
        assert {(one.item.id, one.tries) for one in outbox.due("webhook", AT + 10, 100)} == {
            (first.item.id, 1),
            (second.item.id, 0),
        }
        assert outbox.reached("journal") == 7
        assert dict(outbox.waiting()) == {"e-mail": 0, "webhook": 2}


def test_what_comes_while_another_is_settled_is_not_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row is committed between the other's commit and the note of how much waits after that."""
    coming: list[threading.Thread] = []

    @contextmanager
    def committed_in_between(engine: Engine) -> Iterator[Connection]:
        with begin_immediate(engine) as connection:
            yield connection
        if not coming:
            coming.append(threading.Thread(target=outbox.take, args=(AT,), kwargs={"events": [BYPASS]}))
            coming[0].start()
            coming[0].join(2)

    with Outbox(tmp_path / "o", ["webhook"]) as outbox:
        outbox.take(AT, events=[BYPASS])
        (told,) = outbox.due("webhook", AT, 10)
        monkeypatch.setattr(delivery, "begin_immediate", committed_in_between)
        outbox.settle("webhook", [told.item.id])
        coming[0].join(60)
        assert dict(outbox.waiting()) == {"webhook": 1}
        assert waits(outbox, "webhook") == ["bypass"]


def test_a_channel_that_is_taken_away_keeps_nothing_waiting(tmp_path: Path) -> None:
    """And one that is new begins with what comes."""
    with Outbox(tmp_path / "o", ["webhook"]) as outbox:
        outbox.take(AT, events=[BYPASS])
    with Outbox(tmp_path / "o", ["e-mail"]) as outbox:
        assert dict(outbox.waiting()) == {"e-mail": 0}
        outbox.take(AT, events=[BYPASS])
        assert waits(outbox) == ["bypass"]


def test_it_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody empties it, what comes on top is counted, and not looked for again."""
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    with Outbox(tmp_path / "o", BOTH) as outbox:
        assert outbox.take(AT, events=[BYPASS] * 2, reached={"journal": 2}) == 0
        assert outbox.take(AT, events=[BYPASS] * 3, begun=[STALE], reached={"journal": 5}) == 3
        assert sorted(waits(outbox)) == [
            "bypass",
            "bypass",
            "list.stale",
        ]
        assert outbox.reached("journal") == 5


def test_the_migrations_make_the_tables_of_the_code(tmp_path: Path) -> None:
    """No difference between the two."""
    Outbox(tmp_path / "o", BOTH).close()
    with open_engine(tmp_path / "o").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
