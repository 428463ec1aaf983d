"""EfficientNet-lite from its PyTorch weights to ONNX, batch normalisation folded into the convolutions.

The input is `image`: RGB planes of (value - 127) / 128. The outputs are `probabilities` of the 1000 classes of ImageNet, and
`embedding`, the 1280 numbers that they are computed from.
"""

import math

import numpy as np

import onnx_writer
import torch_weights

# Input size and depth coefficient by version; the width is in the weights.
VERSIONS = {0: (224, 1.0), 1: (240, 1.1), 2: (260, 1.2), 3: (280, 1.4), 4: (300, 1.8)}
# Stages: how often the block is repeated at depth 1, its kernel and its stride.
STAGES = [(1, 3, 1), (2, 3, 2), (2, 5, 2), (3, 3, 2), (3, 5, 1), (4, 5, 2), (1, 3, 1)]
EPSILON = 1e-3


class Builder:
    def __init__(self, weights, size):
        self.weights = weights
        self.graph = onnx_writer.Graph()
        self.size = size

    def convolution(self, source, name, normalization, stride=1, groups=1, clip=True):
        gain, bias, mean, variance = (
            self.weights[f"{normalization}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gain / np.sqrt(variance + EPSILON)
        kernel = self.weights[name + ".weight"].astype(np.float64) * scale[:, None, None, None]
        side = kernel.shape[2]
        # Padding as TensorFlow does it, which the network was trained with: more at the end than at the start.
        padding = max((math.ceil(self.size / stride) - 1) * stride + side - self.size, 0)
        before, after = padding // 2, padding - padding // 2
        self.size = math.ceil(self.size / stride)
        inputs = [
            source,
            self.graph.constant(name + ".weight", kernel),
            self.graph.constant(name + ".bias", bias - mean * scale),
        ]
        result = self.graph.add(
            "Conv", inputs, kernel_shape=[side, side], strides=[stride, stride], group=groups,
            pads=[before, before, after, after],
        )
        return self.graph.add("Clip", [result], min=0.0, max=6.0) if clip else result

    def block(self, source, index, kernel, stride, residual):
        prefix = f"_blocks.{index}."
        result = source
        if prefix + "_expand_conv.weight" in self.weights:
            result = self.convolution(result, prefix + "_expand_conv", prefix + "_bn0")
        depthwise = self.weights[prefix + "_depthwise_conv.weight"]
        if depthwise.shape[2] != kernel:
            raise ValueError(f"block {index} has a kernel of {depthwise.shape[2]} instead of {kernel}")
        result = self.convolution(
            result, prefix + "_depthwise_conv", prefix + "_bn1", stride, groups=depthwise.shape[0])
        result = self.convolution(result, prefix + "_project_conv", prefix + "_bn2", clip=False)
        return self.graph.add("Add", [result, source]) if residual else result


def convert(file, version, path):
    side, depth = VERSIONS[version]
    weights = torch_weights.read(file)
    builder = Builder(weights, side)
    result = builder.convolution("image", "_conv_stem", "_bn0", stride=2)
    index = 0
    for stage, (repeats, kernel, stride) in enumerate(STAGES):
        deepened = stage not in (0, len(STAGES) - 1)
        for repeat in range(math.ceil(repeats * depth) if deepened else repeats):
            result = builder.block(result, index, kernel, stride if repeat == 0 else 1, residual=repeat > 0)
            index += 1
    if f"_blocks.{index}._project_conv.weight" in weights:
        raise ValueError(f"the weights have more than {index} blocks")
    result = builder.convolution(result, "_conv_head", "_bn1")
    graph = builder.graph
    embedding = graph.add("Flatten", [graph.add("GlobalAveragePool", [result])], "embedding", axis=1)
    inputs = [
        embedding, graph.constant("_fc.weight", weights["_fc.weight"]), graph.constant("_fc.bias", weights["_fc.bias"])
    ]
    graph.add("Softmax", [graph.add("Gemm", inputs, transB=1)], "probabilities", axis=1)
    graph.write(
        path, [("image", [1, 3, side, side])], [("probabilities", [1, 1000]), ("embedding", [1, 1280])],
        f"EfficientNet-lite{version}: RGB, (value - 127) / 128")
