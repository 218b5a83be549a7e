"""Check of Asterisk's version: none by which a dialer could go round the gates, or read their secrets.

Sources: the CVE records CVE-2024-42365 (GHSA-c4cg-9275-6w44), CVE-2023-49294 (GHSA-8857-hfmw-vg8f) and CVE-2024-35190
(GHSA-qqxj-v78h-hrf9), each with the releases that it names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from gatekeeper.doctor.findings import CheckFinding, failed, said, skipped, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.words import Sentence

Release = tuple[int, int, int]


@dataclass(frozen=True)
class KnownHole:
    """A hole of some releases.

    Attributes:
        name: its CVE.
        what: what it lets somebody do.
        fixed: by major release the first one without it; a later major release never had it, an earlier one, or one
            that is not named, has it whatever its number.
        certified: the same of certified releases, by major and minor release.
        only: the releases that have it, where these are all.
    """

    name: str
    what: Sentence
    fixed: Mapping[int, Release] = field(default_factory=dict)
    certified: Mapping[tuple[int, int], int] = field(default_factory=dict)
    only: frozenset[Release] = frozenset()


HOLES: Final = (
    KnownHole(
        "CVE-2024-42365",
        Sentence(
            "any manager user who may originate calls can write Asterisk's configuration, and so take the gates out",
            "tout utilisateur de l'interface AMI autorisé à appeler peut écrire la configuration d'Asterisk, et donc "
            "retirer les contrôles",
        ),
        {18: (18, 24, 2), 20: (20, 9, 2), 21: (21, 4, 2)},
        {(18, 9): 11, (20, 7): 2},
    ),
    KnownHole(
        "CVE-2023-49294",
        Sentence(
            "a manager user with the class config can read every file of Asterisk's user, secrets too",
            "un utilisateur AMI de la classe config peut lire tout fichier de l'utilisateur d'Asterisk, secrets "
            "compris",
        ),
        {18: (18, 20, 1), 20: (20, 5, 1), 21: (21, 0, 1)},
        {(18, 9): 6, (20, 7): 0},
    ),
    KnownHole(
        "CVE-2024-35190",
        Sentence(
            "every unauthorised SIP request is taken for a known endpoint's",
            "toute requête SIP non autorisée est prise pour celle d'un poste connu",
        ),
        only=frozenset({(18, 23, 0), (20, 8, 0), (21, 3, 0)}),
    ),
)

_PLAIN: Final = re.compile(r"\b(\d{1,2})\.(\d+)\.(\d+)")
_CERTIFIED: Final = re.compile(r"\b(\d{1,2})\.(\d+)-cert(\d+)")
_DEBIAN: Final = re.compile(r"dfsg|deb\d")


def is_open(version: str, hole: KnownHole) -> bool:
    """Whether a version has a hole. `18.9-cert11` is a certified release."""
    certified = _CERTIFIED.search(version)
    if certified:
        major, minor, number = (int(part) for part in certified.groups())
        if hole.only:
            return False
        last = max(hole.certified)
        fixed = hole.certified.get((major, minor))
        return number < fixed if fixed is not None else (major, minor) < last
    plain = _PLAIN.search(version)
    if plain is None:
        return False
    release = (int(plain[1]), int(plain[2]), int(plain[3]))
    if hole.only:
        return release in hole.only
    first = hole.fixed.get(release[0])
    return release < first if first is not None else release[0] < max(hole.fixed)


def judge(version: str) -> Iterator[CheckFinding]:
    """What is to be said of a version."""
    for hole in HOLES:
        if not is_open(version, hole):
            continue
        fixed = ", ".join(".".join(map(str, release)) for release in hole.fixed.values())
        says = said(
            "{version} has {name}: {what}", "{version} a la faille {name} : {french}",
            version=version, name=hole.name, what=hole.what.english, french=hole.what.french,
        )  # fmt: skip
        if _DEBIAN.search(version):
            yield warning(
                says,
                said(
                    "by its number; Debian mends holes without a new one: look for {name} with `apt changelog "
                    "asterisk`",
                    "d'après son numéro ; Debian corrige sans le changer : cherchez {name} avec `apt changelog "
                    "asterisk`",
                    name=hole.name,
                ),
            )
        else:
            yield failed(
                says,
                said(
                    "install a release that has the fix: {fixed} or later",
                    "installez une version corrigée : {fixed} ou plus récente",
                    fixed=fixed or Sentence("the next one", "").english,
                ),
            )


def _look(at: Installation) -> Iterator[CheckFinding]:
    version = (at.running.version if at.has(CheckNeed.RUNNING) else "") or at.site.version
    if not version:
        yield skipped(Sentence("Asterisk's version is not known", "la version d'Asterisk n'est pas connue"))
        return
    yield from judge(version)


CHECK = HealthCheck(
    "asterisk-version",
    Sentence("holes of Asterisk's version", "les failles de la version d'Asterisk"),
    (CheckNeed.SITE,),
    _look,
    Sentence("none that concerns the gates is known", "aucune connue qui touche les contrôles"),
)
