"""Which configuration holds for which file, and what is said about one that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cnnlint.settings.discovery import Resolver, read_inline
from cnnlint.settings.errors import ConfigurationError
from cnnlint.settings.layer import read_layer

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_nearest_file_holds_and_nothing_is_inherited(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.cnnlint]\nselect = ["CNN1"]\npreview = true\n')
    write(tmp_path / "sub" / "cnnlint.toml", 'select = ["CNN2"]\n')
    resolver = Resolver()
    assert resolver.for_path(tmp_path / "net.py").select == ("CNN1",)
    below = resolver.for_path(tmp_path / "sub" / "deep" / "net.py")
    assert below.select == ("CNN2",)
    assert not below.preview
    assert below.source == tmp_path / "sub" / "cnnlint.toml"


def test_a_pyproject_that_says_nothing_is_passed_by(tmp_path: Path) -> None:
    write(tmp_path / "cnnlint.toml", "preview = true\n")
    write(tmp_path / "sub" / "pyproject.toml", '[project]\nname = "cnnlint-user"\n')
    assert Resolver().for_path(tmp_path / "sub" / "net.py").preview


def test_the_file_of_our_own_goes_before_pyproject(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.cnnlint]\nselect = ["CNN1"]\n')
    write(tmp_path / "cnnlint.toml", 'select = ["CNN2"]\n')
    write(tmp_path / "hidden" / "cnnlint.toml", 'select = ["CNN3"]\n')
    write(tmp_path / "hidden" / ".cnnlint.toml", 'select = ["CNN4"]\n')
    assert Resolver().for_path(tmp_path / "net.py").select == ("CNN2",)
    assert Resolver().for_path(tmp_path / "hidden" / "net.py").select == ("CNN4",)


def test_extend_adds_to_what_it_names(tmp_path: Path) -> None:
    write(tmp_path / "base.toml", 'select = ["CNN1"]\nignore = ["CNN102"]\n[budget]\nparams = "5M"\nmacs = "1G"\n')
    write(tmp_path / "a" / "cnnlint.toml", 'extend = "../base.toml"\nignore = ["CNN103"]\n[budget]\nparams = 100\n')
    settings = Resolver().for_path(tmp_path / "a" / "net.py")
    assert settings.select == ("CNN1",)
    assert settings.ignore == ("CNN102", "CNN103")
    assert settings.budget["params"] == 100
    assert settings.budget["macs"] == 10**9


def test_a_new_select_forgets_what_was_ignored_before(tmp_path: Path) -> None:
    write(tmp_path / "cnnlint.toml", 'ignore = ["CNN102"]\n')
    resolver = Resolver(read_layer({"select": ["CNN1"]}, tmp_path, "the command line"))
    settings = resolver.for_path(tmp_path / "net.py")
    assert settings.select == ("CNN1",)
    assert settings.ignore == ()


def test_extend_that_leads_back_to_itself(tmp_path: Path) -> None:
    write(tmp_path / "cnnlint.toml", 'extend = "other.toml"\n')
    write(tmp_path / "other.toml", 'extend = "cnnlint.toml"\n')
    with pytest.raises(ConfigurationError, match="leads back to itself"):
        Resolver().for_path(tmp_path / "net.py")


def test_one_file_for_all_and_none_at_all(tmp_path: Path) -> None:
    write(tmp_path / "cnnlint.toml", 'select = ["CNN1"]\n')
    named = write(tmp_path / "other.toml", 'select = ["CNN2"]\n')
    assert Resolver(config=named).for_path(tmp_path / "net.py").select == ("CNN2",)
    assert Resolver(isolated=True).for_path(tmp_path / "net.py").select is None


def test_settings_on_the_command_line() -> None:
    assert read_inline('fail-on = "error"')["fail-on"] == "error"
    assert read_inline('budget.params = "2k"')["budget"]["params"] == 2000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["CNN1"]', "unknown key `selct`; did you mean `select`?"),
        ("respect_gitignore = true", "unknown key `respect_gitignore`; did you mean `respect-gitignore`?"),
        ('select = "CNN1"', "`select`: expected a list of texts"),
        ("preview = 1", "`preview`: expected true or false"),
        ('[budget]\nparms = "5M"', "`budget`: unknown key `parms`; did you mean `params`?"),
        ('[budget]\nparams = "5 apples"', '`budget.params`: expected a number such as 5000000 or "5M", not "5 apples"'),
        ('[budget]\nweights = "5M"', "`budget.weights`: expected a number of bytes"),
        ('[budget]\ndtype = "float33"', "`budget.dtype`: expected one of `float64`"),
        ("[[models]]\ninput-shape = [1, 2]", "a table needs a `name`"),
        ('[[models]]\nname = "A"\ninput-shape = [0, 2]', '`models."A".input-shape`: expected sizes of at least 1'),
        ('[[models]]\nname = "A"\nbudgets = {}', '`models."A"`: unknown key `budgets`; did you mean `budget`?'),
        ('per-file-ignores = { "a.py" = "CNN1" }', '`per-file-ignores.a.py`: expected a list of texts, not "CNN1"'),
        ('fail-on = "eror"', "did you mean `error`?"),
        ('[severity]\nCNN101 = "fatal"', '`severity.CNN101`: expected one of `error`, `warning`, `info`, not "fatal"'),
        ("select = [", "not a TOML file"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path / "cnnlint.toml", text)
    with pytest.raises(ConfigurationError) as caught:
        Resolver().for_path(tmp_path / "net.py")
    assert message in str(caught.value)
    assert "cnnlint.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot read .*none\.toml"):
        Resolver(config=tmp_path / "none.toml")
