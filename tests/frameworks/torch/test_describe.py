"""Models as PyTorch counts them: parameters, MACs (half of what its flop counter says), shapes, rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cnnlint.engine.dimension import substitute, text
from cnnlint.evaluation import ModelSettings, evaluate

if TYPE_CHECKING:
    from cnnlint.model import Evaluation, Layer, Model

IMPORTS = """import torch
import torch.nn as nn
import torch.nn.functional as F
"""

RESIDUAL = """
class SE(nn.Module):
    def __init__(self, c, r=4):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(nn.Linear(c, c // r), nn.ReLU(), nn.Linear(c // r, c), nn.Sigmoid())

    def forward(self, x):
        b, c, _, _ = x.shape
        w = self.fc(self.pool(x).view(b, c)).view(b, c, 1, 1)
        return x * w


class Block(nn.Module):
    def __init__(self, cin, cout, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.se = SE(cout)
        self.shortcut = nn.Sequential()
        if stride != 1 or cin != cout:
            self.shortcut = nn.Sequential(nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout))

    def forward(self, x):
        return F.relu(self.se(self.bn1(self.conv1(x))) + self.shortcut(x))


class Attn(nn.Module):
    def __init__(self, dim, heads=4):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, dim * 3)
        self.proj = nn.Linear(dim, dim)
        self.pos = nn.Parameter(torch.zeros(1, 16, dim))

    def forward(self, x):
        B, N, C = x.shape
        x = x + self.pos
        qkv = self.qkv(x).reshape(B, N, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        a = (q @ k.transpose(-2, -1)).softmax(-1)
        x = (a @ v).transpose(1, 2).reshape(B, N, C)
        return self.proj(x)


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.layer1 = Block(3, 16)
        self.layer2 = Block(16, 32, 2)
        self.layer3 = Block(32, 32, 2)
        self.attn = Attn(32)
        self.head = nn.Linear(32, num_classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(x)))
        x = x.flatten(2).transpose(1, 2)
        x = self.attn(x)
        return self.head(x.mean(1))
"""

TEXT = """
class Net(nn.Module):
    def __init__(self, vocab=1000, dim=64, classes=4):
        super().__init__()
        self.emb = nn.Embedding(vocab, dim)
        self.pos = nn.Parameter(torch.zeros(1, 32, dim))
        layer = nn.TransformerEncoderLayer(dim, 4, 128, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.fc = nn.Linear(dim, classes)

    def forward(self, tokens):
        x = self.emb(tokens) + self.pos
        x = self.encoder(x)
        return self.fc(x.mean(dim=1))
"""

MULTI = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.image = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.table = nn.Linear(5, 8)
        self.head = nn.Linear(16, 2)

    def forward(self, image, table):
        return {"logits": self.head(torch.cat([self.image(image), self.table(table)], dim=1))}
"""

SIAMESE = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Conv2d(1, 4, 3)
        self.fc = nn.Linear(4, 2)

    def once(self, x):
        return self.fc(F.relu(self.body(x)).mean((2, 3)))

    def forward(self, a, b):
        return torch.abs(self.once(a) - self.once(b))
"""

FROZEN = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU())
        for p in self.backbone.parameters():
            p.requires_grad = False
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.backbone(x).mean([2, 3]))
"""

AUXILIARY = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.aux = nn.Linear(4, 2)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        x = self.conv(x).mean((2, 3))
        if self.training:
            return self.fc(x), self.aux(x)
        return self.fc(x)
"""


def run(code: str, shapes: tuple[tuple[int, ...], ...] | None = None) -> Evaluation:
    return evaluate("net.py", IMPORTS + code, settings=lambda _name: ModelSettings(shapes))


def model(code: str, shapes: tuple[tuple[int, ...], ...] | None = None, name: str = "Net") -> Model:
    found = run(code, shapes)
    assert not found.faults
    return next(each for each in found.models if each.name == name)


def shape(dims: tuple[object, ...] | None) -> str:
    return "?" if dims is None else " ".join(text(dim) for dim in dims)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "shapes", "total", "trainable", "macs", "output"),
    [
        (RESIDUAL, ((3, 16, 16),), 22478, 22478, 697792, "batch 10"),
        (TEXT, ((32,),), 133252, 133252, 2359552, "batch 4"),
        (SIAMESE, ((1, 9, 9), (1, 9, 9)), 50, 50, 3544, "batch 2"),
        (FROZEN, ((3, 8, 8),), 258, 18, 7792, "batch 2"),
        (AUXILIARY, ((3, 8, 8),), 132, 132, 3896, "batch 2"),
    ],
    ids=["residual", "text", "siamese", "frozen", "auxiliary"],
)
def test_counts(
    code: str, shapes: tuple[tuple[int, ...], ...], total: int, trainable: int, macs: int, output: str
) -> None:
    found = model(code, shapes)
    assert (found.parameters.total, found.parameters.trainable) == (total, trainable)
    assert found.parameters.non_trainable == total - trainable
    assert found.macs == macs
    assert shape(found.outputs) == output
    assert found.resolved


def test_outputs_are_nested_as_the_code_nests_them() -> None:
    found = model(MULTI, ((3, 17, 17), (5,)))
    assert {key: shape(value) for key, value in found.outputs.items()} == {"logits": "batch 2"}
    assert (found.parameters.total, found.macs) == (306, 13896)


def test_an_input_that_nothing_states_stays_open() -> None:
    found = model(AUXILIARY)
    assert shape(found.inputs[0]) == "batch 3 height width"
    assert found.input_source is None
    assert found.macs is not None
    assert substitute(found.macs, {"height": 8, "width": 8}) == 3896


@pytest.mark.parametrize("call", ["net(torch.randn(1, 3, 16, 16))", "net(torch.zeros(4, 3, 16, 16))"])
def test_the_code_itself_tells_the_input(call: str) -> None:
    found = model(f"{RESIDUAL}\nnet = Net()\ny = {call}\n", name="net")
    assert shape(found.inputs[0]) == "batch 3 16 16"
    assert found.macs == 697792
    assert found.input_source == "the code's own call"


def test_rows_come_in_the_order_of_execution_and_add_up() -> None:
    found = model(RESIDUAL, ((3, 16, 16),))
    assert [layer.path for layer in found.layers[:9]] == [
        "layer1.conv1",
        "layer1.bn1",
        "layer1.se.pool",
        "layer1.se.fc.0",
        "layer1.se.fc.1",
        "layer1.se.fc.2",
        "layer1.se.fc.3",
        "layer1.shortcut.0",
        "layer1.shortcut.1",
    ]
    assert sum(number(layer.params) for layer in found.layers) == 22478
    assert sum(number(layer.macs) for layer in found.layers) == 697792


def number(value: object) -> int:
    assert isinstance(value, int)
    return value


def row(found: Model, path: str) -> Layer:
    return next(layer for layer in found.layers if layer.path == path)


def test_rows_know_where_their_input_comes_from() -> None:
    found = model(RESIDUAL, ((3, 16, 16),))
    names = [layer.path for layer in found.layers]
    sources = {layer.path: [names[at] for at in layer.inputs_from] for layer in found.layers}
    assert row(found, "layer1.conv1").via == ()
    assert sources["layer1.bn1"] == ["layer1.conv1"]
    assert row(found, "layer1.se.fc.0").via == ("view",)
    assert sources["layer2.conv1"] == ["layer1.bn1", "layer1.se.fc.3", "layer1.shortcut.1"]
    assert row(found, "layer2.conv1").via == ("view", "mul", "add", "relu")
    assert [names[at] for at in found.outputs_from] == ["head"]
    assert found.outputs_via == ()


def test_a_module_with_weights_of_its_own_has_a_row_above_its_parts() -> None:
    found = model(RESIDUAL, ((3, 16, 16),))
    attention = row(found, "attn")
    assert (attention.kind, attention.depth, attention.params, attention.macs) == ("model", 0, 512, 16384)
    assert row(found, "attn.qkv").depth == 1


def test_a_shared_layer_counts_in_its_first_row() -> None:
    found = model(SIAMESE, ((1, 9, 9), (1, 9, 9)))
    assert [layer.params for layer in found.layers] == [40, 10, 0, 0]
    assert [layer.macs for layer in found.layers] == [1764, 8, 1764, 8]


def test_kinds_and_settings() -> None:
    found = model(RESIDUAL, ((3, 16, 16),))
    assert row(found, "layer1.se.pool").kind == "global-pooling"
    conv = row(found, "layer2.conv1")
    assert conv.kind == "convolution"
    assert conv.config["kernel_size"] == (3, 3)
    assert conv.config["stride"] == (2, 2)
    assert conv.config["bias"] is False


def test_what_is_not_followed_leaves_no_total() -> None:
    found = model(
        """
from somewhere import Backbone

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = Backbone()
        self.fc = nn.Linear(512, 10)

    def forward(self, x):
        return self.fc(self.backbone(x))
""",
        ((3, 32, 32),),
    )
    assert found.parameters.total is None
    assert found.macs is None
    assert not found.resolved
    assert row(found, "fc").params == 5130


def test_only_what_may_be_a_layer_leaves_the_total_open() -> None:
    text = """
from collections import namedtuple

Settings = namedtuple("Settings", ["flash"])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
        self.chosen = None
        if torch.cuda.is_available():
            self.chosen = CHOSEN

    def forward(self, x):
        return self.fc(x)
"""
    plain, layer = (
        evaluate("net.py", IMPORTS + text.replace("CHOSEN", each)).models[0]
        for each in ("Settings(True)", "nn.Linear(4, 2)")
    )
    assert plain.parameters.total == 10
    assert layer.parameters.total is None


def test_modules_in_a_plain_list_are_not_registered() -> None:
    found = model(
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = [nn.Conv2d(3, 3, 3, padding=1) for _ in range(2)]
        self.head = nn.Conv2d(3, 1, 1)

    def forward(self, x):
        for conv in self.convs:
            x = conv(x)
        return self.head(x)
""",
        ((3, 8, 8),),
    )
    assert found.parameters.total == 4
    assert shape(found.outputs) == "batch 1 8 8"


def test_a_sequential_fails_at_the_layer() -> None:
    (fault,) = run("net = nn.Sequential(\n    nn.Conv2d(3, 8, 3),\n    nn.Conv2d(16, 8, 3),\n)\n").faults
    assert (fault.kind, fault.place.row, fault.place.column) == ("channel-mismatch", 6, 5)


@pytest.mark.parametrize(
    "forward",
    [
        "self.fc2(F.relu(self.fc1(x)))",
        "self.fc2(torch.relu(self.fc1(x.view(x.size(0), -1))))",
        "self.fc2(self.fc1(torch.flatten(x, 1)).tanh())",
    ],
)
def test_features_clash_whatever_the_input_is(forward: str) -> None:
    code = f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        return {forward}
"""
    (fault,) = run(code).faults
    assert fault.kind == "feature-mismatch"
    assert fault.certain


def test_features_behind_a_reshape_are_not_guessed() -> None:
    found = run(
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(16, 8)
        self.fc2 = nn.Linear(80, 2)

    def forward(self, x):
        x = self.fc1(x)
        return self.fc2(x.view(x.size(0), -1))
"""
    )
    assert not found.faults
    assert found.models[0].parameters.total == 298


