from torch import nn

from .._weights import entries
from ..resnet import resnet50, resnet101
from ._utils import _SimpleSegmentationModel, resnet_backbone, settled

FCN_ResNet50_Weights = entries("COCO_WITH_VOC_LABELS_V1", categories=21)
FCN_ResNet101_Weights = entries("COCO_WITH_VOC_LABELS_V1", categories=21)


class FCN(_SimpleSegmentationModel):
    pass


class FCNHead(nn.Sequential):
    def __init__(self, in_channels, channels):
        inter_channels = in_channels // 4
        super().__init__(
            nn.Conv2d(in_channels, inter_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(inter_channels),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Conv2d(inter_channels, channels, 1),
        )


def _fcn(build, weights, num_classes, aux_loss, weights_backbone, kwargs):
    classes, aux = settled(weights, num_classes, aux_loss, kwargs)
    backbone = resnet_backbone(build, weights_backbone, aux)
    return FCN(backbone, FCNHead(2048, classes), FCNHead(1024, classes) if aux else None, **kwargs)


def fcn_resnet50(
    weights=None, progress=True, num_classes=None, aux_loss=None, weights_backbone="IMAGENET1K_V1", **kwargs
):
    return _fcn(resnet50, weights, num_classes, aux_loss, weights_backbone, kwargs)


def fcn_resnet101(
    weights=None, progress=True, num_classes=None, aux_loss=None, weights_backbone="IMAGENET1K_V1", **kwargs
):
    return _fcn(resnet101, weights, num_classes, aux_loss, weights_backbone, kwargs)
