"""YOLOv3-tiny from darknet's weights to ONNX, batch normalisation folded into the convolutions.

The input is `image`: RGB planes of value / 255, 416 x 416. The outputs are the raw numbers of the two detection layers,
`coarse` (13 x 13) and `fine` (26 x 26), 3 x 85 for each place.
"""

import struct

import numpy as np

import onnx_writer

SIDE = 416
EPSILON = 1e-6


def sections(text):
    """The sections of a darknet configuration, in order: a name and its settings."""
    found = []
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            found.append((line[1:-1], {}))
        elif line:
            key, value = line.split("=")
            found[-1][1][key.strip()] = value.strip()
    return found


class Weights:
    """The numbers of a weights file, taken in order."""

    def __init__(self, content):
        major, minor, _ = struct.unpack("<3i", content[:12])
        # The header counts pictures in 32 bits, from version 0.2 in 64.
        self.numbers = np.frombuffer(content[20 if major * 10 + minor >= 2 else 16:], "<f4")
        self.taken = 0

    def take(self, *shape):
        count = int(np.prod(shape))
        if self.taken + count > len(self.numbers):
            raise ValueError("the weights end before the network does")
        self.taken += count
        return self.numbers[self.taken - count:self.taken].reshape(shape)


def convolution(graph, weights, source, channels, index, settings):
    filters, side, stride = (int(settings[key]) for key in ("filters", "size", "stride"))
    bias = weights.take(filters).astype(np.float64)
    if settings.get("batch_normalize") == "1":
        gain, mean, variance = (weights.take(filters).astype(np.float64) for _ in range(3))
        scale = gain / (np.sqrt(variance) + EPSILON)
        bias = bias - mean * scale
    else:
        scale = np.ones(filters)
    kernel = weights.take(filters, channels, side, side) * scale[:, None, None, None]
    inputs = [source, graph.constant(f"kernel{index}", kernel), graph.constant(f"bias{index}", bias)]
    result = graph.add(
        "Conv", inputs, kernel_shape=[side, side], strides=[stride, stride], pads=[side // 2] * 4)
    if settings["activation"] == "leaky":
        result = graph.add("LeakyRelu", [result], alpha=0.1)
    return result, filters, stride


def convert(configuration, content, path):
    weights = Weights(content)
    graph = onnx_writer.Graph()
    twice = graph.constant("twice", np.array([1, 1, 2, 2]))
    result, channels, side = "image", 3, SIDE
    # What each section gives, for those that refer to earlier ones: a name, channels and side.
    given = []
    outputs = []
    for index, (kind, settings) in enumerate(sections(configuration)[1:]):
        if kind == "convolutional":
            result, channels, stride = convolution(graph, weights, result, channels, index, settings)
            side //= stride
        elif kind == "maxpool":
            size, stride = int(settings["size"]), int(settings["stride"])
            pads = [0, 0, size - 1, size - 1] if stride == 1 else [0] * 4
            result = graph.add("MaxPool", [result], kernel_shape=[size, size], strides=[stride, stride], pads=pads)
            side //= stride
        elif kind == "route":
            layers = [given[int(layer)] for layer in settings["layers"].split(",")]
            side, channels = layers[0][2], sum(layer[1] for layer in layers)
            names = [layer[0] for layer in layers]
            result = names[0] if len(names) == 1 else graph.add("Concat", names, axis=1)
        elif kind == "upsample":
            result = graph.add("Resize", [result, twice], mode="nearest")
            side *= 2
        elif kind == "yolo":
            name = graph.add("Identity", [result], ("coarse", "fine")[len(outputs)])
            outputs.append((name, [1, channels, side, side]))
        else:
            raise ValueError(f"the network has an unexpected section, {kind}")
        given.append((result, channels, side))
    if weights.taken != len(weights.numbers):
        raise ValueError("the weights go on after the network's end")
    graph.write(path, [("image", [1, 3, SIDE, SIDE])], outputs, "YOLOv3-tiny, COCO: RGB, value / 255")