def test_a_generator_is_followed_behind_its_dense_layer() -> None:
    found = model(
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(100, 128 * 7 * 7)
        self.up = nn.Sequential(nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(64, 1, 4, 2, 1))

    def forward(self, z):
        return self.up(self.fc(z).view(-1, 128, 7, 7))
"""
    )
    assert shape(found.outputs[1:]) == "1 28 28"


def test_an_embedding_learns_its_input_from_what_follows() -> None:
    found = model(
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(500, 32)
        self.lstm = nn.LSTM(32, 48, 2, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(96, 7)

    def forward(self, x):
        out, (h, c) = self.lstm(self.emb(x))
        return self.fc(out), h
"""
    )
    assert shape(found.inputs[0]) == "batch length"
    assert [shape(each) for each in found.outputs] == ["batch length 7", "4 batch 48"]
    assert found.parameters.total == 104231


def test_a_parameter_without_a_value_is_no_size_of_the_input() -> None:
    found = model(
        """
class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.conv = nn.Conv2d(3, width, 3)

    def forward(self, x):
        return self.conv(x)
"""
    )
    assert found.parameters.total is not None
    assert substitute(found.parameters.total, {"width_": 8}) == 224
    assert shape(found.outputs) == "batch width_ height - 2 width - 2"


def test_a_method_of_module_hides_a_layer_of_its_name() -> None:
    """PyTorch: `Module.half() takes 1 positional argument but 2 were given`."""
    text = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.half = nn.MaxPool2d(2)
    def forward(self, x):
        return self.half(x)
