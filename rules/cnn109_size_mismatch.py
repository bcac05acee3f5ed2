from __future__ import annotations

from cnnlint.api import Rule


class SizeMismatch(Rule):
    """Two sizes that must agree differ.

    ## What it does

    Reports every disagreement of sizes that has no rule of its own: the inner sizes of a matrix product, the width of
    queries and keys, the shape of the data that a model is given, what a recurrent layer expects of its state.

    ## Why is this bad?

    The framework refuses the operation, or the model, at run time.

    ## Example

    ```python
    import keras
    from keras import layers

    left, right = keras.Input((10, 8)), keras.Input((10, 16))
    model = keras.Model([left, right], layers.Dot(axes=2)([left, right]))
    ```

    ```python
    import torch

    queries = torch.zeros(1, 10, 8)
    keys = torch.zeros(1, 10, 16)
    scores = torch.matmul(queries, keys.transpose(1, 2))
    ```

    ## Use instead

    ```python
    import keras
    from keras import layers

    left, right = keras.Input((10, 8)), keras.Input((10, 8))
    model = keras.Model([left, right], layers.Dot(axes=2)([left, right]))
    ```

    ```python
    import torch

    queries = torch.zeros(1, 10, 8)
    keys = torch.zeros(1, 10, 8)
    scores = torch.matmul(queries, keys.transpose(1, 2))
    ```

    ## Evidence

    2 of SFData's 87 crashing programs: an embedding's initial matrix, a decoder that is given another size (2.3 %).
    """

    code = "CNN109"
    name = "size-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"size-mismatch"})
