"""Compiles the CUDA kernels and checks what the compiler made of them.

    kernels_report.py [--nvcc NVCC] [--cuobjdump FILE] [--include FOLDER ...] [ARCHITECTURE ...]

For each architecture (80 and 90a) nvcc compiles with warnings as errors. No kernel may have a stack frame, or spill registers beyond the few
bytes in `ALLOWED_SPILLS`. In the disassembly the kernels on tensor cores must have the instructions that they are written for: products
(HMMA), loads of matrices (LDSM), asynchronous copies of 16 bytes (LDGSTS.128), and what moves maps must load 16 bytes at a time
(LDG.128). The disassembler is the toolkit's cuobjdump, or the one in PyPI's triton; where there is none, registers and spills alone are
checked, and it says so.
Prints a table, and what is wrong. Exits with 1 if something is.
"""
import argparse
import collections
import importlib.util
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Where the launch bounds leave a few registers too few: bytes stored and loaded.
ALLOWED_SPILLS = {"conv3x3_kernel<float, 64, transformed>": 36}
# Regular expression of kernels, and the instructions that each must have. Those that load maps element by element are for views that
# are not aligned, and left out. Gradients of weights in TF32 load no matrices: there is no such instruction for 4 bytes transposed.
EXPECTED = [
    (r"^(conv3x3|up_conv)_kernel<.*(copied|transformed)", ["HMMA", "LDSM", "LDGSTS.128"]),
    (r"_weights_kernel<bf16.*(copied|transformed)", ["HMMA", "LDSM", "LDGSTS.128"]),
    (r"_weights_kernel<float.*(copied|transformed)", ["HMMA", "LDGSTS.128"]),
    (r"^(rows|chunk_sums)_kernel<[48],", ["LDG.128"]),
]


def find_cuobjdump():
    found = shutil.which("cuobjdump")
    triton = importlib.util.find_spec("triton")
    if not found and triton:
        in_package = pathlib.Path(triton.origin).parent / "backends/nvidia/bin/cuobjdump"
        found = str(in_package) if in_package.exists() else None
    return found


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout + done.stderr


def short_names(mangled):
    """{mangled: readable}, without the library's namespaces and the arguments."""
    names = {}
    for name, line in zip(mangled, run(["c++filt", *mangled]).splitlines()):
        line = re.sub(r"\(unet::cuda::tensor::Loading\)(\d)", lambda m: ["elements", "copied", "transformed"][int(m[1])], line)
        line = re.sub(r"unet::|cuda::|tensor::|strict::|\(int\)|\(bool\)", "", line)
        line = re.sub(r"^void ", "", line)
        depth, end = 0, len(line)
        for i, c in enumerate(line):  # up to the argument list
            depth += (c == "<") - (c == ">")
            if c == "(" and depth == 0:
                end = i
                break
        names[name] = line[:end]
    return names


def resources(ptxas):
    """{mangled: (registers, stack, spills)}"""
    found, name, stack, spills = {}, None, 0, 0
    for line in ptxas.splitlines():
        if m := re.search(r"Compiling entry function '(\S+)'", line):
            name = m[1]
        elif m := re.search(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads", line):
            stack, spills = int(m[1]), int(m[2]) + int(m[3])
        elif (m := re.search(r"Used (\d+) registers", line, re.I)) and name:
            found[name] = (int(m[1]), stack, spills)
    return found


def instructions(sass):
    """{mangled: Counter of instructions}, each counted by its name and by its name with the width, as LDG.128."""
    found, name = collections.defaultdict(collections.Counter), None
    for line in sass.splitlines():
        if m := re.match(r"\s+Function : (\S+)", line):
            name = m[1]
        elif m := re.match(r"\s+/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+ )?([A-Z0-9_]+)([A-Z0-9_.]*)", line):
            found[name][m[1]] += 1
            if ".128" in m[2]:
                found[name][m[1] + ".128"] += 1
    return found


def check(name, registers, stack, spills, counts, architecture):
    wrong = []
    if spills > ALLOWED_SPILLS.get(name, 0) or (stack and name not in ALLOWED_SPILLS):
        wrong.append(f"sm_{architecture}: {name} has a stack frame of {stack} bytes and {spills} bytes of spills")
    if counts is not None:
        for pattern, needed in EXPECTED:
            if re.search(pattern, name):
                wrong += [f"sm_{architecture}: {name} has no {i}" for i in needed if not counts[i]]
    return wrong


def unmet(names, architecture):
    """Patterns of EXPECTED that no kernel has: it was renamed."""
    return [f"sm_{architecture}: there is no kernel like {pattern}" for pattern, _ in EXPECTED if not any(re.search(pattern, n) for n in names)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nvcc", default="nvcc")
    parser.add_argument("--cuobjdump", default=find_cuobjdump())
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("architectures", nargs="*", default=["80", "90a"])
    options = parser.parse_args()
    wrong = []
    for architecture in options.architectures:
        with tempfile.TemporaryDirectory() as folder:
            cubin = pathlib.Path(folder) / "kernels.cubin"
            ptxas = run([options.nvcc, "-std=c++20", "-O3", "--expt-relaxed-constexpr", "-x", "cu", "-cubin", "-Xptxas", "-v", "-Werror", "all-warnings",
                         "-gencode", f"arch=compute_{architecture},code=sm_{architecture}", f"-I{ROOT / 'include'}",
                         *(f"-I{folder}" for folder in options.include), ROOT / "tests/cuda/backends.cpp", "-o", cubin])
            sass = instructions(run([options.cuobjdump, "-sass", cubin])) if options.cuobjdump else None
        found = resources(ptxas)
        if not found:
            sys.exit("nvcc named no kernel")
        names = short_names(list(found))
        wrong += unmet(names.values(), architecture)
        shown = ["HMMA", "LDSM", "LDGSTS", "LDG.128", "STG.128", "LDL", "STL"] if sass else []
        print(f"\nsm_{architecture}\n\n| kernel | registers | stack | spills | {' | '.join(shown)} |\n|{' --- |' * (4 + len(shown))}")
        for mangled, (registers, stack, spills) in sorted(found.items(), key=lambda item: names[item[0]]):
            counts = sass[mangled] if sass else None
            numbers = [registers, stack, spills] + [counts[i] for i in shown]
            print(f"| {names[mangled]} | {' | '.join(map(str, numbers))} |")
            wrong += check(names[mangled], registers, stack, spills, counts, architecture)
    if not options.cuobjdump:
        print("\nNo cuobjdump: registers, stack and spills alone were checked. It comes with the toolkit, and with PyPI's triton.")
    print("\n" + ("\n".join(wrong) if wrong else "nothing is wrong"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
