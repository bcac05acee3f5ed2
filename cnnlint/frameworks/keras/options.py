"""The arguments that layers of every kind share: initializers, regularizers, constraints, seeds, element types.

Each is read as `keras.initializers.get` and its like read it; what they refuse is refused here, whatever the layer is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr, equal
from cnnlint.engine.shape import text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import changes
from cnnlint.frameworks.keras.arguments import refused
from cnnlint.frameworks.keras.operands import type_name
from cnnlint.interpreter.values import (
    ClassValue,
    DictValue,
    Function,
    HostFunction,
    Instance,
    ListValue,
    SetValue,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
_INITIALIZERS = """Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer Initializer
LecunNormal LecunUniform Ones Orthogonal OrthogonalInitializer RandomNormal RandomUniform STFT STFTInitializer
TruncatedNormal VarianceScaling Zeros constant glorot_normal glorot_uniform he_normal he_uniform identity initializer
lecun_normal lecun_uniform normal one ones orthogonal random_normal random_uniform stft truncated_normal uniform
variance_scaling zero zeros"""
_REGULARIZERS = "L1 L1L2 L2 OrthogonalRegularizer Regularizer l1 l1l2 l2 orthogonal_regularizer regularizer"
_CONSTRAINTS = "Constraint MaxNorm MinMaxNorm NonNeg UnitNorm constraint max_norm min_max_norm non_neg unit_norm"
INITIALIZERS = frozenset(_INITIALIZERS.split())
REGULARIZERS = frozenset(_REGULARIZERS.split())
CONSTRAINTS = frozenset(_CONSTRAINTS.split())
KINDS = (
    ("_initializer", "an initializer", INITIALIZERS),
    ("_regularizer", "a regularizer", REGULARIZERS),
    ("_constraint", "a constraint", CONSTRAINTS),
)
"""How an argument ends, what it must be, and the words that Keras 3.15 knows for it (`ALL_OBJECTS_DICT`)."""
_TYPES = """float16 float32 float64 uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 bool string float8_e4m3fn
float8_e5m2 complex64 complex128"""
TYPES = frozenset(_TYPES.split())
"""`ALLOWED_DTYPES` of Keras."""
PYTHON_TYPES = {"bool": "bool", "int": "int32", "float": "float32", "str": "string"}
QUANTIZED = ("int8", "float8", "int4", "gptq", "awq")
"""How the names of quantized policies begin; each goes on with `_from_` and a type."""


def check_shared(machine: Machine, known: dict[str, Value], name_of_class: str = "") -> None:
    """Read a constructor's arguments by their names. Raises ShapeError "bad-argument"."""
    # A layer that drops nothing, or adds no noise, makes no generator.
    idle = any(known.get(name) in (0, 0.0) for name in ("rate", "stddev") if isinstance(known.get(name), (int, float)))
    if name_of_class.endswith("Attention"):
        idle = isinstance(rate := known.get("dropout", 0.0), (int, float)) and rate == 0
    for name, value in known.items():
        if name == "activity_regularizer" and name_of_class == "SimpleRNN":  # Keras 3.15 does not read it there
            continue
        for end, what, words in KINDS:
            older = value == "l1_l2" and end == "_regularizer" and not changes.has(machine, "no-l1-l2")
            if value is not None and name.endswith(end) and not older:
                _object(name, value, what, words)
        if name == "seed" and not idle:
            check_seed(value)


def _object(name: str, value: Value, what: str, words: frozenset[str]) -> None:
    # A word with a class of the code's own behind it is registered as `package>Name`, or in a scope of custom objects.
    wrong = isinstance(value, str) and value not in words and ">" not in value
    wrong = wrong or isinstance(value, (bool, int, float, tuple, ListValue, SetValue, Expr))
    wrong = wrong or (isinstance(value, DictValue) and value.unknown is None and "class_name" not in value.items)
    if wrong or (isinstance(value, Tensor) and what != "an initializer"):
        shown = repr(value) if isinstance(value, (bool, int, float, str)) else f"a {coerce.describe(value)}"
        raise refused(f"`{name}` must be {what}, but {shown} is none that Keras knows", actual=shown)


