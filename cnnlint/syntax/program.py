"""The small tree that the interpreter runs: Python's meaning without its spelling.

Made from source by `cnnlint.syntax.lower`; plain, immutable and serializable, so that it can be cached by content.
Operators keep their source spelling (`"+"`, `"not in"`, `"//"`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    Plain: TypeAlias = bool | int | float | str | bytes | None
else:
    Plain = Any  # the decoder refuses a union of str and bytes, and tells them apart without one

Span: TypeAlias = tuple[int, int, int, int]
"""row, column, end row, end column; 1-based, columns in code points, the end exclusive."""


class Node(msgspec.Struct, frozen=True, array_like=True, tag=True, tag_field="node", gc=False):
    """A node of the program."""


# --- expressions ------------------------------------------------------------------------------------------------------


class Constant(Node, frozen=True):
    value: Plain


class OddConstant(Node, frozen=True):
    """A literal that has no plain value.

    `kind` is `ellipsis`, `complex`, `integer` (one beyond 64 bits) or `template` (a t-string).
    """

    kind: str
    text: str


class Name(Node, frozen=True):
    id: str
    at: Span


class Attribute(Node, frozen=True):
    value: Expression
    attr: str
    at: Span


class Subscript(Node, frozen=True):
    value: Expression
    index: Expression
    at: Span


class Slice(Node, frozen=True):
    lower: Expression | None
    upper: Expression | None
    step: Expression | None


class Argument(Node, frozen=True):
    """An argument of a call: `star` is `""`, `"*"` or `"**"`."""

    value: Expression
    keyword: str | None = None
    star: str = ""


class Call(Node, frozen=True):
    func: Expression
    arguments: tuple[Argument, ...]
    at: Span


class Unary(Node, frozen=True):
    operator: str
    operand: Expression
    at: Span


class Binary(Node, frozen=True):
    operator: str
    left: Expression
    right: Expression
    at: Span


class Boolean(Node, frozen=True):
    """`and` / `or` over two or more operands."""

    operator: str
    operands: tuple[Expression, ...]


class Compare(Node, frozen=True):
    left: Expression
    operators: tuple[str, ...]
    comparators: tuple[Expression, ...]
    at: Span


class Conditional(Node, frozen=True):
    test: Expression
    body: Expression
    orelse: Expression


class Parameter(Node, frozen=True):
    """A parameter: `kind` is `positional` (before `/`), `plain`, `*`, `keyword` (after `*`) or `**`."""

    name: str
    kind: str
    default: Expression | None = None
    annotation: Expression | None = None


class Lambda(Node, frozen=True):
    parameters: tuple[Parameter, ...]
    body: Expression
    at: Span


class ListDisplay(Node, frozen=True):
    elements: tuple[Expression, ...]


class TupleDisplay(Node, frozen=True):
    elements: tuple[Expression, ...]


class SetDisplay(Node, frozen=True):
    elements: tuple[Expression, ...]


class DictDisplay(Node, frozen=True):
    """A dictionary; a key of None stands for `**value`."""

    keys: tuple[Expression | None, ...]
    values: tuple[Expression, ...]


class Starred(Node, frozen=True):
    value: Expression


class Clause(Node, frozen=True):
    """One `for target in iterable if …` of a comprehension."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


class Comprehension(Node, frozen=True):
    """`kind` is `list`, `set`, `dict` or `generator`; `key` is set for a dictionary only."""

    kind: str
    key: Expression | None
    element: Expression
    clauses: tuple[Clause, ...]
    at: Span


class FormattedValue(Node, frozen=True):
    value: Expression
    conversion: str
    format_spec: FormattedString | None
    equal: str = ""
    """The text before the value for `f"{x=}"`."""


class FormattedString(Node, frozen=True):
    parts: tuple[str | FormattedValue, ...]


class Walrus(Node, frozen=True):
    target: str
    value: Expression


class Await(Node, frozen=True):
    value: Expression


class Yield(Node, frozen=True):
    value: Expression | None
    delegate: bool
    """True for `yield from`."""


# --- patterns ---------------------------------------------------------------------------------------------------------


class MatchValue(Node, frozen=True):
    value: Expression


class MatchSequence(Node, frozen=True):
    patterns: tuple[Pattern, ...]


class MatchStar(Node, frozen=True):
    name: str | None


class MatchMapping(Node, frozen=True):
    keys: tuple[Expression, ...]
    patterns: tuple[Pattern, ...]
    rest: str | None


