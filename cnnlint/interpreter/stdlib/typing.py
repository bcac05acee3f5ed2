"""`typing`, `abc`, `types` and the like: names that change nothing at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.builtin.types import (
    DICT,
    FROZENSET,
    FUNCTION,
    LIST,
    MODULE,
    NONE,
    OBJECT,
    SET,
    STR,
    TUPLE,
    TYPE,
)
from cnnlint.interpreter.library import Library
from cnnlint.interpreter.stdlib.collections import DEFAULT, ORDERED, tuple_class
from cnnlint.interpreter.stdlib.collections import LIBRARY as COLLECTIONS
from cnnlint.interpreter.values import (
    BoundMethod,
    ClassMethod,
    ClassValue,
    DictValue,
    HostFunction,
    Instance,
    StaticMethod,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("typing", "typing_extensions", "abc", "types", "numbers", "__future__")
ALIASES = {
    "List": LIST,
    "Dict": DICT,
    "Tuple": TUPLE,
    "Set": SET,
    "FrozenSet": FROZENSET,
    "Type": TYPE,
    "Text": STR,
    "OrderedDict": ORDERED,
    "DefaultDict": DEFAULT,
    "Callable": COLLECTIONS.names["collections.abc.Callable"],
    "Iterable": COLLECTIONS.names["collections.abc.Iterable"],
    "Iterator": COLLECTIONS.names["collections.abc.Iterator"],
    "Sequence": COLLECTIONS.names["collections.abc.Sequence"],
    "Mapping": COLLECTIONS.names["collections.abc.Mapping"],
    "MutableMapping": COLLECTIONS.names["collections.abc.MutableMapping"],
    "Collection": COLLECTIONS.names["collections.abc.Collection"],
    "Sized": COLLECTIONS.names["collections.abc.Sized"],
    "Hashable": COLLECTIONS.names["collections.abc.Hashable"],
}
FORMS = [
    "Any",
    "Union",
    "Optional",
    "Literal",
    "Final",
    "ClassVar",
    "Annotated",
    "Concatenate",
    "TypeGuard",
    "TypeAlias",
    "Never",
    "NoReturn",
    "Self",
    "Required",
    "NotRequired",
    "Unpack",
    "LiteralString",
    "ReadOnly",
    "AnyStr",
]
BASES = [
    "Generic",
    "Protocol",
    "SupportsInt",
    "SupportsFloat",
    "SupportsIndex",
    "Generator",
    "Awaitable",
    "Coroutine",
    "Counter",
    "Deque",
    "IO",
    "TextIO",
    "BinaryIO",
    "Pattern",
    "Match",
    "AbstractSet",
    "MutableSequence",
    "MutableSet",
]

for _module in ("typing", "typing_extensions"):
    for _name, _cls in ALIASES.items():
        LIBRARY.add(f"{_module}.{_name}", _cls)
    for _name in FORMS:
        LIBRARY.add(f"{_module}.{_name}", ClassValue(f"typing.{_name}", (OBJECT,), {}, library=True))
    for _name in BASES:
        LIBRARY.add(f"{_module}.{_name}", ClassValue(f"typing.{_name}", (OBJECT,), {}, library=True))
    LIBRARY.add(f"{_module}.TYPE_CHECKING", False)


@LIBRARY.function("typing.cast", "typing_extensions.cast")
def cast(machine: Machine, typ: Value, val: Value) -> Value:
    """The value itself."""
    return val


@LIBRARY.function(
    "typing.overload",
    "typing.final",
    "typing.no_type_check",
    "typing.runtime_checkable",
    "typing.override",
    "typing_extensions.override",
    "typing_extensions.final",
    "typing_extensions.overload",
    "typing.assert_never",
    "typing.reveal_type",
    "abc.abstractmethod",
    "abc.abstractproperty",
    "types.coroutine",
)
def itself(machine: Machine, value: Value) -> Value:
    """A decorator that marks."""
    return value


@LIBRARY.function(
    "typing.TypeVar",
    "typing.ParamSpec",
    "typing.TypeVarTuple",
    "typing.NewType",
    "typing_extensions.TypeVar",
    "typing_extensions.ParamSpec",
    "typing.get_type_hints",
    "typing.get_args",
    "typing.get_origin",
    "typing.ForwardRef",
)
def type_variable(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    """Types are not followed."""
    return Unknown("a type")


def _named_tuple(machine: Machine, cls: ClassValue) -> None:
    """A class body with annotations becomes a tuple with fields."""
    fields = cls.namespace.get("__annotations__", ())
    if not isinstance(fields, tuple) or not fields:
        return
    defaults = {field: cls.namespace[field] for field in fields if field in cls.namespace}
    made = tuple_class(cls.qualified_name, fields, defaults, machine, cls.namespace)
    cls.namespace.update(made.namespace)
    cls.mro = (cls, *made.mro[1:])


NAMED_TUPLE = ClassValue("typing.NamedTuple", (OBJECT,), {}, library=True)
NAMED_TUPLE.namespace["__class_hook__"] = HostFunction("typing.NamedTuple", _named_tuple)
LIBRARY.add("typing.NamedTuple", NAMED_TUPLE)
LIBRARY.add("typing_extensions.NamedTuple", NAMED_TUPLE)


def _typed_dict(machine: Machine, cls: ClassValue) -> None:
    """A typed dictionary is a dictionary."""

    def new(inner: Machine, made: ClassValue, *args: Value, **kwargs: Value) -> Value:
        return inner.call(DICT, args, kwargs)

    cls.namespace["__new__"] = HostFunction(cls.qualified_name, new)


TYPED_DICT = ClassValue("typing.TypedDict", (OBJECT,), {}, library=True)
TYPED_DICT.namespace["__class_hook__"] = HostFunction("typing.TypedDict", _typed_dict)
LIBRARY.add("typing.TypedDict", TYPED_DICT)
LIBRARY.add("typing_extensions.TypedDict", TYPED_DICT)
LIBRARY.add("abc.ABC", ClassValue("abc.ABC", (OBJECT,), {}, library=True))
LIBRARY.add("abc.ABCMeta", TYPE)
LIBRARY.add("abc.abstractclassmethod", HostFunction("abc.abstractclassmethod", lambda _machine, f: ClassMethod(f)))
LIBRARY.add("abc.abstractstaticmethod", HostFunction("abc.abstractstaticmethod", lambda _machine, f: StaticMethod(f)))
for _name in ("FunctionType", "LambdaType", "BuiltinFunctionType", "BuiltinMethodType"):
    LIBRARY.add(f"types.{_name}", FUNCTION)
METHOD = ClassValue("types.MethodType", (FUNCTION,), library=True)
METHOD.namespace["__new__"] = HostFunction("types.MethodType", lambda _m, _cls, func, obj: BoundMethod(func, obj))
LIBRARY.add("types.MethodType", METHOD)
LIBRARY.add("types.ModuleType", MODULE)
LIBRARY.add("types.NoneType", NONE)
for _name in ("UnionType", "GenericAlias", "TracebackType", "CodeType"):
    LIBRARY.add(f"types.{_name}", ClassValue(f"types.{_name}", (OBJECT,), {}, library=True))
for _name in ("Number", "Real", "Integral", "Complex"):
    LIBRARY.add(f"numbers.{_name}", ClassValue(f"numbers.{_name}", (OBJECT,), {}, library=True))
for _name in ("annotations", "division", "print_function", "absolute_import", "unicode_literals"):
    LIBRARY.add(f"__future__.{_name}", None)


@LIBRARY.define("types.SimpleNamespace")
class SimpleNamespace:
    def __init__(machine: Machine, self: Instance, mapping: Value = None, /, **kwargs: Value) -> None:
        if isinstance(mapping, DictValue):
            self.attrs.update({str(key): value for key, value in mapping.items.items()})
        self.attrs.update(kwargs)


LIBRARY.add(
    "types.MappingProxyType",
    HostFunction("types.MappingProxyType", lambda _machine, mapping: mapping),
)
