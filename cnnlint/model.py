"""What was found in the code: models, their layers and faults. The one thing that rules and reports read.

Plain, immutable and serializable. A number that could not be derived is None; a symbolic one is an `Expr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnnlint.engine.constraints import Constraint
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.receptive import Field
    from cnnlint.engine.shape import Shape

FAULT_KINDS = {
    "nonpositive-size": "a convolution or pooling leaves a size of zero or less",
    "rank-mismatch": "a layer needs another number of axes",
    "channel-mismatch": "a convolution is built for another number of channels",
    "feature-mismatch": "a dense layer is built for another number of features",
    "norm-mismatch": "a normalization is built for another number of channels",
    "elementwise-mismatch": "operands cannot be broadcast together",
    "concat-mismatch": "sizes differ outside the axis of concatenation",
    "reshape-mismatch": "a reshape changes the number of elements",
    "size-mismatch": "sizes that must agree differ",
    "bad-argument": "a value that the framework refuses",
    "bad-call": "a call that does not fit the signature",
    "missing-attribute": "an object is asked for an attribute that nothing gives it",
    "uncaught-exception": "the code raises an exception that nothing takes",
    "folded-batch": "a reshape makes one row of several samples, or several rows of one",
    "duplicate-name": "two layers of a model share a name",
    "data-mismatch": "a model is given data that its input does not take",
    "label-mismatch": "labels do not fit the output that they are compared with",
    "loss-mismatch": "labels are encoded for another loss",
    "not-understood": "a limit was reached or something could not be followed",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a file: 1-based rows and columns in code points, the end exclusive."""

    filename: str
    row: int
    column: int
    end_row: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that has to do with it: `message` says what stands there."""

    message: str
    place: Place


@dataclass(frozen=True, slots=True)
class Parameters:
    """Counts as the framework gives them; None where not known."""

    total: Dim | None
    trainable: Dim | None
    non_trainable: Dim | None


ShapeTree: TypeAlias = Any
"""A shape, None (rank not known), or a tuple / dict of such, as the framework nests a model's inputs and outputs."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One application of a layer, in the order of execution (a shared layer has its parameters in its first row only).

    `kind` is the family: `convolution`, `pooling`, `global-pooling`, `dense`, `normalization`, `activation`, `dropout`,
    `flatten`, `reshape`, `merge`, `recurrent`, `attention`, `embedding`, `padding`, `rescaling`, `input`, `model`,
    `augmentation` or `other`. `config` holds the constructor's values that rules look at (filters, kernel_size,
    strides, padding, dilation_rate, groups, activation, rate, use_bias, units, axis …) under Keras's names, and as
    `weight_constant` and `bias_constant` the one number that the code fills these with. `path` is the dotted attribute
    path inside a PyTorch model, `inputs_from` the indexes of the rows that feed it, where known.
    """

    name: str
    type: str
    kind: str
    inputs: tuple[Shape | None, ...]
    outputs: tuple[Shape | None, ...]
    params: Dim | None
    trainable: Dim | None
    macs: Dim | None
    place: Place
    built_at: Place | None = None
    config: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    depth: int = 0
    inputs_from: tuple[int, ...] = ()
    via: tuple[str, ...] | None = None
    """The functions applied between those rows and this one (`relu`, `add`, `flatten` …), () for none, None where that
    is not known: rules about neighbours judge only rows whose `via` is known."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that the program cannot survive (`certain`) or that fails on some path (not `certain`)."""

    kind: str
    message: str
    place: Place
    help: str | None = None
    notes: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    certain: bool = True
    layer: str | None = None
    model: str | None = None
    expected: str | None = None
    actual: str | None = None


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why something is not known, and where."""

    reason: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition on open sizes that a run of the model meets, and where it arises."""

    constraint: Constraint
    place: Place | None


