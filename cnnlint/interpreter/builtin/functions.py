"""Python's built-in functions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnnlint.engine import dimension
from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import Undetermined
from cnnlint.interpreter import operators
from cnnlint.interpreter.aliasing import one_of
from cnnlint.interpreter.builtin.constructors import OBJECT_NEW, to_text
from cnnlint.interpreter.builtin.containers import sort, take
from cnnlint.interpreter.builtin.types import class_of
from cnnlint.interpreter.conditions import condition_of, every, some, under
from cnnlint.interpreter.filling import count_of, is_filled
from cnnlint.interpreter.iteration import first_of
from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import (
    MISSING,
    BoundMethod,
    ClassMethod,
    ClassValue,
    DictValue,
    Function,
    Generator,
    HostFunction,
    Instance,
    ListValue,
    Many,
    ModuleValue,
    More,
    StaticMethod,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("builtins")
function = LIBRARY.function


@function("builtins.len")
def len_(machine: Machine, obj: Value, /) -> Value:
    """`len(obj)`; a tensor's is its first size."""
    if isinstance(obj, Instance | Tensor):
        method = obj.cls.lookup("__len__")
        if method is not MISSING:
            return machine.call(BoundMethod(method, obj), ())
        obj = operators.unwrap(obj)
    if isinstance(obj, tuple | str | bytes | range):
        return len(obj)
    if isinstance(obj, Generator):
        return Unknown("a generator has no length", machine.place)
    if isinstance(obj, ListValue) and is_filled(obj):
        return count_of(obj)
    if isinstance(obj, DictValue) and isinstance(obj.unknown, Many) and not obj.items:
        return obj.unknown.count
    if isinstance(obj, ListValue | DictValue) and obj.unknown is not None and obj.unknown.symbol:
        return obj.unknown.size()
    return len(machine.elements(obj))


@function("builtins.isinstance")
def isinstance_(machine: Machine, obj: Value, cls: Value, /) -> Value:
    """`isinstance(obj, cls)`."""
    verdict = machine.isinstance(obj, cls)
    return operators.unknown_of(obj, cls) if verdict is None else verdict


@function("builtins.issubclass")
def issubclass_(machine: Machine, cls: Value, bases: Value, /) -> Value:
    """`issubclass(cls, bases)`."""
    if not isinstance(cls, ClassValue):
        return operators.unknown_of(cls)
    rows = bases if isinstance(bases, tuple) else (bases,)
    if any(base in cls.mro for base in rows):
        return True
    unknown = cls.unknown_base or any(not isinstance(base, ClassValue) for base in rows)
    return Unknown("a class that is not known", machine.place) if unknown else False


@function("builtins.getattr")
def getattr_(machine: Machine, obj: Value, name: Value, /, *default: Value) -> Value:
    """`getattr(obj, name[, default])`."""
    if not isinstance(name, str):
        members = obj.attrs.values() if isinstance(obj, Instance) else ()
        return one_of(members, Unknown("the attribute's name is not known", machine.place, opaque=True))
    return machine.get(obj, name, *default[:1])


@function("builtins.hasattr")
def hasattr_(machine: Machine, obj: Value, name: Value, /) -> Value:
    """`hasattr(obj, name)`; the tables do not hold every name of a library's module."""
    if not isinstance(name, str) or isinstance(obj, Unknown):
        return operators.unknown_of(obj, name)
    found = machine.find(obj, name)
    if isinstance(found, Unknown) or (found is MISSING and not isinstance(obj, Instance | ClassValue | ModuleValue)):
        settled = isinstance(obj, tuple | ListValue | DictValue | str | int | float | type(None) | Function)
        return False if found is MISSING and settled else Unknown("whether it has the attribute", machine.place)
    return found is not MISSING


@function("builtins.setattr")
def setattr_(machine: Machine, obj: Value, name: Value, value: Value, /) -> Value:
    """`setattr(obj, name, value)`; under an unknown name anything may have changed."""
    if isinstance(name, str):
        machine.set(obj, name, value)
    elif isinstance(obj, Instance):
        machine.touch(obj)
        obj.opaque = Unknown("an attribute of an unknown name was set", machine.place, opaque=True)


