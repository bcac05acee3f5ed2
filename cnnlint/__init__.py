"""Reads Keras and PyTorch model code as text: what `model.summary()` would print, and what would crash.

    cnnlint.lint(["src/"])                                    # -> list[Finding]
    cnnlint.lint_source(code, filename="net.py")              # -> list[Finding]
    cnnlint.summarize("nets.py::SmallNet", input_shape=(3, 224, 224), arguments={"num_classes": 10})  # -> Model

Nothing that is read is imported or executed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from os import PathLike

    from cnnlint.finding import Finding
    from cnnlint.model import Model

__all__ = ["__version__", "lint", "lint_source", "summarize"]
__version__ = VERSION


def lint(paths: Iterable[str | PathLike[str]], *, config: str | PathLike[str] | None = None) -> list[Finding]:
    """Lint files, folders and notebooks as `cnnlint check` does; the findings in order of place.

    `config` names the one configuration file to use; otherwise each file's nearest one holds. Raises
    `cnnlint.settings.errors.ConfigurationError` for a configuration that cannot be used and OSError for a path that
    cannot be read.
    """
    from cnnlint.linter import lint_paths

    return lint_paths(paths, config=config)


def lint_source(code: str, *, filename: str = "net.py") -> list[Finding]:
    """Lint a text as if it stood in a file of this name (which decides over its configuration)."""
    from cnnlint.linter import lint_text

    return lint_text(code, filename=filename)


def summarize(
    target: str | PathLike[str],
    *,
    input_shape: Sequence[int] | Sequence[Sequence[int]] | None = None,
    arguments: dict[str, Any] | None = None,
) -> Model:
    """The model of a target `FILE::NAME`, or the only (else the last) one of a `FILE`.

    `input_shape` is without the batch axis, in the framework's own axis order; a sequence of shapes for several inputs.
    A model that could not be evaluated has its `error` set. Raises OSError for a file that cannot be read,
    `cnnlint.syntax.faults.SyntaxFault` for one that does not parse, LookupError for one that holds no model.
    """
    from cnnlint.summary import summarize_target

    return summarize_target(target, input_shape=input_shape, arguments=arguments)
