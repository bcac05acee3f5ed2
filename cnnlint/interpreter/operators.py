"""Python's operators on known, symbolic and unknown values."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from cnnlint.engine import comparison
from cnnlint.engine.dimension import Expr
from cnnlint.interpreter import ratios
from cnnlint.interpreter.conditions import condition_of, equality, order, under
from cnnlint.interpreter.values import (
    MISSING,
    BoundMethod,
    ClassValue,
    DictValue,
    Function,
    Generator,
    HostFunction,
    Instance,
    LibraryModule,
    ListValue,
    ModuleValue,
    Ratio,
    SetValue,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine

MAX_BITS = 4096
"""Integers beyond this many bits are not computed: no size is that large."""
MAX_LENGTH = 100_000
"""Sequences beyond this length are not built by an operator."""

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
METHODS = {
    "+": ("__add__", "__radd__"),
    "-": ("__sub__", "__rsub__"),
    "*": ("__mul__", "__rmul__"),
    "/": ("__truediv__", "__rtruediv__"),
    "//": ("__floordiv__", "__rfloordiv__"),
    "%": ("__mod__", "__rmod__"),
    "**": ("__pow__", "__rpow__"),
    "<<": ("__lshift__", "__rlshift__"),
    ">>": ("__rshift__", "__rrshift__"),
    "&": ("__and__", "__rand__"),
    "|": ("__or__", "__ror__"),
    "^": ("__xor__", "__rxor__"),
    "@": ("__matmul__", "__rmatmul__"),
}
UNARY_METHODS = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COMPARE_METHODS = {
    "<": ("__lt__", "__gt__"),
    "<=": ("__le__", "__ge__"),
    ">": ("__gt__", "__lt__"),
    ">=": ("__ge__", "__le__"),
    "==": ("__eq__", "__eq__"),
    "!=": ("__ne__", "__ne__"),
}
PLAIN = (bool, int, float, str, bytes, complex)
NUMBERS = (int, float, complex)


def unknown_of(*values: Value) -> Unknown:
    """The unknown result of an operation: no module, with the reason of the operand that caused it."""
    for value in values:
        if isinstance(value, Unknown):
            return Unknown(value.reason, value.place)
    return Unknown("the result of this operation is not known")


def binary(machine: Machine, op: str, left: Value, right: Value) -> Value:
    """`left op right`."""
    if isinstance(left, PLAIN) and isinstance(right, PLAIN):
        return _plain(machine, op, left, right)
    dunder = METHODS[op]
    if isinstance(left, Instance | Tensor):
        result = _by_method(machine, left, dunder[0], right)
        if result is not MISSING:
            return result
    if isinstance(right, Instance | Tensor):
        result = _by_method(machine, right, dunder[1], left)
        if result is not MISSING:
            return result
        return unknown_of(left, right)
    left, right = unwrap(left), unwrap(right)
    sizes = isinstance(left, Ratio | Expr) or isinstance(right, Ratio | Expr)
    if sizes and (isinstance(left, Ratio | float) or isinstance(right, Ratio | float)):
        made = ratios.binary(op, left, right)
        return unknown_of(left, right) if made is None else made
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _free(op, left, right)
    if isinstance(left, Expr | int) and isinstance(right, Expr | int):
        return _symbolic(op, left, right)
    return _containers(op, left, right)


def _free(op: str, left: Value, right: Value) -> Value:
    """Arithmetic of a free parameter: a symbolic size for whom it is a size; it may turn out to be a tensor as well."""
    a = left.size() if isinstance(left, Unknown) and left.symbol else left
    b = right.size() if isinstance(right, Unknown) and right.symbol else right
    whole = isinstance(a, Expr | int) and isinstance(b, Expr | int)
    if whole and not isinstance(a, bool) and not isinstance(b, bool) and op in ("+", "-", "*", "//", "%"):
        made, why = _symbolic(op, a, b), unknown_of(left, right)
        return Unknown(why.reason, why.place, symbol=made) if isinstance(made, Expr) else why
    return unknown_of(left, right)


def unwrap(value: Value) -> Value:
    """The built-in value behind an instance of a subclass of one."""
    return value.payload if isinstance(value, Instance) and value.payload is not None else value


def _plain(machine: Machine, op: str, left: Any, right: Any) -> Value:
    if op == "**" and isinstance(left, int) and isinstance(right, int):
        if right > 0 and max(1, abs(left).bit_length()) * right > MAX_BITS:
            return Unknown("the power is too large to compute")
    elif op == "<<" and isinstance(right, int) and right > MAX_BITS:
        return Unknown("the shift is too large to compute")
    elif op == "+" and isinstance(left, str | bytes) and isinstance(right, str | bytes):
        if len(left) + len(right) > MAX_LENGTH:
            return Unknown("the string is too long to build")
    elif op == "*":
        size = (
            len(left) * right
            if isinstance(left, str | bytes)
            else len(right) * left
            if isinstance(right, str | bytes)
            else 0
        )
        if size > MAX_LENGTH:
            return Unknown("the string is too long to build")
    if op == "%" and isinstance(left, str):
        return _percent(left, (right,))
    try:
        result = BINARY[op](left, right)
    except ZeroDivisionError:
        return machine.throw("ZeroDivisionError", "division by zero", "bad-argument")
    except (TypeError, ValueError, OverflowError, KeyError):
        kind = None if left is None or right is None else "bad-argument"
        types = f"{type(left).__name__} and {type(right).__name__}"
        return machine.throw("TypeError", f"unsupported operands for `{op}`: {types}", kind)
    if isinstance(result, int) and result.bit_length() > MAX_BITS:
        return Unknown("the number is too large to compute")
    return result


def _percent(template: str, values: tuple[Value, ...]) -> Value:
    if not all(isinstance(v, PLAIN) for v in values) or len(template) > MAX_LENGTH:
        return unknown_of(*values)
    digits = "".join(c if c.isdigit() else " " for c in template).split()
    longest = max((len(v) for v in values if isinstance(v, str)), default=0)
    if "*" in template or any(len(part) > 4 for part in digits) or template.count("%") * longest > MAX_LENGTH:
        return Unknown("the string is too long to build")
    try:
        return template % values
    except (TypeError, ValueError, OverflowError):
        return Unknown("the string could not be formatted")


def _symbolic(op: str, left: Value, right: Value) -> Value:
    try:
        match op:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "//" if right != 0:
                return left // right
            case "%" if right != 0:
                return left % right
            case "**" if isinstance(right, int) and 0 <= right <= 8:
                return left**right
            case "/" if right != 0:
                # Python gives a float, which only `int()` or a comparison would read here
                return ratios.divided(left, right)
            case _:
                return unknown_of(left, right)
    except (TypeError, ValueError):
        return unknown_of(left, right)


def _containers(op: str, left: Value, right: Value) -> Value:
    match op, left, right:
        case "+", ListValue(), ListValue() if len(left.items) + len(right.items) > MAX_LENGTH:
            return Unknown("the sequence is too long to build")
        case "+", tuple(), tuple() if len(left) + len(right) > MAX_LENGTH:
            return Unknown("the sequence is too long to build")
        case "+", ListValue(), ListValue():
            return ListValue(left.items + right.items, left.unknown or right.unknown)
        case "+", tuple(), tuple():
            return left + right
        case "*", (ListValue() | tuple()), int():
            return _repeat(left, right)
        case "*", int(), (ListValue() | tuple()):
            return _repeat(right, left)
        case "%", str(), tuple():
            return _percent(left, right)
        case "%", str(), _:
            return unknown_of(right)
        case "|", DictValue(), DictValue():
            return DictValue({**left.items, **right.items}, left.unknown or right.unknown)
        case (("|" | "&" | "-" | "^"), SetValue(), SetValue()):
            return _sets(op, left, right)
        case "|", _, _:
            return Unknown("a union of types")
        case _:
            return unknown_of(left, right)


def _sets(op: str, left: SetValue, right: SetValue) -> SetValue:
    a, b = left.items, right.items
    kept = {
        "|": [*a, *b],
        "&": [x for x in a if x in b],
        "-": [x for x in a if x not in b],
        "^": [x for x in a if x not in b] + [x for x in b if x not in a],
    }[op]
    return SetValue(kept, left.unknown or right.unknown)


def _repeat(sequence: Value, count: int) -> Value:
    length = len(sequence) if isinstance(sequence, tuple) else len(sequence.items)
    if length * count > MAX_LENGTH:
        return Unknown("the sequence is too long to build")
    if isinstance(sequence, tuple):
        return sequence * count
    return ListValue(sequence.items * count, sequence.unknown)


def _by_method(machine: Machine, receiver: Value, name: str, other: Value) -> Value:
    method = receiver.cls.lookup(name)
    if method is MISSING:
        if isinstance(receiver, Instance) and (receiver.opaque or receiver.cls.unknown_base):
            return unknown_of(receiver.opaque or receiver.cls.unknown_base)
        return MISSING
    result = machine.call(BoundMethod(method, receiver), (other,))
    return MISSING if result is NotImplemented else result


def unary(machine: Machine, op: str, operand: Value) -> Value:
    """`op operand`."""
    if op == "not":
        truth = machine.truth(operand)
        return under(unknown_of(operand), condition_of(operand).negated()) if truth is None else not truth
    if isinstance(operand, Instance | Tensor):
        method = operand.cls.lookup(UNARY_METHODS[op])
        return unknown_of(operand) if method is MISSING else machine.call(BoundMethod(method, operand), ())
    if isinstance(operand, Unknown) and operand.symbol and op == "-":
        return Unknown(operand.reason, operand.place, symbol=-operand.size())
    try:
        match op:
            case "-" if isinstance(operand, (*NUMBERS, Expr)):
                return -operand
            case "+" if isinstance(operand, (*NUMBERS, Expr)):
                return operand
            case "~" if isinstance(operand, int):
                return ~operand
            case _:
                return unknown_of(operand)
    except TypeError:
        return unknown_of(operand)


def truth(machine: Machine, value: Value) -> bool | None:
    """Whether a value counts as true; None if that is not known."""
    if value is None or isinstance(value, (bool, *PLAIN, tuple, range)):
        return bool(value)
    match value:
        case Unknown():
            return None
        case ListValue() | DictValue() | SetValue():
            return None if value.unknown else bool(value.items)
        case Expr():
            same = comparison.equal(value, 0)
            return None if same is None else not same
        case Tensor():
            if value.values is not None and len(value.values) == 1 and isinstance(value.values[0], bool | int | float):
                return bool(value.values[0])
            return None
        case Instance():
            return _instance_truth(machine, value)
        case _:
            return True


def _instance_truth(machine: Machine, value: Instance) -> bool | None:
    for name in ("__bool__", "__len__"):
        method = value.cls.lookup(name)
        if method is not MISSING:
            result = machine.call(BoundMethod(method, value), ())
            return None if isinstance(result, Instance) else truth(machine, result)
    if value.payload is not None:
        return truth(machine, value.payload)
    return None if value.opaque or value.cls.unknown_base else True


def compare(machine: Machine, op: str, left: Value, right: Value) -> Value:
    """One comparison; Unknown where it cannot be decided."""
    match op:
        case "is" | "is not":
            same = identical(left, right)
            return unknown_of(left, right) if same is None else same == (op == "is")
        case "in" | "not in":
            found = contains(machine, left, right)
            return unknown_of(left, right) if found is None else found == (op == "in")
        case "==" | "!=":
            if isinstance(left, Tensor) or isinstance(right, Tensor):
                receiver, other = (left, right) if isinstance(left, Tensor) else (right, left)
                result = _by_method(machine, receiver, COMPARE_METHODS[op][0], other)
                return unknown_of(left, right) if result is MISSING else result
            same = equal(machine, left, right)
            if same is None:
                condition = equality(left, right)
                return under(unknown_of(left, right), condition if op == "==" else condition.negated())
            return same == (op == "==")
        case _:
            return _ordered(machine, op, left, right)


def _ordered(machine: Machine, op: str, left: Value, right: Value) -> Value:
    if isinstance(left, Instance | Tensor):
        result = _by_method(machine, left, COMPARE_METHODS[op][0], right)
        if result is not MISSING:
            return result
    if isinstance(right, Instance | Tensor):
        result = _by_method(machine, right, COMPARE_METHODS[op][1], left)
        if result is not MISSING:
            return result
    left, right = unwrap(left), unwrap(right)
    if isinstance(left, Expr | int) and isinstance(right, Expr | int):
        if isinstance(left, int) and isinstance(right, int):
            return COMPARE[op](left, right)
        decided = {
            "<": lambda: comparison.less(left, right),
            "<=": lambda: comparison.less_equal(left, right),
            ">": lambda: comparison.less(right, left),
            ">=": lambda: comparison.less_equal(right, left),
        }[op]()
        undecided = Unknown("a comparison of symbolic sizes")
        return under(undecided, order(op, left, right)) if decided is None else decided
    if isinstance(left, SetValue) and isinstance(right, SetValue) and not (left.unknown or right.unknown):
        return COMPARE[op](set(left.items), set(right.items))
    if isinstance(left, ListValue) and isinstance(right, ListValue) and not (left.unknown or right.unknown):
        left, right = tuple(left.items), tuple(right.items)
    plain = (*PLAIN, tuple)
    if isinstance(left, plain) and isinstance(right, plain):
        try:
            return bool(COMPARE[op](left, right))
        except TypeError:
            return unknown_of(left, right)
    return unknown_of(left, right)


def identical(left: Value, right: Value) -> bool | None:
    """`left is right`; None if not known."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if left is right:
        return True
    singletons = (type(None), bool, type(Ellipsis))
    if isinstance(left, singletons) or isinstance(right, singletons):
        return False
    if isinstance(left, Expr) or isinstance(right, Expr):
        return None if isinstance(left, Expr | int) and isinstance(right, Expr | int) else False
    if isinstance(left, int | str | float) and type(left) is type(right):
        return None if left == right else False  # equal ones are one object only where CPython keeps them
    return False


