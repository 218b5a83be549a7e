"""`[lists.NAME]`: a list of people who must not be called."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from gatekeeper.config.field_types import Flag, Section, Text, Texts, Whole

if TYPE_CHECKING:
    from gatekeeper.intake import ListRules
    from gatekeeper.registries.formats import Format

RED = "red"
"""The name of the red list that is always there."""


class ListSection(Section):
    """A list of people who must not be called. NAME: at most 32 small letters, digits, `-` and `_`."""

    kind: Literal["opposition", "red", "wash", "query", "contract"] = Field(
        default="opposition",
        description='"opposition": applies to the campaigns that name it. "red": the company\'s own list; it applies '
        'to every call. "wash": what a registry answered for numbers sent to it, such as Bloctel; in the campaigns '
        'that name it, a number without a fresh answer is blocked. "query": the answers of '
        '`[queries.NAME]`. "contract": the company\'s running contracts, which lift the lists that campaigns name.',
    )
    title: Text = Field(default="", description="What people call it.")
    legal_basis: Text = Field(
        default="",
        description="The text of law that it rests on, which `gatekeeper check` cites; without, that of its format.",
    )
    registry: Literal["", "own", "bloctel", "ftc", "dncl", "tps", "ctps", "dncm", "rpo"] = Field(
        default="",
        description="The registry that it comes from: it counts where, and as long as, the law of the callee makes it "
        "count. Without, that of its format, or the list's own name where that is one of these. A list of none of "
        'them, "own", counts everywhere.',
    )
    max_age_days: Whole = Field(
        default=30,
        ge=0,
        le=3660,
        description="For how many days after an import, or after the date of its source if that is said, the list may "
        "be relied on; then the calls of its campaigns are blocked as `LIST_STALE`. Of a wash list: for how many days "
        "an answer holds. Where this is not set, the days of the list's format count. 0: for ever, as always for a red "
        "list.",
    )
    max_shrink: Whole = Field(
        default=20,
        ge=0,
        le=100,
        description="By how many percent an import may make the list smaller without `--accept`, where it had at least "
        "1,000 numbers. 0: by any.",
    )
    max_growth: Whole = Field(
        default=100,
        ge=0,
        le=100000,
        description="By how many percent an import may make the list larger without `--accept`, where it had at least "
        "1,000 numbers. 0: by any.",
    )
    keep_versions: Whole = Field(
        default=5,
        ge=2,
        le=1000,
        description="How many versions are kept to be compared and brought back, the one in force included.",
    )
    keep_raw: Flag = Field(default=False, description="Whether imported files are kept as they were delivered.")
    format: Text = Field(
        default="",
        description="The format its files come in (`gatekeeper list formats`); without, text, CSV or XLSX is found "
        "out.",
    )
    inbox: Texts = Field(
        default=(),
        description='Names of the files in the inbox that are its own, as patterns: ["retour_*.csv"].',
    )
    changes: Texts = Field(
        default=(),
        description='Which of the files in the inbox are change lists of it, as patterns: ["us-changes-*"].',
    )
    changes_format: Text = Field(default="", description='The format that these come in, such as "ftc-changes".')

    @model_validator(mode="before")
    @classmethod
    def _red_lists_stay(cls, given: Any) -> Any:
        """A red list is kept by hand and holds whatever its age; a contract holds until its own end."""
        if isinstance(given, dict) and given.get("kind") in ("red", "contract", "query"):
            return {"max_age_days": 0, **given}
        return given

    def as_rules(
        self, name: str, formats: Mapping[str, "Format"], country: str, max_age_days: int, *, named: bool = True
    ) -> "ListRules":
        """What use cases know of the list.

        Args:
            name: of the list.
            formats: the site's own formats.
            country: whose national numbers its files hold (ISO 3166).
            max_age_days: for how many days it may be relied on; 0: for ever.
            named: whether the configuration names it; else these are the defaults, and the store knows its kind.
        """
        # These bring SQLAlchemy in, which some commands do without.
        from gatekeeper.intake.rules import LONGEST_DAYS, ListRules
        from gatekeeper.lists import ListKind

        return ListRules(
            name,
            ListKind(self.kind) if named else None,
            self.title,
            self.format,
            self.inbox,
            self.changes,
            self.changes_format,
            formats,
            country=country,
            hold_days=max_age_days or LONGEST_DAYS,
            max_shrink=self.max_shrink / 100 or None,
            max_growth=self.max_growth / 100 or None,
            keep_versions=self.keep_versions,
            keep_raw=self.keep_raw,
        )


def default_red() -> ListSection:
    """The red list that is there without being configured."""
    return ListSection(kind="red", title="Liste rouge", max_age_days=0)
