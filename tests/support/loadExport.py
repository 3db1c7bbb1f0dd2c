"""Loads an export with other software and predicts: loadExport.py KIND EXPORT IMAGES HEIGHT WIDTH CHANNELS.

KIND is onnx or savedmodel; IMAGES is a file of uint8 pixels. Prints {"logits": [...], "probabilities": [...]}, flat.
"""

import json
import sys

import numpy

kind, export, images, *shape = sys.argv[1:]
pixels = numpy.fromfile(images, numpy.uint8).reshape(-1, *map(int, shape))
if kind == "onnx":
    import onnxruntime

    session = onnxruntime.InferenceSession(export, providers=["CPUExecutionProvider"])
    logits, probabilities = session.run(["logits", "probabilities"], {"images": pixels})
else:
    import tensorflow

    outputs = tensorflow.saved_model.load(export).signatures["serving_default"](images=tensorflow.constant(pixels))
    logits, probabilities = outputs["logits"].numpy(), outputs["probabilities"].numpy()
print(json.dumps({"logits": logits.ravel().tolist(), "probabilities": probabilities.ravel().tolist()}))
