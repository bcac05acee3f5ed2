"""Layers that prepare images: random augmentation, cropping, resizing. They keep the shape but for a few.

The parameters of each class stand in a table: what must be given and what may be. `ranges` has what they must be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnnlint.engine.errors import ShapeError
from cnnlint.engine.resizing import resize
from cnnlint.engine.shape import text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import ranges
from cnnlint.frameworks.keras.arguments import channels_axis, same
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.core import KERAS, open_dim, result
from cnnlint.frameworks.keras.layer import configure, initialize, layer
from cnnlint.frameworks.keras.options import check_shared
from cnnlint.frameworks.keras.structure import map_structure
from cnnlint.interpreter.values import DictValue, Instance, Tensor, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine


class Parameters(NamedTuple):
    """What a constructor takes, in order."""

    required: str
    optional: str


TABLE = {
    "AugMix": Parameters("", "value_range num_chains chain_depth factor alpha all_ops interpolation seed data_format"),
    "AutoContrast": Parameters("", "value_range"),
    "ContrastLimitedAdaptiveHistogramEqualization": Parameters("", "value_range clip_limit tile_grid_size data_format"),
    "CutMix": Parameters("", "factor seed data_format"),
    "Equalization": Parameters("", "value_range bins data_format"),
    "MaxNumBoundingBoxes": Parameters("max_number", "fill_value"),
    "MixUp": Parameters("", "alpha data_format seed"),
    "RandAugment": Parameters("", "value_range num_ops factor interpolation seed data_format"),
    "RandomBrightness": Parameters("factor", "value_range seed"),
    "RandomColorDegeneration": Parameters("factor", "value_range data_format seed"),
    "RandomColorJitter": Parameters(
        "", "value_range brightness_factor contrast_factor saturation_factor hue_factor seed data_format"
    ),
    "RandomContrast": Parameters("factor", "value_range seed"),
    "RandomElasticTransform": Parameters(
        "", "factor scale interpolation fill_mode fill_value value_range seed data_format"
    ),
    "RandomErasing": Parameters("", "factor scale fill_value value_range seed data_format"),
    "RandomFlip": Parameters("", "mode seed data_format"),
    "RandomGaussianBlur": Parameters("", "factor kernel_size sigma value_range data_format seed"),
    "RandomGrayscale": Parameters("", "factor data_format seed"),
    "RandomHue": Parameters("factor", "value_range data_format seed"),
    "RandomInvert": Parameters("", "factor value_range seed data_format"),
    "RandomPerspective": Parameters("", "factor scale interpolation fill_value seed data_format"),
    "RandomPosterization": Parameters("factor", "value_range data_format seed"),
    "RandomRotation": Parameters("factor", "fill_mode interpolation seed fill_value data_format"),
    "RandomSaturation": Parameters("factor", "value_range data_format seed"),
    "RandomSharpness": Parameters("factor", "value_range data_format seed"),
    "RandomShear": Parameters("", "x_factor y_factor interpolation fill_mode fill_value data_format seed"),
    "RandomTranslation": Parameters(
        "height_factor width_factor", "fill_mode interpolation seed fill_value data_format"
    ),
    "RandomZoom": Parameters("height_factor", "width_factor fill_mode interpolation seed fill_value data_format"),
    "Solarization": Parameters("", "addition_factor threshold_factor value_range seed"),
}
BASE = ("bounding_box_format", "data_format")
"""Options that every layer of images takes."""


def bind(
    name: str, parameters: Parameters, args: tuple[Value, ...], kwargs: dict[str, Value]
) -> tuple[dict[str, Value], dict[str, Value]]:
    """The arguments by name, and the options that are left for every layer. Raises ShapeError "bad-call"."""
    names = (*parameters.required.split(), *parameters.optional.split())
    complaint = None
    if len(args) > len(names):
        complaint = f"takes {len(names)} positional arguments but {len(args)} were given"
    given = dict(zip(names, args, strict=False))
    for key in kwargs:
        if key in given:
            complaint = complaint or f"got multiple values for argument `{key}`"
    values = {**given, **{key: value for key, value in kwargs.items() if key in names}}
    missing = [key for key in parameters.required.split() if key not in values]
    if complaint or missing:
        raise ShapeError(
            "bad-call",
            f"`keras.layers.{name}` {complaint or f'missing required argument `{missing[0]}`'}",
            exception="TypeError",
        )
    return values, {key: value for key, value in kwargs.items() if key not in names and key not in BASE}


def images(machine: Machine, inputs: Value) -> Value:
    """Images of any size, one or a batch; boxes and labels that come with them stay. Raises ShapeError."""

    def keep(leaf: Value) -> Value:
        return same(leaf) if isinstance(leaf, Tensor) else leaf

    if inputs is None:
        raise ShapeError("bad-call", "images are missing: the layer is called on None", exception="AttributeError")
    first = inputs.items.get("images") if isinstance(inputs, DictValue) else inputs
    if isinstance(first, Tensor):
        check_image(first)
    return map_structure(keep, inputs)


def check_image(tensor: Tensor) -> None:
    """One image has three dimensions, a batch four. Raises ShapeError "rank-mismatch"."""
    if tensor.shape is not None and len(tensor.shape) not in (3, 4):
        raise ShapeError(
            "rank-mismatch",
            f"images have 3 dimensions, or 4 in a batch, not {text(tensor.shape)}",
            expected="3 or 4",
            actual=str(len(tensor.shape)),
            exception="ValueError",
        )


def _fewer_boxes(self: Instance, data: Value) -> Value:
    """The boxes and labels that come with images, cut or filled up to the layer's number."""
    if data is None:
        raise ShapeError("bad-call", "images are missing: the layer is called on None", exception="AttributeError")
    boxes = data.items.get("bounding_boxes") if isinstance(data, DictValue) else None
    if not isinstance(data, DictValue) or not isinstance(boxes, DictValue):
        return data
    given = self.attrs["max_number"]
    count = int(given) if isinstance(given, (str, float)) else coerce.dim(given)
    made = {}
    for key, leaf in boxes.items.items():
        shape = coerce.shape_of(leaf, str(key))
        if len(shape) < 2:
            raise ShapeError("rank-mismatch", f"`{key}` need a batch and a box axis, not {text(shape)}")
        made[key] = result((*shape[:1], count, *shape[2:]), like=coerce.tensor(leaf))
    return DictValue({**data.items, "bounding_boxes": DictValue(made)}, data.unknown, data.cls)


