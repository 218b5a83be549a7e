"""The law that a scrub went by, as its certificate tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatekeeper.law.profile import Profile


@dataclass(frozen=True, slots=True)
class SwitchUsed:
    """An uncertain point of a law that a site reads otherwise than by default.

    Attributes:
        name: of the switch.
        chosen: the reading.
        because: why.
    """

    name: str
    chosen: str
    because: str


@dataclass(frozen=True, slots=True)
class LawUsed:
    """A law that numbers were judged by.

    Attributes:
        name: by which the configuration names it.
        title: what people call it.
        title_fr: the same in French.
        fingerprint: of its rules with every parameter, as decisions have it.
        sources_of: of which day its sources are, ISO 8601, or "".
        switches: those that differ from the default.
        overridden: the ids of the provisions that the site has changed, each with why.
        shadow: the ids of the provisions in shadow, which take nobody out.
    """

    name: str
    title: str
    title_fr: str
    fingerprint: str
    sources_of: str
    switches: tuple[SwitchUsed, ...]
    overridden: dict[str, str]
    shadow: tuple[str, ...]


def laws_used(profiles: Sequence[Profile]) -> tuple[LawUsed, ...]:
    """What a certificate says of laws."""
    return tuple(_used(profile) for profile in profiles)


def _used(profile: Profile) -> LawUsed:
    switches = [
        SwitchUsed(one.name, one.chosen, one.because)
        for one in profile.switches
        if one.chosen and one.chosen != one.default
    ]
    shadow = [
        one.statement.id or one.provision.rule.name
        for one in profile.provisions
        if one.provision is not None and one.provision.shadow
    ]
    return LawUsed(
        profile.name,
        *profile.title,
        profile.fingerprint,
        profile.sources_of.isoformat() if profile.sources_of else "",
        tuple(switches),
        {one.statement.id: one.overridden for one in profile.provisions if one.overridden},
        tuple(dict.fromkeys(shadow)),
    )
