"""The configuration of a site for a row of cases: its campaign, its registries, and the readings that a row chooses."""

import json
from functools import cache
from pathlib import Path
from typing import Final

from gatekeeper.config import Settings
from gatekeeper.errors import ConfigError
from gatekeeper.law import find_profile, profile_names, shipped_trades
from gatekeeper.law.overrides import read_overrides
from gatekeeper.policy.ledger import name_key
from tests.law.cases.answers import Answered, sections_of
from tests.law.cases.row import Case, number_of, reading
from tests.law.cases.words import names_of, pairs

WASHED: Final = {"bloctel": 30, "rpo": 15}
"""The registries that answer for numbers sent to them, with the days for which an answer holds."""

ANOTHERS_CALLER_ID: Final = "+33148000999"
"""The caller ID that is another company's; every other one is the principal's."""


def settings_of(case: Case, data: Path, registries: dict[str, str], folder: Path, answers: list[Answered]) -> Settings:
    """The configuration of a row's site.

    Args:
        case: the row.
        data: the data folder.
        registries: by list the registry that it is of.
        folder: where a file of the site may lie.
        answers: what registries that are asked answered.

    Raises:
        ValueError: the row chooses a reading that there is not.
    """
    asked, queries = sections_of(answers)
    campaign: dict[str, object] = {**case.campaign()}
    goods = [name_key(one) for one in names_of(case["goods"])]
    sector = _sector(case["sector"] or (goods[0] if goods else ""))
    if case["sector"]:
        campaign["sector"] = sector
    if case["caller_id"] and f"+{_digits(case)}" == ANOTHERS_CALLER_ID:
        campaign["caller_ids"] = ["+33148000001"]  # which leaves this one to somebody else
    return Settings.model_validate(
        {
            "daemon": {"data_dir": str(data)},
            "law": {
                "default": "callee",
                "goods": {one: sector for one in goods if one not in shipped_trades().goods},
                **_overrides(case, folder),
            },
            "lists": {
                name: {"registry": registry, "kind": "wash" if registry in WASHED else "opposition"}
                for name, registry in registries.items()
            }
            | asked,
            "queries": queries,
            "campaigns": {"cases": {**campaign, "goods": goods, "call_may": ["postcode"]}},
        }
    )


def _digits(case: Case) -> int:
    try:
        return number_of(case["caller_id"])
    except ValueError:
        return 0  # a short number, or a word that says that it is withheld


def _overrides(case: Case, folder: Path) -> dict[str, str]:
    """The readings of the law that the row chooses, in a file as a site has it."""
    with reading("switches"):
        chosen = pairs(case["switches"].replace(" ", ";"), _switches())
    if not chosen:
        return {}
    path = folder / "law.toml"
    lines = (
        f'{name.partition("-")[0]}.switches.{name} = {{ choice = {json.dumps(choice)}, because = "the row" }}\n'
        for name, choice in sorted(chosen.items())
    )
    path.write_text("".join(lines))
    with reading("switches"):
        try:
            read_overrides(path)
        except ConfigError as error:
            raise ValueError(str(error).rpartition(f"{path}, ")[2]) from error
    return {"overrides": str(path)}


@cache
def _switches() -> tuple[str, ...]:
    return tuple(one.name for name in profile_names() for one in find_profile(name).switches)


def _sector(named: str) -> str:
    """The sector that a row names, be it by a kind of goods; another trade is one of those that no law singles out."""
    trades = shipped_trades()
    plain = name_key(named).replace("_", "-").replace(" ", "-")
    return plain if plain in trades.sectors else trades.goods.get(plain, "services")
