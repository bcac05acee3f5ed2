"""`torchvision.transforms`: what becomes of an image or a batch of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, Expr, less, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text as shape_text
from cnnlint.frameworks.coerce import items, known
from cnnlint.frameworks.numpy.core import NDARRAY
from cnnlint.frameworks.numpy.pictures import CHANNELS, IMAGE, picture
from cnnlint.frameworks.torch.core import MODULE, TENSOR, TORCH, result
from cnnlint.frameworks.torch.dtypes import category
from cnnlint.frameworks.torch.layer import KINDS
from cnnlint.interpreter.values import Instance, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

T = "torchvision.transforms"


def sides_of(image: Value) -> tuple[Dim, Dim] | None:
    """Height and width of a PIL image or of a tensor with channels in front; None where they are not known."""
    if isinstance(image, Instance) and image.cls is IMAGE:
        return image.facts["height"], image.facts["width"]
    if isinstance(image, Tensor) and image.cls is not NDARRAY and image.shape is not None and len(image.shape) >= 2:
        return image.shape[-2], image.shape[-1]
    return None


def sized(machine: Machine, image: Value, height: Dim, width: Dim) -> Value:
    """The same image in another size."""
    if isinstance(image, Instance) and image.cls is IMAGE:
        return picture(machine, image.facts["mode"], width, height)
    if isinstance(image, Tensor) and image.cls is not NDARRAY and image.shape is not None and len(image.shape) >= 2:
        return result((*image.shape[:-2], height, width), like=image)
    raise Undetermined("what a transform is given is not known")


def to_tensor(machine: Machine, image: Value) -> Value:
    """`ToTensor`: channels in front, 8-bit images as numbers from 0 to 1."""
    if isinstance(image, Instance) and image.cls is IMAGE:
        height, width = image.facts["height"], image.facts["width"]
        mode = image.facts["mode"]
        if mode not in CHANNELS:
            return result((unknown_dim(), height, width), None)
        last, kind = CHANNELS[mode]
        return result(((*last, 1)[0], height, width), kind if mode in ("F", "I") else "float32")
    if isinstance(image, Tensor) and image.cls is NDARRAY and image.shape is not None:
        shape = image.shape if len(image.shape) == 3 else (*image.shape, 1)
        if len(shape) != 3:
            raise ShapeError(
                "rank-mismatch",
                f"`ToTensor` takes an array of 2 or 3 axes, not {shape_text(image.shape)}",
                exception="ValueError",
            )
        return result((shape[2], shape[0], shape[1]), "float32" if image.dtype == "uint8" else image.dtype)
    if isinstance(image, Tensor) and image.cls is TENSOR:
        raise ShapeError(
            "bad-argument",
            "`ToTensor` takes a PIL image or an array, not a tensor",
            help="leave it out: the data is a tensor already",
            exception="TypeError",
        )
    raise Undetermined("what a transform is given is not known")


def normalize(machine: Machine, image: Value, mean: Value, std: Value) -> Value:
    """`Normalize`: a tensor of real numbers with as many channels as there are means, or one mean for all."""
    if isinstance(image, Instance) and image.cls is IMAGE:
        raise ShapeError(
            "bad-argument",
            "`Normalize` takes a tensor, not a PIL image",
            help="put `ToTensor()` before it",
            exception="TypeError",
        )
    if not isinstance(image, Tensor) or image.shape is None:
        raise Undetermined("what a transform is given is not known")
    if image.dtype is not None and category(image.dtype) < 2:
        raise ShapeError(
            "bad-argument",
            f"`Normalize` takes real numbers, not {image.dtype}",
            help="convert the image first",
            exception="TypeError",
        )
    shape = image.shape
    for name, values in (("mean", mean), ("std", std)):
        listed = None if isinstance(values, (int, float, Unknown)) else items(values)
        count = 1 if listed is None else len(listed)
        channels = shape[-3] if len(shape) >= 3 else None
        if count > 1 and isinstance(channels, int) and channels not in (1, count):
            raise ShapeError(
                "elementwise-mismatch",
                f"`Normalize` has a {name} for {count} channels, the image has {channels}",
                expected=str(channels),
                actual=str(count),
                exception="RuntimeError",
            )
        if count > 1 and channels == 1:  # the mean has the image's axes in front: its result is written in place
            raise ShapeError(
                "elementwise-mismatch",
                f"`Normalize` has a {name} for {count} channels, the image has 1",
                help=f"give one {name}, or make the image one of {count} channels",
                expected="1",
                actual=str(count),
                exception="RuntimeError",
            )
    return result(shape, like=image)


def grayscale(machine: Machine, image: Value, channels: Value) -> Value:
    """`Grayscale(num_output_channels)`."""
    if channels not in (1, 3):
        raise Undetermined("how many channels are made is not known")
    if isinstance(image, Instance) and image.cls is IMAGE:
        return picture(machine, "L" if channels == 1 else "RGB", image.facts["width"], image.facts["height"])
    if isinstance(image, Tensor) and image.shape is not None and len(image.shape) >= 3:
        return result((*image.shape[:-3], channels, *image.shape[-2:]), like=image)
    raise Undetermined("what a transform is given is not known")


def pair(size: Value) -> tuple[Dim, Dim]:
    """A size that is one number for both sides, or height and width."""
    size = known(size)
    if isinstance(size, (int, Expr)):
        return size, size
    found = items(size)
    if found is None or not all(isinstance(each, (int, Expr)) for each in found) or len(found) not in (1, 2):
        raise Undetermined("a size is not known")
    return found[0], found[-1]


def resize(machine: Machine, image: Value, size: Value, bound: Value = None) -> Value:
    """`Resize`: to height and width; one number is the shorter side's, the other keeps its ratio."""
    size = known(size)
    listed = None if isinstance(size, (int, Expr)) else items(size)
    if listed is not None and len(listed) == 2:
        height, width = pair(size)
        return sized(machine, image, height, width)
    side = pair(size)[0]
    before = sides_of(image)
    if before is None:
        raise Undetermined("what a transform is given is not known")
    height, width = before
    if bound is not None or not (isinstance(height, int) and isinstance(width, int) and isinstance(side, int)):
        return sized(machine, image, unknown_dim(), unknown_dim())
    if height == width:
        return sized(machine, image, side, side)
    short, long = sorted((height, width))
    other = int(side * long / short)
    return sized(machine, image, *((side, other) if height < width else (other, side)))


