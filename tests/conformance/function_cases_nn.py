"""How calls of `torch.nn.functional` are drawn, by the name of the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conformance.function_cases import functions, plan

if TYPE_CHECKING:
    from tests.conformance.function_dice import Dice


def f(text: str) -> list[str]:
    return functions(text, "F.")


def _image(d: Dice, rank: int, channels: int, sizes: tuple[int, ...] = (4, 5, 7, 8)) -> tuple[int, ...]:
    """A batch of images, or one."""
    front = () if d.chance(5) else (d.one((1, 2)),)
    return (*front, channels, *d.shape(rank, rank, sizes))


def _each(d: Dice, rank: int, low: int, high: int) -> str:
    """One number for all axes, or one for each."""
    if d.chance(12):
        return str(d.shape(rank + 1, rank + 1, range(low, high + 1)))
    return str(d.number(low, high) if d.flag() else d.shape(rank, rank, range(low, high + 1)))


def _convolution(rank: int) -> None:
    @plan(f"F.conv{rank}d")
    def conv(d: Dice) -> str:
        groups = d.one((1, 1, 1, 2, 3))
        inner, outer = d.one((1, 2)), groups * d.one((1, 2))
        channels = inner * groups if not d.chance(8) else d.one((1, 2, 3, 4))
        weight = (outer, inner, *d.shape(rank, rank, (1, 2, 3, 5)))
        bias = d.one(("None", d.tensor((outer,)), d.tensor(d.alike((outer,)))))
        padding = d.one((_each(d, rank, 0, 3), "'same'", "'valid'"))
        image = d.tensor(_image(d, rank, channels))
        return (
            f"NAME({image}, {d.tensor(weight)}, {bias}, stride={_each(d, rank, 0 if d.chance(10) else 1, 3)},"
            f" padding={padding}, dilation={_each(d, rank, 1, 2)}, groups={groups})"
        )

    @plan(f"F.conv_transpose{rank}d")
    def transposed(d: Dice) -> str:
        groups = d.one((1, 1, 2))
        inner = groups * d.one((1, 2))
        channels = inner if not d.chance(8) else d.one((1, 2, 3))
        weight = (inner, d.one((1, 2, 3)), *d.shape(rank, rank, (1, 2, 3)))
        return (
            f"NAME({d.tensor(_image(d, rank, channels, (2, 3, 5)))}, {d.tensor(weight)},"
            f" stride={_each(d, rank, 1, 3)}, padding={_each(d, rank, 0, 2)},"
            f" output_padding={d.one((0, 0, 1, 2))}, groups={groups}, dilation={d.one((1, 1, 2))})"
        )

    @plan(f"F.max_pool{rank}d", f"F.avg_pool{rank}d")
    def pool(d: Dice) -> str:
        stride = d.one(("", f", stride={_each(d, rank, 1, 3)}"))
        padding = d.one(("", f", padding={_each(d, rank, 0, 2)}"))
        ceil = d.one(("", ", ceil_mode=True"))
        return f"NAME({d.tensor(_image(d, rank, 2))}, {_each(d, rank, 1, 4)}{stride}{padding}{ceil})"

    @plan(f"F.adaptive_avg_pool{rank}d", f"F.adaptive_max_pool{rank}d")
    def adaptive(d: Dice) -> str:
        return f"NAME({d.tensor(_image(d, rank, 2))}, {_each(d, rank, 1, 9)})"

    @plan(f"F.lp_pool{rank}d")
    def lp_pool(d: Dice) -> str:
        return f"NAME({d.tensor(_image(d, rank, 2))}, 2, {_each(d, rank, 1, 4)}, ceil_mode={d.flag()})"


for _rank in (1, 2, 3):
    _convolution(_rank)


@plan("F.interpolate")
def interpolate(d: Dice) -> str:
    shape = (1, 2, *d.shape(0 if d.chance(10) else 1, 3, (2, 3, 5)))
    rank = len(shape) - 2
    size = d.one((f"size={_each(d, rank, 1, 7)}", f"scale_factor={d.one((2, 0.5, 1.7, (2,) * rank, (1.5, 3)))}"))
    mode = d.one(("nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact"))
    mode = d.one((mode, {1: "linear", 2: "bilinear", 3: "trilinear"}.get(rank, "nearest")))
    corners = d.one(("", "", ", align_corners=True"))
    return f"NAME({d.tensor(shape)}, {size}, mode={mode!r}{corners})"


@plan("F.pad")
def pad_sides(d: Dice) -> str:
    shape = d.shape(1, 4, (2, 3, 4))
    sides = d.number(1, len(shape)) * 2 - (1 if d.chance(10) else 0)
    amounts = [d.number(-1 if d.chance(3) else 0, 3) for _ in range(sides)]
    mode = d.one(("", "", ", mode='reflect'", ", mode='replicate'", ", mode='circular'", ", value=1"))
    return f"NAME({d.tensor(shape)}, {amounts}{mode})"


@plan("F.pixel_shuffle", "F.pixel_unshuffle", "F.channel_shuffle")
def shuffles(d: Dice) -> str:
    by = d.one((1, 2, 3))
    shape = (*d.shape(0, 2, (1, 2)), by * by * d.one((1, 2)), by * 2, by * d.one((1, 3)))
    return f"NAME({d.tensor(d.alike(shape))}, {by if not d.chance(8) else d.number(0, 4)})"


@plan("F.unfold")
def unfold(d: Dice) -> str:
    return (
        f"NAME({d.tensor(_image(d, 2, 2))}, {_each(d, 2, 1, 4)}, dilation={d.one((1, 2))},"
        f" padding={_each(d, 2, 0, 1)}, stride={_each(d, 2, 1, 2)})"
    )


@plan("F.fold")
def fold(d: Dice) -> str:
    height, width = d.one((4, 5, 6)), d.one((4, 5, 6))
    kernel, stride = d.one((1, 2, 3)), d.one((1, 2))
    blocks = ((height - kernel) // stride + 1) * ((width - kernel) // stride + 1)
    shape = (*d.shape(0, 1, (1, 2)), 2 * kernel * kernel, blocks)
    return f"NAME({d.tensor(d.alike(shape, 4))}, ({height}, {width}), {kernel}, stride={stride})"


@plan("F.grid_sample")
def grid_sample(d: Dice) -> str:
    rank = d.one((2, 2, 3))
    image = (2, 3, *d.shape(rank, rank, (3, 4)))
    grid = (d.one((2, 2, 2, 1)), *d.shape(rank, rank, (2, 5)), rank if not d.chance(8) else 3)
    return f"NAME({d.tensor(image)}, {d.tensor(grid)}, align_corners=False)"


@plan("F.affine_grid")
def affine_grid(d: Dice) -> str:
    batch = d.one((1, 2, 3))
    theta = d.one(((batch, 2, 3), (batch, 3, 4), (batch, 2, 2)))
    size = (batch, 3, *d.shape(2, 3, (4, 5, 6)))
    return f"NAME({d.tensor(theta)}, {size}, align_corners=False)"


@plan("F.linear")
def linear(d: Dice) -> str:
    shape = d.shape(1, 4)
    weight = d.one(((5, shape[-1]), (5, shape[-1]), (shape[-1],), (5, d.one((1, 2, 3)))))
    bias = d.one(("", f", {d.tensor((5,))}", f", {d.tensor(d.shape(0, 2))}"))
    return f"NAME({d.tensor(shape)}, {d.tensor(weight)}{bias})"


@plan("F.bilinear")
def bilinear(d: Dice) -> str:
    front = d.shape(0, 2)
    one, other = (*front, 3), (*d.alike(front), d.one((4, 4, 4, 2)))
    return f"NAME({d.tensor(one)}, {d.tensor(other)}, {d.tensor((5, 3, 4))})"


@plan("F.embedding")
def embedding(d: Dice) -> str:
    index = d.one((d.whole, d.whole, d.tensor))(d.shape(0, 3))
    return f"NAME({index}, {d.tensor(d.shape(1 if d.chance(5) else 2, 2, (2, 3)))})"


@plan("F.embedding_bag")
def embedding_bag(d: Dice) -> str:
    table = d.tensor((4, 3))
    if d.flag():
        return f"NAME({d.whole((6,))}, {table}, torch.tensor([0, 2, 4]))"
    return f"NAME({d.whole(d.shape(1, 3))}, {table}, mode={d.one(('mean', 'sum', 'max'))!r})"


@plan("F.one_hot")
def one_hot(d: Dice) -> str:
    return f"NAME({d.one((d.whole, d.whole, d.tensor))(d.shape(0, 3))}, {d.number(1 if d.chance(8) else 2, 4)})"


@plan("F.layer_norm", "F.rms_norm")
def layer_norm(d: Dice) -> str:
    shape = d.shape(1, 4)
    wanted = d.alike(shape[d.number(0, len(shape)) :], 8)
    weight = d.one(("", f", {d.tensor(wanted)}", f", {d.tensor(d.alike(wanted, 3))}"))
    return f"NAME({d.tensor(shape)}, {wanted}{weight})"


@plan("F.batch_norm")
def batch_norm(d: Dice) -> str:
    shape = d.shape(1, 4)
    channels = shape[1] if len(shape) > 1 else 2
    mean, var = d.alike((channels,), 8), d.alike((channels,), 8)
    return f"NAME({d.tensor(shape)}, {d.tensor(mean)}, {d.tensor(var)}, training={d.flag()})"


@plan("F.group_norm")
def group_norm(d: Dice) -> str:
    groups = d.one((1, 2, 3))
    shape = (2, groups * d.one((1, 2)), *d.shape(0, 2))
    weight = d.one(("", f", {d.tensor(d.alike((shape[1],), 4))}"))
    return f"NAME({d.tensor(shape)}, {groups if not d.chance(6) else d.one((2, 5))}{weight})"


@plan("F.instance_norm")
def instance_norm(d: Dice) -> str:
    return f"NAME({d.tensor(d.shape(1, 4))})"


@plan("F.local_response_norm")
def local_response_norm(d: Dice) -> str:
    return f"NAME({d.tensor(d.shape(1, 5))}, {d.number(1, 3)})"


@plan("F.normalize", "F.softmax", "F.log_softmax", "F.softmin", "F.gumbel_softmax", "F.glu")
def along(d: Dice) -> str:
    shape = d.shape(0, 4)
    return f"NAME({d.tensor(shape)}, dim={d.axis(len(shape))})"


@plan(*f("relu gelu silu elu leaky_relu hardtanh softplus mish sigmoid dropout"))
def activations(d: Dice) -> str:
    return f"NAME({d.tensor(d.shape(0, 4))}{d.one(('', '', ', 0.1', ', 3'))})"


@plan("F.prelu")
def prelu(d: Dice) -> str:
    shape = d.shape(0, 4)
    channels = shape[1] if len(shape) > 1 else 1
    return f"NAME({d.tensor(shape)}, {d.tensor(d.one(((1,), (channels,), (3,), ())))})"


@plan("F.dropout2d", "F.dropout1d", "F.dropout3d", "F.feature_alpha_dropout")
def feature_dropout(d: Dice) -> str:
    return f"NAME({d.tensor(d.shape(1, 5, (1, 2)))}, {d.one((0.5, 0, 1, 1.5))})"


@plan("F.scaled_dot_product_attention")
def attention(d: Dice) -> str:
    front, size, length, other = d.shape(0, 2), d.one((2, 4)), d.one((1, 3)), d.one((2, 5))
    query, key = (*front, length, size), (*d.alike(front, 8), other, d.alike((size,), 8)[0])
    value = (*front, d.alike((other,), 8)[0], d.one((2, 6)))
    mask = d.one(("", "", ", is_causal=True", f", attn_mask={d.tensor(d.alike((length, other), 4))}"))
    return f"NAME({d.tensor(query)}, {d.tensor(key)}, {d.tensor(value)}{mask})"


@plan("F.cosine_similarity", "F.pairwise_distance")
def similar(d: Dice) -> str:
    shape = d.shape(1, 3)
    return f"NAME({d.tensor(shape)}, {d.tensor(d.partner(shape))})"


@plan("F.mse_loss", "F.l1_loss", "F.smooth_l1_loss", "F.huber_loss", "F.kl_div", "F.soft_margin_loss")
def compared(d: Dice) -> str:
    shape = d.shape(0, 3)
    return f"NAME({d.tensor(shape)}, {d.tensor(d.partner(shape))}, reduction={d.one(('mean', 'sum', 'none'))!r})"


@plan("F.binary_cross_entropy", "F.binary_cross_entropy_with_logits")
def binary_loss(d: Dice) -> str:
    shape = d.shape(0, 3)
    target = d.one((d.tensor, d.tensor, d.whole))(d.alike(shape, 3))
    return f"NAME({d.tensor(shape)}, {target}, reduction={d.one(('mean', 'none'))!r})"


@plan("F.cross_entropy", "F.nll_loss")
def class_loss(d: Dice) -> str:
    front, classes, rest = d.shape(0, 1, (1, 2, 4)), d.one((2, 3)), d.shape(0, 2) if d.flag() else ()
    target = d.alike((*front, *rest) if front else (), 5)
    scores = d.tensor((*front, classes, *(rest if front else ())))
    labels = d.one((d.whole(target), d.whole(target), d.tensor((*front, classes, *rest))))
    weight = d.one(("", "", f", weight={d.tensor(d.alike((classes,), 3))}"))
    return f"NAME({scores}, {labels}{weight}, reduction={d.one(('mean', 'none'))!r})"


@plan("F.margin_ranking_loss", "F.triplet_margin_loss", "F.cosine_embedding_loss")
def three(d: Dice) -> str:
    shape = d.shape(1, 2)
    last = d.one((shape, shape[:1], ()))
    return f"NAME({d.tensor(shape)}, {d.tensor(d.alike(shape))}, {d.tensor(d.alike(last))})"


@plan("F.max_unpool2d")
def unpool(d: Dice) -> str:
    shape = (*d.shape(0, 1, (1, 2)), d.one((1, 2)), *d.shape(2, 2, (4, 6, 7)))
    height, width = shape[-2:]
    wanted = d.one(("", f", output_size={(height, width)}", f", output_size={(height + d.number(-2, 3), width)}"))
    pooled = f"F.max_pool2d({d.tensor(shape)}, 2, return_indices=True)"
    return f"NAME(*{pooled}, 2{wanted})"
