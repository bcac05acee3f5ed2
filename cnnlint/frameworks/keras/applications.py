"""`keras.applications`: the functions that make its models, with their own signatures and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import activation
from cnnlint.frameworks.keras.architecture import build, table
from cnnlint.frameworks.keras.arguments import refused, same
from cnnlint.frameworks.keras.core import KERAS, settings
from cnnlint.frameworks.keras.graph import node_of
from cnnlint.interpreter.values import HostFunction, Tensor, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine

MODULES = {
    "convnext": "ConvNeXtTiny ConvNeXtSmall ConvNeXtBase ConvNeXtLarge ConvNeXtXLarge",
    "densenet": "DenseNet121 DenseNet169 DenseNet201",
    "efficientnet": "EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5"
    " EfficientNetB6 EfficientNetB7",
    "efficientnet_v2": "EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2S"
    " EfficientNetV2M EfficientNetV2L",
    "inception_resnet_v2": "InceptionResNetV2",
    "inception_v3": "InceptionV3",
    "mobilenet": "MobileNet",
    "mobilenet_v2": "MobileNetV2",
    "mobilenet_v3": "MobileNetV3Small MobileNetV3Large",
    "nasnet": "NASNetMobile NASNetLarge",
    "resnet": "ResNet50 ResNet101 ResNet152",
    "resnet_v2": "ResNet50V2 ResNet101V2 ResNet152V2",
    "vgg16": "VGG16",
    "vgg19": "VGG19",
    "xception": "Xception",
}
LEARNED_SIZES = {"MobileNet": (128, 160, 192, 224), "MobileNetV2": (96, 128, 160, 192, 224)}
"""Sizes that have weights of their own."""


class Request:
    """The arguments that all of them share, checked as Keras checks them."""

    def __init__(
        self,
        machine: Machine,
        name: str,
        include_top: Value,
        weights: Value,
        input_tensor: Value,
        input_shape: Value,
        pooling: Value,
        classes: Value,
        classifier_activation: Value,
    ) -> None:
        if settings(machine).data_format != "channels_last":
            raise Undetermined("cnnlint's tables hold the models with the channels last")
        self.machine = machine
        self.name = name
        self.top = coerce.flag(include_top)
        self.imagenet = not isinstance(weights, Unknown) and weights == "imagenet"
        self.weights = weights
        self.tensor = input_tensor
        self.shape = None if input_shape is None else self._stated(input_shape)
        self.pooling = pooling
        self.words = {"$classes": classes, "$activation": classifier_activation}
        if self.imagenet and self.top and isinstance(classes, int) and classes != 1000:
            raise refused(
                f"`weights='imagenet'` with `include_top=True` has 1000 classes, not {classes}",
                help="set `include_top=False` and add a classifier of your own, or `weights=None`",
                expected="1000",
                actual=str(classes),
            )
        if self.top and weights is not None and not isinstance(weights, Unknown):
            chosen = activation.name_of(activation.get(classifier_activation))
            if chosen not in ("softmax", "linear", None):
                raise refused("`classifier_activation` must be 'softmax' or None where weights are loaded")

    def _stated(self, value: Value) -> tuple[Value, ...]:
        items = coerce.items(value)
        if items is None:
            raise refused("`input_shape` must be a tuple of three integers")
        return tuple(None if item is None else coerce.dim(item, "input_shape") for item in items)

    @property
    def form(self) -> str:
        """Which end the model has."""
        if self.top:
            return "top"
        return self.pooling if self.pooling in ("avg", "max") else "plain"

    def obtained(self, default: int, least: int) -> tuple[Value, ...]:
        """`imagenet_utils.obtain_input_shape`. Raises ShapeError "bad-argument" as it does."""
        shape = self.shape
        channels = shape[-1] if shape and len(shape) == 3 and not self.imagenet else 3
        usual = (default, default, channels)
        if self.imagenet and self.top:
            if shape is not None and all(isinstance(size, int) for size in shape) and shape != usual:
                raise refused(
                    f"`input_shape` must be {usual} with `include_top=True` and ImageNet weights, got {shape}"
                )
            return usual
        if not shape:
            return usual if self.top else (None, None, 3)
        if len(shape) != 3:
            raise refused(f"`input_shape` must be a tuple of three integers, got {len(shape)}")
        if self.imagenet and isinstance(shape[-1], int) and shape[-1] != 3:
            raise refused(
                f"ImageNet weights need an input of 3 channels, got {shape[-1]}", expected="3", actual=str(shape[-1])
            )
        _check_least(shape, least)
        if self.top and None in shape:
            raise refused("`include_top=True` needs a static `input_shape`")
        return shape

    def build(
        self,
        shape: tuple[Value, ...],
        model_name: Value,
        *,
        preprocessing: Value = True,
        alpha: Value = 1.0,
        minimalistic: bool = False,
    ) -> Value:
        """The model on its own input, or on the tensor that the code gives."""
        conditions = {"weights"} if self.imagenet else set()
        if coerce.flag(preprocessing):
            conditions.add("preprocessing")
        tensor = self.tensor if isinstance(self.tensor, Tensor) and node_of(self.tensor) is not None else None
        if tensor is None and self.tensor is not None:
            raise Undetermined("the input tensor of a model is not known")
        if tensor is not None and tensor.shape is None:
            raise Undetermined("the shape of a model's input tensor is not known")
        return build(
            self.machine,
            self.name,
            shape if tensor is None else tensor,
            form=self.form,
            model_name=model_name,
            words=self.words,
            conditions=frozenset(conditions),
            alpha=alpha,
            minimalistic=minimalistic,
        )


def _check_least(shape: tuple[Value, ...], least: int) -> None:
    small = [size for size in shape[:2] if isinstance(size, int) and size < least]
    if small:
        raise refused(
            f"`input_shape` must be at least {least}x{least}, got {'x'.join(map(str, shape[:2]))}",
            expected=f"at least {least}",
            actual=str(small[0]),
        )


def _usual(machine: Machine, name: str, model_name: Value, preprocessing: Value, *shared: Value) -> Value:
    data = table(name)
    request = Request(machine, name, *shared)
    return request.build(request.obtained(data["size"], data["minimum"]), model_name, preprocessing=preprocessing)


def _plain(name: str, title: str) -> Callable[..., Value]:
    def model(
        machine: Machine,
        include_top: Value = True,
        weights: Value = "imagenet",
        input_tensor: Value = None,
        input_shape: Value = None,
        pooling: Value = None,
        classes: Value = 1000,
        classifier_activation: Value = "softmax",
        name: Value = title,
    ) -> Value:
        shared = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation)
        return _usual(machine, architecture, name, True, *shared)

    architecture = name
    return model


def _with_preprocessing(name: str, title: str) -> Callable[..., Value]:
    def model(
        machine: Machine,
        include_top: Value = True,
        weights: Value = "imagenet",
        input_tensor: Value = None,
        input_shape: Value = None,
        pooling: Value = None,
        classes: Value = 1000,
        classifier_activation: Value = "softmax",
        include_preprocessing: Value = True,
        name: Value = title,
    ) -> Value:
        shared = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation)
        return _usual(machine, architecture, name, include_preprocessing, *shared)

    architecture = name
    return model


def _convnext(name: str, title: str) -> Callable[..., Value]:
    def model(
        machine: Machine,
        include_top: Value = True,
        include_preprocessing: Value = True,
        weights: Value = "imagenet",
        input_tensor: Value = None,
        input_shape: Value = None,
        pooling: Value = None,
        classes: Value = 1000,
        classifier_activation: Value = "softmax",
        name: Value = title,
    ) -> Value:
        shared = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation)
        return _usual(machine, architecture, name, include_preprocessing, *shared)

    architecture = name
    return model


def _nasnet(name: str, title: str) -> Callable[..., Value]:
    def model(
        machine: Machine,
        input_shape: Value = None,
        include_top: Value = True,
        weights: Value = "imagenet",
        input_tensor: Value = None,
        pooling: Value = None,
        classes: Value = 1000,
        classifier_activation: Value = "softmax",
        name: Value = title,
    ) -> Value:
        size = table(architecture)["size"]
        if input_shape is None and architecture == "NASNetMobile" and not coerce.flag(include_top):
            input_shape = (size, size, 3)
        shared = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation)
        request = Request(machine, architecture, *shared)
        shape = request.obtained(size, 32)
        if request.tensor is None and None in shape:
            raise Undetermined(f"`{architecture}` is another model where the size of its input is not stated")
        return request.build(shape, name)

    architecture = name
    return model


def _check_width(name: str, imagenet: bool, alpha: Value) -> None:
    known = [1.0, *(float(each) for each in table(name)["alpha"])]
    if imagenet and isinstance(alpha, (int, float)) and alpha not in known:
        raise refused(f"ImageNet weights exist for an `alpha` of {', '.join(map(str, sorted(known)))}, not {alpha}")


def _mobile(machine: Machine, name: str, prefix: str, title: Value, alpha: Value, shared: tuple[Value, ...]) -> Value:
    request = Request(machine, name, *shared)
    shape = request.shape
    learned = LEARNED_SIZES[name]
    default = shape[0] if shape and len(shape) > 1 and shape[0] == shape[1] and shape[0] in learned else 224
    obtained = request.obtained(default, 32)
    _check_width(name, request.imagenet, alpha)
    if title is None and isinstance(alpha, (int, float)):
        rows = obtained[0]
        if request.imagenet and (rows != obtained[1] or rows not in learned):
            rows = 224
        title = f"{prefix}_{alpha:0.2f}_{rows}"
    return request.build(obtained, title, alpha=float(coerce.number(alpha)))


@KERAS.function("keras.applications.MobileNet", "keras.applications.mobilenet.MobileNet")
def MobileNet(
    machine: Machine,
    input_shape: Value = None,
    alpha: Value = 1.0,
    depth_multiplier: Value = 1,
    dropout: Value = 1e-3,
    include_top: Value = True,
    weights: Value = "imagenet",
    input_tensor: Value = None,
    pooling: Value = None,
    classes: Value = 1000,
    classifier_activation: Value = "softmax",
    name: Value = None,
) -> Value:
    if coerce.integer(depth_multiplier, "depth_multiplier") != 1:
        if weights == "imagenet":
            raise refused("ImageNet weights exist for a `depth_multiplier` of 1 only")
        raise Undetermined("`MobileNet` with another `depth_multiplier` is not in cnnlint's tables")
    shared = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation)
    return _mobile(machine, "MobileNet", "mobilenet", name, alpha, shared)


@KERAS.function("keras.applications.MobileNetV2", "keras.applications.mobilenet_v2.MobileNetV2")
def MobileNetV2(
    machine: Machine,
    input_shape: Value = None,
    alpha: Value = 1.0,
    include_top: Value = True,
    weights: Value = "imagenet",
    input_tensor: Value = None,
    pooling: Value = None,
    classes: Value = 1000,
    classifier_activation: Value = "softmax",
    name: Value = None,
) -> Value:
    shared = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation)
    return _mobile(machine, "MobileNetV2", "mobilenetv2", name, alpha, shared)


def _mobile_v3(name: str, title: str) -> Callable[..., Value]:
    def model(
        machine: Machine,
        input_shape: Value = None,
        alpha: Value = 1.0,
        minimalistic: Value = False,
        include_top: Value = True,
        weights: Value = "imagenet",
        input_tensor: Value = None,
        classes: Value = 1000,
        pooling: Value = None,
        dropout_rate: Value = 0.2,
        classifier_activation: Value = "softmax",
        include_preprocessing: Value = True,
        name: Value = title,
    ) -> Value:
        shared = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation)
        request = Request(machine, architecture, *shared)
        shape = request.shape or (None, None, 3)
        _check_least(shape, 32)
        _check_width(architecture, request.imagenet, alpha)
        return request.build(
            shape,
            name,
            preprocessing=include_preprocessing,
            alpha=float(coerce.number(alpha)),
            minimalistic=coerce.flag(minimalistic),
        )

    architecture = name
    return model


FAMILIES = {
    "convnext": _convnext,
    "efficientnet_v2": _with_preprocessing,
    "nasnet": _nasnet,
    "mobilenet_v3": _mobile_v3,
}

PACKAGES = {"resnet": ("resnet", "resnet50")}


def _title(name: str, module: str) -> str:
    """The name that a model has by default (`resnet50v2`, `efficientnetv2-b0`, `convnext_tiny`)."""
    match module:
        case "convnext":
            return f"convnext_{name.removeprefix('ConvNeXt').lower()}"
        case "efficientnet_v2":
            return f"efficientnetv2-{name.removeprefix('EfficientNetV2').lower()}"
        case "nasnet":
            return f"nasnet_{name.removeprefix('NASNet').lower()}"
        case "inception_v3" | "inception_resnet_v2":
            return module
        case "mobilenet_v3":
            return name
        case _:
            return name.lower()


def _declare(module: str, names: str) -> None:
    for name in names.split():
        known = KERAS.names.get(f"keras.applications.{name}")
        host = known or HostFunction(
            f"keras.applications.{name}", FAMILIES.get(module, _plain)(name, _title(name, module))
        )
        KERAS.add(f"keras.applications.{name}", host)
        for package in PACKAGES.get(module, (module,)):
            KERAS.add(f"keras.applications.{package}.{name}", host)


for _module, _names in MODULES.items():
    _declare(_module, _names)


def _preprocess(machine: Machine, x: Value, data_format: Value = None, mode: Value = None) -> Value:
    return same(x) if isinstance(x, Tensor) else x


def _decode(machine: Machine, preds: Value, top: Value = 5) -> Value:
    raise Undetermined("the classes of a prediction are not known")


for _module in (*MODULES, "resnet50", "imagenet_utils"):
    KERAS.add(
        f"keras.applications.{_module}.preprocess_input",
        HostFunction("keras.applications.preprocess_input", _preprocess),
    )
    KERAS.add(
        f"keras.applications.{_module}.decode_predictions",
        HostFunction("keras.applications.decode_predictions", _decode),
    )
