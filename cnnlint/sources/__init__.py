"""Which files there are, their text, notebooks' cells and comments that speak to the linter. Knows no other room."""
