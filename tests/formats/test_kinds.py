"""Files that are no table: each is refused with what it is and what to do."""

from __future__ import annotations

import gzip
import json

import books
import given as g
import pytest

from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import read_document
from dagster_project.landing.file_rules import FILE_RULES

CSV = g.as_csv(g.ccs())


def separated(mark: str) -> str:
    return "\n".join(mark.join(row) for row in g.ccs())


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + stream.encode("utf-16-le")


LOCKED_ODS = books.zipped(
    {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": "secret",
        "META-INF/manifest.xml": "<manifest:encryption-data/>",
    }
)
CASES: list[tuple[str, bytes | str, str, str]] = [
    ("semicolons", separated(";"), "file-separator", "separated by semicolons"),
    ("tabs", separated("\t"), "file-separator", "separated by tabs"),
    ("bars", separated("|"), "file-separator", "separated by vertical bars"),
    (
        "quoted, with decimal commas",
        '"code";"name";"rate"\n"102";"Cumbria, the";"55,7"\n"104";"X";"60,1"\n',
        "file-separator",
        "separated by semicolons",
    ),
    ("zip", books.zipped({"data/ascof.csv": CSV}), "file-packed", "'ascof.csv' in it"),
    ("zip in zip", books.zipped({"a.zip": books.zipped({"a.csv": CSV})}), "file-packed", "a.zip"),
    ("blank zip", books.zipped({}), "file-packed", "nothing in it"),
    ("gzip", gzip.compress(CSV.encode()), "file-packed", "gzip"),
    ("7z", b"7z\xbc\xaf\x27\x1c" + bytes(40), "file-packed", "7-Zip"),
    ("page", "\n<!DOCTYPE HTML>\n<html><p>Not found</p>", "file-not-a-table", "a web page"),
    ("page 2", "<!-- x --><html>", "file-not-a-table", "a web page"),
    ("xhtml", '<?xml version="1.0"?>\n<html xmlns="x">', "file-not-a-table", "a web page"),
    ("page as xls", "<html><table><tr><td>1</td></tr></table>", "file-not-a-table", "web page"),
    (
        "lfs",
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n",
        "file-not-a-table",
        "Git LFS pointer",
    ),
    ("pdf", b"%PDF-1.7\n%\xe2\xe3", "file-not-a-table", "PDF"),
    ("json", json.dumps([{"a": 1}]), "file-not-a-table", "JSON"),
    (
        "xml workbook",
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "file-not-a-table",
        "Excel 2003",
    ),
    ("xlsb", books.zipped({"xl/workbook.bin": b"1"}), "file-not-a-table", "xlsb"),
    ("numbers", books.zipped({"Index/Document.iwa": b"1"}), "file-not-a-table", "Numbers"),
    ("docx", books.zipped({"word/document.xml": "x"}), "file-not-a-table", "Word"),
    ("doc", ole("WordDocument"), "file-not-a-table", "Word"),
    ("xlsx with a password", ole("EncryptedPackage"), "file-locked", "password"),
    ("ods with a password", LOCKED_ODS, "file-locked", "password"),
]


@pytest.mark.parametrize(("data", "rule", "words"), [pytest.param(*c[1:], id=c[0]) for c in CASES])
def test_what_a_file_is_and_what_to_do(data: bytes | str, rule: str, words: str) -> None:
    with pytest.raises(FileProblem) as caught:
        read_document(data.encode() if isinstance(data, str) else data, "a.csv")
    assert caught.value.rule_id == rule
    assert words in caught.value.reason
    assert (caught.value.remedy or FILE_RULES[rule].remedy)[0].isupper()


@pytest.mark.parametrize(
    "text",
    [
        CSV,
        g.as_csv(g.poet(g.response(care_groups="older_people;mental_health;sensory"))),
        "Table 1; users; carers\ncode,name\n102,Cumbria\n104,Bolton\n",
        "code,note\n102,a;b;c\n104,\n108,d;e;f\n",
    ],
)
def test_a_csv_with_other_marks_in_its_cells_is_a_csv(text: str) -> None:
    assert len(read_document(text.encode(), "a.csv").sheets) == 1
