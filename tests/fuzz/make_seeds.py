"""Writes small files for the fuzz targets to start from: make_seeds.py FOLDER makes FOLDER/<target>/. Besides sound ones there
are those that once did harm (damaged_*); what can not be generated in a line or two lies in damaged/<target>/."""

import json
import struct
import sys
import zlib
from pathlib import Path


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, bits, colour, channels, interlaced=0, palette=b""):
    """A gradient; every row with another filter."""
    row_bytes = (width * channels * bits + 7) // 8
    rows = b"".join(bytes([y % 5]) + bytes((x * 37 + y * 11) % 256 for x in range(row_bytes)) for y in range(height))
    if interlaced:  # of one pixel: Adam7 has one pass then
        assert width == height == 1
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    extra = chunk(b"PLTE", palette) if palette else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def bmp(width, height, bits, palette=b""):
    row = (width * bits + 31) // 32 * 4
    pixels = bytes(i * 29 % 256 for i in range(row * abs(height)))
    begin = 54 + len(palette)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, len(pixels), 2835, 2835, len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", begin + len(pixels), 0, 0, begin) + info + palette + pixels


def segment(marker, data):
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def jpeg(components, progressive=False):
    """Flat grey, 8x8: the Huffman tables have one code, '0', for 'no difference' and for 'end of block'."""
    table = bytes([1]) + bytes(15) + bytes([0])
    scans = [(0, 0, 0), (1, 63, 0)] if progressive else [(0, 63, 0)]
    ids = range(1, components + 1)
    result = b"\xff\xd8" + segment(0xDB, bytes([0]) + bytes([1] * 64))
    frame = struct.pack(">BHHB", 8, 8, 8, components) + b"".join(bytes([i, 0x11, 0]) for i in ids)
    result += segment(0xC2 if progressive else 0xC0, frame)
    result += segment(0xC4, bytes([0x00]) + table) + segment(0xC4, bytes([0x10]) + table)
    for first, last, approximation in scans:
        for part in [[i] for i in ids] if progressive else [list(ids)]:
            names = b"".join(bytes([i, 0]) for i in part)
            result += segment(0xDA, bytes([len(part)]) + names + bytes([first, last, approximation])) + b"\x3f"
    return result + b"\xff\xd9"


def images():
    for bits in (8, 16):
        for colour, channels in ((0, 1), (2, 3), (4, 2), (6, 4)):
            yield f"colour{colour}_{bits}.png", png(5, 4, bits, colour, channels)
    for bits in (1, 2, 4):
        yield f"grey_{bits}.png", png(9, 3, bits, 0, 1)
    for bits in (1, 4, 8):
        palette = bytes(i * 5 % 256 for i in range(3 << bits))
        yield f"palette_{bits}.png", png(5, 3, bits, 3, 1, palette=palette)
    yield "interlaced.png", png(1, 1, 8, 0, 1, interlaced=1)
    for components in (1, 3, 4):
        yield f"baseline_{components}.jpg", jpeg(components)
    yield "progressive_1.jpg", jpeg(1, progressive=True)
    yield "progressive_3.jpg", jpeg(3, progressive=True)
    # Read with stb_image 2.27, a table of more codes than there are wrote behind its end.
    yield "damaged_codes.jpg", jpeg(1).replace(bytes([1]) + bytes(15), bytes([255] * 16), 1)
    # Hundreds of scans over the same pixels, and rows that inflate to far more than the image has.
    scan = jpeg(1, progressive=True)
    scan = scan[scan.rindex(b"\xff\xda") : -2]
    yield "damaged_scans.jpg", jpeg(1, progressive=True)[:-2] + scan * 200 + b"\xff\xd9"
    sound = png(16, 16, 8, 0, 1)
    bomb = chunk(b"IDAT", zlib.compress(bytes(1 << 20), 9))
    yield "damaged_bomb.png", sound[: sound.index(b"IDAT") - 4] + bomb + chunk(b"IEND", b"")
    yield "24.bmp", bmp(5, 4, 24)
    yield "32.bmp", bmp(3, -2, 32)
    yield "8.bmp", bmp(4, 2, 8, palette=bytes(range(16)) * 64)


def tables():
    yield "split.csv", b"id,part\na,train\nscan_0001.png,Validation\r\n\"b\",test\n"
    yield "quoted.csv", b"\xef\xbb\xbfa, ID ,b\r\n\"x, \"\"y\"\"\nz\",  1 ,\r\n\r\nplain,\" q \",7"
    names = "train_loss train_iou validation_loss validation_iou learning_rate seconds images_per_second peak_memory_mb"
    history = "epoch," + ",".join(names.split()) + "\n1,0.9,0.3,nan,0,1e-05,0.03,330.3,21.5\n2,0.6,0.5,inf,-0.1,0.005,1,2,3\n"
    yield "results.csv", history.encode()
    # Time was once quadratic in the columns.
    yield "damaged_columns.csv", ",".join(f"c{i}" for i in range(20_000)).encode() + b"\n"
    yield "damaged_quote.csv", b'id,part\n"a,train\n'


def records():
    yield "male.txt", b"male 45yrs\r\nnormal"
    yield "female.txt", b"\xef\xbb\xbfFemale, 8 months\n\n1. PTB   in the\tright upper field\n2. left"
    yield "unknown.txt", b"?"
    yield "damaged_age.txt", b"male 99999999999999999999yrs\nnormal"
    yield "metadata.csv", b"study_id,sex,age,findings\nCHNCXR_0001_0.png,Male,45,normal\nCHNCXR_0002_1,F,unknown,\"a, b\"\nx,,,\n"


