"""What every file of this room shares: the library, its fundamental classes, how a Keras tensor shows its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from cnnlint.engine.dimension import Expr, symbol, symbols
from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import MISSING, ClassValue, LibraryModule, Tensor, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine

PREFIXES = (
    "tensorflow.python.keras",
    "tensorflow.compat.v1.keras",
    "tensorflow.compat.v2.keras",
    "tensorflow.keras",
    "tf_keras",
    "keras_core",
    "keras._tf_keras.keras",
    "keras.api._v1.keras",
    "keras.api._v2.keras",
    "keras.api",
)
"""Other names of the package `keras`."""

INTERNAL = frozenset(
    {
        "activations",
        "api_export",
        "backend",
        "callbacks",
        "constraints",
        "dtype_policies",
        "engine",
        "initializers",
        "layers",
        "losses",
        "metrics",
        "models",
        "ops",
        "optimizers",
        "random",
        "regularizers",
        "saving",
        "tree",
        "utils",
    }
)
"""Packages below `keras.src` whose names are Keras's public ones; the others are read as source where it is at hand."""

FOLDERS = frozenset(
    {
        "activations",
        "attention",
        "common",
        "convolutional",
        "core",
        "merging",
        "normalization",
        "pooling",
        "preprocessing",
        "regularization",
        "reshaping",
        "rnn",
    }
)
FILES = frozenset(
    {
        "base_layer",
        "cloning",
        "config",
        "function",
        "functional",
        "input_layer",
        "input_spec",
        "keras_tensor",
        "layer",
        "model",
        "naming",
        "node",
        "operation",
        "sequential",
        "topology",
        "tracking",
        "training",
        "variables",
    }
)
"""Folders and files of Keras's own source: a name of theirs is looked up by its last part."""


class KerasLibrary(Library):
    """The names of Keras and TensorFlow: one value however it is spelled."""

    more: Callable[[str], bool] | None = None
    """Loads further tables that a name may be in; False when none is left."""

    def resolve(self, dotted: str) -> Value:
        while True:
            count = len(self.names)
            found = self.find(dotted)
            if found is not MISSING:
                return found
            # Looking for the module above may have loaded what was missing.
            if len(self.names) == count and (self.more is None or not self.more(public_name(dotted))):
                return MISSING

    def find(self, dotted: str) -> Value:
        """The value of a dotted name in the tables that are loaded, else MISSING."""
        name = public_name(dotted)
        if name.startswith("keras.src.") or name == "keras.src":
            return self.internal(name)
        found = super().resolve(name)
        if found is MISSING and name.startswith(("keras.layers.", "keras.engine", "keras.models.", "keras.utils.")):
            return self.internal(f"keras.src{name[5:]}")
        return found

    def internal(self, name: str) -> Value:
        """A name of Keras's own source tree: the public value of that last name, or a module to look further in."""
        parts = name.split(".")[2:]
        if not parts:
            return LibraryModule(name, self.resolve)
        package, last = parts[0], parts[-1]
        if package not in INTERNAL:
            return MISSING
        if len(parts) == 1:
            found = super().resolve(f"keras.{package}")
            return LibraryModule(name, self.resolve) if found is MISSING else found
        nested = package == "layers" and len(parts) > 2
        if last.islower() and ((nested and len(parts) == 3 and parts[1] in FOLDERS) or last in FILES | FOLDERS):
            return LibraryModule(name, self.resolve)
        places = ("layers", "models") if package == "engine" else (package,)
        for place in places:
            found = self.names.get(f"keras.{place}.{last}", MISSING)
            if found is not MISSING:
                return found
        found = self.names.get(f"keras.{last}", MISSING)
        if found is MISSING and last.endswith("_utils"):
            return LibraryModule(name, self.resolve)
        return found


def public_name(dotted: str) -> str:
    """The name that Keras documents for it, as far as another prefix is all that differs."""
    for prefix in PREFIXES:
        if dotted.startswith(prefix) and dotted[len(prefix) : len(prefix) + 1] in ("", "."):
            return public_name("keras" + dotted[len(prefix) :])
    return dotted


KERAS = KerasLibrary("keras", "tensorflow", "tf_keras", "keras_core")

