"""Runs the study's net here and in PyTorch, ONNX Runtime and OpenVINO in turn, and writes what came out.

    compare.py --network build/bench/network --python VENV/bin/python --out FOLDER [--full] [--only WORK] [--rounds 3]
               [--dlib build/bench/dlib]

WORK: train, predict, or operations, which is a training step of ours by operation.

Every round runs each contestant of a case once, in a process of its own, beginning with another one each time; a run whose own
times differ by more than half is repeated once. Times are medians of the rounds' medians, the spread is between rounds, and how
many times faster we are, with maps in fp32 and in bf16, is the median of the rounds' ratios. Writes results.json, results.md and SVG charts:
time and memory for each kind of work, inference's time against pixels, and the roofline of a training step.
Exits with 1 when a contestant failed; what the others took is written all the same.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

import charts

OURS, NARROW = "ours", "ours-bf16"
NAMES = {OURS: "unet", NARROW: "unet bf16", "torch": "PyTorch", "torch-bf16": "PyTorch bf16", "onnxruntime": "ONNX Runtime",
         "openvino": "OpenVINO", "openvino-bf16": "OpenVINO bf16", "dlib": "dlib"}
COLOURS = {OURS: "#0b6e99", NARROW: "#7fb7d0", "torch": "#c65d21", "torch-bf16": "#e3a57f", "onnxruntime": "#6b7d3c", "openvino": "#7a4f8e",
           "openvino-bf16": "#b89bc6", "dlib": "#8a8a8a"}
PEERS = {"train": ["torch", "torch-bf16"], "predict": ["onnxruntime", "openvino", "openvino-bf16"]}


def cases(full):
    """(work, size, batch, repetitions, whether others take part); repetitions are chosen so that a run takes some seconds."""
    short = [("predict", 256, 1, 15, True), ("predict", 512, 1, 9, True), ("train", 256, 8, 3, True)]
    others = [("train", 512, 8, 2, True), ("predict", 128, 16, 9, True)] if full else []
    sizes = [(128, 40), (192, 25), (384, 9), (1024, 5)] + ([(2048, 2)] if full else [])
    return short + others + [("predict", size, 1, repetitions, full and size <= 1024) for size, repetitions in sizes]


def measure(command, threads):
    """The JSON object that the command prints last, or None, with its complaint on the terminal."""
    for attempt in range(2):
        # dlib's products are its BLAS's, which takes the number of threads from here alone.
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode:
            print(f"  failed: {' '.join(map(str, command))}\n{done.stderr[-600:]}", file=sys.stderr)
            return None
        result = json.loads(done.stdout.strip().splitlines()[-1])
        if max(result["ms"]) <= 1.5 * min(result["ms"]):
            break
        if attempt == 0:
            print("  disturbed, once more", file=sys.stderr)
    return result


def run_case(options, case):
    """{contestant: [one result a round]}."""
    work, size, batch, repetitions, with_others = case
    # dlib takes some seconds for the least of these.
    dlib = ["dlib"] if options.dlib and size * size * batch in (256 * 256, 8 * 256 * 256) and batch in (1, 8) else []
    contestants = [OURS, NARROW] + (PEERS[work] + dlib if with_others else [])
    results = {name: [] for name in contestants}
    for turn in range(options.rounds):
        first = turn % len(contestants)
        for name in contestants[first:] + contestants[:first]:
            if len(results[name]) < turn:
                continue  # it has failed before
            numbers = [str(n) for n in (size, batch, options.threads, repetitions)]
            peer = pathlib.Path(__file__).with_name("peer.py")
            if name in (OURS, NARROW):
                command = [options.network, work, *numbers, "--json"] + (["--bf16"] if name == NARROW else [])
            elif name == "dlib":
                command = [options.dlib, work, *numbers]
            else:
                command = [options.python, peer, name, work, *numbers]
            result = measure(command, options.threads)
            if result:
                results[name].append(result)
                print(f"  {work} {batch} x {size}x{size}, round {turn + 1}, {NAMES[name]}: "
                      f"{statistics.median(result['ms']):.1f} ms", file=sys.stderr)
    return results


def ratio(times, ours):
    """How many times faster we are, round by round."""
    return statistics.median(t / o for t, o in zip(times, ours)) if ours else None


def summary(case, results):
    """One row a contestant: times and memory, and how many times faster we are."""
    medians = {name: [statistics.median(r["ms"]) for r in rounds] for name, rounds in results.items() if rounds}
    rows = []
    for name, times in medians.items():
        rows.append({"work": case[0], "size": case[1], "batch": case[2], "contestant": name, "version": results[name][-1]["version"],
                     "ms": statistics.median(times), "least": min(times), "most": max(times),
                     "ratio": ratio(times, medians.get(OURS)), "ratio_bf16": ratio(times, medians.get(NARROW)),
                     "megabytes": statistics.median(r["megabytes"] for r in results[name])})
    return rows


def processor():
    try:
        lines = dict(line.split(":", 1) for line in open("/proc/cpuinfo") if ":" in line)
        fields = {key.strip(): value.strip() for key, value in lines.items()}
        return f"{fields.get('model name', platform.machine())}, family {fields.get('cpu family', '?')} model {fields.get('model', '?')}"
    except OSError:
        return platform.processor() or platform.machine()


def markdown(rows, options):
    text = [f"{datetime.date.today()}, {processor()}, {options.threads} threads. Medians of {options.rounds} rounds in turn, in brackets "
            "the least and the most of them; each contestant's own peak memory.", "",
            "| work | images | | ms | unet is faster | unet bf16 is faster | peak MB |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        faster = ["" if row["contestant"] == ours or row[key] is None else f"{row[key]:.2f} times"
                  for ours, key in ((OURS, "ratio"), (NARROW, "ratio_bf16"))]
        text.append(f"| {row['work']} | {row['batch']} x {row['size']} x {row['size']} | {NAMES[row['contestant']]} {row['version']} | "
                    f"{row['ms']:.1f} ({row['least']:.1f} to {row['most']:.1f}) | {faster[0]} | {faster[1]} | {row['megabytes']:.0f} |")
    return "\n".join(text) + "\n"


def measure_operations(options):
    """A training step of 8 images of 256 x 256 by operation, in fp32 and in bf16."""
    commands = [[options.network, "operations", "256", "8", str(options.threads), "5", "--json"] + more for more in ([], ["--bf16"])]
    return [result for result in (measure(command, options.threads) for command in commands) if result]


def write_charts(rows, operations, out):
    for work, title in (("train", "One training step"), ("predict", "Inference")):
        groups = {(r["batch"], r["size"]) for r in rows if r["work"] == work and r["contestant"] not in (OURS, NARROW)}
        beside = [r for r in rows if r["work"] == work and (r["batch"], r["size"]) in groups]
        if beside:
            (out / f"{work}.svg").write_text(charts.bars(beside, "ms", f"{title}, milliseconds", "ms", NAMES, COLOURS))
            (out / f"{work}_memory.svg").write_text(
                charts.bars(beside, "megabytes", f"{title}, peak memory of the process", "MB", NAMES, COLOURS))
    single = [r for r in rows if r["work"] == "predict" and r["batch"] == 1]
    if single:
        (out / "pixels.svg").write_text(charts.time_against_pixels(single, NAMES, COLOURS))
    for result in operations:
        (out / f"roofline_{result['precision']}.svg").write_text(charts.roofline(result))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", required=True, help="our benchmark program, built")
    parser.add_argument("--python", required=True, help="a Python that has torch, onnx, onnxruntime and openvino")
    parser.add_argument("--dlib", help="bench/dlib, built where libdlib-dev is; for images of 256 x 256")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="folder for the results")
    parser.add_argument("--full", action="store_true", help="larger images too")
    parser.add_argument("--only", choices=[*sorted(PEERS), "operations"], help="one kind of work")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows, complete = [], True
    for case in cases(options.full):
        if options.only in (None, case[0]):
            results = run_case(options, case)
            complete = complete and all(results.values())
            rows += summary(case, results)
    operations = measure_operations(options) if options.only in (None, "operations") else []
    complete = complete and (len(operations) == 2 or options.only not in (None, "operations"))
    (options.out / "operations.json").write_text(json.dumps(operations, indent=1) + "\n")
    (options.out / "results.json").write_text(json.dumps(rows, indent=1) + "\n")
    (options.out / "results.md").write_text(markdown(rows, options))
    write_charts(rows, operations, options.out)
    print(markdown(rows, options))
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