class MatchClass(Node, frozen=True):
    cls: Expression
    patterns: tuple[Pattern, ...]
    keywords: tuple[str, ...]
    keyword_patterns: tuple[Pattern, ...]


class MatchAs(Node, frozen=True):
    """`pattern as name`; both None is the wildcard."""

    pattern: Pattern | None
    name: str | None


class MatchOr(Node, frozen=True):
    patterns: tuple[Pattern, ...]


# --- statements -------------------------------------------------------------------------------------------------------


class ExpressionStatement(Node, frozen=True):
    value: Expression
    at: Span


class Assign(Node, frozen=True):
    """A target is a Name, Attribute, Subscript, Starred, TupleDisplay or ListDisplay."""

    targets: tuple[Expression, ...]
    value: Expression
    at: Span


class AugmentedAssign(Node, frozen=True):
    """`target operator= value`; the operator is kept without its equals sign."""

    target: Expression
    operator: str
    value: Expression
    at: Span


class AnnotatedAssign(Node, frozen=True):
    target: Expression
    annotation: Expression
    value: Expression | None
    at: Span


class If(Node, frozen=True):
    test: Expression
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]
    at: Span


class For(Node, frozen=True):
    target: Expression
    iterable: Expression
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]
    at: Span


class While(Node, frozen=True):
    test: Expression
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]
    at: Span


class Handler(Node, frozen=True):
    type: Expression | None
    name: str | None
    body: tuple[Statement, ...]


class Try(Node, frozen=True):
    body: tuple[Statement, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Statement, ...]
    finalbody: tuple[Statement, ...]


class WithItem(Node, frozen=True):
    context: Expression
    target: Expression | None


class With(Node, frozen=True):
    items: tuple[WithItem, ...]
    body: tuple[Statement, ...]
    at: Span


class FunctionDefinition(Node, frozen=True):
    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...]
    returns: Expression | None
    is_async: bool
    is_generator: bool
    at: Span
    """The name, not the whole body."""


class ClassDefinition(Node, frozen=True):
    name: str
    arguments: tuple[Argument, ...]
    """Bases and keywords."""
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...]
    at: Span
    """The name, not the whole body."""


class Return(Node, frozen=True):
    value: Expression | None
    at: Span


class Raise(Node, frozen=True):
    value: Expression | None
    cause: Expression | None
    at: Span


class Assert(Node, frozen=True):
    test: Expression
    message: Expression | None
    at: Span


class Delete(Node, frozen=True):
    targets: tuple[Expression, ...]


class ImportName(Node, frozen=True):
    """`import module as alias` or one name of a `from` import."""

    name: str
    alias: str | None


class Import(Node, frozen=True):
    names: tuple[ImportName, ...]
    at: Span


class ImportFrom(Node, frozen=True):
    """`names` is empty for a star import; `level` counts the leading dots."""

    module: str
    names: tuple[ImportName, ...]
    level: int
    at: Span


class Scope(Node, frozen=True):
    """`global` or `nonlocal`."""

    kind: str
    names: tuple[str, ...]


class Jump(Node, frozen=True):
    """`break`, `continue` or `pass`."""

    kind: str


class MatchCase(Node, frozen=True):
    pattern: Pattern
    guard: Expression | None
    body: tuple[Statement, ...]


class Match(Node, frozen=True):
    subject: Expression
    cases: tuple[MatchCase, ...]
    at: Span


class TypeAliasStatement(Node, frozen=True):
    name: str
    value: Expression


Expression: TypeAlias = (
    Constant
    | OddConstant
    | Name
    | Attribute
    | Subscript
    | Slice
    | Call
    | Unary
    | Binary
    | Boolean
    | Compare
    | Conditional
    | Lambda
    | ListDisplay
    | TupleDisplay
    | SetDisplay
    | DictDisplay
    | Starred
    | Comprehension
    | FormattedString
    | Walrus
    | Await
    | Yield
)
Pattern: TypeAlias = MatchValue | MatchSequence | MatchStar | MatchMapping | MatchClass | MatchAs | MatchOr
Statement: TypeAlias = (
    ExpressionStatement
    | Assign
    | AugmentedAssign
    | AnnotatedAssign
    | If
    | For
    | While
    | Try
    | With
    | FunctionDefinition
    | ClassDefinition
    | Return
    | Raise
    | Assert
    | Delete
    | Import
    | ImportFrom
    | Scope
    | Jump
    | Match
    | TypeAliasStatement
)


class Program(Node, frozen=True):
    """A file, lowered."""

    body: tuple[Statement, ...]
