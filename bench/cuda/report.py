"""Makes results.md of the measurements of bench/gpu.sh.

    report.py FOLDER

FOLDER: with log.txt and results.jsonl. A work's time is the median of its measurements; PyTorch's is the fastest of its modes.
"""
import collections
import json
import pathlib
import statistics
import sys


def read(folder):
    file = folder / "results.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def time_of(result):
    """Milliseconds: of calls that wait for the end, or of calls in a row, what is less."""
    return min(statistics.median(result["ms"]), result.get("ms_in_a_row", float("inf")))


def best_of_each_mode(results):
    """{(work, precision, size, batch): {mode: (ms, megabytes)}}; ours is the mode "unet" or "unet, forward alone"."""
    cases = collections.defaultdict(lambda: collections.defaultdict(list))
    for r in results:
        if r["work"] not in ("train", "predict", "forward"):
            continue
        ours = r.get("contestant") != "torch"
        precision = {"fp32": "tf32"}.get(r["precision"], r["precision"])
        work = "predict" if r["work"] == "forward" else r["work"]
        mode = "unet" + (" from the host and back" if r["work"] == "predict" else "") if ours else f"PyTorch {r['mode']}"
        cases[work, precision, r["size"], r["batch"]][mode].append((time_of(r), r["megabytes"]))
    return {case: {mode: tuple(map(statistics.median, zip(*runs))) for mode, runs in modes.items()} for case, modes in cases.items()}


def network_table(results):
    lines = ["| work | precision | images | | ms | images/s | device MB | unet is faster |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for (work, precision, size, batch), modes in sorted(best_of_each_mode(results).items()):
        ours = modes.get("unet", (None, None))[0]
        rivals = [ms for mode, (ms, _) in modes.items() if mode.startswith("PyTorch")]
        for mode, (ms, megabytes) in sorted(modes.items(), key=lambda item: item[1]):
            faster = ""
            if ours and mode.startswith("PyTorch"):
                faster = f"{ms / ours:.2f} times" + (" (its best)" if ms == min(rivals) else "")
            lines.append(f"| {work} | {precision} | {batch} x {size} x {size} | {mode} | {ms:.3f} | {batch / ms * 1e3:.0f} | {megabytes:.0f} | {faster} |")
    return lines


def operations_table(results):
    ceilings = next((r for r in results if r["work"] == "ceilings"), {})
    lines = []
    for r in (r for r in results if r["work"] == "operations"):
        flops = ceilings.get("bf16_tflops" if r["precision"] == "bf16" else "tf32_tflops")
        memory = ceilings.get("gigabytes")
        total = sum(o["ms"] for o in r["operations"])
        lines += ["", f"Training step of {r['batch']} x {r['size']} x {r['size']}, {r['precision']}: operations {total:.2f} ms on the device.", "",
                  "| operation | calls | ms | TFLOP/s | GB/s | share of the larger floor |", "| --- | --- | --- | --- | --- | --- |"]
        for o in r["operations"]:
            seconds = max(o["ms"], 1e-9) / 1e3
            share = ""
            if flops and memory:
                share = f"{max(o['flops'] / (flops * 1e12), o['bytes'] / (memory * 1e9)) / seconds:.0%}"
            lines.append(f"| {o['name']} | {o['calls']:.0f} | {o['ms']:.3f} | {o['flops'] / seconds / 1e12:.1f} | {o['bytes'] / seconds / 1e9:.0f} | {share} |")
    return lines


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    results = read(folder)
    log = (folder / "log.txt").read_text().splitlines() if (folder / "log.txt").exists() else []
    lines = ["; ".join(line for line in log[:5] if line)]
    for r in results:
        if r["work"] == "ceilings":
            lines += ["", f"{r['device']}, PyTorch {r['version']}: products {r['bf16_tflops']:.0f} TFLOP/s in bf16, {r['tf32_tflops']:.0f} in TF32; a copy "
                          f"{r['gigabytes']:.0f} GB/s."]
            break
    lines += operations_table(results) + [""] + network_table(results)
    text = "\n".join(lines) + "\n"
    (folder / "results.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
