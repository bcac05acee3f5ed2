from __future__ import annotations

from cnnlint.api import Rule


class DuplicateName(Rule):
    """Two layers of a Keras model share a name.

    ## What it does

    Compares the names of a model's layers, those that Keras gives to layers without a name included.

    ## Why is this bad?

    Keras refuses to build the model: weights are stored under the layers' names.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32,)),
        layers.Dense(16, activation="relu", name="hidden"),
        layers.Dense(16, activation="relu", name="hidden"),
        layers.Dense(1),
    ])
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32,)),
        layers.Dense(16, activation="relu", name="hidden_1"),
        layers.Dense(16, activation="relu", name="hidden_2"),
        layers.Dense(1),
    ])
    ```

    ## Evidence

    No study counts it; MATLAB's network analyzer reports it as an error.
    """

    code = "CNN112"
    name = "duplicate-name"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"duplicate-name"})
