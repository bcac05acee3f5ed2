"""Recurrent, attention and preprocessing layers, operations, applications: the figures are those that Keras printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cnnlint.engine.dimension import Expr, text
from cnnlint.evaluation import evaluate

if TYPE_CHECKING:
    from cnnlint.model import Evaluation, Model

HEAD = "import keras\nfrom keras import layers, ops\n"
TENSORFLOW = "import tensorflow as tf\nfrom tensorflow.keras import layers, backend as K\nkeras = tf.keras\n"
ROWS = json.loads(Path(__file__).with_name("programs.json").read_text())


def run(program: str, head: str = HEAD, *, release: tuple[int, ...] | None = None) -> Evaluation:
    return evaluate("net.py", head + program, versions={} if release is None else {"keras": release})


def only(program: str, head: str = HEAD, *, release: tuple[int, ...] | None = None) -> Model:
    """The one model that the program names `model`."""
    evaluation = run(program, head, release=release)
    assert evaluation.faults == ()
    return next(model for model in evaluation.models if model.name == "model")


def shown(shape: tuple[Any, ...]) -> list[int | None]:
    """A shape as Keras shows it: sizes left open are None."""
    return [None if isinstance(size, Expr) else size for size in shape]


def shapes(model: Model) -> list[list[int | None]]:
    return [shown(shape) for shape in model.outputs]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["program"])
def test_program_as_keras(row: dict[str, Any]) -> None:
    evaluation = run(row["program"])
    if row.get("refused"):
        assert evaluation.faults
        return
    assert evaluation.faults == ()
    model = next(model for model in evaluation.models if model.name == "model")
    assert shapes(model) == row["outputs"]
    assert (model.parameters.total, model.parameters.trainable) == (row["total"], row["trainable"])


APPLICATIONS = [
    ("VGG16(weights=None)", [None, 1000], 138_357_544, 138_357_544),
    ("VGG16(weights=None, include_top=False, input_shape=(150, 150, 3))", [None, 4, 4, 512], 14_714_688, 14_714_688),
    ("ResNet50(weights=None, include_top=False)", [None, None, None, 2048], 23_587_712, 23_534_592),
    ("ResNet50(weights=None, classes=7, input_shape=(64, 64, 1))", [None, 7], 23_595_783, 23_542_663),
    ("EfficientNetB0(weights=None)", [None, 1000], 5_330_571, 5_288_548),
    ("MobileNetV2(weights=None, alpha=0.35, classes=12, input_shape=(96, 96, 3))", [None, 12], 425_580, 411_500),
    ("MobileNetV3Small(weights=None, minimalistic=True)", [None, 1000], 2_056_848, 2_044_736),
    ("ConvNeXtTiny(weights=None, include_top=False, pooling='max')", [None, 768], 27_820_128, 27_820_128),
    ("DenseNet121(weights=None)", [None, 1000], 8_062_504, 7_978_856),
    ("InceptionV3(weights=None)", [None, 1000], 23_851_784, 23_817_352),
    ("NASNetMobile(weights=None)", [None, 1000], 5_326_716, 5_289_978),
]


@pytest.mark.parametrize(("call", "output", "total", "trainable"), APPLICATIONS, ids=str)
def test_application(call: str, output: list[int | None], total: int, trainable: int) -> None:
    model = only(f"model = keras.applications.{call}\n")
    assert shapes(model) == [output]
    assert (model.parameters.total, model.parameters.trainable) == (total, trainable)


def test_transfer_learning_counts_the_head_only() -> None:
    model = only(
        "base = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(224, 224, 3))\n"
        "base.trainable = False\n"
        "x = layers.GlobalAveragePooling2D()(base.output)\n"
        "model = keras.Model(base.input, layers.Dense(5)(x))\n"
    )
    assert shapes(model) == [[None, 5]]
    assert (model.parameters.total, model.parameters.trainable) == (23_597_957, 10_245)
    assert len(model.layers) == 177


def test_a_backbone_called_on_an_input_is_one_layer() -> None:
    model = only(
        "base = keras.applications.VGG16(weights='imagenet', include_top=False, input_shape=(128, 128, 3))\n"
        "for layer in base.layers[:15]:\n"
        "    layer.trainable = False\n"
        "model = keras.Sequential([keras.Input((128, 128, 3)), base, layers.Flatten(), layers.Dense(10)])\n"
    )
    assert shapes(model) == [[None, 10]]
    assert (model.parameters.total, model.parameters.trainable) == (14_796_618, 7_161_354)


def test_a_layer_of_a_backbone_is_found_by_name() -> None:
    model = only(
        "base = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(224, 224, 3))\n"
        "model = keras.Model(base.input, base.get_layer('conv4_block6_out').output)\n"
    )
    assert shapes(model) == [[None, 14, 14, 1024]]
    assert model.parameters.total == 8_589_184


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("VGG16(weights='imagenet', classes=10)", "bad-argument"),
        ("VGG16(weights=None, include_top=False, input_shape=(20, 150, 3))", "bad-argument"),
        ("InceptionV3(weights=None, include_top=False, input_shape=(70, 101, 3))", "bad-argument"),
        ("ResNet50(include_top=False, input_shape=(64, 64, 1))", "bad-argument"),
        ("ResNet50(weights=None, size=3)", "bad-call"),
    ],
)
def test_application_refuses_as_keras(call: str, kind: str) -> None:
    (fault,) = run(f"model = keras.applications.{call}\n").faults
    assert fault.kind == kind
    assert fault.certain


TF_PROGRAMS = [
    ("y = tf.concat([x, x], axis=-1)", [[None, 8, 8, 6]]),
    ("y = tf.reshape(x, [tf.shape(x)[0], tf.shape(x)[1] * tf.shape(x)[2], 3])", [[None, 64, 3]]),
    ("y = tf.nn.conv2d(x, tf.zeros([3, 3, 3, 16]), strides=[1, 2, 2, 1], padding='SAME')", [[None, 4, 4, 16]]),
    ("y = tf.image.resize(x, [16, 20])", [[None, 16, 20, 3]]),
    ("y = tf.reduce_mean(x, axis=[1, 2])", [[None, 3]]),
    ("y = tf.split(x, [1, -1], axis=1)", [[None, 1, 8, 3], [None, 7, 8, 3]]),
    ("y = tf.pad(x, [[0, 0], [1, 1], [2, 2], [0, 0]])", [[None, 10, 12, 3]]),
    ("y = tf.nn.depth_to_space(tf.concat([x] * 4, -1), 2)", [[None, 16, 16, 3]]),
    ("y = layers.Lambda(lambda t: K.mean(t, axis=1, keepdims=True))(x)", [[None, 1, 8, 3]]),
    ("y = K.resize_images(x, 2, 3, 'channels_last')", [[None, 16, 24, 3]]),
    ("y = tf.matmul(x, x, transpose_b=True)", [[None, 8, 8, 8]]),
    ("y = x[..., tf.newaxis]", [[None, 8, 8, 3, 1]]),
    ("f = tf.function(lambda t: tf.nn.relu(t))\ny = f(x)", [[None, 8, 8, 3]]),
    ("with tf.distribute.MirroredStrategy().scope():\n    y = layers.Flatten()(x)", [[None, 192]]),
]


@pytest.mark.parametrize(("code", "expected"), TF_PROGRAMS, ids=str)
def test_tensorflow_functions(code: str, expected: list[list[int | None]]) -> None:
    program = f"x = keras.Input((8, 8, 3))\n{code}\nmodel = keras.Model(x, y)\n"
    assert shapes(only(program, TENSORFLOW, release=(2, 15))) == expected


@pytest.mark.parametrize(("code", "expected"), TF_PROGRAMS[:8], ids=str)
def test_tensorflow_functions_in_a_layer(code: str, expected: list[list[int | None]]) -> None:
    body = code.replace("\n", "\n        ")
    program = (
        f"class Inner(layers.Layer):\n    def call(self, x):\n        {body}\n        return y\n"
        "x = keras.Input((8, 8, 3))\nmodel = keras.Model(x, Inner()(x))\n"
    )
    assert shapes(only(program, TENSORFLOW)) == expected


def test_a_tensorflow_function_that_cannot_work_is_told() -> None:
    program = "x = keras.Input((8, 8, 3))\ny = tf.concat([x, x[:, 1:]], axis=-1)\n"
    (fault,) = run(program, TENSORFLOW, release=(2, 15)).faults
    assert fault.kind == "concat-mismatch"


def test_data_sets_have_their_shapes() -> None:
    evaluation = run(
        "(x, y), _ = keras.datasets.cifar10.load_data()\n"
        "y = keras.utils.to_categorical(y)\n"
        "model = keras.Sequential([layers.Flatten(), layers.Dense(10)])\n"
        "model.compile(loss='categorical_crossentropy')\n"
        "model.fit(x, y)\n"
    )
    assert evaluation.faults == ()
    (model,) = evaluation.models
    assert model.parameters.total == 30_730


def test_more_classes_than_the_labels_have_room_for() -> None:
    (fault,) = run("(x, y), _ = keras.datasets.cifar10.load_data()\ny = keras.utils.to_categorical(y, 9)\n").faults
    assert fault.kind == "bad-argument"


def test_the_open_length_of_a_sequence_stays_open() -> None:
    model = only("x = keras.Input((None, 8))\nmodel = keras.Model(x, layers.Bidirectional(layers.LSTM(4))(x))\n")
    assert shapes(model) == [[None, 8]]
    assert model.macs is not None
    assert text(model.macs) == "384*length"


CAUSAL = "x = keras.Input({shape})\ny = layers.MultiHeadAttention(2, 3{axes})(x, x, use_causal_mask=True)\n"


@pytest.mark.parametrize(
    ("shape", "axes", "refused"),
    [
        ((5, 4), "", False),
        ((5, 3, 4), ", attention_axes=(1,)", False),
        ((5, 5, 4), ", attention_axes=(2,)", False),
        ((1, 3, 4), ", attention_axes=(2,)", False),
        ((None, 3, 4), ", attention_axes=(2,)", False),
        ((5, 3, 4), ", attention_axes=(2,)", True),
        ((5, 3, 4), ", attention_axes=(-2,)", True),
    ],
)
def test_a_causal_mask_covers_axis_1_whichever_is_attended(shape: tuple[Any, ...], axes: str, *, refused: bool) -> None:
    faults = run(CAUSAL.format(shape=shape, axes=axes)).faults
    assert [(fault.kind, fault.place.row) for fault in faults] == [("size-mismatch", 4)] * refused


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("layers.Lambda(lambda t: t, arguments={'s': 2})(x)", "bad-argument"),
        ("layers.Lambda(lambda t: t, arguments='s')(x)", "bad-argument"),
        ("layers.Lambda(lambda t, s: t)(x)", "bad-argument"),
        ("layers.Lambda(lambda t, s: t, arguments={'s': 2})(x)", None),
        ("layers.Lambda(lambda t, **more: t, arguments={'s': 2})(x)", None),
        ("layers.RNN([layers.LSTMCell(5)])(x, mask=steps)", "bad-argument"),
        ("layers.RNN([layers.LSTMCell(5)], unroll=True)(x)", "bad-argument"),
        ("layers.RNN([layers.LSTMCell(5)], unroll=True)(x, mask=steps)", None),
        ("layers.RNN([layers.LSTMCell(5)])(x)", None),
        ("layers.Bidirectional(layers.LSTM(3))(x, mask=flags)", "rank-mismatch"),
        ("layers.LSTM(3)(x, mask=flags)", "rank-mismatch"),
        ("layers.Bidirectional(layers.LSTM(3))(x, mask=steps)", None),
        ("layers.InputSpec(shape=lambda t: t)", "bad-argument"),
        ("layers.InputSpec(shape=(None, -1))", "bad-argument"),
        ("layers.InputSpec(ndim=2, axes={2: 5})", "bad-argument"),
        ("layers.InputSpec(ndim=2, axes=(0, 1))", None),
        ("layers.MelSpectrogram(fft_length=(1, 2))(x)", "bad-argument"),
    ],
)
def test_a_call_as_keras_takes_it(line: str, kind: str | None) -> None:
    program = (
        "x = keras.Input((4, 3))\nsteps = keras.Input((4,), dtype='bool')\nflags = keras.Input((), dtype='bool')\n"
    )
    assert [fault.kind for fault in run(f"{program}y = {line}\n").faults] == [kind] * (kind is not None)


@pytest.mark.parametrize(
    ("call", "refused"),
    [
        ("ops.append(x, x, axis=0)", True),
        ("ops.concatenate([x, x], axis=0)", False),
        ("ops.unstack(x)", True),
        ("ops.hstack([ops.sum(x, axis=(1, 2))])", True),
        ("x[ops.zeros((2,), dtype='int32')]", True),
        ("ops.array_split(x, [1, 2], axis=1)", True),
        ("ops.split(x, [1, 5], axis=1)", True),
        ("ops.adaptive_max_pool(ops.expand_dims(x, -1), 2)", True),
        ("ops.adaptive_max_pool(ops.expand_dims(x, -1), (2, 2))", False),
    ],
)
def test_symbolic_tensors_are_refused_what_numbers_are_not(call: str, *, refused: bool) -> None:
    assert len(run(f"x = keras.Input((4, 3))\ny = {call}\n").faults) == refused


def test_an_operation_gives_the_type_that_holds_its_operands() -> None:
    found = run("""