IDENTITY = (ClassValue, Function, HostFunction, ModuleValue, LibraryModule, Generator)


def equal(machine: Machine, left: Value, right: Value) -> bool | None:
    """`left == right`; None if not known."""
    if left is right:
        return None if isinstance(left, Unknown) else True
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if isinstance(left, PLAIN) and isinstance(right, PLAIN):
        return bool(left == right)
    for receiver, other in ((left, right), (right, left)):
        if isinstance(receiver, Instance):
            method = receiver.cls.lookup("__eq__")
            if method is not MISSING:
                return truth(machine, machine.call(BoundMethod(method, receiver), (other,)))
            if receiver.opaque or receiver.cls.unknown_base:
                return None
    left, right = unwrap(left), unwrap(right)
    if isinstance(left, Expr | int) and isinstance(right, Expr | int):
        return comparison.equal(left, right)
    match left, right:
        case tuple(), tuple():
            return _equal_rows(machine, left, right)
        case ListValue(), ListValue():
            return None if left.unknown or right.unknown else _equal_rows(machine, left.items, right.items)
        case DictValue(), DictValue():
            if left.unknown or right.unknown:
                return None
            if left.items.keys() != right.items.keys():
                return False
            return _equal_rows(machine, list(left.items.values()), [right.items[key] for key in left.items])
        case SetValue(), SetValue():
            return None if left.unknown or right.unknown else left.items.keys() == right.items.keys()
        case (Tensor(), _) | (_, Tensor()):
            return None
        case _:
            return False


