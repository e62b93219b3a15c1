"""results.svg: how many times Riffle is faster, for each task and peer."""
import math
import pathlib
from xml.sax.saxutils import escape

COLOURS = {"duckdb": "#d9a400", "polars": "#0072b2", "spark": "#d55e00"}
OTHER = "#777777"
LEFT, WIDTH, RIGHT = 210, 620, 90
BAR, GAP, TOP = 13, 12, 76


def count(rows):
    for unit, name in (10**9, "G"), (10**6, "M"), (10**3, "k"):
        if rows >= unit and rows % unit == 0:
            return f"{rows // unit} {name}"
    return f"{rows:,}"


class Scale:
    """Logarithmic, from least to greatest, with a line at 1."""

    def __init__(self, ratios):
        self.low = math.log10(min([0.5, *ratios]))
        self.high = math.log10(max([20, *ratios]) * 1.1)

    def x(self, ratio):
        share = (math.log10(max(ratio, 1e-3)) - self.low) / \
            (self.high - self.low)
        return LEFT + WIDTH * min(1, max(0, share))

    def ticks(self):
        return [digit * 10**power for power in range(-3, 5)
                for digit in (1, 2, 5)
                if self.low <= math.log10(digit * 10**power) <= self.high]


def text(x, y, words, anchor="start", more=""):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>'
            f"{escape(words)}</text>")


def line(x1, y1, x2, y2, more):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f"{more}/>")


def bar(scale, y, row, task):
    """One peer's ratio, its spread, the floor and the aim."""
    ratio = float(row["ratio"])
    start, end = sorted((scale.x(1), scale.x(ratio)))
    colour = COLOURS.get(row["contender"], OTHER)
    parts = [f'<rect x="{start:.1f}" y="{y}" width="{max(1, end - start):.1f}"'
             f' height="{BAR - 2}" fill="{colour}"/>']
    middle = y + (BAR - 2) / 2
    low, high = scale.x(float(row["ratio_min"])), \
        scale.x(float(row["ratio_max"]))
    parts.append(line(low, middle, high, middle, 'stroke="#222"'))
    for name, style in ("floor", 'stroke="#c00" stroke-width="2"'), \
            ("aim", 'stroke="#080" stroke-width="2" stroke-dasharray="2 2"'):
        target = getattr(task, name, {}).get(row["contender"])
        if target:
            x = scale.x(target)
            parts.append(line(x, y - 1, x, y + BAR - 1, style))
    parts.append(text(max(end, high) + 5, y + BAR - 4,
                      f"{ratio:.3g}x  {float(row['wall_s']):.3g} s"))
    return parts


def legend(contenders):
    parts = []
    x = LEFT
    for name in contenders:
        parts.append(f'<rect x="{x}" y="34" width="11" height="11" '
                     f'fill="{COLOURS.get(name, OTHER)}"/>')
        parts.append(text(x + 15, 44, name))
        x += 24 + 8 * len(name)
    parts.append(line(x + 4, 34, x + 4, 45, 'stroke="#c00" stroke-width="2"'))
    parts.append(text(x + 9, 44, "at least"))
    parts.append(line(x + 69, 34, x + 69, 45, 'stroke="#080" '
                      'stroke-width="2" stroke-dasharray="2 2"'))
    parts.append(text(x + 74, 44, "aim; thin line: all rounds"))
    return parts


def draw(rows, tasks):
    """The chart as SVG; rows as in results.tsv."""
    by_name = {task.name: task for task in tasks}
    groups = {}
    for row in rows:
        groups.setdefault((row["task"], int(row["rows"])), []).append(row)
    peers = [row for row in rows if row["contender"] != "riffle"]
    scale = Scale([float(row["ratio"]) for row in peers])
    body, y = [], TOP
    for (name, size), members in groups.items():
        others = [row for row in members if row["contender"] != "riffle"]
        own = next((row for row in members if row["contender"] == "riffle"),
                   None)
        height = max(2, len(others)) * BAR
        body.append(text(LEFT - 8, y + 10, f"{name}, {count(size)}", "end",
                         ' font-weight="bold"'))
        if own:
            body.append(text(LEFT - 8, y + 23,
                             f"{float(own['wall_s']):.3g} s, "
                             f"{float(own['peak_mib']):.0f} MiB", "end",
                             ' fill="#555"'))
        for i, row in enumerate(others):
            body += bar(scale, y + i * BAR, row, by_name.get(name))
        y += height + GAP
    grid = []
    for tick in scale.ticks():
        x = scale.x(tick)
        colour = "#888" if tick == 1 else "#ddd"
        grid.append(line(x, TOP - 6, x, y, f'stroke="{colour}"'))
        grid.append(text(x, TOP - 10, f"{tick:g}x", "middle", ' fill="#555"'))
    width = LEFT + WIDTH + RIGHT
    machines = "; ".join(sorted({row["machine"] for row in rows}))
    named = [name for name in COLOURS
             if any(row["contender"] == name for row in peers)]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
        f'height="{y + 24}" font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        text(LEFT, 20, "Riffle is so many times faster than", more=' '
             'font-size="15" font-weight="bold"'),
        *legend(named), *grid, *body,
        text(LEFT, y + 14, machines, more=' fill="#555"'), "</svg>", ""])


def write(folder, rows, tasks):
    path = pathlib.Path(folder) / "results.svg"
    part = path.with_name(".results.svg.part")
    part.write_text(draw(rows, tasks))
    part.replace(path)
