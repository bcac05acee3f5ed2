"""The settings that hold for a file, and what they say about each of its models."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlint.api import Budget
from cnnlint.settings.environment import site_packages
from cnnlint.settings.pattern import any_matches, any_matches_itself, matches, path_matches

if TYPE_CHECKING:
    from cnnlint.finding import Severity

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".cnnlint_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pypackages__",
    "_build",
    "buck-out",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
CACHE_FOLDER = ".cnnlint_cache"


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What is said about one model: an input without the batch axis, arguments to build it with, limits."""

    input_shapes: tuple[tuple[int, ...], ...] | None = None
    input_source: str | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    growth: float | None = None
    """How much its figures may grow from one revision to another, as a share."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that was asked for the files below `root`; `source` is the configuration file, if there is one.

    A pattern of paths is a pair: as written, and with its folder in front.
    """

    root: Path
    source: Path | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, str, bool, tuple[str, ...]], ...] = ()
    extend_per_file_ignores: tuple[tuple[str, str, bool, tuple[str, ...]], ...] = ()
    severity: dict[str, Severity] = field(default_factory=dict)
    fail_on: Severity = "info"
    preview: bool = False
    exclude: tuple[tuple[str, str], ...] = tuple((name, name) for name in DEFAULT_EXCLUDE)
    extend_exclude: tuple[tuple[str, str], ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    cache_dir: Path = Path(CACHE_FOLDER)
    python: Path | None = None
    """The environment whose installed packages are followed as text."""
    target_version: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The releases of frameworks that the code is for, where they are not the current ones."""
    output_format: str = "full"
    fix: bool = False
    unsafe_fixes: bool = False
    fixable: tuple[str, ...] | None = None
    unfixable: tuple[str, ...] = ()
    baseline: Path | None = None
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    budget: dict[str, Any] = field(default_factory=dict)
    models: tuple[dict[str, Any], ...] = ()
    given: frozenset[str] = frozenset()
    """The codes and names of rules that stand on the command line, to say so where one is wrong."""

    @classmethod
    def of_layer(cls, layer: dict[str, Any], root: Path, source: Path | None) -> Settings:
        """The settings that a merged layer stands for."""
        values = {key.replace("-", "_"): value for key, value in layer.items() if key != "extend"}
        values.setdefault("cache_dir", root / CACHE_FOLDER)
        return cls(root=root, source=source, **values)

    @property
    def import_roots(self) -> tuple[Path, ...]:
        """The folders that imports are searched in, behind a file's own."""
        installed = None if self.python is None else site_packages(self.python)
        return (self.root, self.root / "src", *(() if installed is None else (installed,)))

    def excludes(self, path: Path) -> bool:
        """Whether an absolute path is left out itself: a walk has asked about the folders above it."""
        return any_matches_itself(path.as_posix(), (*self.exclude, *self.extend_exclude))

    def excludes_anywhere(self, path: Path) -> bool:
        """Whether an absolute path or a folder above it is left out."""
        return any_matches(path.as_posix(), (*self.exclude, *self.extend_exclude))

    def ignored_for(self, path: Path) -> tuple[str, ...]:
        """The selectors of rules that are not asked of a file."""
        text = path.as_posix()
        return tuple(
            code
            for pattern, absolute, negated, codes in (*self.per_file_ignores, *self.extend_per_file_ignores)
            if path_matches(text, pattern, absolute) != negated
            for code in codes
        )

    def for_model(self, path: Path, name: str) -> ModelOptions:
        """What is said about the model of a file that has this name; of several tables that match, the later wins."""
        options: dict[str, Any] = {}
        budget = dict(self.budget)
        for table in self.models:
            if not matches(name, table["pattern"]):
                continue
            if table["file"] is not None and not matches(path.as_posix(), table["file"]):
                continue
            if "input-shape" in table:
                options.update(input_shapes=table["input-shape"], input_source=table["source"])
            options["arguments"] = {**options.get("arguments", {}), **table.get("arguments", {})}
            if "budget" in table:
                budget.update(table["budget"], source=table["source"])
        options["growth"] = budget.pop("growth", None)
        return ModelOptions(budget=Budget(**{key.replace("-", "_"): value for key, value in budget.items()}), **options)
