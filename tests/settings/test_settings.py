"""What settings say about a file and its models."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cnnlint.settings.amounts import read_bytes, read_count, read_share
from cnnlint.settings.errors import ConfigurationError
from cnnlint.settings.layer import merge, read_layer
from cnnlint.settings.pattern import absolute_pattern, matches, path_matches
from cnnlint.settings.settings import Settings

ROOT = Path("/project")


def settings(**table: Any) -> Settings:
    named = {key.replace("_", "-"): value for key, value in table.items()}
    return Settings.of_layer(read_layer(named, ROOT, "cnnlint.toml"), ROOT, ROOT / "cnnlint.toml")


@pytest.mark.parametrize(
    ("text", "number"),
    [("5M", 5_000_000), ("250k", 250_000), ("1.5G", 1_500_000_000), ("991,041", 991_041), (12, 12), (1e6, 1_000_000)],
)
def test_counts(text: object, number: int) -> None:
    assert read_count(text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("64MiB", 67_108_864), ("20MB", 20_000_000), ("256 KiB", 262_144), ("512", 512), (7, 7)]
)
def test_sizes(text: object, number: int) -> None:
    assert read_bytes(text) == number


def test_shares() -> None:
    assert read_share("10%") == pytest.approx(0.1)
    assert read_share(0.25) == 0.25


@pytest.mark.parametrize("text", ["", "M", "-5", "5X", "1e6", True, None, -1, 1.5, [1]])
def test_no_amount_at_all(text: object) -> None:
    with pytest.raises(ValueError, match="expected a number"):
        read_count(text)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("tests/*", "/project/tests/deep/net.py", True),
        ("tests", "/project/src/tests/net.py", True),
        ("legacy/", "/project/legacy/net.py", True),
        ("legacy/", "/project/src/legacy/net.py", True),
        ("src/legacy/", "/project/legacy/net.py", False),
        ("**/gen.py", "/project/gen.py", True),
        ("*.{py,ipynb}", "/project/a.ipynb", True),
        ("net[12].py", "/project/net2.py", True),
        ("net[!12].py", "/project/net2.py", False),
        ("net?.py", "/project/net/.py", False),
        ("/elsewhere/*.py", "/elsewhere/a.py", True),
    ],
)
def test_patterns(pattern: str, path: str, expected: bool) -> None:
    assert path_matches(path, pattern, absolute_pattern(pattern, "/project")) is expected


def test_a_folder_with_characters_of_patterns_is_taken_as_it_is() -> None:
    assert matches("/a[1]{2}/net.py", absolute_pattern("net.py", "/a[1]{2}"))


def test_per_file_ignores() -> None:
    found = settings(
        per_file_ignores={"tests/*": ["CNN3"], "!src/*": ["CNN4"]}, extend_per_file_ignores={"*.py": ["C"]}
    )
    assert found.ignored_for(ROOT / "tests" / "net.py") == ("CNN3", "CNN4", "C")
    assert found.ignored_for(ROOT / "src" / "net.py") == ("C",)


def test_models_by_pattern() -> None:
    found = settings(
        budget={"params": "5M", "dtype": "float16"},
        models=[
            {
                "name": "src/nets/*.py::Tiny*",
                "input-shape": [1, 28, 28],
                "arguments": {"num_classes": 10},
                "budget": {"params": "250k"},
            },
            {"name": "*Twin", "input-shape": [[3, 8, 8], [5]], "arguments": {"depth": 2}},
        ],
    )
    tiny = found.for_model(ROOT / "src" / "nets" / "a.py", "TinyTwin")
    assert tiny.input_shapes == ((3, 8, 8), (5,))
    assert tiny.arguments == {"num_classes": 10, "depth": 2}
    assert tiny.budget.params == 250_000
    assert tiny.budget.dtype == "float16"
    assert tiny.budget.source == "`src/nets/*.py::Tiny*` in cnnlint.toml"
    other = found.for_model(ROOT / "src" / "a.py", "Tiny")
    assert other.input_shapes is None
    assert other.budget.params == 5_000_000
    assert other.budget.source == "`budget` in cnnlint.toml"


def test_what_is_left_out() -> None:
    found = settings(extend_exclude=["legacy/", "*_pb2.py"])
    assert found.excludes(ROOT / "legacy")
    assert found.excludes(ROOT / "src" / "net_pb2.py")
    assert found.excludes(ROOT / ".venv")
    assert not found.excludes(ROOT / ".venv" / "lib" / "net.py")
    assert found.excludes_anywhere(ROOT / ".venv" / "lib" / "net.py")
    assert found.excludes_anywhere(ROOT / "legacy" / "net.py")
    assert not found.excludes_anywhere(ROOT / "src" / "net.py")


def test_target_versions() -> None:
    found = settings(target_version={"keras": "2.15", "torch": "2.3.1"})
    assert found.target_version == {"keras": (2, 15), "torch": (2, 3, 1)}
    assert settings().target_version == {}
    below = read_layer({"target-version": {"keras": "2", "torch": "2.3"}}, ROOT, "cnnlint.toml")
    above = read_layer({"target-version": {"keras": "3"}}, ROOT, "the command line")
    assert merge(below, above)["target-version"] == {"keras": (3,), "torch": (2, 3)}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"kears": "2"}, "unknown key `kears`; did you mean `keras`?"),
        ({"keras": 2}, 'expected a text such as "3.15"'),
        ({"keras": 2.1}, 'expected a text such as "3.15"'),
        ({"keras": "py3"}, 'expected a text such as "3.15"'),
        ({"keras": "1.2"}, "cnnlint knows the releases from 2.0 to 3.15, not 1.2"),
        ({"torch": "3.0"}, "cnnlint knows the releases from 1.0 to 2.14, not 3.0"),
        ("2.15", "expected a table"),
    ],
)
def test_target_versions_that_are_none(table: object, words: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        read_layer({"target-version": table}, ROOT, "cnnlint.toml")