@function("builtins.delattr")
def delattr_(machine: Machine, obj: Value, name: Value, /) -> Value:
    """`delattr(obj, name)`."""
    from cnnlint.interpreter.attributes import remove

    if isinstance(name, str):
        remove(machine, obj, name)
    elif isinstance(obj, Instance):
        machine.touch(obj)
        obj.opaque = Unknown("an attribute of an unknown name was deleted", machine.place, opaque=True)


@function("builtins.callable")
def callable_(machine: Machine, obj: Value, /) -> Value:
    """`callable(obj)`."""
    if isinstance(obj, Unknown):
        return operators.unknown_of(obj)
    if isinstance(obj, Instance | Tensor):
        return obj.cls.lookup("__call__") is not MISSING
    return isinstance(obj, Function | HostFunction | BoundMethod | ClassValue | StaticMethod | ClassMethod)


@function("builtins.abs")
def abs_(machine: Machine, x: Value, /) -> Value:
    """`abs(x)`."""
    x = operators.unwrap(x)
    if isinstance(x, int | float | complex):
        return abs(x)
    if isinstance(x, Tensor):
        return machine.call(machine.get(x, "abs"), ())
    if isinstance(x, Expr) and dimension.less_equal(0, x):
        return x
    return operators.unknown_of(x)


@function("builtins.round")
def round_(machine: Machine, number: Value, ndigits: Value = None) -> Value:
    """`round(number, ndigits)`, half to even."""
    number = operators.unwrap(number)
    if isinstance(number, int | float) and (ndigits is None or isinstance(ndigits, int)):
        try:
            return round(number, ndigits)
        except (OverflowError, ValueError) as error:
            return machine.throw(type(error).__name__, str(error))
    if isinstance(number, Expr) and ndigits is None:
        return number
    return operators.unknown_of(number)


@function("builtins.divmod")
def divmod_(machine: Machine, a: Value, b: Value, /) -> Value:
    """`divmod(a, b)`."""
    return (operators.binary(machine, "//", a, b), operators.binary(machine, "%", a, b))


@function("builtins.pow")
def pow_(machine: Machine, base: Value, exp: Value, mod: Value = None) -> Value:
    """`pow(base, exp)`."""
    return operators.binary(machine, "**", base, exp) if mod is None else Unknown("a modular power")


@function("builtins.sum")
def sum_(machine: Machine, iterable: Value, /, start: Value = 0) -> Value:
    """`sum(iterable)`."""
    total = start
    for item in machine.elements(iterable):
        total = operators.binary(machine, "+", total, item)
    return total


def _extreme(machine: Machine, args: tuple[Value, ...], key: Value, default: Value, op: str) -> Value:
    items = machine.elements(args[0]) if len(args) == 1 else list(args)
    if not items:
        return machine.throw("ValueError", "empty sequence") if default is MISSING else default
    keys = [item if key is None else machine.call(key, (item,)) for item in items]
    best = 0
    for position in range(1, len(items)):
        outcome = operators.compare(machine, op, keys[position], keys[best])
        if not isinstance(outcome, bool):
            whole = all(isinstance(operators.unwrap(k), int | Expr) for k in keys)
            if whole and key is None:
                return (dimension.maximum if op == ">" else dimension.minimum)(*[operators.unwrap(k) for k in keys])
            return operators.unknown_of(*keys)
        if outcome:
            best = position
    return items[best]


@function("builtins.max")
def max_(machine: Machine, *args: Value, key: Value = None, default: Value = MISSING) -> Value:
    """`max(…)`; symbolic for symbolic sizes."""
    return _extreme(machine, args, key, default, ">")


@function("builtins.min")
def min_(machine: Machine, *args: Value, key: Value = None, default: Value = MISSING) -> Value:
    """`min(…)`; symbolic for symbolic sizes."""
    return _extreme(machine, args, key, default, "<")


