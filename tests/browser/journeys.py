"""One report of each agency, from filing to rating, as data: who files what, which tasks lead to an answer.

Only answers that steer the flow or that a form would not take as plain words are named here; the driver
fills in what else a page requires. Tasks are named as the officers see them.
"""

from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from tests.browser.driver import LETTER, Answers

REPORTER = {"pelapor_nama": "Sari Contohwati", "pelapor_kontak": "sari@contoh.example"}
STORY = "Sudah dua kali datang, belum ada tindak lanjut, dan petugas tidak memberi keterangan tertulis."


def _photo() -> bytes:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "#0b57a4").save(picture, "JPEG")
    return picture.getvalue()


PHOTO = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": _photo()}


@dataclass(frozen=True)
class Task:
    """A task that an officer of this role completes; ``answers`` are what the journey cares about."""

    role: str
    name: str
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Topic:
    """A step that a program of the agency does through the JSON API."""

    name: str
    result: Answers


@dataclass(frozen=True)
class Reply:
    """The agency has asked; the reporter answers."""

    text: str


@dataclass(frozen=True)
class Unit:
    """The agency's administrator adds a unit, for reports to be sent to."""

    key: str
    name: str


@dataclass(frozen=True)
class Journey:
    """A report of one agency; ``script`` tells whether the reporter's telephone runs JavaScript.

    ``appeal``: the time for an appeal, after the ten working days in which the reporter may reply.
    """

    agency: str
    process: str
    title: str
    report: Answers
    steps: tuple[Task | Topic | Reply | Unit, ...]
    script: bool = True
    anonymous: bool = False
    secret: bool = False
    files: dict[str, object] = field(default_factory=dict)
    appeal: str = ""

    @property
    def service(self) -> str:
        """Its address under /lapor."""
        return f"{self.agency}/{self.process}"

    def answers(self, today: str) -> Answers:
        """The whole report as the reporter writes it."""
        return {
            "jenis_laporan": "pengaduan",
            "anonim": self.anonymous,
            "rahasia": self.secret,
            "judul": self.title,
            "isi_laporan": STORY,
            "tanggal_kejadian": today,
            "lokasi_kejadian": "Kota Contoh",
            "setuju_pdp": True,
            **({} if self.anonymous else REPORTER),
            **self.report,
        }


def closing(writer: str, approver: str) -> tuple[Task, ...]:
    """The last two tasks of every SOP: the answer is written and approved."""
    return (
        Task(writer, "Susun tanggapan", {"konsep_tanggapan": ANSWER}),
        Task(approver, "Setujui tanggapan", {"disetujui": True}),
    )


ANSWER = "Loket sudah dibuka kembali dan petugas sudah ditegur. Terima kasih atas laporan Anda."

SP4N = Journey(
    "sp4n_umum",
    "sp4n_umum",
    "Loket tutup pada jam layanan",
    {"kategori": "layanan", "unit_layanan": "Loket 3"},
    (
        Task("petugas_pengaduan", "Registrasi dan beri tanda terima"),
        Task("admin_instansi", "Verifikasi laporan", {"hasil_verifikasi": "tidak_lengkap"}),
        Task(
            "admin_instansi",
            "Susun pertanyaan kepada pelapor",
            {"pertanyaan": [{"pertanyaan": "Pukul berapa Anda datang?"}, {"pertanyaan": "Loket yang mana?"}]},
        ),
        Reply("Pukul sembilan pagi, loket tiga."),
        Task("admin_instansi", "Verifikasi laporan", {"hasil_verifikasi": "lengkap"}),
        Unit("loket_tiga", "Loket Tiga"),
        Task("admin_instansi", "Disposisi ke unit kerja", {"unit_ditunjuk": "loket_tiga"}),
        Task("admin_unit", "Terima atau tolak disposisi", {"diterima": True}),
        Task("admin_unit", "Laksanakan tindak lanjut"),
        Task("kepala_unit", "Periksa bukti tindak lanjut", {"cukup": True}),
        *closing("admin_instansi", "pejabat_penghubung"),
    ),
    script=False,
)

