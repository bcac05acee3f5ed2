"""Dimensions as people write them: `(height - 2) // 2`, `64*height*width`."""

from __future__ import annotations

from cnnlint.engine.expression import Atom, Dim, Expr, Extreme, FloorDiv, Symbol, is_anonymous, split_constant


def text(dim: Dim) -> str:
    """The expression in Python's notation, `?` where a size without a name occurs."""
    if isinstance(dim, int):
        return str(dim)
    if is_anonymous(dim):
        return "?"
    terms, constant = split_constant(dim)
    if len(terms) == 1 and terms[0][1] == 1 and len(terms[0][0]) == 1:
        atom = terms[0][0][0]
        if isinstance(atom, FloorDiv) and isinstance(atom.denominator, int) and (constant < 0 or _has_constant(atom)):
            # A constant that folding took out reads better where people put it: inside.
            return f"({text(atom.numerator + constant * atom.denominator)}) // {atom.denominator}"
    return _sum(dim)


def _has_constant(atom: FloorDiv) -> bool:
    return isinstance(atom.numerator, Expr) and split_constant(atom.numerator)[1] != 0


def _sum(dim: Expr) -> str:
    written = ""
    terms = sorted(dim.terms, key=lambda term: not term[0])
    if terms[0][1] < 0:
        terms.sort(key=lambda term: term[1] < 0)
    for monomial, factor in terms:
        sign = "-" if factor < 0 else "+"
        factors = [str(abs(factor))] if abs(factor) != 1 or not monomial else []
        alone = len(monomial) == 1 and not factors
        factors += _powers([_atom(atom, alone=alone) for atom in monomial])
        piece = "*".join(factors)
        written = f"{written} {sign} {piece}" if written else ("-" if factor < 0 else "") + piece
    return written


def _powers(factors: list[str]) -> list[str]:
    return [name if (times := factors.count(name)) == 1 else f"{name}**{times}" for name in dict.fromkeys(factors)]


def _atom(atom: Atom, *, alone: bool) -> str:
    if isinstance(atom, Symbol):
        return atom.name
    if isinstance(atom, Extreme):
        return f"{atom.name}({', '.join(map(text, atom.arguments))})"
    assert isinstance(atom, FloorDiv)
    written = f"{_operand(atom.numerator)}//{_operand(atom.denominator)}"
    return written if alone else f"({written})"


def _operand(dim: Dim) -> str:
    written = text(dim)
    simple = isinstance(dim, int) or (len(dim.terms) == 1 and dim.terms[0][1] == 1 and len(dim.terms[0][0]) == 1)
    return written if simple and "/" not in written else f"({written})"
