"""How calls of PyTorch's functions and of tensors' methods are drawn, by the name of the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conformance.function_dice import Dice, Shape, count

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[Dice], str]

PLANS: dict[str, Make] = {}


def plan(*names: str) -> Callable[[Make], Make]:
    """Let a function draw the calls of these; `NAME` in what it draws is replaced by each name."""

    def declare(make: Make) -> Make:
        for name in names:
            PLANS[name] = lambda dice, name=name: make(dice).replace("NAME", name)  # type: ignore[misc]
        return make

    return declare


def functions(text: str, prefix: str = "torch.") -> list[str]:
    return [prefix + name for name in text.split()]


# --- each element alone -----------------------------------------------------------------------------------------------


@plan(*functions("abs exp sqrt sigmoid tanh square sign floor neg isnan logical_not reciprocal erf clone"))
def unary(d: Dice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({d.any(shape)})" if not d.chance(8) else f"NAME({d.tensor(shape)}, {d.tensor(shape)})"


@plan(*functions("add sub mul div maximum minimum pow atan2 eq lt ge logical_and fmod remainder floor_divide"))
def binary(d: Dice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({d.any(shape)}, {d.any(d.partner(shape))})"


@plan("torch.where")
def where(d: Dice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({d.mask(shape)}, {d.any(d.partner(shape))}, {d.any(d.partner(shape))})"


@plan("torch.addcmul", "torch.addcdiv", "torch.lerp")
def ternary(d: Dice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({d.tensor(shape)}, {d.tensor(d.partner(shape))}, {d.tensor(d.partner(shape))})"


@plan("torch.clamp")
def clamp(d: Dice) -> str:
    shape = d.shape(0, 4)
    low = d.one(("None", "0", "0.5", d.tensor(d.partner(shape))))
    return f"NAME({d.any(shape)}, {low}, {d.one(('1', 'None'))})"


@plan(*functions("add_ mul_ sub_ div_", "torch.Tensor."))
def in_place(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, {d.any(d.partner(shape))})"


@plan("torch.masked_fill", "torch.Tensor.masked_fill_")
def masked_fill(d: Dice) -> str:
    shape = d.shape(0, 3)
    value = d.one(("0", "0.5", "float('-inf')", d.tensor(d.shape(0, 1))))
    return f"NAME({d.tensor(shape)}, {d.mask(d.partner(shape))}, {value})"


# --- over axes --------------------------------------------------------------------------------------------------------


@plan(*functions("sum mean prod std var amax amin logsumexp any all count_nonzero norm nansum nanmean"))
def reductions(d: Dice) -> str:
    shape = d.shape(0, 4)
    tensor = d.any(shape)
    if d.chance(5):
        return f"NAME({tensor})"
    if d.chance(10):
        return f"NAME({tensor}, dim={d.one((4, -5, (0, 0), (1, -1, 4)))})"
    keep = f", keepdim={d.flag()}" if d.flag() else ""
    return f"NAME({tensor}, dim={d.axes(len(shape))}{keep})"


@plan(*functions("max min argmax argmin median mode nanmedian cummax aminmax"))
def extremes(d: Dice) -> str:
    shape = d.shape(0, 4)
    if d.chance(5):
        return f"NAME({d.tensor(shape)})"
    keep = f", keepdim={d.flag()}" if d.flag() else ""
    return f"NAME({d.any(shape)}, dim={d.axis(len(shape))}{keep})"


@plan(*functions("cumsum cumprod softmax log_softmax sort argsort logcumsumexp"))
def along(d: Dice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({d.tensor(shape)}, dim={d.axis(len(shape))})"


@plan("torch.topk", "torch.kthvalue")
def topk(d: Dice) -> str:
    shape = d.shape(0, 3)
    axis = d.axis(len(shape))
    return f"NAME({d.tensor(shape)}, {d.number(0, 7)}, dim={axis})"


@plan("torch.std_mean", "torch.var_mean")
def moments(d: Dice) -> str:
    shape = d.shape(1, 4)
    return f"NAME({d.tensor(shape)}, dim={d.axes(len(shape))}, keepdim={d.flag()})"


@plan("torch.diff")
def diff(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, n={d.number(0, 4)}, dim={d.axis(len(shape))})"


@plan("torch.trapezoid")
def trapezoid(d: Dice) -> str:
    shape = d.shape(1, 3)
    return f"NAME({d.tensor(shape)}, dim={d.axis(len(shape))})"


@plan("torch.quantile")
def quantile(d: Dice) -> str:
    shape = d.shape(1, 3)
    q = d.one(("0.5", "torch.tensor([0.1, 0.9])", "torch.tensor(0.5)"))
    return f"NAME({d.tensor(shape)}, {q}, dim={d.one(('None', d.axis(len(shape))))}, keepdim={d.flag()})"


# --- shapes -----------------------------------------------------------------------------------------------------------


@plan("torch.Tensor.view", "torch.reshape", "torch.Tensor.reshape")
def view(d: Dice) -> str:
    shape = d.shape(0, 4)
    turned = d.tensor(shape)
    if len(shape) > 1 and d.chance(4):
        turned += f".transpose({d.number(0, len(shape) - 1)}, {d.number(0, len(shape) - 1)})"
    return f"NAME({turned}, {d.regrouped(count(shape))})"


@plan("torch.flatten", "torch.Tensor.flatten")
def flatten(d: Dice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({d.tensor(shape)}, {d.axis(len(shape))}, {d.axis(len(shape))})"


@plan("torch.unflatten")
def unflatten(d: Dice) -> str:
    shape = d.shape(1, 3)
    axis = d.axis(len(shape))
    size = shape[axis] if -len(shape) <= axis < len(shape) else 4
    return f"NAME({d.tensor(shape)}, {axis}, {d.regrouped(size)})"


@plan("torch.permute", "torch.Tensor.permute")
def permute(d: Dice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({d.tensor(shape)}, {d.order(len(shape))})"


@plan("torch.transpose", "torch.swapaxes", "torch.Tensor.transpose")
def transpose(d: Dice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({d.tensor(shape)}, {d.axis(len(shape))}, {d.axis(len(shape))})"


@plan("torch.movedim")
def movedim(d: Dice) -> str:
    shape = d.shape(1, 4)
    rank = len(shape)
    if d.flag():
        return f"NAME({d.tensor(shape)}, {d.axis(rank)}, {d.axis(rank)})"
    many = d.number(1, rank)
    return f"NAME({d.tensor(shape)}, {d.order(rank)[:many]}, {d.order(rank)[:many]})"


@plan(*functions("t adjoint ravel atleast_1d atleast_2d atleast_3d numel squeeze"))
def whole(d: Dice) -> str:
    return f"NAME({d.tensor(d.shape(0, 4))})"


@plan("torch.Tensor.squeeze", "torch.unsqueeze")
def squeeze(d: Dice) -> str:
    shape = d.shape(0, 4, (1, 1, 2, 3))
    axis = d.axis(len(shape)) if d.flag() else d.axis(len(shape) + 1)
    return f"NAME({d.tensor(shape)}, {axis})"


@plan("torch.Tensor.expand", "torch.broadcast_to")
def expand(d: Dice) -> str:
    shape = d.shape(0, 3, (1, 1, 2, 3))
    wanted = [d.one((2, 5)) if size == 1 and d.flag() else -1 if d.chance(4) else size for size in shape]
    if d.chance(3):
        wanted = [d.one((2, 3, -1) if d.chance(6) else (2, 3)), *wanted]
    if wanted and d.chance(8):
        wanted[-1] = 7
    return f"NAME({d.tensor(shape)}, {tuple(wanted)})"


@plan("torch.Tensor.repeat", "torch.tile", "torch.Tensor.tile")
def repeat(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, {d.shape(max(len(shape) - 1, 0), len(shape) + 1, (0, 1, 2, 3))})"


@plan("torch.repeat_interleave")
def repeat_interleave(d: Dice) -> str:
    shape = d.shape(0, 3)
    dim = f", dim={d.axis(len(shape))}" if d.flag() else ""
    return f"NAME({d.tensor(shape)}, {d.number(0, 3)}{dim})"


@plan("torch.roll")
def roll(d: Dice) -> str:
    shape = d.shape(0, 3)
    if d.flag():
        return f"NAME({d.tensor(shape)}, {d.number(-3, 3)}, {d.axis(len(shape))})"
    return f"NAME({d.tensor(shape)}, {d.shape(1, 2)}, {d.one(('None', d.shape(1, 2, (0, 1, -1))))})"


@plan("torch.flip")
def flip(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, {tuple(d.axis(len(shape)) for _ in range(d.number(0, 2)))})"


@plan("torch.rot90")
def rot90(d: Dice) -> str:
    shape = d.shape(1, 4)
    return f"NAME({d.tensor(shape)}, {d.number(-3, 4)}, ({d.axis(len(shape))}, {d.axis(len(shape))}))"


@plan("torch.narrow")
def narrow(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, {d.axis(len(shape))}, {d.number(-2, 3)}, {d.number(0, 3)})"


@plan("torch.select")
def select(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, {d.axis(len(shape))}, {d.number(-4, 4)})"


@plan("torch.Tensor.unfold")
def unfold(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, {d.axis(len(shape))}, {d.number(0, 4)}, {d.number(0 if d.chance(8) else 1, 3)})"


@plan("torch.diagonal", "torch.Tensor.diagonal")
def diagonal(d: Dice) -> str:
    shape = d.shape(1, 4)
    return f"NAME({d.tensor(shape)}, {d.number(-3, 3)}, {d.axis(len(shape))}, {d.axis(len(shape))})"


@plan("torch.diag", "torch.tril", "torch.triu", "torch.diagflat")
def diag(d: Dice) -> str:
    return f"NAME({d.tensor(d.shape(0, 3))}, {d.number(-3, 3)})"


@plan("torch.diag_embed")
def diag_embed(d: Dice) -> str:
    shape = d.shape(1, 3)
    rank = len(shape) + 1
    return f"NAME({d.tensor(shape)}, {d.number(-2, 2)}, {d.axis(rank)}, {d.axis(rank)})"


@plan("torch.select_scatter", "torch.slice_scatter", "torch.diagonal_scatter")
def scatters_of_views(d: Dice) -> str:
    shape = d.shape(2, 3)
    return f"NAME({d.tensor(shape)}, {d.tensor(d.alike(shape[1:]))}, 0, {d.one((0, 1))})"


@plan("torch.Tensor.as_strided")
def as_strided(d: Dice) -> str:
    shape = d.shape(1, 2, (4, 6))
    size = d.shape(1, 2, (1, 2, 3))
    return f"NAME({d.tensor(shape)}, {size}, {d.alike(tuple(1 for _ in size), 5)})"


# --- several tensors --------------------------------------------------------------------------------------------------


def _list(d: Dice, shape: Shape, axis: int | None) -> str:
    found = []
    for _ in range(d.number(1, 3)):
        other = list(shape)
        if axis is not None and -len(other) <= axis < len(other):
            other[axis] = d.one((1, 2, 3))
        found.append(d.any(d.alike(tuple(other), 10)))
    return f"[{', '.join(found)}]"


@plan("torch.cat", "torch.concat")
def cat(d: Dice) -> str:
    shape = d.shape(0 if d.chance(8) else 1, 4)
    axis = d.axis(len(shape))
    return f"NAME({_list(d, shape, axis)}, dim={axis})"


@plan("torch.stack")
def stack(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({_list(d, shape, None)}, dim={d.axis(len(shape) + 1)})"


@plan(*functions("hstack vstack dstack column_stack"))
def stacks(d: Dice) -> str:
    if d.chance(10):
        return f"NAME([{d.tensor((2, 3, 4))}, {d.tensor((3, 2, 5))}])"
    shape = d.shape(0, 3)
    return f"NAME({_list(d, shape, d.one((0, 1, None)))})"


@plan("torch.block_diag", "torch.broadcast_tensors")
def several(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME(*{_list(d, shape, d.one((0, 1, None)))})"


@plan("torch.split")
def split(d: Dice) -> str:
    shape = d.shape(0, 3)
    axis = d.axis(len(shape))
    size = shape[axis] if -len(shape) <= axis < len(shape) else 3
    sizes = d.parts(size) if d.flag() else d.number(0 if d.chance(6) else 1, 4)
    return f"NAME({d.tensor(shape)}, {sizes}, dim={axis})"


@plan("torch.chunk", "torch.tensor_split")
def chunk(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, {d.number(0 if d.chance(6) else 1, 5)}, dim={d.axis(len(shape))})"


@plan("torch.unbind")
def unbind(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, {d.axis(len(shape))})"


@plan("torch.meshgrid")
def meshgrid(d: Dice) -> str:
    many = ", ".join(d.tensor(d.shape(0, 2 if d.chance(6) else 1)) for _ in range(d.number(1, 3)))
    return f"NAME({many}, indexing={d.one(('ij', 'xy'))!r})"


@plan("torch.cartesian_prod")
def cartesian(d: Dice) -> str:
    return f"NAME({', '.join(d.tensor(d.shape(1, 2 if d.chance(6) else 1)) for _ in range(d.number(1, 3)))})"


@plan("torch.combinations")
def combinations(d: Dice) -> str:
    shape = d.shape(1, 1 if not d.chance(6) else 2, range(1, 12))
    return f"NAME({d.tensor(shape)}, {d.number(0, 3)}, with_replacement={d.flag()})"


# --- indices ----------------------------------------------------------------------------------------------------------


@plan("torch.gather")
def gather(d: Dice) -> str:
    shape = d.shape(1, 3, (2, 3, 4))
    index = tuple(d.number(1, size) for size in shape)
    return f"NAME({d.tensor(shape)}, {d.axis(len(shape))}, {d.whole(d.alike(index, 5))})"


@plan("torch.scatter", "torch.scatter_add", "torch.Tensor.scatter_")
def scatter(d: Dice) -> str:
    shape = d.shape(1, 3, (2, 3, 4))
    index = d.alike(tuple(d.number(1, size) for size in shape), 6)
    return f"NAME({d.tensor(shape)}, {d.axis(len(shape))}, {d.whole(index)}, {d.tensor(d.alike(index))})"


@plan("torch.take_along_dim")
def take_along_dim(d: Dice) -> str:
    shape = d.shape(1, 3, (2, 3, 4))
    return f"NAME({d.tensor(shape)}, {d.whole(d.partner(shape))}, {d.axis(len(shape))})"


@plan("torch.index_select")
def index_select(d: Dice) -> str:
    shape = d.shape(1, 3, (2, 3, 4))
    index = d.whole(d.shape(1, 2 if d.chance(6) else 1))
    return f"NAME({d.tensor(shape)}, {d.axis(len(shape))}, {index})"


@plan("torch.index_add", "torch.index_copy")
def index_add(d: Dice) -> str:
    shape = d.shape(1, 3, (2, 3, 4))
    axis = d.number(0, len(shape) - 1)
    many = d.number(1, 4)
    source = (*shape[:axis], many, *shape[axis + 1 :])
    return f"NAME({d.tensor(shape)}, {axis}, {d.whole(d.alike((many,)))}, {d.tensor(d.alike(source))})"


@plan("torch.take")
def take(d: Dice) -> str:
    return f"NAME({d.tensor(d.shape(1, 3, (2, 3)))}, {d.any(d.shape(0, 3))})"


@plan("Tensor.__getitem__")
def subscript(d: Dice) -> str:
    shape = d.shape(1, 4, (2, 3, 4))
    keys = []
    for _ in range(d.number(1, len(shape) + (1 if d.chance(6) else 0))):
        kind = d.number(0, 8)
        if kind == 0:
            keys.append(str(d.number(-3, 3)))
        elif kind <= 3:
            keys.append(f"{d.one(('', '0', '1', '-2'))}:{d.one(('', '2', '-1', '9'))}{d.one(('', ':2', ':1'))}")
        elif kind == 4:
            keys.append("None")
        elif kind == 5 and "..." not in keys:
            keys.append("...")
        elif kind == 6:
            keys.append(d.whole(d.shape(0, 2)))
        else:
            keys.append(d.one((":", "[0, 1]", "[True, False]", "[0]")))
    return f"{d.tensor(shape)}[{', '.join(keys)}]"


@plan("torch.bucketize")
def bucketize(d: Dice) -> str:
    return f"NAME({d.tensor(d.shape(0, 3))}, {d.tensor(d.shape(1, 2 if d.chance(5) else 1))})"


# --- products ---------------------------------------------------------------------------------------------------------


@plan("torch.matmul", "torch.Tensor.__matmul__")
def matmul(d: Dice) -> str:
    one = d.shape(0 if d.chance(10) else 1, 4)
    if not one:
        return f"NAME({d.tensor(one)}, {d.tensor(d.shape(1, 2))})"
    inner = one[-1] if not d.chance(6) else d.one((1, 2, 3))
    front = d.partner(one[:-2]) if len(one) > 2 else d.shape(0, 1)
    other = (inner,) if d.chance(4) else (*front, inner, d.one((1, 2, 5)))
    return f"NAME({d.tensor(one)}, {d.tensor(other)})"


@plan("torch.bmm")
def batched_products(d: Dice) -> str:
    batch, n, k, m = (d.one((1, 2, 3, 5)) for _ in range(4))
    return f"NAME({d.tensor(d.alike((batch, n, k)))}, {d.tensor(d.alike((batch, k, m)))})"


@plan("torch.dot", "torch.outer")
def vectors(d: Dice) -> str:
    size = d.number(1, 12)
    other = size if d.chance(2) else d.number(1, 12)
    return f"NAME({d.tensor(d.alike((size,)))}, {d.tensor((other,))})"


@plan("torch.mm", "torch.mv", "torch.inner", "torch.kron")
def products(d: Dice) -> str:
    one = d.shape(1, 3)
    inner = one[-1]
    other = d.one(((inner, 3), (*one[:-2], inner, 2), (inner,), d.shape(1, 3), one))
    return f"NAME({d.tensor(one)}, {d.tensor(other)})"


@plan("torch.addmm", "torch.baddbmm", "torch.addbmm", "torch.addmv", "torch.addr")
def added(d: Dice) -> str:
    n, k, m, b = (d.one((1, 2, 3)) for _ in range(4))
    front = d.one(((), (b,)))
    found = d.one(((*front, n, m), (n, m), (m,), (1, m), (n,), (n, 1)))
    if d.chance(3):
        return f"NAME({d.tensor(found)}, {d.tensor(d.one(((n, k), (n,))))}, {d.tensor(d.one(((k,), (m,))))})"
    return f"NAME({d.tensor(found)}, {d.tensor((*front, n, k))}, {d.tensor(d.alike((*front, k, m)))})"


@plan("torch.tensordot")
def tensordot(d: Dice) -> str:
    one = d.shape(1, 3)
    many = d.number(0, len(one))
    if d.flag():
        other = (*one[len(one) - many :], *d.shape(0, 2, (2, 3, 5)))
        if d.chance(4):
            other = tuple(size + 1 for size in other)
        return f"NAME({d.tensor(one)}, {d.tensor(d.alike(other))}, dims={many})"
    other = d.order(len(one))
    shape = tuple(one[axis] for axis in other if -len(one) <= axis < len(one))
    left = list(other)[:many]
    return f"NAME({d.tensor(one)}, {d.tensor(d.alike(shape))}, dims=({left}, {list(range(len(left)))}))"


@plan("torch.einsum")
def einsum(d: Dice) -> str:
    sizes = {letter: d.one((1, 2, 3)) for letter in "bijk"}
    equation = d.one(
        (
            "ij,jk->ik",
            "bij,bjk->bik",
            "ij->ji",
            "ii->i",
            "ii",
            "ij,ij->",
            "...ij,...jk->...ik",
            "bij,jk",
            "i,j->ij",
            "bi,bj->bij",
            "b...,b...->b",
            "ij,jk,ki->",
            "ij->k",
            "bij->bk",
            "ij,k->ijk",
            "b...i->...bi",
            "bijk,bij->kb",
        )
    )
    left = equation.partition("->")[0].split(",")
    tensors = []
    front = d.shape(0, 2)
    for term in left:
        shape: list[int] = []
        for letter in term.replace("...", "."):
            shape += list(front) if letter == "." else [sizes[letter]]
        tensors.append(d.tensor(d.alike(tuple(shape), 9)))
    return f"NAME({equation!r}, {', '.join(tensors)})"


@plan("torch.cdist")
def cdist(d: Dice) -> str:
    one = d.shape(2, 3)
    return f"NAME({d.tensor(one)}, {d.tensor(d.alike((*d.partner(one[:-2]), 3, one[-1])))})"


@plan("torch.cross")
def cross(d: Dice) -> str:
    shape = d.shape(1, 3, (1, 3, 3, 2))
    return f"NAME({d.tensor(shape)}, {d.tensor(d.partner(shape))}, dim={d.axis(len(shape))})"


@plan(
    *functions(
        "linalg.inv linalg.det linalg.cholesky linalg.eigh linalg.eigvalsh linalg.qr linalg.svd linalg.svdvals"
        " linalg.pinv linalg.matrix_exp linalg.slogdet linalg.matrix_rank linalg.cond linalg.eigvals linalg.lu"
        " linalg.lu_factor linalg.matrix_norm linalg.vector_norm linalg.norm trace logdet svd qr slogdet"
    )
)
def matrices(d: Dice) -> str:
    size = d.one((1, 2, 3))
    shape = (*d.shape(0, 2), size, size) if not d.chance(4) else d.shape(1, 3)
    square = f"({d.tensor(shape)} * 0 + torch.eye({shape[-1]}))"
    return f"NAME({square if len(shape) > 1 and shape[-1] == shape[-2] else d.tensor(shape)})"


@plan("torch.linalg.solve")
def solve(d: Dice) -> str:
    n = d.one((1, 2, 3, 4, 5))
    front = d.shape(0, 2)
    right = d.one(((*front, n, 2), (*front, n), (n,), (n, 2), (*front, 3, 2)))
    return f"NAME(torch.eye({n}).expand({(*front, n, n)}), {d.tensor(right)})"


@plan("torch.linalg.lstsq")
def lstsq(d: Dice) -> str:
    rows, columns, front = d.one((1, 2, 3)), d.one((3, 4)), d.shape(0, 1)
    right = (*front, rows if not d.chance(4) else 5, d.one((1, 2)))
    return f"NAME({d.tensor((*front, rows, columns))}, {d.tensor(right)})"


# --- Fourier transforms -----------------------------------------------------------------------------------------------


@plan(*functions("fft ifft rfft irfft hfft ihfft", "torch.fft."))
def fft(d: Dice) -> str:
    shape = d.shape(0, 3)
    options = d.one(("", f", n={d.number(0, 5)}"))
    return f"NAME({d.tensor(shape)}{options}, dim={d.axis(len(shape))})"


@plan(*functions("fft2 ifft2 rfft2 irfft2 fftn rfftn irfftn", "torch.fft."))
def fft2(d: Dice) -> str:
    shape = d.shape(1, 4)
    options = d.one(("", f", s={d.shape(1, 2, (1, 2, 3, 5))}", f", dim={d.shape(1, 2, (0, -1, -2, 1))}"))
    return f"NAME({d.tensor(shape)}{options})"


@plan("torch.fft.fftshift")
def fftshift(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, dim={d.axes(len(shape))})"


@plan("torch.stft")
def stft(d: Dice) -> str:
    shape = d.shape(1, 3 if d.chance(5) else 2, (16, 20, 33))
    hop = d.one(("", f", hop_length={d.number(1, 6)}"))
    window = d.one(("", ", window=torch.ones(8)"))
    return f"NAME({d.tensor(shape)}, 8{hop}{window}, center={d.flag()}, onesided={d.flag()}, return_complex=True)"
