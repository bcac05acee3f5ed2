"""Repairs of the number that a layer is built for, in the author's own way of writing it, and of a reshape."""

from __future__ import annotations

from math import isqrt, prod
from typing import TYPE_CHECKING

from cnnlint.api import Edit, Fix, Place

if TYPE_CHECKING:
    import ast
    from collections.abc import Collection, Iterator, Sequence

    from cnnlint.api import Applicability, Context, Fault


OTHER_POSITIONS = {"Bilinear": None, "GroupNorm": 1}
"""Where else than in front these classes are told the size of their input; None: it may be in several places."""
DIVISORS = {"GroupNorm": 0, "MultiheadAttention": 1}
"""Where these classes are told into how many parts the size of their input is split."""
TOLD_BY_SIZE = ", which the size of the input tells"


def built_for(fault: Fault, what: str) -> str | None:
    """Which number belongs into the layer, or how it is reckoned."""
    actual = fault.actual or ""
    if not actual or "?" in actual:
        return None
    if fault.message.startswith("layer "):  # Keras, where nobody writes the number down
        return (
            f"the layer keeps the {what} of its first input, {fault.expected}: "
            f"give it the same, or build it for {actual} from the first"
        )
    number = actual.removeprefix("(").removesuffix(",)")
    if number == "1":
        what = what.removesuffix("s")
    return f"build the layer for {number} {what}" + ("" if "," in number or number.isdecimal() else TOLD_BY_SIZE)


def argument_fix(fault: Fault, context: Context, names: Sequence[str], applicability: Applicability) -> Fix | None:
    """Write `fault.actual` where the layer's constructor says `fault.expected`, by position 0 or by name.

    It may say so by a literal, by a product of such (`16 * 4 * 5`, whose factors are kept as far as they divide), or
    by the name of a constant that is used nowhere else. The constructor's call, or the argument alone, stands at one of
    the fault's related places or at its own.
    """
    expected, actual = (
        text.removeprefix("(").removesuffix(",)") for text in (fault.expected or "", fault.actual or "")
    )
    if not fault.certain or not (expected.isdecimal() and actual.isdecimal()):
        return None
    for place in (*(related.place for related in fault.related), fault.place):
        argument = _argument(context, place, names, int(actual))
        edits = () if argument is None else tuple(_edits(argument, place, context, int(expected), int(actual)))
        if edits and not _is_shared(edits[0].place, context):
            return Fix(applicability, f"write {_said(edits)} in place of {expected}", edits)
    return None


def _said(edits: Sequence[Edit]) -> str:
    return edits[0].content if len(edits) == 1 else " and ".join(edit.content for edit in edits)


def _argument(context: Context, place: Place, names: Sequence[str], actual: int) -> ast.expr | None:
    """The argument of the call that stands at a place, or the expression itself; None where it cannot be `actual`."""
    import ast  # only where there is something to mend

    expression = _parsed(context.text(place))
    if not isinstance(expression, ast.Call):
        return expression
    if not _divides(expression, actual):
        return None
    called = _called(expression)
    at = OTHER_POSITIONS.get(called, 0)
    by_name = [keyword.value for keyword in expression.keywords if keyword.arg in names]
    if by_name or at is None or any(isinstance(argument, ast.Starred) for argument in expression.args):
        return next(iter(by_name), None)
    return next(iter(expression.args[at : at + 1]), None)


def _divides(call: ast.Call, actual: int) -> bool:
    """Whether the channels can be split into the groups that the call asks for, as far as they are written there."""
    import ast

    given = [keyword.value for keyword in call.keywords if keyword.arg in ("groups", "num_groups", "num_heads")]
    called = ast.unparse(call.func).rpartition(".")[2]
    if called in DIVISORS:
        given += call.args[DIVISORS[called] :][:1]
    return all(
        isinstance(each, ast.Constant) and type(each.value) is int and each.value > 0 and actual % each.value == 0
        for each in given
    )


def _plain(text: str) -> str:
    """The text with each character a byte: `ast` counts bytes, places count characters."""
    return text if text.isascii() else "".join(each if each.isascii() else "_" for each in text)


def _parsed(text: str | None) -> ast.expr | None:
    import ast

    if text is None:
        return None
    try:
        return ast.parse(_plain(text), mode="eval").body
    except (SyntaxError, ValueError):
        return None


def _edits(argument: ast.expr, place: Place, context: Context, expected: int, actual: int) -> Iterator[Edit]:
    """What makes the argument the other number; nothing where it is not a number that is written here."""
    import ast

    if isinstance(argument, (ast.Name, ast.Attribute)):
        value = _constant(argument, context, place.filename)
        if value is None:
            return
        argument, place = value, Place(place.filename, 1, 1, 1, 1)
    factors = _factors(argument)
    if not factors or prod(factor for factor, _ in factors) != expected:
        return
    changed = _refactored([factor for factor, _ in factors], actual)
    if changed is None:
        yield Edit(str(actual), _place(argument, place))
        return
    for (factor, node), new in zip(factors, changed, strict=True):
        if factor != new:
            yield Edit(str(new), _place(node, place))


