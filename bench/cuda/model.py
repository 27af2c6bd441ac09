"""What a training step of the study's net should take on a GPU: arithmetic, no measurement.

    model.py [--device H100|H200] [--precision bf16|tf32] [--batch 8] [--size 512] [--layers]

For each kernel of a step: products (2 operations each), bytes of device memory if every map is read or written once, blocks, how many of
them the chip holds at a time (from the launch bounds), and waves. Predicted: the larger of
  products / (rate of mma.sync * how full the last wave leaves the chip),
  bytes / bandwidth,
and 3 us for a launch that starts on an idle chip. Floor: the same products at the tensor cores' full rate, or the bytes, whatever the blocks, and
without what a kernel before could have done (sums, pooling, packing).
Rates are data sheets' (dense): 989 TFLOP/s in bf16, 494 in TF32, 67 on CUDA cores; 3.35 TB/s (H100), 4.8 (H200). mma.sync is taken to reach 62 %
of what wgmma does on Hopper (microbenchmarks: Luo et al., arXiv 2402.13499).
"""
import argparse
import collections
import dataclasses
import math

MULTIPROCESSORS, LAUNCH, SYNC_SHARE = 132, 3e-6, 0.62
RATES = {"bf16": 989e12, "tf32": 494e12, "cores": 67e12}
BANDWIDTHS = {"H100": 3.35e12, "H200": 4.8e12}
VALUE = {"bf16": 2, "tf32": 4}


@dataclasses.dataclass
class Kernel:
    layer: str
    name: str
    flops: float = 0
    bytes: float = 0
    blocks: int = 0  # 0: as many as there is memory to be moved
    resident: int = 0  # blocks on a multiprocessor at a time
    unit: str = ""  # what multiplies: tensor, cores
    needed: bool = True  # for the floor: nothing before could have done it
    launches: int = 1


class Model:
    def __init__(self, options):
        self.o, self.v = options, VALUE[options.precision]
        self.kernels = []

    def add(self, *args, **more):
        self.kernels.append(Kernel(*args, **more))

    def tiles(self, side):
        return self.o.batch * math.ceil(side / 16) ** 2

    def grid(self, side, columns):
        """Blocks of 16 x 16 pixels of 64 or 32 channels, and how many fit at a time."""
        wide = columns % 64 == 0
        return self.tiles(side) * math.ceil(columns / (64 if wide else 32)), 2 if wide else 3

    def convolution(self, layer, kind, c_in, c_out, side, with_data=True):
        """kind: conv3x3, or up_conv to maps of this side."""
        taps, pixels_out = (9, self.o.batch * side**2) if kind == "conv3x3" else (4, self.o.batch * side**2)
        pixels_in = pixels_out if kind == "conv3x3" else pixels_out // 4
        flops = 2 * taps * c_in * c_out * pixels_in
        x, y, w = pixels_in * c_in * self.v, pixels_out * c_out * self.v, taps * c_in * c_out
        by_tensor_cores = c_in >= 8 and c_out >= 8
        unit = "tensor" if by_tensor_cores else "cores"
        if not by_tensor_cores:
            cells = math.ceil(pixels_out / 64) * math.ceil(c_out / 64)
            self.add(layer, "forward", flops, x + y, cells, 4, unit)
            self.add(layer, "backward weights", flops, x + y, 0, 0, unit)
            return
        side_of_tiles = side if kind == "conv3x3" else side // 2
        blocks, resident = self.grid(side_of_tiles, c_out * (1 if kind == "conv3x3" else 4))
        self.add(layer, "packing", 0, w * (4 + self.v), needed=False, launches=2)
        self.add(layer, "forward", flops, x + y, blocks, resident, unit)
        if with_data:
            blocks, resident = self.grid(side_of_tiles, c_in)
            self.add(layer, "packing", 0, w * (4 + self.v), needed=False)
            self.add(layer, "backward data", flops, x + y, blocks, resident, unit)
        self.add(layer, "backward weights", flops, x + y, 0, 0, unit)

    def norm(self, layer, c, side):
        y = self.o.batch * side**2 * c * self.v
        self.add(layer, "norm, moments together", needed=False, launches=3)
        self.add(layer, "norm backward, sums", 0, 2 * y, needed=False)
        self.add(layer, "norm backward, applied", 0, 3 * y)

    def block(self, name, c_in, c, side, first=False):
        for i, inputs in ((1, c_in), (2, c)):
            self.convolution(f"{name}.{i}", "conv3x3", inputs, c, side, with_data=not (first and i == 1))
            self.norm(f"{name}.{i}", c, side)

    def net(self):
        widths, side = [32, 64, 128, 256, 512], self.o.size
        for level, c in enumerate(widths):
            if level:
                y = self.o.batch * (2 * side) ** 2 * widths[level - 1] * self.v
                self.add(f"pool{level}", "pooling, forward", 0, 1.25 * y, needed=False)
                self.add(f"pool{level}", "pooling, backward", 0, 3.25 * y)
            self.block(f"encoder{level + 1}" if level < 4 else "bottleneck", widths[level - 1] if level else 1, c, side, level == 0)
            side //= 2 if level < 4 else 1
        for level in reversed(range(4)):
            c, side = widths[level], side * 2
            y = self.o.batch * side**2 * c * self.v
            self.convolution(f"up{level + 1}", "up_conv", 2 * c, c, side)
            self.add(f"up{level + 1}", "ReLU, backward", 0, 3 * y, needed=False)
            self.block(f"decoder{level + 1}", 2 * c, c, side)
        pixels = self.o.batch * side**2
        for name in ("forward", "backward data", "backward weights"):
            self.add("head", name, 2 * 32 * pixels, pixels * 33 * self.v, math.ceil(pixels / 64), 4, "cores")
        self.add("loss", "loss and its gradient", 0, pixels * (3 * self.v + 8), launches=4)
        self.add("Adam", "Adam", 0, 7 * 4 * 7765409)
        return self.kernels

    def predicted(self, k):
        products = 0
        if k.flops:
            rate = RATES["cores"] if k.unit == "cores" else RATES[self.o.precision] * SYNC_SHARE
            products = k.flops / (rate * self.fullness(k))
        return max(products, k.bytes / BANDWIDTHS[self.o.device]) + LAUNCH * k.launches

    def fullness(self, k):
        """Work over what the chip could do until the last block is done."""
        if not k.blocks:
            return 1
        waves = self.waves(k)
        return waves / math.ceil(waves)

    def waves(self, k):
        return k.blocks / (MULTIPROCESSORS * k.resident)

    def floor(self, k):
        if not k.needed:
            return 0
        rate = RATES["cores"] if k.unit == "cores" else RATES[self.o.precision]
        return max(k.flops / rate, k.bytes / BANDWIDTHS[self.o.device])


