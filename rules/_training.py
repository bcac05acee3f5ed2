"""What the rules about Keras's training share: which use is judged, and the repairs of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Edit, Fix, Place, dim_text

from ._shared import known

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    from cnnlint.api import Applicability, Context, Dim, Use

CATEGORICAL = ("categorical_crossentropy", "sparse_categorical_crossentropy", "categorical_focal_crossentropy")
BINARY = ("binary_crossentropy", "binary_focal_crossentropy")
REGRESSION = (
    "huber",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
)
SHORT = {
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}
"""Other names of losses, which Keras takes in capitals too."""
ACCURACY = frozenset({"acc", "accuracy", "Accuracy", "binary_accuracy", "BinaryAccuracy", "categorical_accuracy"})
FITTING = ("fit", "train_on_batch")


def judged(use: Use, *losses: str) -> bool:
    """Whether a model's last layer is to be judged by its loss here: where it is compiled, or first known."""
    if use.framework != "keras" or use.loss not in losses:
        return False
    return use.kind == "compile" or (use.kind != "predict" and use.config.get("late") is True)


def units(use: Use) -> int | None:
    """The size of the output's last axis; None where it is not known."""
    if use.output:
        return known(use.output[-1])
    found = use.config.get("units")
    return found if isinstance(found, int) else None


def layer_of(use: Use) -> str | None:
    """The name of the last layer."""
    found = use.config.get("layer")
    return found if isinstance(found, str) else None


def last_layer(use: Use) -> str:
    """The last layer in words."""
    name = layer_of(use)
    return "the output" if name is None else f"the output of `{name}`"


def shape_text(shape: Sequence[Dim]) -> str:
    """A shape with the batch as Keras shows it."""
    written = [dim_text(dim) for dim in shape]
    if written and written[0] == "batch":
        written[0] = "None"
    return f"({written[0]},)" if len(written) == 1 else f"({', '.join(written)})"


# --- repairs ----------------------------------------------------------------------------------------------------------


def call_at(context: Context, place: Place) -> ast.Call | None:
    """The call that stands at a place; None where nothing but a call of plain text does."""
    import ast  # only where there is something to mend

    text = context.text(place)
    if text is None or not text.isascii():
        return None
    try:
        found = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return found if isinstance(found, ast.Call) else None


def call_name(call: ast.Call) -> str | None:
    """The last part of the name that is called."""
    name = getattr(call.func, "attr", getattr(call.func, "id", None))
    return name if isinstance(name, str) else None