Net()(torch.rand(2, 3, 20, 20))
"""
    assert [(fault.kind, fault.place.row) for fault in evaluate("net.py", text).faults] == [("bad-call", 9)]


def test_transforms_are_modules_and_no_models() -> None:
    """torchvision 0.29: `(2, 10)` and `(2, 3, 16, 16)`; `ToTensor is not a Module subclass`."""
    text = """
import torch
from torch import nn
from torchvision import transforms as T
from torchvision.transforms import v2
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.before = nn.Sequential(T.Resize((32, 32)), T.Normalize([0.5] * 3, [0.5] * 3))
        self.fc = nn.Linear(3 * 32 * 32, 10)
    def forward(self, x):
        return self.fc(self.before(x).flatten(1))
net = Net()
net(torch.rand(2, 3, 50, 60))
augment = nn.Sequential(T.RandomGrayscale(p=0.2), T.RandomHorizontalFlip(), v2.RandomCrop(16))
nn.Conv2d(4, 1, 1)(augment(torch.rand(2, 3, 50, 60)))
def transform():
    return v2.Compose([v2.Resize(32), v2.ToTensor()])
nn.Sequential(T.ToTensor())
"""
    found = evaluate("net.py", text)
    assert [(fault.kind, fault.place.row) for fault in found.faults] == [("channel-mismatch", 16), ("bad-argument", 19)]
    assert [(model.name, model.parameters.total) for model in found.models] == [("net", 30730), ("Conv2d", 5)]


def test_a_container_that_is_filled_elsewhere_is_no_model_yet() -> None:
    text = """
