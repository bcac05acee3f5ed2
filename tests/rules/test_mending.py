"""The number that belongs into a layer, written as its author wrote the wrong one."""

from __future__ import annotations

import pytest

from cnnlint import lint_source
from cnnlint.fixing import apply
from cnnlint.sources.text import from_text

CODE = """\
import torch
from torch import nn

{before}
model = nn.Sequential({layers})
model(torch.zeros(1, 3, 32, 32))
"""
LENET = "nn.Conv2d(3, 16, 5), nn.MaxPool2d(2), nn.Conv2d(16, 16, 5), nn.MaxPool2d(2), nn.Flatten(), {linear}"


def mended(code: str) -> str:
    fixes = [finding.fix for finding in lint_source(code) if finding.fix is not None]
    assert [fix.applicability for fix in fixes] == ["safe"]
    return apply(from_text(code, "net.py"), code, fixes)[0]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("nn.Linear(320, 120)", "nn.Linear(400, 120)"),
        ("nn.Linear(16 * 4 * 5, 120)", "nn.Linear(16 * 5 * 5, 120)"),
        ("nn.Linear(16 * 4 * 4, 120)", "nn.Linear(16 * 5 * 5, 120)"),
        ("nn.Linear(in_features=16*(4*4), out_features=120)", "nn.Linear(in_features=16*(5*5), out_features=120)"),
        ("nn.Linear(7 * 7 * 16, 10)", "nn.Linear(5 * 5 * 16, 10)"),
        ("nn.Linear(64 * 49, 10)", "nn.Linear(400, 10)"),
        ("nn.Linear(16 * 49, 10)", "nn.Linear(16 * 25, 10)"),
        ("nn.Linear(13 * 7, 10)", "nn.Linear(400, 10)"),
        ("nn.Linear(\n    16\n    * 6\n    * 6,\n    10,\n)", "nn.Linear(\n    16\n    * 5\n    * 5,\n    10,\n)"),
    ],
)
def test_a_literal_or_a_product_becomes_what_arrives(wrong: str, right: str) -> None:
    code = CODE.format(before="", layers=LENET.format(linear=wrong))
    assert mended(code) == CODE.format(before="", layers=LENET.format(linear=right))


@pytest.mark.parametrize(("wrong", "right"), [("320", "400"), ("16 * 4 * 4", "16 * 5 * 5")])
def test_a_constant_that_nothing_else_reads_is_changed_where_it_is_set(wrong: str, right: str) -> None:
    layers = LENET.format(linear="nn.Linear(FEATURES, 10)")
    code = CODE.format(before=f"FEATURES = {wrong}\n", layers=layers)
    assert mended(code) == CODE.format(before=f"FEATURES = {right}\n", layers=layers)


@pytest.mark.parametrize(
    ("before", "linear"),
    [
        ("FEATURES = 320\nprint(FEATURES)\n", "nn.Linear(FEATURES, 10)"),
        ("width = 80\n", "nn.Linear(width * 4, 10)"),
        ("sizes = [320, 10]\n", "nn.Linear(*sizes)"),
    ],
)
def test_what_else_depends_on_the_number_is_left_alone_with_a_help(before: str, linear: str) -> None:
    code = CODE.format(before=before, layers=LENET.format(linear=linear))
    (finding,) = [each for each in lint_source(code) if each.code == "CNN102"]
    assert finding.fix is None
    assert finding.help == "build the layer for 400 features"


@pytest.mark.parametrize(
    ("layers", "right"),
    [
        ("nn.Conv2d(3, 16, 3), nn.Conv2d(8, 8, 3)", "nn.Conv2d(3, 16, 3), nn.Conv2d(16, 8, 3)"),
        ("nn.Conv2d(3, 16, 3), nn.BatchNorm2d(8)", "nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16)"),
        ("nn.Conv2d(3, 16, 3), nn.GroupNorm(8, 8)", "nn.Conv2d(3, 16, 3), nn.GroupNorm(8, 16)"),
        ("nn.Linear(32, 16), nn.LayerNorm(8)", "nn.Linear(32, 16), nn.LayerNorm(16)"),
    ],
)
def test_channels_are_mended_where_they_stand(layers: str, right: str) -> None:
    assert mended(CODE.format(before="", layers=layers)) == CODE.format(before="", layers=right)


@pytest.mark.parametrize(
    "layers",
    [
        "nn.Conv2d(3, 9, 3), nn.Conv2d(8, 8, 3, groups=4)",
        "nn.Conv2d(3, 12, 3), nn.GroupNorm(8, 8)",
        "nn.Conv2d(3, 12, 3), nn.GroupNorm(num_channels=8, num_groups=8)",
    ],
)
def test_channels_that_do_not_go_into_the_groups_are_left_alone(layers: str) -> None:
    (finding,) = lint_source(CODE.format(before="", layers=layers))
    assert finding.code in ("CNN103", "CNN105")
    assert finding.fix is None


NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {built}

    def forward(self, x):
        {run}


Net()({given})
"""


@pytest.mark.parametrize(
    ("built", "run", "given", "code", "said"),
    [
        (
            "self.fc, self.up = nn.Linear(100, 128 * 7 * 7), nn.ConvTranspose2d(128, 1, 4, 2, 1)",
            "return self.up(torch.relu(self.fc(x).view(-1, 64, 14, 7)))",
            "torch.zeros(2, 100)",
            "CNN103",
            "the `view` before it makes (2, 64, 14, 7) of (2, 6272): let it make 128 there, or build the layer for 64",
        ),
        (
            "self.norm = nn.BatchNorm2d(6)",
            "return self.norm(x.reshape(x.size(0), 3, 8, 8))",
            "torch.zeros(2, 192)",
            "CNN105",
            "the `reshape` before it makes (2, 3, 8, 8) of (2, 192): let it make 6 there, or build the layer for 3",
        ),
        (
            "self.fc = nn.Linear(32, 10)",
            "return self.fc(x.unflatten(1, (4, 16)))",
            "torch.zeros(2, 64)",
            "CNN102",
            "the `unflatten` before it makes (2, 4, 16) of (2, 64): let it make 32 there, or build the layer for 16",
        ),
        (
            "self.conv = nn.Conv2d(3, 8, 3)",
            "return self.conv(x)",
            "torch.zeros(2, 64, 64, 3)",
            "CNN103",
            (
                "the last axis of the input (2, 64, 64, 3) holds 3: `permute(0, 3, 1, 2)` puts it where the layer "
                "looks; else build the layer for 64"
            ),
        ),
        (
            "self.emb, self.conv = nn.Embedding(1000, 64), nn.Conv1d(64, 8, 3)",
            "return self.conv(self.emb(x))",
            "torch.zeros(2, 50, dtype=torch.long)",
            "CNN103",
            (
                "the last axis of the input (2, 50, 64) holds 64: `permute(0, 2, 1)` puts it where the layer looks; "
                "else build the layer for 50"
            ),
        ),
        (
            "self.conv, self.rnn = nn.Conv1d(4, 64, 3), nn.LSTM(64, 8, batch_first=True)",
            "return self.rnn(self.conv(x))[0]",
            "torch.zeros(2, 4, 52)",
            "CNN102",
            (
                "axis 1 of the input (2, 64, 50) holds 64: `permute(0, 2, 1)` puts it where the layer looks; "
                "else build the layer for 50"
            ),
        ),
    ],
)
def test_where_what_comes_before_may_be_wrong_both_are_named(
    built: str, run: str, given: str, code: str, said: str
) -> None:
    (finding,) = [each for each in lint_source(NET.format(built=built, run=run, given=given)) if each.code == code]
    assert (finding.help, finding.fix) == (said, None)


@pytest.mark.parametrize(
    ("built", "run"),
    [
        # 512 numbers of a sample cannot be 3 channels, and those of a map that keeps its channels are the map's.
        ("nn.Conv2d(3, 8, 3)", "self.layer(x.view(-1, 8, 8, 8))"),
        ("nn.Conv1d(4, 8, 3)", "self.layer(x.view(-1, 8, 8, 8).flatten(2))"),
        ("nn.Conv2d(16, 8, 3)", "self.layer(x.view(-1, 8, 64).unflatten(2, (8, 8)))"),
    ],
)
def test_a_layer_that_must_be_wrong_is_mended(built: str, run: str) -> None:
    code = NET.format(built=f"self.layer = {built}", run=f"return {run}", given="torch.zeros(2, 512)")
    assert lint_source(mended(code)) == []


@pytest.mark.parametrize(
    ("wrong", "right"), [("self.flat = 16 * 4 * 4", "self.flat = 16 * 5 * 5"), ("self.flat = 320", "self.flat = 400")]
)
def test_an_attribute_that_nothing_else_reads_is_changed_where_it_is_set(wrong: str, right: str) -> None:
    built = f"{wrong}\n        self.conv, self.fc = nn.Conv2d(3, 16, 3), nn.Linear(self.flat, 10)"
    code = NET.format(built=built, run="return self.fc(self.conv(x).flatten(1))", given="torch.zeros(2, 3, 7, 7)")
    assert mended(code) == code.replace(wrong, right)
    read = code.replace("self.conv(x).flatten(1)", "self.conv(x).view(-1, self.flat)")
    (finding,) = lint_source(read)
    assert (finding.code, finding.fix) == ("CNN108", None)
    assert finding.help == "a row for each sample has 400 numbers, 16 * 5 * 5"


@pytest.mark.parametrize(
    "model",
    [
        "nn.Sequential(Block(3, 16), Block(16, 32))",
        "nn.Sequential(*[Block(inputs, outputs) for inputs, outputs in ((3, 16), (16, 32))])",
    ],
)
def test_a_number_that_suits_another_use_is_left_alone(model: str) -> None:
    code = f"""\
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(16, outputs, 3)

    def forward(self, x):
        return self.conv(x)