def spot(place: Place, node: ast.expr) -> Place:
    """Where a part of the call at a place stands."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None

    def column(row: int, offset: int) -> int:
        return (place.column if row == 1 else 1) + offset

    return Place(
        place.filename,
        place.row + node.lineno - 1,
        column(node.lineno, node.col_offset),
        place.row + node.end_lineno - 1,
        column(node.end_lineno, node.end_col_offset),
    )


def argument(call: ast.Call, name: str, position: int) -> ast.expr | None:
    """An argument by its name or its position; None where it is not written out."""
    import ast

    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    given = call.args[: position + 1]
    if len(given) <= position or any(isinstance(each, ast.Starred) for each in given):
        return None
    return given[position]


def other_loss(use_place: Place, context: Context, old: str, new: str, applicability: Applicability) -> Fix | None:
    """Another loss in a call of `compile`, where it is written out as a string, a function or a class of Keras."""
    import ast

    call = call_at(context, use_place)
    loss = None if call is None else argument(call, "loss", 1)
    if loss is None:
        return None
    message = f"use `{new}`"
    metrics = argument(call, "metrics", 3) if call is not None else None
    if metrics is not None and "ategorical" in ast.unparse(metrics):
        return None  # they would have to be changed with it
    if isinstance(loss, ast.Constant) and old in (loss.value, SHORT.get(str(loss.value).lower())):
        return Fix(applicability, message, (Edit(quoted(new, context, use_place), spot(use_place, loss)),))
    name = loss.func if isinstance(loss, ast.Call) else loss
    if not isinstance(name, ast.Attribute):
        return None
    written = {_class_name(old): _class_name(new), old: new}.get(name.attr)
    if written is None:
        return None
    return Fix(applicability, message, (Edit(f"{ast.unparse(name.value)}.{written}", spot(use_place, name)),))


def quoted(word: str, context: Context, place: Place) -> str:
    """A string in the quotes that the code around it uses."""
    return f"'{word}'" if '"' not in (context.text(place) or "") else f'"{word}"'


def _class_name(loss: str) -> str:
    return "".join(part.capitalize() for part in loss.split("_"))


def with_activation(use: Use, context: Context, name: str) -> Fix | None:
    """The last layer with an activation, where its call has none."""
    import ast

    for place in (related.place for related in use.related):
        call = call_at(context, place)
        if call is None or not isinstance(call.func, (ast.Attribute, ast.Name)):
            continue
        title = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
        names = [keyword.arg for keyword in call.keywords]
        if title != "Dense" or len(call.args) != 1 or "activation" in names or None in names:
            continue
        end = spot(place, call.args[0])
        after = Place(end.filename, end.end_row, end.end_column, end.end_row, end.end_column)
        content = f", activation={quoted(name, context, place)}"
        return Fix("unsafe", f"give the last layer a {name}", (Edit(content, after),))
    return None


def other_activation(use: Use, context: Context, name: str) -> Fix | None:
    """The last layer with another activation, where its call names one."""
    import ast

    for place in (related.place for related in use.related):
        call = call_at(context, place)
        named = None if call is None else next((each for each in call.keywords if each.arg == "activation"), None)
        if named is not None and isinstance(named.value, ast.Constant) and named.value.value == use.activation:
            edit = Edit(quoted(name, context, place), spot(place, named.value))
            return Fix("unsafe", f"give the last layer a {name}", (edit,))
    return None


def flattened_before(place: Place, context: Context) -> Fix | None:
    """A `Flatten` in front of the layer whose call stands at a place, on a line of its own."""
    import ast

    call, source = call_at(context, place), context.sources(place.filename)
    if call is None or source is None:
        return None
    name = ast.unparse(call.func)
    path, dot, title = name.rpartition(".")
    line, above = source.line(place.row), [source.line(row) for row in range(1, place.row)]
    before, after = line[: place.column - 1], line[place.end_column - 1 :]
    indent = before[: len(before) - len(before.lstrip())]
    if title != "Dense" or place.row != place.end_row or not (dot or _is_imported("Flatten", above)):
        return None
    layer = f"{path}{dot}Flatten()"
    opened, target = before.strip(), after.strip()
    if not opened and target == ",":
        new = f"{layer},"
    elif opened.endswith(".add(") and opened[:-5].isidentifier() and target == ")":
        new = f"{opened}{layer})"
    elif opened.endswith("=") and target == f"({opened[:-1].strip()})":
        new = f"{opened} {layer}{target}"
    else:
        return None
    start = Place(place.filename, place.row, len(indent) + 1, place.row, len(indent) + 1)
    return Fix("unsafe", "flatten the maps first", (Edit(f"{new}\n{indent}", start),))


def _is_imported(name: str, lines: Sequence[str]) -> bool:
    """Whether lines import a name, as far as they show."""
    return any("import" in line and (name in line or line.rstrip().endswith("*")) for line in lines)


def from_probabilities(use: Use, context: Context) -> Fix | None:
    """The loss without `from_logits=True`, where that is written out."""
    import ast

    for place in (use.place, *(related.place for related in use.related)):
        call = call_at(context, place)
        loss = None if call is None else argument(call, "loss", 1)
        if isinstance(loss, ast.Call):
            for keyword in loss.keywords:
                if keyword.arg == "from_logits" and isinstance(keyword.value, ast.Constant):
                    return Fix("unsafe", "pass `from_logits=False`", (Edit("False", spot(place, keyword.value)),))
    return None
