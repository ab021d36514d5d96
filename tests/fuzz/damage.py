"""Ways to damage a file, each with a name and, where a damage can leave no trace, the reason.

A damage is given a good file and a source of chance, and gives the bytes of the damaged one. What
may come of it is judged by `outcomes`; only a damage that makes one true-looking value of another
(`Kind.excuse`) may change a figure without a word.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from given import Table

from fuzz.bases import Base

Rows = Callable[[Base, Table, Random], Table]

TRUE_LOOKING = "a value became another that could be true, and no total holds it"
WITHIN_ROUNDING = "the total is further off by rounding than the value changed"
NOBODY_LISTS = "rows are gone, and nothing says which there have to be"
SAME_KIND = "the columns hold the same kind of answer, and every row has them exchanged"
OTHER_KEY = "a code or name became that of another that could be there"


@dataclass(frozen=True)
class Kind:
    """A kind of damage. `excuse` is why a figure may change unseen, None if it never may.

    `text`: the damage is to bytes, for text and YAML; `rows`: to cells; `archive`: to workbooks.
    """

    name: str
    on: str
    do: Callable[..., object]
    excuse: str | None = None


def _row(base: Base, rows: Table, chance: Random) -> int:
    """The number of a row with figures."""
    able = [n for n in range(base.head + 1, len(rows)) if len(rows[n]) > max(base.figures)]
    return chance.choice(able)


def _at(base: Base, rows: Table, chance: Random) -> tuple[int, int]:
    return _row(base, rows, chance), chance.choice(list(base.figures))


def _cell(change: Callable[[str, Random], str]) -> Rows:
    def do(base: Base, rows: Table, chance: Random) -> Table:
        row, at = _at(base, rows, chance)
        rows[row][at] = change(rows[row][at], chance)
        return rows

    return do


def _drop_cell(base: Base, rows: Table, chance: Random) -> Table:
    row = _row(base, rows, chance)
    del rows[row][chance.randrange(len(rows[row]))]
    return rows


def _insert_cell(base: Base, rows: Table, chance: Random) -> Table:
    row = _row(base, rows, chance)
    cells = rows[row]
    rows[row].insert(chance.randrange(len(cells)), chance.choice(["", "17", cells[-1], "x"]))
    return rows


def _double_cell(base: Base, rows: Table, chance: Random) -> Table:
    row = _row(base, rows, chance)
    at = chance.randrange(len(rows[row]))
    rows[row].insert(at, rows[row][at])
    return rows


def _shift_within(base: Base, rows: Table, chance: Random) -> Table:
    """Cells move right by a column from some place on; the last falls off."""
    row = _row(base, rows, chance)
    at = chance.choice(list(base.figures))
    rows[row] = [*rows[row][:at], "", *rows[row][at:-1]]
    return rows


def _swap_cells(base: Base, rows: Table, chance: Random) -> Table:
    row, at = _at(base, rows, chance)
    to = at - 1
    rows[row][at], rows[row][to] = rows[row][to], rows[row][at]
    return rows


def _swap_columns(base: Base, rows: Table, chance: Random) -> Table:
    """The headings stay where they are."""
    at = chance.choice(list(base.figures))
    to = at - 1
    for row in rows[base.head + 1 :]:
        if len(row) > at:
            row[at], row[to] = row[to], row[at]
    return rows


def _drop_column(base: Base, rows: Table, chance: Random) -> Table:
    at = chance.choice(list(base.figures))
    first = base.head + chance.randrange(2)  # with its heading or without
    for row in rows[first:]:
        if len(row) > at:
            del row[at]
    return rows


def _insert_column(base: Base, rows: Table, chance: Random) -> Table:
    at = chance.choice(list(base.figures))
    for row in rows[base.head + 1 :]:
        if len(row) > at:
            row.insert(at, chance.choice(["", "1"]))
    return rows


def _drop_row(base: Base, rows: Table, chance: Random) -> Table:
    del rows[_row(base, rows, chance)]
    return rows


def _double_row(base: Base, rows: Table, chance: Random) -> Table:
    row = _row(base, rows, chance)
    rows.insert(chance.randrange(base.head + 1, len(rows)), list(rows[row]))
    return rows


def _contradict_row(base: Base, rows: Table, chance: Random) -> Table:
    """The same area again, with another number."""
    row, at = _at(base, rows, chance)
    again = list(rows[row])
    again[at] = _another_digit(again[at], chance)
    rows.insert(row + 1, again)
    return rows


def _exchange_rows(base: Base, rows: Table, chance: Random) -> Table:
    one, two = _row(base, rows, chance), _row(base, rows, chance)
    rows[one], rows[two] = rows[two], rows[one]
    return rows


def _merge_rows(base: Base, rows: Table, chance: Random) -> Table:
    """A line end is lost."""
    row = _row(base, rows, chance)
    if row + 1 < len(rows):
        rows[row : row + 2] = [[*rows[row], *rows[row + 1]]]
    return rows


def _break_row(base: Base, rows: Table, chance: Random) -> Table:
    row = _row(base, rows, chance)
    at = chance.randrange(1, len(rows[row]))
    rows[row : row + 1] = [rows[row][:at], rows[row][at:]]
    return rows


def _another_digit(text: str, chance: Random) -> str:
    places = [n for n, character in enumerate(text) if character.isdigit()]
    if not places:
        return text
    at = chance.choice(places)
    other = chance.choice([each for each in "123456789" if each != text[at]])
    return text[:at] + other + text[at + 1 :]


def _transposed(text: str, chance: Random) -> str:
    places = [n for n in range(len(text) - 1) if text[n].isdigit() and text[n + 1].isdigit()]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _unit(text: str, chance: Random) -> str:
    form = chance.choice(
        [
            "{} people",
            "c.{}",
            "{}%",
            "about {}",
            "{}-{}",
            "{}*",
            "{} (est)",
            "~{}",
            "<{}",
            "{}k",
            "\u00a3{}",
            "{}\u00b2",
            "{}[1]",
        ]
    )
    return form.replace("{}", text)


def _no_number(text: str, chance: Random) -> str:
    return chance.choice(
        ["nil", "n/a", "tbc", "#REF!", "#DIV/0!", "none", "?", "see note", "\u2013"]
    )


def _thousands(text: str, chance: Random) -> str:
    digits = re.sub(r"\D", "", text)
    if len(digits) < 4:
        return text
    mark = chance.choice([".", " ", "'", ",,", "\u00a0"])
    return f"{digits[:-3]}{mark}{digits[-3:]}"


def _sign(text: str, chance: Random) -> str:
    return chance.choice(["-{}", "({})", "{}-", "\u2212{}"]).replace("{}", text)


def _larger(text: str, chance: Random) -> str:
    digits = re.sub(r"\D", "", text)
    return digits + "0" * chance.choice([1, 2, 3, 6, 9]) if digits else text


def _code(base: Base, rows: Table, chance: Random) -> Table:
    """What tells the row from others is damaged: a letter, another code, nothing."""
    row = _row(base, rows, chance)
    at = 3 if base.name == "poet" else 0
    text = rows[row][at]
    rows[row][at] = chance.choice(
        [text + "x", text[:-1], "999", "", text.replace("1", "l"), f" {text}", "\u200b" + text]
    )
    return rows


def _heading(base: Base, rows: Table, chance: Random) -> Table:
    head = rows[base.head]
    at = chance.randrange(len(head))
    head[at] = chance.choice(["", head[at] + "x", head[at][::-1], head[at - 1], head[at].upper()])
    return rows


def _heading_swap(base: Base, rows: Table, chance: Random) -> Table:
    """Two headings change places, and the cells below them do not."""
    head = rows[base.head]
    at = chance.choice([each for each in base.figures if each < len(head)] or [1])
    head[at], head[at - 1] = head[at - 1], head[at]
    return rows


def _date(base: Base, rows: Table, chance: Random) -> Table:
    for row in rows:
        for at, text in enumerate(row):
            if re.fullmatch(r"\d{4}-\d\d-\d\d", str(text)) and chance.random() < 0.5:
                row[at] = chance.choice(
                    ["31/03/2013", "2013-13-31", "2003-03-31", "41364", "", "31 March 2013"]
                )
                return rows
    return _code(base, rows, chance)


def _truncate(data: bytes, chance: Random) -> bytes:
    return data[: chance.randrange(len(data) // 8, len(data))]


def _truncate_at_line(data: bytes, chance: Random) -> bytes:
    ends = [n + 1 for n, byte in enumerate(data) if byte == 10]
    return data[: chance.choice(ends[len(ends) // 3 :])]


def _flip(data: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def _byte_lost(data: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + 1 :]


def _byte_put_in(data: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([chance.choice(b',";\n\r\t 0x\x00\xff')]) + data[at:]


def _separator(data: bytes, chance: Random) -> bytes:
    return data.replace(b",", chance.choice([b";", b"\t", b"|"]))


def _encoding(data: bytes, chance: Random) -> bytes:
    name = chance.choice(["utf-16", "utf-16-le", "cp1252", "utf-8-sig", "utf-32", "cp037"])
    return data.decode().encode(name, errors="replace")


def _line_ends(data: bytes, chance: Random) -> bytes:
    return data.replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n", b"\r\r\n"]))


def _block_lost(data: bytes, chance: Random) -> bytes:
    """A piece in the middle is gone, as after a broken download."""
    first = chance.randrange(len(data))
    return data[:first] + data[first + chance.randrange(1, 400) :]


def _zeroed(data: bytes, chance: Random) -> bytes:
    first = chance.randrange(len(data))
    many = min(chance.randrange(1, 64), len(data) - first)
    return data[:first] + b"\0" * many + data[first + many :]


def _part(data: bytes, chance: Random, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with the XML of its last sheet, or its strings, changed and packed again."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        sheets = [n for n in old.namelist() if "worksheets/sheet" in n or "sharedStrings" in n]
        chosen = chance.choice(sheets)
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == chosen else part)
    return out.getvalue()


def _xml_flip(data: bytes, chance: Random) -> bytes:
    return _part(data, chance, lambda part: _flip(part, chance))


def _xml_cut(data: bytes, chance: Random) -> bytes:
    return _part(data, chance, lambda part: part[: chance.randrange(len(part))])


def _xml_cell_lost(data: bytes, chance: Random) -> bytes:
    def lose(part: bytes) -> bytes:
        cells = list(re.finditer(rb"<c .*?(</c>|/>)|<si>.*?</si>", part))
        if not cells:
            return part
        cell = chance.choice(cells)
        return part[: cell.start()] + part[cell.end() :]

    return _part(data, chance, lose)


_YAML = (
    b"publisher: someone",
    b"evidence_class: published",
    b"evidence_class: syntetic",
    b"published_on: 2013-99-01",
    b"licence: [a, b",
    b"title: &a [*a]",
    b"\tpublisher: x",
    b"surprise: 1",
    b"- a",
    b"\x00",
)


def _yaml(data: bytes, chance: Random) -> bytes:
    lines = b"publisher: nobody\ntitle: synthetic\nlicence: MIT\nevidence_class: synthetic\n"
    way = chance.randrange(4)
    if way == 0:
        return lines + chance.choice(_YAML) + b"\n"
    if way == 1:
        return lines[: chance.randrange(len(lines) - 1)]
    if way == 2:
        return _byte_lost(lines, chance)
    return _flip(lines, chance)


KINDS = (
    Kind("cell lost", "rows", _drop_cell),
    Kind("cell put in", "rows", _insert_cell),
    Kind("cell doubled", "rows", _double_cell),
    Kind("cells moved by a column", "rows", _shift_within, SAME_KIND),
    Kind("two cells exchanged", "rows", _swap_cells, TRUE_LOOKING),
    Kind("two columns exchanged", "rows", _swap_columns, SAME_KIND),
    Kind("two headings exchanged", "rows", _heading_swap, SAME_KIND),
    Kind("column lost", "rows", _drop_column),
    Kind("column put in", "rows", _insert_column),
    Kind("row lost", "rows", _drop_row, NOBODY_LISTS),
    Kind("row doubled", "rows", _double_row),
    Kind("row again with another number", "rows", _contradict_row),
    Kind("rows exchanged", "rows", _exchange_rows),
    Kind("line end lost", "rows", _merge_rows),
    Kind("line broken", "rows", _break_row),
    Kind("another digit", "rows", _cell(_another_digit), TRUE_LOOKING),
    Kind("digits transposed", "rows", _cell(_transposed), TRUE_LOOKING),
    Kind("noughts added", "rows", _cell(_larger), TRUE_LOOKING),
    Kind("unit or note", "rows", _cell(_unit), TRUE_LOOKING),
    Kind("word for a number", "rows", _cell(_no_number), TRUE_LOOKING),
    Kind("thousands separator", "rows", _cell(_thousands)),
    Kind("sign", "rows", _cell(_sign)),
    Kind("cell emptied", "rows", _cell(lambda *_: ""), TRUE_LOOKING),
    Kind("code damaged", "rows", _code, OTHER_KEY),
    Kind("date damaged", "rows", _date, OTHER_KEY),
    Kind("heading damaged", "rows", _heading, SAME_KIND),
    Kind("cut off", "text", _truncate, NOBODY_LISTS),
    Kind("cut off at a line", "text", _truncate_at_line, NOBODY_LISTS),
    Kind("bit flipped", "text", _flip, TRUE_LOOKING),
    Kind("byte lost", "text", _byte_lost, TRUE_LOOKING),
    Kind("byte put in", "text", _byte_put_in, TRUE_LOOKING),
    Kind("separator", "text", _separator),
    Kind("encoding", "text", _encoding),
    Kind("line ends", "text", _line_ends),
    Kind("piece lost", "text", _block_lost, NOBODY_LISTS),
    Kind("zeros", "text", _zeroed),
    Kind("source.yml", "yaml", _yaml, TRUE_LOOKING),
    Kind("archive cut off", "archive", _truncate),
    Kind("archive bit flipped", "archive", _flip, TRUE_LOOKING),
    Kind("XML bit flipped", "archive", _xml_flip, TRUE_LOOKING),
    Kind("XML cut off", "archive", _xml_cut),
    Kind("XML cell lost", "archive", _xml_cell_lost, TRUE_LOOKING),
)


def kinds_for(base: Base) -> tuple[Kind, ...]:
    """The kinds of damage that a file can have."""
    fits = ("rows", "yaml", "archive") if base.sheet else ("rows", "yaml", "text")
    unfit = {"source.yml"} if base.source == "neighbours" else set()
    # a workbook has no line ends
    unfit |= {"line end lost", "line broken"} if base.sheet else set()
    return tuple(kind for kind in KINDS if kind.on in fits and kind.name not in unfit)