def padded(machine: Machine, image: Value, padding: Value) -> Value:
    """`Pad`: one width for all sides, two for left/right and top/bottom, or four: left, top, right, bottom."""
    before, found = sides_of(image), None if isinstance(padding, int) else items(padding)
    if before is None:
        raise Undetermined("what a transform is given is not known")
    wide = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 4: (0, 1, 2, 3)}
    widths = (padding,) if found is None else found
    if len(widths) not in wide or not all(isinstance(each, int) for each in widths):
        raise Undetermined("a padding is not known")
    left, top, right, bottom = (widths[index] for index in wide[len(widths)])
    return sized(machine, image, before[0] + top + bottom, before[1] + left + right)


PLAIN = ("Compose", "ToTensor", "ToPILImage", "Lambda")
"""Transforms that are no modules, unless they are those of `v2`."""


def _of_several(call: Callable[..., Value]) -> Callable[..., Value]:
    """How a transform of `v2` is called: with an image, or with its target too."""

    def body(machine: Machine, self: Instance, *inputs: Value) -> Value:
        if len(inputs) == 1:
            return call(machine, self, *inputs)
        raise Undetermined("what transforms make of an image and its target is not followed")

    return body


def _transform(name: str) -> Callable[[type], object]:
    def declare(body: type) -> object:
        bases = () if name in PLAIN else (MODULE,)
        first = TORCH.define(f"{T}.{name}", f"{T}.transforms.{name}", bases=bases)(body)
        members = {**vars(body), "__call__": _of_several(vars(body)["__call__"])}
        second = TORCH.define(f"{T}.v2.{name}", bases=(MODULE,))(type(body.__name__, (), members))
        for cls in (first, second):
            KINDS[cls.qualified_name] = "transform"
        return first

    return declare


@_transform("Compose")
class Compose:
    def __init__(machine: Machine, self: Instance, transforms: Value) -> None:
        self.attrs["transforms"] = transforms

    def __call__(machine: Machine, self: Instance, img: Value, *more: Value) -> Value:
        if more:
            raise Undetermined("what transforms make of an image and its target is not followed")
        for each in machine.elements(self.attrs["transforms"]):
            img = machine.call(each, (img,))
        return img


@_transform("ToTensor")
class ToTensor:
    def __call__(machine: Machine, self: Instance, pic: Value) -> Value:
        return to_tensor(machine, pic)


@_transform("Normalize")
class Normalize:
    def __init__(machine: Machine, self: Instance, mean: Value, std: Value, inplace: Value = False) -> None:
        self.attrs |= {"mean": mean, "std": std}

    def __call__(machine: Machine, self: Instance, tensor: Value) -> Value:
        return normalize(machine, tensor, self.attrs["mean"], self.attrs["std"])


@_transform("Resize")
class Resize:
    def __init__(
        machine: Machine,
        self: Instance,
        size: Value,
        interpolation: Value = None,
        max_size: Value = None,
        antialias: Value = True,
    ) -> None:
        self.attrs |= {"size": size, "max_size": max_size}

    def __call__(machine: Machine, self: Instance, img: Value) -> Value:
        return resize(machine, img, self.attrs["size"], self.attrs["max_size"])