@dataclass(frozen=True, slots=True)
class Requirements:
    """All that the open sizes of the inputs have to meet for the model to run.

    `inputs` are their shapes, batch in front, in which every open size is a symbol. `exact`: the numbers in them are
    required too, as far as rank and channels go, and not only what the first layer was looked at with. Where the code
    takes another way at some sizes, `others` are the further cases, one of which has to be met, and `taken` are the
    conditions that lead to this one. `squeezed`: the framework lets a last axis of 1 through whatever is declared, and
    whether the model then runs is not known.
    """

    inputs: tuple[Shape, ...]
    conditions: tuple[Requirement, ...]
    exact: bool = True
    taken: tuple[Constraint, ...] = ()
    others: tuple[Requirements, ...] = ()
    squeezed: bool = False

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """The conditions without their places."""
        return tuple(each.constraint for each in self.conditions)

    @property
    def cases(self) -> tuple[Requirements, ...]:
        """All cases, this one first."""
        return (self, *self.others)

    @property
    def can_be_met(self) -> bool:
        """Whether there may be sizes that meet them."""
        from cnnlint.engine.solving import is_met_somewhere, open_sizes

        if any(is_met_somewhere(case.constraints, open_sizes(case.inputs, case.constraints)) for case in self.cases):
            return True
        found = self.solve()
        return all(found.axes.values()) if found is not None else any(not case.is_void for case in self.cases)

    @property
    def is_void(self) -> bool:
        """Whether a condition of this case is one that no size meets."""
        from cnnlint.engine.solving import at_any_batch, is_never

        return any(is_never(constraint) for constraint in at_any_batch(self.constraints))

    def substituted(self, values: Mapping[str, Dim]) -> Requirements:
        """The same with other names for open sizes."""
        from cnnlint.engine.dimension import substitute

        inputs = tuple(tuple(substitute(dim, values) for dim in shape) for shape in self.inputs)
        conditions = tuple(Requirement(each.constraint.substituted(values), each.place) for each in self.conditions)
        taken = tuple(each.substituted(values) for each in self.taken)
        others = tuple(each.substituted(values) for each in self.others)
        return Requirements(inputs, conditions, self.exact, taken, others, self.squeezed)

    def accept(self, shapes: Sequence[Sequence[int]]) -> bool | None:
        """Whether they are met by inputs of these shapes, without the batch axis; None where that is not known."""
        answers = [case.accept_here(shapes) for case in self.cases]
        return True if True in answers else None if None in answers else False

    def accept_here(self, shapes: Sequence[Sequence[int]]) -> bool | None:
        """The same for this case only."""
        from cnnlint.engine.solving import bind, verdict

        values = bind(self.inputs, shapes)
        if values is False and self.squeezed:
            pairs = zip(self.inputs, shapes, strict=True)
            values = bind(self.inputs, [_declared_last(one, other) for one, other in pairs])
            return False if values is False and self.exact else None
        if not isinstance(values, dict):
            return False if values is False and self.exact else None
        return verdict(self.constraints, values)

    def broken_by(self, shapes: Sequence[Sequence[int]]) -> str | None:
        """What inputs of these shapes, without the batch axis, do not meet, in words; None if all or not known."""
        if self.accept(shapes) is not False:
            return None
        return next((said for case in self.cases if (said := case.broken_here(shapes)) is not None), None)

    def broken_here(self, shapes: Sequence[Sequence[int]]) -> str | None:
        """What is not met though this is the case that they lead to, in words."""
        from cnnlint.engine.progression import complaint
        from cnnlint.engine.solving import bind, first_broken

        values = bind(self.inputs, shapes)
        broken = first_broken(self.constraints, values) if isinstance(values, dict) else None
        if broken is None or broken in self.taken or not isinstance(values, dict):
            return None
        place = next((each.place for each in self.conditions if each.constraint == broken), None)
        where = f" ({place.filename}:{place.row})" if place is not None else ""
        return f"{complaint(broken, values)}{where}"

    def solve(self, stated: Sequence[Shape | None] = ()) -> ValidInputs | None:
        """The sizes that meet them; None where there are no open sizes, or where they cannot be told.

        `stated` are shapes, batch in front, that the model is looked at with.
        """
        from cnnlint.engine.dimension import text as dim_text
        from cnnlint.engine.progression import progressions, text
        from cnnlint.engine.solving import open_sizes, required_in_all, solve_cases, ties

        numbers = required_in_all([case.constraints for case in self.cases])
        if numbers:
            return self.substituted(numbers).solve(stated)
        every = [constraint for case in self.cases for constraint in case.constraints]
        names = open_sizes(self.inputs, every)
        tied = {} if self.others else ties(self.constraints, names)
        cases = [case.constraints for case in (self.substituted(tied) if tied else self).cases]
        free = tuple(name for name in names if name not in tied)
        found = solve_cases(cases, free) if free else None
        if found is None:
            return None
        last = found.span[1]
        square = progressions(found.square, last)
        axes = {name: progressions(values, last) for name, values in found.axes.items()}
        said = text(free, square, list(axes.values()), found.span, independent=found.independent)
        if tied and square:
            said += "".join(f", {name} the same as {dim_text(dim)}" for name, dim in tied.items())
        axes = {name: axes[dim_text(tied[name]) if name in tied else name] for name in names}
        given = [tuple(dim for dim in shape[1:] if isinstance(dim, int)) for shape in stated if shape is not None]
        independent = found.independent and not tied
        return ValidInputs(found.span, names, square, axes, independent, said, self.broken_by(given))