{model}(torch.zeros(1, 3, 32, 32))
"""
    (finding,) = lint_source(code)
    assert (finding.code, finding.help, finding.fix) == ("CNN103", "build the layer for 3 channels", None)


def test_heads_that_would_not_divide_the_number_are_left_alone() -> None:
    code = CODE.format(before="attention = nn.MultiheadAttention({0}, 8)\nx = torch.zeros(5, 2, {1})", layers="")
    code = code.replace("model(torch.zeros(1, 3, 32, 32))", "attention(x, x, x)")
    assert "MultiheadAttention(256, 8)" in mended(code.format(512, 256))
    (finding,) = lint_source(code.format(512, 100))
    assert (finding.code, finding.help, finding.fix) == ("CNN102", "build the layer for 100 features", None)


def test_other_alphabets_do_not_shift_a_fix() -> None:
    code = CODE.format(before="GRÖSSE = 320  # größer\n", layers=LENET.format(linear="nn.Linear(GRÖSSE, 120)"))
    assert mended(code) == code.replace("320", "400")
    inside = CODE.format(before="", layers=LENET.format(linear="nn.Linear(  # größer: 日本語\n    320, 120)"))
    assert mended(inside) == inside.replace("320", "400")


@pytest.mark.parametrize("rows", ["view(-1, 800)", "reshape(-1, 2 * 20 * 20)"])
def test_a_reshape_that_makes_other_rows_is_what_is_wrong(rows: str) -> None:
    code = f"""\
import torch
from torch import nn

conv, fc = nn.Conv2d(3, 16, 3), nn.Linear(16 * 5 * 5, 10)
fc(conv(torch.zeros(4, 3, 7, 7)).{rows})
"""
    (finding,) = [each for each in lint_source(code) if each.code == "CNN102"]
    assert finding.help == "the reshape before it makes 2 rows of 4 samples: `flatten(1)` makes a row of 400 of each"
    assert finding.fix is None


def test_a_number_that_no_size_makes_is_told_with_the_formula() -> None:
    code = """\
from torch import nn

model = nn.Sequential(nn.Conv2d(3, 64, 3), nn.ReLU(), nn.Flatten(), nn.Linear(9126, 10))
"""
    (finding,) = [each for each in lint_source(code) if each.code == "CNN102"]
    assert finding.severity == "error"
    assert finding.fix is None
    assert finding.expected == "9126"
    assert finding.notes == ("no size makes the two equal",)
    assert finding.help == (
        "build the layer for 64*(height - 2)*(width - 2) features, which the size of the input tells"
    )


FOLDING = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(3, 16, 3, stride=2), nn.Linear(16 * 7 * 7, 10)

    def forward(self, x):
        x = self.conv(x)
        return self.fc({flat})
"""


def test_a_reshape_that_can_mix_samples_becomes_a_flatten() -> None:
    code = FOLDING.format(flat="x.view(-1, 16 * 7 * 7)")
    (finding,) = [each for each in lint_source(code) if each.code == "CNN409"]
    assert finding.severity == "warning"
    assert "at 29 x 29 it makes 4 rows of each" in finding.message
    assert finding.fix is not None
    assert finding.fix.applicability == "unsafe"
    assert apply(from_text(code, "net.py"), code, [finding.fix])[0] == FOLDING.format(flat="x.flatten(1)")


@pytest.mark.parametrize(
    "flat",
    [
        "x.flatten(1)",
        "x.view(x.size(0), -1)",
        "x.reshape(x.shape[0], 16 * 7 * 7)",
        "x.mean((2, 3)).view(-1, 16).repeat(1, 49)",
        "x[:, :, :7, :7].contiguous().view(-1, 784) if x.shape[2] > 9 else x.flatten(1)",
    ],
)
def test_reshapes_that_keep_the_samples_apart_are_fine(flat: str) -> None:
    assert not [each for each in lint_source(FOLDING.format(flat=flat)) if each.code == "CNN409"]


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (15, None),
        (29, "this reshape makes 4 rows of each sample: (batch, 16, 14, 14) has 3136 numbers for 784"),
    ],
)
def test_a_stated_size_is_judged_as_it_is(size: int, said: str | None) -> None:
    code = FOLDING.format(flat="x.view(-1, 16 * 7 * 7)").replace(
        "class Net(nn.Module):", f"class Net(nn.Module):  # cnnlint: input=(3, {size}, {size})"
    )
    found = [each.message for each in lint_source(code) if each.code == "CNN409"]
    assert found == ([] if said is None else [said])


