"""The rows of a model: one for each application of a layer, in the order of execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Dim, Expr, exact_quotient, is_anonymous, product, substitute
from cnnlint.frameworks.coerce import items
from cnnlint.frameworks.torch.layer import kind_of
from cnnlint.frameworks.torch.provenance import sources_of, tensors_in
from cnnlint.frameworks.torch.registry import gaps_of, is_module, named_weights, own_weights, walk
from cnnlint.frameworks.torch.values import CONSTANT
from cnnlint.interpreter.values import Instance, ListValue, Tensor, Value, Weight
from cnnlint.model import Layer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.trace import Application
    from cnnlint.model import Place

BATCH = "batch"
BYTES = 4
"""Bytes of a float32 element."""


class Rows:
    """The rows behind one application of a model; without one, those of the layers that it has registered.

    `batch` is how many samples the application was given: a number, a size by name, or 0 where that is not known. A
    layer that is applied at `here`, which is no line of the code's own, stands where it is built.
    """

    def __init__(self, instance: Instance, application: Application | None, batch: Dim, here: Place) -> None:
        self.here = here
        self.batch = batch
        self.application = application
        self.paths = {id(module): path for path, module in reversed(list(walk(instance)))}
        self.counted: set[int] = set()
        self.layers: list[Layer] = []
        self.index: dict[int, int] = {}
        self.leaves: list[Application] = []
        if application is None:
            self._registered(instance)
        else:
            self._visit(application, 0)

    def _visit(self, application: Application, depth: int) -> None:
        instance = application.instance
        if not application.children:
            if kind_of(instance.cls) is not None or not instance.cls.library or any(own_weights(instance)):
                self.leaves.append(application)
                self._add(application, depth, kind_of(instance.cls) or "other", named_weights(instance))
            return
        own = list(own_weights(instance))
        if application.macs != 0 or own:
            self._add(application, depth, "model", own)
            depth += 1
        for child in application.children:
            self._visit(child, depth)

    def _add(self, application: Application, depth: int, kind: str, weights: Iterable[tuple[str, Weight]]) -> None:
        instance = application.instance
        arguments = (application.args, tuple(application.kwargs.values()))
        origin, via = sources_of(arguments, self.index)
        params, trainable = self._count(instance, weights)
        path = self.paths.get(id(instance), "")
        self.index[id(application)] = len(self.layers)
        self.layers.append(
            Layer(
                name=path or instance.cls.name,
                type=instance.cls.name,
                kind=refined(kind, instance),
                inputs=shapes_in(arguments),
                outputs=shapes_in(application.output),
                params=params,
                trainable=trainable,
                macs=self._per_sample(application.macs),
                place=instance.place if application.place == self.here and instance.place else application.place,
                built_at=instance.place,
                config=config_of(instance),
                path=path,
                depth=depth,
                inputs_from=origin,
                via=via,
            )
        )

    def _registered(self, instance: Instance) -> None:
        """A row for each layer that has no others inside; what it is applied to is not known."""
        for path, module in walk(instance):
            if module.place is None or any(is_module(value) for value in module.attrs.values()):
                continue
            kind = kind_of(module.cls)
            if kind is None and not any(own_weights(module)):
                continue
            params, trainable = self._count(module, named_weights(module))
            self.layers.append(static_row(path, module, kind or "other", params, trainable, module.place))

    def _count(self, instance: Instance, weights: Iterable[tuple[str, Weight]]) -> tuple[Dim | None, Dim | None]:
        """The parameters that no row before has, and those of them that are trained."""
        total: Dim | None = None if gaps_of(instance) else 0
        trained: Dim | None = total
        for _, weight in weights:
            if id(weight) in self.counted:
                continue
            self.counted.add(id(weight))
            size = None if weight.shape is None else product(weight.shape)
            total = None if total is None or size is None else total + size
            if not isinstance(weight.trainable, bool):
                trained = None
            elif weight.trainable:
                trained = None if trained is None or size is None else trained + size
        return total, None if total is None else trained

    def _per_sample(self, macs: Dim | None) -> Dim | None:
        if macs is None or macs == 0:
            return macs
        if isinstance(self.batch, int):
            return exact_quotient(macs, self.batch) if self.batch else None
        one = substitute(macs, {BATCH: 1})
        return None if is_anonymous(one) else one

    def macs(self) -> Dim | None:
        """Multiply-accumulates for one sample; None where those of a part are not known."""
        total: Dim = 0
        pending = [self.application] if self.application is not None else []
        while pending:
            application = pending.pop()
            own = self._per_sample(application.macs)
            if own is None:
                return None
            total += own
            pending += application.children
        return total

    def activation_bytes(self) -> Dim | None:
        """Bytes of the results of all layers, for one sample in float32."""
        total: Dim = 0
        for application in self.leaves:
            for shape in shapes_in(application.output):
                size = None if shape is None else self._per_sample(product(shape))
                if size is None:
                    return None
                total += size * BYTES
        return total


def static_row(
    path: str, module: Instance, kind: str, params: Dim | None, trainable: Dim | None, place: Place
) -> Layer:
    """The row of a layer that was not applied."""
    return Layer(
        name=path or module.cls.name,
        type=module.cls.name,
        kind=refined(kind, module),
        inputs=(),
        outputs=(None,),
        params=params,
        trainable=trainable,
        macs=None,
        place=place,
        built_at=module.place,
        config=config_of(module),
        path=path,
    )


ADAPTIVE = ("torch.nn.modules.pooling._AdaptiveAvgPoolNd", "torch.nn.modules.pooling._AdaptiveMaxPoolNd")


def refined(kind: str, instance: Instance) -> str:
    """Pooling to a single value is global pooling."""
    if kind == "pooling" and any(map(instance.cls.is_subclass, ADAPTIVE)):
        size = instance.attrs.get("output_size")
        sizes = items(size) if isinstance(size, (tuple, ListValue)) else (size,)
        return "global-pooling" if sizes and all(each == 1 for each in sizes) else kind
    return kind


def shapes_in(value: Value) -> tuple[Shape | None, ...]:
    """The shapes of the tensors in a structure; None for what may be one and is not known."""
    return tuple(part.shape if isinstance(part, Tensor) else None for part in tensors_in(value))


def config_of(instance: Instance) -> dict[str, Any]:
    """The constructor's values, under PyTorch's own names; a bias as whether there is one."""
    if kind_of(instance.cls) is None:
        return {}
    config = {name: value for name, value in instance.attrs.items() if name != "training" and is_plain(value)}
    bias = instance.attrs.get("bias")
    if isinstance(bias, Weight):
        config["bias"] = True
    elif bias is None and "bias" in instance.attrs:
        config["bias"] = False
    for name in ("weight", "bias"):
        weight = instance.attrs.get(name)
        if isinstance(weight, Weight) and weight.facts.get(CONSTANT) is not None:
            config[f"{name}_constant"] = weight.facts[CONSTANT]
    return config


def is_plain(value: Value) -> bool:
    """Whether a value can be part of a model: a constant, or a tuple of them."""
    if isinstance(value, tuple):
        return all(is_plain(item) for item in value)
    return value is None or isinstance(value, (bool, int, float, str, Expr))
