"""`torchvision.transforms.functional`: the transforms as functions of an image or a batch of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import unknown_dim
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.coerce import dim
from cnnlint.frameworks.torch.core import TORCH
from cnnlint.frameworks.torch.torchvision_transforms import (
    grayscale,
    normalize,
    padded,
    pair,
    resize,
    sides_of,
    sized,
    to_tensor,
)
from cnnlint.interpreter.values import HostFunction

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

MODULES = ("torchvision.transforms.functional", "torchvision.transforms.v2.functional")


def _function(*names: str) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    def declare(body: Callable[..., Value]) -> Callable[..., Value]:
        for module in MODULES:
            for name in names:
                TORCH.add(f"{module}.{name}", HostFunction(f"{module}.{name}", body))
        return body

    return declare


@_function("to_tensor")
def _to_tensor(machine: Machine, pic: Value) -> Value:
    return to_tensor(machine, pic)


@_function("normalize")
def _normalize(machine: Machine, tensor: Value, mean: Value, std: Value, inplace: Value = False) -> Value:
    return normalize(machine, tensor, mean, std)


@_function("resize")
def _resize(
    machine: Machine,
    img: Value,
    size: Value,
    interpolation: Value = None,
    max_size: Value = None,
    antialias: Value = True,
) -> Value:
    return resize(machine, img, size, max_size)


@_function("center_crop")
def _center_crop(machine: Machine, img: Value, output_size: Value) -> Value:
    height, width = pair(output_size)
    return sized(machine, img, height, width)


@_function("crop")
def _crop(machine: Machine, img: Value, top: Value, left: Value, height: Value, width: Value) -> Value:
    return sized(machine, img, dim(height), dim(width))


@_function("resized_crop")
def _resized_crop(
    machine: Machine,
    img: Value,
    top: Value,
    left: Value,
    height: Value,
    width: Value,
    size: Value,
    *args: Value,
    **kwargs: Value,
) -> Value:
    return resize(machine, sized(machine, img, dim(height), dim(width)), size)


@_function("pad")
def _pad(machine: Machine, img: Value, padding: Value, fill: Value = 0, padding_mode: Value = "constant") -> Value:
    return padded(machine, img, padding)


@_function("rotate")
def _rotate(
    machine: Machine,
    img: Value,
    angle: Value,
    interpolation: Value = None,
    expand: Value = False,
    *args: Value,
    **kwargs: Value,
) -> Value:
    if sides_of(img) is None:
        raise Undetermined("what a transform is given is not known")
    return img if expand is False else sized(machine, img, unknown_dim(), unknown_dim())


@_function("rgb_to_grayscale", "to_grayscale")
def _grayscale(machine: Machine, img: Value, num_output_channels: Value = 1) -> Value:
    return grayscale(machine, img, num_output_channels)


@_function(
    *("hflip", "vflip", "horizontal_flip", "vertical_flip", "adjust_brightness", "adjust_contrast"),
    *("adjust_saturation", "adjust_hue", "adjust_gamma", "adjust_sharpness", "autocontrast", "equalize", "invert"),
    *("gaussian_blur", "posterize", "solarize"),
)
def _kept(machine: Machine, img: Value, *args: Value, **kwargs: Value) -> Value:
    return img
