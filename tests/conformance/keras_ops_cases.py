"""How calls of the functions of `keras.ops` are drawn, by the name of the function.

What these share with PyTorch's is drawn by the plans of `function_cases.py`. `x(shape, dtype)` is an input; a size that
stands for an open one (`OPEN`) becomes None in it.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from tests.conformance import function_cases
from tests.conformance.function_dice import SIZES, Dice, Shape, count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Make = Callable[["KerasDice"], str]

OPEN = 11
PLANS: dict[str, Make] = {}


class KerasDice(Dice):
    """Draws Keras's inputs, some of them with a batch that is left open."""

    def shape(self, low: int = 1, high: int = 4, sizes: Sequence[int] = SIZES) -> Shape:
        """A shape of so many axes."""
        found = super().shape(low, high, sizes)
        return (OPEN, *found[1:]) if len(found) > 1 and sizes == SIZES and self.chance(4) else found

    def input(self, shape: Shape, dtype: str) -> str:
        """An input of that shape."""
        return f"x({tuple(None if size == OPEN else size for size in shape)}, {dtype!r})"

    def tensor(self, shape: Shape) -> str:
        """A tensor of floats."""
        return self.input(shape, "float32")

    def whole(self, shape: Shape, _below: int = 2) -> str:
        """A tensor of integers."""
        return self.input(shape, "int32")

    def mask(self, shape: Shape) -> str:
        """A tensor of truth values."""
        return self.input(shape, "bool")

    def picture(self, channels: int, rank: int = 2, first: bool = False, sizes: Sequence[int] = (4, 5, 7, 8)) -> Shape:
        """The shape of a batch of images."""
        spatial = tuple(self.one(sizes) for _ in range(rank))
        batch = self.one((OPEN, 1, 2))
        return (batch, channels, *spatial) if first else (batch, *spatial, channels)

    def each(self, rank: int, low: int, high: int) -> str:
        """One number for all axes, or one for each."""
        if self.chance(12):
            return str(tuple(self.number(low, high) for _ in range(rank + 1)))
        return str(self.number(low, high) if self.flag() else tuple(self.number(low, high) for _ in range(rank)))


def plan(names: str, prefix: str = "ops.") -> Callable[[Make], Make]:
    """Let a function draw the calls of these; `NAME` in what it draws is replaced by each name."""

    def declare(make: Make) -> Make:
        for name in names.split():
            PLANS[prefix + name] = lambda d, name=prefix + name: make(d).replace("NAME", name)  # type: ignore[misc]
        return make

    return declare


# --- drawn as PyTorch's are -------------------------------------------------------------------------------------------

UNARY = """abs absolute arccos arccosh arcsin arcsinh arctan arctanh bitwise_not cbrt ceil conj cos cosh deg2rad erf
erfc erfinv exp exp2 expm1 fabs floor hard_sigmoid hard_silu hard_tanh isfinite isinf isnan log log10 log1p log2
log_sigmoid logical_not negative ones_like real reciprocal relu relu6 round rsqrt selu sigmoid sign signbit silu sin
sinh softplus softsign sparse_plus sparse_sigmoid sqrt square stop_gradient tan tanh tanh_shrink trunc zeros_like elu
celu gelu leaky_relu hard_shrink soft_shrink squareplus copy convert_to_tensor size"""
_BINARY = """add subtract multiply divide true_divide maximum minimum power mod floor_divide arctan2 equal not_equal
less less_equal greater greater_equal logical_and logical_or logical_xor logaddexp divide_no_nan fmax fmin fmod
nextafter isclose"""
SAME: dict[str, str] = {
    "add": _BINARY,
    "where": "where",
    "sum": """sum mean std var max min amax amin any all logsumexp median count_nonzero nansum nanmean nanmax nanmin
    nanstd nanvar ptp""",
    "argmax": "prod nanprod argmax argmin nanargmax nanargmin",
    "cumsum": "cumsum cumprod softmax log_softmax sort argsort sparsemax glu nancumsum nancumprod normalize",
    "diff": "diff",
    "trapezoid": "trapezoid",
    "quantile": "quantile",
    "permute": "transpose",
    "transpose": "swapaxes",
    "movedim": "moveaxis",
    "ravel": "ravel fliplr flipud trace",
    "Tensor.squeeze": "squeeze expand_dims",
    "broadcast_to": "broadcast_to",
    "roll": "roll",
    "flip": "flip",
    "rot90": "rot90",
    "diagonal": "diagonal",
    "diag": "diag tril triu diagflat",
    "cat": "concatenate",
    "stack": "stack",
    "hstack": "hstack vstack dstack",
    "meshgrid": "meshgrid",
    "take_along_dim": "take_along_axis",
    "matmul": "matmul",
    "dot": "outer",
    "inner": "inner kron",
    "einsum": "einsum",
    "cdist": "cdist",
    "cross": "cross",
}
"""The functions of `keras.ops` that are drawn as one of `torch` is."""
_WORDS = (("keepdim=", "KEEP="), ("dim=", "axis="), ("KEEP=", "keepdims="), ("torch.tensor(", "ops.array("))


