"""What Keras and cnnlint say of a layer: whether it can be built and called, and what comes of it.

A case is a few lines of code, the same for both: inputs `x0`, `x1`…, a layer, a call of it.
"""

# mypy: disable-error-code="import-not-found,import-untyped"
from __future__ import annotations

import os
import re
from functools import cache
from importlib import import_module
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from cnnlint.engine.dimension import Expr, substitute
from cnnlint.frameworks import framework
from cnnlint.frameworks.keras import weights
from cnnlint.interpreter import statements, stdlib
from cnnlint.interpreter.frame import Frame
from cnnlint.interpreter.importer import Importer
from cnnlint.interpreter.machine import MAX_STEPS, Machine, deep_recursion
from cnnlint.interpreter.values import DictValue, Instance, ListValue, ModuleValue, Tensor, Unknown
from cnnlint.syntax.cache import cached_lower
from tests.conformance.drawing import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.interpreter.values import Value

HEAD = "import keras\nimport numpy as np\nimport torch\nfrom keras import layers\n"
_COUNTED = """Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose DepthwiseConv1D DepthwiseConv2D
SeparableConv1D SeparableConv2D Dense EinsumDense LSTM GRU SimpleRNN LSTMCell GRUCell SimpleRNNCell RNN StackedRNNCells
Bidirectional TimeDistributed ConvLSTM1D ConvLSTM2D ConvLSTM3D Attention MultiHeadAttention GroupQueryAttention Dot
ReversibleEmbedding"""
COUNTED = frozenset(_COUNTED.split())
"""Classes with products of matrices or convolutions."""
RECURRENT = ("SimpleRNN", "GRU", "LSTM", "RNN", "Bidirectional")
"""Classes whose products are those of their kernels with each step."""
STEPPING = ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
"""Classes that Keras's PyTorch backend runs one step more than there are."""
MERGES = ("Add", "Average", "Maximum", "Minimum", "Multiply")
CELLS = ("SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells")
EINSUM = ("EinsumDense", "MultiHeadAttention", "GroupQueryAttention")
_RUN = """ReversibleEmbedding Attention AdditiveAttention MultiHeadAttention GroupQueryAttention SimpleRNN GRU LSTM RNN
Bidirectional TimeDistributed Dot ConvLSTM1D ConvLSTM2D ConvLSTM3D EinsumDense Reshape Lambda"""
RUN = frozenset(
    [
        *_RUN.split(),
        *(
            f"{how}{what}Pooling{n}D"
            for how in ("", "Adaptive", "Global")
            for what in ("Max", "Average")
            for n in (1, 2, 3)
        ),
    ]
)
"""Classes whose symbolic call looks at nothing: what their kernels refuse is asked of a real call."""
_IMAGES = """AugMix AutoContrast CenterCrop ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MixUp
RandAugment Resizing Solarization"""
_RANDOM = """Brightness ColorDegeneration ColorJitter Contrast Crop ElasticTransform Erasing Flip GaussianBlur Grayscale
Hue Invert Perspective Posterization Rotation Saturation Sharpness Shear Translation Zoom"""
IMAGES = frozenset([*_IMAGES.split(), *(f"Random{what}" for what in _RANDOM.split())])
"""Classes that take images, of 3 axes or 4 in a batch, of which their symbolic call knows nothing."""
NEEDS = ("TensorFlow", "tensorflow", "JAX", "jax", "Flax", "flax")
"""What the error of a layer names that works with one more library only, which is not installed."""


class Case(NamedTuple):
    """A layer's constructor call, the batch shapes and element types of the inputs, and the call of the layer.

    The call is a line of code too, empty where there is nothing to call.
    """

    name: str
    layer: str
    inputs: tuple[tuple[tuple[int | None, ...], str], ...] = ()
    call: str = ""

    def lines(self) -> list[str]:
        """The code."""
        inputs = [f"x{n} = keras.Input(batch_shape={s!r}, dtype={t!r})" for n, (s, t) in enumerate(self.inputs)]
        return [*inputs, f"layer = {self.layer}", f"y = {self.call or None}"]


# --- Keras ------------------------------------------------------------------------------------------------------------


