"""Rules of a list's intake, as its site has laid them down: plain values, made by the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gatekeeper.lists import ListKind, ListStore
from gatekeeper.registries.formats import Format, find_format

LONGEST_DAYS = 3660
"""What stands for ever, where something must have an end."""

_NO_FORMATS: Mapping[str, Format] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ListRules:
    """What is laid down of a list, and of imports into it. The defaults are those of the configuration.

    Attributes:
        name: of the list.
        kind: what kind of list it is; None for one that only the store knows.
        title: what people call it.
        format: the name of the format that its files come in; "" where that is found out.
        inbox: patterns of the names that its files have in the inbox.
        changes: patterns of the names that its change lists have there.
        changes_format: the name of the format that these come in.
        formats: the site's own formats by name, beside those that are built in.
        country: whose national numbers its files hold where neither the format nor the import says (ISO 3166).
        hold_days: for how many days what a wash return clears may be called.
        max_shrink: by which share an import may make the list smaller (0 to 1); None: by any.
        max_growth: the same for larger.
        keep_versions: how many versions stay on disk.
        keep_raw: whether files are kept as delivered.
    """

    name: str
    kind: ListKind | None = None
    title: str = ""
    format: str = ""
    inbox: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    changes_format: str = ""
    formats: Mapping[str, Format] = field(default_factory=lambda: _NO_FORMATS)
    country: str = "FR"
    hold_days: int = LONGEST_DAYS
    max_shrink: float | None = 0.2
    max_growth: float | None = 1.0
    keep_versions: int = 5
    keep_raw: bool = False

    def format_for(self, asked: str = "") -> Format | None:
        """The format of a file: the one asked for, else the list's own; None where neither is named.

        Raises:
            ListError: there is no such format.
        """
        wanted = asked or self.format
        return find_format(wanted, self.formats) if wanted else None


def ensure_list(store: ListStore, rules: ListRules) -> None:
    """Make a list that the configuration names where it is missing, and give it the title it has there.

    Raises:
        ListError: the store has it as another kind.
        StoreError: the database can't be used.
    """
    if rules.kind is not None:
        store.ensure(rules.name, rules.kind, rules.title)
