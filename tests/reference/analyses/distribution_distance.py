"""Standardised differences of categories from tableone (MIT), version printed.

python distribution_distance.py > distribution_distance.toml, in an environment with tableone 0.9.6.
"""

import pandas as pd
import tableone

CASES = {
    "two levels": ([30, 70], [45, 55]),
    "three levels": ([20, 51, 25], [17, 56, 24]),
    "five levels, one of them in one arm only": ([10, 0, 30, 25, 35], [12, 8, 25, 20, 35]),
    "the same": ([10, 20, 30], [20, 40, 60]),
}

print("[provenance]")
print('kind = "computed"')
print(f'program = "tableone {tableone.__version__}, smd=True"')
print('script = "distribution_distance.py"')
print("tolerance = 1e-9")
print('tolerance_reason = "the same formula in double precision"')
for name, (active, reference) in CASES.items():
    levels = [str(i) for i in range(len(active))]
    rows = [
        (arm, level)
        for arm, counts in (("active", active), ("reference", reference))
        for level, n in zip(levels, counts, strict=True)
        for _ in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["arm", "level"])
    table = tableone.TableOne(frame, columns=["level"], groupby="arm", smd=True, pval=False)
    smd = table.smd_table.iloc[0, -1]
    print(f'\n[[case]]\nname = "{name}"\nactive = {active}\nreference = {reference}')
    print(f"distance = {smd}")
