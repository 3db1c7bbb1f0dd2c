"""Contender: Keras 3 on TensorFlow, one compiled `train_on_batch` per step, with XLA when asked for."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow
from keras import layers

from workload import (BLOCKS, CLASSES, COMPRESSION, EDGE, EPSILON, GROWTH, INITIAL, LEARNING_RATE, MOMENTUM,
                      WEIGHT_DECAY, fixed_batch, measure, settings)


def activate(maps):
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=EPSILON)(maps))


def convolve(maps, filters, size):
    return layers.Conv2D(filters, size, padding="same", use_bias=False)(maps)


def build(blocks):
    inputs = keras.Input((EDGE, EDGE, 3))
    maps, channels = convolve(inputs, INITIAL, 3), INITIAL
    for index, count in enumerate(blocks):
        for _ in range(count):
            made = convolve(activate(convolve(activate(maps), 4 * GROWTH, 1)), GROWTH, 3)
            maps = layers.Concatenate()([maps, made])
            channels += GROWTH
        if index < len(blocks) - 1:
            channels = int(channels * COMPRESSION)
            maps = layers.AveragePooling2D(2)(convolve(activate(maps), channels, 1))
    return keras.Model(inputs, layers.Dense(CLASSES)(layers.GlobalAveragePooling2D()(activate(maps))))


def main():
    wanted = settings()
    keras.utils.set_random_seed(1)
    tensorflow.config.threading.set_intra_op_parallelism_threads(os.cpu_count())
    tensorflow.config.threading.set_inter_op_parallelism_threads(os.cpu_count())
    model = build(BLOCKS[wanted["network"]])
    # Keras applies weight decay apart from the gradient: one pass less than a penalty in the loss would cost.
    optimizer = keras.optimizers.SGD(LEARNING_RATE, MOMENTUM, nesterov=True, weight_decay=WEIGHT_DECAY)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, jit_compile=wanted["jit"])
    pixels, targets = fixed_batch()
    images, labels = tensorflow.constant(pixels), tensorflow.constant(targets)
    version = f"Keras {keras.__version__} on TensorFlow {tensorflow.__version__}"
    measure(wanted["steps"], version, lambda: model.train_on_batch(images, labels))


main()
