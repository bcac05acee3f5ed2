"""What differs between releases of Keras: each program was run with Keras 2.15.0 and 3.15.1, on TensorFlow."""

from __future__ import annotations

import pytest

from cnnlint.evaluation import evaluate

HEAD = "import numpy as np\nimport tensorflow as tf\nfrom tensorflow import keras\nL = keras.layers\n"
NET = "m = keras.Sequential([keras.Input((2,)), L.Dense(1)])\nm.compile('sgd', 'mse')\n"
IMAGES = "m = keras.Sequential([keras.Input((28, 28, 1)), L.Conv2D(4, 3), L.GlobalAveragePooling2D(), L.Dense(1)])\n"
ONLY_2 = [
    "y = tf.concat([keras.Input((4,))] * 2, -1)",
    "y = keras.backend.sigmoid(keras.Input((4,)))",
    "keras.optimizers.Adam(lr=0.1)",
    "keras.regularizers.l2(l=0.1)",
    "keras.callbacks.ModelCheckpoint('best.keras', period=5)",
    "keras.Sequential([L.Dense(3, batch_input_shape=(2, 4))])",
    "L.Dense(3, input_shape=(4,), weights=[np.zeros((4, 3)), np.zeros(3)])",
    "L.BatchNormalization(fused=True)",
    "L.LSTM(3, time_major=True)",
    "keras.Sequential([L.LSTM(3, input_dim=4, input_length=5)])",
    "L.Dense(3.0)",
    "L.Dense(3, kernel_regularizer='l1_l2')",
    "L.Dense(0)",
    "keras.Input(4)",
    "L.Dense(3, name='a/b')",
    "m = keras.Sequential([L.Embedding(10, 3, input_length=5), L.Flatten(), L.Dense(1)])\nm.count_params()",
    "i = keras.Input((8, 8, 3))\nm = keras.Model(i, L.Flatten()(L.Conv2D(4, 3)(i)))\nm(keras.Input((9, 9, 3)))",
    NET + "m.fit([[1, 2], [3, 4]], [1, 2])",
    NET + "m.fit(np.zeros((2, 2)), np.zeros(2), workers=4)",
    NET + "m.fit_generator(iter([(np.zeros((2, 2)), np.zeros(2))]), steps_per_epoch=1)",
    NET + "m.compile('sgd', 'mse', metrics='accuracy')",
]
ONLY_3 = [IMAGES + "m.compile('sgd', 'mse')\nm.fit(np.zeros((8, 32, 32, 1)), np.zeros(8))"]
BOTH = [
    IMAGES + "m.predict(np.zeros((8, 28, 28)))",
    "L.Dense(3, foo=1)",
    "L.Conv2D(32, 3, 3, border_mode='same')",
    "L.Add()([keras.Input((4,)), keras.Input((5,))])",
    NET + "m.predict_classes(np.zeros((2, 2)))",
    NET + "m.fit(np.zeros((2, 2)), np.zeros(2), nb_epoch=1)",
    NET + "m.fit(np.zeros((2, 3)), np.zeros(2))",
    "x = keras.Input((4,))\nkeras.Model(inputs=[x], outputs=[L.Dense(3)(x)])",
]


def refused(program: str, release: tuple[int, ...] | None = None, head: str = HEAD) -> bool:
    found = evaluate("net.py", head + program + "\n", versions={} if release is None else {"keras": release})
    return bool(found.faults) or any(model.faults for model in found.models)


@pytest.mark.parametrize("program", ONLY_2)
def test_accepted_by_keras_2_only(program: str) -> None:
    assert refused(program)
    assert refused(program, (3,))
    assert not refused(program, (2, 15))
    assert not refused(program, (2,))


@pytest.mark.parametrize("program", ONLY_3)
def test_accepted_by_keras_3_only(program: str) -> None:
    assert not refused(program)
    assert refused(program, (2, 15))


@pytest.mark.parametrize("program", BOTH)
def test_the_same_in_both(program: str) -> None:
    assert refused(program) is refused(program, (2, 15))


def test_keras_2_3_does_not_add_the_last_axis() -> None:
    program = IMAGES + "m.predict(np.zeros((8, 28, 28)))"
    assert refused(program, (2, 3))
    assert not refused(program, (2, 4))
    assert not refused(program)


def test_what_imports_tf_keras_is_for_keras_2() -> None:
    program = "x = keras.Input((4,))\ny = tf.concat([x, x], -1)\nm = keras.Model(x, y)"
    head = HEAD.replace("from tensorflow import keras", "import tf_keras as keras")
    assert not refused(program, head=head)
    assert refused(program, (3,), head)


def test_a_model_of_refused_functions_is_still_summarized() -> None:
    (model,) = evaluate(
        "net.py", HEAD + "x = keras.Input((4,))\nm = keras.Model(x, L.Dense(3)(tf.nn.relu(x)))\n"
    ).models
    assert model.parameters.total == 15
