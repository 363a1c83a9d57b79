"""python3-netaddr and python3-radix: `python3 sets.py FOLDER text NAME|algebra SUFFIX|member FAMILY`.

A workload takes seconds here, so it is done once.
"""

import sys
import time

folder, part, name = sys.argv[1:]


def lines(file_name):
    with open(f"{folder}/{file_name}.txt") as file:
        return file.read().split()


def measure(workload, work):
    start = time.process_time()
    answer = work()
    print(f"{workload}\t{time.process_time() - start:.9f}\t{answer}", flush=True)


if part == "member":
    import radix

    tree = radix.Radix()
    for block in lines(f"a{name}_100000"):
        tree.add(block)
    addresses = lines(f"probes{name}")
    measure("calls", lambda: sum(tree.search_best(address) is not None for address in addresses))
else:
    import netaddr

    if part == "text":
        texts = lines(name)
        measure("text", lambda: len([str(block) for block in netaddr.cidr_merge(texts)]))
    else:
        a, b = netaddr.IPSet(lines(f"a{name}")), netaddr.IPSet(lines(f"b{name}"))
        measure("union", lambda: (a | b).size)
        measure("intersection", lambda: (a & b).size)
        measure("difference", lambda: (a - b).size)
