"""Losses: each keeps its options under PyTorch's names and calls the function of the same meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import equal, less, product
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import dim, flag, items, shape_of, tensor
from cnnlint.frameworks.torch.core import TORCH, result
from cnnlint.frameworks.torch.layer import buffer, functional, inner, layer, library_class, start
from cnnlint.interpreter.values import Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


def built_with_tensors(self: Instance) -> ShapeError:
    """The error of a loss whose class is called as if it were the loss; to be raised."""
    self.facts["refused"] = True
    return ShapeError(
        "bad-call",
        f"`{self.cls.name}` is built with tensors, as if they were options",
        help=f"build it first: `{self.cls.name}()(output, target)`",
        exception="RuntimeError",
    )


def begin(self: Instance, size_average: Value, reduce: Value, reduction: Value, **options: Value) -> None:
    """What `_Loss.__init__` does: the legacy arguments choose a reduction where they are given."""
    start(self)
    for each in (size_average, reduce):
        if isinstance(each, Tensor) and each.shape is not None and less(1, product(each.shape)):
            raise built_with_tensors(self)
    chosen = reduction
    if size_average is not None or reduce is not None:
        summed = size_average is not None and not flag(size_average)
        chosen = "none" if reduce is not None and not flag(reduce) else "sum" if summed else "mean"
    self.attrs |= {"reduction": chosen, **options}


def run(machine: Machine, self: Instance, *inputs: Value) -> Value:
    """Call the loss's function with the layer's options."""
    names = self.cls.lookup("_options")
    options = {name: self.attrs[name] for name in names}
    return functional(self.cls.lookup("_function"))(machine, *inputs, **options, reduction=self.attrs["reduction"])


@inner("_Loss", "loss")
class Loss:
    _options = ()

    def __init__(
        machine: Machine,
        self: Instance,
        size_average: Value = None,
        reduce: Value = None,
        reduction: Value = "mean",
    ) -> None:
        begin(self, size_average, reduce, reduction)

    def forward(machine: Machine, self: Instance, input: Value, target: Value) -> Value:
        return run(machine, self, input, target)

    @property
    def backward(machine: Machine, self: Instance) -> Value:
        if "refused" in self.facts:
            raise Undetermined("the loss was not built")
        raise ShapeError(
            "bad-call",
            f"this is a `{self.cls.name}`, not the number that it gives: it has no `backward`",
            help=f"build the loss first, then call it: `{self.cls.name}()(output, target)`",
            exception="AttributeError",
        )


LOSS = library_class("torch.nn.modules.loss._Loss")


@inner("_WeightedLoss", "loss", LOSS)
class WeightedLoss:
    _options = ("weight",)

    def __init__(
        machine: Machine,
        self: Instance,
        weight: Value = None,
        size_average: Value = None,
        reduce: Value = None,
        reduction: Value = "mean",
    ) -> None:
        begin(self, size_average, reduce, reduction)
        buffer(self, "weight", weight)


WEIGHTED = library_class("torch.nn.modules.loss._WeightedLoss")

for _name, _function, _base in (
    ("L1Loss", "l1_loss", LOSS),
    ("MSELoss", "mse_loss", LOSS),
    ("MultiLabelMarginLoss", "multilabel_margin_loss", LOSS),
    ("SoftMarginLoss", "soft_margin_loss", LOSS),
    ("BCELoss", "binary_cross_entropy", WEIGHTED),
    ("MultiLabelSoftMarginLoss", "multilabel_soft_margin_loss", WEIGHTED),
):
    layer(_name, "loss", "loss", _base)(type(_name, (), {"_function": _function}))


@layer("NLLLoss", "loss", "loss", WEIGHTED)
class NLLLoss:
    _function = "nll_loss"
    _options = ("weight", "ignore_index")

    def __init__(
        machine: Machine,
        self: Instance,
        weight: Value = None,
        size_average: Value = None,
        ignore_index: Value = -100,
        reduce: Value = None,
        reduction: Value = "mean",
    ) -> None:
        begin(self, size_average, reduce, reduction, ignore_index=ignore_index)
        buffer(self, "weight", weight)


layer("NLLLoss2d", "loss", "loss", library_class("torch.nn.NLLLoss"))(type("NLLLoss2d", (), {}))


@layer("CrossEntropyLoss", "loss", "loss", WEIGHTED)
class CrossEntropyLoss:
    _function = "cross_entropy"
    _options = ("weight", "ignore_index", "label_smoothing")

    def __init__(
        machine: Machine,
        self: Instance,
        weight: Value = None,
        size_average: Value = None,
        ignore_index: Value = -100,
        reduce: Value = None,
        reduction: Value = "mean",
        label_smoothing: Value = 0.0,
    ) -> None:
        begin(self, size_average, reduce, reduction, ignore_index=ignore_index, label_smoothing=label_smoothing)
        buffer(self, "weight", weight)


@layer("BCEWithLogitsLoss", "loss", "loss", LOSS)
class BCEWithLogitsLoss:
    _function = "binary_cross_entropy_with_logits"
    _options = ("weight", "pos_weight")

    def __init__(
        machine: Machine,
        self: Instance,
        weight: Value = None,
        size_average: Value = None,
        reduce: Value = None,
        reduction: Value = "mean",
        pos_weight: Value = None,
    ) -> None:
        begin(self, size_average, reduce, reduction)
        buffer(self, "weight", weight)
        buffer(self, "pos_weight", pos_weight)


@layer("PoissonNLLLoss", "loss", "loss", LOSS)
class PoissonNLLLoss:
    _function = "poisson_nll_loss"
    _options = ("log_input", "full", "eps")

    def __init__(
        machine: Machine,
        self: Instance,
        log_input: Value = True,
        full: Value = False,
        size_average: Value = None,
        eps: Value = 1e-08,
        reduce: Value = None,
        reduction: Value = "mean",
    ) -> None:
        begin(self, size_average, reduce, reduction, log_input=log_input, full=full, eps=eps)

    def forward(machine: Machine, self: Instance, log_input: Value, target: Value) -> Value:
        return run(machine, self, log_input, target)


@layer("GaussianNLLLoss", "loss", "loss", LOSS)
class GaussianNLLLoss:
    _function = "gaussian_nll_loss"
    _options = ("full", "eps")

    def __init__(
        machine: Machine, self: Instance, *, full: Value = False, eps: Value = 1e-06, reduction: Value = "mean"
    ) -> None:
        begin(self, None, None, reduction, full=full, eps=eps)

    def forward(machine: Machine, self: Instance, input: Value, target: Value, var: Value) -> Value:
        return run(machine, self, input, target, var)


@layer("KLDivLoss", "loss", "loss", LOSS)
class KLDivLoss:
    _function = "kl_div"
    _options = ("log_target",)

    def __init__(
        machine: Machine,
        self: Instance,
        size_average: Value = None,
        reduce: Value = None,
        reduction: Value = "mean",
        log_target: Value = False,
    ) -> None:
        begin(self, size_average, reduce, reduction, log_target=log_target)


@layer("SmoothL1Loss", "loss", "loss", LOSS)
class SmoothL1Loss:
    _function = "smooth_l1_loss"
    _options = ("beta",)

    def __init__(
        machine: Machine,
        self: Instance,
        size_average: Value = None,
        reduce: Value = None,
        reduction: Value = "mean",
        beta: Value = 1.0,
    ) -> None:
        begin(self, size_average, reduce, reduction, beta=beta)


@layer("HuberLoss", "loss", "loss", LOSS)
class HuberLoss:
    _function = "huber_loss"
    _options = ("delta",)

    def __init__(machine: Machine, self: Instance, reduction: Value = "mean", delta: Value = 1.0) -> None:
        if delta is None or isinstance(delta, (str, tuple)):
            raise ShapeError("bad-argument", f"`delta` must be a number, not {delta!r}", exception="TypeError")
        begin(self, None, None, reduction, delta=delta)


@layer("HingeEmbeddingLoss", "loss", "loss", LOSS)
class HingeEmbeddingLoss:
    _function = "hinge_embedding_loss"
    _options = ("margin",)

    def __init__(
        machine: Machine,
        self: Instance,
        margin: Value = 1.0,
        size_average: Value = None,
        reduce: Value = None,
        reduction: Value = "mean",
    ) -> None:
        begin(self, size_average, reduce, reduction, margin=margin)


def _margin(
    machine: Machine,
    self: Instance,
    margin: Value = 0.0,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
) -> None:
    begin(self, size_average, reduce, reduction, margin=margin)


def _three(machine: Machine, self: Instance, input1: Value, input2: Value, target: Value) -> Value:
    return run(machine, self, input1, input2, target)


for _name, _function in (
    ("CosineEmbeddingLoss", "cosine_embedding_loss"),
    ("MarginRankingLoss", "margin_ranking_loss"),
):
    _body = {"_function": _function, "_options": ("margin",), "__init__": _margin, "forward": _three}
    layer(_name, "loss", "loss", LOSS)(type(_name, (), _body))


@layer("MultiMarginLoss", "loss", "loss", WEIGHTED)
class MultiMarginLoss:
    _function = "multi_margin_loss"
    _options = ("p", "margin", "weight")

    def __init__(
        machine: Machine,
        self: Instance,
        p: Value = 1,
        margin: Value = 1.0,
        weight: Value = None,
        size_average: Value = None,
        reduce: Value = None,
        reduction: Value = "mean",
    ) -> None:
        begin(self, size_average, reduce, reduction, p=p, margin=margin)
        if isinstance(p, (int, float)) and p not in (1, 2):
            raise ShapeError("bad-argument", f"`p` must be 1 or 2, not {p}", exception="ValueError")
        if isinstance(weight, Tensor) and weight.shape is not None and len(weight.shape) != 1:
            message = f"`weight` must have 1 axis, not {len(weight.shape)}"
            raise ShapeError("bad-argument", message, exception="ValueError")
        buffer(self, "weight", weight)


def refuse_margin(margin: Value) -> None:
    """A triplet's margin is greater than 0."""
    if isinstance(margin, (int, float)) and margin <= 0:
        raise ShapeError("bad-argument", f"`margin` must be greater than 0, not {margin}", exception="ValueError")


