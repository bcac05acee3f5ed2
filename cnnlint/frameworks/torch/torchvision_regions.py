"""`torchvision.ops`: deformable convolution, pooling of regions, feature pyramids, boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import require_equal
from cnnlint.engine.convolution import check_groups, convolution, convolution_macs
from cnnlint.engine.dimension import Dim, exact_quotient, floor_div, product, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.windows import pair_padding
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import dims, flag, sequence, shape_of, tensor
from cnnlint.frameworks.torch.arithmetic import add
from cnnlint.frameworks.torch.containers import put
from cnnlint.frameworks.torch.core import TORCH, result
from cnnlint.frameworks.torch.functional_pooling import pooled
from cnnlint.frameworks.torch.functional_resizing import interpolate
from cnnlint.frameworks.torch.layer import library_class, parameter, spread, start
from cnnlint.frameworks.torch.torchvision import block, operator_of
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def _agree(found: Dim, needed: Dim, message: str) -> None:
    require_equal(
        found,
        needed,
        lambda: ShapeError(
            "size-mismatch", message, expected=dim_text(needed), actual=dim_text(found), exception="RuntimeError"
        ),
    )


# --- deformable convolution -------------------------------------------------------------------------------------------


@operator_of("deform_conv2d", "deform_conv")
def deform_conv2d(
    machine: Machine,
    input: Value,
    offset: Value,
    weight: Value,
    bias: Value = None,
    stride: Value = (1, 1),
    padding: Value = (0, 0),
    dilation: Value = (1, 1),
    mask: Value = None,
) -> Value:
    x = tensor(input)
    before, (filters, share, *kernel) = shape_of(x), shape_of(weight, "weight")
    if len(before) != 4:
        raise ShapeError("rank-mismatch", f"a deformable convolution takes 4 dimensions, got {shapes.text(before)}")
    groups = floor_div(before[1], share)
    shape = convolution(
        before,
        filters,
        kernel,
        stride=dims(stride, 2, "stride"),
        padding=pair_padding(dims(padding, 2, "padding")),
        dilation=dims(dilation, 2, "dilation"),
        groups=groups,
        in_channels=share * groups,
    )
    _check_offset(shape_of(offset, "offset"), shape, 2 * product(kernel), "offset")
    if isinstance(mask, Tensor):
        _check_offset(shape_of(mask, "mask"), shape, product(kernel), "mask")
    machine.add_macs(convolution_macs(shape, share * groups, kernel, groups))
    return result(shape, like=x)


def _check_offset(found: Shape, shape: Shape, area: Dim, name: str) -> None:
    """Offsets and masks have the size of the result and a multiple of the kernel's places."""
    if len(found) != 4:
        raise ShapeError(
            "rank-mismatch", f"`{name}` has 4 dimensions, not {shapes.text(found)}", exception="RuntimeError"
        )
    for one, needed in ((found[0], shape[0]), (found[2], shape[2]), (found[3], shape[3])):
        _agree(one, needed, f"the {name} {shapes.text(found)} does not fit the result {shapes.text(shape)}")
    if isinstance(found[1], int) and isinstance(area, int) and (found[1] % area or not found[1]):
        raise ShapeError(
            "channel-mismatch",
            f"`{name}` has {found[1]} channels, which is no multiple of {area}",
            expected=f"a multiple of {area}",
            actual=str(found[1]),
            exception="RuntimeError",
        )


