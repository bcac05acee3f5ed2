"""What a name of the linted program can stand for.

Python's `None`, `bool`, `int`, `float`, `complex`, `str`, `bytes`, `...`, `tuple`, `slice` and `range` stand for
themselves (their parts may be any value), a symbolic integer is an `engine.dimension.Expr`; everything else is one of
the classes below.
Values live only while a file is interpreted: they are mutable, compared by identity and never leave the interpreter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from cnnlint.engine.dimension import Expr, unknown_dim
from cnnlint.engine.dimension import symbol as _symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.conditions import Condition
    from cnnlint.model import Fault, Place
    from cnnlint.syntax.program import FunctionDefinition, Lambda, Program

Value: TypeAlias = Any
"""Any of the above: Python itself has no narrower type for it."""


class Missing:
    """The absence of a value where `None` is one."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class Unknown:
    """A value that could not be derived, with the reason why and the place that stood in the way.

    `symbol` names a free input of the code (a parameter without a value), or is what arithmetic made of such: a host
    that needs a size may read it as one (`size()`). `opaque` says that it may be any object, a layer with parameters
    too (the result of an unresolved call); False for what is surely no module, such as the result of arithmetic.
    `condition` is what its truth says of open sizes, where it comes from comparing them. `made` is the function or
    method that gave it, with the unknown value that it was given and the place of the call. `among` are the objects of
    which it is one, where they are known and can be changed.
    """

    __slots__ = ("among", "called", "condition", "made", "opaque", "place", "reason", "symbol", "unpacked")

    def __init__(
        self, reason: str, place: Place | None = None, *, symbol: str | Expr | None = None, opaque: bool = False
    ) -> None:
        self.reason = reason
        self.place = place
        self.symbol = symbol
        self.opaque = opaque
        self.called = False
        self.among: tuple[Value, ...] = ()
        self.condition: Condition | None = None
        self.made: tuple[str, Unknown, Place | None] | None = None
        self.unpacked: Callable[[int], list[Value] | None] | None = None
        """Told how many names it is unpacked to: the parts, if that tells them, or a Proposal for an input's shape."""

    def size(self) -> Expr:
        """The free input as a symbolic size."""
        assert self.symbol is not None
        return _symbol(self.symbol) if isinstance(self.symbol, str) else self.symbol

    def __repr__(self) -> str:
        return f"Unknown({self.reason!r})"


class Open(Unknown):
    """Further arguments that a caller may give, where the code is run without one: defaults hold, the rest is free."""

    __slots__ = ()


class Absent(Unknown):
    """A module that is not at hand; `optional`: the code says what to do where it is not installed."""

    __slots__ = ("optional",)

    def __init__(self, reason: str, place: Place | None = None, *, optional: bool = False) -> None:
        super().__init__(reason, place, opaque=True)
        self.optional = optional


class Hidden(Unknown):
    """Arguments by position that are not known, nor how many there are (`f(*sizes)`)."""

    __slots__ = ()


class Ratio(Unknown):
    """A size divided by a number or by another size, as long as nothing rounds it (`h / 8`).

    Rounded down or up it is what Python's float is: that may be off by its last digit, but a whole number only where it
    is one. `ratios.py` has the arithmetic that keeps this.
    """

    __slots__ = ("denominator", "numerator")

    def __init__(self, numerator: Dim, denominator: Dim) -> None:
        super().__init__("a fraction of a symbolic size")
        self.numerator = numerator
        self.denominator = denominator


class More(Unknown):
    """The elements behind those of an iterator that are known; `sure`: those are certainly there."""

    __slots__ = ("sure",)

    def __init__(self, reason: str, place: Place | None = None, *, sure: bool = False) -> None:
        super().__init__(reason, place, opaque=True)
        self.sure = sure


