"""Texts that would do harm where an expression is more than an expression: escapes and bombs.

An escape, run by anything, makes the canary: a file, an environment variable or an attribute whose name is
``CANARY``. A bomb takes time or memory without end.
"""

CANARY = "ALUR_CANARY"

_TOUCH = f"open('{CANARY}', 'w').close()"
_SHELL = f"touch {CANARY}"

_PYTHON = [
    f"__import__('os').system('{_SHELL}')",
    f"__import__('os').popen('{_SHELL}').read()",
    f"__import__('subprocess').run(['touch', '{CANARY}'])",
    f"__import__('pathlib').Path('{CANARY}').touch()",
    f"__import__('os').environ.__setitem__('{CANARY}', '1')",
    _TOUCH,
    f'exec("{_TOUCH}")',
    f'eval("{_TOUCH}")',
    f'compile("{_TOUCH}", "x", "exec")',
    f"[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
    f".__init__.__globals__['system']('{_SHELL}')",
    f"().__class__.__mro__[1].__subclasses__()[104].load_module('os').system('{_SHELL}')",
    f"''.__class__.__base__.__subclasses__()[-1].__init__.__globals__['__builtins__']['exec'](\"{_TOUCH}\")",
    f"(lambda: {_TOUCH})()",
    f"(lambda f: f(f))(lambda f: {_TOUCH})",
    f"getattr(__builtins__, 'o' + 'pen')('{CANARY}', 'w')",
    f"vars()['__builtins__']['open']('{CANARY}', 'w')",
    f"globals()['__builtins__'].open('{CANARY}', 'w')",
    f"locals().__setitem__('x', open('{CANARY}', 'w'))",
    f"(x := open('{CANARY}', 'w'))",
    f"[x for x in [open('{CANARY}', 'w')]]",
    f"{{1: open('{CANARY}', 'w')}}",
    f"next(g for g in [(open('{CANARY}', 'w') for _ in [1])])",
    "'{0.__class__.__init__.__globals__}'.format(print)",
    "'%(x)s' % {'x': __import__('os').environ}",
    f'f\'{{open("{CANARY}", "w")}}\'',
    "type('X', (), {'__del__': lambda s: open('" + CANARY + "', 'w')})()",
    "print.__self__.open('" + CANARY + "', 'w')",
    "(g for g in [1]).gi_frame.f_back.f_globals['__builtins__'].open('" + CANARY + "', 'w')",
    "(await_ := (lambda: 1)).__globals__['__builtins__'].open('" + CANARY + "', 'w')",
    "try: 1/0\nexcept* ZeroDivisionError as e: e.__traceback__.tb_frame.f_builtins['open']('"
    + CANARY
    + "','w')",
    f"import os; os.system('{_SHELL}')",
    f"from os import system; system('{_SHELL}')",
    f"def f(x, /): open('{CANARY}', 'w')\nf(1)",
    f"class X(metaclass=type('M', (type,), {{'__init__': lambda *a: open('{CANARY}', 'w')}})): pass",
    f"assert open('{CANARY}', 'w')",
    f"raise SystemExit({_TOUCH})",
    f"𝘦𝘹𝘦𝘤('{_TOUCH}')",
    f"ｏｐｅｎ('{CANARY}', 'w')",
    f"__loader__.load_module('os').system('{_SHELL}')",
    f"help.__class__.__call__.__globals__['sys'].modules['os'].system('{_SHELL}')",
    "pickle.loads(b\"cos\\nsystem\\n(S'" + _SHELL + "'\\ntR.\")",
    f"yaml.load('!!python/object/apply:os.system [\"{_SHELL}\"]')",
    f"sys.modules['os'].system('{_SHELL}')",
    f"task.workflow.script_engine.environment.globals['os'].system('{_SHELL}')",
    f'wf.script_engine.execute(None, "{_TOUCH}")',
    f"setattr(__import__('builtins'), '{CANARY}', 1)",
]

_JAVA = [
    f"${{''.getClass().forName('java.lang.Runtime').getRuntime().exec('{_SHELL}')}}",
    f"${{T(java.lang.Runtime).getRuntime().exec('{_SHELL}')}}",
    f"#{{''.class.forName('java.lang.ProcessBuilder').newInstance(['touch', '{CANARY}']).start()}}",
    f"${{execution.getEngineServices().getRepositoryService().createDeployment().name('{CANARY}')}}",
    f"${{execution.setVariable('{CANARY}', 1)}}",
    f"${{new java.io.File('{CANARY}').createNewFile()}}",
    f"${{__import__('os').system('{_SHELL}')}}",
    f"${{{_TOUCH}}}",
    "${jndi:ldap://127.0.0.1:1/x}",
    "#{request.getSession().getServletContext().getClassLoader()}",
    f"${{bean.{CANARY} = 1}}",
    f"${{S('{CANARY}').writeTo(1)}}",
]

