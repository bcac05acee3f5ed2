"""Models of every style: the figures are those that Keras 3.15 printed, the refusals where it raised."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from cnnlint.engine.dimension import Expr, text
from cnnlint.evaluation import evaluate_text

if TYPE_CHECKING:
    from cnnlint.model import Evaluation, Model

HEAD = "import keras\nfrom keras import layers, ops\n"


def evaluate(program: str) -> Evaluation:
    return evaluate_text(HEAD + dedent(program))


def models(program: str) -> dict[str, Model]:
    found = evaluate(program)
    assert found.faults == ()
    return {model.name: model for model in found.models}


def shape(tree: Any) -> Any:
    return [None if isinstance(dim, Expr) else dim for dim in tree]


def rows(model: Model, depth: int = 0) -> list[tuple[str, str, Any]]:
    return [(layer.name, layer.type, layer.params) for layer in model.layers if layer.depth == depth]


def counts(model: Model) -> tuple[Any, Any]:
    return model.parameters.total, model.parameters.trainable


def faults(program: str) -> list[tuple[str, int, int]]:
    """Kind, row and column of each fault, the row counted from the program's first line."""
    found = evaluate(program)
    return [(fault.kind, fault.place.row - 2, fault.place.column) for fault in found.faults if fault.certain]


def test_several_inputs_outputs_and_a_shared_layer() -> None:
    found = models("""
        a = keras.Input((16,), name="a")
        b = keras.Input((16,), name="b")
        shared = layers.Dense(8, activation="relu", name="shared")
        x = layers.Concatenate()([shared(a), shared(b)])
        one = layers.Dense(1, name="one")(x)
        two = layers.Dense(3, name="two")(x)
        model = keras.Model([a, b], [one, two])
        named = keras.Model(inputs={"a": a, "b": b}, outputs={"first": one, "second": two}, name="named")
        part = keras.Model(model.input, model.get_layer("shared").output)
        features = keras.Model(model.inputs, model.layers[-2].output)
    """)
    model = found["model"]
    assert counts(model) == (204, 204)
    assert [shape(each) for each in model.outputs] == [[None, 1], [None, 3]]
    assert rows(model) == [
        ("a", "InputLayer", 0),
        ("b", "InputLayer", 0),
        ("shared", "Dense", 136),
        ("shared", "Dense", 0),
        ("concatenate", "Concatenate", 0),
        ("one", "Dense", 17),
        ("two", "Dense", 51),
    ]
    assert {key: shape(value) for key, value in found["named"].outputs.items()} == {
        "first": [None, 1],
        "second": [None, 3],
    }
    assert counts(found["part"]) == (136, 136)
    assert counts(found["features"]) == (153, 153)


def test_nested_models_and_a_frozen_one() -> None:
    found = models("""
        def encoder():
            i = keras.Input((32, 32, 3))
            x = layers.Conv2D(8, 3, padding="same")(i)
            x = layers.BatchNormalization()(x)
            return keras.Model(i, x, name="encoder")

        frozen = encoder()
        frozen.trainable = False
        i = keras.Input((32, 32, 3))
        x = layers.GlobalAveragePooling2D()(frozen(i))
        model = keras.Model(i, layers.Dense(10)(x))
        stack = keras.Sequential([frozen, layers.Flatten(), layers.Dense(2)])
        inner = keras.Sequential([layers.Conv2D(4, 3), layers.ReLU()])
        outer = keras.Sequential([keras.Input((32, 32, 3)), inner, layers.Flatten(), layers.Dense(2)])
    """)
    assert counts(found["model"]) == (346, 90)
    assert rows(found["model"]) == [
        ("input_layer_1", "InputLayer", 0),
        ("encoder", "Functional", 256),
        ("global_average_pooling2d", "GlobalAveragePooling2D", 0),
        ("dense", "Dense", 90),
    ]
    assert rows(found["model"], 1) == [
        ("conv2d", "Conv2D", 224),
        ("batch_normalization", "BatchNormalization", 32),
    ]
    assert counts(found["stack"]) == (16_642, 16_386)
    assert rows(found["outer"]) == [
        ("sequential_1", "Sequential", 112),
        ("flatten_1", "Flatten", 0),
        ("dense_2", "Dense", 7_202),
    ]


BLOCK = """
    class Block(layers.Layer):
        def __init__(self, filters, **options):
            super().__init__(**options)
            self.filters = filters
            self.first = layers.Conv2D(filters, 3, padding="same")
            self.norm = layers.BatchNormalization()
            self.act = layers.ReLU()

        def build(self, input_shape):
            if input_shape[-1] != self.filters:
                self.project = layers.Conv2D(self.filters, 1)
            else:
                self.project = None
            super().build(input_shape)

        def call(self, x, training=False):
            y = self.act(self.norm(self.first(x), training=training))
            return layers.add([y, x if self.project is None else self.project(x)])

    class Scale(layers.Layer):
        def build(self, input_shape):
            self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="scale")
            self.seen = self.add_weight(shape=(1,), trainable=False)

        def call(self, x):
            return x * self.scale
"""


