"""How the configurations of PyTorch's recurrent layers, attention, transformers and containers are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conformance.torch_dice import Case, Dice, case, layer, tensor

if TYPE_CHECKING:
    from collections.abc import Callable


def recurrent(dice: Dice, name: str) -> Case:
    inputs, hidden = dice.size(1, 6), dice.size(2, 6)
    kwargs = dice.some(
        num_layers=lambda: dice.one(1, 2, 3, 0) if dice.odd() else dice.one(1, 2),
        bias=dice.yes,
        batch_first=dice.yes,
        bidirectional=dice.yes,
        dropout=lambda: dice.one(0.0, 0.5, 2.0) if dice.odd() else 0.0,
    )
    if name == "RNN":
        kwargs |= dice.some(nonlinearity=lambda: dice.one("relu", "tanh", "wrong") if dice.odd(0.3) else "relu")
    if name == "LSTM" and dice.odd(0.3):
        kwargs["proj_size"] = dice.one(1, hidden, -1, hidden - 1)
    length, batch = dice.size(1, 5), dice.size(1, 3)
    shape = dice.one((length, inputs), (length, batch, inputs), (length, batch, inputs + dice.odd(0.2)))
    args: tuple[Any, ...] = (inputs, hidden)
    if name == "RNNBase":  # has no forward that works for all of its modes
        return case(name, (dice.one("LSTM", "GRU", "RNN_TANH", "RNN_RELU", "wrong"), *args), kwargs, None)
    given: tuple[Any, ...] = (shape,)
    if dice.odd(0.3):
        count = kwargs.get("num_layers", 1) * (2 if kwargs.get("bidirectional") else 1)
        lead = (count,) if len(shape) == 2 else (count, shape[0 if kwargs.get("batch_first") else 1])
        state = (*lead, (kwargs.get("proj_size") or hidden) + dice.odd())
        second = (*lead, hidden + dice.odd())
        given = (shape, (tensor(state), tensor(second)) if name == "LSTM" else state)
        if dice.odd():
            given = (shape, dice.one(state, (tensor(state), tensor(second)), (tensor(state),)))
    return case(name, args, kwargs, given)


def cell(dice: Dice, name: str) -> Case:
    inputs, hidden = dice.size(1, 6), dice.size(1, 6)
    kwargs = dice.some(bias=dice.yes)
    if name == "RNNCellBase":
        return case(name, (inputs, hidden, dice.yes(), dice.size(1, 4)), {}, None)
    if name == "RNNCell":
        kwargs |= dice.some(nonlinearity=lambda: dice.one("relu", "tanh", "wrong") if dice.odd(0.3) else "relu")
    shape = dice.one((inputs,), (3, inputs), (3, inputs + dice.odd(0.2)), (2, 3, inputs))
    given: tuple[Any, ...] = (shape,)
    if dice.odd(0.3):
        state = (*shape[:-1], hidden + dice.odd(0.1))
        given = (shape, (tensor(state), tensor(state)) if name == "LSTMCell" else state)
    return case(name, (inputs, hidden), kwargs, given)


def attention(dice: Dice, name: str) -> Case:
    heads = dice.size(1, 3)
    size = heads * dice.size(1, 4) + dice.odd()
    kwargs = dice.some(
        bias=dice.yes, add_bias_kv=lambda: True, add_zero_attn=lambda: True, batch_first=dice.yes, dropout=lambda: 0.1
    )
    if dice.odd(0.3):
        kwargs |= {"kdim": dice.size(1, 5), "vdim": dice.size(1, 5)}
    target, source, batch = dice.size(1, 5), dice.size(1, 5), dice.size(1, 3)
    keys, values = kwargs.get("kdim", size), kwargs.get("vdim", size)
    how = dice.some(need_weights=dice.yes, average_attn_weights=dice.yes)
    if dice.odd(0.3):
        shapes: tuple[Any, ...] = ((target, size), (source, keys), (source, values))
        masks = {"attn_mask": (target, source), "key_padding_mask": (source,)}
    else:
        first = kwargs.get("batch_first")
        shapes = tuple(
            (batch, length, width) if first else (length, batch, width)
            for length, width in ((target, size), (source, keys), (source + dice.odd(0.1), values))
        )
        masks = {
            "attn_mask": dice.one((target, source), (batch * heads, target, source)),
            "key_padding_mask": (batch, source),
        }
    for key, shape in masks.items():
        if dice.odd(0.2):
            how[key] = tensor(
                dice.one(shape[::-1], (*shape, 1)) if dice.odd(0.2) else shape, dice.one("bool", "float32")
            )
    # Where no weights are asked for, a kernel runs on the CPU that `flop_counter` does not count.
    counted = how.get("need_weights", True) and dice.odd(0.3)
    return case(name, (size, heads), kwargs, shapes, **({"keywords": how} if how else {}), macs=counted)


def transformer(dice: Dice, name: str) -> Case:
    heads = dice.size(1, 2)
    size = heads * dice.size(1, 3) + dice.odd()
    kwargs = dice.some(
        norm_first=lambda: True,
        batch_first=dice.yes,
        bias=dice.yes,
        activation=lambda: dice.one("gelu", "relu", "wrong") if dice.odd(0.2) else "gelu",
    )
    kwargs["dim_feedforward"] = dice.size()
    batch, length = dice.size(1, 4), dice.size(1, 4)
    shape: tuple[int, ...] = (batch, length, size + dice.odd(0.1))
    if dice.odd(0.2):
        shape = shape[1:]
    count = dice.size(1, 2)
    args: tuple[Any, ...] = (size, heads)
    how: dict[str, Any] = {}
    if name == "Transformer":
        kwargs |= {"num_encoder_layers": dice.size(0, 2), "num_decoder_layers": dice.size(0, 2)}
    elif name in ("TransformerEncoder", "TransformerDecoder"):
        args = (layer(f"{name}Layer", *args, **kwargs), 0 if dice.odd() else count)
        kwargs = {"norm": layer("LayerNorm", size + dice.odd())} if dice.odd(0.3) else {}
    if name.startswith("TransformerEncoder"):
        steps = length if len(shape) == 2 else shape[1 if _first(args, kwargs) else 0]
        if dice.odd(0.3):
            how["mask" if name == "TransformerEncoder" else "src_mask"] = tensor((steps, steps + dice.odd(0.1)))
        return case(name, args, kwargs, (shape,), **({"keywords": how} if how else {}))
    other = (*shape[:-2], dice.size(1, 4), shape[-1]) if _first(args, kwargs) else shape
    if dice.odd():
        other = (*other[:-1], other[-1] + 1)
    if dice.odd(0.2):
        how["tgt_mask"] = tensor((other[-2], shape[-2]))
    return case(name, args, kwargs, (shape, other), **({"keywords": how} if how else {}))


def _first(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the batch comes first in the inputs of a transformer or its parts."""
    inner = args[0][3] if isinstance(args[0], tuple) else kwargs
    return bool(inner.get("batch_first"))