class Choice(Unknown):
    """One of several numbers, of which none can be told to be the one; any number where there are none."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: Iterable[float], reason: str, place: Place | None = None) -> None:
        super().__init__(reason, place)
        self.numbers = tuple(dict.fromkeys(numbers))


class Many(Unknown):
    """What a loop over data puts into a list: no one knows how many elements, each of which is like one of `examples`.

    `count` stands for their number. Only plain data are told in this way (arrays, numbers, text, sequences of them).
    """

    __slots__ = ("count", "examples")

    def __init__(self, examples: Iterable[Value], reason: str, place: Place | None = None) -> None:
        super().__init__(reason, place, opaque=True)
        self.examples = tuple(examples)
        self.count: Dim = unknown_dim()


class ListValue:
    """A list; `unknown` is set when its contents (and length) are not known any more.

    Where that is `Many`, `items` follow on the elements that it stands for. `twins` are lists of which it may be one:
    a change of the one may be one of the other.
    """

    __slots__ = ("items", "twins", "unknown")

    def __init__(self, items: Iterable[Value] = (), unknown: Unknown | None = None) -> None:
        self.items = list(items)
        self.unknown = unknown
        self.twins: tuple[ListValue, ...] = ()

    def __repr__(self) -> str:
        return f"ListValue({self.items!r})"


class DictValue:
    """A dictionary (ordered); keys are Python constants, tuples of them, or values hashed by identity."""

    __slots__ = ("cls", "factory", "items", "open", "unknown")

    def __init__(
        self, items: dict[Value, Value] | None = None, unknown: Unknown | None = None, cls: ClassValue | None = None
    ) -> None:
        self.factory: Value = None
        """What a `defaultdict` makes its missing values with."""
        self.open: Open | None = None
        """Set for the `**kwargs` of a function that is run without a caller."""
        self.items = {} if items is None else items
        self.unknown = unknown
        self.cls = cls
        """The subclass of dict (`OrderedDict`, `defaultdict`) that it is an instance of, else None."""

    def __repr__(self) -> str:
        return f"DictValue({self.items!r})"


class SetValue:
    """A set, in insertion order."""

    __slots__ = ("items", "unknown")

    def __init__(self, items: Iterable[Value] = (), unknown: Unknown | None = None) -> None:
        self.items: dict[Value, None] = dict.fromkeys(items)
        if unknown is None and len(self.items) > 1 and not all(map(is_distinct, self.items)):
            unknown = Unknown("which elements of a set are equal is not known")
        self.unknown = unknown


def is_distinct(value: Value) -> bool:
    """Whether it is known which other values it equals; an array's elements are not hashed by identity."""
    if isinstance(value, Tensor):
        return value.cls.lookup("__hash__") is not None
    return not isinstance(value, (Unknown, Expr))


class Scope:
    """The names of one call, module or class body; `parent` is the enclosing scope that reads fall through to."""

    __slots__ = ("born", "global_names", "names", "nonlocal_names", "parent")

    def __init__(self, parent: Scope | None = None, born: object = None) -> None:
        self.born = born
        """The journal of the branch in which it came to exist: there it need not be undone."""
        self.names: dict[str, Value] = {}
        self.parent = parent
        self.global_names: frozenset[str] = frozenset()
        self.nonlocal_names: frozenset[str] = frozenset()


class ModuleValue:
    """A file of the project (or an installed package read as text), run when a name of it is first needed."""

    __slots__ = ("filename", "name", "open", "package", "program", "scope", "stars", "started")

    def __init__(self, name: str, filename: str, program: Program | None, *, package: bool) -> None:
        self.name = name
        self.filename = filename
        self.program = program
        self.package = package
        self.scope = Scope()
        self.stars: list[ModuleValue | LibraryModule] = []
        """The modules of its star imports, the latest last."""
        self.open = False
        """Whether a star import could not be followed: names may come from there."""
        self.started = False


class LibraryModule:
    """A module whose names are tables of cnnlint: `resolve` maps a dotted name to its value or MISSING."""

    __slots__ = ("name", "resolve")

    def __init__(self, name: str, resolve: Callable[[str], Value]) -> None:
        self.name = name
        self.resolve = resolve


class Deferred:
    """A name imported from a file that has not been run yet."""

    __slots__ = ("attribute", "module")

    def __init__(self, module: ModuleValue, attribute: str) -> None:
        self.module = module
        self.attribute = attribute


