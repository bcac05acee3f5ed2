"""Pure arithmetic of shapes, parameters and multiply-accumulates: no framework, no syntax, no I/O."""