KERAS_TENSOR = ClassValue("keras.KerasTensor", library=True)
"""Keras's symbolic tensors, TensorFlow's tensors, and whatever else a layer gives."""
VARIABLE = ClassValue("keras.Variable", (KERAS_TENSOR,), library=True)
OPERATION = ClassValue("keras.Operation", library=True)
LAYER = ClassValue("keras.layers.Layer", (OPERATION,), library=True)
MODEL = ClassValue("keras.models.Model", (LAYER,), library=True)

for _cls, _names in (
    (KERAS_TENSOR, ("keras.KerasTensor", "keras.backend.KerasTensor", "tensorflow.Tensor")),
    (VARIABLE, ("keras.Variable", "keras.backend.Variable", "tensorflow.Variable")),
    (OPERATION, ("keras.Operation", "keras.ops.Operation")),
    (LAYER, ("keras.layers.Layer", "keras.Layer")),
    (MODEL, ("keras.models.Model", "keras.Model", "keras.models.Functional", "keras.Functional")),
):
    for _name in _names:
        KERAS.add(_name, _cls)


def extend(cls: ClassValue) -> Callable[[type], ClassValue]:
    """Give a class that exists already the host functions, properties and attributes of a class body."""

    def fill(body: type) -> ClassValue:
        cls.namespace.update(Library().define(cls.qualified_name)(body).namespace)
        return cls

    return fill


def result(shape: Iterable[Dim] | None, dtype: str | None = None, like: Tensor | None = None) -> Tensor:
    """A new tensor of that shape, without history; its element type is `dtype`, else that of `like`."""
    kept = None if shape is None else tuple(shape)
    return Tensor(KERAS_TENSOR, kept, dtype if dtype is not None or like is None else like.dtype)


OPEN_NAMES = {
    2: ("features",),
    3: ("length", "features"),
    4: ("height", "width", "features"),
    5: ("depth", "height", "width", "features"),
}
"""What the axes behind the batch are called where the code leaves them open, by rank, channels last."""


BATCH = "batch"
"""The symbol of the batch axis."""


class Settings:
    """What Keras keeps globally, for one run of the code."""

    __slots__ = ("data_format", "named", "opened")

    def __init__(self) -> None:
        self.data_format = "channels_last"
        """`keras.config.image_data_format()`."""
        self.named: dict[str, int] = {}
        """How many sizes of each name there are."""
        self.opened: set[str] = set()
        """The symbols of axes that the code declares as `None`."""


_settings: WeakKeyDictionary[Machine, Settings] = WeakKeyDictionary()


def settings(machine: Machine) -> Settings:
    """The global state of Keras in this run."""
    found = _settings.get(machine)
    if found is None:
        found = _settings[machine] = Settings()
    return found


def free_size(machine: Machine, name: str) -> Expr:
    """A new symbol for a size that nothing states.

    Two of them are two sizes (`height_0`, `height_1`), and none is a parameter of the code that happens to be called
    `height`; the description of a model leaves the numbers out. Only the batch is one and the same.
    """
    if name != BATCH:
        named = settings(machine).named
        named[name] = named.get(name, -1) + 1
        name = f"{name}_{named[name]}"
    made = symbol(name)
    assert isinstance(made, Expr)
    return made


def open_dim(machine: Machine, name: str) -> Expr:
    """The symbol of an axis that the code declares as `None`; a Keras tensor's `shape` shows it as `None` again."""
    made = free_size(machine, name)
    settings(machine).opened |= symbols(made)
    return made


def open_shape(machine: Machine, shape: Iterable[Dim | None], *, channels_first: bool = False) -> Shape:
    """A shape with the batch in front, each `None` replaced by the symbol of its axis."""
    given = tuple(shape)
    names: tuple[str, ...] = OPEN_NAMES.get(len(given), tuple(f"dim{axis}" for axis in range(1, len(given))))
    if channels_first and len(names) > 1:
        names = (names[-1], *names[:-1])
    return tuple(
        open_dim(machine, name) if dim is None else dim for dim, name in zip(given, (BATCH, *names), strict=False)
    )


def shown(machine: Machine, dim: Dim) -> Value:
    """A dimension as the linted program sees it in `x.shape`: `None` if it depends on an axis left open."""
    if isinstance(dim, Expr):
        names = symbols(dim)
        opened = settings(machine).opened
        if any(name in opened for name in names):
            return None
        if any(name.startswith("?") for name in names):
            return Unknown("a size is not known")
    return dim


def shown_shape(machine: Machine, shape: Shape) -> tuple[Any, ...]:
    """A shape as the linted program sees it."""
    return tuple(shown(machine, dim) for dim in shape)
