import subprocess, os
def run(label, body, n=3000):
    lines = ["select pg_backend_pid() as pid \\gset", "\\o /dev/null"]
    warm = body*50
    text = "\n".join(lines) + "\n" + warm + "\n\\setenv P :pid\n\\! cat /proc/$P/stat >&2\n" + body*n + "\n\\! cat /proc/$P/stat >&2\n"
    r = subprocess.run(["psql","-X","-q","-h","/tmp/f/pg","-p","5999","-U","mainspring_web","-d","m"], input=text, capture_output=True, text=True)
    t=[l for l in r.stderr.splitlines() if l.split() and l.split()[0].isdigit()]
    if len(t)!=2: print(label, r.stderr[:300]); return
    cpu=[(int(x.rsplit(")",1)[1].split()[11])+int(x.rsplit(")",1)[1].split()[12])) for x in t]
    us=(cpu[1]-cpu[0])*1e6/os.sysconf("SC_CLK_TCK")/n
    print(f"{label}: {us:.0f} us CPU a transaction")
begin="begin isolation level read committed read write\\;set local mainspring.actor = '{0}'\\;set local mainspring.org_unit = '0'\\;set local mainspring.at = '2026-07-01 08:00:00.000+00'"
run("plain begin/select 1/commit", begin.format(0)+";\nselect 1;\ncommit;\n")
for a,what in ((1,"everywhere"),(2,"root of 1079 units, 360 cells"),(3,"city, about 100 units"),(4,"county, about 16 units"),(5,"station")):
    run("enter "+what, begin.format(a)+f"\\;select core.enter({a});\nselect 1;\ncommit;\n", 1000 if a in(2,3) else 3000)
q="select account_id from customer.account where cell_id = 21 and account_id = 20;\n"
run("key look-up under policy, everywhere", begin.format(1)+"\\;select core.enter(1);\n"+q+"commit;\n")
run("key look-up under policy, station", begin.format(5)+"\\;select core.enter(5);\n"+q+"commit;\n")
