"""One measurement of one peer on the study's net, in a process of its own, so that its peak memory is its own.

    peer.py PEER WORK SIZE BATCH THREADS REPETITIONS

PEER: torch, torch-bf16 (WORK train or predict), onnxruntime, openvino, openvino-bf16 (predict). Prints one JSON object like
`network --json`. torch is channels last, its faster layout; the runtimes read an ONNX file that torch has exported.
"""
import json
import os
import resource
import sys
import tempfile
import time


def study_net():
    """convolution -> ReLU -> batch normalisation twice a block, widths 32 .. 512, ReLU after the up-convolutions."""
    import torch
    from torch import nn

    widths = [32, 64, 128, 256, 512]

    def block(inputs, outputs):
        layers = []
        for channels in (inputs, outputs):
            layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU(inplace=True), nn.BatchNorm2d(outputs)]
        return nn.Sequential(*layers)

    class StudyNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.ModuleList(block(i, o) for i, o in zip([1] + widths, widths))
            self.up = nn.ModuleList(nn.ConvTranspose2d(2 * w, w, 2, stride=2) for w in widths[:-1])
            self.merge = nn.ModuleList(block(2 * w, w) for w in widths[:-1])
            self.head = nn.Conv2d(widths[0], 1, 1)

        def forward(self, x):
            skips = []
            for level, encode in enumerate(self.down):
                x = encode(x if level == 0 else nn.functional.max_pool2d(x, 2))
                skips.append(x)
            for level in range(len(widths) - 2, -1, -1):
                x = self.merge[level](torch.cat([skips[level], torch.relu_(self.up[level](x))], 1))
            return self.head(x)

    torch.manual_seed(0)
    return StudyNet()


def milliseconds(repetitions, call):
    """Of each call, after two that warm up."""
    times = []
    for _ in range(repetitions + 2):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e3)
    return times[2:]


def torch_times(work, bf16, size, batch, threads, repetitions):
    import torch

    torch.set_num_threads(threads)
    net = study_net().to(memory_format=torch.channels_last)
    images = torch.randn(batch, 1, size, size).to(memory_format=torch.channels_last)
    narrow = lambda: torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16)
    if work == "predict":
        net.eval()
        with torch.inference_mode(), narrow():
            return torch.__version__, milliseconds(repetitions, lambda: net(images))
    masks = (torch.rand(batch, 1, size, size) > 0.5).float()
    adam = torch.optim.Adam(net.parameters(), 1e-3)
    loss_of = torch.nn.BCEWithLogitsLoss()
    net.train()

    def step():
        adam.zero_grad(set_to_none=True)
        with narrow():
            logits = net(images)
        loss_of(logits.float(), masks).backward()
        adam.step()

    return torch.__version__, milliseconds(repetitions, step)


def onnx_file(folder, size, batch):
    """Written in a process of its own: torch would count as the runtime's memory."""
    pid = os.fork()
    path = os.path.join(folder, "net.onnx")
    if pid == 0:
        import torch

        sys.stdout = sys.stderr
        net = study_net().eval()
        torch.onnx.export(net, torch.randn(batch, 1, size, size), path, opset_version=17, dynamo=False)
        os._exit(0)
    os.waitpid(pid, 0)
    return path


def runtime_times(peer, size, batch, threads, repetitions):
    with tempfile.TemporaryDirectory() as folder:
        path = onnx_file(folder, size, batch)
        import numpy

        images = numpy.random.default_rng(0).standard_normal((batch, 1, size, size), dtype=numpy.float32)
        if peer == "onnxruntime":
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            name = session.get_inputs()[0].name
            return onnxruntime.__version__, milliseconds(repetitions, lambda: session.run(None, {name: images}))
        import openvino

        precision = "bf16" if peer.endswith("bf16") else "f32"
        options = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
        request = openvino.Core().compile_model(path, "CPU", options).create_infer_request()
        return openvino.__version__.split("-")[0], milliseconds(repetitions, lambda: request.infer([images]))


def main():
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    peer, work = sys.argv[1:3]
    size, batch, threads, repetitions = map(int, sys.argv[3:])
    if peer.startswith("torch"):
        version, times = torch_times(work, peer.endswith("bf16"), size, batch, threads, repetitions)
    else:
        version, times = runtime_times(peer, size, batch, threads, repetitions)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps({"work": work, "size": size, "batch": batch, "threads": threads, "megabytes": megabytes,
                      "version": version, "ms": times}))


if __name__ == "__main__":
    main()
