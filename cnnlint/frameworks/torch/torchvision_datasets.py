"""`torchvision.datasets`: the images and their labels.

Shapes, counts and classes are those that torchvision 0.29 downloads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, symbol, unknown_dim
from cnnlint.frameworks.coerce import items
from cnnlint.frameworks.numpy.core import NDARRAY, array, bounded
from cnnlint.frameworks.numpy.pictures import picture
from cnnlint.frameworks.torch.core import TENSOR, TORCH, result
from cnnlint.frameworks.torch.data import unknown
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

D = "torchvision.datasets"

BY_TRAIN: dict[str, tuple[str, int, int, int, int]] = {
    "MNIST": ("L", 28, 60_000, 10_000, 10),
    "FashionMNIST": ("L", 28, 60_000, 10_000, 10),
    "KMNIST": ("L", 28, 60_000, 10_000, 10),
    "CIFAR10": ("RGB", 32, 50_000, 10_000, 10),
    "CIFAR100": ("RGB", 32, 50_000, 10_000, 100),
}
"""Mode and side of the images, how many for training and testing, classes; chosen by `train`."""

BY_SPLIT: dict[str, tuple[str, int, dict[str, int], int]] = {
    "SVHN": ("RGB", 32, {"train": 73_257, "test": 26_032, "extra": 531_131}, 10),
    "STL10": ("RGB", 96, {"train": 5_000, "test": 8_000}, 10),
}
"""Mode and side of the images, how many by `split`, classes."""

EMNIST: dict[str, tuple[int, int, int]] = {
    "byclass": (697_932, 116_323, 62),
    "bymerge": (697_932, 116_323, 47),
    "balanced": (112_800, 18_800, 47),
    "digits": (240_000, 40_000, 10),
    "mnist": (60_000, 10_000, 10),
}
"""Images for training and testing, classes, by split."""


def fill(
    self: Instance, mode: str | None, sides: tuple[Dim, Dim], count: Dim | None, labels: tuple[int, int] | None
) -> None:
    """Note what a data set's samples are: the images' mode and height and width, how many, the labels' range."""
    self.facts |= {"mode": mode, "sides": sides, "labels": labels}
    self.facts["length"] = unknown_dim() if count is None else count


def options(self: Instance, root: Value, transform: Value, target_transform: Value) -> None:
    """Keep what every data set is given."""
    self.attrs |= {"root": root, "transform": transform, "target_transform": target_transform}


def sample(machine: Machine, self: Instance) -> Value:
    """One image with its label, after the transforms."""
    if "mode" not in self.facts:
        return unknown(machine, "the samples are not known")
    height, width = self.facts["sides"]
    image: Value = picture(machine, self.facts["mode"], width, height)
    transform, target = self.attrs["transform"], self.attrs["target_transform"]
    if transform is not None:
        image = machine.call(transform, (image,))
    labels = self.facts["labels"]
    label = array((), "int64")
    if labels is not None:
        bounded(label, labels[0], labels[1], labels[1] - labels[0] + 1)
    if target is not None:
        return (image, unknown(machine, "what a transform makes of labels is not followed"))
    return (image, label)


class _Common:
    def __len__(machine: Machine, self: Instance) -> Value:
        return self.facts.get("length", unknown_dim())

    def __sample__(machine: Machine, self: Instance) -> Value:
        return sample(machine, self)

    def __getitem__(machine: Machine, self: Instance, index: Value) -> Value:
        found = sample(machine, self)
        if isinstance(found, tuple) and isinstance(found[1], Tensor):
            return (found[0], Unknown("the label of a sample is not known", machine.place))
        return found


def _declare(name: str, constructor: Callable[..., None]) -> None:
    methods = {key: value for key, value in vars(_Common).items() if callable(value)}
    body = type(name, (), {**methods, "__init__": constructor})
    TORCH.define(f"{D}.{name}", bases=(TORCH.names["torch.utils.data.Dataset"],))(body)


