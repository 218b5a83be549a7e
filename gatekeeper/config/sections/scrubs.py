"""`[scrubs.NAME]`: contacts that are scrubbed again and again."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr

from gatekeeper.config.field_types import Flag, OptionalPath, Section, Text, Texts, Whole

if TYPE_CHECKING:
    from gatekeeper.scrub.schedule import Job


class ScrubSection(Section):
    """Contacts that `gatekeeper scrub --scheduled` scrubs when they are due. NAME: as of a list.

    Each time has a folder of its own below `output`, where its certificate stays.
    """

    contacts: SecretStr = Field(
        default=SecretStr(""),
        description="A CSV or XLSX file by its absolute path, or a database: `mysql://user:password@host/name`.",
    )
    output: OptionalPath = Field(
        default="", description="The folder for what it writes; without, `scrubs/NAME` in the data folder."
    )
    every_days: Whole = Field(default=7, ge=1, le=366, description="After how many days it is due again.")
    at_most_days: Whole = Field(
        default=30, ge=1, le=366, description="A scrub whose last certificate is older than this is said to be overdue."
    )
    campaign: Text = Field(default="", description="The campaign whose lists apply; `campaigns.default` without.")
    principal: Text = Field(default="", description="The company that is called for; the campaign's own without.")
    columns: Texts = Field(default=(), description="The columns of numbers; found out without.")
    country_code_column: Text = Field(
        default="", description="The column of their country codes; found by its name without. `none`: there is none."
    )
    leave_other_numbers: Flag = Field(
        default=False,
        description="Leave numbers in other columns unchecked, which the certificate then says. Without, a scrub that "
        "finds such numbers fails, unless `columns` is given.",
    )
    table: Text = Field(default="", description="Of a database: the table, or `SCHEMA.TABLE`.")
    key: Text = Field(default="", description="Of a table: a column unique in each row; the primary key without.")
    where: Text = Field(default="", description="Of a table: which rows, in SQL.")
    mark: Text = Field(
        default="", description="Of a table: `COLUMN=VALUE` to mark contacts in place with. Without, it is only read."
    )
    drop_numbers: Flag = Field(
        default=False,
        description="Of a table: empty the number that may not be called where the contact has another one.",
    )
    lang: Literal["en", "fr"] = Field(default="en", description="The language of the reasons' sentences.")

    def as_folder(self, name: str, data_dir: Path) -> Path:
        """The folder for what it writes.

        Args:
            name: of the scrub.
            data_dir: has it, where none is set.
        """
        return Path(self.output) if self.output else data_dir / "scrubs" / name

    def as_job(self, name: str, data_dir: Path) -> "Job":
        """The scheduled scrub (`gatekeeper.config` has seen that its settings go together).

        Args:
            name: of the scrub.
            data_dir: has the folder for what it writes, where none is set.
        """
        from gatekeeper.contacts.address import contacts_at  # these bring SQLAlchemy and NumPy in, which only it needs
        from gatekeeper.scrub.options import ScrubOptions, TableOptions
        from gatekeeper.scrub.schedule import Job
        from gatekeeper.words import Language

        column, _, value = self.mark.partition("=")
        mark = (column, value) if self.mark else None
        code = self.country_code_column or None
        contacts = contacts_at(
            self.contacts.get_secret_value(),
            self.table,
            self.columns,
            code,
            where=self.where,
            key=self.key or None,
            mark=mark,
        )
        options = ScrubOptions(
            campaign=self.campaign,
            principal=self.principal,
            columns=self.columns,
            country_code_column=code,
            leave_other_numbers=self.leave_other_numbers,
            language=Language(self.lang),
            in_place=mark is not None,
            table=TableOptions(drop_numbers=self.drop_numbers),
        )
        return Job(
            name,
            contacts,
            options,
            self.as_folder(name, data_dir),
            timedelta(days=self.every_days),
            timedelta(days=self.at_most_days),
        )
