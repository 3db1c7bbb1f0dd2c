"""Weights of one of torchvision's networks, as torch saves them: torchvisionWeights.py NAME WEIGHTS IMAGES HEIGHT WIDTH.

The weights are drawn, and so are gammas and betas; the moving averages are those of a few images of noise. Writes WEIGHTS
(safetensors) and prints {"logits": [...]}, flat, computed in float64 in evaluation mode for IMAGES, a file of uint8 pixels.
"""

import json
import sys

import numpy
import torch
import torchvision
from safetensors.torch import save_file

name, weights, images, height, width = sys.argv[1:]
mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
torch.manual_seed(1)
model = torchvision.models.get_model(name, weights=None)
for module in model.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        torch.nn.init.uniform_(module.weight, 0.5, 1.5)
        torch.nn.init.normal_(module.bias, 0, 0.2)
        module.momentum = None
with torch.no_grad():
    model.train()(torch.randn(4, 3, int(height), int(width)))
    save_file(model.state_dict(), weights)
    pixels = torch.tensor(numpy.fromfile(images, numpy.uint8).reshape(-1, int(height), int(width), 3))
    inputs = ((pixels / 255 - mean) / deviation).permute(0, 3, 1, 2)
    print(json.dumps({"logits": model.eval().double()(inputs.double()).ravel().tolist()}))