KEMENKUMHAM = Journey(
    "kemenkumham",
    "kemenkumham_lapdu",
    "Paspor belum terbit setelah sebulan",
    {
        "kategori": "layanan_imigrasi",
        "jenis_upt": "kanim",
        "nama_upt": "Kanim Contoh",
        "saksi_ada": True,
        "daftar_saksi": [{"nama": "Dewi Rekaan", "kontak": "0800"}, {"nama": "Joko Umpama"}],
    },
    (
        Task("petugas_ulp_utama", "Registrasi laporan di SIPIDU"),
        Task("petugas_ulp_utama", "Verifikasi laporan", {"hasil_verifikasi": "lengkap"}),
        Task("petugas_ulp_upt", "Telaah dan susun rencana klarifikasi"),
        Task("petugas_ulp_upt", "Klarifikasi petugas terlapor dan unit"),
        Task("petugas_ulp_upt", "Susun rekomendasi ULP", {"hasil_tingkat_usulan": "selesai"}),
        Task(
            "kepala_upt",
            "Putuskan tindak lanjut: perbaiki, klarifikasi, atau naik tingkat",
            {"hasil_tingkat": "selesai"},
        ),
        Task("petugas_ulp_upt", "Laksanakan perbaikan layanan dan lapor bukti"),
        *closing("petugas_ulp_utama", "pimpinan_unit_utama"),
    ),
    files={"lampiran": [LETTER, PHOTO]},
)

KEMENKES = Journey(
    "kemenkes",
    "kemenkes_dumas",
    "Antrean pendaftaran sejak pagi",
    {"kategori": "pelayanan_rs", "nama_fasilitas": "RS Contoh", "pemilik_fasilitas": "kemenkes"},
    (
        Task("operator_halo", "Catat laporan dan pastikan alamat balasan"),
        Topic("sp4n.tiket", {"nomor_sp4n": "1234567"}),
        Task(
            "sekretariat_dumas",
            "Telaah laporan",
            {"logis": "ya", "cukup_data": "tidak", "hasil_kewenangan": "ya", "kekurangan": ["kronologi"]},
        ),
        Task(
            "sekretariat_dumas",
            "Susun pertanyaan klarifikasi",
            {"pertanyaan": [{"pertanyaan": "Bagaimana urutan kejadiannya?"}]},
        ),
        Reply("Saya mendaftar pukul tujuh dan baru dilayani pukul dua siang."),
        Task(
            "sekretariat_dumas",
            "Telaah laporan",
            {"logis": "ya", "cukup_data": "ya", "hasil_kewenangan": "ya"},
        ),
        Task("tim_eselon1", "Disposisi ke unit teknis", {"unit_terkait": ["direktorat-a"]}),
        Task("penanggung_jawab_unit", "Tanggapan per unit teknis"),
        Task("ketua_dumas", "Reviu hasil penanganan", {"reviu_diterima": True}),
        *closing("sekretariat_dumas", "ketua_dumas"),
    ),
)

KEMENDIKBUD = Journey(
    "kemendikbud",
    "kemendikbud_ult",
    "Dana bantuan PAUD tidak sampai",
    {
        "kategori": "penyalahgunaan_wewenang",
        "nama_sekolah": "PAUD Contoh",
        "jenjang": "paud",
        "status_sekolah": "negeri",
        "pelapor_sebagai": "perorangan",
        "berkas_diserahkan": ["ktp", "bukti_kejadian"],
    },
    (
        Task("petugas_ult", "Registrasi dan beri nomor laporan"),
        Task("petugas_ult", "Periksa berkas dan nyatakan status", {"berkas_lengkap": "ya"}),
        Task(
            "penelaah_ult",
            "Identifikasi masalah dan periksa substansi",
            {"jenjang": "paud", "status_sekolah": "negeri"},
        ),
        Task("itjen_posko", "Audit tujuan tertentu oleh Posko Itjen"),
        Task("koordinator_ult", "Reviu hasil penanganan", {"reviu_diterima": True}),
        *closing("petugas_ult", "kepala_biro"),
    ),
    script=False,
    appeal="14 hari",
)

