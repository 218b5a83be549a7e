"""Changes: what a site has otherwise than a law's file, each with the reason why. Applied to the file's tables."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from gatekeeper.law.switch import Switch
from gatekeeper.policy.rules import rules
from gatekeeper.translation import phrase


@dataclass(frozen=True)
class ProvisionChange:
    """What a site has otherwise in one provision.

    Attributes:
        parameters: those that change.
        off: whether it does not apply at all.
        because: why.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    off: bool = False
    because: str = ""


@dataclass(frozen=True)
class Changes:
    """What a site has otherwise than a law's file.

    Attributes:
        choices: by switch the choice, and why.
        provisions: by id of a provision what is otherwise in it.
    """

    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    provisions: Mapping[str, ProvisionChange] = field(default_factory=dict)


_FROM: Final = "@"
"""In what a switch sets: stands between a provision's id and the first day of the part that is meant."""

NO_CHANGES = Changes()
"""The law as it is delivered."""

ProvisionTables = list[dict[str, Any]]


def changed(
    tables: Sequence[Mapping[str, Any]], switches: Sequence[Switch], changes: Changes
) -> tuple[ProvisionTables, list[Switch], dict[str, str]]:
    """A law's tables and switches with a site's changes; and by provision why it is otherwise.

    Raises:
        ValueError: a change names what there is not, is not given a reason, or touches what is required.
    """
    made: ProvisionTables = copy.deepcopy([dict(one) for one in tables])
    why: dict[str, str] = {}
    chosen = [_chosen(one, changes.choices) for one in switches]
    _known(changes.choices, [one.name for one in switches], phrase("switch"))
    _switch(made, chosen)
    for one in chosen:
        if one.because:
            why.update((ident.partition(_FROM)[0], one.because) for ident in one.choices[one.chosen].sets)
    for ident, change in changes.provisions.items():
        _known([ident], [str(table.get("id", "")) for table in made], phrase("provision"))
        if not change.because:
            raise ValueError(
                phrase("the provision {ident} is changed without a reason: say why in `because`", ident=ident)
            )
        if any(table.get("required") for table in made if table.get("id") == ident):
            raise ValueError(
                phrase("the provision {ident} can't be changed: it protects whoever must never be called", ident=ident)
            )
        _set(made, ident, change.parameters)
        why[ident] = change.because
        if change.off:
            made = [_switched_off(table) if table.get("id") == ident else table for table in made]
    return made, chosen, why


def _chosen(switch: Switch, choices: Mapping[str, tuple[str, str]]) -> Switch:
    name, because = choices.get(switch.name, (switch.default, ""))
    _known([name], list(switch.choices), phrase("choice of the switch {switch}", switch=switch.name))
    if switch.choices[name].loosens and name != switch.default and not because:
        raise ValueError(
            phrase(
                "the switch {switch} is set to {name!r}, which allows more calls: say why in `because`",
                switch=switch.name,
                name=name,
            )
        )
    return replace(switch, chosen=name, because=because)


def _switch(tables: ProvisionTables, chosen: Sequence[Switch]) -> None:
    """Put into provisions what the chosen readings set. What one takes away, another one does not bring back."""
    sets = [(ident, parameters) for one in chosen for ident, parameters in one.choices[one.chosen].sets.items()]
    for takes_away in (False, True):
        for ident, parameters in sets:
            some = {name: value for name, value in parameters.items() if (value is False) is takes_away}
            if some:
                _set(tables, ident, some)


def _set(tables: ProvisionTables, ident: str, parameters: Mapping[str, Any]) -> None:
    """Put parameters into the parts of a provision that have them; where none has, into those whose rules take them.

    "for" is no parameter: it says to which calls the provision applies. Neither is "from", the first day on which it is
    in force. What is a table is taken away by `false`. Of "ID@2026-08-11" the part is meant that is in force from that
    day on.
    """
    name, _, first = ident.partition(_FROM)
    parts = [
        one
        for one in tables
        if one.get("id") == name and "rule" in one and (not first or str(one.get("from")) == first)
    ]
    if not parts:
        raise ValueError(phrase("unknown provision {ident!r}", ident=ident))
    for name, one in parameters.items():
        if name == "for":
            _narrow(parts, one)
        elif name == "from" and first:
            parts[0]["from"] = one
        else:
            having = [part for part in parts if name in part.get("with", {})]
            for part in having or [part for part in parts if _takes(part, name)] or parts[:1]:
                _put(part.setdefault("with", {}), name, one)


def _takes(part: Mapping[str, Any], name: str) -> bool:
    rule = rules().get(part["rule"])
    return rule is not None and name in {one.name for one in fields(rule)}  # type: ignore[arg-type]  # every rule is one


def _put(there: dict[str, Any], name: str, one: object) -> None:
    if isinstance(there.get(name), dict):
        if one is False:
            del there[name]
            return
        if isinstance(one, dict):
            one = {**there[name], **one}
    there[name] = one


def _narrow(parts: ProvisionTables, scope: Mapping[str, Any]) -> None:
    """Say to which calls the parts of a provision apply: those whose scope says it already, all where none does."""
    for name, one in scope.items():
        for part in [part for part in parts if name in part.get("for", {})] or parts:
            part["for"] = {**part.get("for", {}), name: one}


def _switched_off(table: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in table.items() if key not in ("rule", "with", "for", "lifts", "required")}


def _known(names: Sequence[str] | Mapping[str, object], there: Sequence[str], what: str) -> None:
    for name in names:
        if name not in there:
            raise ValueError(
                phrase(
                    "unknown {what} {name!r}; there are: {names}",
                    what=what,
                    name=name,
                    names=", ".join(dict.fromkeys(filter(None, there))),
                )
            )