def test_custom_layers() -> None:
    found = models(
        BLOCK
        + """
    i = keras.Input((None, None, 3))
    x = Scale()(Block(8)(Block(8)(i)))
    model = keras.Model(i, layers.Dense(4)(layers.GlobalMaxPooling2D()(x)))
    """
    )
    model = found["model"]
    assert counts(model) == (949, 916)
    assert [(name, kind) for name, kind, _ in rows(model)] == [
        ("input_layer", "InputLayer"),
        ("block_1", "Block"),
        ("block", "Block"),
        ("scale", "Scale"),
        ("global_max_pooling2d", "GlobalMaxPooling2D"),
        ("dense", "Dense"),
    ]
    assert [params for _, _, params in rows(model)] == [0, 288, 616, 9, 0, 36]
    assert text(model.inputs[0][1]) == "height"


SUBCLASS = (
    BLOCK
    + """
    class Net(keras.Model):
        def __init__(self, classes=10):
            super().__init__(name="net")
            self.blocks = [Block(8), Block(16)]
            self.pool = layers.GlobalAveragePooling2D()
            self.head = layers.Dense(classes)
            self.unused = layers.Dense(3)

        def call(self, x):
            for block in self.blocks:
                x = block(x)
            return self.head(self.pool(x))
"""
)


def test_a_subclassed_model_that_is_only_built_has_no_weights() -> None:
    found = models(f"{SUBCLASS}\n    net = Net()\n    net.build((None, 28, 28, 1))\n")
    assert counts(found["net"]) == (0, 0)
    assert counts(found["Net"]) == (1_674, 1_626)


@pytest.mark.parametrize("use", ["net(keras.Input((28, 28, 1)))", "net(ops.zeros((1, 28, 28, 1)))"])
def test_subclassed_model(use: str) -> None:
    model = models(f"{SUBCLASS}\n    net = Net()\n    {use}\n")["net"]
    assert counts(model) == (1_674, 1_626)
    assert rows(model) == [
        ("block", "Block", 128),
        ("block_1", "Block", 1_376),
        ("global_average_pooling2d", "GlobalAveragePooling2D", 0),
        ("dense", "Dense", 170),
    ]
    assert model.macs == 28 * 28 * (72 + 8 + 8 * 9 * 16 + 8 * 16) + 160
    assert shape(model.outputs[0])[1:] == [10]


def test_subclassed_model_on_an_input_that_nothing_states() -> None:
    model = models("""
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.scale = layers.Rescaling(1 / 255)
                self.conv = layers.Conv2D(8, 3)
                self.pool = layers.GlobalAveragePooling2D()
                self.head = layers.Dense(10)

            def call(self, x):
                return self.head(self.pool(self.conv(self.scale(x))))
    """)["Net"]
    assert model.resolved
    assert [text(dim) for dim in model.inputs[0]] == ["batch", "height", "width", "channels"]
    assert model.parameters.total is not None
    assert text(model.parameters.total) == "72*channels + 98"


def test_sequential_in_every_way() -> None:
    found = models("""
        first = keras.Sequential()
        first.add(layers.Dense(8, input_dim=4, activation="relu"))
        first.add(layers.Dropout(0.5))
        first.add(layers.Dense(3, activation="softmax"))
        second = keras.Sequential([layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(2)])
        second.build((None, 8, 8, 1))
        third = keras.Sequential([layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(2)])
        third(keras.Input((10, 10, 3)))
        fourth = keras.Sequential([layers.Input(shape=(10,)), layers.Dense(3)], name="four")
        fourth.add(layers.Dense(1))
        fourth.layers[0].trainable = False
        fifth = keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10)])
        fifth.pop()
        fifth.pop()
        fifth.add(layers.Conv2D(4, 3))
        fifth.add(layers.GlobalAveragePooling2D())
    """)
    assert counts(found["first"]) == (67, 67)
    assert rows(found["first"]) == [("dense", "Dense", 40), ("dropout", "Dropout", 0), ("dense_1", "Dense", 27)]
    assert counts(found["second"]) == (658, 658)
    assert counts(found["third"]) == (1_250, 1_250)
    assert counts(found["fourth"]) == (37, 4)
    assert counts(found["fifth"]) == (516, 516)
    assert found["fifth"].macs == 83_808


