"""Asks TensorFlow and cnnlint about drawn calls of TensorFlow's functions, as `torch_functions.py` does for PyTorch.

    python -m tests.conformance.tensorflow_functions [--configurations 100] [--seed S] [--case LINE]… [NAME…]

needs TensorFlow importable. For each call it compares: accepted or refused, and the shapes of the results.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tests.conformance.drawing import Half, Verdict, main
from tests.conformance.function_dice import Dice, expressions
from tests.conformance.torch_functions import evaluated

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[Dice], str]

HEADER = "import tensorflow as tf\n"
NOT_COMPARED = ("out of range", "out of bounds", "not invertible", "Cholesky", "Invalid argument: indices")
PLANS: dict[str, Make] = {}


def plan(*names: str) -> Callable[[Make], Make]:
    """Let a function draw the calls of these; `NAME` in what it draws is replaced by each name."""

    def declare(make: Make) -> Make:
        for name in names:
            PLANS[name] = lambda dice, name=name: make(dice).replace("NAME", name)  # type: ignore[misc]
        return make

    return declare


def named(text: str, prefix: str = "tf.") -> list[str]:
    return [prefix + name for name in text.split()]


def tensor(shape: tuple[int, ...]) -> str:
    return f"tf.zeros({shape})"


@plan(*named("abs exp math.sigmoid nn.relu square math.erf round math.softplus identity"))
def unary(d: Dice) -> str:
    return f"NAME({tensor(d.shape(0, 4))})"


@plan(*named("add subtract multiply divide maximum minimum pow equal less math.floormod math.squared_difference"))
def binary(d: Dice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({tensor(shape)}, {tensor(d.partner(shape))})"


@plan(*named("reduce_mean reduce_sum reduce_max math.reduce_std reduce_prod reduce_logsumexp norm"))
def reduction(d: Dice) -> str:
    shape = d.shape(0, 4)
    keep = f", keepdims={d.flag()}" if d.flag() else ""
    return f"NAME({tensor(shape)}, axis={d.axis(len(shape))}{keep})"


@plan(*named("argmax argmin"))
def search(d: Dice) -> str:
    shape = d.shape(1, 4)
    return f"NAME({tensor(shape)}, axis={d.axis(len(shape))})"


@plan(*named("nn.softmax nn.log_softmax"))
def softmax(d: Dice) -> str:
    shape = d.shape(1, 4)
    return f"NAME({tensor(shape)}, axis={d.axis(len(shape))})"


@plan("tf.reshape")
def reshape(d: Dice) -> str:
    shape = d.shape(0, 4)
    size = 1
    for each in shape:
        size *= each
    return f"NAME({tensor(shape)}, {d.regrouped(size)})"


@plan("tf.transpose")
def transpose(d: Dice) -> str:
    shape = d.shape(1, 4)
    return f"NAME({tensor(shape)}, {d.order(len(shape))})"


@plan("tf.expand_dims", "tf.squeeze")
def squeeze(d: Dice) -> str:
    shape = d.shape(0, 4, (1, 1, 2))
    return f"NAME({tensor(shape)}, {d.axis(len(shape) + d.one((0, 1)))})"


@plan("tf.tile")
def tile(d: Dice) -> str:
    shape = d.shape(1, 3)
    return f"NAME({tensor(shape)}, {list(d.alike(tuple(d.one((1, 2, 3)) for _ in shape), 5))})"


@plan("tf.pad")
def pad(d: Dice) -> str:
    shape = d.shape(1, 3)
    pairs = [[d.number(0, 2), d.number(0, 2)] for _ in d.alike(shape)]
    mode = d.one(("", ", mode='REFLECT'", ", mode='SYMMETRIC'"))
    return f"NAME({tensor(shape)}, {pairs}{mode})"


@plan("tf.concat")
def concat(d: Dice) -> str:
    shape = d.shape(1, 3)
    axis = d.axis(len(shape))
    parts = []
    for _ in range(d.number(1, 3)):
        other = list(shape)
        if -len(other) <= axis < len(other):
            other[axis] = d.one((1, 2, 3))
        parts.append(tensor(d.alike(tuple(other), 10)))
    return f"NAME([{', '.join(parts)}], {axis})"


@plan("tf.stack")
def stack(d: Dice) -> str:
    shape = d.shape(0, 3)
    parts = ", ".join(tensor(d.alike(shape, 8)) for _ in range(d.number(1, 3)))
    return f"NAME([{parts}], axis={d.axis(len(shape) + 1)})"


@plan("tf.unstack")
def unstack(d: Dice) -> str:
    shape = d.shape(1, 3)
    return f"NAME({tensor(shape)}, axis={d.axis(len(shape))})"


@plan("tf.split")
def split(d: Dice) -> str:
    shape = d.shape(1, 3)
    axis = d.axis(len(shape))
    size = shape[axis] if -len(shape) <= axis < len(shape) else 3
    return f"NAME({tensor(shape)}, {d.parts(size) if d.flag() else d.number(1, 4)}, axis={axis})"


@plan("tf.repeat", "tf.roll")
def repeat(d: Dice) -> str:
    shape = d.shape(1, 3)
    return f"NAME({tensor(shape)}, {d.number(0, 3)}, axis={d.axis(len(shape))})"


@plan("tf.reverse")
def reverse(d: Dice) -> str:
    shape = d.shape(1, 3)
    return f"NAME({tensor(shape)}, [{d.axis(len(shape))}])"


@plan("tf.broadcast_to")
def broadcast_to(d: Dice) -> str:
    shape = d.shape(0, 3, (1, 1, 2))
    wanted = [d.one((2, 3)) if size == 1 else size for size in shape]
    return f"NAME({tensor(shape)}, {[*d.shape(0, 1), *d.alike(tuple(wanted))]})"


@plan("tf.gather")
def gather(d: Dice) -> str:
    shape = d.shape(1, 3, (2, 3))
    return f"NAME({tensor(shape)}, tf.zeros({d.shape(0, 2)}, tf.int32), axis={d.axis(len(shape))})"


@plan("tf.one_hot")
def one_hot(d: Dice) -> str:
    shape = d.shape(0, 2)
    return f"NAME(tf.zeros({shape}, tf.int32), {d.number(1, 4)}, axis={d.axis(len(shape) + 1)})"


@plan("tf.where")
def where(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({tensor(shape)} > 0, {tensor(d.partner(shape))}, {tensor(d.partner(shape))})"


@plan("tf.matmul")
def matmul(d: Dice) -> str:
    one = d.shape(2, 4)
    inner = one[-1] if not d.chance(6) else d.one((1, 2, 3))
    other = (*d.partner(one[:-2]), inner, d.one((1, 2, 5)))
    return f"NAME({tensor(one)}, {tensor(other)}{d.one(('', '', ', transpose_b=True'))})"


@plan("tf.tensordot")
def tensordot(d: Dice) -> str:
    one = d.shape(1, 3)
    return f"NAME({tensor(one)}, {tensor(d.alike((one[-1], *d.shape(0, 2))))}, 1)"


@plan("tf.linalg.matvec")
def matvec(d: Dice) -> str:
    one = d.shape(2, 3)
    return f"NAME({tensor(one)}, {tensor(d.alike((*one[:-2], one[-1])))})"


@plan(*named("linalg.matrix_transpose linalg.trace linalg.diag linalg.diag_part"))
def matrices(d: Dice) -> str:
    return f"NAME({tensor(d.shape(1, 3))})"


@plan("tf.linalg.band_part")
def band_part(d: Dice) -> str:
    return f"NAME({tensor(d.shape(1, 3))}, {d.number(-1, 2)}, {d.number(-1, 2)})"


@plan(*named("fft ifft rfft irfft fft2d rfft2d irfft2d", "tf.signal."))
def fft(d: Dice) -> str:
    return f"NAME(tf.cast({tensor(d.shape(1, 3, (2, 3, 4)))}, KIND))"


@plan("tf.signal.frame")
def frame(d: Dice) -> str:
    return f"NAME({tensor(d.shape(1, 2, (6, 9)))}, {d.number(1, 5)}, {d.number(1, 3)})"


@plan("tf.nn.conv2d")
def conv2d(d: Dice) -> str:
    image = (d.one((1, 2)), *d.shape(2, 2, (4, 7)), d.one((1, 2, 4)))
    kernel = (*d.shape(2, 2, (1, 3)), image[-1] if not d.chance(6) else 3, d.one((1, 4)))
    return f"NAME({tensor(image)}, {tensor(kernel)}, {d.number(1, 3)}, {d.one(('SAME', 'VALID'))!r})"


@plan("tf.nn.max_pool2d", "tf.nn.avg_pool2d")
def pool(d: Dice) -> str:
    image = (1, *d.shape(2, 2, (3, 4, 7)), 2)
    return f"NAME({tensor(image)}, {d.number(1, 3)}, {d.number(1, 3)}, {d.one(('SAME', 'VALID'))!r})"


@plan("tf.image.resize", "tf.image.resize_with_pad")
def resize(d: Dice) -> str:
    image = (*d.shape(0, 1, (1, 2)), 4, 5, 3) if not d.chance(6) else (4, 5)
    size = f"[{d.number(1, 6)}, {d.number(1, 6)}]"
    return f"tf.image.resize({tensor(image)}, {size})"


@plan(*named("rot90 transpose rgb_to_grayscale flip_left_right sobel_edges", "tf.image."))
def images(d: Dice) -> str:
    return f"NAME({tensor((*d.shape(0, 1, (1, 2)), *d.shape(2, 2, (4, 5, 6)), 3))})"


@plan("tf.nn.depth_to_space", "tf.nn.space_to_depth")
def blocks(d: Dice) -> str:
    by = d.one((2, 3))
    return f"NAME({tensor(d.alike((1, 2 * by, by, by * by)))}, {by})"


@plan("tf.math.top_k")
def top_k(d: Dice) -> str:
    return f"NAME({tensor(d.shape(1, 3, (2, 4)))}, {d.number(1, 5)})"


@plan("tf.Tensor.__getitem__")
def subscript(d: Dice) -> str:
    shape = d.shape(1, 4, (2, 3, 4))
    keys = []
    for _ in range(d.number(1, len(shape) + (1 if d.chance(6) else 0))):
        kind = d.number(0, 4)
        if kind == 0:
            keys.append(str(d.number(-2, 1)))
        elif kind == 1 and "..." not in keys:
            keys.append("...")
        elif kind == 2:
            keys.append("tf.newaxis")
        else:
            keys.append(f"{d.one(('', '0', '1', '-2'))}:{d.one(('', '2', '-1', '9'))}")
    return f"{tensor(shape)}[{', '.join(keys)}]"


@plan("tf.nn.softmax_cross_entropy_with_logits", "tf.nn.sigmoid_cross_entropy_with_logits")
def losses(d: Dice) -> str:
    shape = d.shape(1, 3)
    return f"NAME(labels={tensor(shape)}, logits={tensor(d.alike(shape))})"


# --- asking -----------------------------------------------------------------------------------------------------------


def _text(case: tuple[Any, ...]) -> str:
    return str(case[1]).replace("KIND", "tf.float32" if ".rfft" in case[1] else "tf.complex64")


def ask_tensorflow(case: tuple[Any, ...]) -> Verdict:
    """What TensorFlow says of an expression."""
    tf = import_module("tensorflow")
    try:
        value = eval(_text(case), {"tf": tf})
    except Exception as error:  # noqa: BLE001 - whatever it raises is a refusal
        return Verdict(f"{type(error).__name__}: {str(error)[:150]}")
    return Verdict(None, {"result": _theirs(value)})


def _theirs(value: Any) -> Any:
    if hasattr(value, "shape"):
        return tuple(value.shape)
    return tuple(map(_theirs, value)) if isinstance(value, (tuple, list)) else type(value).__name__


def _shapes(value: Any) -> Any:
    """The shapes of what `torch_functions.evaluated` gives, without the types of elements."""
    if isinstance(value, tuple) and len(value) == 2 and (value[1] is None or isinstance(value[1], str)):
        return value[0]
    return tuple(map(_shapes, value)) if isinstance(value, tuple) else value


def ask_cnnlint(case: tuple[Any, ...]) -> Verdict:
    """The same, by cnnlint."""
    verdict = evaluated(HEADER, _text(case))
    return verdict if verdict.error is not None else Verdict(None, {"result": _shapes(verdict.facts["result"])})


def half() -> Half:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tf = import_module("tensorflow")
    return Half(
        title=f"TensorFlow {tf.__version__}",
        public=list(PLANS),
        catalogue=list(PLANS),
        cases={name: expressions(name, make) for name, make in PLANS.items()},
        theirs=ask_tensorflow,
        ours=ask_cnnlint,
        beyond=lambda _case, verdict: verdict.error is not None and any(w in verdict.error for w in NOT_COMPARED),
        unrefusing=UNREFUSING,
    )


UNREFUSING = tuple(
    named("abs exp math.sigmoid nn.relu square math.erf round math.softplus identity linalg.diag signal.fft")
    + named("rot90 transpose rgb_to_grayscale flip_left_right sobel_edges", "tf.image.")
)
"""Functions that take whatever they are given here."""

if __name__ == "__main__":
    sys.exit(main(half))