def _factors(node: ast.expr) -> list[tuple[int, ast.expr]]:
    """The literals of a product, or the only one; none where there is anything else in it."""
    import ast

    if isinstance(node, ast.Constant) and type(node.value) is int:
        return [(node.value, node)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = _factors(node.left), _factors(node.right)
        return [*left, *right] if left and right else []
    return []


def _refactored(factors: list[int], wanted: int) -> list[int] | None:
    """Factors of another product, of which the channels, the first or else the last one, are kept.

    The others become the sides of a square, or one of them changes. None where the numbers do not divide.
    """
    if len(factors) == 1:
        return [wanted]
    for change in (_square, _one_side):
        found = change(factors[1:], wanted, factors[0])
        if found is not None:
            return [factors[0], *found]
        found = change(factors[:-1], wanted, factors[-1])
        if found is not None:
            return [*found, factors[-1]]
    return None


def _square(sides: list[int], wanted: int, channels: int) -> list[int] | None:
    area = wanted // channels if channels > 0 and wanted % channels == 0 else 0
    side = isqrt(area)
    return [side, side] if len(sides) == 2 and area and side * side == area else None


def _one_side(sides: list[int], wanted: int, channels: int) -> list[int] | None:
    if channels < 1 or wanted % channels or (len(sides) > 1 and len(set(sides)) == 1):
        return None
    for index in reversed(range(len(sides))):
        others = channels * prod(sides[:index] + sides[index + 1 :])
        if others > 0 and wanted % others == 0:
            return [*sides[:index], wanted // others, *sides[index + 1 :]]
    return None


def _tree(context: Context, filename: str) -> ast.Module | None:
    import ast

    source = context.sources(filename)
    text = None if source is None else getattr(source, "text", None)
    if not isinstance(text, str):
        return None
    try:
        return ast.parse(_plain(text))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _constant(name: ast.Name | ast.Attribute, context: Context, filename: str) -> ast.expr | None:
    """What a name, or an attribute such as `self.width`, is given in the only place where it is, if it is read once."""
    import ast

    tree = _tree(context, filename)
    if tree is None:
        return None
    nodes = list(ast.walk(tree))
    uses: list[ast.expr] = []
    if isinstance(name, ast.Name):
        uses += [node for node in nodes if isinstance(node, ast.Name) and node.id == name.id]
        hidden = any(isinstance(node, ast.arg) and node.arg == name.id for node in nodes)
    else:
        uses += [node for node in nodes if isinstance(node, ast.Attribute) and node.attr == name.attr]
        hidden = any(isinstance(node, ast.Constant) and node.value == name.attr for node in nodes)
    if len(uses) != 2 or sum(isinstance(getattr(node, "ctx", None), ast.Load) for node in uses) != 1 or hidden:
        return None
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and node.targets[0] in uses:
            return node.value
    return None


def _is_shared(place: Place, context: Context) -> bool:
    """Whether a class or function around the place is called in several ways: the number may suit another call."""
    import ast

    tree = _tree(context, place.filename)
    if tree is None:
        return False
    around = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.lineno <= place.row <= (node.end_lineno or 0)
    }
    around -= {name for name in around if name.startswith("__")} | {"forward", "call", "build"}
    ways: dict[str, set[str]] = {}
    for call in _calls(tree, around):
        ways.setdefault(_called(call), set()).add(ast.dump(call))
    for cls in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        for base in cls.bases:
            if _name(base) in around:
                ways.setdefault(_name(base), set()).add(f"class {cls.name}")
    if any(len(each) > 1 for each in ways.values()):
        return True
    turns = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
    for loop in ast.walk(tree):
        if isinstance(loop, turns) and (calls := list(_calls(loop, around))):
            changing = {
                node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
            given = (part for call in calls for each in (*call.args, *call.keywords) for part in ast.walk(each))
            if any(isinstance(part, ast.Name) and part.id in changing for part in given):
                return True
    return False


def _calls(tree: ast.AST, names: Collection[str]) -> Iterator[ast.Call]:
    import ast

    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) in names)


def _called(call: ast.Call) -> str:
    return _name(call.func)


def _name(node: ast.expr) -> str:
    return getattr(node, "attr", None) or getattr(node, "id", None) or ""


def _place(node: ast.expr, start: Place) -> Place:
    """Where a node is that was read from the text which starts there."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None

    def column(line: int, offset: int) -> int:
        return (start.column if line == 1 else 1) + offset

    return Place(
        start.filename,
        start.row + node.lineno - 1,
        column(node.lineno, node.col_offset),
        start.row + node.end_lineno - 1,
        column(node.end_lineno, node.end_col_offset),
    )


def flatten_fix(fault: Fault, context: Context) -> Fix | None:
    """Write `x.flatten(1)` for `x.view(-1, n)` or `x.reshape(-1, n)`."""
    import ast

    call = _parsed(context.text(fault.place))
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.keywords:
        return None
    if call.func.attr not in ("view", "reshape") or len(call.args) != 2 or ast.unparse(call.args[0]) != "-1":
        return None
    receiver = _place(call.func.value, fault.place)
    end = fault.place
    rest = Place(end.filename, receiver.end_row, receiver.end_column, end.end_row, end.end_column)
    return Fix("unsafe", "write `flatten(1)`", (Edit(".flatten(1)", rest),))
