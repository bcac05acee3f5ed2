"""Images read and resized: OpenCV, scikit-image, imageio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import unknown_dim
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.coerce import flag
from cnnlint.frameworks.numpy.arguments import arrays, asarray, shape_of, size, sizes
from cnnlint.frameworks.numpy.core import NUMPY, array
from cnnlint.frameworks.numpy.joining import concatenated
from cnnlint.frameworks.numpy.operation import operation, unsized
from cnnlint.frameworks.numpy.reshaping import viewed
from cnnlint.interpreter.values import HostFunction

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

AT_RUN_TIME = "an image's data are known at run time only"

CODES = {
    "BGR2BGRA": (0, 4),
    "RGB2RGBA": (0, 4),
    "BGRA2BGR": (1, 3),
    "RGBA2RGB": (1, 3),
    "BGR2RGBA": (2, 4),
    "RGBA2BGR": (3, 3),
    "BGRA2RGB": (3, 3),
    "BGR2RGB": (4, 3),
    "RGB2BGR": (4, 3),
    "BGR2GRAY": (6, 1),
    "RGB2GRAY": (7, 1),
    "GRAY2BGR": (8, 3),
    "GRAY2RGB": (8, 3),
    "GRAY2BGRA": (9, 4),
    "GRAY2RGBA": (9, 4),
    "BGRA2GRAY": (10, 1),
    "RGBA2GRAY": (11, 1),
    "BGR2YCrCb": (36, 3),
    "BGR2YCR_CB": (36, 3),
    "RGB2YCrCb": (37, 3),
    "RGB2YCR_CB": (37, 3),
    "YCrCb2BGR": (38, 3),
    "YCrCb2RGB": (39, 3),
    "BGR2HSV": (40, 3),
    "RGB2HSV": (41, 3),
    "BGR2Lab": (44, 3),
    "BGR2LAB": (44, 3),
    "RGB2Lab": (45, 3),
    "RGB2LAB": (45, 3),
    "BGR2HLS": (52, 3),
    "RGB2HLS": (53, 3),
    "HSV2BGR": (54, 3),
    "HSV2RGB": (55, 3),
    "Lab2BGR": (56, 3),
    "LAB2BGR": (56, 3),
    "Lab2RGB": (57, 3),
    "LAB2RGB": (57, 3),
    "BGR2YUV": (82, 3),
    "RGB2YUV": (83, 3),
    "YUV2BGR": (84, 3),
    "YUV2RGB": (85, 3),
}
"""OpenCV's conversions of colours: their numbers, and how many channels come out (1: no axis of channels)."""

CHANNELS = dict(CODES.values())
CONSTANTS = {
    "IMREAD_UNCHANGED": -1,
    "IMREAD_GRAYSCALE": 0,
    "IMREAD_COLOR": 1,
    "IMREAD_COLOR_BGR": 1,
    "CV_LOAD_IMAGE_COLOR": 1,
    "CV_LOAD_IMAGE_GRAYSCALE": 0,
    "INTER_NEAREST": 0,
    "INTER_LINEAR": 1,
    "INTER_CUBIC": 2,
    "INTER_AREA": 3,
    "INTER_LANCZOS4": 4,
    "ROTATE_90_CLOCKWISE": 0,
    "ROTATE_180": 1,
    "ROTATE_90_COUNTERCLOCKWISE": 2,
    "BORDER_CONSTANT": 0,
    "BORDER_REPLICATE": 1,
    "BORDER_REFLECT": 2,
    "THRESH_BINARY": 0,
    "THRESH_BINARY_INV": 1,
    "THRESH_OTSU": 8,
    "NORM_MINMAX": 32,
}

for _name, _value in CONSTANTS.items():
    NUMPY.add(f"cv2.{_name}", _value)
for _name, (_value, _) in CODES.items():
    NUMPY.add(f"cv2.COLOR_{_name}", _value)


@operation("cv2.imread", gives_array=True)
def imread(machine: Machine, filename: Value, flags: Value = 1) -> Value:
    """A missing file gives None, with which nothing else would run."""
    if flags in (0, 1) and not isinstance(flags, float):
        sides = (unknown_dim(), unknown_dim())
        return array((*sides, 3) if flags else sides, "uint8")
    raise Undetermined(AT_RUN_TIME)