@block("DeformConv2d", "deform_conv", "convolution")
class DeformConv2d:
    def __init__(
        machine: Machine,
        self: Instance,
        in_channels: Value,
        out_channels: Value,
        kernel_size: Value,
        stride: Value = 1,
        padding: Value = 0,
        dilation: Value = 1,
        groups: Value = 1,
        bias: Value = True,
    ) -> None:
        start(self)
        inputs, outputs, count = (dimension(each) for each in (in_channels, out_channels, groups))
        check_groups(inputs, outputs, count)
        kernel = spread(kernel_size, 2, "kernel_size")
        self.attrs |= {"in_channels": inputs, "out_channels": outputs, "kernel_size": kernel, "groups": count}
        self.attrs |= {"stride": spread(stride, 2), "padding": spread(padding, 2), "dilation": spread(dilation, 2)}
        share = exact_quotient(inputs, count)
        parameter(self, "weight", (outputs, floor_div(inputs, count) if share is None else share, *kernel))
        self.attrs["bias"] = None
        if flag(bias):
            parameter(self, "bias", (outputs,))

    def forward(machine: Machine, self: Instance, input: Value, offset: Value, mask: Value = None) -> Value:
        attrs = self.attrs
        return deform_conv2d(
            machine,
            input,
            offset,
            attrs["weight"],
            attrs["bias"],
            attrs["stride"],
            attrs["padding"],
            attrs["dilation"],
            mask,
        )


# --- regions ----------------------------------------------------------------------------------------------------------


def regions(input: Value, boxes: Value, output_size: Value, *, shared: bool = False) -> Tensor:
    """(K, C, height, width) for K boxes; position-sensitive operators share the channels among the places."""
    x = tensor(input)
    shape = shape_of(x)
    if len(shape) != 4:
        raise ShapeError("rank-mismatch", f"regions are pooled of 4 dimensions, got {shapes.text(shape)}")
    height, width = dims(output_size, 2, "output_size")
    channels = shape[1]
    if shared:
        quotient = exact_quotient(channels, height * width)
        if quotient is None:
            _agree(channels % (height * width), 0, f"{dim_text(channels)} channels are no multiple of the places")
        channels = floor_div(channels, height * width) if quotient is None else quotient
    return result((_count(boxes), channels, height, width), like=x)


def _count(boxes: Value) -> Dim:
    """How many boxes there are: the rows of a tensor, or of all tensors of a list."""
    if isinstance(boxes, Tensor):
        return shape_of(boxes, "boxes")[0]
    if isinstance(boxes, (ListValue, tuple)):
        total: Dim = 0
        for each in boxes.items if isinstance(boxes, ListValue) else boxes:
            total += shape_of(each, "boxes")[0] if isinstance(each, Tensor) and each.shape else unknown_dim()
        return total
    return unknown_dim()


@operator_of("roi_align", "roi_align")
def roi_align(
    machine: Machine,
    input: Value,
    boxes: Value,
    output_size: Value,
    spatial_scale: Value = 1.0,
    sampling_ratio: Value = -1,
    aligned: Value = False,
) -> Value:
    return regions(input, boxes, output_size)


@operator_of("roi_pool", "roi_pool")
def roi_pool(machine: Machine, input: Value, boxes: Value, output_size: Value, spatial_scale: Value = 1.0) -> Value:
    return regions(input, boxes, output_size)


@operator_of("ps_roi_align", "ps_roi_align")
def ps_roi_align(
    machine: Machine,
    input: Value,
    boxes: Value,
    output_size: Value,
    spatial_scale: Value = 1.0,
    sampling_ratio: Value = -1,
) -> Value:
    return regions(input, boxes, output_size, shared=True)


@operator_of("ps_roi_pool", "ps_roi_pool")
def ps_roi_pool(machine: Machine, input: Value, boxes: Value, output_size: Value, spatial_scale: Value = 1.0) -> Value:
    return regions(input, boxes, output_size, shared=True)


def _declare_region(name: str, file: str, *, shared: bool) -> None:
    @block(name, file, "pooling")
    class Region:
        def __init__(
            machine: Machine,
            self: Instance,
            output_size: Value,
            spatial_scale: Value,
            sampling_ratio: Value = -1,
            aligned: Value = False,
        ) -> None:
            start(self)
            self.attrs |= {"output_size": output_size, "spatial_scale": spatial_scale}
            self.attrs |= {"sampling_ratio": sampling_ratio, "aligned": aligned}

        def forward(machine: Machine, self: Instance, input: Value, rois: Value) -> Value:
            return regions(input, rois, self.attrs["output_size"], shared=shared)