TEAM = "mahkamah_agung"
MAHKAMAH_AGUNG = Journey(
    "mahkamah_agung",
    "ma_siwas",
    "Sidang ditunda tanpa penjelasan",
    {"kategori": "kode_etik_hakim", "pengadilan": "PN Contoh", "saksi": [{"nama": "Orang Contoh"}]},
    (
        Task("petugas_meja", "Masukkan pengaduan ke SIWAS"),
        Task("kabawas", "Teruskan ke penelaah", {"penelaah_ditunjuk": f"penelaah@{TEAM}"}),
        Task(
            "penelaah",
            "Telaah: nilai identitas dan substansi",
            {
                "identitas_jelas": "tidak",
                "substansi": "memadai",
                "masih_bekerja": "ya",
                "ada_serupa": "tidak",
            },
        ),
        Task("inspektur_wilayah", "Koreksi hasil telaah", {"koreksi_setuju": True}),
        Task("kasubag_tu", "Siapkan tindak lanjut"),
        Task("kabawas", "Tentukan bentuk tindak lanjut", {"tindak_lanjut": "periksa"}),
        Task(
            "kabawas",
            "Susun daftar calon anggota dan kebutuhan tim",
            {"calon_anggota": [f"anggota_tim@{TEAM}"]},
        ),
        Task("kabawas", "Tunjuk ketua tim", {"ketua_tim": f"ketua_tim@{TEAM}"}),
        Task("anggota_tim", "Pernyataan bebas benturan kepentingan per calon anggota"),
        Task("sekretariat_tim", "Siapkan surat tugas dan anggaran"),
        Task("ketua_tim", "Mulai tugas: rencana pemeriksaan"),
        Task("anggota_tim", "Periksa pelapor dan saksi, BAP per orang"),
        Task("ketua_tim", "Periksa terlapor"),
        Task("ketua_tim", "Sampaikan LHP lewat SIWAS", {"terbukti": "tidak"}),
        Task("kabawas", "Beri pertimbangan, pendapat dan saran atas LHP"),
        Task("ketua_kamar", "Teruskan ke Ketua Mahkamah Agung"),
        Task("ketua_ma", "Putuskan hasil pengaduan", {"keputusan": "tidak_terbukti"}),
        Task("kabawas", "Hentikan pemeriksaan dan pulihkan nama terlapor"),
        *closing("kasubag_tu", "kabawas"),
    ),
    script=False,
    anonymous=True,
)

KEJAKSAAN = Journey(
    "kejaksaan_agung",
    "kejaksaan_lapdu",
    "Diminta uang agar perkara cepat",
    {"kategori": "pemerasan", "satuan_kerja": "Kejari Contoh", "satuan_kerja_tingkat": "kejari"},
    (
        Task("petugas_pengaduan", "Registrasi lapdu; jawab di tempat bila dapat"),
        Task("kasubag_was", "Verifikasi laporan", {"hasil_verifikasi": "lengkap"}),
        Topic("komjak.cek", {"ditangani_komjak": False}),
        Task("aswas", "Susun telaahan dan saran", {"saran_tindak": "tidak"}),
        Task("kajati", "Disposisi: klarifikasi, langsung inspeksi, atau tidak", {"disposisi": "tidak"}),
        Task("aswas", "Hentikan dan susun alasan"),
        *closing("petugas_pengaduan", "kasubag_was"),
    ),
    secret=True,
    files={"lampiran": LETTER},
)

BPOM = Journey(
    "bpom",
    "bpom_ulpk",
    "Krim tanpa izin edar dijual daring",
    {
        "kategori": "produk_ilegal",
        "komoditi": "kosmetik",
        "nama_produk": "Krim Contoh",
        "jenis_penjualan": "daring",
        "tautan_penjualan": "https://toko.example/krim",
    },
    (
        Task("petugas_ulpk", "Terima kontak dan identifikasi produk"),
        Topic("bpom.cek_nie", {"status_registri": "tidak_ditemukan"}),
        Task("petugas_balai", "Klarifikasi laporan dan kelengkapan", {"hasil_klarifikasi": "lengkap"}),
        Task("kepala_balai", "Disposisi tindakan pengawasan", {"perlu_uji": True, "perlu_siber": True}),
        Task("tim_siber", "Patroli siber dan permintaan takedown"),
        Task("penguji", "Sampling dan uji laboratorium"),
        Task(
            "unit_teknis",
            "Gelar kasus dan kesimpulan",
            {"ada_unsur_pidana": "tidak", "jenis_sanksi": "peringatan"},
        ),
        Task("direktur_teknis", "Tetapkan sanksi administratif"),
        *closing("petugas_ulpk", "koordinator_ulpk"),
    ),
    anonymous=True,
    files={"foto_produk": PHOTO},
)

ALL = (SP4N, KEMENKUMHAM, KEMENKES, KEMENDIKBUD, MAHKAMAH_AGUNG, KEJAKSAAN, BPOM)
