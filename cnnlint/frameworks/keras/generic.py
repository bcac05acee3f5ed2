"""`Lambda` and `Wrapper`: layers around other code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import calling
from cnnlint.frameworks.keras.arguments import refused
from cnnlint.frameworks.keras.core import open_shape, result
from cnnlint.frameworks.keras.layer import configure, initialize, layer
from cnnlint.frameworks.keras.structure import tensors
from cnnlint.frameworks.keras.weights import is_layer
from cnnlint.interpreter.values import ClassValue, DictValue, Function, Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine


@layer("Lambda")
class Lambda:
    def __init__(
        machine: Machine,
        self: Instance,
        function: Value,
        output_shape: Value = None,
        mask: Value = None,
        arguments: Value = None,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        if function is None or isinstance(function, (bool, int, float, str, tuple, ListValue, DictValue, Tensor)):
            raise refused(f"the function of a `Lambda` must be one, not {coerce.describe(function)}", "TypeError")
        configure(self)
        self.attrs |= {"function": function, "arguments": arguments, "mask": mask}
        self.facts["output_shape"] = output_shape

    def call(machine: Machine, self: Instance, inputs: Value, mask: Value = None, training: Value = None) -> Value:
        function = self.attrs["function"]
        given = self.attrs["arguments"]
        options = {str(key): value for key, value in given.items.items()} if isinstance(given, DictValue) else {}
        if isinstance(function, Function) and not function.definition.parameters:
            raise refused("the function of a `Lambda` is called on its input, but it takes no argument", "TypeError")
        names, _ = calling.parameters(function)
        if "mask" in names:
            options["mask"] = mask
        if "training" in names:
            options["training"] = training
        _check_count(function, options)
        output = machine.call(function, (inputs,), options)
        if isinstance(output, Unknown) or (isinstance(output, Tensor) and output.shape is None):
            return _stated(machine, self, inputs, output)
        return output


def _check_count(function: Value, options: dict[str, Value]) -> None:
    """The input is the only argument beside the options. Raises ShapeError "bad-argument"."""
    if isinstance(function, Function):
        needed = [each for each in function.definition.parameters[1:] if each.default is None and each.kind == "plain"]
        missing = [each.name for each in needed if each.name not in options]
        if missing:
            raise refused(
                f"the function of a `Lambda` is called on its input alone, but it also needs `{missing[0]}`",
                "TypeError",
                help="give the others with `arguments=`",
            )


def _stated(machine: Machine, self: Instance, inputs: Value, output: Value) -> Value:
    """What `output_shape=` says of a function that cannot be followed."""
    stated = self.facts["output_shape"]
    found = tensors(inputs)
    if stated is None or isinstance(stated, Unknown) or not found or found[0].shape is None:
        return output
    given = coerce.items(stated)
    if given is None:
        return output
    dims = [found[0].shape[0], *(None if size is None else coerce.dim(size) for size in given)]
    return result(open_shape(machine, dims))


def check_wrapped(layer: Value) -> None:
    """Refuse what is no layer, as `Wrapper` does. Raises ShapeError "bad-argument"."""
    if not isinstance(layer, Unknown) and not is_layer(layer):
        raise refused(
            f"a wrapper takes a layer, not {coerce.describe(layer)}",
            help="call the class to make a layer" if isinstance(layer, ClassValue) else None,
        )


@layer("Wrapper")
class Wrapper:
    def __init__(machine: Machine, self: Instance, layer: Value, **kwargs: Value) -> None:
        check_wrapped(layer)
        initialize(machine, self, kwargs)
        self.attrs["layer"] = layer

    def build(machine: Machine, self: Instance, input_shape: Value = None) -> None:
        inner = self.attrs["layer"]
        if not isinstance(inner, Instance):
            raise Undetermined("the layer inside is not known")
        if inner.attrs.get("built") is not True:
            calling.invoke(machine, inner, "build", (input_shape,), {})
            inner.attrs["built"] = True
