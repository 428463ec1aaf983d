"""Reads the weights in a `.pth` file of PyTorch's first format, without PyTorch.

Such a file is a row of pickles: a magic number, a version, facts of the machine, the tensors (which refer to storages), the
names of the storages; then the storages' contents. A pickle can call any function: all but those needed here are refused.
"""

import collections
import pickle
import struct

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
TYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}

View = collections.namedtuple("View", "storage offset shape strides")
Storage = collections.namedtuple("Storage", "key type")


class Reader(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *rest: View(storage, offset, tuple(shape), tuple(strides))
        if module == "torch" and name in TYPES:
            return name
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        raise pickle.UnpicklingError(f"{module}.{name} is not expected in a file of weights")

    def persistent_load(self, reference):
        kind, type_name, key = reference[:3]
        if kind != "storage":
            raise pickle.UnpicklingError(f"{kind} is not expected in a file of weights")
        return Storage(key, TYPES[type_name])


def read(file):
    """All tensors by name."""
    if Reader(file).load() != MAGIC:
        raise ValueError("not a file of weights of PyTorch's first format")
    Reader(file).load()
    Reader(file).load()
    views = Reader(file).load()
    types = {view.storage.key: view.storage.type for view in views.values()}
    storages = {}
    for key in Reader(file).load():
        (count,) = struct.unpack("<q", file.read(8))
        storages[key] = np.frombuffer(file.read(count * types[key].itemsize), types[key])
    return {name: tensor(view, storages[view.storage.key]) for name, view in views.items()}


def tensor(view, storage):
    # The strides say how the tensor lies in its storage; those of convolutions are not in the order of their shape.
    last = view.offset + sum((places - 1) * stride for places, stride in zip(view.shape, view.strides))
    if view.offset < 0 or min(view.strides, default=0) < 0 or last >= len(storage):
        raise ValueError("a tensor lies outside its storage")
    strides = [stride * storage.itemsize for stride in view.strides]
    return np.lib.stride_tricks.as_strided(storage[view.offset:], view.shape, strides).copy()