def print_layers(model, kernels):
    """A row for each layer: floor and prediction of its three products, waves of the forward one, the rest."""
    products = ("forward", "backward data", "backward weights")
    layers = collections.defaultdict(list)
    for k in kernels:
        layers[k.layer].append(k)
    print("| layer | GFLOP each | MB each | blocks, waves | forward us | backward data | backward weights | all else |\n|" + " --- |" * 8)
    for name, of_layer in layers.items():
        found = {k.name: k for k in of_layer if k.name in products}
        cells = [f"{model.floor(found[p]) * 1e6:.0f} / {model.predicted(found[p]) * 1e6:.0f}" if p in found else "" for p in products]
        rest = [k for k in of_layer if k.name not in products]
        cells.append(f"{sum(map(model.floor, rest)) * 1e6:.0f} / {sum(map(model.predicted, rest)) * 1e6:.0f}" if rest else "")
        first = found.get("forward")
        about = [f"{first.flops / 1e9:.1f}", f"{first.bytes / 1e6:.0f}", f"{first.blocks}, {model.waves(first):.1f}"] if first else ["", "", ""]
        print(f"| {name} | {' | '.join(about + cells)} |")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=BANDWIDTHS, default="H100")
    parser.add_argument("--precision", choices=VALUE, default="bf16")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--layers", action="store_true", help="a row for each layer: floor / prediction")
    options = parser.parse_args()
    model = Model(options)
    kernels = model.net()
    if options.layers:
        print_layers(model, kernels)
    sums = collections.defaultdict(lambda: [0, 0, 0, 0, 0])
    for k in kernels:
        for name in (k.name, "a step"):
            for i, value in enumerate((k.flops / 1e9, k.bytes / 1e6, k.launches, model.floor(k) * 1e3, model.predicted(k) * 1e3)):
                sums[name][i] += value
    print(f"{options.device}, {options.precision}, {options.batch} x {options.size} x {options.size}\n")
    print("| kernel | GFLOP | MB | launches | floor ms | predicted ms |\n|" + " --- |" * 6)
    for name, (flops, size, launches, floor, predicted) in sorted(sums.items(), key=lambda item: item[1][4]):
        print(f"| {name} | {flops:.0f} | {size:.0f} | {launches} | {floor:.2f} | {predicted:.2f} |")


if __name__ == "__main__":
    main()
