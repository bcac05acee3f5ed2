from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Edit, Fix, Rule

from ._training import argument, call_at, spot

if TYPE_CHECKING:
    from cnnlint.api import Context, Fault

BATCHED = frozenset({"predict", "predict_on_batch"})


class DataMismatch(Rule):
    """A model is given data that its input does not take.

    ## What it does

    Compares the arrays, data sets and generators that `fit`, `evaluate` and `predict` are given with the model's
    input: a missing batch axis, another number of features, axes in another order, an `input_shape` that contains the
    number of samples, images of another size, arrays of different lengths, lists in place of arrays.

    ## Why is this bad?

    Keras refuses the data when training begins, or when a trained model is used for the first time.

    ## Example

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 20), np.random.rand(1000)
    model = models.Sequential([
        layers.Input((1000, 20)),
        layers.Dense(64, activation="relu"),
        layers.Dense(1),
    ])
    model.compile("adam", loss="mse")
    model.fit(x_train, y_train)
    ```

    ## Use instead

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 20), np.random.rand(1000)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(1),
    ])
    model.compile("adam", loss="mse")
    model.fit(x_train, y_train)
    ```

    ## Fix safety

    Where `predict` is given one sample, the fix adds the axis of the batch. The program crashed before, and the sample
    has exactly the shape of one, so the fix is safe.

    ## Evidence

    41 of SFData's 87 crashing programs (47 %), more than any other kind of fault; 6 more put the number of samples
    into the input's shape (7 %).

    ## References

    - Keras: [Model.fit](https://keras.io/api/models/model_training_apis/#fit-method)
    - among 87 crashing Keras programs from Stack Overflow that were labelled by hand, data that do not fit the input
      were the most frequent cause: 41
    """

    code = "CNN113"
    name = "data-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"data-mismatch"})

    def fix(self, fault: Fault, context: Context) -> Fix | None:
        if not fault.certain or fault.expected is None or fault.actual is None:
            return None
        wanted, given = _sizes(fault.expected)[1:], _sizes(fault.actual)
        if not given or wanted not in (given, [*given, "1"]):
            return None
        import ast  # only where there is something to mend

        call = call_at(context, fault.place)
        if call is None or not isinstance(call.func, ast.Attribute) or call.func.attr not in BATCHED:
            return None
        data = argument(call, "x", 0)
        if not isinstance(data, (ast.Name, ast.Attribute, ast.Subscript)):
            return None
        place = spot(fault.place, data)
        return Fix("safe", "add the axis of the batch", (Edit(f"{ast.unparse(data)}[None]", place),))


def _sizes(shape: str) -> list[str]:
    return [size.strip() for size in shape.strip("()").split(",") if size.strip()]
