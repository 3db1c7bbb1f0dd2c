"""Loads an export with other software and predicts: loadExport.py KIND EXPORT IMAGES HEIGHT WIDTH CHANNELS.

KIND is onnx, savedmodel or safetensors; IMAGES is a file of uint8 pixels. Prints {"logits": [...], "probabilities": [...]},
flat. A safetensors file is loaded by torch into torchvision's DenseNet with every key, as its metadata describes the network;
a network of another form than torchvision's is put together from torchvision's parts.
"""

import json
import sys

import numpy

kind, export, images, *shape = sys.argv[1:]
pixels = numpy.fromfile(images, numpy.uint8).reshape(-1, *map(int, shape))


def torch_network(facts):
    from torch import nn
    from torchvision.models import densenet

    spec, channels = facts["model"], facts["input"]["channels"]
    growth, blocks, maps = spec["growthRate"], spec["blockLayers"], spec["initialFeatures"]
    made = densenet.DenseNet(growth, blocks, maps, num_classes=len(facts["classNames"]))
    if spec["stem"] == "imagenet" and channels == 3 and spec["bottleneck"] and spec["compression"] == 0.5:
        return made
    features = nn.Sequential()
    features.add_module("conv0", nn.Conv2d(channels, maps, 3, padding=1, bias=False))
    assert spec["stem"] == "cifar" and not spec["bottleneck"]
    for number, layers in enumerate(blocks, 1):
        block = nn.ModuleDict()
        for layer in range(1, layers + 1):
            norm, conv = nn.BatchNorm2d(maps), nn.Conv2d(maps, growth, 3, padding=1, bias=False)
            block[f"denselayer{layer}"] = nn.ModuleDict({"norm1": norm, "conv1": conv})
            maps += growth
        features.add_module(f"denseblock{number}", Block(block))
        if number < len(blocks):
            kept = int(maps * spec["compression"])
            features.add_module(f"transition{number}", densenet._Transition(maps, kept))
            maps = kept
    features.add_module("norm5", nn.BatchNorm2d(maps))
    made.features, made.classifier = features, nn.Linear(maps, len(facts["classNames"]))
    return made


def torch_outputs():
    import safetensors
    import torch

    with safetensors.safe_open(export, "pt") as file:
        facts = json.loads(file.metadata()["denselab"])
        weights = {name: file.get_tensor(name) for name in file.keys()}
    network = torch_network(facts)
    missing, unknown = network.load_state_dict(weights, strict=False)
    assert not unknown and all(name.endswith("num_batches_tracked") for name in missing), (missing, unknown)
    inputs = (torch.tensor(pixels).float() - torch.tensor(facts["mean"])) / torch.tensor(facts["standardDeviation"])
    with torch.no_grad():
        found = network.eval()(inputs.permute(0, 3, 1, 2))
    return found.numpy(), torch.softmax(found, 1).numpy()


if kind == "onnx":
    import onnxruntime

    session = onnxruntime.InferenceSession(export, providers=["CPUExecutionProvider"])
    logits, probabilities = session.run(["logits", "probabilities"], {"images": pixels})
elif kind == "savedmodel":
    import tensorflow

    outputs = tensorflow.saved_model.load(export).signatures["serving_default"](images=tensorflow.constant(pixels))
    logits, probabilities = outputs["logits"].numpy(), outputs["probabilities"].numpy()
else:
    import torch

    class Block(torch.nn.ModuleDict):
        """Layers of one convolution, each of which reads all maps before it."""

        def forward(self, maps):
            for layer in self.values():
                maps = torch.cat([maps, layer["conv1"](torch.relu(layer["norm1"](maps)))], 1)
            return maps

    logits, probabilities = torch_outputs()
print(json.dumps({"logits": logits.ravel().tolist(), "probabilities": probabilities.ravel().tolist()}))
