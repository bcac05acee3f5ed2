"""What is said of training code in the forms that people write it: snippets, trainers, packed sequences, crashes."""

from __future__ import annotations

import pytest

import cnnlint

IMPORTS = """\
import torch
import torch.nn as nn
import torch.nn.functional as F
"""


def said(code: str) -> list[tuple[str, int, str]]:
    """The findings, with rows counted from the first line behind the imports."""
    findings = cnnlint.lint_source(IMPORTS + code, filename="train.py")
    return [(each.code, each.place.row - 3, each.severity) for each in findings]


LIT = """\
import pytorch_lightning as pl
class Lit(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(16, 3), nn.Softmax(dim=1))
    def forward(self, x):
        return self.net(x)
    def training_step(self, batch, batch_idx):
        x, y = batch
        return F.cross_entropy(self(x), y)
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())
"""


@pytest.mark.parametrize(
    "use",
    [
        "",
        "model = Lit()\n",
        "pl.Trainer(max_epochs=1).fit(Lit(), loader)\n",
        "pl.Trainer(max_epochs=1).fit(model=Lit(), train_dataloaders=loader)\n",
    ],
)
def test_the_steps_of_a_lightning_module_are_looked_at(use: str) -> None:
    assert said(LIT + use) == [("CNN520", 10, "warning")]


def test_a_trainer_gives_the_first_batch_of_its_loader() -> None:
    code = """\
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.randn(64, 15), torch.randint(0, 3, (64,)))
pl.Trainer().fit(Lit(), DataLoader(data, batch_size=8))
"""
    assert ("CNN102", 7, "error") in said(LIT + code)


def test_forward_called_directly_is_a_call_of_the_model() -> None:
    code = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)
    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)
model = Net()
loss = nn.CrossEntropyLoss()(model.forward(batch), labels)
"""
    assert said(code) == [("CNN520", 8, "warning")]


def test_a_call_that_forward_does_not_take() -> None:
    code = """\
class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)
    def forward(self, a, b, scale=1.0):
        return self.fc(a) - self.fc(b) * scale
net, x = Pair(), torch.randn(2, 4)
net(x, x)
net(x, b=x, scale=2.0)
net((x, x))
net(x, x, 1.0, 2.0)
net(x, x, size=2)
"""
    assert said(code) == [("CNN111", 10, "error"), ("CNN111", 11, "error"), ("CNN111", 12, "error")]


def test_what_nobody_calls_may_need_more_than_an_input() -> None:
    code = """\
class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)
    def forward(self, x, *, condition):
        return self.fc(x) * condition
model = Scaled()
"""
    assert said(code) == []


@pytest.mark.parametrize(
    "line",
    [
        "loss = nn.CrossEntropyLoss(net(images), labels)",
        "loss = nn.MSELoss(net(images), labels)",
    ],
)
def test_a_loss_class_that_is_given_a_models_result(line: str) -> None:
    code = f"""\
net = nn.Linear(4, 3)
{line}
loss.backward()
"""
    assert said(code) == [("CNN111", 2, "error")]


def test_a_loss_class_that_is_never_called() -> None:
    code = """\
criterion = nn.MSELoss
for x, y in loader:
    loss = criterion(net(x), y)
    loss.backward()
"""
    assert said(code) == [("CNN111", 4, "warning")]


def test_a_layer_that_stands_for_its_result() -> None:
    assert said("nn.Linear(4, 2)(nn.ReLU(torch.randn(3, 4)))\n") == [("CNN110", 1, "error")]


@pytest.mark.parametrize("line", ["out[:, -1, :]", "out.size(0)", "out.view(3, -1)"])
def test_the_results_of_a_recurrent_layer_are_several(line: str) -> None:
    code = f"""\
out = nn.LSTM(5, 8, batch_first=True)(torch.randn(3, 11, 5))
{line}
"""
    assert said(code) == [("CNN110", 2, "error")]


def test_members_that_a_tuple_of_results_has() -> None:
    code = """\
best = torch.randn(3, 4).max(1)
best.values.size(), best.indices, torch.randn(2, 3).shape.numel()
rows = [[1, 2], [3, 4]]
rows[0][1], hasattr((1, 2), "shape")
"""
    assert said(code) == []


def test_packed_sequences() -> None:
    code = """\
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
x, lengths = torch.randn(4, 9, 5), torch.tensor([9, 7, 4, 2])
packed = pack_padded_sequence(x, lengths, batch_first=True)
out, (h, c) = nn.LSTM(5, 8, num_layers=2, bidirectional=True, batch_first=True)(packed)
nn.Linear(16, 2)(torch.cat((h[-2], h[-1]), dim=1))
nn.Linear(8, 2)(torch.cat((h[-2], h[-1]), dim=1))
out, sizes = pad_packed_sequence(out, batch_first=True)
nn.Linear(16, 2)(out)
nn.Linear(8, 2)(out)
pack_padded_sequence(x, lengths)
nn.GRU(6, 8)(packed)
"""
    assert said(code) == [
        ("CNN102", 6, "error"),
        ("CNN102", 9, "error"),
        ("CNN109", 10, "error"),
        ("CNN102", 11, "error"),
    ]


def test_weights_of_losses() -> None:
    code = """\
