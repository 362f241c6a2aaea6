"""What ships as the page: built from the sources beside it, small, and self-contained."""

import gzip
import importlib.util
import re
from pathlib import Path

import pytest

import multipolar.desk

DESK = Path(multipolar.desk.__file__).parent
STATIC, WEB = DESK / "static", DESK / "web"
LARGEST = 1_200_000
"""Bytes of everything, compressed."""


def files():
    return [path for path in STATIC.rglob("*") if path.is_file()]


def test_it_was_built_from_the_sources_beside_it():
    if not WEB.is_dir():
        pytest.skip("platform: multipolar is installed, and the page's sources are not in the wheel")
    spec = importlib.util.spec_from_file_location("sources", WEB / "sources.py")
    assert spec is not None
    assert spec.loader is not None
    sources = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sources)
    assert sources.RECORD.read_text(encoding="utf-8").strip() == sources.digest(), "run make web"


def test_it_is_small():
    size = sum(len(gzip.compress(path.read_bytes(), 9)) for path in files())
    assert 100_000 < size < LARGEST


def test_it_loads_nothing_from_elsewhere():
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    loaded = re.findall(r"(?:src|href)=\"([^\"]+)\"", page)
    assert loaded
    for address in loaded:
        assert not re.match(r"(?:https?:)?//", address)
        assert (STATIC / address.removeprefix("./")).is_file(), address


def test_nothing_stands_inline_that_the_policy_would_refuse():
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)


def test_scripts_evaluate_no_text():
    for path in files():
        if path.suffix == ".js":
            text = path.read_text(encoding="utf-8")
            assert "new Function(" not in text
            assert not re.search(r"(?<![\w.$])eval\(", text)