for _name, _file, _shared in (
    ("RoIAlign", "roi_align", False),
    ("RoIPool", "roi_pool", False),
    ("PSRoIAlign", "ps_roi_align", True),
    ("PSRoIPool", "ps_roi_pool", True),
):
    _declare_region(_name, _file, shared=_shared)


@block("MultiScaleRoIAlign", "poolers", "pooling")
class MultiScaleRoIAlign:
    def __init__(
        machine: Machine,
        self: Instance,
        featmap_names: Value,
        output_size: Value,
        sampling_ratio: Value,
        *,
        canonical_scale: Value = 224,
        canonical_level: Value = 4,
    ) -> None:
        start(self)
        self.attrs |= {"featmap_names": featmap_names, "sampling_ratio": sampling_ratio}
        self.attrs["output_size"] = dims(output_size, 2, "output_size")

    def forward(machine: Machine, self: Instance, x: Value, boxes: Value, image_shapes: Value) -> Value:
        names = sequence(machine, self.attrs["featmap_names"])
        found = [value for name, value in _maps(x).items() if name in names]
        if not found:
            raise Undetermined("no feature map has one of the names")
        return regions(found[0], boxes, self.attrs["output_size"])


# --- feature pyramids -------------------------------------------------------------------------------------------------


def _maps(value: Value) -> dict[Value, Value]:
    """The entries of a dictionary of feature maps."""
    if isinstance(value, DictValue) and value.unknown is None:
        return value.items
    raise Undetermined("the feature maps are not known")


@TORCH.define("torchvision.ops.feature_pyramid_network.ExtraFPNBlock", bases=(library_class("torch.nn.Module"),))
class ExtraFPNBlock: ...


EXTRA = library_class("torchvision.ops.feature_pyramid_network.ExtraFPNBlock")


@block("FeaturePyramidNetwork", "feature_pyramid_network")
class FeaturePyramidNetwork:
    def __init__(
        machine: Machine,
        self: Instance,
        in_channels_list: Value,
        out_channels: Value,
        extra_blocks: Value = None,
        norm_layer: Value = None,
    ) -> None:
        start(self)
        entry = library_class("torchvision.ops.Conv2dNormActivation")
        for name in ("inner_blocks", "layer_blocks"):
            self.attrs[name] = machine.call(library_class("torch.nn.ModuleList"))
        options = {"norm_layer": norm_layer, "activation_layer": None}
        for index, channels in enumerate(sequence(machine, in_channels_list)):
            inner = machine.call(entry, (channels, out_channels), {"kernel_size": 1, "padding": 0, **options})
            layer = machine.call(entry, (out_channels, out_channels), {"kernel_size": 3, **options})
            put(machine, self.attrs["inner_blocks"], str(index), inner)
            put(machine, self.attrs["layer_blocks"], str(index), layer)
        self.attrs["extra_blocks"] = extra_blocks

    def forward(machine: Machine, self: Instance, x: Value) -> Value:
        maps = _maps(x)
        inner, layer = (machine.elements(self.attrs[name]) for name in ("inner_blocks", "layer_blocks"))
        names, given = list(maps), list(maps.values())
        if not given or len(given) > len(inner):
            raise Undetermined("the number of feature maps is another than that of the blocks")
        last = machine.call(inner[-1], (given[-1],))
        results = [machine.call(layer[-1], (last,))]
        for index in range(len(given) - 2, -1, -1):
            lateral = machine.call(inner[index], (given[index],))
            last = add(machine, lateral, interpolate(machine, last, shape_of(lateral)[-2:]))
            results.insert(0, machine.call(layer[index], (last,)))
        if self.attrs["extra_blocks"] is not None:
            rows = (ListValue(results), ListValue(given), ListValue(names))
            made = machine.call(self.attrs["extra_blocks"], rows)
            if not isinstance(made, tuple) or len(made) != 2:
                raise Undetermined("what the extra blocks return is not known")
            results, names = (sequence(machine, each) for each in made)
        return DictValue(dict(zip(names, results, strict=False)))


