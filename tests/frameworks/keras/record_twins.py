"""Run every program of `fixtures/twins/keras` with Keras and record whether it survives, in `twins.json`.

usage: KERAS_BACKEND=torch python record_twins.py [NAME ...]

Programs that need TensorFlow itself are not run. What they import as `tensorflow.keras` is Keras, data sets are arrays
of zeros in their real shapes, files are made up, training is cut short after two batches.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import re
import sys
import tempfile
import types
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras.src.legacy.preprocessing.image import ImageDataGenerator
from keras.src.legacy.preprocessing.sequence import TimeseriesGenerator
from PIL import Image  # type: ignore[import-not-found]

HERE = Path(__file__).parent
TWINS = HERE.parents[2] / "fixtures" / "twins" / "keras"
ANSWERS = HERE / "twins.json"
PRELUDE = """
import numpy as np
import keras
from keras import layers, models
from keras.datasets import mnist
from keras.layers import *
from keras.models import *
from keras.preprocessing.image import ImageDataGenerator
from keras.utils import to_categorical
from sklearn.datasets import load_iris
from sklearn.preprocessing import LabelEncoder
"""
"""What the snippets leave out."""
NEEDS_TENSORFLOW = re.compile(r"tf\.data\.|image_dataset_from_directory")
UNBUILT = (
    "Unable to automatically build the model. Please build it yourself before calling fit/evaluate/predict. A model is "
    "'built' when its variables have been created and its `self.built` attribute is True. Usually, calling the model "
    "on a batch of data is the right way to build it. Exception encountered:"
)
"""What Keras says before the exception that a layer raised."""
RANDOM = np.random.default_rng(0)
IMAGES = {"mnist": (28, 28), "fashion_mnist": (28, 28), "cifar10": (32, 32, 3), "cifar100": (32, 32, 3)}


class KerasInside(MetaPathFinder, Loader):
    """Finds `tensorflow.keras.…` as `keras.…`."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        return ModuleSpec(name, self) if name.startswith("tensorflow.keras") else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return importlib.import_module(spec.name.removeprefix("tensorflow."))

    def exec_module(self, module: types.ModuleType) -> None:  # noqa: ARG002
        return None


def images(name: str) -> Any:
    """`load_data` of a data set of images: all labels occur."""
    shape, classes = IMAGES[name], 100 if name == "cifar100" else 10
    column = (-1, 1) if name.startswith("cifar") else (-1,)

    def part(count: int) -> Any:
        labels = np.arange(count)[::-1] % classes
        return np.zeros((count, *shape), "uint8"), labels.astype("uint8").reshape(column)

    train = 60_000 if "mnist" in name else 50_000
    return lambda *_args, **_kwargs: (part(train), part(10_000))


def houses(*_args: Any, **_kwargs: Any) -> Any:
    """`boston_housing.load_data`."""
    return tuple((RANDOM.random((count, 13)), RANDOM.random(count)) for count in (404, 102))


class Stop(keras.callbacks.Callback):  # type: ignore[misc]
    """Ends each loop over batches after the second one."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.model.stop_training = batch > 0

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.model.stop_evaluating = batch > 0

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.model.stop_predicting = batch > 0


def shortened(method: Any) -> Any:
    """The method of a model, stopped early."""

    def call(self: Any, *args: Any, **options: Any) -> Any:
        if not isinstance(options.get("callbacks"), keras.callbacks.CallbackList):
            options["callbacks"] = [*(options.get("callbacks") or ()), Stop()]
        return method(self, *args, **options)

    return call


def prepare() -> None:
    """Put the stand-ins in their places and the files into the working directory."""
    tensorflow: Any = types.ModuleType("tensorflow")
    tensorflow.__path__, tensorflow.keras, tensorflow.newaxis = [], keras, None
    tensorflow.executing_eagerly = lambda: True
    for name in ("DType", "TensorShape", "TypeSpec"):  # which a model is saved with
        setattr(tensorflow, name, type(name, (), {}))
    sys.modules["tensorflow"] = tensorflow
    sys.meta_path.insert(0, KerasInside())
    for name in IMAGES:
        getattr(keras.datasets, name).load_data = images(name)
    keras.datasets.boston_housing.load_data = houses
    keras.preprocessing.image.ImageDataGenerator = ImageDataGenerator
    keras.preprocessing.sequence.TimeseriesGenerator = TimeseriesGenerator
    network = keras.applications.MobileNetV2
    keras.applications.MobileNetV2 = lambda **options: network(**{**options, "weights": None})
    keras.config.set_max_epochs(1)
    for method in ("fit", "evaluate", "predict"):
        setattr(keras.Model, method, shortened(getattr(keras.Model, method)))
    Image.new("RGB", (200, 160)).save("cat.jpg")
    for kind in ("cats", "dogs"):
        folder = Path("dataset/training_set", kind)
        folder.mkdir(parents=True)
        for number in range(8):
            Image.new("RGB", (80, 80)).save(folder / f"{number}.png")
    rows = RANDOM.integers(0, 2, (200, 9))
    header = ",".join(f"c{column}" for column in range(9))
    np.savetxt("pima-indians-diabetes.csv", rows, "%d", ",")
    np.savetxt("train.csv", np.concatenate([np.arange(200)[:, None] % 10, rows], 1), "%d", ",", header="y," + header)


def run(path: Path) -> str:
    """What becomes of a program: `runs`, or the exception that ends it."""
    text = path.read_text(encoding="utf-8")
    if NEEDS_TENSORFLOW.search(text):
        return "needs TensorFlow"
    keras.backend.clear_session()
    names: dict[str, Any] = {"__name__": "__main__"}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            if "import" not in text:
                exec(PRELUDE, names)
            exec(compile(text, path.name, "exec"), names)
    except Exception as error:  # noqa: BLE001 - whatever Keras raises is the answer
        words = re.sub(r"\x1b\[\d+m", "", str(error)).replace("\n", " ")
        words = re.sub(r"for input tensor\(.*?\) with name", "for input … with name", words)
        return f"{type(error).__name__}: {re.sub(' +', ' ', words).removeprefix(UNBUILT).strip()[:200]}"
    return "runs"


if __name__ == "__main__":
    os.chdir(tempfile.mkdtemp())
    prepare()
    known: dict[str, dict[str, str]] = json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}
    every = sorted({path.stem.rpartition("_")[0] for path in TWINS.glob("*.py")})
    asked = sys.argv[1:] or every
    for name in asked:
        known[name] = {which: run(TWINS / f"{name}_{which}.py") for which in ("buggy", "repaired")}
    kept = {name: known[name] for name in every if name in known}
    ANSWERS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