class ClassValue:
    """A class, of the linted code or of a library.

    `name` is the last part of `qualified_name` (`torch.nn.Conv2d`, `nets.SmallNet`). `unknown_base` is set when a base
    could not be resolved: what the class does not define itself is then unknown. Where such a base stands in front of
    the known ones, `unknown_first`, it may have a constructor of its own. `altered`: an unknown decorator was given it.
    """

    __slots__ = (
        "altered",
        "bases",
        "library",
        "mro",
        "name",
        "namespace",
        "place",
        "qualified_name",
        "unknown_base",
        "unknown_first",
    )

    def __init__(
        self,
        qualified_name: str,
        bases: tuple[ClassValue, ...] = (),
        namespace: dict[str, Value] | None = None,
        *,
        library: bool = False,
        place: Place | None = None,
        unknown_base: Unknown | None = None,
        unknown_first: bool = False,
    ) -> None:
        self.qualified_name = qualified_name
        self.name = qualified_name.rpartition(".")[2]
        self.bases = bases
        self.namespace = {} if namespace is None else namespace
        self.library = library
        self.place = place
        self.unknown_base: Unknown | None = unknown_base or next(
            (b.unknown_base for b in bases if b.unknown_base), None
        )
        self.unknown_first = unknown_first
        self.altered = False
        self.mro: tuple[ClassValue, ...] = (self, *linearize(bases))

    def lookup(self, name: str) -> Value:
        """The attribute as the method resolution order finds it, else MISSING."""
        for cls in self.mro:
            if name in cls.namespace:
                return cls.namespace[name]
        return MISSING

    @property
    def unknown_part(self) -> Unknown | None:
        """The base that is not known, where it may have its part in what an object is made of.

        It has none behind a library's class, whose constructor calls no further one.
        """
        behind: Unknown | None = None
        for cls in self.mro:
            if cls.library and "__init__" in cls.namespace:
                return None
            if cls.unknown_base is not None and all(base.unknown_base is None for base in cls.bases):
                if cls.unknown_first:
                    return cls.unknown_base
                behind = behind or cls.unknown_base
        return behind

    def constructor(self) -> Value:
        """The `__init__`, MISSING also where a base that is not known may have another one."""
        for cls in self.mro:
            if "__init__" in cls.namespace:
                return cls.namespace["__init__"]
            if cls.unknown_first:
                return MISSING
        return MISSING

    def is_subclass(self, qualified_name: str) -> bool:
        """Whether the class is, or inherits from, the library class of that name."""
        return any(cls.qualified_name == qualified_name for cls in self.mro)

    def __repr__(self) -> str:
        return f"<class {self.qualified_name}>"


def linearize(bases: tuple[ClassValue, ...]) -> tuple[ClassValue, ...]:
    """C3 merge of the bases' resolution orders; where Python would refuse, the plain left-to-right order."""
    pending = [list(base.mro) for base in bases] + [list(bases)]
    merged: list[ClassValue] = []
    while any(pending):
        pending = [row for row in pending if row]
        for row in pending:
            head = row[0]
            if not any(head in other[1:] for other in pending):
                break
        else:
            head = pending[0][0]
        merged.append(head)
        pending = [[cls for cls in row if cls is not head] for row in pending]
    merged.sort(key=lambda cls: cls.qualified_name == "builtins.object")  # a library's classes do not name it
    return tuple(merged)


class Instance:
    """An object of a class.

    `payload` holds the built-in value behind an instance of a subclass of `list`, `dict`, `str`… `opaque` is set when
    its constructor could not be followed: what its attributes do not say is then unknown. `facts` belongs to the
    library that defines the class (never visible to the linted program).
    """

    __slots__ = ("attrs", "born", "cls", "facts", "opaque", "payload", "place")

    def __init__(self, cls: ClassValue, place: Place | None = None, born: object = None) -> None:
        self.born = born
        """The journal of the branch in which it came to exist: there it need not be undone."""
        self.cls = cls
        self.attrs: dict[str, Value] = {}
        self.payload: Value = None
        self.opaque: Unknown | None = None
        self.place = place
        """Where it was built."""
        self.facts: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<{self.cls.name} instance>"


class Tensor:
    """An array, tensor or Keras tensor: a shape and what else is known.

    `shape` is None while the rank is unknown. `free` names an input whose shape nothing states yet: a layer that needs
    a rank proposes one (`Proposal`) and the model is run again with it. `values` are the elements, flat and in order,
    of a small array whose contents are known. `facts` holds what a library remembers of it (a Keras tensor's producing
    node, the activation that made it).
    """

    __slots__ = ("cls", "dtype", "facts", "free", "shape", "values")

    def __init__(
        self,
        cls: ClassValue,
        shape: Shape | None,
        dtype: str | None = None,
        *,
        free: str | None = None,
        values: tuple[Value, ...] | None = None,
    ) -> None:
        self.cls = cls
        self.shape = shape
        self.dtype = dtype
        self.free = free
        self.values = values
        self.facts: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<{self.cls.name} {self.shape}>"


class Weight(Tensor):
    """A parameter of a layer: `trainable` follows `requires_grad` / `trainable`; identity is what sharing means."""

    __slots__ = ("name", "trainable")

    def __init__(
        self,
        cls: ClassValue,
        shape: Shape | None,
        dtype: str | None = "float32",
        *,
        name: str = "",
        trainable: bool | Unknown = True,
    ) -> None:
        super().__init__(cls, shape, dtype)
        self.name = name
        self.trainable: bool | Unknown = trainable


class Function:
    """A function, lambda or method of the linted code; `altered`: an unknown decorator was given it."""

    __slots__ = ("altered", "attrs", "defaults", "definition", "module", "name", "owner", "place", "scope")

    def __init__(
        self,
        definition: FunctionDefinition | Lambda,
        defaults: dict[str, Value],
        scope: Scope,
        module: ModuleValue,
        place: Place,
        *,
        name: str,
        owner: ClassValue | None = None,
    ) -> None:
        self.definition = definition
        self.defaults = defaults
        self.scope = scope
        self.module = module
        self.place = place
        self.name = name
        self.owner = owner
        """The class whose body defines it: what `super()` and `__class__` mean inside."""
        self.attrs: dict[str, Value] = {}
        self.altered = False