@operation("cv2.imdecode", gives_array=True)
def imdecode(machine: Machine, buf: Value, flags: Value) -> Value:
    return imread(machine, buf, flags)


def _sides(value: Value) -> Shape | None:
    """Height and width from OpenCV's (width, height)."""
    if value is None:
        return None
    try:
        found = coerce.items(value)
    except Undetermined:
        return None
    if found is None or len(found) != 2:
        return None
    return (size(found[1]), size(found[0]))


@operation("cv2.resize", gives_array=True)
def resize(machine: Machine, src: Value, dsize: Value = None, *args: Value, **options: Value) -> Value:
    x = asarray(machine, src, "src")
    sides = _sides(dsize) or (unknown_dim(), unknown_dim())
    shape = shape_of(x)
    if not 2 <= len(shape) <= 3:
        raise Undetermined(f"an image has two or three dimensions, not {len(shape)}")
    return array((*sides, *_channels(shape)), x.dtype)


def _channels(shape: Shape) -> Shape:
    """The channels that OpenCV keeps: a single one loses its axis."""
    if len(shape) == 2 or (isinstance(shape[2], int) and shape[2] == 1):
        return ()
    if isinstance(shape[2], int):
        return (shape[2],)
    raise Undetermined("whether an image has a single channel is not known")


@operation("cv2.cvtColor", gives_array=True)
def cvt_color(machine: Machine, src: Value, code: Value, *args: Value, **options: Value) -> Value:
    x = asarray(machine, src, "src")
    shape = shape_of(x) if x.shape is not None else (unknown_dim(), unknown_dim())
    if not isinstance(code, int) or code not in CHANNELS:
        raise Undetermined("a conversion of colours is not known")
    channels = CHANNELS[code]
    return array(shape[:2] if channels == 1 else (*shape[:2], channels), x.dtype)


def _declare_same(name: str) -> None:
    def body(machine: Machine, src: Value, *args: Value, **options: Value) -> Value:
        x = asarray(machine, src, "src")
        if x.shape is not None and len(x.shape) == 3:
            return array((*x.shape[:2], *_channels(x.shape)), x.dtype)
        return array(x.shape, x.dtype)

    operation(f"cv2.{name}", gives_array=True)(body)


for _name in (
    "GaussianBlur",
    "medianBlur",
    "blur",
    "bilateralFilter",
    "equalizeHist",
    "flip",
    "erode",
    "dilate",
    "morphologyEx",
    "bitwise_not",
    "add",
    "subtract",
    "addWeighted",
    "convertScaleAbs",
):
    _declare_same(_name)


@operation("cv2.Canny", gives_array=True)
def canny(machine: Machine, image: Value, *args: Value, **options: Value) -> Value:
    return array(shape_of(asarray(machine, image))[:2], "uint8")


@operation("cv2.threshold")
def threshold(machine: Machine, src: Value, *args: Value, **options: Value) -> Value:
    x = asarray(machine, src)
    return (array((), "float64"), array(x.shape, x.dtype))


@operation("cv2.rotate", gives_array=True)
def rotate(machine: Machine, src: Value, rotateCode: Value, *args: Value) -> Value:
    x = asarray(machine, src)
    shape = shape_of(x)
    sides = shape[:2] if rotateCode == 1 else shape[1::-1]
    return array((*sides, *(_channels(shape) if len(shape) == 3 else ())), x.dtype)


@operation("cv2.warpAffine", "cv2.warpPerspective", gives_array=True)
def warp(machine: Machine, src: Value, M: Value, dsize: Value, *args: Value, **options: Value) -> Value:
    x = asarray(machine, src)
    sides = _sides(dsize) or (unknown_dim(), unknown_dim())
    return array((*sides, *_channels(shape_of(x))), x.dtype)


