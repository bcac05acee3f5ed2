"""`keras.ops`: functions that sum up axes, search in them or sort them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.constraints import short_of
from cnnlint.engine.dimension import equal, maximum, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused, same
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import (
    axes_of,
    axis_of,
    check_same_shape,
    check_size,
    first_tensor,
    least_rank,
    operand,
    type_name,
)
from cnnlint.frameworks.keras.promotion import promoted
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

PLAIN = "amax amin logsumexp mean median nanmax nanmean nanmedian nanmin nanprod nanstd nansum nanvar ptp std sum var"
FLOATING = frozenset(["logsumexp", "mean", "median", "nanmean", "nanmedian", "nanstd", "nanvar", "std", "var"])
"""Functions that compute in floats whatever they are given."""
COUNTING = frozenset(["sum", "nansum", "nanprod"])
SEARCHES = "argmax argmin nanargmax nanargmin"
TESTS = "all any"


def reduced(x: Value, axis: Value, keepdims: Value, dtype: str | None = None) -> Value:
    """Some axes summed up, all where `axis` is None. Raises ShapeError "bad-argument", Undetermined."""
    shape = operand(x)
    axes = axes_of(axis, len(shape))
    return result(engine.reduce(shape, axes, keepdims=coerce.flag(keepdims)), dtype or promoted(x))


def _declare(name: str, dtype: str | None) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.numpy.{name}")
    def reduction(machine: Machine, x: Value, axis: Value = None, keepdims: Value = False) -> Value:
        floating = promoted(x, floating=True) if name in FLOATING else None
        return reduced(x, axis, keepdims, dtype or floating or (_counting(x) if name in COUNTING else None))


def _counting(x: Value) -> str | None:
    """Truth values are counted in integers."""
    return "int32" if promoted(x) == "bool" else None


for _name in PLAIN.split():
    _declare(_name, None)
for _name in SEARCHES.split():
    _declare(_name, "int32")
for _name in TESTS.split():
    _declare(_name, "bool")


def _declare_extreme(name: str) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.numpy.{name}")
    def extreme(
        machine: Machine, x: Value, axis: Value = None, keepdims: Value = False, initial: Value = None
    ) -> Value:
        return reduced(x, axis, keepdims)


_declare_extreme("max")
_declare_extreme("min")


@operation("keras.ops.prod", "keras.ops.numpy.prod")
def prod(machine: Machine, x: Value, axis: Value = None, keepdims: Value = False, dtype: Value = None) -> Value:
    return reduced(x, axis, keepdims, type_name(dtype) or _counting(x))


@operation("keras.ops.average", "keras.ops.numpy.average")
def average(machine: Machine, x: Value, axis: Value = None, weights: Value = None) -> Value:
    shape = operand(x)
    if weights is not None and (axis is None or len(operand(weights)) != 1):
        check_same_shape(x, weights, "a tensor and its weights")
    elif weights is not None:
        check_size(operand(weights)[0], shape[axis_of(axis, len(shape))], "the axis and its weights")
    return reduced(x, axis, False, promoted(x, floating=True))


@operation("keras.ops.count_nonzero", "keras.ops.numpy.count_nonzero")
def count_nonzero(machine: Machine, x: Value, axis: Value = None) -> Value:
    return reduced(x, axis, False, "int32")


@operation("keras.ops.norm", "keras.ops.linalg.norm")
def norm(machine: Machine, x: Value, ord: Value = None, axis: Value = None, keepdims: Value = False) -> Value:
    return reduced(x, axis, keepdims, promoted(x, floating=True))


@operation("keras.ops.moments", "keras.ops.nn.moments")
def moments(machine: Machine, x: Value, axes: Value, keepdims: Value = False, synchronized: Value = False) -> Value:
    return (reduced(x, axes, keepdims), reduced(x, axes, keepdims))


def _declare_quantile(name: str) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.numpy.{name}")
    def quantile(
        machine: Machine, x: Value, q: Value, axis: Value = None, method: Value = "linear", keepdims: Value = False
    ) -> Value:
        found = reduced(x, axis, keepdims, promoted(x, floating=True))
        found.shape = (*operand(q), *found.shape)
        return found


for _name in ("quantile", "percentile", "nanquantile", "nanpercentile"):
    _declare_quantile(_name)


def _declare_running(name: str) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.numpy.{name}")
    def running(machine: Machine, x: Value, axis: Value = None, dtype: Value = None) -> Value:
        shape = operand(x)
        if axis is None:
            return result((engine.elements(shape),), like=first_tensor(x))
        if shape or not name.startswith("nan"):
            axis_of(axis, len(shape))
        return result(shape, like=first_tensor(x))


for _name in ("cumsum", "cumprod", "nancumsum", "nancumprod"):
    _declare_running(_name)


@operation("keras.ops.normalize", "keras.ops.nn.normalize")
def normalize(machine: Machine, x: Value, axis: Value = -1, order: Value = 2, epsilon: Value = None) -> Value:
    if isinstance(x, Tensor) and x.shape is not None:
        axes_of(axis, len(x.shape))
    return same(x)


def _declare_sort(name: str, dtype: str | None) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.numpy.{name}")
    def sort(machine: Machine, x: Value, axis: Value = -1) -> Value:
        shape = operand(x)
        if axis is None:
            shape = (engine.elements(shape),)
        else:
            axis_of(axis, len(shape))
        return result(shape, dtype, first_tensor(x))


_declare_sort("sort", None)
_declare_sort("argsort", "int32")


@operation("keras.ops.argpartition", "keras.ops.numpy.argpartition")
def argpartition(machine: Machine, x: Value, kth: Value, axis: Value = -1) -> Value:
    if axis is not None:
        axis_of(axis, len(operand(x)))
    made = same(x)
    made.dtype = "int32"
    return made


@operation("keras.ops.top_k", "keras.ops.math.top_k")
def top_k(machine: Machine, x: Value, k: Value, sorted: Value = True) -> Value:
    shape = operand(x)
    least_rank(shape, 1, "top_k")
    count = coerce.dim(k, "k")
    if short_of(shape[-1], count):
        raise refused(f"there are no {dim_text(count)} largest of {dim_text(shape[-1])}", actual=dim_text(count))
    kept = (*shape[:-1], count)
    return (result(kept, like=first_tensor(x)), result(kept, "int32"))


@operation("keras.ops.in_top_k", "keras.ops.math.in_top_k")
def in_top_k(machine: Machine, targets: Value, predictions: Value, k: Value) -> Value:
    asked, shape = operand(targets), operand(predictions)
    if len(asked) + 1 != len(shape):
        raise refused(f"targets {engine.text(asked)} do not go with predictions {engine.text(shape)}")
    for size, other in zip(asked, shape, strict=False):
        if equal(other, 1) is not True:
            check_size(size, other, "targets and predictions")
    return result(asked, "bool")


@operation("keras.ops.diff", "keras.ops.numpy.diff")
def diff(machine: Machine, a: Value, n: Value = 1, axis: Value = -1) -> Value:
    shape = operand(a)
    at = axis_of(axis, len(shape))
    return result((*shape[:at], maximum(0, shape[at] - coerce.dim(n)), *shape[at + 1 :]), like=first_tensor(a))


@operation("keras.ops.unique")
def unique(
    machine: Machine,
    x: Value,
    sorted: Value = True,
    return_index: Value = False,
    return_inverse: Value = False,
    return_counts: Value = False,
    axis: Value = None,
    size: Value = None,
    fill_value: Value = None,
) -> Value:
    if any(map(coerce.flag, (return_index, return_inverse, return_counts))) or axis is not None:
        raise Undetermined("the different elements of a tensor depend on its data")
    return result((unknown_dim() if size is None else coerce.dim(size),), like=first_tensor(x))


def _declare_segment(name: str) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.math.{name}")
    def segment(
        machine: Machine, data: Value, segment_ids: Value, num_segments: Value = None, sorted: Value = False
    ) -> Value:
        shape, ids = operand(data), operand(segment_ids)
        if len(ids) != 1:
            raise refused(f"`segment_ids` must have one axis, not {engine.text(ids)}")
        if shape:
            check_size(ids[0], shape[0], "the first axis and `segment_ids`")
        count = unknown_dim() if num_segments is None else coerce.dim(num_segments)
        return result((count, *operand(data)[1:]), like=first_tensor(data))


for _name in ("segment_max", "segment_min", "segment_prod", "segment_sum"):
    _declare_segment(_name)


def _declare_loss(name: str, *, axis_given: bool) -> None:
    def loss(target: Value, output: Value, axis: Value) -> Value:
        shape = operand(output)
        if not axis_given:
            check_same_shape(target, output, "`target` and `output`")
            return result(shape, like=first_tensor(output))
        least_rank(shape, 1, name)
        at = axis_of(axis, len(shape))
        made = result((*shape[:at], *shape[at + 1 :]), like=first_tensor(output))
        if name == "categorical_crossentropy":
            check_same_shape(target, output, "`target` and `output`")
        else:
            given = operand(target)
            last = given[:-1] if len(given) == len(shape) and equal(given[-1], 1) is True else given
            check_same_shape(result(last), made, "`target` and `output` without its classes")
        return made

    if axis_given:

        @operation(f"keras.ops.{name}", f"keras.ops.nn.{name}")
        def with_axis(
            machine: Machine, target: Value, output: Value, from_logits: Value = False, axis: Value = -1
        ) -> Value:
            return loss(target, output, axis)
    else:

        @operation(f"keras.ops.{name}", f"keras.ops.nn.{name}")
        def without_axis(machine: Machine, target: Value, output: Value, from_logits: Value = False) -> Value:
            return loss(target, output, None)


_declare_loss("binary_crossentropy", axis_given=False)
_declare_loss("categorical_crossentropy", axis_given=True)
_declare_loss("sparse_categorical_crossentropy", axis_given=True)


@operation("keras.ops.trapezoid")
def trapezoid(machine: Machine, y: Value, x: Value = None, dx: Value = 1.0, axis: Value = -1) -> Value:
    return reduced(y, axis, False)


@operation("keras.ops.allclose")
def allclose(
    machine: Machine, x1: Value, x2: Value, rtol: Value = 1e-05, atol: Value = 1e-08, equal_nan: Value = False
) -> Value:
    return result((), "bool")


@operation("keras.ops.ctc_loss", "keras.ops.nn.ctc_loss")
def ctc_loss(
    machine: Machine, target: Value, output: Value, target_length: Value, output_length: Value, mask_index: Value = 0
) -> Value:
    return result(operand(output)[:1], "float32")


def _declare_unfollowed(name: str) -> None:
    @operation(f"keras.ops.{name}")
    def unfollowed(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        raise Undetermined(f"`keras.ops.{name}` is not followed")


for _name in ("correlate", "ctc_decode", "histogram", "image.extract_patches_3d", "image.scale_and_translate"):
    _declare_unfollowed(_name)
_declare_unfollowed("image.ssim")
