"""Asks Keras and cnnlint about drawn configurations of every class of `keras.layers`, and compares.

    KERAS_BACKEND=torch python -m tests.conformance.keras_layers [--configurations 200] [--seed S] [NAME…]
    KERAS_BACKEND=torch python -m tests.conformance.keras_layers --record FILE --configurations 6

needs Keras, one of its backends, and hypothesis. For each configuration it compares: built and called or refused, and
at which of the two; the shapes and element types of what the call gives; each weight's shape and whether it is
trained; with PyTorch as the backend also the products, as `torch.utils.flop_counter` counts them.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from importlib.util import find_spec

from cnnlint.frameworks import framework
from cnnlint.interpreter.values import MISSING
from tests.conformance import drawing
from tests.conformance.keras_asking import ask_cnnlint, ask_keras, is_beyond, names
from tests.conformance.keras_drawing import strategy
from tests.conformance.keras_more_plans import MORE_PLANS
from tests.conformance.keras_plans import PLANS


def public() -> dict[str, tuple[str, ...]]:
    """The classes of the installed `keras.layers` and the other names of each."""
    classes: dict[type, list[str]] = {}
    for name, value in vars(names()["layers"]).items():
        if inspect.isclass(value):
            classes.setdefault(value, []).append(name)
    found = {}
    for value, called in classes.items():
        first = value.__name__ if value.__name__ in called else called[0]
        found[first] = tuple(sorted(set(called) - {first}))
    return dict(sorted(found.items()))


def catalogue(classes: dict[str, tuple[str, ...]]) -> set[str]:
    """The classes that cnnlint has, under all of their names."""
    room = framework("keras")
    assert room is not None
    resolved = {name: [room.resolve(f"keras.layers.{each}") for each in (name, *classes[name])] for name in classes}
    return {name for name, values in resolved.items() if values[0] is not MISSING and len(set(map(id, values))) == 1}


ELSEWHERE = {
    "tensorflow": "Hashing HashedCrossing IntegerLookup StringLookup TextVectorization TFSMLayer",
    "jax": "JaxLayer",
    "flax": "FlaxLayer",
}
"""Classes that need one more library."""


def half() -> drawing.Half:
    """This side of the run."""
    warnings.simplefilter("ignore")
    classes = public()
    return drawing.Half(
        title=f"keras {names()['keras'].__version__}",
        public=list(classes),
        catalogue=catalogue(classes),
        cases={name: strategy(name, make, classes.get(name, ())) for name, make in {**PLANS, **MORE_PLANS}.items()},
        theirs=ask_keras,
        ours=ask_cnnlint,
        beyond=is_beyond,
        unaccepting=("Layer", "Wrapper"),
        elsewhere=[name for need, them in ELSEWHERE.items() if find_spec(need) is None for name in them.split()],
    )


if __name__ == "__main__":
    sys.exit(drawing.main(half))
