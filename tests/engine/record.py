"""Ask the frameworks what their layers and functions make of random shapes: their answers go to `recorded/`.

`python tests/engine/record.py`, where PyTorch and Keras (KERAS_BACKEND=torch) are installed. An answer is a shape, the
shapes of the weights and, from PyTorch's own counter, the MACs, or `null` where the framework raises.
"""

# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import json
import random
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).parent / "recorded"
Row = dict[str, Any]
chance = random.Random(20)


def between(low: int, high: int) -> int:
    return chance.randint(low, high)


def several(count: int, low: int, high: int) -> list[int]:
    return [between(low, high) for _ in range(count)]


def shapes_of(output: Any) -> list[Any]:
    if isinstance(output, (tuple, list)):
        return [shapes_of(part) for part in output]
    return list(output.shape)


def torch_row(call: str, arguments: Row, inputs: list[list[int]], run: Callable[..., Any], **more: Any) -> Row:
    tensors = [torch.zeros(shape) for shape in inputs]
    row: Row = {"call": call, "arguments": arguments, "inputs": inputs, **more}
    try:
        module = run()
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            output = module(*tensors)
    except (RuntimeError, ValueError, IndexError, AssertionError, TypeError):
        return {**row, "output": None}
    row |= {"output": shapes_of(output), "macs": counter.get_total_flops() // 2}
    if isinstance(module, nn.Module):
        row["weights"] = {name: list(weight.shape) for name, weight in module.named_parameters()}
    return row


def torch_layers() -> Iterator[Row]:
    arguments: Row
    for rank in (1, 2, 3):
        for _ in range(40 if rank < 3 else 15):
            groups = chance.choice([1, 1, 1, 2, 3])
            arguments = {
                "in_channels": groups * between(1, 2) if between(0, 9) else 5,
                "out_channels": groups * between(1, 2) if between(0, 9) else 5,
                "kernel_size": several(rank, 1, 5),
                "stride": several(rank, 1, 3),
                "padding": several(rank, 0, 2),
                "dilation": several(rank, 1, 2),
                "groups": groups,
            }
            channels = arguments["in_channels"] + (0 if between(0, 5) else 1)
            batch = [2] if between(0, 4) else []
            shape = [*batch, channels, *several(rank if between(0, 9) else rank + 1, 1, 9)]
            layer = f"Conv{rank}d"
            yield torch_row(layer, arguments, [shape], lambda a=arguments, n=layer: getattr(nn, n)(**a))
            arguments = {**arguments, "output_padding": several(rank, 0, 2)}
            layer = f"ConvTranspose{rank}d"
            yield torch_row(layer, arguments, [shape], lambda a=arguments, n=layer: getattr(nn, n)(**a))
            kernel = several(rank, 1, 5)
            arguments = {
                "kernel_size": kernel,
                "stride": several(rank, 1, 4) if between(0, 2) else None,
                "padding": [between(0, size // 2 + (not between(0, 4))) for size in kernel],
                "ceil_mode": bool(between(0, 1)),
            }
            layer = f"{chance.choice(['Max', 'Avg'])}Pool{rank}d"
            if layer.startswith("Max"):
                arguments["dilation"] = several(rank, 1, 2)
            yield torch_row(layer, arguments, [shape], lambda a=arguments, n=layer: getattr(nn, n)(**a))
        for _ in range(6):
            shape = [2, 3, *several(rank, 1, 9)]
            arguments = {"output_size": [chance.choice([None, 1, 3, 7] if rank > 1 else [1, 3]) for _ in range(rank)]}
            layer = f"AdaptiveAvgPool{rank}d"
            yield torch_row(layer, arguments, [shape], lambda a=arguments, n=layer: getattr(nn, n)(**a))
            arguments = {"scale_factor": [chance.choice([0.5, 1.7, 2.0, 3.0, 0.3]) for _ in range(rank)]}
            yield torch_row(
                "Upsample", arguments, [shape], lambda a=arguments: nn.Upsample(scale_factor=tuple(a["scale_factor"]))
            )
            mode = chance.choice(["Zero", "Reflection", "Replication", "Circular"])
            arguments = {"padding": several(2 * rank, -1 if mode == "Zero" else 0, 4)}
            layer = f"{mode}Pad{rank}d"
            yield torch_row(layer, arguments, [shape], lambda a=arguments, n=layer: getattr(nn, n)(**a))
    for _ in range(12):
        factor = between(1, 3)
        shape = [*several(between(0, 2), 1, 2), between(1, 2) * chance.choice([4, 9, 1]), *several(2, 1, 9)]
        for layer in ("PixelShuffle", "PixelUnshuffle"):
            yield torch_row(layer, {"factor": factor}, [shape], lambda n=layer, f=factor: getattr(nn, n)(f))
        arguments = {
            "kernel_size": several(2, 1, 3),
            "stride": several(2, 1, 2),
            "padding": several(2, 0, 1),
            "dilation": several(2, 1, 2),
        }
        shape = [2, 3, *several(2, 1, 6)]
        yield torch_row("Unfold", arguments, [shape], lambda a=arguments: nn.Unfold(**a))
        size = several(2, 1, 6)
        windows = [
            (whole + 2 * pad - dilation * (kernel - 1) - 1) // step + 1
            for whole, kernel, step, pad, dilation in zip(size, *list(arguments.values()), strict=True)
        ]
        columns = 3 * arguments["kernel_size"][0] * arguments["kernel_size"][1] + (not between(0, 3))
        shape = [2, columns, max(windows[0] * windows[1], 1) + (not between(0, 3))]
        arguments = {"output_size": size, **arguments}
        yield torch_row("Fold", arguments, [shape], lambda a=arguments: nn.Fold(**a))


def torch_dense() -> Iterator[Row]:
    arguments: Row
    for _ in range(15):
        shape = several(between(1, 4), 1, 5)
        arguments = {"in_features": chance.choice([shape[-1], shape[-1], 4]), "out_features": between(1, 9)}
        yield torch_row("Linear", arguments, [shape], lambda a=arguments: nn.Linear(**a))
        arguments = {"normalized_shape": [size + (not between(0, 6)) for size in shape[-between(1, 2) :]]}
        yield torch_row("LayerNorm", arguments, [shape], lambda a=arguments: nn.LayerNorm(**a))
        shape = [2, between(1, 6), *several(between(0, 3), 1, 3)]
        rank = between(1, 3)
        arguments = {"num_features": shape[1] + (not between(0, 3))}
        layer = f"BatchNorm{rank}d"
        yield torch_row(layer, arguments, [shape], lambda a=arguments, n=layer: getattr(nn, n)(**a).eval())
        arguments = {"num_groups": between(1, 3), "num_channels": shape[1] + (not between(0, 3))}
        yield torch_row("GroupNorm", arguments, [shape], lambda a=arguments: nn.GroupNorm(**a))
    for layer in ("RNN", "LSTM", "GRU") * 5:
        arguments = {
            "input_size": between(1, 5),
            "hidden_size": between(2, 4),
            "num_layers": between(1, 3),
            "bias": bool(between(0, 2)),
            "batch_first": bool(between(0, 1)),
            "bidirectional": bool(between(0, 1)),
        }
        if layer == "LSTM" and between(0, 1):
            arguments["proj_size"] = between(1, 4)
        shape = [*several(between(1, 2), 1, 5), arguments["input_size"] + (not between(0, 5))]
        yield torch_row(layer, arguments, [shape], lambda a=arguments, n=layer: getattr(nn, n)(**a))
    for _ in range(8):
        one, other, front = between(1, 4), between(1, 4), several(between(0, 2), 1, 3)
        arguments = {"in1_features": one, "in2_features": other + (not between(0, 4)), "out_features": between(1, 4)}
        yield torch_row("Bilinear", arguments, [[*front, one], [*front, other]], lambda a=arguments: nn.Bilinear(**a))
        arguments = {"input_size": between(1, 3), "hidden_size": between(1, 4)}
        shape = [*several(between(0, 1), 1, 3), arguments["input_size"] + (not between(0, 4))]
        yield torch_row("GRUCell", arguments, [shape], lambda a=arguments: nn.GRUCell(**a))
    for _ in range(20):
        heads = between(1, 3)
        arguments = {"embed_dim": heads * between(1, 4) + (not between(0, 5)), "num_heads": heads}
        if between(0, 1):
            arguments |= {"kdim": between(1, 5), "vdim": between(1, 5)}
        arguments |= {"bias": bool(between(0, 1)), "batch_first": bool(between(0, 1))}
        length, kept = several(2, 1, 6)
        front = [2] if between(0, 2) else []
        sizes = [arguments["embed_dim"], arguments.get("kdim", arguments["embed_dim"])]
        sizes.append(arguments.get("vdim", arguments["embed_dim"]))
        lengths = [length, kept, kept + (not between(0, 6))]
        inputs = [
            [*front, steps, size] if arguments["batch_first"] else [steps, *front, size]
            for steps, size in zip(lengths, sizes, strict=True)
        ]
        yield torch_row("MultiheadAttention", arguments, inputs, lambda a=arguments: nn.MultiheadAttention(**a))


def torch_functions() -> Iterator[Row]:
    arguments: Row
    for _ in range(25):
        shape = several(between(1, 4), 1, 4)
        other = [chance.choice([size, size, 1, 3]) for size in shape][between(0, 1) :]
        yield torch_row("add", {}, [shape, other], lambda: torch.add)
        axis = between(-len(shape), len(shape) - 1)
        other = [between(1, 4) if index in {axis, axis + len(shape)} else size for index, size in enumerate(shape)]
        other[0] += not between(0, 4)
        yield torch_row("cat", {"dim": axis}, [shape, other], lambda a=axis: lambda *t: torch.cat(t, dim=a))
        same = [size + (not between(0, 9)) for size in shape]
        yield torch_row("stack", {"dim": axis}, [shape, same], lambda a=axis: lambda *t: torch.stack(t, dim=a))
        left, right = several(between(1, 4), 1, 3), several(between(1, 4), 1, 3)
        if between(0, 3):
            right[-2 if len(right) > 1 else -1] = left[-1]
        yield torch_row("matmul", {}, [left, right], lambda: torch.matmul)
        target = chance.choice([[-1, 2], [4, -1], [-1], [2, 3, -1], [6, 2], [12], [-1, 5], [3, 2, 2]])
        yield torch_row("reshape", {"shape": target}, [shape], lambda s=target: lambda t: t.reshape(s))
        target = [*several(between(0, 1), 1, 3), *(chance.choice([-1, 3, size]) for size in shape)]
        yield torch_row("expand", {"shape": target}, [shape], lambda s=target: lambda t: t.expand(s))
        start, end = between(-3, 3), between(-3, 3)
        arguments = {"start_dim": start, "end_dim": end}
        yield torch_row("flatten", arguments, [shape], lambda a=arguments: lambda t: t.flatten(**a))
        arguments = {"dim": chance.choice([None, 0, -1, [0, 1], 4])}
        yield torch_row(
            "squeeze",
            arguments,
            [shape],
            lambda d=arguments["dim"]: (
                lambda t: t.squeeze() if d is None else t.squeeze(tuple(d) if isinstance(d, list) else d)
            ),
        )
        arguments = {"start": between(-5, 5), "stop": chance.choice([None, between(-5, 5)]), "step": between(1, 3)}
        cut = slice(*arguments.values())
        yield torch_row("slice", arguments, [shape], lambda c=cut: lambda t: t[c])
        arguments = {"chunks": between(1, 4)}
        size = [between(1, 12), 2]
        yield torch_row("chunk", arguments, [size], lambda a=arguments: lambda t: t.chunk(**a))
        arguments = {"split_size": chance.choice([between(1, 5), [2, 3], [1, 1, 1]])}
        yield torch_row("split", arguments, [size], lambda a=arguments: lambda t: t.split(**a))
        arguments = {"sections": chance.choice([between(1, 5), [2, 3], [1, -1]])}
        yield torch_row("tensor_split", arguments, [size], lambda a=arguments["sections"]: lambda t: t.tensor_split(a))
        times = several(between(1, 4), 1, 3)
        yield torch_row("repeat", {"times": times}, [shape], lambda s=times: lambda t: t.repeat(*s))
        yield torch_row("tile", {"times": times}, [shape], lambda s=times: lambda t: t.tile(s))
        left, right = several(between(1, 3), 2, 3), several(between(1, 3), 2, 3)
        arguments = {"left": [between(-1, len(left) - 1)], "right": [between(-1, len(right) - 1)]}
        axes = list(arguments.values())
        yield torch_row("tensordot", arguments, [left, right], lambda d=axes: lambda *t: torch.tensordot(*t, dims=d))
    equations = [
        ("bhid,bhjd->bhij", [[2, 3, 4, 5], [2, 3, 6, 5]]),
        ("bhij,bhjd->bhid", [[2, 3, 4, 6], [2, 3, 6, 5]]),
        ("bhid,bhjd->bhij", [[2, 3, 4, 5], [2, 3, 6, 4]]),
        ("...ij,...jk->...ik", [[2, 3, 4, 5], [3, 5, 6]]),
        ("ij,jk", [[4, 5], [5, 6]]),
        ("ii->i", [[3, 3]]),
        ("nchw->nhwc", [[2, 3, 4, 5]]),
        ("nctkv,vw->nctkw", [[2, 3, 4, 5, 6], [6, 7]]),
        ("ij->", [[4, 5]]),
        ("ij,jk->iq", [[4, 5], [5, 6]]),
        ("ij,jk->ik", [[4, 5, 1], [5, 6]]),
        ("ij,jk->ik", [[4, 5]]),
    ]
    for equation, inputs in equations:
        run = lambda e=equation: lambda *t: torch.einsum(e, *t)  # noqa: E731
        yield torch_row("einsum", {"equation": equation}, inputs, run)


def keras_row(call: str, arguments: Row, inputs: list[list[int]], **calling: Any) -> Row:
    row: Row = {"call": call, "arguments": arguments, "inputs": inputs}
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in arguments.items()}
    try:
        layer = getattr(keras.layers, call)(**given)
        tensors = [keras.KerasTensor(tuple(shape)) for shape in inputs]
        if call in {"Add", "Concatenate", "Dot", "Multiply"}:
            output = layer(tensors, **calling)
        else:
            output = layer(*tensors, **calling)
    except (RuntimeError, ValueError, IndexError, AssertionError, TypeError, ZeroDivisionError):
        return {**row, "output": None}
    weights = {
        weight.path.partition("/")[2]: list(weight.shape) for weight in layer.weights if "seed" not in weight.path
    }
    trained = sum(weight.value.numel() for weight in layer.trainable_weights)
    row |= {"output": shapes_of(output), "weights": weights, "trainable": trained}
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        zeros = [torch.zeros(shape) for shape in inputs]
        # With the scores asked for, attention takes the way that is counted.
        scores = {"return_attention_scores": True} if call == "MultiHeadAttention" else {}
        layer(zeros) if call in {"Add", "Concatenate", "Dot", "Multiply"} else layer(*zeros, **scores)
    return {**row, "macs": counter.get_total_flops() // 2}


def keras_layers() -> Iterator[Row]:
    arguments: Row
    for rank in (1, 2, 3):
        for _ in range(14 if rank < 3 else 6):
            axis = chance.choice(["channels_last", "channels_first"])
            spatial = several(rank, 1, 9)
            channels = between(1, 6)
            shape = [2, *spatial, channels] if axis == "channels_last" else [2, channels, *spatial]
            plain = between(0, 1)
            arguments = {
                "filters": between(1, 6),
                "kernel_size": several(rank, 1, 4),
                "strides": several(rank, 1, 3) if plain else [1] * rank,
                "padding": chance.choice(["valid", "same"]),
                "dilation_rate": [1] * rank if plain else several(rank, 1, 2),
                "data_format": axis,
            }
            yield keras_row(f"Conv{rank}DTranspose", arguments, [shape])
            if between(0, 1):
                limits = arguments["strides"]
                extra = {**arguments, "output_padding": [between(0, limit) for limit in limits]}
                yield keras_row(f"Conv{rank}DTranspose", extra, [shape])
            arguments = {**arguments, "groups": chance.choice([1, 1, 2, 3])}
            yield keras_row(f"Conv{rank}D", arguments, [shape])
            arguments = {
                "pool_size": several(rank, 1, 4),
                "strides": several(rank, 1, 3) if between(0, 1) else None,
                "padding": chance.choice(["valid", "same"]),
                "data_format": axis,
            }
            yield keras_row(f"{chance.choice(['Max', 'Average'])}Pooling{rank}D", arguments, [shape])
        shape = [2, *several(rank, 2, 6), 3]
        for keepdims in (False, True):
            yield keras_row(f"GlobalMaxPooling{rank}D", {"keepdims": keepdims}, [shape])
        sizes = several(rank, 1, 3)
        yield keras_row(f"UpSampling{rank}D", {"size": sizes if rank > 1 else sizes[0]}, [shape])
        for _ in range(3):
            widths = several(2, 0, 3) if rank == 1 else [several(2, 0, 3) for _ in range(rank)]
            yield keras_row(f"Cropping{rank}D", {"cropping": widths}, [shape])
            yield keras_row(f"ZeroPadding{rank}D", {"padding": widths}, [shape])
    yield keras_row("Conv1D", {"filters": 3, "kernel_size": [4], "strides": [2], "padding": "causal"}, [[2, 9, 3]])


def keras_others() -> Iterator[Row]:
    arguments: Row
    for _ in range(8):
        shape = several(between(1, 4), 1, 5)
        yield keras_row("Dense", {"units": between(1, 9)}, [shape])
        shape = several(4, 1, 6)
        scale, center = bool(between(0, 1)), bool(between(0, 1))
        yield keras_row("BatchNormalization", {"axis": between(-1, 1) or 1, "scale": scale, "center": center}, [shape])
        yield keras_row("GroupNormalization", {"groups": between(1, 3), "axis": -1}, [shape])
        yield keras_row("LayerNormalization", {"axis": -1, "scale": scale, "center": center}, [shape])
        shape = several(2 + bool(between(0, 6)), 1, 6)
        arguments = {"units": between(1, 5), "use_bias": bool(between(0, 1)), "return_sequences": bool(between(0, 1))}
        for layer in ("SimpleRNN", "LSTM", "GRU"):
            yield keras_row(layer, arguments, [shape])
        yield keras_row("GRU", {**arguments, "reset_after": False}, [shape])
        # Torch's counter sees no product over an axis of 1.
        batch, steps, kept = several(3, 2, 5)
        arguments = {"num_heads": between(2, 3), "key_dim": between(2, 4), "use_bias": bool(between(0, 1))}
        if between(0, 1):
            arguments |= {"value_dim": between(2, 4), "output_shape": [between(2, 5)]}
        inputs = [[batch, steps, between(2, 5)], [batch, kept, between(2, 5)]]
        inputs.append([batch, kept + (not between(0, 4)), between(2, 5)])
        yield keras_row("MultiHeadAttention", arguments, inputs)
        shape = several(between(2, 4), 1, 4)
        other = [chance.choice([size, size, 1, 3]) for size in shape]
        yield keras_row(chance.choice(["Add", "Multiply"]), {}, [shape, other])
        yield keras_row("Add", {}, [shape, [shape[0], *shape[-1:]]])
        other = [*shape[:-1], between(1, 5)]
        yield keras_row("Concatenate", {"axis": chance.choice([-1, len(shape) - 1])}, [shape, other])
        left, right = [[3, *several(between(1, 2), 2, 3)] for _ in range(2)]
        yield keras_row("Dot", {"axes": chance.choice([1, -1, [1, 1], [len(left) - 1, 1]])}, [left, right])


def write(name: str, version: str, rows: Iterator[Row]) -> None:
    lines = ",\n".join(json.dumps(row) for row in rows)
    (FOLDER / f"{name}.json").write_text(f'{{"version": "{version}", "rows": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    FOLDER.mkdir(exist_ok=True)
    for parts in (torch_layers, torch_dense, torch_functions):
        write(parts.__name__, f"torch {torch.__version__}", parts())
    for parts in (keras_layers, keras_others):
        write(parts.__name__, f"keras {keras.__version__}", parts())