@function("builtins.any")
def any_(machine: Machine, iterable: Value, /) -> Value:
    """`any(iterable)`."""
    elements = machine.elements(iterable)
    verdicts = [machine.truth(item) for item in elements]
    if None not in verdicts or True in verdicts:
        return True in verdicts
    conditions = [condition_of(item) for item, verdict in zip(elements, verdicts, strict=True) if verdict is None]
    return under(Unknown("an element is not known"), some(conditions))


@function("builtins.all")
def all_(machine: Machine, iterable: Value, /) -> Value:
    """`all(iterable)`."""
    elements = machine.elements(iterable)
    verdicts = [machine.truth(item) for item in elements]
    if None not in verdicts or False in verdicts:
        return False not in verdicts
    conditions = [condition_of(item) for item, verdict in zip(elements, verdicts, strict=True) if verdict is None]
    return under(Unknown("an element is not known"), every(conditions))


@function("builtins.enumerate")
def enumerate_(machine: Machine, iterable: Value, start: Value = 0) -> Value:
    """`enumerate(iterable, start)`."""
    if not isinstance(start, int):
        return operators.unknown_of(start)
    if (first := first_of(machine, iterable)) is not None:
        item, more = first
        return Generator([(start, item)], more)
    return Generator([(index, item) for index, item in enumerate(machine.elements(iterable), start)])


@function("builtins.zip")
def zip_(machine: Machine, *iterables: Value, strict: Value = False) -> Value:
    """`zip(*iterables)`; an iterable that never ends does not lengthen it."""
    firsts = [first_of(machine, iterable) for iterable in iterables]
    if any(first is not None for first in firsts):
        return _first_row(machine, iterables, firsts)
    rows: list[list[Value]] = []
    for iterable in iterables:
        if isinstance(iterable, Generator) and iterable.unknown and iterable.items:
            rows.append(iterable.items[iterable.position :])
        else:
            rows.append(machine.elements(iterable))
    return Generator([tuple(row) for row in zip(*rows, strict=False)])


def _first_row(machine: Machine, iterables: tuple[Value, ...], firsts: list[tuple[Value, More] | None]) -> Generator:
    """The first row of `zip`, of iterables that are not all known to their end."""
    row = []
    sure = True
    for iterable, first in zip(iterables, firsts, strict=True):
        if first is None:
            known = machine.elements(iterable)
            if not known:
                return Generator([])
            row.append(known[0])
        else:
            row.append(first[0])
            sure = sure and first[1].sure
    return Generator([tuple(row)], More("the rows behind the first are not known", machine.place, sure=sure))


@function("builtins.map")
def map_(machine: Machine, func: Value, /, *iterables: Value) -> Value:
    """`map(func, *iterables)`, drawn at once."""
    rows = [machine.elements(iterable) for iterable in iterables]
    return Generator([machine.call(func, row) for row in zip(*rows, strict=False)])


@function("builtins.filter")
def filter_(machine: Machine, func: Value, iterable: Value, /) -> Value:
    """`filter(func, iterable)`, drawn at once."""
    kept = []
    for item in machine.elements(iterable):
        verdict = machine.truth(item if func is None else machine.call(func, (item,)))
        if verdict is None:
            return Unknown("which elements are kept is not known", machine.place, opaque=True)
        if verdict:
            kept.append(item)
    return Generator(kept)


@function("builtins.sorted")
def sorted_(machine: Machine, iterable: Value, /, *, key: Value = None, reverse: Value = False) -> Value:
    """`sorted(iterable)`."""
    ordered = sort(machine, machine.elements(iterable), key, reverse)
    return Unknown("the order of the elements is not known", machine.place) if ordered is None else ListValue(ordered)


@function("builtins.reversed")
def reversed_(machine: Machine, sequence: Value, /) -> Value:
    """`reversed(sequence)`."""
    return Generator(machine.elements(sequence)[::-1])


@function("builtins.iter")
def iter_(machine: Machine, iterable: Value, /, *sentinel: Value) -> Value:
    """`iter(iterable)`."""
    if sentinel:
        return Unknown("an iterator with a sentinel", machine.place, opaque=True)
    if isinstance(iterable, Generator):
        return iterable
    try:
        return Generator(machine.elements(iterable))
    except Undetermined as why:
        first = first_of(machine, iterable)
        if first is None:
            raise Undetermined(why.reason) from None
        return Generator([first[0]], first[1])


