import torch
from torch import nn
from torch.nn import functional as F

from .._utils import IntermediateLayerGetter
from .._weights import entries
from ..resnet import resnet50, resnet101
from ._utils import _SimpleSegmentationModel, mobilenet_backbone, resnet_backbone, settled
from .fcn import FCNHead

DeepLabV3_ResNet50_Weights = entries("COCO_WITH_VOC_LABELS_V1", categories=21)
DeepLabV3_ResNet101_Weights = entries("COCO_WITH_VOC_LABELS_V1", categories=21)
DeepLabV3_MobileNet_V3_Large_Weights = entries("COCO_WITH_VOC_LABELS_V1", categories=21)


class DeepLabV3(_SimpleSegmentationModel):
    pass


class ASPPConv(nn.Sequential):
    def __init__(self, in_channels, out_channels, dilation):
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )


class ASPPPooling(nn.Sequential):
    def __init__(self, in_channels, out_channels):
        super().__init__(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(in_channels, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x):
        size = x.shape[-2:]
        for mod in self:
            x = mod(x)
        return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


class ASPP(nn.Module):
    def __init__(self, in_channels, atrous_rates, out_channels=256):
        super().__init__()
        modules = [
            nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels), nn.ReLU()
            )
        ]
        for rate in tuple(atrous_rates):
            modules.append(ASPPConv(in_channels, out_channels, rate))
        modules.append(ASPPPooling(in_channels, out_channels))
        self.convs = nn.ModuleList(modules)
        self.project = nn.Sequential(
            nn.Conv2d(len(self.convs) * out_channels, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Dropout(0.5),
        )

    def forward(self, x):
        return self.project(torch.cat([conv(x) for conv in self.convs], dim=1))


class DeepLabHead(nn.Sequential):
    def __init__(self, in_channels, num_classes, atrous_rates=(12, 24, 36)):
        super().__init__(
            ASPP(in_channels, atrous_rates),
            nn.Conv2d(256, 256, 3, padding=1, bias=False),
            nn.BatchNorm2d(256),
            nn.ReLU(),
            nn.Conv2d(256, num_classes, 1),
        )


def _deeplab(build, weights, num_classes, aux_loss, weights_backbone, kwargs):
    classes, aux = settled(weights, num_classes, aux_loss, kwargs)
    backbone = resnet_backbone(build, weights_backbone, aux)
    return DeepLabV3(backbone, DeepLabHead(2048, classes), FCNHead(1024, classes) if aux else None, **kwargs)


def deeplabv3_resnet50(
    weights=None, progress=True, num_classes=None, aux_loss=None, weights_backbone="IMAGENET1K_V1", **kwargs
):
    return _deeplab(resnet50, weights, num_classes, aux_loss, weights_backbone, kwargs)


def deeplabv3_resnet101(
    weights=None, progress=True, num_classes=None, aux_loss=None, weights_backbone="IMAGENET1K_V1", **kwargs
):
    return _deeplab(resnet101, weights, num_classes, aux_loss, weights_backbone, kwargs)


def deeplabv3_mobilenet_v3_large(
    weights=None, progress=True, num_classes=None, aux_loss=None, weights_backbone="IMAGENET1K_V1", **kwargs
):
    classes, aux = settled(weights, num_classes, aux_loss, kwargs)
    features, places = mobilenet_backbone(weights_backbone)
    layers = {str(places[-1]): "out"}
    if aux:
        layers[str(places[-4])] = "aux"
    head = DeepLabHead(features[places[-1]].out_channels, classes)
    second = FCNHead(features[places[-4]].out_channels, classes) if aux else None
    return DeepLabV3(IntermediateLayerGetter(features, return_layers=layers), head, second, **kwargs)