def test_trainable_counts_of_batch_normalization() -> None:
    model = models("""
        i = keras.Input((24, 24, 6))
        x = layers.BatchNormalization(scale=False)(i)
        x = layers.Conv2D(10, 3, use_bias=False)(x)
        x = layers.BatchNormalization(center=False, scale=False)(x)
        x = layers.Conv2D(14, 3, use_bias=False)(x)
        x = layers.BatchNormalization(axis=1, momentum=0.9)(x)
        x = layers.Conv2D(18, 3)(x)
        x = layers.BatchNormalization(trainable=False)(x)
        model = keras.Model(i, layers.GlobalAveragePooling2D()(layers.Activation("swish")(x)))
    """)["model"]
    assert (model.parameters.total, model.parameters.trainable, model.parameters.non_trainable) == (4_276, 4_132, 144)
    assert model.macs == 1_500_192


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("x = layers.Conv2D(8, 3)(keras.Input((8, 8)))", ("rank-mismatch", 1, 5)),
        ("x = layers.Conv2D(8, 5)(keras.Input((4, 4, 1)))", ("nonpositive-size", 1, 5)),
        ("d = layers.Dense(3)\nd(keras.Input((4,)))\nd(keras.Input((5,)))", ("feature-mismatch", 3, 1)),
        ("c = layers.Conv2D(3, 1)\nc(keras.Input((4, 4, 1)))\nc(keras.Input((4, 4, 2)))", ("channel-mismatch", 3, 1)),
        ("x = layers.Dense(3)(layers.Flatten()(keras.Input((None, 4))))", ("bad-argument", 1, 5)),
        ("x = layers.Dense(3)(layers.Flatten())", ("bad-call", 1, 5)),
        ("x = layers.Dense(3, activation='Relu')", ("bad-argument", 1, 5)),
        ("x = layers.Dense(3, size=4)", ("bad-call", 1, 5)),
        ("x = layers.Conv2D(3)", ("bad-call", 1, 5)),
        ("x = keras.Input(3)", ("bad-argument", 1, 5)),
        ("x = keras.Model(keras.Input((3,)), layers.Dense(3)(keras.Input((3,))))", ("bad-argument", 1, 5)),
        ("i = keras.Input((3,))\nx = keras.Model(input=i, output=i)", ("bad-call", 2, 5)),
        (
            "m = keras.Sequential([\n  keras.Input((8, 8, 3)),\n  layers.Flatten(),\n  layers.Conv2D(8, 3),\n])",
            ("rank-mismatch", 4, 3),
        ),
        (
            "m = keras.Sequential()\nm.add(keras.Input((4, 4, 3)))\nm.add(layers.Conv2D(8, 5))",
            ("nonpositive-size", 3, 7),
        ),
        ("m = keras.Sequential([layers.Flatten])", ("bad-call", 1, 5)),
        ("m = keras.Sequential([layers.Dense(2, name='a'), layers.Dense(2, name='a')])", ("duplicate-name", 1, 50)),
        (
            "i = keras.Input((4,))\nx = layers.Dense(2, name='a')(layers.Dense(2, name='a')(i))\nm = keras.Model(i, x)",
            ("duplicate-name", 3, 5),
        ),
        (
            "i = keras.Input((4,))\nm = keras.Model(i, layers.Dense(2)(i))\nm(keras.Input((5,)))",
            ("size-mismatch", 3, 1),
        ),
        (
            "i = keras.Input((4,))\nm = keras.Model(i, layers.Dense(2)(i))\nm(keras.Input((5, 4)))",
            ("size-mismatch", 3, 1),
        ),
    ],
)
def test_refused_where_keras_raises(program: str, fault: tuple[str, int, int]) -> None:
    assert faults(program) == [fault]


def test_one_mistake_gives_one_fault() -> None:
    found = evaluate("""
        model = keras.Sequential([
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 3),
            layers.Flatten(),
            layers.Conv2D(8, 3),
            layers.Dense(2),
        ])
    """)
    assert [fault.kind for fault in found.faults] == ["rank-mismatch"]
    (model,) = found.models
    assert counts(model) == (None, None)
    assert len(model.unresolved) == 1


def test_a_refusal_that_the_program_catches() -> None:
    found = models("""
        i = keras.Input((4, 4, 3))
        try:
            x = layers.Conv2D(8, 9)(i)
        except ValueError:
            x = layers.Conv2D(8, 3)(i)
        model = keras.Model(i, x)
    """)
    assert counts(found["model"]) == (224, 224)


def test_an_unknown_layer_leaves_the_rest() -> None:
    found = models("""
        from somewhere import Strange
        i = keras.Input((8, 8, 3))
        x = Strange()(layers.Conv2D(8, 3)(i))
        model = keras.Model(i, layers.Dense(2)(x))
    """)
    assert counts(found["model"]) == (None, None)
    assert not found["model"].resolved


