"""The house's own rules: which floor may import which, how long a function is, what a module says of itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("models", "intake", "classifier", "notifier", "desk", "reports", "web")
LONGEST_FUNCTION = 60
LONGEST_FILE = 300
# Folders of machines on which somebody writes, not of any on which the desk runs.
FOREIGN_PATH = re.compile(rb"(?<![\w.])/(?:root|work|Users)/[\w.]|(?<![\w.])/home/(?!\$|<)[a-z]")


def modules() -> list[Path]:
    """Every module of the product."""
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if "__pycache__" not in path.parts and "migrations" not in path.parts]


def tracked_files() -> list[Path]:
    """Every file under version control; where there is none, the modules."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        return modules()
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node.name, node.end_lineno - node.lineno + 1


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_an_import_only_goes_down() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "1 kept, 0 broken" in checked.stdout


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{name_of(path)}: {name} has {length} lines"
        for path in modules()
        for name, length in functions(path)
        if length > LONGEST_FUNCTION
    ]
    assert not long


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_says_what_goes_in_what_comes_out_and_what_is_elsewhere(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    lacking = [word for word in ("In:", "Out:", "Not here:") if not re.search(rf"^{word}\s+\S", said, re.MULTILINE)]
    assert not lacking


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    naming = [name_of(path) for path in tracked_files() if FOREIGN_PATH.search(path.read_bytes())]
    assert naming == []
