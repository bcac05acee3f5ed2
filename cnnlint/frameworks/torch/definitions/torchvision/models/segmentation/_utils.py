from collections import OrderedDict

from torch import nn
from torch.nn import functional as F

from .._utils import IntermediateLayerGetter
from .._weights import options
from ..mobilenetv3 import mobilenet_v3_large
from ..resnet import resnet50, resnet101

DILATED = [False, True, True]


class _SimpleSegmentationModel(nn.Module):
    def __init__(self, backbone, classifier, aux_classifier=None):
        super().__init__()
        self.backbone = backbone
        self.classifier = classifier
        self.aux_classifier = aux_classifier

    def forward(self, x):
        input_shape = x.shape[-2:]
        features = self.backbone(x)
        result = OrderedDict()
        x = self.classifier(features["out"])
        result["out"] = F.interpolate(x, size=input_shape, mode="bilinear", align_corners=False)
        if self.aux_classifier is not None:
            x = self.aux_classifier(features["aux"])
            result["aux"] = F.interpolate(x, size=input_shape, mode="bilinear", align_corners=False)
        return result


def settled(weights, num_classes, aux_loss, kwargs):
    """The number of classes and whether there is a second head, as the weights ask."""
    if kwargs.pop("pretrained", False):
        weights = "DEFAULT"
    if weights:
        options(weights, {} if num_classes is None else {"num_classes": num_classes}, 21)
        return 21, True
    return 21 if num_classes is None else num_classes, bool(aux_loss)


def resnet_backbone(build, weights_backbone, aux):
    """A dilated ResNet up to its last map, and the one before where there is a second head."""
    backbone = build(weights=weights_backbone, replace_stride_with_dilation=DILATED)
    layers = {"layer4": "out"}
    if aux:
        layers["layer3"] = "aux"
    return IntermediateLayerGetter(backbone, return_layers=layers)


def mobilenet_backbone(weights_backbone):
    """A dilated MobileNetV3 with the places where its map shrinks."""
    features = mobilenet_v3_large(weights=weights_backbone, dilated=True).features
    places = [0] + [i for i, b in enumerate(features) if getattr(b, "_is_cn", False)] + [len(features) - 1]
    return features, places