@cache
def names() -> dict[str, Any]:
    """What the code of a case may name."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = import_module("keras")
    found = {"keras": keras, "layers": keras.layers, "np": import_module("numpy")}
    if keras.backend.backend() == "torch":
        found["torch"] = import_module("torch")
    return found


def ask_keras(given: tuple[Any, ...]) -> Verdict:
    """Build the layer and call it on symbolic tensors, in part of the cases also on numbers, to count its products."""
    case, space = Case(*given), names()
    inputs = {f"x{n}": space["keras"].KerasTensor(shape, dtype) for n, (shape, dtype) in enumerate(case.inputs)}
    try:
        layer = eval(case.layer, dict(space))
    except Exception as error:  # noqa: BLE001 - whatever Keras raises is its answer
        return Verdict(told(error), {"known": True})
    if not case.call:
        return Verdict()
    try:
        output = eval(case.call, {**space, **inputs, "layer": layer})
    except Exception as error:  # noqa: BLE001
        return Verdict(told(error), {"known": True})
    real = run(case, layer) if is_run(case) else None
    if isinstance(real, str):
        return Verdict(real, {"known": True})
    trained = {id(weight) for weight in layer.trainable_weights}
    facts = {
        "output": keras_tree(output, "shape"),
        "dtype": keras_tree(output, "dtype"),
        "weights": tuple((tuple(weight.shape), id(weight) in trained) for weight in layer.weights),
    }
    if real is not None and not agree(facts["output"], real):
        return Verdict(None, {"contradicted": real})
    if case.name == "Lambda" and (case.inputs[0][1] != "float32" or "[" in case.call):
        del facts["dtype"]  # the symbolic call says what the layer computes in, whatever the function makes
    if case.name in CELLS and "float16" in case.layer:  # a cell is traced: what mixed types give is the backend's own
        del facts["dtype"]
    counted = products(case, layer) if is_counted(case, layer) else None
    return Verdict(None, facts if counted is None else {**facts, "macs": counted})


def told(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}"


def is_beyond(given: tuple[Any, ...], theirs: Verdict) -> bool:
    """Whether Keras's answer says nothing of the layer."""
    case, error = Case(*given), theirs.error or ""
    if case.name == "Lambda" and "can only concatenate tuple" in error:  # a call on numbers does not look at it
        return True
    opened = any(size is None for shape, _dtype in case.inputs for size in shape)
    if opened and "reshape" in case.layer and "infer the shape of the Lambda" in error:
        return True  # the PyTorch backend tries 83 and 89 for an open size, which cannot be halved
    if opened and case.name == "GlobalAveragePooling1D" and case.call == "layer(x0, x0)":
        return True  # whether a series is a mask for itself depends on the batch
    if opened and "is repeated for operand" in error:  # an axis twice, once the batch: whether they agree depends on it
        return True
    if case.name == "RNN" and case.inputs and len(case.inputs[0][0]) > 3 and (opened or "unroll" in case.layer):
        return True  # so does whether states go with steps of several axes, which a symbolic call does not look at
    if "layers.Masking()" in case.call and "list index out of range" in error:
        return True  # a stack of one LSTM cell under a mask that travels with the tensor, which cnnlint does not follow
    if "Attention" in case.name and "must match the size of tensor" in error:  # of two open lengths, one was tried
        return any(None in shape[1:] for shape, _dtype in case.inputs)
    if "contradicted" in theirs.facts:  # the symbolic call promises other sizes than the real call gives
        return True
    if "must be tuple of ints, not tuple" in error:  # the PyTorch backend's `zeros` takes no True for 1
        return True
    if error.startswith(("ImportError", "ModuleNotFoundError")):  # it needs a library that is not installed
        return any(name in error for name in NEEDS)
    if "Could not automatically infer" in error and case.name in CELLS:
        # The PyTorch backend tries 83 and 89 for an open size, which are no state's; TensorFlow leaves it open.
        batches = {shape[0] for shape, _dtype in case.inputs if shape}
        ranks = {len(shape) for shape, _dtype in case.inputs}
        opened = any(size is None for shape, _dtype in case.inputs for size in shape[1:])
        return len(batches) > 1 or len(ranks) > 1 or opened
    if case.name in MERGES and len(case.inputs) > 2:  # an open size hides that two others differ
        return any(size is None for shape, _dtype in case.inputs for size in shape[1:])
    if "supported with the" in error or "not implemented for 'Half'" in error:  # with another backend, or device
        return True
    # A scalar of NumPy stands as Python's own number in cnnlint; Keras's checks of integers refuse some of them.
    return "np.int64(" in case.layer


def keras_tree(output: Any, what: str) -> Any:
    """One attribute of each tensor of a structure."""
    if isinstance(output, dict):
        return {str(key): keras_tree(value, what) for key, value in output.items()}
    if isinstance(output, (tuple, list)):
        return tuple(keras_tree(item, what) for item in output)
    if not hasattr(output, "shape"):
        return None
    return tuple(output.shape) if what == "shape" else str(output.dtype)