def _as_torch(name: str, like: str) -> Make:
    def make(d: KerasDice) -> str:
        text = function_cases.PLANS[like](d).replace(like + "(", f"ops.{name}(", 1)
        for word, own in _WORDS:
            text = text.replace(word, own)
        return text

    return make


for _like, _names in SAME.items():
    for _name in _names.split():
        _whole = f"torch.{_like}" if f"torch.{_like}" in function_cases.PLANS else _like
        PLANS[f"ops.{_name}"] = _as_torch(_name, _whole)


# --- Keras's own ------------------------------------------------------------------------------------------------------


@plan(UNARY)
def unary(d: KerasDice) -> str:
    return f"NAME({d.any(d.shape(0, 4))})" if not d.chance(12) else "NAME()"


@plan("getitem", "")
def subscript(d: KerasDice) -> str:
    shape = d.shape(1, 4, (2, 3, 4))
    keys = []
    for _ in range(d.number(1, len(shape) + (1 if d.chance(6) else 0))):
        part = f"{d.one(('', '0', '1', '-2'))}:{d.one(('', '2', '-1', '9'))}{d.one(('', ':2', ':1'))}"
        last = d.one((":", "None", "..." if "..." not in keys else ":", ":", d.whole(()) if d.chance(4) else ":"))
        keys.append(d.one((part, part, str(d.number(-3, 3)), last)))
    return f"{d.tensor(shape)}[{', '.join(keys)}]"


@plan("dot")
def dot(d: KerasDice) -> str:
    one = d.shape(0, 3)
    inner = one[-1] if one else 2
    return f"NAME({d.tensor(one)}, {d.tensor(d.one(((inner,), (inner, 3), (), (inner + 1, 3))))})"


@plan("tensordot")
def tensordot(d: KerasDice) -> str:
    one = d.shape(1, 3, (2, 3, 4))  # PyTorch alone lets a size of 1 go with any other
    many = d.number(0, len(one))
    other = tuple(size + d.chance(12) for size in one[len(one) - many :]) + d.shape(0, 2, (2, 3, 5))
    ours = list(range(len(one) - many, len(one)))
    return f"NAME({d.tensor(one)}, {d.tensor(other)}, axes={d.one((many, (ours, list(range(many)))))})"


@plan("vdot")
def vdot(d: KerasDice) -> str:
    shape = (d.number(1, 40),)
    return f"NAME({d.tensor(shape)}, {d.tensor(d.one((shape, shape, (5,))))})"


@plan("inv det cholesky eigh qr svd pinv slogdet matrix_rank logdet lu_factor norm")
def matrices(d: KerasDice) -> str:
    size = d.one((1, 2, 3))
    return f"NAME({d.tensor((*d.shape(0, 2), size, size) if not d.chance(4) else d.shape(1, 3))})"