def _declared_last(declared: Shape, shape: Sequence[int]) -> Sequence[int]:
    """The shape with the last axis as it is declared, where it is 1."""
    last = declared[-1]
    return (*shape[:-1], last) if shape and shape[-1] == 1 and isinstance(last, int) else shape


@dataclass(frozen=True, slots=True)
class ValidInputs:
    """The sizes for which a model with open sizes runs, exact within `range`, both ends included.

    A triple is first, last, step (last: the range's end where it goes on). `square` is for all open sizes equal; `axes`
    has the sizes for which some choice of the others works; `independent`: any combination of those does. `why` says
    what the input does not meet that the model is looked at with, None where it does.
    """

    range: tuple[int, int]
    symbols: tuple[str, ...]
    square: tuple[tuple[int, int, int], ...]
    axes: dict[str, tuple[tuple[int, int, int], ...]]
    independent: bool
    text: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A model as its framework would summarize it."""

    target: str
    name: str
    framework: str
    place: Place
    inputs: ShapeTree
    outputs: ShapeTree
    parameters: Parameters
    macs: Dim | None
    activation_bytes: Dim | None
    layers: tuple[Layer, ...]
    faults: tuple[Fault, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    error: str | None = None
    input_source: str | None = None
    """Where the input's shape comes from, for a note; None where it is symbolic."""
    outputs_from: tuple[int, ...] = ()
    outputs_via: tuple[str, ...] | None = None
    """The rows that the model's outputs come from, and the functions in between, as in `Layer`."""
    constraints: Requirements | None = None
    """What sizes have to meet for the model to run; None where that is not known."""
    valid_inputs: ValidInputs | None = None
    """The solution of `constraints`, where it was asked for and could be found."""

    @property
    def resolved(self) -> bool:
        """Whether nothing stood in the way of any number."""
        return not self.unresolved and self.error is None

    @property
    def receptive_field(self) -> Field | None:
        """How much of the input one value of the last feature map sees; `WHOLE` has no sizes. None if not known."""
        from cnnlint.engine.receptive import receptive_field

        return receptive_field(self.layers, self.outputs_via)

    def accepts(self, *shapes: Sequence[int] | Sequence[Sequence[int]]) -> bool | None:
        """Whether the model runs on inputs of these shapes, without the batch axis; None where that is not known.

        Several inputs may be given one by one or as one tuple of shapes.
        """
        if self.constraints is None:
            return None
        given: Any = shapes[0] if len(shapes) == 1 else shapes
        nested = bool(given) and not isinstance(given[0], int)
        return self.constraints.accept(tuple(map(tuple, given)) if nested else (tuple(given),))


@dataclass(frozen=True, slots=True)
class Data:
    """An array or batch that a model is given: what is known of it, None where it is not.

    `low` and `high` bound its values (both included); `classes` is the number of distinct labels where that is known;
    `origin` says in words where it comes from (`keras.datasets.mnist`, `to_categorical`).
    """

    shape: Shape | None
    dtype: str | None = None
    low: float | None = None
    high: float | None = None
    classes: int | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """Something that the code does with a model or with its output.

    `kind` is `compile`, `fit`, `evaluate`, `predict`, `train_on_batch` (Keras) or `loss` (a criterion applied in
    PyTorch); further ones tell what a rule of its own judges: `optimizer`, `unused-layer`, `batch-of-one`.
    `loss` is the framework's own name (`categorical_crossentropy`, `CrossEntropyLoss`), `from_logits` as the code says.
    `activation` is what produced the model's output last (`softmax`, `sigmoid`, `linear`, …; None where not known),
    `axis` the axis of a softmax. `certain` is False under a condition that is not known.
    """

    kind: str
    framework: str
    place: Place
    model: str | None = None
    loss: str | None = None
    from_logits: bool | None = None
    metrics: tuple[str, ...] = ()
    output: Shape | None = None
    activation: str | None = None
    axis: int | None = None
    inputs: tuple[Data, ...] = ()
    targets: Data | None = None
    related: tuple[Related, ...] = ()
    config: dict[str, Any] = field(default_factory=dict)
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that one file gave: its models and every fault found while running it, each once."""

    filename: str
    models: tuple[Model, ...]
    faults: tuple[Fault, ...]
    uses: tuple[Use, ...] = ()
