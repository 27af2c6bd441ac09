"""compare.py with contestants that only print times: ratios, what is written, and what happens when one fails."""
import json
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

FAKE = """#!/usr/bin/env python3
import json, sys
words = sys.argv[1:]
times = {{"train": {train}, "predict": {predict}, "operations": [20]}}
name = next((w for w in words if w in {peers}), "ours")
if name == {fails!r}:
    sys.exit("no such library")
work = next(w for w in words if w in times)
if "--bf16" in words:
    times[work] = [10, 10, 10]
print("a line before")
result = {{"ms": times[work], "megabytes": 100, "version": "1.0"}}
if work == "operations":
    result |= {{"precision": "bf16" if "--bf16" in words else "fp32", "batch": 8, "size": 256, "peak_gflops": 200, "peak_gigabytes": 20,
               "operations": [{{"name": "conv3x3_forward 32>32@256", "ms": 4, "flops": 2e9, "bytes": 1e7}},
                              {{"name": "adam_step 77", "ms": 1, "flops": 0, "bytes": 1e7}}]}}
print(json.dumps(result))
"""


def write_fake(path, train, predict, fails=None):
    peers = ["torch", "torch-bf16", "onnxruntime", "openvino", "openvino-bf16"]
    path.write_text(FAKE.format(train=train, predict=predict, peers=peers, fails=fails))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


class Compare(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def run_compare(self, *options, fails=None):
        write_fake(self.path / "network", [20, 20, 21], [5, 5, 5])
        write_fake(self.path / "python", [60, 60, 60], [15, 10, 10], fails)
        command = [sys.executable, str(pathlib.Path(__file__).with_name("compare.py")), "--network", str(self.path / "network"),
                   "--python", str(self.path / "python"), "--out", str(self.path / "out"), "--rounds", "2", *options]
        return subprocess.run(command, capture_output=True, text=True)

    def test_writes_ratios_and_charts(self):
        done = self.run_compare()
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = json.loads((self.path / "out/results.json").read_text())
        ratio = {(r["work"], r["size"], r["contestant"]): r["ratio"] for r in rows}
        self.assertEqual(ratio["train", 256, "torch"], 3)
        self.assertEqual(ratio["predict", 512, "openvino"], 2)
        narrow = {(r["work"], r["contestant"]): r["ratio_bf16"] for r in rows}
        self.assertEqual(narrow["train", "torch"], 6)
        self.assertEqual(narrow["train", "ours"], 2)
        self.assertIn("| train | 8 x 256 x 256 | PyTorch 1.0 | 60.0 (60.0 to 60.0) | 3.00 times | 6.00 times | 100 |", done.stdout)
        self.assertIn("<rect", (self.path / "out/train.svg").read_text())
        self.assertIn("100 MB", (self.path / "out/train_memory.svg").read_text())
        self.assertNotIn("dlib", done.stdout)
        self.assertNotIn("192", (self.path / "out/predict.svg").read_text(), "bars of sizes that only we have")
        pixels = (self.path / "out/pixels.svg").read_text()
        self.assertIn(">192</text>", pixels)
        self.assertIn(">OpenVINO</text>", pixels)
        self.assertIn("conv3x3_forward 32>32@256: 500 GFLOP/s, 4.00 ms", (self.path / "out/roofline_fp32.svg").read_text())
        self.assertIn("1600, these in 16 bits", (self.path / "out/roofline_bf16.svg").read_text())

    def test_dlib_takes_part_where_it_is_built_and_images_are_small(self):
        write_fake(self.path / "dlib", [300, 300, 300], [50, 50, 50])
        done = self.run_compare("--dlib", str(self.path / "dlib"))
        self.assertIn("| train | 8 x 256 x 256 | dlib 1.0 | 300.0 (300.0 to 300.0) | 15.00 times | 30.00 times | 100 |", done.stdout)
        self.assertNotIn("| predict | 1 x 512 x 512 | dlib", done.stdout)

    def test_one_kind_of_work(self):
        done = self.run_compare("--only", "train")
        self.assertNotIn("predict", done.stdout)
        self.assertFalse((self.path / "out/predict.svg").exists())
        self.assertFalse((self.path / "out/roofline_fp32.svg").exists())

    def test_operations_alone(self):
        self.assertEqual(self.run_compare("--only", "operations").returncode, 0)
        self.assertEqual(sorted(p.name for p in (self.path / "out").glob("*.svg")), ["roofline_bf16.svg", "roofline_fp32.svg"])

    def test_a_contestant_that_fails_is_named_and_the_others_are_written(self):
        done = self.run_compare(fails="torch")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such library", done.stderr)
        self.assertNotIn("PyTorch 1.0", done.stdout)
        self.assertIn("PyTorch bf16 1.0", done.stdout)


if __name__ == "__main__":
    unittest.main()
