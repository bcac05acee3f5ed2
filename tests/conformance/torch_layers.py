"""Asks PyTorch and cnnlint about drawn configurations of every layer class, legal and illegal, and compares.

    python -m tests.conformance.torch_layers [--configurations 200] [--seed S] [--case LINE]… [--record FILE] [NAME…]

needs PyTorch importable. Compared are the verdict (accepted, or refused at construction, application or a method), the
class of the exception, and of what is accepted the shapes and types of the results, the names, shapes and
`requires_grad` of the parameters, the names and shapes of the buffers, the keys of the `state_dict`, the layers inside,
the public attributes, and of some the multiply-accumulates, as `torch.utils.flop_counter` counts them.

A configuration is `(class, arguments, keyword arguments, inputs, how)`. An input is a tuple of sizes (a tensor of
floats) or any value; `inputs` None is a layer that is built only. `how` may hold `training` (the mode; False if it is
left out), `keywords` (of the application), `then` (methods that are called one after the other, with their arguments),
`macs` (whether they are compared) and `mistaken` (an argument too many, too few or of a strange kind: whether it is
refused is compared, with which exception is not).

A value that is no literal is written as a tuple that begins with its kind: `("@tensor", shape, type, bound)`,
`("@values", numbers)`, `("@sequence", numbers)` (a tuple of them), `("@parameter", shape)`, `("@ordered", dict)`,
`("@layer", class, arguments, keyword arguments)`.
"""

from __future__ import annotations

import sys
import warnings
from collections import OrderedDict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnlint.frameworks import framework
from cnnlint.frameworks.torch.core import PARAMETER, TORCH, result
from cnnlint.frameworks.torch.registry import buffers_of, is_module, named_weights, walk
from cnnlint.interpreter.importer import Importer
from cnnlint.interpreter.machine import Machine
from cnnlint.interpreter.stdlib.collections import ORDERED
from cnnlint.interpreter.values import (
    DictValue,
    Generator,
    Instance,
    ListValue,
    Raised,
    Tensor,
    Unknown,
    Weight,
)
from tests.conformance.drawing import Half, Verdict, main
from tests.conformance.torch_cases import CASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnnlint.interpreter.trace import Application
    from cnnlint.interpreter.values import Value

OF_THE_MACHINE = frozenset({"device_ids"})
"""Attributes that say what devices there are."""
UNREFUSING: frozenset[str] = frozenset()
UNACCEPTING: frozenset[str] = frozenset()
VALUE_DEPENDENT = ("Found an invalid max index",)
"""Words of errors that the numbers in a tensor cause, which nothing but a run can tell."""

FAMILIES = {
    **{name: name for name in ("RuntimeError", "ValueError", "TypeError", "AssertionError", "ArithmeticError")},
    **{name: name for name in ("KeyError", "IndexError", "Exception")},
    "AttributeError": "TypeError",
}


# --- PyTorch ----------------------------------------------------------------------------------------------------------


def ask_torch(case: tuple[Any, ...]) -> Verdict:
    """Build the layer, apply it on the CPU, call the methods."""
    torch = import_module("torch")
    name, args, kwargs, inputs, how = case
    facts: dict[str, Any] = {}
    try:
        layer = getattr(torch.nn, name)(*theirs(args), **theirs(kwargs)).train(how.get("training", False))
        if inputs is not None:
            given = tuple(tensor_for(each) if is_shape(each) else theirs(each) for each in inputs)
            if how.get("macs"):
                facts["macs"], output = counted(layer, given, how)
            else:
                output = layer(*given, **theirs(how.get("keywords", {})))
            facts["output"] = shapes_of(output)
            facts["types"] = types_of(output)
        for method, *rest in how.get("then", ()):
            facts[f"{len(facts)} {method}"] = told(getattr(layer, method)(*theirs(tuple(rest))))
        facts["parameters"] = [(key, tuple(each.shape), each.requires_grad) for key, each in layer.named_parameters()]
        facts["buffers"] = [(key, tuple(each.shape)) for key, each in layer.named_buffers()]
        facts["state"] = list(layer.state_dict())
        facts["layers"] = [(key, type(each).__name__) for key, each in layer.named_modules()]
        for key, value in vars(layer).items():
            if is_public(key, value) and key not in OF_THE_MACHINE:
                facts[f"attribute {key}"] = plain(value)
    except Exception as error:  # noqa: BLE001 - whatever it raises is a refusal
        # Of several things wrong with a mistaken call, which one is met first is no promise.
        raised = {} if how.get("mistaken") else {"exception": family(cls.__name__ for cls in type(error).__mro__)}
        return Verdict(f"{type(error).__name__}: {str(error)[:150]}", raised)
    return Verdict(None, facts)