# --- containers -------------------------------------------------------------------------------------------------------


def block(dice: Dice, width: int = 4) -> tuple[tuple[Any, ...], int]:
    """A layer that takes a tensor of that width, and the width that it gives."""
    after = dice.size(1, 6)
    found: tuple[tuple[Any, ...], int] = dice.one(
        (layer("Linear", width + dice.odd(0.03), after), after),
        (layer("ReLU"), width),
        (layer("LayerNorm", width), width),
        (layer("Linear", width, after, bias=False), after),
        (layer("Identity"), width),
    )
    return found


def blocks(dice: Dice, low: int = 0, high: int = 4) -> tuple[tuple[Any, ...], ...]:
    width, found = 4, []
    for _ in range(dice.size(low, high)):
        made, width = block(dice, width)
        found.append(made)
    return tuple(found)


def position(dice: Dice, count: int) -> int:
    return dice.size(-count - 1, count) if dice.odd(0.3) or not count else dice.size(0, count - 1)


def entry(dice: Dice) -> Any:
    return dice.one(None, 3, "x", (2, 2)) if dice.odd(0.1) else block(dice)[0]


def sequential(dice: Dice, name: str) -> Case:
    inside = blocks(dice)
    args: tuple[Any, ...] = inside
    if dice.odd(0.3):
        named = {f"part{index}": each for index, each in enumerate(inside)}
        args = (("@ordered", named) if dice.odd(0.9) else named,)  # a plain dict is refused
    if dice.odd():
        args = dice.one(
            (list(inside),), (None,), (3,), (*inside, "x"), ({"a.b": layer("ReLU")},), ({"": layer("ReLU")},)
        )
    shape = (*dice.sizes(dice.size(0, 3), 1, 5), 4)
    methods = (lambda: ("append", entry(dice)), *changes(dice, len(inside)))
    return case(name, args, {}, (shape,), macs=dice.odd(0.3), **then(dice, methods))


def changes(dice: Dice, count: int) -> tuple[Callable[[], tuple[Any, ...]], ...]:
    return (
        lambda: ("__len__",),
        lambda: ("__getitem__", position(dice, count)),
        lambda: ("insert", position(dice, count), entry(dice)),
        lambda: ("extend", [entry(dice)]),
        lambda: ("pop", position(dice, count)),
        lambda: ("__setitem__", position(dice, count), entry(dice)),
        lambda: ("__delitem__", position(dice, count)),
        lambda: ("requires_grad_", False),
    )


def then(dice: Dice, methods: tuple[Callable[[], tuple[Any, ...]], ...]) -> dict[str, Any]:
    """Up to three of the methods, to be called one after the other."""
    count = dice.one(0, 1, 2, 3)
    found = tuple(dice.one(*methods)() for _ in range(count))
    return {"then": found} if found else {}


def module_list(dice: Dice, name: str) -> Case:
    inside = list(blocks(dice))
    args = () if dice.odd(0.1) else (inside,)
    if dice.odd():
        args = dice.one((*inside, layer("ReLU")), (layer("ReLU"),), ([3],), (3,))
    methods = (lambda: ("append", entry(dice)), *changes(dice, len(inside)))
    return case(name, args, {}, None, **then(dice, methods))