def _check_colours(self: Instance, data: Value) -> None:
    """Images of three channels. Raises ShapeError "channel-mismatch"."""
    if not isinstance(data, Tensor) or data.shape is None:
        return
    check_image(data)
    channels = data.shape[-1 if self.attrs["data_format"] == "channels_last" else -3]
    if isinstance(channels, int) and channels != 3:
        raise ShapeError(
            "channel-mismatch",
            f"`{self.cls.name}` takes images of 3 channels, not {channels}",
            expected="3",
            actual=str(channels),
            exception="ValueError",
        )


def _declare(name: str, parameters: Parameters) -> None:
    @layer(name, kind="augmentation")
    class Augmentation:
        def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
            values, rest = bind(name, parameters, args, kwargs)
            if name in ranges.WITH_FACTOR and (factor := rest.pop("factor", None)):
                ranges.WIDE("factor", factor)
            initialize(machine, self, rest)
            ranges.check(name, values)
            check_shared(machine, values)
            configure(self, **values)
            self.attrs["data_format"] = format_of(machine, {**kwargs, **values}.get("data_format"))

        def call(machine: Machine, self: Instance, inputs: Value, training: Value = True) -> Value:
            if name == "MaxNumBoundingBoxes":
                return _fewer_boxes(self, inputs)
            if name == "RandomColorDegeneration":
                _check_colours(self, inputs)
            return images(machine, inputs)


for _name, _parameters in TABLE.items():
    _declare(_name, _parameters)


def _resized(machine: Machine, self: Instance, data: Value) -> Value:
    """Images of the layer's height and width, with what else comes with them."""
    wanted = tuple(
        open_dim(machine, name) if self.attrs[name] is None else self.attrs[name] for name in ("height", "width")
    )
    axis = channels_axis(self.attrs["data_format"])

    def change(leaf: Value) -> Value:
        tensor = coerce.tensor(leaf)
        check_image(tensor)
        return result(resize(coerce.shape_of(tensor), wanted, channels_axis=axis, unbatched=True), like=tensor)

    if isinstance(data, DictValue) and "images" in data.items:
        return DictValue({**data.items, "images": change(data.items["images"])}, data.unknown, data.cls)
    return change(data)


def _configure_size(
    machine: Machine,
    self: Instance,
    height: Value,
    width: Value,
    data_format: Value,
    kwargs: dict[str, Value],
    **more: Value,
) -> None:
    kwargs.pop("bounding_box_format", None)
    initialize(machine, self, kwargs)
    configure(
        self,
        height=height if height is None else coerce.dim(height, "height"),
        width=width if width is None else coerce.dim(width, "width"),
        data_format=format_of(machine, data_format),
        **more,
    )


@layer("Resizing", kind="reshape")
class Resizing:
    def __init__(
        machine: Machine,
        self: Instance,
        height: Value,
        width: Value,
        interpolation: Value = "bilinear",
        crop_to_aspect_ratio: Value = False,
        pad_to_aspect_ratio: Value = False,
        fill_mode: Value = "constant",
        fill_value: Value = 0.0,
        antialias: Value = False,
        data_format: Value = None,
        **kwargs: Value,
    ) -> None:
        _configure_size(machine, self, height, width, data_format, kwargs, interpolation=interpolation)

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = True) -> Value:
        return _resized(machine, self, inputs)


@layer("CenterCrop", kind="reshape")
class CenterCrop:
    def __init__(
        machine: Machine, self: Instance, height: Value, width: Value, data_format: Value = None, **kwargs: Value
    ) -> None:
        _configure_size(machine, self, height, width, data_format, kwargs)

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = True) -> Value:
        return _resized(machine, self, inputs)


@layer("RandomCrop", kind="augmentation")
class RandomCrop:
    def __init__(
        machine: Machine,
        self: Instance,
        height: Value,
        width: Value,
        seed: Value = None,
        data_format: Value = None,
        name: Value = None,
        **kwargs: Value,
    ) -> None:
        _configure_size(machine, self, height, width, data_format, {"name": name, **kwargs})

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = True) -> Value:
        return _resized(machine, self, inputs)


KERAS.alias("keras.layers.experimental.preprocessing", "keras.layers")
KERAS.alias("keras.layers.preprocessing", "keras.layers")
