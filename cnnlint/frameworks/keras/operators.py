"""Python's operators on Keras's tensors: each is the operation of `keras.ops` that Keras puts into the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import indexing, ops_elementwise, ops_products  # noqa: F401 - declare the operations
from cnnlint.frameworks.keras.core import KERAS, KERAS_TENSOR, result
from cnnlint.frameworks.keras.graph import node_of
from cnnlint.interpreter.values import HostFunction, ListValue, Tensor, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "true_divide",
    "floordiv": "floor_divide",
    "mod": "mod",
    "pow": "power",
    "matmul": "matmul",
    "and": "logical_and",
    "or": "logical_or",
    "xor": "logical_xor",
}
COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}
UNARY = {"neg": "negative", "abs": "absolute", "invert": "logical_not"}


def _host(name: str) -> HostFunction:
    found = KERAS.names[f"keras.ops.{name}"]
    assert isinstance(found, HostFunction)
    return found


def _declare_binary(method: str, name: str) -> None:
    body = _host(name).body

    def forward(machine: Machine, self: Value, other: Value) -> Value:
        return body(machine, self, other)

    def backward(machine: Machine, self: Value, other: Value) -> Value:
        return body(machine, other, self)

    _add(f"__{method}__", forward)
    _add(f"__r{method}__", backward)


def _add(method: str, body: object) -> None:
    KERAS_TENSOR.namespace[method] = HostFunction(f"keras.KerasTensor.{method}", body)  # type: ignore[arg-type]


def _declare_comparison(method: str, name: str) -> None:
    body = _host(name).body

    def compare(machine: Machine, self: Value, other: Value) -> Value:
        return body(machine, self, other)

    _add(f"__{method}__", compare)


def _declare_unary(method: str, name: str) -> None:
    body = _host(name).body

    def apply(machine: Machine, self: Value) -> Value:
        return body(machine, self)

    _add(f"__{method}__", apply)


for _method, _name in BINARY.items():
    _declare_binary(_method, _name)
for _method, _name in COMPARISONS.items():
    _declare_comparison(_method, _name)
for _method, _name in UNARY.items():
    _declare_unary(_method, _name)
# What the builtin `abs` looks for.
KERAS_TENSOR.namespace["abs"] = KERAS_TENSOR.namespace["__abs__"]


def _get_item(machine: Machine, self: Value, key: Value) -> Value:
    if node_of(self) is not None:
        if isinstance(key, slice) or key is None or key is Ellipsis:
            # `GetItem.compute_output_spec` knows an integer, a tuple or a list only.
            raise ShapeError(
                "bad-argument",
                "a symbolic tensor takes an integer or a tuple as its index, not a single slice",
                help="write `x[:, ...]`",
                exception="ValueError",
            )
        if isinstance(key, ListValue) and key.unknown is None:
            key = tuple(key.items)
    return _host("get_item").body(machine, self, key)


def _length(machine: Machine, self: Value) -> Value:
    shape = coerce.shape_of(self)
    if not shape:
        raise ShapeError("bad-argument", "a tensor without dimensions has no length", exception="TypeError")
    return shape[0]


def _iterate(machine: Machine, self: Value) -> Value:
    shape = coerce.shape_of(self)
    if self.values is not None and len(shape) == 1:
        return ListValue([_scalar(self, value) for value in self.values])
    if not shape or not isinstance(shape[0], int):
        raise Undetermined("how often an iteration over a tensor runs is not known")
    return ListValue([machine.call(_host("get_item"), (self, index)) for index in range(min(shape[0], 4096))])


def _scalar(source: Tensor, value: Value) -> Tensor:
    made = result((), like=source)
    made.values = (value,)
    return made


def _round(machine: Machine, self: Value, ndigits: Value = None) -> Value:
    return _host("round").body(machine, self, 0 if ndigits is None else ndigits)


def _number(machine: Machine, self: Value) -> Value:
    if self.values is None or len(self.values) != 1:
        raise Undetermined("the number in a tensor is not known")
    return self.values[0]


_add("__getitem__", _get_item)
_add("__len__", _length)
_add("__iter__", _iterate)
_add("__round__", _round)
for _method in ("__int__", "__float__", "__index__", "item"):
    _add(_method, _number)
