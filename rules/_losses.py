"""What the rules about PyTorch's losses share: the repairs of a criterion and of what stands before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Edit, Fix, Place

from ._shared import known

if TYPE_CHECKING:
    import ast

    from cnnlint.api import Context, Use

PROBABILITIES = frozenset({"softmax", "sigmoid"})
FUNCTIONS = {
    "CrossEntropyLoss": "cross_entropy",
    "NLLLoss": "nll_loss",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
}
"""The function of each loss in `torch.nn.functional`."""


def is_loss(use: Use, *names: str) -> bool:
    """Whether a loss of PyTorch of one of these names is applied."""
    return use.kind == "loss" and use.framework == "torch" and use.loss in names


def whose(use: Use) -> str:
    """The model in words."""
    return "the output" if use.model is None else f"the output of `{use.model}`"


def classes_of(use: Use) -> int | None:
    """How many classes the loss takes the output for; None where that is not known."""
    shape = use.output
    if not shape:
        return None
    return known(shape[1] if len(shape) > 1 else shape[0])


def other_loss(use: Use, context: Context, name: str) -> Fix | None:
    """Name another loss of the same arguments, where the one that is used is written out."""
    if use.loss is None or use.config.get("weighted"):
        return None
    place = use.config.get("criterion")
    if place is not None:
        return _renamed(context, place, use.loss, name)
    return _renamed(context, use.place, FUNCTIONS[use.loss], FUNCTIONS[name])


def other_activation(use: Use, context: Context, layer: str, function: str) -> Fix | None:
    """Put another activation in the place of the last one."""
    built, applied = use.config.get("activation_built"), use.config.get("applied")
    if built is not None:
        text = context.text(built) or ""
        old = text.partition("(")[0].rpartition(".")[2]
        return _renamed(context, built, old, layer)
    return None if applied is None else _renamed(context, applied, use.activation or "", function)


def without_activation(use: Use, context: Context) -> Fix | None:
    """Take the last activation away: its argument in place of the call, an `Identity` in place of its layer."""
    import ast  # only where there is something to mend

    built, applied = use.config.get("activation_built"), use.config.get("applied")
    place: Place | None = built or applied
    text = None if place is None else context.text(place)
    if place is None or text is None:
        return None
    try:
        call = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(call, ast.Call):
        return None
    if built is not None:
        path, _, last = ast.unparse(call.func).rpartition(".")
        if not path or last.lower() not in ("softmax", "logsoftmax", "sigmoid", "relu"):
            return None
        new = f"{path}.Identity()"
    else:
        inner = _argument(call, text)
        if inner is None:
            return None
        new = inner
    return Fix("unsafe", f"leave the {use.activation} out", (Edit(new, place),))


def _argument(call: ast.Call, text: str) -> str | None:
    import ast

    if not isinstance(call.func, ast.Attribute):
        return None
    owner = call.func.value
    if ast.unparse(owner) in ("F", "torch", "nn.functional", "torch.nn.functional"):
        return ast.get_source_segment(text, call.args[0]) if call.args else None
    is_self = isinstance(owner, ast.Name) and owner.id == "self"
    return None if is_self or not _is_axis(call.args) else ast.get_source_segment(text, owner)


def _is_axis(arguments: list[ast.expr]) -> bool:
    import ast

    try:
        return all(isinstance(ast.literal_eval(each), int) for each in arguments)
    except ValueError:
        return False


def _renamed(context: Context, place: Place, old: str, new: str) -> Fix | None:
    """Another name for what is called at a place, if its callee ends in the old one."""
    text = context.text(place)
    if text is None or not old:
        return None
    callee = text.partition("(")[0]
    if "\n" in callee or callee.rpartition(".")[2].strip() != old or "." not in callee:
        return None
    start = place.column + callee.rindex(old)
    spot = Place(place.filename, place.row, start, place.row, start + len(old))
    return Fix("unsafe", f"use `{new}`", (Edit(new, spot),))