def counted(layer: Any, inputs: tuple[Any, ...], how: dict[str, Any]) -> tuple[int, Any]:
    """The multiply-accumulates of an application, and its result."""
    with import_module("torch.utils.flop_counter").FlopCounterMode(display=False) as counter:
        output = layer(*inputs, **theirs(how.get("keywords", {})))
    return counter.get_total_flops() // 2, output


def family(names: Iterable[str]) -> str:
    """The exception that a handler for it would name, of the class and its bases.

    A value of a wrong kind is a TypeError or an AttributeError, whichever line of the framework meets it first.
    """
    named = next(name for name in names if name in FAMILIES)
    return FAMILIES[named]


def is_shape(given: Any) -> bool:
    return isinstance(given, tuple) and all(type(size) is int for size in given)


def theirs(value: Any) -> Any:
    """The value as PyTorch takes it."""
    torch = import_module("torch")
    match value:
        case ("@tensor", shape, dtype, bound):
            return tensor_for(shape, dtype, bound)
        case ("@values", numbers):
            return torch.tensor(numbers)
        case ("@sequence", numbers):
            return numbers
        case ("@ordered", entries):
            return OrderedDict(theirs(entries))
        case ("@parameter", shape):
            return torch.nn.Parameter(torch.rand(shape))
        case ("@layer", name, args, kwargs):
            return getattr(torch.nn, name)(*theirs(args), **theirs(kwargs))
        case dict():
            return {key: theirs(each) for key, each in value.items()}
        case tuple() | list():
            return type(value)(theirs(each) for each in value)
    return value


def tensor_for(shape: tuple[int, ...], dtype: str = "float32", bound: int = 1) -> Any:
    torch = import_module("torch")
    if dtype == "bool":
        return torch.zeros(shape, dtype=torch.bool)
    if dtype.startswith("int"):
        return torch.randint(0, bound, shape, dtype=getattr(torch, dtype))
    return torch.rand(shape, dtype=getattr(torch, dtype))


def shapes_of(output: Any) -> Any:
    if hasattr(output, "shape"):
        return tuple(output.shape)
    if isinstance(output, (tuple, list)):
        return tuple(shapes_of(part) for part in output)
    return None


def types_of(output: Any) -> Any:
    if hasattr(output, "dtype"):
        return str(output.dtype).removeprefix("torch.")
    if isinstance(output, (tuple, list)):
        return tuple(types_of(part) for part in output)
    return None


def told(value: Any) -> Any:
    """What a method gave back, in words that both sides have."""
    torch = import_module("torch")
    if isinstance(value, (torch.nn.Module, torch.Tensor)):
        return type(value).__name__ + ("" if isinstance(value, torch.nn.Module) else str(tuple(value.shape)))
    if isinstance(value, dict) or type(value).__name__ in ("dict_keys", "dict_values", "dict_items", "odict_iterator"):
        return tuple(told(each) for each in value)
    if isinstance(value, (tuple, list)) or hasattr(value, "__next__"):
        return tuple(told(each) for each in value)
    return value


def is_public(name: str, value: Any) -> bool:
    return not name.startswith("_") and isinstance(value, (int, float, str, tuple, list, type(None)))


def plain(value: Any) -> Any:
    return tuple(map(plain, value)) if isinstance(value, (tuple, list)) else value


# --- cnnlint ----------------------------------------------------------------------------------------------------------


def ask_cnnlint(case: tuple[Any, ...]) -> Verdict:
    """The same, by cnnlint."""
    try:
        return answer(case)
    except Exception as defect:  # noqa: BLE001 - one configuration must not end the run
        return Verdict(f"with a defect, {defect!r}", {"exception": "a defect"})


def answer(case: tuple[Any, ...]) -> Verdict:
    name, args, kwargs, inputs, how = case
    machine = Machine(Importer(framework, lambda _path: None), strict=True)
    machine.handlers.append(lambda _name: True)
    facts: dict[str, Any] = {}
    try:
        layer = machine.call(TORCH.names[f"torch.nn.{name}"], own(machine, args), own(machine, kwargs).items)
        if isinstance(layer, Unknown):
            return unknown(layer)
        assert isinstance(layer, Instance)
        if layer.opaque is not None:
            return unknown(layer.opaque)
        machine.call(machine.get(layer, "train"), (how.get("training", False),))
        if inputs is not None:
            given = tuple(result(each, "float32") if is_shape(each) else own(machine, each) for each in inputs)
            output = machine.call(layer, given, own(machine, how.get("keywords", {})).items)
            if isinstance(output, Unknown):
                return unknown(output)
            facts["output"], facts["types"] = own_shapes(output), own_types(output)
            if how.get("macs"):
                facts["macs"] = sum(macs_of(each) for each in machine.applications)
        for method, *rest in how.get("then", ()):
            found = machine.call(machine.get(layer, method), own(machine, tuple(rest)))
            if isinstance(found, Unknown):
                return unknown(found)
            facts[f"{len(facts)} {method}"] = own_told(found)
    except Raised as raised:
        error = raised.value
        assert isinstance(error, Instance)
        return Verdict(
            f"{error.cls.name}: {error.attrs['args'][0]}", {"exception": family(cls.name for cls in error.cls.mro)}
        )
    facts["parameters"] = [(key, each.shape, each.trainable) for key, each in named_weights(layer)]
    inside = list(walk(layer))
    facts["buffers"] = [
        (f"{path}.{key}" if path else key, each.shape) for path, module in inside for key, each in buffers_of(module)
    ]
    facts["state"] = list(machine.call(machine.get(layer, "state_dict")).items)
    facts["layers"] = [(path, module.cls.name) for path, module in inside]
    facts |= {f"attribute {key}": own_plain(value) for key, value in layer.attrs.items()}
    return Verdict(None, facts)


