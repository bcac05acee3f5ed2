"""`string`: its constants, of which model code takes the letters of an `einsum`."""

from __future__ import annotations

import string

from cnnlint.interpreter.library import Library

LIBRARY = Library("string")
for _name in ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "octdigits", "punctuation"):
    LIBRARY.add(f"string.{_name}", getattr(string, _name))