@plan("reshape")
def reshape(d: KerasDice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({d.tensor(shape)}, {d.regrouped(count(shape))})"


@plan("split array_split")
def split(d: KerasDice) -> str:
    shape = d.shape(0 if d.chance(8) else 1, 3)
    axis = d.axis(len(shape))
    places = d.one((d.number(1, 4), [d.number(0, 4) for _ in range(d.number(1, 2))]))
    return f"NAME({d.tensor(shape)}, {places}, axis={axis})"


@plan("hsplit vsplit dsplit")
def splits(d: KerasDice) -> str:
    return f"NAME({d.tensor(d.shape(1, 4))}, {d.one((2, 3, [1], [1, 2]))})"


@plan("append")
def append(d: KerasDice) -> str:
    shape = d.shape(1, 3)
    axis = d.one(("", "", f", axis={d.axis(len(shape))}"))
    return f"NAME({d.tensor(shape)}, {d.tensor(d.alike(shape))}{axis})"


@plan("pad")
def pad(d: KerasDice) -> str:
    shape = d.shape(1, 4, (2, 3, 4))
    mode = d.one(("", "", ", mode='reflect'", ", mode='symmetric'", ", constant_values=1", ", mode='nope'"))
    high = 1 if "'re" in mode or "'sy" in mode else 3
    pairs = tuple((d.number(0, high), d.number(0, high)) for _ in d.alike(shape, 8))
    width = d.one((pairs, pairs, d.number(0, high), (d.number(0, high), d.number(0, high)), pairs[:1]))
    return f"NAME({d.tensor(shape)}, {width}{mode})"


@plan("take")
def take(d: KerasDice) -> str:
    shape = d.shape(1, 3)
    axis = d.one(("", f", axis={d.axis(len(shape))}", f", axis={d.axis(len(shape))}"))
    return f"NAME({d.tensor(shape)}, {d.one((d.whole(d.shape(0, 2)), '0', '[0, 0]'))}{axis})"


@plan("one_hot multi_hot")
def one_hot(d: KerasDice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.whole(shape)}, {d.number(1, 4)}, axis={d.one((-1, -1, d.axis(len(shape) + 1)))})"


@plan("tile")
def tile(d: KerasDice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, {d.shape(max(len(shape) - 1, 0), len(shape) + 1, (1, 2, 3))})"


@plan("repeat")
def repeat(d: KerasDice) -> str:
    shape = d.shape(0, 3)
    axis = d.axis(len(shape))
    return f"NAME({d.tensor(shape)}, {d.number(1, 3)}{d.one(('', f', axis={axis}', f', axis={axis}'))})"


@plan("slice")
def slices(d: KerasDice) -> str:
    shape = d.shape(1, 3, (2, 3, 4))
    starts = tuple(d.number(0, 1) for _ in d.alike(shape, 8))
    return f"NAME({d.tensor(shape)}, {starts}, {tuple(d.number(1, size) for size in shape)})"


@plan("slice_update")
def slice_update(d: KerasDice) -> str:
    shape = d.shape(1, 3, (2, 3, 4))
    update = tuple(d.number(1, size) for size in shape)
    update = (update[0] + 5 * d.chance(8), *update[1:])
    return f"NAME({d.tensor(shape)}, {(0,) * len(shape)}, {d.tensor(update)})"


@plan("scatter")
def scatter(d: KerasDice) -> str:
    shape, many = d.shape(1, 3, (2, 3)), d.number(1, 3)
    depth = d.number(1, len(shape))
    values = d.alike((many, *shape[depth:]), 8)
    return f"NAME({d.whole((many, depth))}, {d.tensor(values)}, {shape})"


@plan("scatter_update")
def scatter_update(d: KerasDice) -> str:
    shape, many = d.shape(1, 3, (2, 3)), d.number(1, 3)
    depth = d.number(1, len(shape))
    return f"NAME({d.tensor(shape)}, {d.whole((many, depth))}, {d.tensor(d.alike((many, *shape[depth:]), 8))})"


@plan("segment_sum segment_max segment_min segment_prod")
def segments(d: KerasDice) -> str:
    shape = d.shape(1, 3)
    many = d.one(("", f", num_segments={d.number(1, 4)}", f", {d.number(1, 4)}"))
    return f"NAME({d.tensor(shape)}, {d.whole(d.alike(shape[:1], 8))}{many})"


@plan("searchsorted")
def searchsorted(d: KerasDice) -> str:
    return f"NAME({d.tensor(d.shape(1, 2 if d.chance(6) else 1))}, {d.tensor(d.shape(0, 3))})"


@plan("digitize")
def digitize(d: KerasDice) -> str:
    return f"NAME({d.tensor(d.shape(0, 3))}, {d.one(('[0.0, 1.0]', d.tensor((3,))))})"


@plan("argpartition")
def argpartition(d: KerasDice) -> str:
    shape = d.shape(1, 3)
    return f"NAME({d.tensor(shape)}, 0, axis={d.axis(len(shape))})"


@plan("unstack")
def unstack(d: KerasDice) -> str:
    shape = d.shape(0 if d.chance(8) else 1, 3)
    return f"NAME({d.tensor(shape)}, axis={d.axis(len(shape))})"