def test_sizes_left_open_are_not_the_same() -> None:
    found = models("""
        a = keras.Input((None, None, 3))
        b = keras.Input((None, None, 3))
        both = keras.Model([a, b], layers.Add()([layers.Conv2D(3, 3)(a), b]))
        c = keras.Input((None, None, 3))
        alone = keras.Model(c, layers.MaxPooling2D()(c))

        def build(height, width, depth, classes):
            i = keras.Input((height, width, depth))
            return keras.Model(i, layers.Dense(classes)(layers.Flatten()(i)))
    """)
    assert counts(found["both"]) == (84, 84)
    assert [text(dim) for dim in found["alone"].inputs[0]] == ["batch", "height", "width", "3"]
    assert found["build"].resolved


def test_what_is_not_known_of_a_sequential_is_not_nothing() -> None:
    found = models("""
        from config import SIZES
        model = keras.Sequential([layers.Dense(n) for n in SIZES] + [layers.Dense(1)])
        model.build((None, 4))
        other = keras.Sequential([keras.Input((4,)), SIZES.layer(), layers.Dense(2)])
    """)
    assert [counts(found[name]) for name in ("model", "other")] == [(None, None)] * 2


@pytest.mark.parametrize(
    ("shape", "kinds"),
    [
        ("(4, 28, 28)", ((), ())),
        ("(4, 28, 28, 1)", ((), ())),
        ("(4, 28, 28, 1, 1)", ((), ())),
        ("(4, 32, 32, 1)", (("feature-mismatch",), ("size-mismatch",))),
        ("(4, 28, 28, 3)", (("channel-mismatch",), ("channel-mismatch",))),
        ("(4, 784)", (("rank-mismatch",), ("size-mismatch",))),
        ("(28, 28)", (("rank-mismatch",), ("rank-mismatch",))),
        ("(28, 28, 1)", (("nonpositive-size",), ("nonpositive-size",))),
    ],
)
@pytest.mark.parametrize("use", ["m.fit(x, np.zeros((4, 2)))", "m.predict(x)", "m(x)"])
def test_the_data_that_a_model_is_given(shape: str, kinds: tuple[tuple[str, ...], ...], use: str) -> None:
    body = "layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(2)"
    sequential = f"m = keras.Sequential([keras.Input((28, 28, 1)), {body}])"
    functional = (
        "i = keras.Input((28, 28, 1))\nm = keras.Model(i, layers.Dense(2)(layers.Flatten()(layers.Conv2D(4, 3)(i))))"
    )
    for model, expected in zip((sequential, functional), kinds, strict=True):
        found = evaluate(f"import numpy as np\n{model}\nm.compile('sgd', 'mse')\nx = np.zeros({shape})\n{use}\n")
        told = expected if use == "m(x)" else tuple("data-mismatch" for _ in expected)
        assert tuple(fault.kind for fault in found.faults) == told


def test_a_clone_has_weights_of_its_own() -> None:
    found = models("""
        i = keras.Input((8, 8, 3))
        x = layers.BatchNormalization()(layers.Conv2D(4, 3)(i)) * 2.0
        m = keras.Model(i, layers.Dense(2)(layers.Flatten()(x)))
        clone = keras.models.clone_model(m)
        clone.trainable = False
    """)
    assert counts(found["m"]) == (418, 410)
    assert counts(found["clone"]) == (418, 0)


@pytest.mark.parametrize(
    "change",
    [
        "for _ in key:\n    m.add(layers.Dense(3))",
        "if key:\n    m.pop()",
        "if key:\n    m.add(layers.Dense(3))",
        "m = keras.Sequential(key)",
        "m = keras.Sequential([keras.Input((3,)), *key])",
    ],
)
def test_a_stack_that_may_have_changed_has_no_total(change: str) -> None:
    code = "import sys\nkey = sys.argv[1]\nm = keras.Sequential([keras.Input((3,)), layers.Dense(3)])\n"
    found = {model.name: model for model in evaluate(code + change).models}
    assert found["m"].parameters.total is None


@pytest.mark.parametrize(
    "change",
    [
        "if key:\n    m.trainable = False",
        "m.trainable = bool(key)",
        "for layer in m.layers[: int(key)]:\n    layer.trainable = False",
        "for layer in m.layers:\n    layer.trainable = layer.name in key",
        "m.layers[int(key)].trainable = False",
        "m.get_layer(key).trainable = False",
    ],
)
def test_what_may_be_frozen_has_a_total_but_no_trainable_one(change: str) -> None:
    code = (
        "import sys\nkey = sys.argv[1]\nm = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2)])\n"
    )
    (model,) = evaluate(code + change).models
    assert (model.parameters.total, model.parameters.trainable) == (26, None)