def check_initializer(self: Instance, name: str, shape: Shape) -> None:
    """Refuse an initializer that cannot fill a weight of that shape. Raises ShapeError "bad-argument"."""
    value = self.facts.get("given", {}).get(f"{name}_initializer")
    if isinstance(value, Tensor):
        if value.shape is not None and (
            len(value.shape) != len(shape) or any(equal(a, b) is False for a, b in zip(value.shape, shape, strict=True))
        ):
            raise refused(f"the array given to fill `{name}` has the shape {text(value.shape)}, not {text(shape)}")
        return
    if isinstance(value, Function):  # it is called with the shape and `dtype=`
        parameters = value.definition.parameters
        if not any(each.kind == "**" or each.name == "dtype" for each in parameters):
            raise refused(f"the function that fills `{name}` takes no `dtype`", "TypeError")
        return
    if isinstance(value, (Instance, ClassValue)):
        value = value.cls.name if isinstance(value, Instance) else value.name
    if value in ("identity", "Identity", "IdentityInitializer") and len(shape) != 2:
        raise refused(f"the initializer of `{name}` fills matrices only, and its shape is {text(shape)}")
    if value in ("orthogonal", "Orthogonal", "OrthogonalInitializer") and len(shape) < 2:
        raise refused(f"the initializer of `{name}` needs two axes or more, and its shape is {text(shape)}")


def check_seed(value: Value) -> None:
    """Refuse a seed that is no whole number, as `SeedGenerator` does. Raises ShapeError "bad-argument"."""
    if value is None or isinstance(value, (int, Expr, Unknown)):
        return
    if isinstance(value, Instance) and value.opaque is not None:
        return
    raise refused(f"`seed` must be an integer, not {coerce.describe(value)}", actual=coerce.describe(value))


def policy(value: Value) -> tuple[str | None, str | None]:
    """What a layer with `dtype=value` computes in, and what its weights are; None where it is not known.

    Raises:
        ShapeError: "bad-argument" for a name that Keras does not know as an element type or a policy.

    """
    if value is None:
        return "float32", "float32"
    if isinstance(value, Instance) and "compute_dtype" in value.attrs:
        return _word(value.attrs["compute_dtype"]), _word(value.attrs["variable_dtype"])
    if isinstance(value, (Unknown, Instance)):
        return None, None
    if isinstance(value, DictValue):
        if value.unknown is None and "class_name" not in value.items:
            raise _no_type(value)
        return None, None
    name = value if isinstance(value, str) else type_name(value)
    if not isinstance(value, str) and (name is None or isinstance(value, HostFunction)):
        name = PYTHON_TYPES.get(name or "", name)
    if name is None or isinstance(value, Tensor):
        raise _no_type(value)
    if name.startswith(QUANTIZED) and "_from_" in name:
        name = name.partition("_from_")[2]
    if name in ("mixed_float16", "mixed_bfloat16"):
        return name[6:], "float32"
    if name not in TYPES or (name in QUANTIZED and isinstance(value, str)):
        raise _no_type(value)
    return name, name


def check_type(dtype: Value) -> None:
    """An element type; a policy of several is none. Raises ShapeError "bad-argument"."""
    if isinstance(dtype, Instance) and "compute_dtype" in dtype.attrs:
        raise refused("`dtype` must be an element type, not a policy", "TypeError")
    wrong = isinstance(dtype, str) and dtype not in TYPES and dtype != "int"
    if wrong or isinstance(dtype, (bool, int, float, tuple, ListValue, DictValue)):
        shown = repr(dtype) if isinstance(dtype, (bool, int, float, str)) else f"a {coerce.describe(dtype)}"
        raise refused(f"`dtype` must be an element type that Keras knows, not {shown}", actual=shown)


def _word(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _no_type(value: Value) -> Exception:
    shown = repr(value) if isinstance(value, (bool, int, float, str)) else f"a {coerce.describe(value)}"
    return refused(f"`dtype` must be an element type or a policy that Keras knows, not {shown}", actual=shown)
