"""Small programs whose values PyTorch printed: `python tests/frameworks/torch/programs.py FILE` records them again."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

PROGRAMS: dict[str, str] = {}

PROGRAMS["walks"] = """
import torch
from torch import nn
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(c)
        self.act = nn.ReLU(inplace=True)
    def forward(self, x):
        return self.act(self.bn(self.conv(x)) + x)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.blocks = nn.ModuleList([Block(8) for _ in range(2)])
        self.scale = nn.Parameter(torch.ones(1, 8, 1, 1))
        self.register_buffer("mean", torch.zeros(3))
        self.head = nn.Linear(8, 10)
    def forward(self, x):
        x = self.stem(x) * self.scale
        for b in self.blocks:
            x = b(x)
        return self.head(x.mean((2, 3)))
net = Net()
names = [n for n, _ in net.named_parameters()]
shapes = [tuple(p.shape) for p in net.parameters()]
modules = [n for n, _ in net.named_modules()]
children = [n for n, _ in net.named_children()]
buffers = [n for n, _ in net.named_buffers()]
state = list(net.state_dict().keys())
total = sum(p.numel() for p in net.parameters())
total2 = sum(p.numel() for p in net.parameters() if p.requires_grad)
kinds = [type(m).__name__ for m in net.modules()]
out = tuple(net(torch.randn(2, 3, 16, 16)).shape)
names_nr = [n for n, _ in net.named_parameters(recurse=False)]
pref = [n for n, _ in net.blocks[0].named_parameters(prefix="x")]
isn = [isinstance(m, nn.Conv2d) for m in net.modules()]
sub = net.get_submodule("blocks.1.bn").num_features
par = tuple(net.get_parameter("head.weight").shape)
has = hasattr(net, "stem"), hasattr(net, "nothing")
tr = net.training, net.eval().training, net.blocks[0].bn.training, net.train().head.training
"""

PROGRAMS["a later turn's condition"] = """
import os
import torch
def drawn():
    columns = []
    for i in range(int(os.getenv("COLUMNS_OF_IT", "3"))):
        if i > 0:
            torch.stack(columns, 1)
        columns.append(torch.zeros(2))
    return [tuple(torch.zeros(2).shape)]
shapes = drawn()
filled = [tuple(torch.zeros(3).masked_fill(torch.zeros(2, 3) > 0, float(os.getenv("FILLED_WITH", "1"))).shape)]
kept = [tuple(torch.Tensor((1,)).shape)]
"""

PROGRAMS["transforms of version 2"] = """
import torch
from torchvision.transforms import v2
chain = v2.Compose([v2.Identity(), v2.RandomHorizontalFlip(), v2.Resize((16, 12)), v2.GaussianNoise()])
shapes = [list(chain(torch.zeros(3, 32, 32)).shape)]
both = v2.Resize((8, 8))(torch.zeros(3, 4, 4), {"label": 1})
"""

PROGRAMS["functions as class attributes"] = """
import math
import torch
from torch import nn
class Net(nn.Module):
    conv = torch.conv3d
    size = len
    root = math.sqrt
    join = torch.cat
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width, 2, 3, 3, 3))
    def forward(self, x):
        return self.join([self.conv(x, self.weight, padding=1), x], 1)
class Wider(Net):
    def forward(self, x):
        return super().conv(x, self.weight)
net = Net(4)
shapes = [tuple(each(torch.zeros(1, 2, 5, 5, 5)).shape) for each in (net, Wider(3))]
numbers = [net.size([1, 2]), net.root(9)]
"""

PROGRAMS["freeze"] = """
import torch
import torch.nn as nn
net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 2))
for p in net.parameters():
    p.requires_grad = False
for p in net[3].parameters():
    p.requires_grad = True
trainable = sum(p.numel() for p in net.parameters() if p.requires_grad)
net[0].requires_grad_(True)
trainable2 = sum(p.numel() for p in net.parameters() if p.requires_grad)
net[0].weight.requires_grad_(False)
trainable3 = sum(p.numel() for p in net.parameters() if p.requires_grad)
for n, p in net.named_parameters():
    if "bias" in n:
        p.requires_grad = False
