"""Formats that the configuration declares."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.config import load
from gatekeeper.errors import ConfigError, ImportRefused
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.registries.formats import Format, SourceKind
from tests.lists.formats.reading import lines_of, mutated, read

WASH = """
[formats.rpo]
kind = "wash"
country = "IT"
delimiter = "|"
column = "Numero"
answer_column = "Esito"
callable = ["0", "libero"]
listed = ["1"]
other = "unclear"
ignore_case = true
date_column = "3"
max_age_days = 15

[lists.italia]
format = "rpo"
"""
TEXT = (
    "Numero|Esito|Data\n0612345678|0|2024-11-01\n3471234567|1|2024-11-03\n3471234568|LIBERO|2024-11-02\n"
    "3471234569|?|\n3471234570||\n"
)
ONE, TWO, THREE = 390612345678, 393471234567, 393471234568


def configured(text: str, folder: Path, name: str) -> Format:
    """A format as a configuration file declares it."""
    path = folder / "gatekeeper.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, {}).list_formats[name]


def test_a_declared_wash_means_what_the_configuration_says(tmp_path: Path) -> None:
    """Its words mean what the configuration says they mean."""
    form = configured(WASH, tmp_path, "rpo")
    assert (form.kind, form.max_age_days) == (SourceKind.WASH, 15)
    found = read(TEXT.encode(), form=form)
    assert (found.callable, found.listed) == ([ONE, THREE], [TWO])
    assert [reject.line for reject in found.rejects] == [5, 6]
    assert str(found.reader.newest) == "2024-11-03"


def test_a_declared_list_that_marks_only_the_listed(tmp_path: Path) -> None:
    """No answer may clear a number, where the registry means that."""
    form = configured(
        '[formats.dncr]\nkind = "wash"\ncountry = "AU"\ncolumn = "1"\ndelimiter = ","\nanswer_column = "2"\n'
        'listed = ["Y"]\nempty = "callable"\n',
        tmp_path,
        "dncr",
    )
    found = read(b"0291234567,Y\n0412345678,\n0412345679,N\n", form=form)
    assert (found.listed, found.callable) == ([61291234567, 61412345679], [61412345678])


def test_a_declared_delta_adds_and_removes(tmp_path: Path) -> None:
    """Adds and removes."""
    form = configured(
        '[formats.tps]\nkind = "delta"\ncountry = "GB"\nanswer_column = "2"\ncolumn = "1"\ndelimiter = "tab"\n'
        'listed = ["+"]\nremoved = ["-"]\nother = "unclear"\n',
        tmp_path,
        "tps",
    )
    found = read(b"02079460000\t+\n02079460001\t-\n", form=form)
    assert (found.listed, found.removed) == ([442079460000], [442079460001])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[formats.x]\ncallable = ["OK"]\n', "`answer_column` does not say where"),
        ('[formats.x]\nkind = "wash"\nanswer_column = "2"\n', "which answer clears a number"),
        ('[formats.x]\nkind = "delta"\nanswer_column = "2"\n', "which answer takes a number off"),
        ('[formats.x]\nanswer_column = "2"\ncallable = ["A"]\nlisted = ["A"]\n', "another answer list has, too"),
        ('[formats."X Y"]\ntitle = "x"\n', "is no name for a format"),
        ('[lists.us]\nformat = "ftx"\n', 'Did you mean "ftc"'),
        ('[formats.x]\nkind = "washed"\n', '"full" or "delta" or "wash"'),
    ],
)
def test_a_declaration_that_can_not_be_meant_is_told(tmp_path: Path, text: str, says: str) -> None:
    """With file, line and key."""
    path = tmp_path / "gatekeeper.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as raised:
        load(path, {})
    assert says in str(raised.value)
    assert "line" in str(raised.value)


def test_a_list_has_a_format_of_its_own(tmp_path: Path) -> None:
    """Which another one that is asked for goes before."""
    path = tmp_path / "gatekeeper.toml"
    path.write_text(WASH)
    found = load(path, {})
    forms = [found.format_of("italia"), found.format_of("italia", "ftc"), found.format_of("red")]
    assert [form.name if form else "" for form in forms] == ["rpo", "ftc", ""]


def test_a_deposit_is_no_list(tmp_path: Path) -> None:
    """What we sent says nothing about anybody's wishes."""
    from gatekeeper.registries.formats import find_format

    path = tmp_path / "deposit.csv"
    path.write_text("Telephone;Identifiant\n0612345678;1\n")
    with ListStore(tmp_path / "data") as store:
        store.ensure("bloctel", ListKind.OPPOSITION)
        with pytest.raises(ImportRefused):
            store.import_file(path, "bloctel", options=ImportOptions(format=find_format("bloctel-deposit")))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_line_is_lost(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """However a washed file is damaged below its header."""
    form = configured(WASH, tmp_path_factory.getbasetemp(), "rpo")
    head, _, body = TEXT.encode().partition(b"\n")
    content = head + b"\n" + data.draw(mutated(body * 3))
    found = read(content, form=form, force=True)
    assert found.records + found.headers == lines_of(content)
    assert found.records == len(found.listed) + len(found.callable) + len(found.rejects)
