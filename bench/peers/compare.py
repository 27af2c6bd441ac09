"""Runs the study's net here and in PyTorch, ONNX Runtime and OpenVINO in turn, and writes what came out.

    compare.py --network build/bench/network --python VENV/bin/python --out FOLDER [--full] [--only WORK] [--rounds 3]
               [--dlib build/bench/dlib]

Every round runs each contestant of a case once, in a process of its own, beginning with another one each time; a run whose own
times differ by more than half is repeated once. Times are medians of the rounds' medians, the spread is between rounds, and how
many times faster we are, with maps in fp32 and in bf16, is the median of the rounds' ratios. Writes results.json, results.md and SVG charts
of time and memory for each kind of work.
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

OURS, NARROW = "ours", "ours-bf16"
NAMES = {OURS: "unet", NARROW: "unet bf16", "torch": "PyTorch", "torch-bf16": "PyTorch bf16", "onnxruntime": "ONNX Runtime",
         "openvino": "OpenVINO", "openvino-bf16": "OpenVINO bf16", "dlib": "dlib"}
COLOURS = {OURS: "#0b6e99", NARROW: "#7fb7d0", "torch": "#c65d21", "torch-bf16": "#e3a57f", "onnxruntime": "#6b7d3c", "openvino": "#7a4f8e",
           "openvino-bf16": "#b89bc6", "dlib": "#8a8a8a"}
PEERS = {"train": ["torch", "torch-bf16"], "predict": ["onnxruntime", "openvino", "openvino-bf16"]}


def cases(full):
    """(work, size, batch, repetitions); repetitions are chosen so that a run takes some seconds."""
    short = [("predict", 256, 1, 15), ("predict", 512, 1, 9), ("train", 256, 8, 3)]
    return short + [("train", 512, 8, 2), ("predict", 128, 16, 9), ("predict", 1024, 1, 5)] if full else short


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
    work, size, batch, repetitions = case
    # dlib takes some seconds for the least of these.
    contestants = [OURS, NARROW] + PEERS[work] + (["dlib"] if options.dlib and size <= 256 else [])
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


def chart(rows, work, key, quantity, unit):
    """Horizontal bars of rows[key], a group for each size: shorter is better."""
    left, scale, bar, top = 150, 420, 20, 46
    groups = {}
    for row in rows:
        groups.setdefault((row["batch"], row["size"]), []).append(row)
    body, y = [], top
    for (batch, size), members in groups.items():
        longest = max(row[key] for row in members)
        body.append(f'<text x="12" y="{y + 14}" font-weight="bold">{batch} x {size} x {size}</text>')
        y += 22
        for row in sorted(members, key=lambda r: r[key]):
            width = row[key] / longest * scale
            body.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{NAMES[row["contestant"]]}</text>'
                        f'<rect x="{left}" y="{y}" width="{width:.1f}" height="{bar - 4}" fill="{COLOURS[row["contestant"]]}"/>'
                        f'<text x="{left + width + 6:.1f}" y="{y + 14}">{row[key]:.0f} {unit}</text>')
            y += bar
        y += 12
    title = {"train": "One training step", "predict": "Inference"}[work]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + scale + 90}" height="{y}" font-family="sans-serif" font-size="13">'
            f'<rect width="100%" height="100%" fill="white"/><text x="12" y="26" font-size="16">{title}, {quantity}: shorter is better</text>'
            f'{"".join(body)}</svg>\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", required=True, help="our benchmark program, built")
    parser.add_argument("--python", required=True, help="a Python that has torch, onnx, onnxruntime and openvino")
    parser.add_argument("--dlib", help="bench/dlib, built where libdlib-dev is; for images of 256 x 256")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="folder for the results")
    parser.add_argument("--full", action="store_true", help="larger images too")
    parser.add_argument("--only", choices=sorted(PEERS), help="one kind of work")
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
    (options.out / "results.json").write_text(json.dumps(rows, indent=1) + "\n")
    (options.out / "results.md").write_text(markdown(rows, options))
    for work in sorted({row["work"] for row in rows}):
        of_work = [row for row in rows if row["work"] == work]
        (options.out / f"{work}.svg").write_text(chart(of_work, work, "ms", "milliseconds", "ms"))
        (options.out / f"{work}_memory.svg").write_text(chart(of_work, work, "megabytes", "peak memory of the process", "MB"))
    print(markdown(rows, options))
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