@operation("cv2.copyMakeBorder", gives_array=True)
def border(
    machine: Machine, src: Value, top: Value, bottom: Value, left: Value, right: Value, *args: Value, **options: Value
) -> Value:
    x = asarray(machine, src)
    shape = shape_of(x)
    sides = (shape[0] + size(top) + size(bottom), shape[1] + size(left) + size(right))
    return array((*sides, *(_channels(shape) if len(shape) == 3 else ())), x.dtype)


@operation("cv2.split")
def split(machine: Machine, m: Value) -> Value:
    x = asarray(machine, m)
    shape = shape_of(x)
    if len(shape) != 3 or not isinstance(shape[2], int):
        raise Undetermined("how many channels an image has is not known")
    return tuple(array(shape[:2], x.dtype) for _ in range(shape[2]))


@operation("cv2.merge", gives_array=True)
def merge(machine: Machine, mv: Value) -> Value:
    parts = arrays(machine, mv)
    return concatenated([viewed(part, (*shape_of(part), 1)) for part in parts], -1)


def _quiet(machine: Machine, *args: Value, **options: Value) -> None:
    return None


for _name in (
    "cv2.imshow",
    "cv2.imwrite",
    "cv2.waitKey",
    "cv2.destroyAllWindows",
    "cv2.namedWindow",
    "skimage.io.imsave",
    "skimage.io.imshow",
    "skimage.io.show",
    "imageio.imwrite",
    "imageio.v2.imwrite",
):
    NUMPY.add(_name, HostFunction(_name, _quiet))


# --- scikit-image, imageio --------------------------------------------------------------------------------------------


@operation(
    "skimage.io.imread",
    "imageio.imread",
    "imageio.v2.imread",
    "imageio.v3.imread",
    "matplotlib.pyplot.imread",
    "matplotlib.image.imread",
    "scipy.misc.imread",
    "scipy.ndimage.imread",
)
def read_image(machine: Machine, *args: Value, **options: Value) -> Value:
    return unsized(AT_RUN_TIME)


@operation("skimage.transform.resize", gives_array=True)
def transform_resize(machine: Machine, image: Value, output_shape: Value, *args: Value, **options: Value) -> Value:
    x = asarray(machine, image)
    shape, wanted = shape_of(x), sizes(output_shape)
    if flag(options.get("preserve_range", False)) or x.dtype is None:
        return array((*wanted, *shape[len(wanted) :]))
    return array((*wanted, *shape[len(wanted) :]), "float32" if x.dtype in ("float32", "float16") else "float64")


@operation("skimage.color.rgb2gray", gives_array=True)
def rgb2gray(machine: Machine, rgb: Value, **options: Value) -> Value:
    x = asarray(machine, rgb)
    shape = shape_of(x)
    if len(shape) < 3:
        raise Undetermined("an image without channels has no colours")
    return array(shape[:-1], "float32" if x.dtype == "float32" else "float64" if x.dtype is not None else None)


@operation("skimage.color.gray2rgb", gives_array=True)
def gray2rgb(machine: Machine, image: Value, **options: Value) -> Value:
    x = asarray(machine, image)
    return array((*shape_of(x), 3), x.dtype)


@operation("skimage.img_as_float", "skimage.util.img_as_float", gives_array=True)
def img_as_float(machine: Machine, image: Value, *args: Value) -> Value:
    x = asarray(machine, image)
    return array(x.shape, x.dtype if x.dtype is not None and x.dtype.startswith("float") else None)


# --- scipy ------------------------------------------------------------------------------------------------------------


@operation("scipy.special.softmax", "scipy.special.log_softmax", "scipy.special.expit", gives_array=True)
def softmax(machine: Machine, x: Value, *args: Value, **options: Value) -> Value:
    found = asarray(machine, x)
    return array(found.shape, found.dtype if found.dtype in ("float32", "float64") else None)


@operation(
    "scipy.ndimage.rotate",
    "scipy.ndimage.zoom",
    "scipy.ndimage.shift",
    "scipy.ndimage.gaussian_filter",
    "scipy.signal.resample",
    "scipy.io.loadmat",
    "scipy.io.wavfile.read",
    "h5py.File",
)
def not_followed(machine: Machine, *args: Value, **options: Value) -> Value:
    raise Undetermined("its result is not followed")
