"""SVG charts of what compare.py measured: bars beside others, time against pixels, and operations under the machine's roofs."""
import math

FONT = 'font-family="sans-serif" font-size="13"'
OPERATIONS = {"conv3x3_forward": "#0b6e99", "conv3x3_backward_data": "#6b7d3c", "conv3x3_backward_weights": "#7a4f8e", "up_conv": "#c65d21",
              "conv1x1": "#b8860b"}


def svg(width, height, title, body):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" {FONT}>'
            f'<rect width="100%" height="100%" fill="white"/><text x="12" y="26" font-size="16">{title}</text>{"".join(body)}</svg>\n')


def bars(rows, key, title, unit, names, colours):
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
            body.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{names[row["contestant"]]}</text>'
                        f'<rect x="{left}" y="{y}" width="{width:.1f}" height="{bar - 4}" fill="{colours[row["contestant"]]}"/>'
                        f'<text x="{left + width + 6:.1f}" y="{y + 14}">{row[key]:.0f} {unit}</text>')
            y += bar
        y += 12
    return svg(left + scale + 90, y, f"{title}: shorter is better", body)


class Axes:
    """A plot's rectangle: x logarithmic, y linear from 0 or logarithmic."""

    def __init__(self, x, y, log_y):
        self.left, self.top, self.width, self.height = 70, 46, 480, 300
        self.x_range, self.y_range, self.log_y = x, y, log_y

    def x(self, value):
        low, high = map(math.log, self.x_range)
        return self.left + (math.log(value) - low) / (high - low) * self.width

    def y(self, value):
        scale = math.log if self.log_y else float
        low, high = map(scale, self.y_range)
        return self.top + (1 - (scale(value) - low) / (high - low)) * self.height

    def frame(self, x_ticks, y_ticks, x_title, y_title):
        bottom = self.top + self.height
        body = [f'<rect x="{self.left}" y="{self.top}" width="{self.width}" height="{self.height}" fill="none" stroke="#444"/>']
        for value, label in x_ticks:
            body.append(f'<line x1="{self.x(value):.1f}" x2="{self.x(value):.1f}" y1="{self.top}" y2="{bottom}" stroke="#ddd"/>'
                        f'<text x="{self.x(value):.1f}" y="{bottom + 18}" text-anchor="middle">{label}</text>')
        for value, label in y_ticks:
            body.append(f'<line x1="{self.left}" x2="{self.left + self.width}" y1="{self.y(value):.1f}" y2="{self.y(value):.1f}" '
                        f'stroke="#ddd"/><text x="{self.left - 8}" y="{self.y(value) + 4:.1f}" text-anchor="end">{label}</text>')
        body.append(f'<text x="{self.left + self.width / 2}" y="{bottom + 40}" text-anchor="middle">{x_title}</text>'
                    f'<text x="16" y="{self.top + self.height / 2}" text-anchor="middle" '
                    f'transform="rotate(-90 16 {self.top + self.height / 2})">{y_title}</text>')
        return body


def spread(wanted, low, high):
    """Heights of labels, in the order given and 16 apart, as near to the wanted ones as that allows."""
    placed, limit = [], low
    for y in wanted:
        placed.append(max(y, limit))
        limit = placed[-1] + 16
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], high)
        high = placed[i] - 16
    return placed


def time_against_pixels(rows, names, colours):
    """Microseconds a pixel of one image, a line for each contestant: lower is better."""
    lines = {}
    for row in sorted(rows, key=lambda r: r["size"]):
        lines.setdefault(row["contestant"], []).append((row["size"], row["ms"] * 1e3 / row["size"] ** 2))
    sizes = sorted({row["size"] for row in rows})
    most = max(y for line in lines.values() for _, y in line)
    step = next(s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 100, 1e9) if most / s <= 8)
    top = step * math.ceil(most / step * 1.02)
    axes = Axes((sizes[0] * 0.9, sizes[-1] * 1.1), (0, top), False)
    body = axes.frame([(s, s) for s in sizes], [(step * i, f"{step * i:g}") for i in range(round(top / step) + 1)],
                      "height and width of the image, pixels", "microseconds a pixel")
    ordered = sorted(lines.items(), key=lambda item: -item[1][-1][1])
    labels = spread([axes.y(line[-1][1]) + 4 for _, line in ordered], axes.top + 10, axes.top + axes.height)
    for (name, line), label in zip(ordered, labels):
        points = " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in line)
        body.append(f'<polyline points="{points}" fill="none" stroke="{colours[name]}" stroke-width="2"/>')
        body += [f'<circle cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="3" fill="{colours[name]}"/>' for x, y in line]
        body.append(f'<text x="{axes.left + axes.width + 10}" y="{label:.1f}" fill="{colours[name]}">{names[name]}</text>')
    return svg(axes.left + axes.width + 140, axes.top + axes.height + 56, "Inference, time against pixels: lower is better", body)


