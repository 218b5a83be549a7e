"""Names of provisions on the command line: each is one of a law that there is."""

from functools import cache

import typer

from gatekeeper.translation import phrase


def known_provision(name: str) -> str:
    """The id of a provision, in whichever case it was written.

    Raises:
        typer.BadParameter: no law has it.
    """
    written = name.strip().upper()
    if written not in _ids():
        begins = written.partition("-")[0] + "-"
        there = [one for one in _ids() if one.startswith(begins)] or list(_ids())
        raise typer.BadParameter(
            phrase("no law has the provision {name!r}; there are: {names}", name=name[:40], names=", ".join(there))
        )
    return written


@cache
def _ids() -> tuple[str, ...]:
    from gatekeeper.law import find_profile, profile_names

    profiles = [find_profile(name) for name in profile_names()]
    found = {one.statement.id for profile in profiles for one in profile.provisions if one.statement.id}
    return tuple(sorted(found))
