"""Which functions of PyTorch become no methods where a class has them as attributes: those written in C.

`conv = torch.conv3d` in a class body makes `self.conv(x, w)` a convolution of `x`; `act = F.silu` makes `self.act(x)`
one of `self`.
The names are as `types.FunctionType` told them apart for PyTorch 2.14.
"""

from __future__ import annotations

from cnnlint.frameworks.torch.core import TORCH
from cnnlint.interpreter.values import HostFunction

IN_PYTHON = (
    "atleast_1d atleast_2d atleast_3d block_diag broadcast_shapes broadcast_tensors cartesian_prod cdist"
    " chain_matmul cholesky compile einsum is_tensor load lobpcg lu manual_seed meshgrid norm pca_lowrank qr save seed"
    " split stft svd_lowrank tensordot typename unique unique_consecutive unravel_index vmap"
)
"""Functions of `torch` that are written in Python; the others are in C."""
IN_C = (
    "adaptive_avg_pool1d avg_pool1d avg_pool2d avg_pool3d bilinear channel_shuffle conv1d conv2d conv3d conv_tbc"
    " conv_transpose1d conv_transpose2d conv_transpose3d cosine_similarity gelu hardshrink linear logsigmoid"
    " native_channel_shuffle one_hot pairwise_distance pdist pixel_shuffle pixel_unshuffle prelu"
    " scaled_dot_product_attention softplus softshrink"
)
"""Functions of `torch.nn.functional` that are written in C; the others are in Python."""


def mark() -> None:
    """Note which functions do not bind; done once, when the tables are loaded."""
    hosts = {dotted: value for dotted, value in TORCH.names.items() if isinstance(value, HostFunction)}
    in_c = {id(host) for dotted, host in hosts.items() if _is_in_c(dotted)}
    in_python = {id(host) for dotted, host in hosts.items() if not _is_in_c(dotted)}
    for host in hosts.values():
        if id(host) in in_c:
            host.binds = None if id(host) in in_python else False


def _is_in_c(dotted: str) -> bool:
    module, _, name = dotted.rpartition(".")
    match module:
        case "torch":
            return name not in IN_PYTHON.split()
        case "torch.nn.functional":
            return name in IN_C.split()
        case _:
            return module in ("torch.linalg", "torch.fft", "torch.special")