x, y = torch.randn(8, 3), torch.randint(0, 3, (8,))
nn.CrossEntropyLoss(weight=torch.ones(3))(x, y)
nn.CrossEntropyLoss(weight=torch.ones(2))(x, y)
F.nll_loss(x, y, torch.ones(4))
z = torch.zeros(8, 3)
nn.BCEWithLogitsLoss(pos_weight=torch.ones(3))(x, z)
nn.BCEWithLogitsLoss(pos_weight=torch.ones(8, 1))(x, z)
nn.BCEWithLogitsLoss(pos_weight=torch.ones(2))(x, z)
"""
    assert said(code) == [("CNN109", 3, "error"), ("CNN109", 4, "error"), ("CNN109", 8, "error")]


def test_what_an_embedding_is_indexed_with() -> None:
    code = """\
table = nn.Embedding(4, 8)
table(torch.tensor([[0, 3]]))
table(torch.tensor([[0, 4]]))
table(torch.rand(2, 5))
table(torch.rand(2, 5).long())
table(torch.randint(0, 4, (50,)))
"""
    assert said(code) == [("CNN110", 3, "error"), ("CNN110", 4, "error")]


def test_a_snippet_with_models_and_datasets_of_torchvision() -> None:
    code = """\
data = datasets.ImageFolder("train", transform=transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor()]))
model = models.resnet18(pretrained=True)
model.fc = nn.Sequential(nn.Linear(512, len(data.classes)), nn.Softmax(dim=1))
for x, y in tqdm(DataLoader(data, batch_size=4, shuffle=True)):
    loss = nn.CrossEntropyLoss()(model(x), y)
"""
    findings = cnnlint.lint_source(code, filename="train.py")
    assert [(each.code, each.place.row) for each in findings] == [("CNN520", 5)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("F.cross_entropy(F.softmax(scores, dim=1), y)", "CNN520"),
        ("F.cross_entropy(F.log_softmax(scores / 2.0, dim=1).view(3, 4), y)", "CNN520"),
        ("F.cross_entropy(scores.softmax(-1).float(), y)", "CNN520"),
        ("nn.BCEWithLogitsLoss()(torch.sigmoid(scores).squeeze(), y)", "CNN521"),
        ("nn.NLLLoss()(nn.Softmax(dim=1)(scores), y)", "CNN522"),
        ("F.nll_loss(torch.log(F.softmax(scores, dim=1)), y)", None),
        ("F.cross_entropy(F.softmax(scores, dim=1) * 10, y)", None),
        ("F.cross_entropy(scores.view(3, 4), y)", None),
    ],
)
def test_what_stands_before_a_loss_of_scores_that_are_not_known(line: str, code: str | None) -> None:
    assert [each for each, _, _ in said(f"scores, y = load()\n{line}\n")] == ([] if code is None else [code])


def test_a_view_of_what_a_model_gives_for_unknown_data() -> None:
    code = """\
net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 1), nn.Sigmoid())
for x, y in loader:
    loss = nn.BCEWithLogitsLoss()(net(x).view(-1).to(device), y)
"""
    assert said(code) == [("CNN521", 3, "warning")]


def test_the_old_constructors_take_a_size_for_a_shape() -> None:
    code = """\
x = torch.zeros(5, 3, 4)
torch.FloatTensor(x.shape).view(5, 12)
torch.Tensor([1.0, 2.0]).view(5, 1)
"""
    assert said(code) == [("CNN108", 3, "error")]


def test_a_mixin_in_front_of_module() -> None:
    code = """\
class Counted:
    def __init__(self, count=0, **options):
        super().__init__(**options)
        self.count = count
class Net(Counted, nn.Module):
    def __init__(self, **options):
        super().__init__(**options)
        self.fc = nn.Linear(4, 3)
    def forward(self, x):
        return self.fc(x)
Net(count=2)(torch.randn(2, 4))
"""
    assert said(code) == []


def test_names_that_a_snippet_leaves_out_are_its_own() -> None:
    code = """\
wrapped = nn.DataParallel(model).to(device)
for x, y in DataLoader(dataset, batch_size=4):
    loss = nn.CrossEntropyLoss()(wrapped(x.to(device)), y)
"""
    assert cnnlint.lint_source(code, filename="train.py") == []


def test_the_scores_of_a_classifier_compared_before_the_loss() -> None:
    code = """\
model = nn.Sequential(nn.Flatten(), nn.Linear(12, 4))
for x, y in loader:
    scores = model(x)
    _, best = torch.max(scores, 0)
    loss = F.cross_entropy(scores, y)
"""
    assert said(code) == [("CNN530", 4, "warning")]


def test_an_image_of_unknown_mode_without_a_batch_axis() -> None:
    code = """\
from PIL import Image
from torchvision import transforms
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8))
x = transforms.ToTensor()(Image.open("a.png"))
net(x.unsqueeze(0))
net(x)
"""
    assert said(code) == [("CNN104", 6, "error")]


def test_models_of_words_for_texts_that_are_not_known() -> None:
    code = """\
class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(100, 16)
        self.conv = nn.Conv1d(16, 8, 3)
        self.out = nn.Linear(8, 4)
    def forward(self, text):
        x = F.relu(self.conv(self.table(text).transpose(1, 2)))
        return F.softmax(self.out(x.max(2)[0]), dim=1)
net = Words()
for batch in batches:
    loss = F.nll_loss(net(batch.text), batch.label)
"""
    assert said(code) == [("CNN522", 12, "warning")]
