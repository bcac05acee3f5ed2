"""Dense layers and embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import dense as engine
from cnnlint.engine.dimension import equal
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import einsum, matmul_macs
from cnnlint.engine.shape import text as shape_text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import activation as activations
from cnnlint.frameworks.keras import changes
from cnnlint.frameworks.keras.arguments import positive, refused, single
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.layer import add_weight, axis_size, configure, initialize, layer
from cnnlint.frameworks.keras.spec import Spec, require
from cnnlint.interpreter.values import Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
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
        require(self, Spec(min_ndim=2, rank=2))

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        features = axis_size(input_shape, -1, "features")
        add_weight(machine, self, "kernel", (features, self.attrs["units"]))
        if self.attrs["use_bias"] is False or self.attrs["use_bias"] is None:
            self.attrs["bias"] = None
        else:
            add_weight(machine, self, "bias", (self.attrs["units"],))
        require(self, Spec(min_ndim=2, axes={-1: features}, kind="feature-mismatch", rank=2))

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = None) -> Value:
        tensor, shape = single(inputs)
        output = engine.linear(shape, self.attrs["units"], min_rank=2)
        machine.add_macs(engine.linear_macs(output, shape[-1]))
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
        given = coerce.items(output_shape)
        sizes = (output_shape,) if given is None else given
        configure(self, equation=coerce.text(equation), activation=activation, bias_axes=bias_axes)
        self.facts["output_shape"] = tuple(None if size is None else coerce.dim(size) for size in sizes)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        given = coerce.items(input_shape)
        if given is None:
            raise Undetermined("the shape of the input is not known")
        kernel, bias = _einsum_weights(self, given)
        add_weight(machine, self, "kernel", kernel)
        if bias is None:
            self.attrs["bias"] = None
        else:
            add_weight(machine, self, "bias", bias)

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = None) -> Value:
        tensor, shape = single(inputs)
        if "kernel" not in self.attrs:
            raise Undetermined("the kernel's shape is not known")
        kernel = self.attrs["kernel"].shape
        output, macs = einsum(self.attrs["equation"].replace(" ", ""), [shape, kernel])
        machine.add_macs(macs)
        return activations.apply(machine, self.attrs["activation"], result(output, like=tensor))


def _parts(equation: str) -> tuple[str, str, str]:
    """The letters of the input, the kernel and the output; the dots of an ellipsis are left out."""
    try:
        sources, output = equation.replace(" ", "").replace("...", "").split("->")
        source, kernel = sources.split(",")
    except ValueError:
        raise refused(f"invalid einsum equation {equation!r}") from None
    return source, kernel, output


def _einsum_weights(self: Instance, input_shape: tuple[Value, ...]) -> tuple[Shape, Shape | None]:
    """The shapes of the kernel and the bias, as `_analyze_einsum_string` in Keras finds them."""
    equation = self.attrs["equation"].replace(" ", "")
    source, kernel, output = _parts(equation)
    declared = self.facts["output_shape"]
    known: dict[str, Value] = {}
    if "..." in equation:
        # With the dots in front the letters are the last axes, behind the input's letters they are the first ones.
        front = equation.startswith("...")
        axes = input_shape[len(input_shape) - len(source) :] if front else input_shape[: len(source)]
        known |= zip(source, axes, strict=False)
        known_output = (
            zip(reversed(output), reversed(declared), strict=False)
            if front
            else zip(output[1:], declared, strict=False)
        )
        for letter, size in known_output:
            known.setdefault(letter, size)
    else:
        if len(source) != len(input_shape):
            raise ShapeError(
                "rank-mismatch",
                f"the equation {equation!r} is for {len(source)} axes, the input has {len(input_shape)}",
                expected=str(len(source)),
                actual=str(len(input_shape)),
                exception="ValueError",
            )
        known |= zip(source, input_shape, strict=True)
        for letter, size in zip(output[1:], declared, strict=False):
            if size is not None:
                known.setdefault(letter, size)
    sizes = tuple(_size(known, letter) for letter in kernel)
    axes_of_bias = self.attrs["bias_axes"]
    if axes_of_bias is None:
        return sizes, None
    for letter in coerce.text(axes_of_bias):
        if letter not in output:
            raise refused(f"the bias axis {letter!r} is not part of the output {output!r}")
    letters = [letter for letter in output if letter in axes_of_bias]
    first = output.index(letters[0]) if letters else 0
    bias: list[Dim] = [_size(known, letter) if letter in letters else 1 for letter in output[first:]]
    return sizes, tuple(bias)


def _size(known: dict[str, Value], letter: str) -> Dim:
    size = known.get(letter)
    if size is None and letter in known:
        raise refused(f"the size of axis {letter!r} of the input must be stated, but it is `None`")
    if size is None:
        raise Undetermined(f"the size of axis {letter!r} of the kernel is not known")
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
        if length is not None and "input_shape" not in self.facts and not isinstance(length, Unknown):
            self.facts["input_length"] = length
            if not changes.has(machine, "length-is-no-shape"):
                self.facts["input_shape"] = (None, length)
        if weights is not None:
            _check_given(self, weights)

    def build(machine: Machine, self: Instance, input_shape: Value = None) -> None:
        add_weight(machine, self, "embeddings", (self.attrs["input_dim"], self.attrs["output_dim"]))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        _, shape = single(inputs)
        return result(engine.embedding(shape, self.attrs["output_dim"]), "float32")


def _check_given(self: Instance, given: Value) -> None:
    """Compare the table that an embedding starts with with its own. Raises ShapeError "size-mismatch"."""
    tensor = given
    if isinstance(given, ListValue):
        tensor = given.items[0] if len(given.items) == 1 and given.unknown is None else None
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
        return result(output, like=tensor)
