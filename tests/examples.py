"""Prints the commands of a page's EXAMPLES section, or of a page without one, as a script.

Commands stand in .Dl lines and .Bd -literal displays.  In a display with
prompts, "$ " begins a command and what follows a whole command is its
output, which the script checks.
"""
import re
import shlex
import subprocess
import sys


def plain(text):
    text = text.replace(r"\(dq", '"').replace(r"\e", "\\").replace(r"\&", "")
    return re.sub(r"^\.Dl ?", "", text)


def is_whole(command):
    return not command.rstrip("\n").endswith("\\") and subprocess.run(
        ["bash", "-n", "-c", command], capture_output=True).returncode == 0


def commands(lines):
    """(command, output lines) of one display."""
    if not any(line.startswith("$ ") for line in lines):
        text = ""
        for line in lines:
            text += line + "\n"
            if is_whole(text) and text.strip():
                yield text, []
                text = ""
        return
    text, output = "", []
    for line in lines + ["$ "]:
        if line.startswith("$ "):
            if text:
                yield text, output
            text, output = line[2:] + "\n", []
        elif line.startswith("> "):
            text += line[2:] + "\n"
        elif is_whole(text):
            output.append(line)
        else:
            text += line + "\n"


def displays(page):
    section = page.split(".Sh EXAMPLES\n", 1)[-1]
    if section != page:
        section = section.split("\n.Sh ", 1)[0]
    inside = None
    for line in section.split("\n"):
        if line.startswith(".Bd"):
            inside = []
        elif line.startswith(".Ed"):
            yield inside
            inside = None
        elif inside is not None:
            inside.append(plain(line))
        elif line.startswith(".Dl"):
            yield [plain(line)]


for display in displays(open(sys.argv[1]).read()):
    for command, output in commands(display):
        print("echo", shlex.quote("+ " + command.strip().split("\n")[0]), ">&2")
        if output:
            print("diff - <(\n" + command + ") <<'OUTPUT'\n" + "\n".join(output) + "\nOUTPUT")
        else:
            print(command)