i = keras.Input((3,), dtype="int32")
b = keras.Input((3,), dtype="bool")
h = keras.Input((3,), dtype="float16")
for x, dtype in (
    (i + b, "int32"), (i / 2, "float32"), (i * 0.5, "float32"), (h + 1.5, "float16"), (i + h, "float16"),
    (ops.sqrt(i), "float32"), (ops.mean(b), "float32"), (ops.sum(b), "int32"), (ops.concatenate([b, i]), "int32"),
):
    if x.dtype != dtype:
        keras.layers.Dense(0)
""")
    assert found.faults == ()


BUILT_BY_HAND = """
class Own(layers.Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], 4), name="kernel")
    def call(self, x):
        return keras.ops.matmul(x, self.kernel)

class Outer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.own = Own()
        self.norm = layers.BatchNormalization()
        self.attention = layers.MultiHeadAttention(2, 4)
        self.gru = layers.GRU(4, return_sequences=True)
        self.einsum = layers.EinsumDense("abc,cd->abd", output_shape=(None, 5), bias_axes="d")
        self.sequence = keras.Sequential([layers.Dense(3), layers.Dense(2)])
        self.last = layers.LayerNormalization()
        self.both = layers.Bidirectional(layers.LSTM(3, return_sequences=True))
    def build(self, input_shape):
        self.own.build(input_shape)
        shape = (*input_shape[:-1], 4)
        self.norm.build(shape)
        self.attention.build(shape, shape)
        self.gru.build(shape)
        self.einsum.build(shape)
        self.sequence.build((*input_shape[:-1], 5))
        self.last.build((*input_shape[:-1], 2))
        self.both.build((*input_shape[:-1], 2))
    def call(self, x):
        x = self.norm(self.own(x))
        x = self.attention(x, x)
        x = self.einsum(self.gru(x))
        return self.both(self.last(self.sequence(x)))

inputs = keras.Input((20, 3))
model = keras.Model(inputs, Outer()(inputs))
"""


def test_a_layer_that_code_builds_itself_is_built_once() -> None:
    model = only(BUILT_BY_HAND)
    assert (model.parameters.total, model.parameters.trainable) == (503, 495)
