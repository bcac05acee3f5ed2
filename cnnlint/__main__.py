"""`python -m cnnlint`."""

from __future__ import annotations

from cnnlint.cli import main

if __name__ == "__main__":
    main()
