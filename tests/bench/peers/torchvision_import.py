"""Contender: torchvision's ImageFolder behind a DataLoader of two workers that decode and resize. One JSON line a task."""

import json
import sys
import time

import torch
import torchvision
from torchvision import transforms


def main():
    for task in json.loads(sys.argv[1])['tasks']:
        start = time.perf_counter()
        steps = [transforms.Resize(task['edge']), transforms.CenterCrop(task['edge']), transforms.PILToTensor()]
        images = torchvision.datasets.ImageFolder(task['folder'], transforms.Compose(steps))
        loader = torch.utils.data.DataLoader(images, batch_size=64, num_workers=2)
        count = sum(len(batch) for batch, _ in loader)
        seconds = time.perf_counter() - start
        print(json.dumps({'id': task['id'], 'seconds': seconds, 'images': count, 'version': torchvision.__version__}))


main()