@block("LastLevelMaxPool", "feature_pyramid_network", "pooling", EXTRA)
class LastLevelMaxPool:
    def forward(machine: Machine, self: Instance, x: Value, y: Value, names: Value) -> Value:
        maps, labels = sequence(machine, x), sequence(machine, names)
        return ListValue([*maps, pooled("max_pool2d", 2, maps[-1], 1, 2)]), ListValue([*labels, "pool"])


@block("LastLevelP6P7", "feature_pyramid_network", "convolution", EXTRA)
class LastLevelP6P7:
    def __init__(machine: Machine, self: Instance, in_channels: Value, out_channels: Value) -> None:
        start(self)
        conv = library_class("torch.nn.Conv2d")
        self.attrs["p6"] = machine.call(conv, (in_channels, out_channels, 3, 2, 1))
        self.attrs["p7"] = machine.call(conv, (out_channels, out_channels, 3, 2, 1))
        self.attrs["use_P5"] = machine.equal(in_channels, out_channels)

    def forward(machine: Machine, self: Instance, p: Value, c: Value, names: Value) -> Value:
        maps, others, labels = (sequence(machine, each) for each in (p, c, names))
        if self.attrs["use_P5"] is None:
            raise Undetermined("which feature map is taken depends on channels that are not known")
        first = machine.call(self.attrs["p6"], (maps[-1] if self.attrs["use_P5"] else others[-1],))
        second = machine.call(self.attrs["p7"], (first,))
        return ListValue([*maps, first, second]), ListValue([*labels, "p6", "p7"])


# --- boxes ------------------------------------------------------------------------------------------------------------


@operator_of("nms", "boxes")
def nms(machine: Machine, boxes: Value, scores: Value, iou_threshold: Value) -> Value:
    return result((unknown_dim(),), "int64")


@operator_of("batched_nms", "boxes")
def batched_nms(machine: Machine, boxes: Value, scores: Value, idxs: Value, iou_threshold: Value) -> Value:
    return result((unknown_dim(),), "int64")


@operator_of("remove_small_boxes", "boxes")
def remove_small_boxes(machine: Machine, boxes: Value, min_size: Value) -> Value:
    return result((unknown_dim(),), "int64")


@operator_of("box_area", "boxes")
def box_area(machine: Machine, boxes: Value, fmt: Value = "xyxy") -> Value:
    return result(shape_of(boxes)[:-1], like=tensor(boxes))


@operator_of("clip_boxes_to_image", "boxes")
def clip_boxes_to_image(machine: Machine, boxes: Value, size: Value) -> Value:
    return result(shape_of(boxes), like=tensor(boxes))


@operator_of("box_convert", "boxes")
def box_convert(machine: Machine, boxes: Value, in_fmt: Value, out_fmt: Value) -> Value:
    if not {in_fmt, out_fmt} <= {"xyxy", "xywh", "cxcywh"}:
        raise Undetermined("boxes of this format are not followed")
    return result(shape_of(boxes), like=tensor(boxes))


def _declare_overlap(name: str) -> None:
    def overlap(machine: Machine, boxes1: Value, boxes2: Value, *args: Value, **options: Value) -> Value:
        one, other = shape_of(boxes1), shape_of(boxes2)
        return result((*one[:-1], other[-2]), like=tensor(boxes1))

    operator_of(name, "boxes")(overlap)


for _name in ("box_iou", "generalized_box_iou", "complete_box_iou", "distance_box_iou"):
    _declare_overlap(_name)


@operator_of("sigmoid_focal_loss", "focal_loss")
def sigmoid_focal_loss(
    machine: Machine, inputs: Value, targets: Value, alpha: Value = 0.25, gamma: Value = 2, reduction: Value = "none"
) -> Value:
    shape = shapes.broadcast(shape_of(inputs), shape_of(targets))
    if isinstance(reduction, Unknown):
        raise Undetermined(reduction.reason)
    return result(shape if reduction == "none" else (), like=tensor(inputs))
