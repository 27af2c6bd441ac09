"""That report.py takes the right numbers: run by CTest."""
import json
import pathlib
import subprocess
import sys
import tempfile


def result(**fields):
    return {"precision": "bf16", "size": 512, "batch": 8, "megabytes": 1000, "version": "1"} | fields


RESULTS = [
    result(work="ceilings", contestant="torch", device="Card", bf16_tflops=100.0, tf32_tflops=50.0, gigabytes=1000.0),
    result(work="operations", isa="Card", ms=[9], operations=[
        # Half of the floor of its products, a quarter of its bytes'.
        {"name": "conv 32>32@512", "calls": 2, "ms": 2.0, "flops": 1e11, "bytes": 5e8}]),
    result(work="train", isa="Card", ms=[12, 10, 11]),
    result(work="train", isa="Card", ms=[9, 9, 9]),
    result(work="train", contestant="torch", mode="plain", ms=[30, 30, 30], ms_in_a_row=28.0),
    result(work="train", contestant="torch", mode="graph", ms=[20, 20, 20], ms_in_a_row=25.0),
    result(work="predict", isa="Card", ms=[3]),
    result(work="forward", isa="Card", ms=[1]),
]


def rows(text):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "log.txt").write_text("today\nCard, 580\n")
        (folder / "results.jsonl").write_text("".join(json.dumps(r) + "\n" for r in RESULTS))
        report = pathlib.Path(__file__).with_name("report.py")
        done = subprocess.run([sys.executable, report, folder], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        found = rows((folder / "results.md").read_text())
    assert ["conv 32>32@512", "2", "2.000", "50.0", "250", "50%"] in found, found
    case = ["train", "bf16", "8 x 512 x 512"]
    assert case + ["unet", "10.000", "800", "1000", ""] in found, found
    assert case + ["PyTorch plain", "28.000", "286", "1000", "2.80 times"] in found, found
    assert case + ["PyTorch graph", "20.000", "400", "1000", "2.00 times (its best)"] in found, found
    assert ["predict", "bf16", "8 x 512 x 512", "unet from the host and back", "3.000", "2667", "1000", ""] in found, found
    assert ["predict", "bf16", "8 x 512 x 512", "unet", "1.000", "8000", "1000", ""] in found, found


if __name__ == "__main__":
    main()