def _equal_rows(machine: Machine, left: Any, right: Any) -> bool | None:
    if len(left) != len(right):
        return False
    verdict: bool | None = True
    for a, b in zip(left, right, strict=True):
        same = equal(machine, a, b)
        if same is False:
            return False
        if same is None:
            verdict = None
    return verdict


def contains(machine: Machine, item: Value, container: Value) -> bool | None:
    """`item in container`; None if not known."""
    if isinstance(container, Instance):
        method = container.cls.lookup("__contains__")
        if method is not MISSING:
            return truth(machine, machine.call(BoundMethod(method, container), (item,)))
    container = unwrap(container)
    if isinstance(item, Unknown) or isinstance(container, Unknown):
        return None
    if isinstance(container, str):
        return item in container if isinstance(item, str) else None
    if isinstance(container, DictValue | SetValue):
        if isinstance(item, (*PLAIN, type(None))) and item in container.items:
            return True
        return None if container.unknown else _found(machine, item, list(container.items))
    if isinstance(container, range) and isinstance(item, int):
        return item in container
    if isinstance(container, ListValue) and container.unknown:
        return None
    if isinstance(container, tuple | ListValue | range | Instance | Generator):
        return _found(machine, item, machine.elements(container))
    return None


def _found(machine: Machine, item: Value, candidates: list[Value]) -> bool | None:
    verdict: bool | None = False
    for candidate in candidates:
        same = equal(machine, item, candidate)
        if same:
            return True
        if same is None:
            verdict = None
    return verdict