trainable4 = sum(p.numel() for p in net.parameters() if p.requires_grad)
q = nn.Parameter(torch.zeros(3), requires_grad=False)
flags = q.requires_grad, net[3].weight.requires_grad
"""

PROGRAMS["sequential"] = """
from collections import OrderedDict
import torch
from torch import nn
s = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Conv2d(2, 4, 3), nn.ReLU())
n = len(s)
t = s[:2]
names = [k for k, _ in t.named_children()]
s2 = nn.Sequential(*list(s.children())[:-1])
n2 = len(s2)
s.append(nn.Flatten())
s.add_module("5", nn.Linear(4, 3))
names2 = [k for k, _ in s.named_children()]
last = type(s[-1]).__name__
s[-1] = nn.Linear(4, 7)
feat = s[-1].out_features
s.insert(0, nn.Identity())
names3 = [k for k, _ in s.named_children()]
del s[0]
names4 = [k for k, _ in s.named_children()]
o = nn.Sequential(OrderedDict([("a", nn.Linear(2, 3)), ("b", nn.Linear(3, 4))]))
onames = [k for k, _ in o.named_children()]
oa = o.a.out_features
ob = o[1].in_features
os = [k for k, _ in o[1:].named_children()]
sh = tuple(o(torch.zeros(5, 2)).shape)
e = nn.Sequential()
ne = len(e)
x = torch.zeros(2, 3)
same = tuple(e(x).shape)
both = o + nn.Sequential(nn.ReLU())
nb = len(both)
it = [type(m).__name__ for m in o]
p = s.pop(0)
pn = type(p).__name__
o.extend([nn.ReLU(), nn.Tanh()])
no = [k for k, _ in o.named_children()]
"""

PROGRAMS["lists"] = """
import torch
from torch import nn
l = nn.ModuleList([nn.Linear(i + 1, i + 2) for i in range(3)])
l.append(nn.Linear(4, 5))
l.extend([nn.Linear(5, 6)])
l += [nn.Linear(6, 7)]
n = len(l)
widths = [m.out_features for m in l]
keys = [k for k, _ in l.named_children()]
part = [m.in_features for m in l[1:3]]
last = l[-1].in_features
l.insert(1, nn.ReLU())
kinds = [type(m).__name__ for m in l]
l[0] = nn.Identity()
kinds2 = [type(m).__name__ for m in l]
x = torch.zeros(1, 2)
for m in l[1:3]:
    x = m(x)
shape = tuple(x.shape)
d = nn.ModuleDict({"conv": nn.Conv2d(1, 2, 3), "act": nn.ReLU()})
d["fc"] = nn.Linear(2, 2)
dk = list(d.keys())
di = [(k, type(v).__name__) for k, v in d.items()]
dn = len(d)
inn = "conv" in d, "x" in d
d.update({"more": nn.Identity()})
popped = type(d.pop("act")).__name__
dk2 = [k for k in d]
oc = d.conv.out_channels
pl = nn.ParameterList([nn.Parameter(torch.zeros(i + 1)) for i in range(3)])
pn = [k for k, _ in pl.named_parameters()]
ps = [tuple(p.shape) for p in pl]
pl.append(nn.Parameter(torch.zeros(2, 2)))
pt = sum(p.numel() for p in pl.parameters())
pd = nn.ParameterDict({"a": nn.Parameter(torch.zeros(2)), "b": nn.Parameter(torch.zeros(3, 3))})
pdk = list(pd.keys())
pdt = sum(p.numel() for p in pd.parameters())
pds = tuple(pd["b"].shape)
"""

PROGRAMS["sharing"] = """
import torch
from torch import nn
class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(100, 16)
        self.out = nn.Linear(16, 100, bias=False)
        self.out.weight = self.emb.weight
        self.again = self.emb
        self.plain = [nn.Linear(5, 5)]
    def forward(self, x):
        return self.out(self.emb(x))
m = Tied()
total = sum(p.numel() for p in m.parameters())
names = [n for n, _ in m.named_parameters()]
sd = list(m.state_dict())
mods = [n for n, _ in m.named_modules()]
shape = tuple(m(torch.zeros(2, 7, dtype=torch.long)).shape)
same = m.out.weight is m.emb.weight
act = nn.ReLU()
s = nn.Sequential(nn.Linear(2, 2), act, nn.Linear(2, 2), act)
sm = [n for n, _ in s.named_modules()]
nch = len(list(s.children()))
lin = nn.Linear(3, 3)
two = nn.Sequential(lin, lin)
tt = sum(p.numel() for p in two.parameters())
"""

PROGRAMS["hooks"] = """
import torch
from torch import nn
seen = []
net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 8, 3))
def hook(module, input, output):
    seen.append((type(module).__name__, tuple(input[0].shape), tuple(output.shape)))
