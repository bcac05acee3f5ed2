from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Related, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class CompiledTwice(Rule):
    """A model is compiled again before anything was done with it.

    ## What it does

    Reports a `compile` of a Keras model that was compiled before, if it was neither trained nor evaluated nor used to
    predict in between. What a function of another package does with the model is not known, so that the rule is off
    unless it is selected.

    ## Why is this bad?

    The first call has no effect: the second one sets the optimizer, the loss and the metrics anew. Whoever changes the
    first one wonders why nothing changes.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([layers.Input((64,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.compile("adam", "mae")
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([layers.Input((64,)), layers.Dense(1)])
    model.compile("adam", "mae")
    ```

    ## Evidence

    A rule of NeuraLint; no published study counts it.
    """

    code = "CNN512"
    name = "compiled-twice"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        before = use.config.get("before")
        if use.kind == "compile" and before is not None and use.certain:
            yield self.finding(
                "the model is compiled again, and nothing was done with it since the first time",
                use.place,
                related=(Related("the first time", before),),
                help="leave one of the two out",
                model=use.model,
            )
