"""Writes ONNX files: just enough of the format (protocol buffers) for networks of convolutions.

The field numbers are those of onnx.proto3. The same graph gives the same bytes, with whatever version of Python.
"""

import struct

import numpy as np

FLOAT = 1
IR_VERSION = 5
OPSET = 10


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def whole(field, number):
    return varint(field << 3) + varint(number)


def real(field, number):
    return varint(field << 3 | 5) + struct.pack("<f", number)


def data(field, content):
    if isinstance(content, str):
        content = content.encode()
    return varint(field << 3 | 2) + varint(len(content)) + content


def attribute(name, value):
    if isinstance(value, float):
        return data(1, name) + real(2, value) + whole(20, 1)
    if isinstance(value, str):
        return data(1, name) + data(4, value) + whole(20, 3)
    if isinstance(value, int):
        return data(1, name) + whole(3, value) + whole(20, 2)
    return data(1, name) + b"".join(whole(8, number) for number in value) + whole(20, 7)


def value_info(name, shape):
    dimensions = b"".join(data(1, whole(1, places)) for places in shape)
    return data(1, name) + data(2, data(1, whole(1, FLOAT) + data(2, dimensions)))


class Graph:
    """A network in the making. Operations return the name of their result."""

    def __init__(self):
        self.nodes = []
        self.constants = []
        self.names = 0

    def constant(self, name, values):
        values = np.ascontiguousarray(values, dtype="<f4")
        dimensions = b"".join(whole(1, places) for places in values.shape)
        self.constants.append(dimensions + whole(2, FLOAT) + data(8, name) + data(9, values.tobytes()))
        return name

    def add(self, operation, inputs, output=None, **attributes):
        self.names += 1
        output = output or f"t{self.names}"
        node = b"".join(data(1, name) for name in inputs) + data(2, output) + data(4, operation)
        node += b"".join(data(5, attribute(name, attributes[name])) for name in sorted(attributes))
        self.nodes.append(node)
        return output

    def write(self, path, inputs, outputs, description):
        graph = b"".join(data(1, node) for node in self.nodes) + data(2, "graph")
        graph += b"".join(data(5, constant) for constant in self.constants)
        graph += b"".join(data(11, value_info(*entry)) for entry in inputs)
        graph += b"".join(data(12, value_info(*entry)) for entry in outputs)
        model = whole(1, IR_VERSION) + data(2, "darkroom") + data(6, description) + data(7, graph)
        model += data(8, data(1, "") + whole(2, OPSET))
        with open(path, "wb") as file:
            file.write(model)