@plan("top_k")
def top_k(d: KerasDice) -> str:
    return f"NAME({d.tensor(d.shape(0 if d.chance(8) else 1, 3))}, {d.number(1, 4)})"


@plan("average")
def average(d: KerasDice) -> str:
    shape = d.shape(1, 3)
    if d.flag():
        return f"NAME({d.tensor(shape)}, weights={d.tensor(d.alike(shape))})"
    axis = d.axis(len(shape))
    # PyTorch's backend gives weights to the last axis only, whichever is named.
    weights = f", weights={d.tensor(d.alike(shape[-1:]))}" if axis == len(shape) - 1 else ""
    return f"NAME({d.tensor(shape)}, axis={axis}{weights})"


@plan("clip")
def clip(d: KerasDice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.any(shape)}, {d.one(('0', d.tensor(d.partner(shape))))}, 1)"


@plan("moments")
def moments(d: KerasDice) -> str:
    shape = d.shape(1, 4)
    return (
        f"NAME({d.tensor(shape)}, axes={tuple(d.axis(len(shape)) for _ in range(d.number(1, 2)))}, keepdims={d.flag()})"
    )


@plan("layer_normalization rms_normalization")
def layer_normalization(d: KerasDice) -> str:
    shape = d.shape(1, 4)
    scale = d.one(("", f", {d.tensor(shape[-1:])}"))
    return f"NAME({d.tensor(shape)}{scale}{d.one(('', ', axis=-1', f', axis={len(shape)}'))})"


@plan("batch_normalization")
def batch_normalization(d: KerasDice) -> str:
    shape = d.shape(1, 4)
    axis = d.axis(len(shape))
    size = shape[axis] if -len(shape) <= axis < len(shape) else 3
    mean, variance = ((size,) if size == OPEN else d.alike((size,), 8) for _ in "mv")
    return f"NAME({d.tensor(shape)}, {d.tensor(mean)}, {d.tensor(variance)}, {axis})"


@plan("cast saturate_cast")
def cast(d: KerasDice) -> str:
    return f"NAME({d.any(d.shape(0, 3))}, {d.one(('float16', 'int32', 'bool', 'float64', 'nope'))!r})"


@plan("solve")
def solve(d: KerasDice) -> str:
    n = d.one((1, 2, 3))
    front = d.shape(0, 1)
    right = d.one(((*front, n, 2), (*front, n), (*front, 4, 2)))
    return f"NAME({d.tensor((*front, n, n if not d.chance(6) else 4))}, {d.tensor(right)})"


@plan("dot_product_attention")
def attention(d: KerasDice) -> str:
    batch, heads, size, length, other = 2, d.one((1, 2)), d.one((2, 4)), d.one((1, 3)), d.one((2, 5))
    query, key = (batch, length, heads, size), d.alike((batch, other, heads, size), 8)
    extra = d.one(("", "", ", is_causal=True", f", mask={d.mask(d.alike((batch, heads, length, other), 4))}"))
    return f"NAME({d.tensor(query)}, {d.tensor(key)}, {d.tensor(d.alike(key, 8))}{extra})"


# --- numbers ----------------------------------------------------------------------------------------------------------


@plan("zeros ones empty")
def filled(d: KerasDice) -> str:
    shape = d.one((d.shape(0, 3, (0, 2, 3)), list(d.shape(1, 2, (2, 3, -1)))))
    return f"NAME({shape}, {d.one(('float32', 'int32'))!r})"


@plan("full")
def full(d: KerasDice) -> str:
    return f"NAME({d.shape(0, 3, (2, 3))}, {d.one((2, 0.5, True))})"


@plan("arange")
def arange(d: KerasDice) -> str:
    rest = d.one(("", f", {d.number(-2, 9)}", f", {d.number(-2, 9)}, {d.one((1, 2, -1, 0.5, 0))}"))
    return f"NAME({d.one((d.number(-1, 6), 2.5))}{rest})"


@plan("linspace logspace")
def linspace(d: KerasDice) -> str:
    return f"NAME({d.one(('0', d.tensor(())))}, 1, {d.number(1, 40)}, endpoint={d.flag()})"


@plan("eye tri")
def eye(d: KerasDice) -> str:
    return f"NAME({d.number(0, 4)}{d.one(('', f', {d.number(0, 4)}', f', {d.number(1, 4)}, {d.number(-2, 2)}'))})"