def unet_tensors(prefix="", state=True):
    """Names and shapes of UNet<1, 1, 2, 1>."""

    def block(name, width_in, width):
        for i, channels in ((1, width_in), (2, width)):
            yield f"{name}.conv{i}.weight", [width, channels, 3, 3]
            yield f"{name}.conv{i}.bias", [width]
            for part in ("weight", "bias") + (("running_mean", "running_var") if state else ()):
                yield f"{name}.norm{i}.{part}", [width]

    yield from ((prefix + name, shape) for name, shape in block("encoder1", 1, 2))
    yield from ((prefix + name, shape) for name, shape in block("bottleneck", 2, 4))
    yield prefix + "decoder1.up.weight", [4, 2, 2, 2]
    yield prefix + "decoder1.up.bias", [2]
    yield from ((prefix + name, shape) for name, shape in block("decoder1", 4, 2))
    yield prefix + "head.weight", [1, 2, 1, 1]
    yield prefix + "head.bias", [1]


def safetensors(metadata, tensors):
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, shape in tensors:
        count = 1
        for length in shape:
            count *= length
        values = struct.pack(f"<{count}f", *(0.1 + (i % 7) / 10 for i in range(count)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


OPTIONS = {"batch_size": 1, "epochs": 3, "learning_rate": 0.005, "plateau_factor": 0.5, "plateau_patience": 2,
           "pos_weight": 3.25, "seed": 0}
STATE = {"adam_steps": 4, "best": 0.5, "best_epoch": 1, "epoch": 2, "epochs_without_best": 1,
         "history": [[1, 0.9, 0.3, 1.1, 0.5, 0.005, 0.04, 330.5, True]], "learning_rate": 0.005, "samples_done": 1,
         "seconds": 0.5, "step_seconds": 0.25, "sum": [0.5, 0.25, 0.125]}


def weights():
    yield "empty.safetensors", safetensors({}, [])
    yield "scalar.safetensors", safetensors({"a": "b"}, [("x", []), ("y", [2, 0])])
    net = {"base": "2", "depth": "1", "in_channels": "1", "classes": "1", "net": "UNet"}
    yield "weights.safetensors", safetensors(net, unet_tensors())
    case = {"verify_shape": "1, 2, 2, 1", "verify_input": "0, 1, 2, 255", "verify_logits": "0.5, 1, -2, 1.5e-07"}
    yield "verified.safetensors", safetensors(case, unet_tensors())
    training = {"train_options": json.dumps(OPTIONS), "train_state": json.dumps(STATE)}
    moments = [t for m in ("adam.exp_avg.", "adam.exp_avg_sq.") for t in unet_tensors(m, state=False)]
    tensors = [*unet_tensors(), *unet_tensors("best."), *moments]
    yield "checkpoint.safetensors", safetensors(training, tensors)
    for name, number in (("huge", "1e30"), ("wrapped", "4294967299"), ("fraction", "3.9")):
        state = {**training, "train_state": edited(STATE, "adam_steps", number).decode()}
        yield f"damaged_{name}_steps.safetensors", safetensors(state, tensors)
    yield "damaged_text.safetensors", b"This is no header, but read as its length it is 8e18 bytes."
    yield "damaged_zip.safetensors", b"PK\x03\x04" + bytes(60)
    for name, text in (("arrays", b'{"a":' + b"[" * 20_000), ("objects", b'{"a":' * 4_000)):
        yield f"damaged_{name}.safetensors", struct.pack("<Q", len(text)) + text
    first = {**STATE, "best_epoch": 0, "epoch": 1, "history": [], "best": -1}
    training["train_state"] = json.dumps(first)
    yield "first_epoch.safetensors", safetensors(training, [*unet_tensors(), *moments])


def run_json():
    config = {"version": "0.2.0", "data": "phantom", "count": 20, "size": 32, "net": "small", "backend": "cpu", "epochs": 6,
              "batch": 4, "lr": 0.005, "seed": 0, "split": "a.csv", "plateau_factor": 0.5, "plateau_patience": 10}
    policies = {"loss": {"name": "bce", "pos_weight": 2}, "optimiser": {"name": "adam", "beta1": 0.9},
                "schedule": {"name": "plateau", "factor": 0.5, "patience": 3}}
    yield "config.json", json.dumps(config, indent=2).encode()
    yield "checkpoint.json", json.dumps({**OPTIONS, **STATE, **policies}).encode()
    yield "numbers.json", b"[21.5,1e400,-0.0,null,\"a\",12345678901234567890]"
    # As deep as fits into the inputs: a reader that calls itself for each level would run out of stack.
    depth = 100_000
    for key in ("data", "epochs", "version"):
        deep = "[" * depth + "]" * depth
        yield f"damaged_deep_{key}.json", edited(config, key, deep)
    # Numbers that were converted without a look: undefined behaviour, or silently another number.
    for name, number in (("huge", "1e30"), ("wrapped", "4294967299"), ("fraction", "3.9"), ("negative", "-1"), ("text", '"3"')):
        for key in ("epochs", "seed", "size"):
            yield f"damaged_{name}_{key}.json", edited(config, key, number)
        yield f"damaged_{name}_steps.json", edited({**OPTIONS, **STATE, **policies}, "adam_steps", number)


def edited(values, key, text):
    """JSON of the values, with this text as the key's value."""
    return json.dumps({**values, key: 0}).replace(f'"{key}": 0', f'"{key}": {text}').encode()


def main():
    targets = {"image": images, "csv": tables, "record": records, "safetensors": weights, "run_json": run_json}
    for target, seeds in targets.items():
        folder = Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in seeds():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
