"""Models as `model.summary()` prints them: plain text, a rich table on a terminal, Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import text as dimension_text
from cnnlint.engine.receptive import receptive_field
from cnnlint.engine.shape import text as shape_text
from cnnlint.quantity import short_bytes
from cnnlint.reports._text import clean
from cnnlint.reports.summary_json import shapes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.receptive import Field
    from cnnlint.model import Layer, Model, Place, ShapeTree, ValidInputs

    More: TypeAlias = Callable[[Model], Sequence[str]]
    """Lines about a model that go below its table."""

HEADS = ("Layer (type)", "Output shape", "Parameters", "MACs")


def as_text(models: Iterable[Model], more: More = lambda _: ()) -> str:
    """Aligned columns, for pipes and files."""
    return "\n".join(_one_as_text(model, more(model)) for model in models)


def as_markdown(models: Iterable[Model], more: More = lambda _: ()) -> str:
    """A heading and a table for each model."""
    return "\n".join(_one_as_markdown(model, more(model)) for model in models)


def print_rich(models: Iterable[Model], more: More = lambda _: ()) -> None:
    """Tables for a terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    for model in models:
        console.print(Text(_title(model), style="bold"))
        if model.layers:
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
            for position, head in enumerate(HEADS):
                table.add_column(head, justify="right" if position > 1 else "left", overflow="fold")
            for row in (row_of(layer, model.framework) for layer in model.layers):
                table.add_row(*map(Text, row))
            console.print(table)
        for line in _footer(model, more(model)):
            console.print(Text(line, style="red" if line.startswith("error") else ""))
        console.print()


def number(dim: Dim | None) -> str:
    """A count with separators, an expression as it is written, `?` where it is not known."""
    if dim is None:
        return "?"
    return f"{dim:,}" if isinstance(dim, int) else dimension_text(dim)


def shapes(tree: ShapeTree, framework: str) -> str:
    """The shapes as the framework prints them: Keras says None for the batch, PyTorch `N` in its documentation."""
    batch = "None" if framework == "keras" else "N"
    return ", ".join("?" if shape is None else shape_text(shape, batch=batch) for shape in shapes_of(tree))


def _title(model: Model) -> str:
    kind = f" ({model.framework})" if model.framework else ""
    return clean(f"{model.target}{kind}")


def row_of(layer: Layer, framework: str) -> tuple[str, str, str, str]:
    """A layer's name, output shape, parameters and MACs, as a summary shows them."""
    label = layer.name if layer.name == layer.type else f"{layer.name} ({layer.type})"
    return (
        "  " * layer.depth + clean(label),
        shapes(layer.outputs, framework) if layer.outputs else "",
        number(layer.params),
        number(layer.macs),
    )


def _footer(model: Model, more: Sequence[str]) -> list[str]:
    """What stands below the layers: totals, memory, and what is not known with the reason."""
    if model.error is not None:
        return [f"error: {clean(model.error)}"]
    source = f", from {model.input_source}" if model.input_source else ""
    counts = model.parameters
    parts = f"trainable {number(counts.trainable)}, not trainable {number(counts.non_trainable)}"
    field = receptive_field(model.layers, model.outputs_via)
    seen = "" if field is None else f"; receptive field {field_text(field)}"
    memory = "" if model.activation_bytes is None else f", activations {_size(model.activation_bytes)}"
    return [
        f"input {shapes(model.inputs, model.framework)}{source}; output {shapes(model.outputs, model.framework)}",
        f"parameters {number(counts.total)}: {parts}",
        f"MACs {number(model.macs)}{memory}, for one sample{seen}",
        *_valid_sizes(model.valid_inputs),
        *(clean(f"not known: {each.reason}{_where(each.place)}") for each in model.unresolved),
        *map(clean, more),
    ]


def _valid_sizes(found: ValidInputs | None) -> list[str]:
    if found is None:
        return []
    return [clean(f"valid sizes: {found.text}" + (f"; not these: {found.why}" if found.why else ""))]


def field_text(field: Field) -> str:
    """`35 x 35, stride 8`."""
    if not field.size:
        return "the whole input"
    strides = field.stride[:1] if len(set(field.stride)) == 1 else field.stride
    return f"{' x '.join(map(str, field.size))}, stride {' x '.join(map(str, strides))}"


def _where(place: Place | None) -> str:
    return "" if place is None else f" ({place.filename}:{place.row})"


def _size(dim: Dim) -> str:
    return short_bytes(dim) if isinstance(dim, int) else f"{dimension_text(dim)} B"


def _one_as_text(model: Model, more: Sequence[str]) -> str:
    rows = [HEADS, *(row_of(layer, model.framework) for layer in model.layers)]
    lines = [_title(model)]
    if model.layers:
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
        rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
        lines += [_aligned(HEADS, widths), rule, *(_aligned(row, widths) for row in rows[1:]), rule]
    return "\n".join([*lines, *_footer(model, more)]) + "\n"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if column > 1 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _one_as_markdown(model: Model, more: Sequence[str]) -> str:
    lines = [f"### `{model.target}`", ""]
    if model.layers:
        lines += [f"| {' | '.join(HEADS)} |", "| --- | --- | ---: | ---: |"]
        lines += [f"| {' | '.join(map(_escaped, row_of(layer, model.framework)))} |" for layer in model.layers]
        lines.append("")
    lines += [f"- {_escaped(line)}" for line in _footer(model, more)]
    return "\n".join(lines) + "\n"


def _escaped(cell: str) -> str:
    cell = cell.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;")
    return "&nbsp;" * (len(cell) - len(cell.lstrip())) + cell.lstrip()
