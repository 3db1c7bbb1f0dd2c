"""Writes the files of the import bench: seeded textures at several scales, which pack about as well as photographs.

Arguments: folder, images, different images, height, width, file ending. Ten class folders; pictures repeat after the different ones.
"""

import os
import sys

import numpy
from PIL import Image


def picture(random, height, width):
    """Smooth noise at four scales, and some grain."""
    total = numpy.full((height, width, 3), 128, numpy.float32)
    for scale, strength in ((4, 60), (12, 40), (40, 25), (120, 12)):
        small = random.normal(size=(height * scale // 400 + 2, width * scale // 400 + 2, 3)).astype(numpy.float32)
        for channel in range(3):
            plane = Image.fromarray(small[..., channel]).resize((width, height), Image.Resampling.BICUBIC)
            total[..., channel] += strength * numpy.asarray(plane)
    return numpy.clip(total + random.normal(scale=4, size=(height, width, 1)), 0, 255).astype(numpy.uint8)


def main(folder, images, different, height, width, ending):
    random = numpy.random.default_rng(1)
    for name in range(10):
        os.makedirs(os.path.join(folder, f'class{name}'))
    made = []
    for index in range(images):
        if index < different:
            path = os.path.join(folder, 'encoded.' + ending)
            Image.fromarray(picture(random, height, width)).save(path, **({'quality': 90} if ending == 'jpg' else {}))
            with open(path, 'rb') as file:
                made.append(file.read())
            os.remove(path)
        with open(os.path.join(folder, f'class{index % 10}', f'{index:06d}.{ending}'), 'wb') as file:
            file.write(made[index % different])


main(sys.argv[1], *(int(argument) for argument in sys.argv[2:6]), sys.argv[6])
