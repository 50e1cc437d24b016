"""Roster files as tables: a folder, a zip, or one CSV, in whatever encoding a spreadsheet wrote.

In:       a path.
Out:      Table: columns and rows with their line numbers.
Not here: what the columns mean (desk.oneroster, desk.roster_csv).

Nothing is ever unpacked to disk, so a path inside a zip can do no harm, and no more than `SIZE_LIMIT`
bytes of any one file are read, whatever the zip claims.
"""

import csv
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

from desk.roster_rows import RosterError, listed

SIZE_LIMIT = 200 * 1024 * 1024  # 100,000 people take about 20 MB
MEMBER_LIMIT = 10_000
CELL_LIMIT = 1_000_000
STRAY_NULS = 20  # in the first 1,000 characters; a program's own format has many more
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Row:
    """One line of a table: cells by folded column name, stripped; a missing cell is ""."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """One CSV file, read."""

    file: str
    columns: tuple[str, ...]
    rows: list[Row] = field(repr=False)

    def has(self, column: str) -> bool:
        """Whether the header names this column, in any spelling that folds to it."""
        return fold_column(column) in {fold_column(name) for name in self.columns}

    def need(self, *columns: str) -> None:
        """RosterError for the first column that is missing, with what was found instead."""
        for column in columns:
            if not self.has(column):
                raise RosterError(f"{self.file} has no column '{column}'; found: {listed(self.columns)}")


@dataclass(frozen=True)
class RosterFiles:
    """The files of one roster by lower-case name, each read when asked for."""

    path: Path
    names: tuple[str, ...]
    contents: dict[str, bytes] = field(repr=False)

    def table(self, name: str) -> Table | None:
        """The table of that name, or None where the roster has no such file."""
        raw = self.contents.get(name)
        return None if raw is None else read_table(name, raw)


def open_roster(path: Path, wanted: tuple[str, ...]) -> RosterFiles | Table:
    """A folder or zip gives its wanted files, a single CSV its table; RosterError for anything else."""
    try:
        if path.is_dir():
            return _from_folder(path, wanted)
        if not path.exists():
            raise RosterError(f"{path}: no such file or folder")
        if zipfile.is_zipfile(path):
            return _from_zip(path, wanted)
        return read_table(path.name, _bounded(path))
    except OSError as error:
        raise RosterError(f"{path}: cannot be read ({error.strerror or error})") from error


def read_table(file: str, raw: bytes) -> Table:
    """Read one CSV: any line ends, blank lines, quotes, a byte-order mark, `,` `;` or tab between cells."""
    text = decode(raw)
    if text.lstrip()[:1] in ("<", "{", "[") or text.count("\x00", 0, 1000) > STRAY_NULS:
        raise RosterError(f"{file} is not a CSV file; save the sheet as CSV and try again")
    try:
        return _parse(file, text.replace("\x00", ""))  # PostgreSQL can hold no NUL
    except csv.Error as error:
        raise RosterError(f"{file} is not a CSV file that can be read ({error})") from error


def decode(raw: bytes) -> str:
    """UTF-8 or UTF-16 by their marks, UTF-8 when valid, else cp1252, which Windows spreadsheets write."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def fold_column(name: str) -> str:
    """How column names are compared: "E-mail Address", "email_address" and "EmailAddress" are one."""
    return "".join(char for char in name.casefold() if char.isalnum())


def _parse(file: str, text: str) -> Table:
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True)
    header = next((cells for cells in reader if any(cell.strip() for cell in cells)), None)
    if header is None:
        raise RosterError(f"{file} is empty; a header line with the column names is expected")
    names = [fold_column(name) for name in header]
    rows = list(_rows(reader, names))
    return Table(file, tuple(name.strip() for name in header if name.strip()), rows)


def _rows(reader: Any, names: list[str]) -> Iterator[Row]:
    before = reader.line_num
    for cells in reader:
        line, before = before + 1, reader.line_num  # where the row begins, even when a cell spans lines
        found: dict[str, str] = {}
        for name, cell in zip(names, cells, strict=False):
            if name:
                found.setdefault(name, " ".join(cell.split()))
        if any(found.values()):
            yield Row(line, found)


def _delimiter(text: str) -> str:
    """What the header line uses most; spreadsheets of many countries write semicolons."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=header.count)


def _from_folder(path: Path, wanted: tuple[str, ...]) -> RosterFiles:
    found = {entry.name.lower(): entry for entry in sorted(path.iterdir()) if entry.is_file()}
    contents = {name: _bounded(found[name]) for name in wanted if name in found}
    return RosterFiles(path, tuple(found), contents)


def _bounded(path: Path) -> bytes:
    with path.open("rb") as stream:
        raw = stream.read(SIZE_LIMIT + 1)
    if len(raw) > SIZE_LIMIT:
        raise RosterError(f"{path.name} is larger than {SIZE_LIMIT // 1024 // 1024} MB; no roster is")
    return raw


def _from_zip(path: Path, wanted: tuple[str, ...]) -> RosterFiles:
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(path, archive)
            contents = {name: _read_member(archive, members[name]) for name in wanted if name in members}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise RosterError(f"{path.name} is a damaged zip, or one of a kind that cannot be read ({error})") from error
    return RosterFiles(path, tuple(members), contents)


def _members(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Files by their lower-case base name; a top folder in the zip does not matter, two of one name do."""
    entries = archive.infolist()
    if len(entries) > MEMBER_LIMIT:
        raise RosterError(f"{path.name} holds {len(entries)} files; a roster holds about a dozen")
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or "__MACOSX" in name.parts or name.name.startswith("."):
            continue
        if name.name.lower() == "[content_types].xml":
            raise RosterError(f"{path.name} is an office document; save the sheet as CSV and try again")
        if members.setdefault(name.name.lower(), entry) is not entry and name.suffix.lower() == ".csv":
            raise RosterError(f"{path.name} holds two files named {name.name}; only one can be the roster")
    return members


def _read_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & 0x1:
        raise RosterError(f"{entry.filename} is encrypted; unpack the zip and import the folder")
    with archive.open(entry) as stream:
        raw = stream.read(SIZE_LIMIT + 1)
    if len(raw) > SIZE_LIMIT:
        raise RosterError(f"{entry.filename} unpacks to more than {SIZE_LIMIT // 1024 // 1024} MB; no roster does")
    return raw
