"""torchvision's models where the package is not at hand: figures that torchvision and PyTorch's counter printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cnnlint.evaluation import ModelSettings, evaluate

if TYPE_CHECKING:
    from pathlib import Path

    from cnnlint.model import Evaluation

CLASSIFIERS = [
    ("alexnet", 224, 61100840, 714188480),
    ("convnext_tiny", 224, 28589128, 4455531264),
    ("densenet121", 224, 7978856, 2834161664),
    ("efficientnet_b0", 224, 5288548, 385814752),
    ("efficientnet_b7", 224, 66347960, 5169865152),
    ("efficientnet_v2_s", 224, 21458488, 2849895872),
    ("googlenet", 224, 13004888, 1498376192),
    ("inception_v3", 299, 27161264, 5713216096),
    ("mnasnet1_0", 224, 4383312, 314415872),
    ("mobilenet_v2", 224, 3504872, 300774272),
    ("mobilenet_v3_large", 224, 5483032, 216589760),
    ("mobilenet_v3_small", 224, 2542856, 56510400),
    ("regnet_x_400mf", 224, 5495976, 413812608),
    ("regnet_y_128gf", 224, 644812894, 127517815680),
    ("resnet18", 224, 11689512, 1814073344),
    ("resnet50", 224, 25557032, 4089184256),
    ("resnext101_64x4d", 224, 83455272, 15460270080),
    ("shufflenet_v2_x1_0", 224, 2278604, 144907992),
    ("squeezenet1_0", 224, 1248424, 818924576),
    ("squeezenet1_1", 224, 1235496, 349151936),
    ("swin_t", 224, 28288354, 4490566656),
    ("swin_v2_b", 224, 87930848, 17047678976),
    ("vgg11", 224, 132863336, 7609090048),
    ("vgg16_bn", 224, 138365992, 15470264320),
    ("vit_b_16", 224, 86567656, 17563828224),
    ("vit_h_14", 224, 632045800, 167295109120),
    ("wide_resnet50_2", 224, 68883240, 11398021120),
]
"""Name, size of the image, parameters, MACs of one image; torchvision 0.29.1."""

SEGMENTERS = [
    ("deeplabv3_mobilenet_v3_large", 256, 11025477, 2457806720),
    ("deeplabv3_resnet50", 256, 39638869, 40895250432),
    ("fcn_resnet50", 256, 32957013, 34591997952),
    ("lraspp_mobilenet_v3_large", 256, 3221538, 494888832),
]


def evaluated(text: str, folder: Path, size: int | None = None) -> Evaluation:
    settings = ModelSettings() if size is None else ModelSettings(input_shapes=((3, size, size),))
    return evaluate(str(folder / "net.py"), text, settings=lambda _name: settings)


@pytest.mark.parametrize(("name", "size", "total", "macs"), CLASSIFIERS)
def test_classifiers(name: str, size: int, total: int, macs: int, tmp_path: Path) -> None:
    (model,) = evaluated(f"from torchvision import models\nmodel = models.{name}()\n", tmp_path, size).models
    assert (model.parameters.total, model.macs, model.outputs[1:]) == (total, macs, (1000,))
    assert model.resolved


@pytest.mark.parametrize(("name", "size", "total", "macs"), SEGMENTERS)
def test_segmenters(name: str, size: int, total: int, macs: int, tmp_path: Path) -> None:
    text = f"from torchvision.models.segmentation import {name}\nmodel = {name}(weights_backbone=None)\n"
    (model,) = evaluated(text, tmp_path, size).models
    assert (model.parameters.total, model.macs) == (total, macs)
    assert model.outputs["out"][1:] == (21, size, size)


# Totals and trained counts that PyTorch printed for the same lines.
@pytest.mark.parametrize(
    ("lines", "total", "trainable"),
    [
        (
            "m = models.resnet50(weights=models.ResNet50_Weights.DEFAULT)\nm.fc = nn.Linear(m.fc.in_features, 10)",
            23528522,
            23528522,
        ),
        (
            (
                "m = models.resnet18(pretrained=True)\nfor p in m.parameters(): p.requires_grad = False\n"
                "m.fc = nn.Linear(m.fc.in_features, 2)"
            ),
            11177538,
            1026,
        ),
        ("m = models.efficientnet_b0()\nm.classifier[1] = nn.Linear(m.classifier[1].in_features, 5)", 4013953, 4013953),
        ("m = models.vgg16()\nm.classifier[-1] = nn.Linear(4096, 3)", 134272835, 134272835),
        (
            "m = models.vit_b_16(weights='IMAGENET1K_V1')\nm.heads.head = nn.Linear(m.heads.head.in_features, 2)",
            85800194,
            85800194,
        ),
        ("m = models.resnet18(weights=None)\nm.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)", 11683240, 11683240),
        (
            "m = nn.Sequential(*list(models.resnet18().children())[:-1], nn.Flatten(), nn.Linear(512, 4))",
            11178564,
            11178564,
        ),
        (
            "m = models.resnet50()\nfor n, p in m.named_parameters(): p.requires_grad = 'layer4' in n or 'fc' in n",
            25557032,
            17013736,
        ),
        ("m = models.googlenet(weights='DEFAULT')", 6624904, 6624904),
        ("m = models.get_model('mobilenet_v3_small', num_classes=7)", 1525031, 1525031),
        ("m = models.get_model('alexnet')", 61100840, 61100840),
    ],
)
def test_other_heads_and_frozen_weights(lines: str, total: int, trainable: int, tmp_path: Path) -> None:
    found = evaluated(f"from torch import nn\nfrom torchvision import models\n{lines}\n", tmp_path)
    assert not found.faults
    model = found.models[-1]
    assert (model.parameters.total, model.parameters.trainable) == (total, trainable)


def test_a_fault_inside_is_shown_where_the_model_is_called(tmp_path: Path) -> None:
    text = "import torch\nfrom torchvision import models\n\nnet = models.resnet18()\nnet(torch.rand(1, 1, 64, 64))\n"
    (fault,) = evaluated(text, tmp_path).faults
    assert (fault.kind, fault.place.row) == ("channel-mismatch", 5)


def test_a_package_at_hand_goes_first(tmp_path: Path) -> None:
    folder = tmp_path / "torchvision" / "models"
    folder.mkdir(parents=True)
    (tmp_path / "torchvision" / "__init__.py").write_text("")
    (folder / "__init__.py").write_text("from torch import nn\ndef resnet18():\n    return nn.Linear(2, 3)\n")
    (model,) = evaluated("from torchvision.models import resnet18\nnet = resnet18()\n", tmp_path).models
    assert model.parameters.total == 9