import torch
from torch import nn
class Concurrent(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], dim=1)
class Parts(nn.ModuleList):
    def forward(self, x):
        return torch.cat([module(x) for module in self], 1)
def make():
    parts = Concurrent()
    parts.add_module("a", nn.Conv2d(3, 4, 1))
    parts.add_module("b", nn.Conv2d(3, 5, 1))
    return parts
"""
    found = evaluate("net.py", text)
    assert found.faults == ()
    assert [(model.name, model.parameters.total) for model in found.models] == [("make", 36)]


def test_what_others_are_made_of_is_no_model() -> None:
    """PyTorch: `(5, 7, 64)` and 115104 parameters."""
    text = """
import copy
import torch
from torch import nn
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(64, 4, dim_feedforward=256)
        self.encoder = nn.TransformerEncoder(layer, 2)
        parts = nn.Sequential(nn.Linear(32, 64), nn.Linear(16, 32))
        self.before = parts[::-1]
        block = nn.Linear(64, 64)
        self.blocks = nn.ModuleList([copy.deepcopy(block) for _ in range(3)])
    def forward(self, x):
        x = self.before(x)
        for block in self.blocks:
            x = block(x)
        return self.encoder(x)
net = Encoder()
net(torch.rand(5, 7, 16))
def train():
    model = nn.Linear(4, 2)
    best = copy.deepcopy(model)
train()
"""
    found = evaluate("net.py", text)
    assert found.faults == ()
    assert [(model.name, model.parameters.total) for model in found.models] == [("net", 115104), ("Linear", 10)]


@pytest.mark.parametrize(
    "change",
    [
        "self.layers = nn.Sequential(*key)",
        "self.layers = nn.Sequential(*key, nn.Linear(3, 3))",
        "self.layers = nn.Sequential(nn.Linear(3, 3), *[nn.Linear(3, 3)] * int(key))",
        "self.layers = nn.ModuleDict()\n        self.layers[key] = nn.Linear(3, 3)",
        "self.layers = nn.ModuleDict()\n        self.layers.update({key: nn.Linear(3, 3)})",
        "self.layers = nn.ModuleDict({'a': nn.Linear(3, 3)})\n        del self.layers[key]",
        "self.layers = nn.ModuleList()\n        self.layers.extend(nn.Linear(3, 3) for _ in range(int(key)))",
        "self.layers = nn.ModuleList([nn.Linear(3, 3)])\n        self.layers.insert(int(key), nn.Linear(3, 3))",
        "self.layers = nn.ModuleList([nn.Linear(3, 3)])\n        self.layers[int(key)] = nn.Linear(3, 5)",
        "self.layers = nn.ModuleList([nn.Linear(3, 3)])\n        self.layers.pop(int(key))",
        "self.layers = nn.ParameterDict()\n        self.layers[key] = nn.Parameter(torch.zeros(3))",
        "self.add_module(key, nn.Linear(3, 3))",
        "self.register_parameter(key, nn.Parameter(torch.zeros(3)))",
        "self.layer = nn.Linear(3, 3)\n        delattr(self, key)",
    ],
)
def test_what_is_changed_unseen_has_no_total(change: str) -> None:
    code = f"""import sys
{IMPORTS}
key = sys.argv[1]
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {change}
"""
    (model,) = evaluate("net.py", code).models
    assert model.parameters.total is None


def test_a_container_that_a_loop_fills_under_unknown_names_is_not_empty() -> None:
    code = f"""{IMPORTS}