@layer("TripletMarginLoss", "loss", "loss", LOSS)
class TripletMarginLoss:
    _function = "triplet_margin_loss"
    _options = ("margin", "p", "eps", "swap")

    def __init__(
        machine: Machine,
        self: Instance,
        margin: Value = 1.0,
        p: Value = 2.0,
        eps: Value = 1e-06,
        swap: Value = False,
        size_average: Value = None,
        reduce: Value = None,
        reduction: Value = "mean",
    ) -> None:
        begin(self, size_average, reduce, reduction, margin=margin, p=p, eps=eps, swap=swap)
        refuse_margin(margin)

    def forward(machine: Machine, self: Instance, anchor: Value, positive: Value, negative: Value) -> Value:
        return run(machine, self, anchor, positive, negative)


@layer("TripletMarginWithDistanceLoss", "loss", "loss", LOSS)
class TripletMarginWithDistanceLoss:
    _function = "triplet_margin_with_distance_loss"
    _options = ("distance_function", "margin", "swap")

    def __init__(
        machine: Machine,
        self: Instance,
        *,
        distance_function: Value = None,
        margin: Value = 1.0,
        swap: Value = False,
        reduction: Value = "mean",
    ) -> None:
        distance = distance_function
        if distance is None:
            distance = machine.call(library_class("torch.nn.PairwiseDistance"))
        begin(self, None, None, reduction, distance_function=distance, margin=margin, swap=swap)
        refuse_margin(margin)

    def forward(machine: Machine, self: Instance, anchor: Value, positive: Value, negative: Value) -> Value:
        return run(machine, self, anchor, positive, negative)