def _cropping(machine: Machine, self: Instance, size: Value, *args: Value, **kwargs: Value) -> None:
    self.attrs["size"] = size


def _cropped(machine: Machine, self: Instance, img: Value) -> Value:
    height, width = pair(self.attrs["size"])
    return sized(machine, img, height, width)


for _name in ("CenterCrop", "RandomResizedCrop"):
    _transform(_name)(type(_name, (), {"__init__": _cropping, "__call__": _cropped}))


@_transform("RandomCrop")
class RandomCrop:
    def __init__(
        machine: Machine,
        self: Instance,
        size: Value,
        padding: Value = None,
        pad_if_needed: Value = False,
        fill: Value = 0,
        padding_mode: Value = "constant",
    ) -> None:
        self.attrs |= {"size": size, "plain": padding is None and pad_if_needed is False}

    def __call__(machine: Machine, self: Instance, img: Value) -> Value:
        height, width = pair(self.attrs["size"])
        before = sides_of(img)
        if before is not None and self.attrs["plain"] and (less(before[0], height) or less(before[1], width)):
            raise ShapeError(
                "bad-argument",
                f"a crop of {shape_text((height, width))} is larger than the image, {shape_text(before)}",
                expected=shape_text(before),
                actual=shape_text((height, width)),
                exception="ValueError",
            )
        return sized(machine, img, height, width)


@_transform("Grayscale")
class Grayscale:
    def __init__(machine: Machine, self: Instance, num_output_channels: Value = 1) -> None:
        self.attrs["num_output_channels"] = num_output_channels

    def __call__(machine: Machine, self: Instance, img: Value) -> Value:
        return grayscale(machine, img, self.attrs["num_output_channels"])


@_transform("Pad")
class Pad:
    def __init__(
        machine: Machine, self: Instance, padding: Value, fill: Value = 0, padding_mode: Value = "constant"
    ) -> None:
        self.attrs["padding"] = padding

    def __call__(machine: Machine, self: Instance, img: Value) -> Value:
        return padded(machine, img, self.attrs["padding"])


@_transform("Lambda")
class Lambda:
    def __init__(machine: Machine, self: Instance, lambd: Value) -> None:
        self.attrs["lambd"] = lambd

    def __call__(machine: Machine, self: Instance, img: Value) -> Value:
        return machine.call(self.attrs["lambd"], (img,))


def _kept(machine: Machine, self: Instance, img: Value) -> Value:
    return img


def _any(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None: ...


for _name in (
    *("RandomHorizontalFlip", "RandomVerticalFlip", "ColorJitter", "RandomGrayscale", "RandomAffine", "GaussianBlur"),
    *("RandomErasing", "RandomPerspective", "RandomInvert", "RandomPosterize", "RandomSolarize", "RandomEqualize"),
    *("RandomAdjustSharpness", "RandomAutocontrast", "AutoAugment", "RandAugment", "TrivialAugmentWide", "AugMix"),
    *("ElasticTransform", "LinearTransformation"),
):
    _transform(_name)(type(_name, (), {"__init__": _any, "__call__": _kept}))


@_transform("RandomRotation")
class RandomRotation:
    def __init__(
        machine: Machine,
        self: Instance,
        degrees: Value,
        interpolation: Value = None,
        expand: Value = False,
        center: Value = None,
        fill: Value = 0,
    ) -> None:
        self.attrs["expand"] = expand

    def __call__(machine: Machine, self: Instance, img: Value) -> Value:
        return img if self.attrs["expand"] is False else sized(machine, img, unknown_dim(), unknown_dim())


@_transform("ToPILImage")
class ToPILImage:
    def __init__(machine: Machine, self: Instance, mode: Value = None) -> None:
        self.attrs["mode"] = mode

    def __call__(machine: Machine, self: Instance, pic: Value) -> Value:
        sides = sides_of(pic)
        if sides is None:
            raise Undetermined("what a transform is given is not known")
        channels = pic.shape[0] if isinstance(pic, Tensor) and pic.shape and len(pic.shape) == 3 else 1
        mode = {1: "L", 3: "RGB", 4: "RGBA"}.get(channels if isinstance(channels, int) else 0)
        return picture(machine, mode, sides[1], sides[0])


for _name in ("Identity", "GaussianNoise", "JPEG", "RandomChannelPermutation", "RandomPhotometricDistort"):
    KINDS[f"{T}.v2.{_name}"] = "transform"
    TORCH.define(f"{T}.v2.{_name}", bases=(MODULE,))(
        type(_name, (), {"__init__": _any, "__call__": _of_several(_kept)})
    )