def kind_of(operation):
    return next(kind for kind in OPERATIONS if operation.startswith(kind))


def roofline(result):
    """A training step's convolutions by what they compute a byte of maps and weights; area is time.

    FLOPs are those of direct convolutions, so 3x3 ones may come up to four times as high as the machine multiplies floats:
    that is what Winograd's products save. In 16 bits twice as high again.
    """
    flops, bandwidth = result["peak_gflops"], result["peak_gigabytes"]
    points = [(o["flops"] / o["bytes"], o["flops"] / o["ms"] * 1e-6, o["ms"], o["name"])
              for o in result["operations"] if o["flops"] and o["bytes"] and o["ms"]]
    narrow = result["precision"] == "bf16"
    highest = flops * (8 if narrow else 4)
    x_range = (min(p[0] for p in points) / 2, max(p[0] for p in points) * 2)
    axes = Axes(x_range, (min(p[1] for p in points) / 3, highest * 2), True)
    powers = [10 ** k for k in range(-3, 7)]
    body = axes.frame([(v, f"{v:g}") for v in powers if x_range[0] < v < x_range[1]],
                      [(v, f"{v:g}") for v in powers if axes.y_range[0] < v < axes.y_range[1]],
                      "FLOPs of the direct convolution a byte", "GFLOP/s")
    roofs = [(flops, f"{flops:.0f}, products of floats", ""), (4 * flops, f"{4 * flops:.0f}, 36 of 144 products", "6 4")]
    if narrow:
        roofs.append((8 * flops, f"{8 * flops:.0f}, these in 16 bits", "2 4"))
    for roof, label, dashes in roofs:
        edge = max(roof / bandwidth, x_range[0])
        start = max(x_range[0], axes.y_range[0] / bandwidth)
        corner = f"{axes.x(start):.1f},{axes.y(min(roof, start * bandwidth)):.1f} {axes.x(edge):.1f},{axes.y(roof):.1f}"
        body.append(f'<polyline points="{corner} {axes.left + axes.width},{axes.y(roof):.1f}" fill="none" stroke="#444" '
                    f'stroke-dasharray="{dashes}"/><text x="{axes.left + axes.width + 8}" y="{axes.y(roof) + 4:.1f}" fill="#444">{label}</text>')
    total = sum(p[2] for p in points)
    for x, y, ms, name in sorted(points, key=lambda p: -p[2]):
        kind = kind_of(name)
        body.append(f'<circle cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="{max(2.5, 40 * math.sqrt(ms / total)):.1f}" '
                    f'fill="{OPERATIONS[kind]}" fill-opacity="0.55"><title>{name}: {y:.0f} GFLOP/s, {ms:.2f} ms</title></circle>')
    kinds = list(OPERATIONS)
    for i, kind in enumerate(kinds):
        y = axes.top + axes.height - 16 * (len(kinds) - i)
        body.append(f'<circle cx="{axes.left + axes.width + 18}" cy="{y}" r="6" fill="{OPERATIONS[kind]}" fill-opacity="0.55"/>'
                    f'<text x="{axes.left + axes.width + 30}" y="{y + 4}">{kind}</text>')
    body.append(f'<text x="{axes.left + axes.width + 10}" y="{axes.top + axes.height + 18}">area: time</text>'
                f'<text x="{axes.left + axes.width + 10}" y="{axes.top + axes.height + 36}">slope: {bandwidth:.0f} GB/s</text>')
    title = f"A training step in {result['precision']}, {result['batch']} x {result['size']} x {result['size']}, by convolution"
    return svg(axes.left + axes.width + 210, axes.top + axes.height + 56, title, body)