class Net(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.blocks = nn.Sequential()
        for index, width in enumerate(widths):
            self.blocks.add_module(str(index), nn.Conv2d(3, width, 3))
            self.width = self.blocks[-1].out_channels
"""
    assert evaluate("net.py", code).faults == ()


@pytest.mark.parametrize(
    "change",
    [
        "one, two = [], []; (one if key else two).append(nn.Linear(3, 3))",
        "one, two = [], []; some = one if key else two; some.append(nn.Linear(3, 3))",
        "one, two = [], []; some = one if key else two; more = some if key else []; more += [1]",
        "one, two = nn.ModuleList(), nn.ModuleList(); some = one if key else two; some.append(nn.Linear(3, 3))",
        "one, two = {}, {}; some = one if key else two; some['a'] = nn.Linear(3, 3); one = one.values()",
    ],
)
def test_what_one_of_several_got_each_may_have_got(change: str) -> None:
    code = f"""import sys
{IMPORTS}
key = sys.argv[1]
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {change}
        self.layers = nn.Sequential(*one)
"""
    (model,) = evaluate("net.py", code).models
    assert model.parameters.total is None


def test_lists_of_two_branches_keep_their_length() -> None:
    """PyTorch: 12 parameters in either case."""
    code = f"""import sys
{IMPORTS}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [3, 3] if sys.argv[1] else [3, 3]
        sizes.append(4)
        self.layer = nn.Linear(*sizes[:2])
"""
    (model,) = evaluate("net.py", code).models
    assert model.parameters.total == 12


ABSENT = """
import types
import torch
from torch import nn
from absent import Mixin, Part

try:
    from optional import Fused
except ImportError:
    Fused = None

class Hub(Mixin):
    pass

class Own(Part):
    pass

class Net({}):
    def __new__(cls, *args, **options):
        return super().__new__(cls, *args, **options)

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)
        {}
"""


@pytest.mark.parametrize(
    ("bases", "more", "total"),
    [
        # what stands behind a library's class has no part in the construction
        ("nn.Module, Mixin", "pass", 8),
        ("nn.Module, Hub", "pass", 8),
        ("Mixin, nn.Module", "pass", None),
        # a member whose class is not known may be a module
        ("nn.Module", "self.part = Own()", None),
        # no class of an optional package is a base of PyTorch's own
        ("nn.Module", "self.more = None if Fused and isinstance(self.layer, Fused) else nn.Linear(2, 2)", 14),
        ("nn.Module", "self.more = None if isinstance(self.layer, Part) else nn.Linear(2, 2)", None),
    ],
)
def test_totals_beside_what_is_not_at_hand(bases: str, more: str, total: int | None) -> None:
    found = {model.name: model.parameters.total for model in evaluate("net.py", ABSENT.format(bases, more)).models}
    assert found["Net"] == total


def test_an_object_s_own_forward_is_the_one_that_is_called() -> None:
    """PyTorch: `(1, 2)`."""
    text = (
        "import types\nimport torch\nfrom torch import nn\n\n"
        "def forward(self, x):\n    return self.last(self.first(x))\n\nnet = nn.Linear(3, 4)\n"
        "net.first, net.last = nn.Linear(3, 5), nn.Linear(5, 2)\n"
        "net.forward = types.MethodType(forward, net)\nout = net(torch.zeros(1, 3))\n"
    )
    (model,) = evaluate("net.py", text).models
    assert model.outputs[-1] == 2


@pytest.mark.parametrize(
    "change",
    [
        "if key:\n    net.requires_grad_(False)",
        "net.requires_grad_(bool(key))",
        "for weight in net.parameters():\n    weight.requires_grad = bool(key)",
        "for weight in list(net.parameters())[: int(key)]:\n    weight.requires_grad = False",
        "for weight in list(net.parameters())[: int(key)]:\n    weight.requires_grad_(False)",
        "for name, weight in net.named_parameters():\n    if key in name:\n        weight.requires_grad = False",
        "net[int(key)].requires_grad_(False)",
        "net[int(key)].weight.requires_grad = False",
        "getattr(net, key).requires_grad_(False)",
    ],
)
def test_what_may_be_frozen_has_a_total_but_no_trainable_one(change: str) -> None:
    code = (
        f"import sys\n{IMPORTS}\nkey = sys.argv[1]\nnet = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))\n{change}\n"
    )
    model = next(each for each in evaluate("net.py", code).models if each.name == "net")
    assert (model.parameters.total, model.parameters.trainable) == (26, None)
