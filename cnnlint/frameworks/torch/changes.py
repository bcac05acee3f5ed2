"""What came to PyTorch with which release: data, from the release notes; asked for by `target-version.torch`.

The tables of this room describe the current release. A name that a stated older release lacks is told where it is
called.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks import versions
from cnnlint.frameworks.torch.core import TORCH
from cnnlint.interpreter.values import ClassValue, HostFunction

if TYPE_CHECKING:
    from cnnlint.frameworks.versions import Version
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

NAMES: dict[Version, str] = {
    (1, 1): "nn.Identity nn.MultiheadAttention",
    (1, 2): "nn.Flatten nn.Transformer nn.TransformerEncoderLayer nn.TransformerEncoder nn.TransformerDecoderLayer",
    (1, 4): "nn.GELU",
    (1, 6): "nn.Hardswish",
    (1, 7): "nn.SiLU nn.Unflatten nn.functional.silu movedim amax amin vstack hstack dstack fft.fft fft.rfft fft.fft2",
    (1, 8): "nn.LazyLinear nn.LazyConv1d nn.LazyConv2d nn.LazyConv3d nn.PixelUnshuffle broadcast_to tensor_split",
    (1, 9): "nn.Mish nn.HuberLoss nn.LazyBatchNorm1d nn.LazyBatchNorm2d nn.LazyBatchNorm3d nn.functional.mish permute",
    (1, 10): "nn.ReflectionPad3d concat",
    (1, 11): "argwhere",
    (1, 12): "nn.Dropout1d",
    (1, 13): "unflatten",
    (2, 0): "nn.functional.scaled_dot_product_attention concatenate compile",
    (2, 1): "nn.ZeroPad1d nn.ZeroPad3d nn.CircularPad1d nn.CircularPad2d nn.CircularPad3d",
    (2, 4): "nn.RMSNorm nn.functional.rms_norm",
    (2, 5): "nn.Buffer",
}
"""By release: the names below `torch` that it was the first to have."""


def guard() -> None:
    """Let the callables of `NAMES` refuse a release that lacks them; done once, when the tables are loaded."""
    for since, names in NAMES.items():
        for name in names.split():
            found = TORCH.names.get(f"torch.{name}")
            if isinstance(found, ClassValue):
                found.namespace["__init__"] = _guarded(found.lookup("__init__"), f"torch.{name}", since)
            elif isinstance(found, HostFunction):
                TORCH.names[f"torch.{name}"] = _guarded(found, f"torch.{name}", since)


def _guarded(host: HostFunction, name: str, since: Version) -> HostFunction:
    """The same function under this one of its names only."""
    body = host.body

    def call(machine: Machine, *args: Any, **kwargs: Any) -> Value:
        if machine.versions and lacks(machine, since):
            raise ShapeError(
                "bad-call",
                f"`{name}` came with PyTorch {versions.text(since)}",
                expected=f"PyTorch {versions.text(since)}",
                actual=f"PyTorch {versions.text(versions.of(machine, 'torch'))}",
                exception="AttributeError",
            )
        return body(machine, *args, **kwargs)

    guarded = copy(host)
    guarded.body = call
    return guarded


def lacks(machine: Machine, since: Version) -> bool:
    """Whether the release that the code is for is older."""
    return not versions.reached(versions.of(machine, "torch"), since)
