"""From text to a `Program`: the only room that knows libcst's nodes, the fixes aside."""
