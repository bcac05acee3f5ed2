"""The models of `keras.applications`, put together from tables.

The tables are written by `tests/frameworks/keras/generate_applications.py`.

A table holds the layers of one architecture as Keras builds them: the rows that all forms share, and those of each end.
So the models are ordinary functional ones: their layers can be frozen, looked up by name and cut.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.keras.arguments import same
from cnnlint.frameworks.keras.core import KERAS, LAYER, MODEL, shown
from cnnlint.frameworks.keras.inputs import new_input
from cnnlint.frameworks.keras.layer import add_weight, configure, initialize
from cnnlint.interpreter.values import Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

FOLDER = Path(__file__).parent / "architectures"


@lru_cache(maxsize=8)
def table(name: str) -> dict[str, Any]:
    """The table of an architecture."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


# --- layers that only these models have -------------------------------------------------------------------------------


@KERAS.define("keras.src.applications.convnext.LayerScale", bases=(LAYER,))
class LayerScale:
    def __init__(machine: Machine, self: Instance, init_values: Value, projection_dim: Value, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, init_values=init_values, projection_dim=projection_dim)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        add_weight(machine, self, "gamma", (self.attrs["projection_dim"],))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return same(inputs)


@KERAS.define("keras.src.applications.inception_resnet_v2.CustomScaleLayer", bases=(LAYER,))
class CustomScaleLayer:
    def __init__(machine: Machine, self: Instance, scale: Value, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, scale=scale)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        found = inputs.items if isinstance(inputs, ListValue) else inputs
        return same(found[0])


OWN = {
    "LayerScale": KERAS.names["keras.src.applications.convnext.LayerScale"],
    "CustomScaleLayer": KERAS.names["keras.src.applications.inception_resnet_v2.CustomScaleLayer"],
}
OPERATIONS = {"+": "keras.ops.add", "*": "keras.ops.multiply"}


# --- building ---------------------------------------------------------------------------------------------------------


class Building:
    """One model on its way: `values` are the tensors so far, `words` what stands for `$classes` and `$activation`."""

    def __init__(
        self, machine: Machine, start: Tensor, words: dict[str, Value], conditions: frozenset[str], widths: list[Any]
    ) -> None:
        self.machine = machine
        self.values: list[Value] = [start]
        self.words = words
        self.conditions = conditions
        self.widths = widths

    def add(self, rows: list[list[Any]]) -> None:
        """Call the layers of these rows."""
        for kind, name, config, sources in rows:
            index = len(self.values) - 1
            condition = config.get("$if")
            if condition is not None and condition not in self.conditions:
                self.values.append(self.values[-1])
                continue
            inputs = [self.values[len(self.values) - distance] for distance in sources]
            self.values.append(self.row(kind, name, config, inputs, index))

    def row(self, kind: str, name: str | None, config: dict[str, Any], inputs: list[Value], index: int) -> Value:
        """The output of one layer. Raises Undetermined where it is not known."""
        if kind in OPERATIONS:
            operands = (*inputs, *([config["by"]] if "by" in config else []))
            made = self.machine.call(KERAS.names[OPERATIONS[kind]], operands)
        else:
            layer = self.layer(kind, name, self.config(config, inputs, index))
            given = ListValue(inputs) if len(inputs) > 1 else inputs[0]
            made = self.machine.call(layer, (given,))
        if isinstance(made, Unknown):
            raise Undetermined(made.reason)
        if isinstance(made, Tensor) and made.shape is None:
            raise Undetermined(f"the shape that layer `{name or kind}` gives is not known")
        return made

    def layer(self, kind: str, name: str | None, config: dict[str, Value]) -> Value:
        """A new layer; one that Keras named itself gets its name from the machine, as there."""
        if kind == "Sequential":
            inner = [self.layer(row[0], row[1], self.config(row[2], [], None)) for row in config["layers"]]
            return self.machine.call(KERAS.names["keras.Sequential"], (ListValue(inner),), {"name": name})
        cls = OWN.get(kind) or KERAS.names[f"keras.layers.{kind}"]
        return self.machine.call(cls, (), {**config, **({} if name is None else {"name": name})})

    def config(self, config: dict[str, Any], inputs: list[Value], index: int | None) -> dict[str, Value]:
        """The constructor's arguments, with what depends on this call filled in."""
        values = {
            key: self.words.get(value, value) if isinstance(value, str) else value for key, value in config.items()
        }
        values.pop("$if", None)
        if index is not None and self.widths and values.get("filters") is not None:
            values["filters"] = self.words.get(self.widths[index], self.widths[index])
        if config.get("padding") == "$pad":
            values["padding"] = self.padding(inputs[0], values.pop("radius"))
        if isinstance(values.get("target_shape"), int):
            values["target_shape"] = [values["target_shape"]]
        return {key: _value(value) if key != "layers" else value for key, value in values.items()}

    def padding(self, tensor: Value, radius: int) -> Value:
        """`imagenet_utils.correct_pad`: one less in front where a size is even or not stated."""
        pairs: list[Value] = []
        for size in tensor.shape[1:3]:
            open_size = shown(self.machine, size) is None
            pairs.append((radius - (1 if open_size else 1 - size % 2), radius))
        return tuple(pairs)


def _value(value: Any) -> Value:
    return ListValue([_value(item) for item in value]) if isinstance(value, list) else value


def build(
    machine: Machine,
    name: str,
    start: Value,
    *,
    form: str,
    model_name: Value,
    words: dict[str, Value],
    conditions: frozenset[str],
    alpha: Value = 1.0,
    minimalistic: bool = False,
) -> Value:
    """The model of an architecture on an input; `form` is `top`, `plain`, `avg` or `max`.

    Raises:
        Undetermined: for a width that no table holds.

    """
    data = table(name)
    widths: list[Any] = []
    if alpha != 1.0:
        known = data.get("alpha", {}).get(str(alpha))
        if known is None or minimalistic:
            raise Undetermined(f"`{name}` with `alpha={alpha}` is not in cnnlint's tables")
        widths = known
    tensor = new_input(machine, shape=start) if isinstance(start, tuple) else start
    building = Building(machine, tensor, words, conditions, widths)
    rows = data["minimalistic"] if minimalistic else data
    building.add(rows["body"])
    building.add(rows[form])
    inputs = sources(building.values[-1]) if not isinstance(start, tuple) else tensor
    return machine.call(MODEL, (inputs, building.values[-1]), {"name": model_name})


def sources(tensor: Value) -> Value:
    """`get_source_inputs`: the inputs that a symbolic tensor depends on. Raises Undetermined."""
    from cnnlint.frameworks.keras.graph import node_of

    found: dict[int, Tensor] = {}
    pending, seen = [tensor], set()
    while pending:
        node = node_of(pending.pop())
        if node is None:
            raise Undetermined("where a tensor comes from is not known")
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.is_input:
            for output in node.outputs:
                found[id(output)] = output
        pending += [value for value in node.inputs if isinstance(value, Tensor)]
    items = list(found.values())
    return items[0] if len(items) == 1 else ListValue(items)