@plan("identity bartlett blackman hamming hanning")
def windows(d: KerasDice) -> str:
    return f"NAME({d.one((d.number(1, 60), d.number(1, 60), -1, 1.5))})"


# --- convolutions, pooling, images ------------------------------------------------------------------------------------


def _options(d: KerasDice, rank: int, form: str, *, dilation: bool = False) -> str:
    found = [f"padding={d.one(('valid', 'same'))!r}"]
    if d.flag():
        found.append(f"strides={d.each(rank, 1, 3)}")
    if dilation and d.chance(3):
        found.append(f"dilation_rate={d.each(rank, 1, 2)}")
    return ", ".join([*found, f"data_format={form!r}"])


def _form(d: KerasDice) -> str:
    return str(d.one(("channels_last", "channels_last", "channels_first")))


@plan("conv")
def conv(d: KerasDice) -> str:
    rank, form, inner = d.one((1, 2, 2, 3)), _form(d), d.one((1, 2, 3))
    groups = d.one((1, 1, 1, 2))
    image = d.picture(inner * groups, rank, first=form == "channels_first")
    kernel = (*(d.one((1, 2, 3)) for _ in range(rank)), inner + d.chance(8), d.one((2, 4)))
    return f"NAME({d.tensor(image)}, {d.tensor(kernel)}, {_options(d, rank, form, dilation=True)})"


@plan("conv_transpose")
def conv_transpose(d: KerasDice) -> str:
    rank, form, inner = d.one((1, 2, 2, 3)), _form(d), d.one((1, 2, 3))
    image = d.picture(inner, rank, first=form == "channels_first", sizes=(2, 3, 4))
    kernel = (*(d.one((1, 2, 3)) for _ in range(rank)), d.one((2, 4)), inner + d.chance(8))
    return f"NAME({d.tensor(image)}, {d.tensor(kernel)}, {_options(d, rank, form)})"


@plan("depthwise_conv")
def depthwise_conv(d: KerasDice) -> str:
    rank, form, inner, deep = d.one((1, 2)), _form(d), d.one((1, 2, 3)), d.one((1, 2))
    image = d.picture(inner, rank, first=form == "channels_first")
    kernel = d.tensor((*(d.one((1, 2, 3)) for _ in range(rank)), inner + d.chance(8), deep))
    return f"NAME({d.tensor(image)}, {kernel}, {_options(d, rank, form)})"


@plan("separable_conv")
def separable_conv(d: KerasDice) -> str:
    deep, rank = d.one((1, 2)), d.one((1, 2))
    kernel = d.tensor((*(d.one((1, 2, 3)) for _ in range(rank)), 2 + d.chance(8), deep))
    point = d.tensor((*(1,) * rank, 2 * deep + d.chance(8), 4))
    return f"NAME({d.tensor(d.picture(2, rank))}, {kernel}, {point}, {_options(d, rank, 'channels_last')})"


@plan("max_pool average_pool")
def pool(d: KerasDice) -> str:
    rank, form = d.one((1, 2, 2, 3)), _form(d)
    image = d.tensor(d.picture(2, rank, first=form == "channels_first"))
    return f"NAME({image}, {d.each(rank, 1, 4)}, {_options(d, rank, form)})"


@plan("adaptive_average_pool adaptive_max_pool")
def adaptive(d: KerasDice) -> str:
    rank, form = d.one((1, 2, 2, 3)), _form(d)
    image = d.tensor(d.picture(2, rank, first=form == "channels_first"))
    return f"NAME({image}, {d.each(rank, 1, 5)}, data_format={form!r})"


@plan("depth_to_space space_to_depth")
def blocks(d: KerasDice) -> str:
    by, form = d.one((1, 2, 3)), _form(d)
    deep = by * by * d.one((1, 2)) + d.chance(8)
    side = by * d.one((1, 2)) + d.chance(8)
    shape = (OPEN, deep, side, by) if form == "channels_first" else (2, side, by, deep)
    return f"NAME({d.tensor(shape)}, {by}, data_format={form!r})"


def _image(d: KerasDice, channels: int = 3) -> str:
    shape = d.picture(channels)
    return d.tensor(shape[1:] if d.chance(4) else shape if not d.chance(8) else (*shape, 2))