def test_a_finding_says_where_the_size_of_the_input_is_from() -> None:
    code = FOLDING.format(flat="x.flatten(1)").replace(
        "class Net(nn.Module):", "class Net(nn.Module):  # cnnlint: input=(3, 32, 32)"
    )
    (finding,) = [each for each in lint_source(code) if each.code == "CNN102"]
    assert finding.notes == ("3600 is 16 * 15 * 15, flattened", "the input is (3, 32, 32), from a comment")
    assert finding.fix is not None
    assert [edit.content for edit in finding.fix.edits] == ["15", "15"]


KERAS = """\
import keras
import tensorflow as tf
from keras import layers, ops


def build():
    inputs = keras.Input({shape})
    x = layers.Conv2D(16, 3, strides=2)(inputs)
    return keras.Model(inputs, layers.Dense(10)({flat}))
"""


@pytest.mark.parametrize("flat", ["ops.reshape(x, (-1, 784))", "tf.reshape(x, [-1, 7 * 7 * 16])"])
@pytest.mark.parametrize(
    ("shape", "said"), [((None, None, 3), "at 29 x 29"), ((29, 29, 3), "makes 4 rows"), ((15, 15, 3), None)]
)
def test_keras_models_are_told_of_reshapes_too(flat: str, shape: tuple[int, ...], said: str | None) -> None:
    found = [each for each in lint_source(KERAS.format(shape=shape, flat=flat)) if each.code == "CNN409"]
    assert len(found) == (said is not None)
    assert all(said in each.message and each.fix is None for each in found if said is not None)


def test_two_classes_that_fail_on_one_line_are_both_told() -> None:
    code = """\
import torch
from torch import nn


class Base(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body, self.head = nn.Linear(10, width), nn.Linear(8, 3)

    def forward(self, x):
        return self.head(self.body(x))


class Small(Base):
    def __init__(self):
        super().__init__(4)


class Large(Base):
    def __init__(self):
        super().__init__(16)


Small()(torch.zeros(2, 10))
Large()(torch.zeros(2, 10))
"""
    (finding,) = lint_source(code)
    assert finding.message == "`in_features` is 8 but the input has 4 features"
    assert finding.notes == ("`Large` fails here too: `in_features` is 8 but the input has 16 features",)
    assert (finding.help, finding.fix) == ("build the layer for 4 features", None)


ATTENTION = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.softmax = nn.Linear(8, 8), nn.Softmax({layer})

    def forward(self, x):
        x = self.query(x)
        return self.softmax(F.log_softmax(x{function}) @ x.mT)


{call}
"""


def implicit(call: str, layer: str = "", function: str = "") -> list[tuple[int, str, str]]:
    code = ATTENTION.format(call=call, layer=layer, function=function)
    found = [each for each in lint_source(code) if each.code == "CNN533"]
    return [(each.place.row, each.severity, each.message) for each in found]


def test_a_softmax_without_an_axis_is_a_note_and_a_warning_over_the_first_of_three() -> None:
    """PyTorch warns of each, "Implicit dimension choice for softmax has been deprecated", and takes these axes."""
    assert implicit("Net()(torch.zeros(4, 8))") == [
        (9, "info", "`Softmax` names no axis: PyTorch takes axis 1 of 2"),
        (13, "info", "`log_softmax` names no axis: PyTorch takes axis 1 of 2"),
    ]
    assert implicit("Net()(torch.zeros(2, 5, 8))") == [
        (9, "warning", "`Softmax` names no axis: PyTorch takes axis 0 of 3"),
        (13, "warning", "`log_softmax` names no axis: PyTorch takes axis 0 of 3"),
    ]
    assert implicit("")[-1] == (13, "info", "`log_softmax` names no axis")
    assert implicit("Net()(torch.zeros(2, 5, 8))", "dim=-1", ", 2") == []


def test_the_axis_that_pytorch_takes_is_written_down() -> None:
    code = ATTENTION.format(call="Net()(torch.zeros(4, 8))", layer="", function="")
    fixes = [finding.fix for finding in lint_source(code) if finding.fix is not None]
    after = apply(from_text(code, "net.py"), code, fixes)[0]
    assert after == ATTENTION.format(call="Net()(torch.zeros(4, 8))", layer="dim=1", function=", dim=1")