@layer("CTCLoss", "loss", "loss", LOSS)
class CTCLoss:
    _function = "ctc_loss"
    _options = ("blank", "zero_infinity")

    def __init__(
        machine: Machine,
        self: Instance,
        blank: Value = 0,
        reduction: Value = "mean",
        zero_infinity: Value = False,
    ) -> None:
        begin(self, None, None, reduction, blank=blank, zero_infinity=zero_infinity)

    def forward(
        machine: Machine,
        self: Instance,
        log_probs: Value,
        targets: Value,
        input_lengths: Value,
        target_lengths: Value,
    ) -> Value:
        return run(machine, self, log_probs, targets, input_lengths, target_lengths)


@TORCH.define("torch.nn.LinearCrossEntropyOptions")
class LinearCrossEntropyOptions:
    def __init__(
        machine: Machine,
        self: Instance,
        allow_retain_graph: Value = False,
        batch_chunk_size: Value = None,
        chunking_method: Value = "auto",
        acc_policy: Value = "auto",
        acc_dtype: Value = None,
    ) -> None:
        self.attrs |= {"allow_retain_graph": allow_retain_graph, "batch_chunk_size": batch_chunk_size}
        self.attrs |= {"chunking_method": chunking_method, "acc_policy": acc_policy, "acc_dtype": acc_dtype}