@plan("resize", "ops.image.")
def resize(d: KerasDice) -> str:
    mode = d.one(("", ", interpolation='nearest'", ", crop_to_aspect_ratio=True", ", interpolation='nope'"))
    return f"NAME({_image(d)}, {d.each(2, 1, 9)}{mode})"


@plan("rgb_to_grayscale rgb_to_hsv hsv_to_rgb sobel_edges gaussian_blur", "ops.image.")
def image(d: KerasDice) -> str:
    return f"NAME({_image(d, d.one((3, 3, 3, 1)))})"


def _reframe(word: str) -> Make:
    def make(d: KerasDice) -> str:
        found = []
        for one, other, target in (("top", "bottom", "height"), ("left", "right", "width")):
            options = [f"{one}_{word}={d.number(0, 3)}", f"{other}_{word}={d.number(0, 3)}"]
            options.append(f"target_{target}={d.number(1, 9)}")
            found += options[:2] if d.flag() else options[1:] if not d.chance(6) else options[:1]
        return f"NAME({_image(d)}, {', '.join(found)})"

    return make


plan("crop_images", "ops.image.")(_reframe("cropping"))
plan("pad_images", "ops.image.")(_reframe("padding"))


@plan("extract_patches", "ops.image.")
def patches(d: KerasDice) -> str:
    size = d.one((d.number(1, 3), (d.number(1, 3), d.number(1, 3))))
    return f"NAME({_image(d)}, {size}, {_options(d, 2, 'channels_last', dilation=True)})"


@plan("unfold")
def unfold(d: KerasDice) -> str:
    shape = d.picture(2, first=True)
    return f"NAME({d.tensor(shape)}, {d.each(2, 1, 3)}, padding={d.each(2, 0, 1)}, stride={d.each(2, 1, 2)})"


@plan("fold")
def fold(d: KerasDice) -> str:
    height, width, kernel, stride = d.one((4, 5)), d.one((4, 6)), d.one((1, 2, 3)), d.one((1, 2))
    many = ((height - kernel) // stride + 1) * ((width - kernel) // stride + 1)
    shape = d.alike((2, 2 * prod((kernel, kernel)), many), 4)
    return f"NAME({d.tensor(shape)}, ({height}, {width}), {kernel}, stride={stride})"


# --- sound ------------------------------------------------------------------------------------------------------------


@plan("fft fft2 ifft2")
def fft(d: KerasDice) -> str:
    shape = d.shape(1, 3)
    return f"NAME(({d.tensor(shape)}, {d.tensor(d.alike(shape, 8))}))"


@plan("rfft")
def rfft(d: KerasDice) -> str:
    return f"NAME({d.tensor(d.shape(0 if d.chance(8) else 1, 3))}{d.one(('', f', {d.number(1, 6)}'))})"


@plan("irfft")
def irfft(d: KerasDice) -> str:
    shape = d.shape(1, 3, (2, 3, 5))
    return f"NAME(({d.tensor(shape)}, {d.tensor(d.alike(shape, 8))}){d.one(('', f', {d.number(1, 6)}'))})"


@plan("extract_sequences")
def extract_sequences(d: KerasDice) -> str:
    return f"NAME({d.tensor(d.shape(1, 2, (4, 6, 9)))}, {d.number(1, 5)}, {d.number(1, 3)})"


@plan("stft")
def stft(d: KerasDice) -> str:
    return f"NAME({d.tensor(d.shape(1, 2, (16, 20, 33)))}, {d.one((4, 8))}, {d.number(1, 4)}, 8, center={d.flag()})"


# --- losses -----------------------------------------------------------------------------------------------------------


@plan("binary_crossentropy categorical_crossentropy")
def crossentropy(d: KerasDice) -> str:
    shape = d.shape(1, 3)
    return f"NAME({d.tensor(d.alike(shape))}, {d.tensor(shape)})"


@plan("sparse_categorical_crossentropy")
def sparse(d: KerasDice) -> str:
    shape = d.shape(1, 3)
    return f"NAME({d.whole(d.alike(d.one((shape[:-1], (*shape[:-1], 1)))))}, {d.tensor(shape)})"


@plan("in_top_k")
def in_top_k(d: KerasDice) -> str:
    shape = d.shape(2, 2)
    return f"NAME({d.whole(d.alike(shape[:1]))}, {d.tensor(shape)}, 1)"
