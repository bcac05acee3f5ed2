"""`CosineSimilarity`, `PairwiseDistance` and the adaptive softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.constraints import clash
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import dim, integer, number, sequence, shape_of
from cnnlint.frameworks.torch.core import TORCH, result
from cnnlint.frameworks.torch.layer import functional, layer, new, start
from cnnlint.interpreter.values import Instance, ListValue

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


@layer("CosineSimilarity", "other", "distance")
class CosineSimilarity:
    def __init__(machine: Machine, self: Instance, dim: Value = 1, eps: Value = 1e-08) -> None:
        start(self)
        self.attrs |= {"dim": dim, "eps": eps}

    def forward(machine: Machine, self: Instance, x1: Value, x2: Value) -> Value:
        return functional("cosine_similarity")(machine, x1, x2, self.attrs["dim"], self.attrs["eps"])


@layer("PairwiseDistance", "other", "distance")
class PairwiseDistance:
    def __init__(machine: Machine, self: Instance, p: Value = 2.0, eps: Value = 1e-06, keepdim: Value = False) -> None:
        start(self)
        self.attrs |= {"norm": p, "eps": eps, "keepdim": keepdim}

    def forward(machine: Machine, self: Instance, x1: Value, x2: Value) -> Value:
        attrs = self.attrs
        return functional("pairwise_distance")(machine, x1, x2, attrs["norm"], attrs["eps"], attrs["keepdim"])


@layer("AdaptiveLogSoftmaxWithLoss", "dense", "adaptive")
class AdaptiveLogSoftmaxWithLoss:
    def __init__(
        machine: Machine,
        self: Instance,
        in_features: Value,
        n_classes: Value,
        cutoffs: Value,
        div_value: Value = 4.0,
        head_bias: Value = False,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        start(self)
        size, classes = integer(in_features, "in_features"), integer(n_classes, "n_classes")
        given = sequence(machine, cutoffs)
        whole = not any(isinstance(cut, float) and not cut.is_integer() for cut in given)
        cuts = [integer(int(cut) if isinstance(cut, float) else cut, "cutoffs") for cut in given] if whole else []
        if not cuts or sorted(set(cuts)) != cuts or cuts[0] <= 0 or cuts[-1] > classes - 1:
            raise ShapeError(
                "bad-argument",
                f"`cutoffs` must be unique, ascending and between 1 and {classes - 1}, got {given}",
                exception="ValueError",
            )
        ends = [*cuts, classes]
        self.attrs |= {
            "in_features": size,
            "n_classes": classes,
            "cutoffs": ListValue(ends),
            "div_value": div_value,
            "head_bias": head_bias,
            "shortlist_size": cuts[0],
            "n_clusters": len(cuts),
            "head_size": cuts[0] + len(cuts),
        }
        options = {"dtype": dtype}
        self.attrs["head"] = new(machine, "Linear", size, cuts[0] + len(cuts), bias=head_bias, **options)
        tail = []
        for index, cut in enumerate(cuts):
            inside = int(size // number(div_value) ** (index + 1))
            first = new(machine, "Linear", size, inside, bias=False, **options)
            second = new(machine, "Linear", inside, ends[index + 1] - cut, bias=False, **options)
            tail.append(new(machine, "Sequential", first, second))
        self.attrs["tail"] = new(machine, "ModuleList", ListValue(tail))

    def forward(machine: Machine, self: Instance, input_: Value, target_: Value) -> Value:
        shape, target = shape_of(input_, "input_"), shape_of(target_, "target_")
        if len(target) > 1 or len(shape) != len(target) + 1:
            raise ShapeError(
                "rank-mismatch",
                f"a 2-d input and a 1-d target, or one axis less of both, got {len(shape)}-d and {len(target)}-d",
            )
        if target and clash(shape[0], target[0]):
            found = f"{dim_text(shape[0])} and {dim_text(target[0])}"
            raise ShapeError(
                "size-mismatch", f"the batches of the input and the target differ: {found}", exception="RuntimeError"
            )
        machine.call(self.attrs["head"], (input_,))
        made = Instance(RESULT, machine.place)
        made.attrs |= {"output": result(target, "float32"), "loss": result((), "float32")}
        made.payload = (made.attrs["output"], made.attrs["loss"])
        return made

    def log_prob(machine: Machine, self: Instance, input: Value) -> Value:
        shape = shape_of(input)
        return result((*shape[:-1], dim(self.attrs["n_classes"])), "float32")

    def predict(machine: Machine, self: Instance, input: Value) -> Value:
        return result(shape_of(input)[:-1], "int64")

    def reset_parameters(machine: Machine, self: Instance) -> None: ...


@TORCH.define("torch.nn.modules.adaptive._ASMoutput")
class ASMOutput:
    def __getitem__(machine: Machine, self: Instance, index: Value) -> Value:
        if not isinstance(index, int):
            raise Undetermined("the index is not known")
        return self.payload[index]


RESULT = TORCH.names["torch.nn.modules.adaptive._ASMoutput"]