def _by_train(name: str) -> None:
    mode, side, train_count, test_count, classes = BY_TRAIN[name]

    def build(
        machine: Machine,
        self: Instance,
        root: Value,
        train: Value = True,
        transform: Value = None,
        target_transform: Value = None,
        download: Value = False,
    ) -> None:
        options(self, root, transform, target_transform)
        count = train_count if train is True else test_count if train is False else None
        fill(self, mode, (side, side), count, (0, classes - 1))
        self.attrs["classes"] = ListValue(
            [Unknown("the name of a class is not followed", machine.place) for _ in range(classes)]
        )
        if count is not None:
            shape = (count, side, side) if mode == "L" else (count, side, side, 3)
            kind = (TENSOR, "uint8") if mode == "L" else (NDARRAY, "uint8")
            self.attrs["data"] = Tensor(kind[0], shape, kind[1])
            if mode == "L":
                self.attrs["targets"] = bounded(result((count,), "int64"), 0, classes - 1, classes)

    _declare(name, build)


def _by_split(name: str) -> None:
    mode, side, counts, classes = BY_SPLIT[name]

    def svhn(
        machine: Machine,
        self: Instance,
        root: Value,
        split: Value = "train",
        transform: Value = None,
        target_transform: Value = None,
        download: Value = False,
    ) -> None:
        options(self, root, transform, target_transform)
        fill(self, mode, (side, side), counts.get(split) if isinstance(split, str) else None, (0, classes - 1))

    def stl(
        machine: Machine,
        self: Instance,
        root: Value,
        split: Value = "train",
        folds: Value = None,
        transform: Value = None,
        target_transform: Value = None,
        download: Value = False,
    ) -> None:
        svhn(machine, self, root, split, transform, target_transform)
        if folds is not None or split not in counts:
            fill(self, mode, (side, side), None, None)

    _declare(name, stl if name == "STL10" else svhn)


for _name in BY_TRAIN:
    _by_train(_name)
for _name in BY_SPLIT:
    _by_split(_name)


def _emnist(
    machine: Machine,
    self: Instance,
    root: Value,
    split: Value,
    train: Value = True,
    transform: Value = None,
    target_transform: Value = None,
    download: Value = False,
) -> None:
    options(self, root, transform, target_transform)
    found = EMNIST.get(split) if isinstance(split, str) else None
    if found is None:  # the labels of `letters` go from 1 to 26
        fill(self, "L", (28, 28), None, (1, 26) if split == "letters" else None)
        return
    count = found[0] if train is True else found[1] if train is False else None
    fill(self, "L", (28, 28), count, (0, found[2] - 1))


_declare("EMNIST", _emnist)


def _folder(
    machine: Machine,
    self: Instance,
    root: Value,
    transform: Value = None,
    target_transform: Value = None,
    loader: Value = None,
    is_valid_file: Value = None,
    allow_empty: Value = False,
) -> None:
    options(self, root, transform, target_transform)
    fill(self, "RGB" if loader is None else None, (unknown_dim(), unknown_dim()), None, None)
    why = "the files of a folder are not known"
    for name in ("samples", "imgs", "targets"):
        self.attrs[name] = Unknown(why, machine.place)
    self.attrs["classes"] = ListValue([], Unknown(why, machine.place, symbol=symbol("classes")))
    self.attrs["class_to_idx"] = DictValue({}, Unknown(why, machine.place, symbol=symbol("classes")))


_declare("ImageFolder", _folder)


def _fake(
    machine: Machine,
    self: Instance,
    size: Value = 1000,
    image_size: Value = (3, 224, 224),
    num_classes: Value = 10,
    transform: Value = None,
    target_transform: Value = None,
    random_offset: Value = 0,
) -> None:
    options(self, None, transform, target_transform)
    shape = items(image_size)
    labels = (0, num_classes - 1) if isinstance(num_classes, int) and num_classes > 0 else None
    if shape is None or len(shape) != 3:
        return
    mode = {1: "L", 3: "RGB", 4: "RGBA"}.get(shape[0] if isinstance(shape[0], int) else 0)
    fill(self, mode, (shape[1], shape[2]), size if isinstance(size, int) else None, labels)


_declare("FakeData", _fake)
