"""What every Python contender does: as workload.ts, the same networks, the same batch, the same measurement."""

import json
import resource
import sys
import time

import numpy

BATCH, CLASSES, EDGE = 64, 10, 32
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = 0.1, 0.9, 1e-4
MEAN, DEVIATION = 127.5, 74.0
GROWTH, INITIAL, COMPRESSION = 12, 24, 0.5
BLOCKS = {"bc40": [6, 6, 6], "bc100": [16, 16, 16]}
EPSILON = 1e-5


def fixed_batch():
    """One batch of noise, already normalised: images float32 NHWC and labels int64."""
    state = 1

    def draw(count):
        nonlocal state
        values = numpy.empty(count, numpy.uint32)
        for index in range(count):
            state = (state * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
            values[index] = state >> 8
        return values

    pixels = (draw(BATCH * EDGE * EDGE * 3) & 0xFF).astype(numpy.float32)
    labels = (draw(BATCH) % CLASSES).astype(numpy.int64)
    return ((pixels - MEAN) / DEVIATION).reshape(BATCH, EDGE, EDGE, 3), labels


def settings():
    """The settings that the bench hands over: network, task, steps, and what is the contender's own."""
    return json.loads(sys.argv[1])


def measure(steps, version, step):
    """Times two warm-ups and `steps` steps, and prints them as a `Measurement`; `step` returns a number."""
    losses, wall, processor = [], [], []
    for index in range(steps + 2):
        start, used = time.perf_counter(), time.process_time()
        losses.append(float(step()))
        used_now = time.process_time()
        elapsed = (time.perf_counter() - start) * 1000
        if index == 0:
            first = elapsed
        if index >= 2:
            wall.append(elapsed)
            processor.append((used_now - used) * 1000)
    result = {
        "milliseconds": wall,
        "processorMilliseconds": processor,
        "firstMilliseconds": first,
        # Kilobytes on Linux.
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "losses": losses,
        "version": version,
    }
    print(json.dumps(result))
