import torch
from torch import nn

from ._weights import entries, options

ShuffleNet_V2_X0_5_Weights = entries()
ShuffleNet_V2_X1_0_Weights = entries()
ShuffleNet_V2_X1_5_Weights = entries()
ShuffleNet_V2_X2_0_Weights = entries()


def channel_shuffle(x, groups):
    batchsize, num_channels, height, width = x.size()
    x = x.view(batchsize, groups, num_channels // groups, height, width)
    x = torch.transpose(x, 1, 2).contiguous()
    return x.view(batchsize, num_channels, height, width)


def _pointwise(inp, oup):
    return nn.Conv2d(inp, oup, kernel_size=1, stride=1, padding=0, bias=False)


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride):
        super().__init__()
        if not (1 <= stride <= 3):
            raise ValueError("illegal stride value")
        self.stride = stride
        branch = oup // 2
        if self.stride > 1:
            self.branch1 = nn.Sequential(
                self.depthwise_conv(inp, inp, kernel_size=3, stride=self.stride, padding=1),
                nn.BatchNorm2d(inp),
                _pointwise(inp, branch),
                nn.BatchNorm2d(branch),
                nn.ReLU(inplace=True),
            )
        else:
            self.branch1 = nn.Sequential()
        self.branch2 = nn.Sequential(
            _pointwise(inp if self.stride > 1 else branch, branch),
            nn.BatchNorm2d(branch),
            nn.ReLU(inplace=True),
            self.depthwise_conv(branch, branch, kernel_size=3, stride=self.stride, padding=1),
            nn.BatchNorm2d(branch),
            _pointwise(branch, branch),
            nn.BatchNorm2d(branch),
            nn.ReLU(inplace=True),
        )

    @staticmethod
    def depthwise_conv(i, o, kernel_size, stride=1, padding=0, bias=False):
        return nn.Conv2d(i, o, kernel_size, stride, padding, bias=bias, groups=i)

    def forward(self, x):
        if self.stride == 1:
            x1, x2 = x.chunk(2, dim=1)
            out = torch.cat((x1, self.branch2(x2)), dim=1)
        else:
            out = torch.cat((self.branch1(x), self.branch2(x)), dim=1)
        return channel_shuffle(out, 2)


def _entry(inp, oup, *kernel):
    return nn.Sequential(nn.Conv2d(inp, oup, *kernel, bias=False), nn.BatchNorm2d(oup), nn.ReLU(inplace=True))


class ShuffleNetV2(nn.Module):
    def __init__(self, stages_repeats, stages_out_channels, num_classes=1000, inverted_residual=InvertedResidual):
        super().__init__()
        if len(stages_repeats) != 3:
            raise ValueError("expected stages_repeats as list of 3 positive ints")
        if len(stages_out_channels) != 5:
            raise ValueError("expected stages_out_channels as list of 5 positive ints")
        self._stage_out_channels = stages_out_channels
        input_channels = stages_out_channels[0]
        self.conv1 = _entry(3, input_channels, 3, 2, 1)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        for i, (repeats, output_channels) in enumerate(zip(stages_repeats, stages_out_channels[1:])):
            seq = [inverted_residual(input_channels, output_channels, 2)]
            for _ in range(repeats - 1):
                seq.append(inverted_residual(output_channels, output_channels, 1))
            setattr(self, f"stage{i + 2}", nn.Sequential(*seq))
            input_channels = output_channels
        self.conv5 = _entry(input_channels, stages_out_channels[-1], 1, 1, 0)
        self.fc = nn.Linear(stages_out_channels[-1], num_classes)

    def forward(self, x):
        x = self.maxpool(self.conv1(x))
        x = self.conv5(self.stage4(self.stage3(self.stage2(x))))
        return self.fc(x.mean([2, 3]))


def shufflenet_v2_x0_5(weights=None, progress=True, **kwargs):
    return ShuffleNetV2([4, 8, 4], [24, 48, 96, 192, 1024], **options(weights, kwargs))


def shufflenet_v2_x1_0(weights=None, progress=True, **kwargs):
    return ShuffleNetV2([4, 8, 4], [24, 116, 232, 464, 1024], **options(weights, kwargs))


def shufflenet_v2_x1_5(weights=None, progress=True, **kwargs):
    return ShuffleNetV2([4, 8, 4], [24, 176, 352, 704, 1024], **options(weights, kwargs))


def shufflenet_v2_x2_0(weights=None, progress=True, **kwargs):
    return ShuffleNetV2([4, 8, 4], [24, 244, 488, 976, 2048], **options(weights, kwargs))
