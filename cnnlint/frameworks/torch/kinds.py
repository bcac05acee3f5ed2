"""Which kinds of numbers operations refuse: data, as PyTorch's CPU kernels answered when they were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.torch.core import TENSOR, TORCH
from cnnlint.frameworks.torch.dtypes import category
from cnnlint.interpreter.values import HostFunction, Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

TRUTHS, INTEGERS, REALS = 0, 1, 2
NO_TRUTHS = (
    "abs absolute neg negative positive floor ceil trunc fix relu round median nanmedian argmax argmin kthvalue topk"
)
NO_TWO_TRUTHS = "remainder fmod pow floor_divide gcd lcm bitwise_left_shift bitwise_right_shift"
NO_INTEGERS = (
    "std var std_mean var_mean norm logcumsumexp softmax log_softmax quantile renorm"
    " linalg.norm linalg.vector_norm linalg.matrix_norm nn.functional.softmax nn.functional.log_softmax"
)
NO_TWO_INTEGERS = "hypot logaddexp logaddexp2 nextafter"
NO_REALS = "gcd lcm bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift"
WORDS = {TRUTHS: "truth values", INTEGERS: "integers", REALS: "real numbers"}


def guard() -> None:
    """Let these operations refuse such numbers; done once, when the tables are loaded."""
    for names, least, operands in (
        (NO_TRUTHS, INTEGERS, 1),
        (NO_TWO_TRUTHS, INTEGERS, 2),
        (NO_INTEGERS, REALS, 1),
        (NO_TWO_INTEGERS, REALS, 2),
    ):
        for name in names.split():
            _guard(name, operands, lambda found, least=least: found < least)
    for name in NO_REALS.split():
        _guard(name, 2, lambda found: found == REALS)


def _guard(name: str, operands: int, is_wrong: Callable[[int], bool]) -> None:
    hosts = (TORCH.names.get(f"torch.{name}"), TENSOR.namespace.get(name), TENSOR.namespace.get(f"{name}_"))
    own = [host for host in hosts if isinstance(host, HostFunction) and host.name.rstrip("_").endswith(name)]
    for host in {id(host): host for host in own}.values():
        host.body = _guarded(host.body, name, operands, is_wrong)


def _guarded(
    body: Callable[..., Value], name: str, operands: int, is_wrong: Callable[[int], bool]
) -> Callable[..., Value]:
    def call(machine: Machine, *args: Any, **kwargs: Any) -> Value:
        found = None if kwargs.get("dtype") is not None else kind_of(args[:operands])
        if found is not None and is_wrong(found):
            raise ShapeError(
                "bad-argument",
                f"`{name}` takes no tensor of {WORDS.get(found, 'such numbers')}",
                help="convert it first, with `.float()` for example" if found < REALS else None,
                exception="RuntimeError",
            )
        return body(machine, *args, **kwargs)

    return call


def kind_of(operands: tuple[Value, ...]) -> int | None:
    """The highest kind of numbers among tensors and numbers; None where one is not known."""
    found = []
    for each in operands:
        if isinstance(each, Tensor):
            if each.dtype is None:
                return None
            found.append(category(each.dtype))
        elif isinstance(each, bool):
            found.append(TRUTHS)
        elif isinstance(each, (int, float)):
            found.append(INTEGERS if isinstance(each, int) else REALS)
        else:
            return None
    return max(found, default=None)