def agree(stated: Any, real: Any) -> bool:
    """Whether a shape is what a symbolic call states, also of each tensor of a structure."""
    if not isinstance(stated, tuple) or not isinstance(real, tuple):
        return stated is None or stated == real
    return len(stated) == len(real) and all(map(agree, stated, real))


def zeros(case: Case, least: int = 1, wide: int = 6) -> dict[str, Any]:
    """Numbers for the inputs of a case; an axis that is left open has `least` in a batch, else `wide`.

    A series is as long as its mask, and the keys of attention are as many as the values, where only one is stated.
    """
    torch = names()["torch"]
    found = {}
    keys = "Attention" in case.name
    paired = [shape for n, (shape, dtype) in enumerate(case.inputs) if dtype == "bool" or (keys and n)]
    length = next((shape[1] for shape in paired if len(shape) > 1 and shape[1]), wide)
    for n, (shape, dtype) in enumerate(case.inputs):
        kept = dtype if case.name == "ReversibleEmbedding" or (dtype == "bool" and n) else "float32"
        free = (least, length, *(wide,) * len(shape))
        sizes = [free[axis] if size is None else size for axis, size in enumerate(shape)]
        found[f"x{n}"] = torch.zeros(sizes, dtype=getattr(torch, kept))
    return found


def is_run(case: Case) -> bool:
    """Whether a case is put to a real call too: images only for their rank, what else fails may depend on chance."""
    odd = any(len(shape) not in (3, 4) for shape, _dtype in case.inputs)
    # The PyTorch backend's unrolled steps take no mask, its kernels no True for 1 and no word for a flag.
    masked = "unroll=" in case.layer and "mask" in case.call.lower()
    strange = re.search(r"(size|filters|strides)=True|keepdims=(?!True|False)", case.layer)
    if masked or strange:
        return False
    if case.name == "MelSpectrogram":  # what of a window's length is no integer only the kernel looks at
        return re.search(r"fft_length=(?!\d+[,)]|True|False)", case.layer) is not None
    return case.name in RUN or (case.name in IMAGES and odd)


def run(case: Case, layer: Any) -> Any:
    """What a real call raises, as a text, or the shapes that it gives; None where it says nothing of the layer."""
    if "torch" not in names():
        return None
    shapes = [shape for n, (shape, dtype) in enumerate(case.inputs) if dtype != "bool" or not n]
    if "Attention" in case.name:  # the batch of a value is the query's
        shapes = [shape[1:] for shape in shapes]
    if (
        case.name not in (*IMAGES, "Dot", "Lambda")
        and "Pooling" not in case.name
        and any(s[-1:] == (None,) for s in shapes)
    ):
        return None  # what it says depends on the size of the last axis, which may be the batch
    batch = next((shape[0] for shape, _dtype in case.inputs if shape and shape[0]), 6)
    call = case.call
    if case.name == "TimeDistributed":  # the inner layer may not want a mask
        call = call.replace(", mask=x1", "")
    opened = case.name == "Reshape" and any(size is None for shape in shapes for size in shape[1:])
    failed = None
    for wide in range(1, 257) if opened else (6,):  # one size that fits is enough
        try:
            with names()["torch"].no_grad():
                output = eval(call, {**names(), **zeros(case, batch, wide), "layer": layer})
        except Exception as error:  # noqa: BLE001
            failed = told(error)
        else:
            return None if opened else keras_tree(output, "shape")
    return failed


def is_counted(case: Case, layer: Any) -> bool:
    """Whether the products of a case are counted: for one in four where all sizes are known.

    `torch.einsum` makes no product of matrices, which is what is counted, along an axis of size 1.
    """
    shapes = [shape[1:] for shape, _dtype in case.inputs]
    known = all(size is not None for shape in shapes for size in shape) and all(shapes[:1])
    if case.name == "RNN" and "initial_state=x1" in case.call:  # one state for several cells: the others do not run
        return False
    if case.name in EINSUM and any(1 in shape for shape in (*shapes, *(weight.shape for weight in layer.weights))):
        return False
    return known and "torch" in names() and case.name in COUNTED and crc32(case.layer.encode()) % 4 == 0


def products(case: Case, layer: Any) -> int | None:
    """Multiply-accumulates of one sample on zeros; None where the real call fails."""
    if case.name in RECURRENT:  # which kernel is taken, and how often, depends on the options
        batch, steps, *_ = case.inputs[0][0]
        sizes = [prod(weight.shape) for weight in layer.weights if weight.name.endswith("kernel")]
        return int((batch or 1) * (steps or 0) * sum(sizes))
    torch, counter = names()["torch"], import_module("torch.utils.flop_counter")
    try:
        # The fused kernel of attention is counted as nothing.
        exact = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
        with torch.no_grad(), exact, counter.FlopCounterMode(display=False) as flops:
            eval(case.call, {**names(), **zeros(case), "layer": layer})
    except Exception:  # noqa: BLE001 - a kernel that is missing says nothing of the layer
        return None
    macs = int(flops.get_total_flops()) // 2
    if case.name in STEPPING:  # one step more is made to learn its output's shape
        steps = case.inputs[0][0][1]
        return macs * steps // (steps + 1) if steps else None
    return macs