def module_dict(dice: Dice, name: str) -> Case:
    names = ("one", "two", "three", "four")
    inside = dict(zip(names, blocks(dice), strict=False))
    if dice.odd(0.1):
        inside[dice.one("a.b", "", "keys", "training", "forward", "type")] = block(dice)[0]

    def key() -> str:
        return dice.one(*names, "none")  # type: ignore[no-any-return]

    methods: tuple[Callable[[], tuple[Any, ...]], ...] = (
        lambda: ("__len__",),
        lambda: ("__contains__", key()),
        lambda: ("__getitem__", key()),
        lambda: ("__setitem__", key(), entry(dice)),
        lambda: ("__delitem__", key()),
        lambda: ("pop", key()),
        lambda: ("update", {key(): entry(dice)}),
        lambda: ("keys",),
        lambda: ("clear",),
    )
    return case(name, () if dice.odd(0.1) else (inside,), {}, None, **then(dice, methods))


def parameters(dice: Dice) -> tuple[Any, ...]:
    shape = dice.sizes(dice.size(0, 3), 1, 5)
    return dice.one(("@parameter", shape), ("@parameter", shape), tensor(shape))  # type: ignore[no-any-return]


def parameter_list(dice: Dice, name: str) -> Case:
    inside = [parameters(dice) for _ in range(dice.size(0, 4))]
    count = len(inside)
    methods: tuple[Callable[[], tuple[Any, ...]], ...] = (
        lambda: ("append", parameters(dice)),
        lambda: ("__len__",),
        lambda: ("__getitem__", position(dice, count)),
        lambda: ("extend", [parameters(dice)]),
        lambda: ("__setitem__", position(dice, count), parameters(dice)),
        lambda: ("requires_grad_", False),
    )
    args = () if dice.odd(0.1) else (inside,)
    return case(name, dice.one((3,), (1.5,)) if dice.odd() else args, {}, None, **then(dice, methods))


def parameter_dict(dice: Dice, name: str) -> Case:
    names = ("one", "two", "three", "four")
    inside = {key: parameters(dice) for key in names[: dice.size(0, 4)]}

    def key() -> str:
        return dice.one(*names, "none")  # type: ignore[no-any-return]

    methods: tuple[Callable[[], tuple[Any, ...]], ...] = (
        lambda: ("__len__",),
        lambda: ("__contains__", key()),
        lambda: ("__getitem__", key()),
        lambda: ("__setitem__", key(), parameters(dice)),
        lambda: ("__delitem__", key()),
        lambda: ("pop", key()),
        lambda: ("update", {key(): parameters(dice)}),
        lambda: ("get", key()),
        lambda: ("setdefault", key(), parameters(dice)),
    )
    args = () if dice.odd(0.1) else (inside,)
    return case(name, dice.one((3,), ([1, 2],)) if dice.odd() else args, {}, None, **then(dice, methods))


def module(dice: Dice, name: str) -> Case:
    """`Module` itself, and the container of old: what is registered in them."""
    kwargs = {key: block(dice)[0] for key in ("one", "two", "three")[: dice.size(0, 3)]} if name == "Container" else {}
    methods: tuple[Callable[[], tuple[Any, ...]], ...] = (
        lambda: ("add_module", dice.one("a", "b", "a.b", ""), entry(dice)),
        lambda: ("register_module", dice.one("a", "b"), entry(dice)),
        lambda: ("register_parameter", dice.one("w", "v", "w.v"), dice.one(parameters(dice), None)),
        lambda: ("register_buffer", dice.one("c", "d", "d."), dice.one(tensor(dice.sizes(2, 1, 4)), None)),
        lambda: ("requires_grad_", False),
        lambda: ("get_submodule", dice.one("a", "b", "", "one")),
        lambda: ("get_parameter", dice.one("w", "a.weight", "v")),
    )
    return case(name, (), kwargs, ((2, 4),) if dice.odd() else None, **then(dice, methods))


def parallel(dice: Dice, name: str) -> Case:
    made, _ = block(dice)
    return case(name, (made,), dice.some(dim=lambda: dice.one(0, 1)), ((*dice.sizes(dice.size(0, 3), 1, 5), 4),))


MODELS: dict[str, Callable[[Dice, str], Case]] = {
    **dict.fromkeys(("RNNBase", "RNN", "LSTM", "GRU"), recurrent),
    **dict.fromkeys(("RNNCellBase", "RNNCell", "LSTMCell", "GRUCell"), cell),
    "MultiheadAttention": attention,
    **dict.fromkeys(
        (
            "Transformer",
            "TransformerEncoder",
            "TransformerDecoder",
            "TransformerEncoderLayer",
            "TransformerDecoderLayer",
        ),
        transformer,
    ),
    "Sequential": sequential,
    "ModuleList": module_list,
    "ModuleDict": module_dict,
    "ParameterList": parameter_list,
    "ParameterDict": parameter_dict,
    **dict.fromkeys(("Module", "Container"), module),
    "DataParallel": parallel,
}