@function("builtins.next")
def next_(machine: Machine, iterator: Value, default: Value = MISSING, /) -> Value:
    """`next(iterator[, default])`."""
    return take(machine, iterator, default)


@function("builtins.repr", "builtins.ascii")
def repr_(machine: Machine, obj: Value, /) -> Value:
    """`repr(obj)`."""
    if isinstance(obj, str):
        return repr(obj)
    return to_text(machine, obj)


@function("builtins.format")
def format_(machine: Machine, value: Value, spec: Value = "", /) -> Value:
    """`format(value, spec)` without a width."""
    return to_text(machine, value) if spec == "" else Unknown("a formatted text")


@function("builtins.ord")
def ord_(machine: Machine, c: Value, /) -> Value:
    """`ord(c)`."""
    return ord(c) if isinstance(c, str) and len(c) == 1 else Unknown("a character that is not known")


@function("builtins.chr")
def chr_(machine: Machine, i: Value, /) -> Value:
    """`chr(i)`."""
    return chr(i) if isinstance(i, int) and 0 <= i < 0x110000 else Unknown("a character that is not known")


@function("builtins.hash", "builtins.id")
def id_(machine: Machine, obj: Value, /) -> Value:
    """An identity that never matters to a shape."""
    return Unknown("identities are not followed")


@function("builtins.print", "builtins.breakpoint", "builtins.help")
def print_(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    """Nothing is printed."""


@function("builtins.input", "builtins.open", "builtins.exec", "builtins.compile", "builtins.__import__")
def outside(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    """What comes from outside of the code is not known and is never run."""
    return Unknown("its value is known at run time only", machine.place, opaque=True)


@LIBRARY.define("builtins.names")
class Names:
    def __contains__(machine: Machine, self: Instance, name: Value) -> Value:
        found = machine.find(self.facts["of"], name) if isinstance(name, str) else MISSING
        known = found is not MISSING and not isinstance(found, Unknown)
        return True if known else Unknown("whether it has the attribute", machine.place)


@function("builtins.dir")
def dir_(machine: Machine, *args: Value) -> Value:
    """The names are not listed; whether one is among them is known if the object has it."""
    listing = Instance(LIBRARY.names["builtins.names"], machine.place)
    listing.facts["of"] = args[0] if args else None
    return listing


def frame_function(machine: Machine, *args: Value) -> Value:
    """Only as a direct call does the machine know the frame that is meant."""
    return Unknown("it depends on the calling frame", machine.place, opaque=True)


for _name in ("super", "locals", "globals", "eval"):
    function(f"builtins.{_name}")(frame_function)


@function("builtins.vars")
def vars_(machine: Machine, object: Value = MISSING, /) -> Value:  # noqa: A002
    """`vars(object)`; a direct call without an argument is `locals()`."""
    return frame_function(machine) if object is MISSING else machine.get(object, "__dict__")


@function("builtins.staticmethod")
def staticmethod_(machine: Machine, f: Value, /) -> Value:
    """`@staticmethod`."""
    return StaticMethod(f)


@function("builtins.classmethod")
def classmethod_(machine: Machine, f: Value, /) -> Value:
    """`@classmethod`."""
    return ClassMethod(f)


@function("builtins.exit", "builtins.quit")
def exit_(machine: Machine, *args: Value) -> Value:
    """Ends the program."""
    return machine.throw("SystemExit", "")


@function("builtins.bin", "builtins.hex", "builtins.oct")
def digits(machine: Machine, x: Value, /) -> Value:
    """A number's digits are no size."""
    return Unknown("digits are not followed")


@function("builtins.gcd")
def gcd(machine: Machine, a: Value, b: Value) -> Value:
    """Used by `math.gcd`."""
    return math.gcd(a, b) if isinstance(a, int) and isinstance(b, int) else operators.unknown_of(a, b)


def type_name(value: Value) -> str:
    """A value's class in words."""
    cls = class_of(value)
    return "value" if cls is None else cls.name


__all__ = ["LIBRARY", "OBJECT_NEW", "type_name"]
