"""PyTorch on the study's net on a GPU, beside `network_cuda`.

    torch_peer.py ceilings                                 a large product and a large copy
    torch_peer.py MODE PRECISION SIZE WORK:BATCH ...

MODE: plain, graph (one CUDA graph), compiled (torch.compile). PRECISION: tf32, bf16 (autocast). WORK: train, predict. Prints a JSON
object for each. Channels last, cuDNN's benchmark on, a fused Adam, images and masks on the device before the clock starts, and nothing waits for
the losses: PyTorch's best case.
"""
import json
import pathlib
import statistics
import sys
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))
from peer import study_net  # noqa: E402


def milliseconds(repetitions, call):
    """Of each call, to its end, after some that warm up."""
    for _ in range(3):
        call()
    torch.cuda.synchronize()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        call()
        torch.cuda.synchronize()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def throughput(repetitions, call):
    """Milliseconds a call when calls follow each other and only the last is waited for."""
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(repetitions):
        call()
    torch.cuda.synchronize()
    return (time.perf_counter() - start) * 1e3 / repetitions


def captured(call):
    """The call as one CUDA graph."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            call()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        call()
    return graph.replay


def measure(work, mode, precision, size, batch, repetitions):
    def narrow():
        # In a graph the narrowed weights must be made anew in each replay.
        return torch.autocast("cuda", dtype=torch.bfloat16, enabled=precision == "bf16", cache_enabled=mode != "graph")

    net = study_net().cuda().to(memory_format=torch.channels_last)
    images = torch.randn(batch, 1, size, size, device="cuda").to(memory_format=torch.channels_last)
    if work == "predict":
        net.eval()
        forward = torch.compile(net, dynamic=False) if mode == "compiled" else net

        def call():
            with torch.inference_mode(), narrow():
                return forward(images)
    else:
        net.train()
        masks = (torch.rand(batch, 1, size, size, device="cuda") > 0.5).float()
        adam = torch.optim.Adam(net.parameters(), 1e-3, fused=True, capturable=mode == "graph")
        loss_of = torch.nn.BCEWithLogitsLoss()
        forward = torch.compile(net, dynamic=False) if mode == "compiled" else net

        def call():
            adam.zero_grad(set_to_none=True)
            with narrow():
                logits = forward(images)
            loss_of(logits.float(), masks).backward()
            adam.step()

    torch.cuda.reset_peak_memory_stats()
    if mode == "graph":
        call = captured(call)
    times = milliseconds(repetitions, call)
    return {"ms": times, "ms_in_a_row": throughput(repetitions, call), "megabytes": torch.cuda.max_memory_allocated() / 1e6}


def ceilings():
    """TFLOP/s of products of random numbers, and GB/s read and written by a copy."""
    result = {}
    n = 8192
    for name, kind in (("bf16", torch.bfloat16), ("tf32", torch.float32)):
        a, b = torch.randn(n, n, device="cuda", dtype=kind), torch.randn(n, n, device="cuda", dtype=kind)
        result[f"{name}_tflops"] = 2 * n**3 / statistics.median(milliseconds(20, lambda: a @ b)) / 1e9
    a = torch.randn(1 << 30, device="cuda")
    b = torch.empty_like(a)
    result["gigabytes"] = 2 * a.numel() * 4 / statistics.median(milliseconds(20, lambda: b.copy_(a))) / 1e6
    return result


def main():
    if len(sys.argv) < 5 and sys.argv[1:] != ["ceilings"]:
        sys.exit(__doc__)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    about = {"contestant": "torch", "version": torch.__version__, "device": torch.cuda.get_device_name()}
    if sys.argv[1:] == ["ceilings"]:
        print(json.dumps(about | {"work": "ceilings"} | ceilings()))
        return
    mode, precision, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
    for case in sys.argv[4:]:
        work, batch = case.split(":")
        what = {"work": work, "mode": mode, "precision": precision, "size": size, "batch": int(batch)}
        result = measure(work, mode, precision, size, int(batch), 100 if work == "predict" else 30)
        print(json.dumps(about | what | result), flush=True)
        torch.cuda.empty_cache()
        torch._dynamo.reset()  # else the next shape would be compiled for any shape


if __name__ == "__main__":
    main()