handles = [m.register_forward_hook(hook) for m in net]
net(torch.zeros(1, 1, 8, 8))
for h in handles:
    h.remove()
net(torch.zeros(1, 1, 9, 9))
features = {}
def save(name):
    def fn(module, input, output):
        features[name] = tuple(output.shape)
    return fn
net[1].register_forward_hook(save("mid"))
net(torch.zeros(2, 1, 8, 8))
def replace(m, i, o):
    return o.flatten(1)
net[2].register_forward_hook(replace)
r = tuple(net(torch.zeros(2, 1, 8, 8)).shape)
def pre(m, i):
    return (i[0][:, :, 1:, 1:],)
net[0].register_forward_pre_hook(pre)
r2 = tuple(net(torch.zeros(2, 1, 8, 8)).shape)
"""

PROGRAMS["apply"] = """
import torch
from torch import nn
count = []
def init(m):
    count.append(type(m).__name__)
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        if m.bias is not None:
            nn.init.zeros_(m.bias)
    elif isinstance(m, nn.BatchNorm2d):
        m.weight.data.fill_(1)
        m.bias.data.zero_()
net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Sequential(nn.Linear(2, 2)))
r = net.apply(init) is net
w = tuple(nn.init.xavier_uniform_(torch.empty(3, 4)).shape)
dev = net.to("cpu") is net, net.half() is net, net.float() is net
z = net.zero_grad() is None
mods = list(net._modules.keys())
params = list(net[0]._parameters.keys())
net._modules["1"] = nn.Identity()
kinds = [type(m).__name__ for m in net]
fan = nn.init._calculate_fan_in_and_fan_out(net[0].weight)
g = round(nn.init.calculate_gain("relu"), 4)
net.register_parameter("extra", nn.Parameter(torch.zeros(5)))
net.register_parameter("none", None)
tot = sum(p.numel() for p in net.parameters())
nm = net._get_name()
del net[1]
kinds2 = [type(m).__name__ for m in net]
"""

PROGRAMS["subclass"] = """
import torch
from torch import nn
import torch.nn.functional as F
class WSConv(nn.Conv2d):
    def forward(self, x):
        w = self.weight
        w = w - w.mean(dim=(1, 2, 3), keepdim=True)
        return F.conv2d(x, w, self.bias, self.stride, self.padding, self.dilation, self.groups)
class SamePad(nn.Conv2d):
    def __init__(self, i, o, k, **kw):
        super().__init__(i, o, k, padding=k // 2, **kw)
        self.extra = nn.Linear(o, o)
    def forward(self, x):
        y = super().forward(x)
        return self._conv_forward(x, self.weight, None) + y
class ConvBNReLU(nn.Sequential):
    def __init__(self, i, o, k=3):
        pad = (k - 1) // 2
        super().__init__(nn.Conv2d(i, o, k, padding=pad, bias=False), nn.BatchNorm2d(o), nn.ReLU6(inplace=True))
        self.out_channels = o
class LN2d(nn.LayerNorm):
    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)
a = WSConv(3, 8, 3, stride=2, padding=1)
sa = tuple(a(torch.zeros(1, 3, 9, 9)).shape)
b = SamePad(3, 4, 5, bias=True)
sb = tuple(b(torch.zeros(1, 3, 9, 9)).shape)
pb = sum(p.numel() for p in b.parameters())
c = ConvBNReLU(3, 16)
sc = tuple(c(torch.zeros(2, 3, 8, 8)).shape)
pc = sum(p.numel() for p in c.parameters()), len(c), c.out_channels
l = LN2d(16)
sl = tuple(l(torch.zeros(2, 16, 4, 4)).shape)
ns = l.normalized_shape
at = (a.kernel_size, a.stride, a.padding, a.dilation, a.groups, a.in_channels, a.out_channels, a.padding_mode)
ws = tuple(a.weight.shape), a.weight.size(0), a.bias.numel(), a.weight.dim()
class Down(nn.Module):
    expansion = 4
    def __init__(self, i, stride=1, norm_layer=None):
        super().__init__()
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d
        self.conv = nn.Conv2d(i, i * self.expansion, 1, stride)
        self.norm = norm_layer(i * self.expansion)
    def forward(self, x): return self.norm(self.conv(x))
