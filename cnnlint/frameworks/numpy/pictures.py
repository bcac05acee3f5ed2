"""Pillow's images: their mode and size, as far as the code states them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import unknown_dim
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.numpy.arguments import asarray, shape_of, size
from cnnlint.frameworks.numpy.core import NUMPY, array
from cnnlint.frameworks.numpy.operation import Operation, operation, unsized
from cnnlint.interpreter.values import ClassValue, HostProperty, Instance, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

IMAGE = ClassValue("PIL.Image.Image", library=True)
NUMPY.add("PIL.Image.Image", IMAGE)

CHANNELS: dict[str, tuple[tuple[int, ...], str]] = {
    "1": ((), "bool"),
    "L": ((), "uint8"),
    "P": ((), "uint8"),
    "LA": ((2,), "uint8"),
    "RGB": ((3,), "uint8"),
    "RGBA": ((4,), "uint8"),
    "CMYK": ((4,), "uint8"),
    "YCbCr": ((3,), "uint8"),
    "HSV": ((3,), "uint8"),
    "LAB": ((3,), "uint8"),
    "F": ((), "float32"),
    "I": ((), "int32"),
}
"""The last axes and the type of the array of an image, by its mode."""


def picture(machine: Machine, mode: str | None, width: Dim, height: Dim) -> Instance:
    """An image; its mode where it is known."""
    made = Instance(IMAGE, machine.place)
    made.facts |= {"mode": mode, "width": width, "height": height}
    return made


@operation("PIL.Image.open")
def open_(machine: Machine, fp: Value, *args: Value, **options: Value) -> Value:
    return picture(machine, None, unknown_dim(), unknown_dim())


@operation("PIL.Image.new")
def new(machine: Machine, mode: Value, size: Value, color: Value = 0) -> Value:
    width, height = _pair(size)
    return picture(machine, mode if isinstance(mode, str) else None, width, height)


@operation("PIL.Image.fromarray")
def fromarray(machine: Machine, obj: Value, mode: Value = None) -> Value:
    x = asarray(machine, obj)
    if x.shape is None:
        return picture(machine, None, unknown_dim(), unknown_dim())
    shape = shape_of(x)
    if len(shape) not in (2, 3):
        raise Undetermined("an image has two dimensions and channels")
    found = mode if isinstance(mode, str) else None
    if found is None and x.dtype == "uint8":
        last = shape[2] if len(shape) == 3 else 1
        found = {1: "L", 3: "RGB", 4: "RGBA"}.get(last if isinstance(last, int) else 0)
    return picture(machine, found, shape[1], shape[0])


def _pair(value: Value) -> tuple[Dim, Dim]:
    try:
        found = coerce.items(value)
    except Undetermined:
        found = None
    if found is None or len(found) != 2:
        return unknown_dim(), unknown_dim()
    return size(found[0]), size(found[1])


def _changed(machine: Machine, x: Instance, **facts: Value) -> Instance:
    found = {**x.facts, **facts}
    return picture(machine, found["mode"], found["width"], found["height"])


def convert(machine: Machine, self: Instance, mode: Value = None, *args: Value, **options: Value) -> Value:
    return _changed(machine, self, mode=mode if isinstance(mode, str) else None)


def resize(machine: Machine, self: Instance, size: Value, *args: Value, **options: Value) -> Value:
    width, height = _pair(size)
    return _changed(machine, self, width=width, height=height)


def crop(machine: Machine, self: Instance, box: Value = None) -> Value:
    try:
        ends = coerce.items(box)
    except Undetermined:
        ends = None
    if ends is not None and len(ends) == 4 and all(isinstance(end, int) for end in ends):
        return _changed(machine, self, width=ends[2] - ends[0], height=ends[3] - ends[1])
    return _changed(machine, self, width=unknown_dim(), height=unknown_dim())


def same(machine: Machine, self: Instance, *args: Value, **options: Value) -> Value:
    return _changed(machine, self)


def turned(machine: Machine, self: Instance, *args: Value, **options: Value) -> Value:
    return _changed(machine, self, width=unknown_dim(), height=unknown_dim())


def thumbnail(machine: Machine, self: Instance, *args: Value, **options: Value) -> None:
    machine.touch(self)
    self.facts |= {"width": unknown_dim(), "height": unknown_dim()}


def as_array(machine: Machine, self: Instance, *args: Value, **options: Value) -> Value:
    mode = self.facts["mode"]
    if mode not in CHANNELS:
        return unsized("the mode of an image is known at run time only")
    last, dtype = CHANNELS[mode]
    return array((self.facts["height"], self.facts["width"], *last), dtype)


def split(machine: Machine, self: Instance) -> Value:
    mode = self.facts["mode"]
    if mode not in CHANNELS:
        raise Undetermined("the mode of an image is known at run time only")
    return tuple(_changed(machine, self, mode="L") for _ in range((*CHANNELS[mode][0], 1)[0]))


def nothing(machine: Machine, self: Instance, *args: Value, **options: Value) -> None:
    return None


METHODS: dict[str, Callable[..., Value]] = {
    "convert": convert,
    "resize": resize,
    "crop": crop,
    "copy": same,
    "filter": same,
    "point": same,
    "rotate": turned,
    "transpose": turned,
    "transform": turned,
    "thumbnail": thumbnail,
    "split": split,
    "save": nothing,
    "show": nothing,
    "load": nothing,
    "close": nothing,
    "__array__": as_array,
}
for _name, _body in METHODS.items():
    IMAGE.namespace[_name] = Operation(f"PIL.Image.{_name}", _body, gives_array=False)


def _size(machine: Machine, self: Instance) -> Value:
    return (self.facts["width"], self.facts["height"])


def _width(machine: Machine, self: Instance) -> Value:
    return self.facts["width"]


def _height(machine: Machine, self: Instance) -> Value:
    return self.facts["height"]


def _mode(machine: Machine, self: Instance) -> Value:
    return self.facts["mode"] or Unknown("the mode of an image is known at run time only")


for _name, _getter in (("size", _size), ("width", _width), ("height", _height), ("mode", _mode)):
    IMAGE.namespace[_name] = HostProperty(_getter)

for _place, _name in enumerate(("NEAREST", "LANCZOS", "BILINEAR", "BICUBIC", "BOX", "HAMMING")):
    NUMPY.add(f"PIL.Image.{_name}", _place)
    NUMPY.add(f"PIL.Image.Resampling.{_name}", _place)
NUMPY.add("PIL.Image.ANTIALIAS", 1)