def unknown(value: Unknown) -> Verdict:
    return Verdict(f"that it does not know: {value.reason}", {"exception": "unknown"})


def macs_of(application: Application) -> Any:
    return application.macs + sum(map(macs_of, application.children))


def own(machine: Machine, value: Any) -> Any:
    """The value as cnnlint has it."""
    match value:
        case ("@tensor", shape, dtype, _):
            return result(shape, dtype)
        case ("@values", numbers):
            return machine.call(TORCH.names["torch.tensor"], (own(machine, numbers),))
        case ("@sequence", numbers):
            return numbers
        case ("@ordered", entries):
            return machine.call(ORDERED, (own(machine, entries),))
        case ("@parameter", shape):
            return Weight(PARAMETER, shape, "float32")
        case ("@layer", name, args, kwargs):
            return machine.call(TORCH.names[f"torch.nn.{name}"], own(machine, args), own(machine, kwargs).items)
        case dict():
            return DictValue({key: own(machine, each) for key, each in value.items()})
        case list():
            return ListValue(own(machine, each) for each in value)
        case tuple():
            return tuple(own(machine, each) for each in value)
    return value


def parts(output: Value) -> Iterator[Value] | None:
    if isinstance(output, Instance) and isinstance(output.payload, tuple):
        return iter(output.payload)
    if isinstance(output, ListValue):
        return iter(output.items)
    return iter(output) if isinstance(output, tuple) else None


def own_shapes(output: Value) -> Any:
    if isinstance(output, Tensor):
        return output.shape
    found = parts(output)
    return None if found is None else tuple(map(own_shapes, found))


def own_types(output: Value) -> Any:
    if isinstance(output, Tensor):
        return output.dtype
    found = parts(output)
    return None if found is None else tuple(map(own_types, found))


def own_told(value: Value) -> Any:
    match value:
        case Instance() if is_module(value):
            return value.cls.name
        case Tensor():
            return f"{value.cls.name}{value.shape}"
        case DictValue():
            return tuple(value.items)
        case Generator() | ListValue():
            return tuple(map(own_told, value.items))
        case tuple():
            return tuple(map(own_told, value))
    return value


def own_plain(value: Value) -> Any:
    if isinstance(value, ListValue):
        return tuple(map(own_plain, value.items))
    if isinstance(value, tuple):
        return tuple(map(own_plain, value))
    return "tensor" if isinstance(value, (Weight, Tensor)) else value


# --- both -------------------------------------------------------------------------------------------------------------


def catalogue() -> frozenset[str]:
    """The classes of `torch.nn` that cnnlint has."""
    room = framework("torch")
    assert room is not None
    room.resolve("torch.nn.Module")
    return frozenset(name.removeprefix("torch.nn.") for name in TORCH.names if name.count(".") == 2)


def beyond(case: tuple[Any, ...], verdict: Verdict) -> bool:
    """Whether it depends on more than the shapes what comes out."""
    if verdict.error is not None:
        return any(words in verdict.error for words in VALUE_DEPENDENT)
    # An empty result of a transposed convolution, or a dilation of 0: oneDNN's kernels make one, PyTorch's own refuse.
    _, args, options, inputs, _ = case
    still = 0 in (options.get("dilation"), *args[8:9])
    return "ConvTranspose" in case[0] and inputs is not None and (still or 0 in verdict.facts["output"])


def half() -> Half:
    torch = import_module("torch")
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    classes = {name: value for name, value in vars(torch.nn).items() if isinstance(value, type)}
    return Half(
        title=f"PyTorch {torch.__version__.partition('+')[0]}",
        public=[name for name, value in classes.items() if issubclass(value, torch.nn.Module)],
        catalogue=catalogue(),
        cases=CASES,
        theirs=ask_torch,
        ours=ask_cnnlint,
        beyond=beyond,
        unrefusing=UNREFUSING,
        unaccepting=UNACCEPTING,
    )


if __name__ == "__main__":
    sys.exit(main(half))