d = Down(4, 2)
sd = tuple(d(torch.zeros(1, 4, 7, 7)).shape)
d2 = Down(4, norm_layer=lambda c: nn.GroupNorm(2, c))
kd = type(d2.norm).__name__
ex = Down.expansion, d.expansion
"""

PROGRAMS["lazy"] = """
import torch
from torch import nn
net = nn.Sequential(nn.LazyConv2d(8, 3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10))
y = net(torch.zeros(2, 3, 6, 6))
total = sum(p.numel() for p in net.parameters())
inf = net[4].in_features, net[0].in_channels, net[1].num_features
ws = tuple(net[4].weight.shape)
shape = tuple(y.shape)
"""

PROGRAMS["parametrize"] = """
import torch
from torch import nn
from torch.nn.utils import weight_norm, spectral_norm, remove_weight_norm
import torch.nn.utils.parametrizations as P
a = weight_norm(nn.Conv2d(3, 4, 3))
pa = sum(p.numel() for p in a.parameters())
sa = tuple(a(torch.zeros(1, 3, 5, 5)).shape)
na = sorted(n for n, _ in a.named_parameters())
b = spectral_norm(nn.Linear(3, 4))
pb = sum(p.numel() for p in b.parameters())
sb = tuple(b(torch.zeros(1, 3)).shape)
c = P.weight_norm(nn.Linear(3, 4))
pc = sum(p.numel() for p in c.parameters())
d = P.spectral_norm(nn.Conv2d(3, 4, 3))
pd = sum(p.numel() for p in d.parameters())
remove_weight_norm(a)
pa2 = sum(p.numel() for p in a.parameters())
wa = tuple(a.weight.shape)
e = P.orthogonal(nn.Linear(3, 3))
pe = sum(p.numel() for p in e.parameters())
v = tuple(torch.nn.utils.parameters_to_vector(nn.Linear(3, 4).parameters()).shape)
norm = tuple(torch.nn.utils.clip_grad_norm_(nn.Linear(2, 2).parameters(), 1.0).shape)
"""

PROGRAMS["recurrent"] = """
import torch
from torch import nn
l = nn.LSTM(10, 20, num_layers=2, batch_first=True, bidirectional=True, dropout=0.1)
out, (h, c) = l(torch.zeros(3, 7, 10))
so, sh, sc = tuple(out.shape), tuple(h.shape), tuple(c.shape)
pl = sum(p.numel() for p in l.parameters())
names = [n for n, _ in l.named_parameters()]
g = nn.GRU(5, 6)
o, hn = g(torch.zeros(4, 2, 5), torch.zeros(1, 2, 6))
go, gh = tuple(o.shape), tuple(hn.shape)
r = nn.RNN(5, 6, nonlinearity="relu")
ro = tuple(r(torch.zeros(4, 5))[0].shape)
cell = nn.LSTMCell(5, 6)
hx, cx = cell(torch.zeros(2, 5))
ch = tuple(hx.shape)
gc = tuple(nn.GRUCell(5, 6)(torch.zeros(2, 5), torch.zeros(2, 6)).shape)
pj = nn.LSTM(10, 20, proj_size=5)
po, (ph, pc) = pj(torch.zeros(3, 2, 10))
ps = tuple(po.shape), tuple(ph.shape), tuple(pc.shape)
pp = sum(p.numel() for p in pj.parameters())
att = l.hidden_size, l.num_layers, l.bidirectional, l.batch_first, l.input_size
last = tuple(out[:, -1, :].shape)
"""

PROGRAMS["transformers"] = """
import torch
from torch import nn
layer = nn.TransformerEncoderLayer(d_model=64, nhead=4, dim_feedforward=128, batch_first=True)
enc = nn.TransformerEncoder(layer, num_layers=3)
pe = sum(p.numel() for p in enc.parameters())
se = tuple(enc(torch.zeros(2, 10, 64)).shape)
ne = [n for n, _ in enc.named_children()], len(enc.layers)
t = nn.Transformer(d_model=32, nhead=4, num_encoder_layers=1, num_decoder_layers=2, dim_feedforward=64)
pt = sum(p.numel() for p in t.parameters())
st = tuple(t(torch.zeros(10, 2, 32), torch.zeros(5, 2, 32)).shape)
mask = tuple(nn.Transformer.generate_square_subsequent_mask(5).shape)
mask2 = tuple(t.generate_square_subsequent_mask(4).shape)
mha = nn.MultiheadAttention(16, 4, batch_first=True)
o, w = mha(torch.zeros(2, 5, 16), torch.zeros(2, 7, 16), torch.zeros(2, 7, 16))
so, sw = tuple(o.shape), tuple(w.shape)
o2, w2 = mha(torch.zeros(2, 5, 16), torch.zeros(2, 5, 16), torch.zeros(2, 5, 16), need_weights=False)
nw = w2 is None
o3, w3 = mha(torch.zeros(2, 5, 16), torch.zeros(2, 5, 16), torch.zeros(2, 5, 16), average_attn_weights=False)
sw3 = tuple(w3.shape)
pm = sum(p.numel() for p in mha.parameters())
nm = [n for n, _ in mha.named_parameters()]
dec = nn.TransformerDecoder(nn.TransformerDecoderLayer(16, 2), 2, nn.LayerNorm(16))
pd = sum(p.numel() for p in dec.parameters())
sd = tuple(dec(torch.zeros(3, 1, 16), torch.zeros(4, 1, 16)).shape)
full = sum(p.numel() for p in nn.Transformer().parameters())
"""

PROGRAMS["misc"] = """
import torch
from torch import nn
asm = nn.AdaptiveLogSoftmaxWithLoss(16, 1000, [100, 500])
pa = sum(p.numel() for p in asm.parameters())
out = asm(torch.zeros(4, 16), torch.zeros(4, dtype=torch.long))
so = tuple(out.output.shape), tuple(out.loss.shape), tuple(out[0].shape)
em = nn.Embedding.from_pretrained(torch.zeros(10, 4))
pe = em.weight.requires_grad, em.num_embeddings, em.embedding_dim, tuple(em(torch.zeros(2, 3, dtype=torch.long)).shape)
bag = nn.EmbeddingBag(10, 3, mode="sum")
sb = tuple(bag(torch.zeros(4, 5, dtype=torch.long)).shape)
pool, idx = nn.MaxPool2d(2, stride=2, return_indices=True)(torch.zeros(1, 3, 8, 8))
un = tuple(nn.MaxUnpool2d(2, stride=2)(pool, idx).shape)
un2 = tuple(nn.MaxUnpool2d(2, stride=2)(pool, idx, output_size=(1, 3, 8, 8)).shape)
up = tuple(nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)(torch.zeros(1, 3, 5, 5)).shape)
up2 = tuple(nn.Upsample(size=(7, 9))(torch.zeros(1, 3, 5, 5)).shape)
ct = tuple(nn.ConvTranspose2d(4, 8, 3, stride=2, padding=1)(torch.zeros(1, 4, 5, 5), output_size=[10, 10]).shape)
ct2 = tuple(nn.ConvTranspose2d(4, 8, 3, 2, 1, 1)(torch.zeros(1, 4, 5, 5)).shape)
pp = nn.PReLU(5)
spp = tuple(pp(torch.zeros(2, 5, 3)).shape), pp.num_parameters
uf = tuple(nn.Unflatten(1, (2, 3))(torch.zeros(4, 6)).shape)
fo = tuple(nn.Fold((4, 5), (2, 2))(torch.zeros(1, 3 * 4, 12)).shape)
ufo = tuple(nn.Unfold(3, padding=1)(torch.zeros(1, 3, 8, 8)).shape)
ps = tuple(nn.PixelShuffle(2)(torch.zeros(1, 12, 4, 4)).shape)
loss = tuple(nn.CrossEntropyLoss()(torch.zeros(4, 3), torch.zeros(4, dtype=torch.long)).shape)
lossn = tuple(nn.MSELoss(reduction="none")(torch.zeros(4, 3), torch.zeros(4, 3)).shape)
cs = tuple(nn.CosineSimilarity(dim=1)(torch.zeros(4, 3, 5), torch.zeros(4, 3, 5)).shape)
bl = nn.Bilinear(3, 4, 5)
sbl = tuple(bl(torch.zeros(2, 3), torch.zeros(2, 4)).shape), sum(p.numel() for p in bl.parameters())
sbn = nn.SyncBatchNorm.convert_sync_batchnorm(nn.Sequential(nn.BatchNorm2d(3)))
tsb = sum(p.numel() for p in sbn.parameters())
dp = nn.DataParallel(nn.Linear(3, 4))
mod = dp.module.out_features, [n for n, _ in dp.named_parameters()]
pools = nn.MaxPool2d(3, 2, 1), nn.AvgPool2d((2, 3)), nn.AvgPool1d(2)
att = pools[0].kernel_size, pools[0].stride, pools[1].stride, pools[2].kernel_size
red = nn.L1Loss(size_average=False).reduction, nn.L1Loss(reduce=False).reduction
gn = nn.GroupNorm(4, 16)
ga = gn.num_groups, gn.num_channels, gn.eps, gn.affine, tuple(gn.weight.shape)
dr = nn.Dropout(0.3).p, nn.ELU(0.5).alpha, nn.LeakyReLU(0.2).negative_slope, nn.Softmax(dim=1).dim
ln = nn.LayerNorm([3, 4]).normalized_shape
"""

PROGRAMS["errors"] = """
import torch
from torch import nn
def attempt(f):
    try:
        f()
    except Exception as e:
        return type(e).__name__
    return "ok"