_SCRIPT = [
    f"(() => {{ require('fs').writeFileSync('{CANARY}', '') }})()",
    f"this.constructor.constructor('return process')().mainModule.require('fs').writeFileSync('{CANARY}','')",
    f"[].filter.constructor('globalThis.{CANARY}=1')()",
    f"new java.io.File('{CANARY}').createNewFile()",
    f"java.lang.System.setProperty('{CANARY}', '1')",
    f"'touch {CANARY}'.execute()",
    f"`touch {CANARY}`",
    f"$(touch {CANARY})",
    f"; touch {CANARY} #",
    f"| touch {CANARY}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    f"{{{{ cycler.__init__.__globals__.os.popen('{_SHELL}').read() }}}}",
    f"{{% import 'os' as os %}}{{{{ os.system('{_SHELL}') }}}}",
    f"<%= `touch {CANARY}` %>",
    f"<script>{CANARY}=1</script>",
    f"'; CREATE TABLE {CANARY} (x int); --",
    f"= '; ATTACH DATABASE '{CANARY}' AS x; --",
]

_FEEL = [
    '= {f: function(x) external {java: {class: "java.lang.Runtime", "method signature": "exec(String)"}}, '
    f'r: f("{_SHELL}")}}.r',
    f'= function(cmd) external {{pmml: {{document: "{CANARY}", model: "x"}}}}',
    f'= get value({{}}, "__class__").__base__.__subclasses__("{CANARY}")',
    f'= "".__class__.__init__.__globals__.{CANARY}',
    f"= now().__reduce__().{CANARY}",
    f'= [].append("{CANARY}").__class__',
    f'= string(get entries(__builtins__)) + "{CANARY}"',
    f'= replace("x", "x", "$(touch {CANARY})")',
    f'= date("{CANARY}/../../x").real.__class__',
    f'= working days(__import__("os").system("{_SHELL}"))',
    f'= context put({{}}, "__class__", "{CANARY}").__class__',
    f'= @"touch {CANARY}"',
    f"= number(\"__import__('os').system('{_SHELL}')\")",
]

ESCAPES: tuple[str, ...] = (*_PYTHON, *_JAVA, *_SCRIPT, *_FEEL)

_DEEP = 9_000
BOMBS: tuple[str, ...] = (
    "= for i in 1..1000000000 return i",
    "= count(for i in 1..100000, j in 1..100000 return i * j)",
    "= for a in 1..999, b in 1..999, c in 1..999, d in 1..999 return a",
    "= some x in 1..1000000000 satisfies x < 0",
    "= every x in 1..1000000000 satisfies x > 0",
    "= sum(for i in 1..1000000000 return i)",
    "= 9 ** 9 ** 9 ** 9",
    "= 10 ** 999999999999",
    "= exp(999999999999)",
    "= 1e999999999 * 1e999999999",
    '= string join(for i in 1..1000000 return "xxxxxxxxxxxxxxxx")',
    "= {f: function(n) f(n + 1), r: f(1)}.r",
    "= {f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(60)}.r",
    "= {f: function(g) g(g), r: f(f)}.r",
    '= matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
    '= matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|aa)+$")',
    '= replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a*)*b", "x")',
    '= split("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a|a)*b")',
    '= matches("x", "' + "(" * 300 + "x" + ")" * 300 + '")',
    '= matches("x", "x{99999}{99999}")',
    "= " + "(" * _DEEP + "1" + ")" * _DEEP,
    "= " + "[" * 5_000 + "]" * 5_000,
    "= " + "not(" * 2_000 + "true" + ")" * 2_000,
    "= " + "-" * 9_000 + "1",
    "= " + " + ".join(["1"] * 4_000),
    "= " + " and ".join(["true"] * 1_500),
    '= "' + "x" * 100_000 + '"',
    "= {a: [1,1,1,1,1,1,1,1,1,1], b: [a,a,a,a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b,b,b,b], "
    "d: [c,c,c,c,c,c,c,c,c,c], e: [d,d,d,d,d,d,d,d,d,d], f: [e,e,e,e,e,e,e,e,e,e], r: flatten(f)}.r",
    '= {s: "xxxxxxxxxx", t: replace(s, "x", s), u: replace(t, "x", t), v: replace(u, "x", u), '
    'w: replace(v, "x", v), r: string length(w)}.r',
    '= duration("P99999999999999999Y")',
    '= date("9999-12-31") + duration("P9999999Y")',
    '= now() + duration("P99999999Y")',
    "= sort(for i in 1..100000 return -i, function(a, b) a < b)",
    "= distinct values(for i in 1..100000 return i)",
    "= partial",
    "= for i in 0..100000 return if i = 0 then 1 else partial[-1] + partial[-1]",
    "= [1..1000000000][item > 5]",
    "= list contains(for i in 1..1000000 return i, -1)",
    "= union(for i in 1..60000 return i, for i in 1..60000 return -i)",
    '= years and months duration(date("0001-01-01"), date("999999999-01-01"))',
    "= hari kerja(999999999)",
    "= working hours(99999999999999)",
)
