"""Trades: the sectors and the kinds of goods that a call can be about, and which goods belong to which sector."""

import importlib
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from gatekeeper.errors import ConfigError
from gatekeeper.policy.ledger import name_key
from gatekeeper.translation import phrase


class Trades(NamedTuple):
    """What calls can be about.

    Attributes:
        sectors: by its name, what a sector is called in English and French.
        goods: by its name, the sector that a kind of goods or services belongs to.
    """

    sectors: Mapping[str, tuple[str, str]]
    goods: Mapping[str, str]

    def with_goods(self, more: Mapping[str, str]) -> "Trades":
        """With further kinds of goods, each with its sector.

        Raises:
            ConfigError: a sector is unknown.
        """
        for name, sector in more.items():
            if sector not in self.sectors:
                raise ConfigError(
                    phrase(
                        "the goods {name!r} have the unknown sector {sector!r}; there are: {named}",
                        name=name,
                        sector=sector,
                        named=self.named,
                    )
                )
        return Trades(self.sectors, {**self.goods, **{name_key(name): sector for name, sector in more.items()}})

    @property
    def named(self) -> str:
        """The sectors' names, as a text."""
        return ", ".join(self.sectors)


@cache
def shipped_trades() -> Trades:
    """The trades that the law's files know."""
    folder = Path(next(iter(importlib.import_module(__package__).__path__)))
    table = tomllib.loads((folder / "trades.toml").read_text(encoding="utf-8"))["sectors"]
    sectors = {name: (str(one["en"]), str(one["fr"])) for name, one in table.items()}
    goods = {goods: name for name, one in table.items() for goods in (name, *one.get("goods", ()))}
    return Trades(sectors, goods)
