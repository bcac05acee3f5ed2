"""Which rules are on for which selectors, and what is said where they cannot be used."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cnnlint import rulebook
from cnnlint.api import Rule
from cnnlint.rulebook import Rulebook, RulebookError, UnknownRuleError

if TYPE_CHECKING:
    from pathlib import Path

BOOK = rulebook.load()


class New(Rule):
    """A rule in preview."""

    code = "CNN999"
    name = "new"
    since = "9.9"
    preview = True


class Opinion(Rule):
    """A rule that is off by default."""

    code = "CNN998"
    name = "opinion"
    since = "9.9"
    default = False


class Plain(Rule):
    """A rule that is on."""

    code = "CNN900"
    name = "plain"
    since = "9.9"


SMALL = Rulebook([New(), Opinion(), Plain()])


def codes(book: Rulebook = BOOK, **options: object) -> list[str]:
    return [rule.code for rule in book.select(**options)]  # type: ignore[arg-type]


def test_rules_that_are_on_by_default() -> None:
    assert codes(SMALL) == ["CNN900"]
    chosen = codes()
    assert {"CNN001", "CNN101", "CNN201", "CNN301", "CNN501"} <= set(chosen)
    assert not {"CNN302", "CNN401", "CNN502"} & set(chosen)


def test_preview_has_to_be_asked_for() -> None:
    assert codes(SMALL, select=["ALL"]) == ["CNN900", "CNN998"]
    assert codes(SMALL, select=["CNN999"]) == []
    assert codes(SMALL, select=["CNN999"], preview=True) == ["CNN999"]
    assert codes(SMALL, preview=True) == ["CNN900", "CNN999"]


def test_a_prefix_selects_what_is_off_by_default_too() -> None:
    assert codes(select=["CNN40"]) == [code for code in codes(select=["ALL"]) if code.startswith("CNN40")]
    assert "CNN401" in codes(select=["CNN4"])


def test_a_rule_can_be_selected_by_its_name() -> None:
    assert codes(select=["negative-dimension"]) == ["CNN101"]
    assert "CNN101" not in codes(ignore=["negative-dimension"])


def test_the_longer_selector_wins() -> None:
    assert codes(select=["CNN101"], ignore=["CNN1"]) == ["CNN101"]
    assert "CNN101" not in codes(select=["CNN1"], ignore=["CNN101"])
    assert codes(select=["ALL"], ignore=["ALL"]) == []
    assert codes(select=["CNN101", "CNN1"], ignore=["CNN10"], extend_select=["CNN102"]) == [
        *["CNN101", "CNN102"],
        *codes(select=["CNN11"]),
    ]


def test_of_equal_selectors_the_one_that_ignores_wins() -> None:
    assert codes(select=["CNN101"], ignore=["CNN101"]) == []


def test_extending_keeps_the_defaults() -> None:
    assert set(codes(extend_select=["CNN401"])) == {*codes(), "CNN401"}
    assert set(codes(extend_ignore=["CNN301"])) == {*codes()} - {"CNN301"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("CNN999", "unknown rule `CNN999`"),
        ("cnn101", "unknown rule `cnn101`; did you mean `CNN101`?"),
        ("negative-dimensions", "unknown rule `negative-dimensions`; did you mean `negative-dimension`?"),
        ("E501", "unknown rule `E501`"),
        ("", "unknown rule ``"),
    ],
)
def test_unknown_rule(given: str, message: str) -> None:
    for options in ({"select": [given]}, {"ignore": [given]}):
        with pytest.raises(UnknownRuleError) as caught:
            BOOK.select(**options)  # type: ignore[arg-type]
        assert str(caught.value).startswith(message)


def test_two_rules_may_not_share_a_code() -> None:
    with pytest.raises(RulebookError, match="share `CNN900`"):
        Rulebook([Plain(), Plain()])


def run_with(folder: Path, code: str) -> str:
    """Load the rules in a Python that finds the packages of a folder besides."""
    script = f"import sys; sys.path.append({str(folder)!r})\n{code}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


PLUGIN = '''
from cnnlint.api import Rule

class Ours(Rule):
    """Something of ours."""

    code = "OUR001"
    name = "ours"
    since = "1.0"
'''


def install(folder: Path, prefix: str, text: str) -> None:
    (folder / "our_rules").mkdir()
    (folder / "our_rules" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "our_rules" / "_shared.py").write_text("raise RuntimeError", encoding="utf-8")
    (folder / "our_rules" / "ours.py").write_text(text, encoding="utf-8")
    (folder / "ours-1.0.dist-info").mkdir()
    (folder / "ours-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: ours\nVersion: 1.0\n", encoding="utf-8"
    )
    (folder / "ours-1.0.dist-info" / "entry_points.txt").write_text(
        f"[console_scripts]\nours = ours:main\n\n[cnnlint.rules]\n{prefix} = our_rules\n\n[other]\nx = y\n",
        encoding="utf-8",
    )


def test_rules_of_an_installed_plugin_are_found(tmp_path: Path) -> None:
    install(tmp_path, "OUR", PLUGIN)
    shown = run_with(tmp_path, "from cnnlint import rulebook; print([r.code for r in rulebook.load()])")
    assert "'OUR001'" in shown
    assert "'CNN101'" in shown


def test_a_plugin_keeps_to_its_own_codes(tmp_path: Path) -> None:
    install(tmp_path, "THEIR", PLUGIN)
    shown = run_with(tmp_path, "from cnnlint import rulebook; rulebook.load()")
    assert "`our_rules` owns the codes `THEIR…` but has a rule `OUR001`" in shown


def test_a_plugin_that_does_not_load_is_named(tmp_path: Path) -> None:
    install(tmp_path, "OUR", "import no_such_module")
    shown = run_with(tmp_path, "from cnnlint import rulebook; rulebook.load()")
    assert "the rules of `our_rules` do not load: No module named 'no_such_module'" in shown


def test_metadata_says_the_same_as_the_files_that_are_read() -> None:
    from importlib.metadata import entry_points

    found = {(point.name, point.value) for point in entry_points(group=rulebook.GROUP)}
    assert rulebook.installed() == found