class HostFunction:
    """A library function: `body(machine, *args, **kwargs)` in cnnlint, with the library's own parameter names.

    `binds` says whether it becomes a method where a class of the linted code has it as an attribute, as functions that
    are written in Python do and those written in C do not; None if it goes by names of both.
    """

    __slots__ = ("attrs", "binds", "body", "name", "signature")

    def __init__(self, name: str, body: Callable[..., Value]) -> None:
        self.attrs: dict[str, Value] = {}
        self.binds: bool | None = not name.startswith(("builtins.", "math.", "operator."))
        self.name = name
        self.body = body
        self.signature = Signature(body)

    def __repr__(self) -> str:
        return f"<function {self.name}>"


class Signature:
    """How a host function may be called, read from its code object (`inspect` would cost its import)."""

    __slots__ = (
        "count",
        "keyword_only",
        "keywords",
        "names",
        "positional_only",
        "required",
        "var_keyword",
        "var_positional",
    )

    def __init__(self, body: Callable[..., Value]) -> None:
        code = body.__code__
        defaults = body.__defaults__ or ()
        keyword_defaults = body.__kwdefaults__ or {}
        names = code.co_varnames[1 : code.co_argcount]  # the first one is the machine
        keyword_only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        self.names = names
        self.count = len(names)
        self.positional_only = frozenset(names[: max(0, code.co_posonlyargcount - 1)])
        self.keyword_only = keyword_only
        self.keywords = frozenset(names) - self.positional_only | frozenset(keyword_only)
        self.required = names[: self.count - len(defaults)] + tuple(
            name for name in keyword_only if name not in keyword_defaults
        )
        self.var_positional = bool(code.co_flags & 0x04)
        self.var_keyword = bool(code.co_flags & 0x08)

    def complaint(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> str | None:
        """What Python would say of such a call, in short, or None if it fits."""
        if len(args) > self.count and not self.var_positional:
            return f"takes {self.count} positional arguments but {len(args)} were given"
        given = self.names[: len(args)]
        for name in kwargs:
            if name in given and name not in self.positional_only:
                return f"got multiple values for argument `{name}`"
            if name not in self.keywords and not self.var_keyword:
                return f"got an unexpected keyword argument `{name}`"
        missing = [name for name in self.required if name not in given and name not in kwargs]
        if missing:
            return f"missing required argument `{missing[0]}`"
        return None


class HostProperty:
    """An attribute that a library class computes."""

    __slots__ = ("getter", "setter")

    def __init__(self, getter: Callable[..., Value], setter: Callable[..., None] | None = None) -> None:
        self.getter = getter
        self.setter = setter


class BoundMethod:
    """A function with its first argument."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: Value, receiver: Value) -> None:
        self.function = function
        self.receiver = receiver


class PropertyValue:
    __slots__ = ("deleter", "getter", "setter")

    def __init__(self, getter: Value, setter: Value = None, deleter: Value = None) -> None:
        self.getter = getter
        self.setter = setter
        self.deleter = deleter


class StaticMethod:
    __slots__ = ("function",)

    def __init__(self, function: Value) -> None:
        self.function = function


class ClassMethod:
    __slots__ = ("function",)

    def __init__(self, function: Value) -> None:
        self.function = function


class Super:
    """`super()`: attribute look-up on `receiver` starting behind `start` in its resolution order."""

    __slots__ = ("receiver", "start")

    def __init__(self, start: ClassValue, receiver: Value) -> None:
        self.start = start
        self.receiver = receiver


class Generator:
    """The values of a generator, iterator or map, drawn already; `position` counts those taken."""

    __slots__ = ("items", "position", "unknown")

    def __init__(self, items: list[Value], unknown: Unknown | None = None) -> None:
        self.items = items
        self.position = 0
        self.unknown = unknown


class Raised(Exception):  # noqa: N818 - control flow of the linted program
    """An exception of the linted program on its way up; with what it is to the user if nothing takes it.

    `fault` is None where a condition that is not known may keep it from being raised.
    """

    def __init__(self, value: Value, fault: Fault | None = None) -> None:
        super().__init__()
        self.value = value
        self.fault = fault


class Proposal(Exception):  # noqa: N818 - control flow of the interpreter
    """A layer met a free input and says which shape it must have; the model's forward is run again with it."""

    def __init__(self, name: str, shape: Shape) -> None:
        super().__init__(name)
        self.name = name
        self.shape = shape