r = {
 "groups": attempt(lambda: nn.Conv2d(3, 8, 3, groups=2)),
 "same": attempt(lambda: nn.Conv2d(3, 8, 3, stride=2, padding="same")),
 "pad": attempt(lambda: nn.Conv2d(3, 8, 3, padding="full")),
 "mode": attempt(lambda: nn.Conv2d(3, 8, 3, padding_mode="mirror")),
 "heads": attempt(lambda: nn.MultiheadAttention(10, 3)),
 "dropout": attempt(lambda: nn.Dropout(1.5)),
 "gn": attempt(lambda: nn.GroupNorm(3, 8)),
 "kw": attempt(lambda: nn.Conv2d(3, 8, 3, strides=2)),
 "missing": attempt(lambda: nn.Linear(3)),
 "float": attempt(lambda: nn.Linear(3.5, 2)),
 "sig": attempt(lambda: nn.Sigmoid(inplace=True)),
 "lin": attempt(lambda: nn.Linear(3, 4)(torch.zeros(2, 5))),
 "conv": attempt(lambda: nn.Conv2d(3, 4, 3)(torch.zeros(2, 4, 8, 8))),
 "small": attempt(lambda: nn.Conv2d(3, 4, 9)(torch.zeros(2, 3, 8, 8))),
 "bn": attempt(lambda: nn.BatchNorm2d(3)(torch.zeros(2, 4, 8, 8))),
 "bnrank": attempt(lambda: nn.BatchNorm2d(3)(torch.zeros(2, 3))),
 "seq": attempt(lambda: nn.Sequential([nn.ReLU()])),
 "seqi": attempt(lambda: nn.Sequential(nn.ReLU())[3]),
 "md": attempt(lambda: nn.ModuleDict({"a": nn.ReLU()})["b"]),
 "name": attempt(lambda: nn.Module().add_module("a.b", nn.ReLU())),
 "noforward": attempt(lambda: nn.Module()(torch.zeros(1))),
 "lstm": attempt(lambda: nn.LSTM(3, 4)(torch.zeros(2, 3, 5))),
 "hardtanh": attempt(lambda: nn.Hardtanh(2, 1)),
 "frac": attempt(lambda: nn.FractionalMaxPool2d(2)),
 "emb": attempt(lambda: nn.Embedding(3, 4, padding_idx=5)),
 "mod": attempt(lambda: nn.ModuleList([3])),
 "pool": attempt(lambda: nn.MaxPool2d(2, padding=2)(torch.zeros(1, 1, 4, 4))),
 "init": attempt(lambda: nn.Module(3)),
 "reduction": attempt(lambda: nn.ReLU()(3)),
 "rnn": attempt(lambda: nn.RNN(3, 4, nonlinearity="gelu")),
 "transposed": attempt(lambda: nn.ConvTranspose2d(3, 4, 3, padding_mode="reflect")),
 "outsize": attempt(lambda: nn.ConvTranspose2d(4, 8, 3, 2)(torch.zeros(1, 4, 5, 5), output_size=[20, 20])),
}
"""


def is_plain(value: Any) -> bool:
    """Whether JSON can hold the value."""
    if isinstance(value, dict):
        return all(map(is_plain, value.values()))
    return (
        value is None
        or isinstance(value, (int, float, str))
        or (isinstance(value, (list, tuple)) and all(map(is_plain, value)))
    )


def record(path: Path) -> None:
    """Run every program with PyTorch and write down the values of its names."""
    warnings.simplefilter("ignore")
    found = {}
    for name, text in PROGRAMS.items():
        names: dict[str, Any] = {}
        exec(text, names)
        found[name] = {key: value for key, value in names.items() if key[0] != "_" and is_plain(value)}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record(Path(sys.argv[1]))
