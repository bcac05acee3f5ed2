from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Edit, Fix, Place, Rule

from ._training import call_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class UnusedResult(Rule):
    """A layer is applied and nothing uses its result.

    ## What it does

    Reports a layer whose result reaches no output of the model: of a functional model in Keras, of a `forward` in
    PyTorch. Nothing is said of a model that is not understood from end to end, of a layer that works in place, of a
    module that gives the result back though its caller drops it, and of a `forward` with conditions.

    ## Why is this bad?

    The layer might as well not be there: `self.dropout(x)` without `x =` changes nothing. Mostly the next layer was
    given the tensor from before.

    ## Example

    ```python
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(64, 32)
            self.dropout = nn.Dropout(0.3)
            self.last = nn.Linear(32, 10)

        def forward(self, x):
            x = self.first(x).relu()
            self.dropout(x)
            return self.last(x)
    ```

    ```python
    from keras import layers, models

    inputs = layers.Input((64,))
    x = layers.Dense(32, activation="relu")(inputs)
    y = layers.Dense(32, activation="relu")(x)
    model = models.Model(inputs, layers.Dense(10)(x))
    ```

    ## Use instead

    ```python
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(64, 32)
            self.dropout = nn.Dropout(0.3)
            self.last = nn.Linear(32, 10)

        def forward(self, x):
            x = self.first(x).relu()
            x = self.dropout(x)
            return self.last(x)
    ```

    ```python
    from keras import layers, models

    inputs = layers.Input((64,))
    x = layers.Dense(32, activation="relu")(inputs)
    y = layers.Dense(32, activation="relu")(x)
    model = models.Model(inputs, layers.Dense(10)(y))
    ```

    ## Fix safety

    A call that is a statement of its own, `self.dropout(x)`, becomes `x = self.dropout(x)`. The fix is unsafe: it
    changes what the model computes.

    ## Evidence

    44 of the 310 fixes of Keras programs in Islam's data set are about connections between layers (14 %); MATLAB's
    network analyzer reports disconnected layers as errors.

    ## References

    - M. J. Islam and others: [Repairing deep neural networks](https://arxiv.org/abs/2005.00972), 2020
    """

    code = "CNN421"
    name = "unused-result"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if use.kind == "unused-result" and use.certain:
            layer = use.config["layer"]
            yield self.finding(
                f"nothing uses the result of `{layer}`, a {use.config['type']}",
                use.place,
                related=use.related,
                help="give its result to the next layer, or leave the layer out",
                model=use.model,
                layer=layer,
                fix=_assigned(use.place, context),
            )


def _assigned(place: Place, context: Context) -> Fix | None:
    """The result in the place of the argument, where the call is a statement of its own on a name."""
    import ast  # only where there is something to mend

    call, source = call_at(context, place), context.sources(place.filename)
    if call is None or source is None or place.row != place.end_row or len(call.args) != 1 or call.keywords:
        return None
    line, argument = source.line(place.row), call.args[0]
    if line[: place.column - 1].strip() or line[place.end_column - 1 :].strip() or not isinstance(argument, ast.Name):
        return None
    before = Place(place.filename, place.row, place.column, place.row, place.column)
    return Fix("unsafe", f"assign it to `{argument.id}`", (Edit(f"{argument.id} = ", before),))
