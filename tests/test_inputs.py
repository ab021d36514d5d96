"""The inputs outside the raw tree: a file that comes, changes or goes makes another digest."""

from pathlib import Path

from dagster_project import inputs
from dagster_project.paths import Warehouse


def test_each_input_file_is_in_the_digest_by_its_content(tmp_path: Path) -> None:
    warehouse = Warehouse.at(tmp_path)
    files = {
        "corrections": lambda _: tmp_path / "corrections.yml",
        "acceptances": lambda place: place.root / "acceptances.yml",
    }

    def digest() -> str:
        return inputs.with_files("of the raw files", warehouse, files)

    assert digest() == "of the raw files"
    seen = {digest()}
    for name in ("corrections.yml", "acceptances.yml"):
        for text in ("one", "two"):
            (tmp_path / name).write_text(text)
            seen.add(digest())
    assert len(seen) == 5
    (tmp_path / "acceptances.yml").rename(tmp_path / "elsewhere.yml")
    assert digest() in seen
