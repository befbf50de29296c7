"""What an HTML form sends becomes the same answers that the API takes."""

from tests.unit.form.helpers import ENV, of, one, options

FORM = of(
    one("textfield", "judul"),
    one("number", "jumlah"),
    one("checkbox", "setuju"),
    one("checkbox", "rahasia"),
    one("radio", "nilai", values=options(1, 2)),
    one("checklist", "berkas", values=options("ktp", "surat")),
    one("filepicker", "bukti", multiple=True),
    one("dynamiclist", "saksi", components=[one("textfield", "nama"), one("checkbox", "hadir")]),
    {"type": "group", "path": "alamat", "components": [one("textfield", "kota")]},
)


def test_posted() -> None:
    pairs = [
        ("_token", "abc"),
        ("judul", "Pungutan"),
        ("jumlah", "15000"),
        ("setuju", "on"),
        ("nilai", "2"),
        ("berkas", "ktp"),
        ("berkas", "surat"),
        ("bukti", "file-1"),
        ("bukti", ""),
        ("saksi[4].nama", "Budi"),
        ("saksi[0].nama", "Sari"),
        ("saksi[0].hadir", "true"),
        ("saksi[x].nama", "tidak terbaca"),
        ("alamat.kota", "Kupang"),
    ]
    answers = FORM.posted(pairs)
    assert answers == {
        "judul": "Pungutan",
        "jumlah": "15000",
        "setuju": True,
        "nilai": 2,
        "berkas": ["ktp", "surat"],
        "bukti": ["file-1"],
        "saksi": [{"nama": "Sari", "hadir": True}, {"nama": "Budi"}],
        "alamat": {"kota": "Kupang"},
    }
    checked = FORM.validate(answers, {}, ENV)
    assert not checked.errors
    assert checked.values["jumlah"] == 15000
    assert checked.values["rahasia"] is False
    assert checked.values["saksi"][1] == {"nama": "Budi", "hadir": False}


def test_nothing_posted() -> None:
    checked = FORM.validate(FORM.posted([]), {}, ENV)
    assert not checked.errors
    assert checked.values == {
        "judul": None,
        "jumlah": None,
        "setuju": False,
        "rahasia": False,
        "nilai": None,
        "berkas": [],
        "bukti": [],
        "saksi": [],
        "alamat": {"kota": None},
    }


def test_posting_is_bounded() -> None:
    answers = FORM.posted((f"saksi[{n}].nama", "x") for n in range(9_000))
    assert len(answers["saksi"]) == 400
    assert FORM.validate(answers, {}, ENV).errors
