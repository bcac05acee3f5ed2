"""Dense layers and embeddings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnnlint.engine import dense as engine
from cnnlint.engine.constraints import clash
from cnnlint.engine.dimension import equal
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import broadcast, einsum, matmul_macs
from cnnlint.engine.shape import text as shape_text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import activation as activations
from cnnlint.frameworks.keras import changes, lora
from cnnlint.frameworks.keras.arguments import positive, refused, single
from cnnlint.frameworks.keras.core import open_dim, result
from cnnlint.frameworks.keras.layer import add_weight, axis_size, configure, initialize, layer
from cnnlint.frameworks.keras.operands import operand
from cnnlint.frameworks.keras.spec import Spec, require
from cnnlint.interpreter.values import Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine


@layer("Dense", kind="dense")
class Dense:
    def __init__(
        machine: Machine,
        self: Instance,
        units: Value,
        activation: Value = None,
        use_bias: Value = True,
        kernel_initializer: Value = "glorot_uniform",
        bias_initializer: Value = "zeros",
        kernel_regularizer: Value = None,
        bias_regularizer: Value = None,
        activity_regularizer: Value = None,
        kernel_constraint: Value = None,
        bias_constraint: Value = None,
        lora_rank: Value = None,
        lora_alpha: Value = None,
        quantization_config: Value = None,
        **kwargs: Value,
    ) -> None:
        count = _units(machine, units)
        initialize(machine, self, kwargs)
        configure(self, units=count, activation=activation, use_bias=use_bias)
        self.facts["lora"] = lora_rank, kernel_constraint
        require(self, Spec(min_ndim=2, rank=2))

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        features = axis_size(input_shape, -1, "features")
        add_weight(machine, self, "kernel", (features, self.attrs["units"]))
        if not coerce.flag(self.attrs["use_bias"]):
            self.attrs["bias"] = None
        else:
            add_weight(machine, self, "bias", (self.attrs["units"],))
        require(self, Spec(min_ndim=2, axes={-1: features}, kind="feature-mismatch", rank=2))
        lora.add(machine, self, "kernel", *self.facts["lora"])

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = None) -> Value:
        tensor, shape = single(inputs)
        output = engine.linear(shape, self.attrs["units"], min_rank=2)
        machine.add_macs(engine.linear_macs(output, shape[-1]) + lora.macs(self))
        return activations.apply(machine, self.attrs["activation"], result(output, like=tensor))


def _units(machine: Machine, value: Value) -> Dim:
    if isinstance(value, (int, float)) and not changes.has(machine, "units-checked"):
        return int(value)
    return positive(value, "units")


@layer("EinsumDense", kind="dense")
class EinsumDense:
    def __init__(
        machine: Machine,
        self: Instance,
        equation: Value,
        output_shape: Value,
        activation: Value = None,
        bias_axes: Value = None,
        kernel_initializer: Value = "glorot_uniform",
        bias_initializer: Value = "zeros",
        kernel_regularizer: Value = None,
        bias_regularizer: Value = None,
        kernel_constraint: Value = None,
        bias_constraint: Value = None,
        lora_rank: Value = None,
        lora_alpha: Value = None,
        gptq_unpacked_column_size: Value = None,
        quantization_config: Value = None,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        if isinstance(equation, Tensor):
            raise refused("`equation` must be a text, not an array", "TypeError")
        given = coerce.items(output_shape)
        sizes = (output_shape,) if given is None else given
        configure(self, equation=coerce.text(equation), activation=activation, bias_axes=bias_axes)
        self.facts["lora"] = lora_rank, kernel_constraint
        self.facts["output_shape"] = tuple(None if size is None else coerce.dim(size) for size in sizes)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        given = coerce.items(input_shape)
        if given is None:
            raise Undetermined("the shape of the input is not known")
        kernel, bias, self.facts["full_shape"] = _einsum_weights(self, given)
        add_weight(machine, self, "kernel", kernel)
        if bias is None:
            self.attrs["bias"] = None
        else:
            add_weight(machine, self, "bias", bias)
        lora.add(machine, self, "kernel", *self.facts["lora"])

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = None) -> Value:
        tensor, shape = single(inputs)
        if "kernel" not in self.attrs:
            raise Undetermined("the kernel's shape is not known")
        kernel = self.attrs["kernel"].shape
        output, macs = einsum(self.attrs["equation"].replace(" ", ""), [shape, kernel])
        machine.add_macs(macs + lora.macs(self))
        stated = self.facts["full_shape"]
        if len(stated) != len(output):  # the symbolic call believes `output_shape`
            sizes = (open_dim(machine, "dim") if size is None else coerce.dim(size) for size in stated[1:])
            output = (*output[:1], *sizes)
        else:  # what `output_shape` leaves open stays open, also where the input states it
            pairs = zip(output[1:], stated[1:], strict=True)
            opened = (open_dim(machine, "dim") if wanted is None else size for size, wanted in pairs)
            output = (*output[:1], *opened)
        return activations.apply(machine, self.attrs["activation"], result(output, like=tensor))


FORMS = (
    re.compile("([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)"),
    re.compile(r"\.\.\.([a-zA-Z]+),([a-zA-Z]+)->\.\.\.([a-zA-Z]+)"),
    re.compile(r"([a-zA-Z]{2,})\.\.\.,([a-zA-Z]+)->([a-zA-Z]+)\.\.\."),
)
"""What an equation may look like, as Keras matches it from its beginning."""


def _einsum_weights(self: Instance, input_shape: tuple[Value, ...]) -> tuple[Shape, Shape | None, tuple[Value, ...]]:
    """The shapes of the kernel, the bias and the output, as `_analyze_einsum_string` in Keras finds them."""
    equation = self.attrs["equation"]
    matched = next((found for form in FORMS if (found := form.match(equation))), None)
    if matched is None:
        raise refused(f"invalid einsum equation {equation!r}", help="write it as 'ab,bc->ac'")
    source, kernel, target = matched.groups()
    front = matched.re is FORMS[1]
    elided = len(input_shape) - len(source)
    output: list[Value] = [input_shape[0], *self.facts["output_shape"]]
    if elided > 0 and front:
        output[1:1] = input_shape[1:elided]
    elif elided > 0:
        output += input_shape[-elided:]
    start = elided if front else 0
    inputs = {letter: _at(input_shape, axis + start) for axis, letter in enumerate(source)}
    outputs = {letter: _at(output, axis + start) for axis, letter in enumerate(target)}
    for letter, size in inputs.items():
        stated = outputs.get(letter)
        if stated is not None and (size is None or clash(coerce.dim(stated), coerce.dim(size))):
            raise refused(
                f"axis {letter!r} of {equation!r} is {shown(size)} in the input and {shown(stated)} in `output_shape`",
                expected=shown(size),
                actual=shown(stated),
            )
    for letter in (*target, *kernel):
        if (
            letter not in (inputs if letter in kernel else {**inputs, **dict.fromkeys(kernel)})
            and letter not in outputs
        ):
            raise refused(f"axis {letter!r} of the kernel of {equation!r} is neither in the input nor in the output")
        if letter not in inputs and letter not in kernel:
            raise refused(f"axis {letter!r} of the output of {equation!r} is neither in the input nor in the kernel")
    sizes = tuple(_size(outputs[letter] if letter in outputs else inputs[letter], letter) for letter in kernel)
    return sizes, _einsum_bias(self, target, outputs, 0 if front else elided), tuple(output)


def _at(shape: Sequence[Value], axis: int) -> Value:
    if not -len(shape) <= axis < len(shape):
        raise ShapeError(
            "rank-mismatch", f"the equation has an axis more than the {len(shape)} there are", exception="IndexError"
        )
    return shape[axis]


def shown(size: Value) -> str:
    return "None" if size is None else dim_text(coerce.dim(size))


def _einsum_bias(self: Instance, target: str, outputs: dict[str, Value], behind: int) -> Shape | None:
    axes = self.attrs["bias_axes"]
    if axes is None:
        return None
    letters = coerce.text(axes)
    for letter in letters:
        if letter not in target:
            raise refused(f"the bias axis {letter!r} is not part of the output {target!r}")
    if not letters:
        raise refused("`bias_axes` must name an axis, or be None")
    first = min(target.find(letter) for letter in letters)
    bias: list[Dim] = [_size(outputs[letter], letter) if letter in letters else 1 for letter in target[first:]]
    return (*bias, *(1,) * behind)


def _size(size: Value, letter: str) -> Dim:
    if size is None:
        raise refused(f"the size of axis {letter!r} must be stated, but it is `None`")
    return coerce.dim(size)


@layer("Embedding", kind="embedding")
class Embedding:
    def __init__(
        machine: Machine,
        self: Instance,
        input_dim: Value,
        output_dim: Value,
        embeddings_initializer: Value = "uniform",
        embeddings_regularizer: Value = None,
        embeddings_constraint: Value = None,
        mask_zero: Value = False,
        weights: Value = None,
        lora_rank: Value = None,
        lora_alpha: Value = None,
        quantization_config: Value = None,
        **kwargs: Value,
    ) -> None:
        length = kwargs.pop("input_length", None)
        _initialize_embedding(machine, self, input_dim, output_dim, mask_zero, kwargs)
        self.facts["lora"] = lora_rank, embeddings_constraint
        if length is not None and "input_shape" not in self.facts and not isinstance(length, Unknown):
            self.facts["input_length"] = length
            if not changes.has(machine, "length-is-no-shape"):
                self.facts["input_shape"] = (None, length)
        if weights is not None:
            _check_given(self, weights)
            if lora_rank is not None and not isinstance(lora_rank, Unknown):
                raise refused("`weights` is one array, but with `lora_rank` there are three weights to set")

    def build(machine: Machine, self: Instance, input_shape: Value = None) -> None:
        add_weight(machine, self, "embeddings", (self.attrs["input_dim"], self.attrs["output_dim"]))
        lora.add(machine, self, "embeddings", *self.facts["lora"])

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        _, shape = single(inputs)
        machine.add_macs(lora.macs(self))
        return result(engine.embedding(shape, self.attrs["output_dim"]), "float32")


def _check_given(self: Instance, given: Value) -> None:
    """Compare the table that an embedding starts with with its own. Raises ShapeError "size-mismatch"."""
    tensor = given
    if isinstance(given, ListValue):
        tensor = given.items[0] if len(given.items) == 1 and given.unknown is None else None
    if isinstance(tensor, (tuple, str, int, float)):
        raise refused(f"`weights` must be an array or a list of one, not {coerce.describe(tensor)}", "AttributeError")
    if not isinstance(tensor, Tensor) or tensor.shape is None:
        return
    wanted = (self.attrs["input_dim"], self.attrs["output_dim"])
    pairs = zip(tensor.shape, wanted, strict=False)
    if len(tensor.shape) != 2 or any(equal(size, other) is False for size, other in pairs):
        raise ShapeError(
            "size-mismatch",
            f"the embedding has {shape_text(wanted)} weights, but the matrix given for them is "
            f"{shape_text(tensor.shape)}",
            help="make `input_dim` the number of rows of the matrix and `output_dim` its columns",
            expected=shape_text(wanted),
            actual=shape_text(tensor.shape),
            exception="ValueError",
        )


def _initialize_embedding(
    machine: Machine, self: Instance, input_dim: Value, output_dim: Value, mask_zero: Value, kwargs: dict[str, Value]
) -> None:
    for name, value in (("input_dim", input_dim), ("output_dim", output_dim)):
        if isinstance(value, bool):
            raise refused(f"`{name}` must be a positive integer, not {value}")
    rows, width = positive(input_dim, "input_dim"), positive(output_dim, "output_dim")
    initialize(machine, self, kwargs)
    configure(self, input_dim=rows, output_dim=width, mask_zero=mask_zero)


@layer("ReversibleEmbedding", kind="embedding")
class ReversibleEmbedding:
    def __init__(
        machine: Machine,
        self: Instance,
        input_dim: Value,
        output_dim: Value,
        tie_weights: Value = True,
        embeddings_initializer: Value = "uniform",
        embeddings_regularizer: Value = None,
        embeddings_constraint: Value = None,
        mask_zero: Value = False,
        reverse_dtype: Value = None,
        logit_soft_cap: Value = None,
        **kwargs: Value,
    ) -> None:
        _initialize_embedding(machine, self, input_dim, output_dim, mask_zero, kwargs)
        self.attrs["tie_weights"] = coerce.flag(tie_weights)
        self.facts["reverse"] = reverse_dtype, logit_soft_cap

    def build(machine: Machine, self: Instance, input_shape: Value = None) -> None:
        rows, width = self.attrs["input_dim"], self.attrs["output_dim"]
        add_weight(machine, self, "embeddings", (rows, width))
        if not self.attrs["tie_weights"]:
            add_weight(machine, self, "reverse_embeddings", (width, rows))

    def call(machine: Machine, self: Instance, inputs: Value, reverse: Value = False) -> Value:
        tensor, shape = single(inputs)
        rows, width = self.attrs["input_dim"], self.attrs["output_dim"]
        if not coerce.flag(reverse):
            return result(engine.embedding(shape, width), "float32")
        output = engine.linear(shape, rows, width)
        machine.add_macs(matmul_macs(shape, (width, rows)))
        kind, cap = self.facts["reverse"]
        if isinstance(kind, Instance) and "compute_dtype" in kind.attrs:
            raise refused("`reverse_dtype` must be an element type, not a policy", "TypeError")
        if isinstance(cap, (tuple, ListValue, Tensor)):
            broadcast(output, operand(cap))
        return result(output, like=tensor)
