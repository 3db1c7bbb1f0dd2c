"""Contender: Keras' image_dataset_from_directory, read once. One JSON line a task. Its resizing does not antialias."""

import json
import sys
import time

import keras


def main():
    for task in json.loads(sys.argv[1])['tasks']:
        start = time.perf_counter()
        edge = task['edge']
        images = keras.utils.image_dataset_from_directory(
            task['folder'], image_size=(edge, edge), crop_to_aspect_ratio=True, batch_size=64, shuffle=False, verbose=False)
        count = sum(len(batch) for batch, _ in images)
        seconds = time.perf_counter() - start
        print(json.dumps({'id': task['id'], 'seconds': seconds, 'images': count, 'version': keras.__version__}))


main()
