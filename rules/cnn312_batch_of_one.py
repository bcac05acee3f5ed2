from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class BatchOfOne(Rule):
    """A model with batch normalization is trained with one sample at a time.

    ## What it does

    Reports a `fit` with `batch_size=1` of a Keras model that has a batch normalization which is trained. In PyTorch a
    batch normalization of vectors refuses one sample in training; that is an error (CNN109).

    ## Why is this bad?

    The mean of one vector is the vector itself: what is left after the normalization is its shift, the same for every
    sample, and the layers before it get no gradient. Of a map there is still its own mean, which is not the one that
    the model is used with later.

    ## Example

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dense(1),
    ])
    model.compile("adam", "mse")
    model.fit(np.zeros((100, 64)), np.zeros((100, 1)), batch_size=1)
    ```

    ## Use instead

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dense(1),
    ])
    model.compile("adam", "mse")
    model.fit(np.zeros((100, 64)), np.zeros((100, 1)), batch_size=32)
    ```

    ## Evidence

    Four of TheDeepChecker's 155 labelled posts use a batch normalization wrongly.

    ## References

    - [PyTorch: BatchNorm1d](https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html)
    """

    code = "CNN312"
    name = "batch-of-one"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if use.kind != "batch-of-one":
            return
        count = use.config["layers"]
        more = f" and {count - 1} more batch normalizations" if count > 1 else ", a batch normalization,"
        yield self.finding(
            f"batches of 1 sample: `{use.config['layer']}`{more} takes the mean of one sample",
            use.place,
            related=use.related,
            help="use batches of 16 samples or more, or a layer normalization",
            model=use.model,
            layer=use.config["layer"],
            expected="2 or more",
            actual="1",
        )