@layer("LinearCrossEntropyLoss", "loss", "loss", WEIGHTED)
class LinearCrossEntropyLoss:
    def __init__(
        machine: Machine,
        self: Instance,
        in_features: Value,
        num_classes: Value,
        *,
        out_features: Value = (),
        bias: Value = False,
        device: Value = None,
        dtype: Value = None,
        reduction: Value = "mean",
        weight: Value = None,
        ignore_index: Value = None,
        label_smoothing: Value = 0.0,
        options: Value = None,
    ) -> None:
        classes = dim(num_classes, "num_classes")
        shape = weight.shape if isinstance(weight, Tensor) else None
        if shape is not None and (len(shape) != 1 or equal(shape[0], classes) is False):
            raise ShapeError("bad-argument", f"`weight` must have the shape ({classes},)")
        if isinstance(label_smoothing, (int, float)) and not 0 <= label_smoothing <= 1:
            raise ShapeError("bad-argument", f"`label_smoothing` must be between 0 and 1, not {label_smoothing}")
        sizes = tuple(dim(size) for size in items(out_features) or ())
        begin(self, None, None, reduction, num_classes=classes, out_features=sizes)
        self.attrs |= {"ignore_index": ignore_index, "label_smoothing": label_smoothing, "options": options}
        buffer(self, "weight", None if isinstance(weight, Unknown) else weight)
        linear = (in_features, product((classes, *sizes)), bias, device, dtype)
        self.attrs["linear"] = machine.call(library_class("torch.nn.Linear"), linear)

    def forward(machine: Machine, self: Instance, input: Value, target: Value) -> Value:
        found, sizes = tensor(input), items(self.attrs["out_features"]) or ()
        shape = shape_of(found)
        if len(shape) not in (1, 2) or (sizes and len(shape) == 1):
            expected = "2-d" if sizes else "1-d or 2-d"
            message = f"`{self.cls.name}` takes a {expected} input, got a {len(shape)}-d one"
            raise ShapeError("rank-mismatch", message, expected=expected, exception="RuntimeError")
        machine.call(machine.get(self.attrs["linear"], "forward"), (found,))
        logits = result((*shape[:-1], self.attrs["num_classes"], *sizes), like=found)
        goal, ignored = tensor(target, "target").shape, self.attrs["ignore_index"]
        if goal is not None and goal == logits.shape and ignored is not None and not isinstance(ignored, Unknown):
            message = "`ignore_index` is for targets of class indices, not of probabilities"
            raise ShapeError("bad-argument", message, exception="RuntimeError")
        options = {name: self.attrs[name] for name in ("weight", "reduction", "label_smoothing")}
        return functional("cross_entropy")(machine, logits, target, **options)