# --- cnnlint ----------------------------------------------------------------------------------------------------------


class Asked:
    """A run of cnnlint that cases are put to one after the other."""

    def __init__(self) -> None:
        importer = Importer(lambda root: framework(root) or stdlib.library(root), lambda _path: None)
        self.machine = Machine(importer, strict=True)
        self.program = cached_lower(HEAD)
        self.module = ModuleValue("__main__", "net.py", self.program, package=False)
        self.count = 0
        self.run(HEAD)

    def run(self, text: str) -> dict[str, Value]:
        """The names after some more lines of the program."""
        machine = self.machine
        machine.faults, machine.steps, machine.applications = {}, MAX_STEPS, []
        frame = Frame(self.module.scope, self.module)
        machine.frames.append(frame)
        try:
            for node in cached_lower(text).body:
                statements.top_level(machine, node, frame)
        finally:
            machine.frames.pop()
        self.count += 1
        return self.module.scope.names


_asked: list[Asked] = []


def ask_cnnlint(given: tuple[Any, ...]) -> Verdict:
    """The same, by cnnlint."""
    case = Case(*given)
    if not _asked or _asked[0].count > 200:
        _asked[:] = [Asked()]
    try:
        with deep_recursion():
            found = _asked[0].run("\n".join(case.lines()))
    except Exception as error:  # noqa: BLE001 - a defect of cnnlint is told with the case that shows it
        _asked.clear()
        return Verdict(f"it breaks: {told(error)}", {"known": False})
    return _verdict(_asked[0].machine, found, called=bool(case.call))


def _verdict(machine: Machine, found: dict[str, Value], *, called: bool) -> Verdict:
    """What the lines came to."""
    for fault in machine.faults.values():
        return Verdict(fault.message, {"known": True})
    layer, output = found["layer"], found["y"]
    if isinstance(layer, Unknown):
        return unknown(layer)
    if not isinstance(layer, Instance) or not called:
        return Verdict()
    inventory = weights.Inventory(layer)
    reason = next((each for each in (layer.opaque, *inventory.unknown, *unknown_parts(output)) if each), None)
    if reason is not None:
        return unknown(reason)
    flag = layer.facts.get("trainable", True)
    macs = [own_macs(each) for each in machine.applications]
    facts = {
        "output": own_tree(output, "shape"),
        "dtype": own_tree(output, "dtype"),
        "weights": tuple((plain(weight.shape), bool(flag and weight.trainable)) for weight in inventory.items),
        "macs": None if None in macs else sum(count for count in macs if count is not None),
    }
    return Verdict(None, facts)


def unknown(reason: Unknown) -> Verdict:
    """What cnnlint does not know differs from all that Keras says."""
    return Verdict(f"it does not know: {reason.reason}", {"known": False})


def unknown_parts(value: Value) -> Iterator[Unknown]:
    """What of a structure is not known."""
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Tensor):
        if value.shape is None:
            why = value.facts.get("why")
            yield why if isinstance(why, Unknown) else Unknown("a shape is not known")
    elif isinstance(value, (tuple, ListValue)):
        for item in value if isinstance(value, tuple) else value.items:
            yield from unknown_parts(item)
    elif isinstance(value, DictValue):
        for item in value.items.values():
            yield from unknown_parts(item)


def plain(shape: Any) -> Any:
    return shape and tuple(None if isinstance(size, Expr) else size for size in shape)


def own_tree(output: Value, what: str) -> Any:
    if isinstance(output, DictValue):
        return {str(key): own_tree(value, what) for key, value in output.items.items()}
    if isinstance(output, (tuple, ListValue)):
        return tuple(own_tree(item, what) for item in (output if isinstance(output, tuple) else output.items))
    if not isinstance(output, Tensor):
        return None
    return plain(output.shape) if what == "shape" else output.dtype


def own_macs(application: Any) -> int | None:
    """Multiply-accumulates of an application and all inside it, for a batch of one."""
    own = None if application.macs is None else substitute(application.macs, {"batch": 1})
    counts = [own, *(own_macs(child) for child in application.children)]
    known = [count for count in counts if isinstance(count, int)]
    return sum(known) if len(known) == len(counts) else None
