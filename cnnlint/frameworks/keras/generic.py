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
from cnnlint.interpreter.values import (
    ClassValue,
    DictValue,
    Function,
    HostFunction,
    Instance,
    ListValue,
    Tensor,
    Unknown,
    Value,
)

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
        options = _options(self.attrs["arguments"])
        names, _ = calling.parameters(function)
        if "mask" in names:
            options["mask"] = mask
        if "training" in names:
            options["training"] = training
        _check_call(function, inputs, options)
        output = machine.call(function, (inputs,), options)
        if isinstance(output, Unknown) or (isinstance(output, Tensor) and output.shape is None):
            return _stated(machine, self, inputs, output)
        return output


def _options(arguments: Value) -> dict[str, Value]:
    """What the function gets besides its input. Raises ShapeError "bad-argument", Undetermined."""
    if not coerce.flag(arguments):
        return {}
    given = coerce.known(arguments)
    if not isinstance(given, DictValue):
        raise refused(f"the `arguments` of a `Lambda` must be a dictionary, not {coerce.describe(given)}", "TypeError")
    if given.unknown is not None:
        raise Undetermined(given.unknown.reason)
    if any(not isinstance(name, str) for name in given.items):
        raise refused("the `arguments` of a `Lambda` must have words for keys", "TypeError")
    return {str(name): value for name, value in given.items.items()}


def _check_call(function: Value, inputs: Value, options: dict[str, Value]) -> None:
    """The function takes its input and these options, no more and no fewer. Raises ShapeError "bad-argument"."""
    if isinstance(function, HostFunction):
        complaint = function.signature.complaint((inputs,), options)
        if complaint is not None:
            raise refused(f"the function of a `Lambda` is called wrongly: {complaint}", "TypeError")
    if not isinstance(function, Function):
        return
    parameters = function.definition.parameters
    kinds = {each.kind for each in parameters}
    placed = [each for each in parameters if each.kind in ("positional", "plain")]
    if not placed and "*" not in kinds:
        raise refused("the function of a `Lambda` is called on its input, but it takes no argument", "TypeError")
    named = [each for each in parameters if each.kind in ("plain", "keyword") and each not in placed[:1]]
    unknown = [name for name in options if name not in {each.name for each in named}]
    if unknown and "**" not in kinds:
        raise refused(f"the function of a `Lambda` takes no argument `{unknown[0]}`", "TypeError")
    needed = [each for each in parameters if each not in placed[:1] and each.default is None and "*" not in each.kind]
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
