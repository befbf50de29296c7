"""Every route of the product and who may open it: what ``test_matrix`` walks. A new route gets its line here.

The keys are the names of the access rules that routes declare (``webapp.access``).
"""

DECLARED = {
    "anyone": """
        POST /api/v1/complaints
        POST /api/v1/files
        POST /keluar
        GET /masuk
        POST /masuk
    """,
    "leads roles of an SOP": """
        GET /pantau
        GET /pantau/ketepatan
        GET /pantau/ketepatan.csv
        GET /pantau/orang/<login>
        POST /pantau/orang/<login>
    """,
    "number and code of a report": """
        POST /pelapor
        POST /pelapor/balas
        POST /pelapor/berkas/<file_id>
        POST /pelapor/cabut
        POST /pelapor/kirim/<name>
        POST /pelapor/nilai
    """,
    "on this machine or role operator": """
        GET /metrics
    """,
    "public, without a cookie": """
        GET /
        GET /api/v1/agencies
        GET /api/v1/complaints/<number>
        GET /api/v1/complaints/<number>/files/<file_id>
        POST /api/v1/complaints/<number>/messages
        POST /api/v1/complaints/<number>/rating
        POST /api/v1/complaints/<number>/replies
        GET /api/v1/complaints/<number>/status
        POST /api/v1/complaints/<number>/withdrawal
        GET /api/v1/services
        GET /api/v1/services/<agency>/<process>
        POST /api/v1/tokens
        GET /healthz
        GET /lacak
        GET /lacak/<number>
        GET /lapor
        GET /lapor/<agency>/<process>
        POST /lapor/<agency>/<process>
        GET /lapor/<agency>/<process>/periksa
        POST /lapor/<agency>/<process>/periksa
        POST /lapor/tanda-terima
        GET /openapi.json
        GET /pelapor
        GET /readyz
        GET /static/<path:filename>
    """,
    "role admin": """
        POST /api/v1/calendar/changes
        DELETE /api/v1/calendar/changes/<change_id>
        POST /api/v1/calendar/hours
        DELETE /api/v1/calendar/hours/<hours_id>
        GET /api/v1/calendar/moves
        POST /api/v1/calendar/moves
        GET /api/v1/calendar/years
        POST /api/v1/calendar/years
        POST /api/v1/calendar/zones
        DELETE /api/v1/grants/<grant_id>
        GET /api/v1/people
        POST /api/v1/people
        GET /api/v1/people/<person_id>
        POST /api/v1/people/<person_id>/roles
        POST /api/v1/roles
        POST /api/v1/units
        GET /kelola
        GET /kelola/instansi
        POST /kelola/instansi
        GET /kelola/kalender
        GET /kelola/kalender/hari
        POST /kelola/kalender/hari
        GET /kelola/kalender/hari/<change_id>/hapus
        POST /kelola/kalender/hari/<change_id>/hapus
        GET /kelola/kalender/hitung
        GET /kelola/kalender/jam
        POST /kelola/kalender/jam
        GET /kelola/kalender/jam/<hours_id>/hapus
        POST /kelola/kalender/jam/<hours_id>/hapus
        GET /kelola/kalender/tahun/<int:year>
        POST /kelola/kalender/tahun/<int:year>
        GET /kelola/kalender/tenggat
        POST /kelola/kalender/tenggat
        POST /kelola/kalender/zona
        GET /kelola/orang
        GET /kelola/orang/<person_id>
        POST /kelola/orang/<person_id>/aktif
        GET /kelola/orang/<person_id>/nonaktif
        POST /kelola/orang/<person_id>/nonaktif
        GET /kelola/orang/<person_id>/peran
        POST /kelola/orang/<person_id>/peran
        GET /kelola/orang/<person_id>/peran/<grant_id>/akhiri
        POST /kelola/orang/<person_id>/peran/<grant_id>/akhiri
        GET /kelola/orang/<person_id>/sandi
        POST /kelola/orang/<person_id>/sandi
        GET /kelola/orang/<person_id>/ubah
        POST /kelola/orang/<person_id>/ubah
        GET /kelola/orang/<person_id>/wakil
        POST /kelola/orang/<person_id>/wakil
        GET /kelola/orang/baru
        POST /kelola/orang/baru
        GET /kelola/peran
        GET /kelola/peran/<key>
        GET /kelola/peran/<key>/tunjuk
        POST /kelola/peran/<key>/tunjuk
        GET /kelola/peran/<key>/ubah
        POST /kelola/peran/<key>/ubah
        GET /kelola/peran/baru
        POST /kelola/peran/baru
        POST /kelola/peran/katalog
        GET /kelola/unit
        GET /kelola/unit/<key>
        POST /kelola/unit/<key>
        POST /kelola/unit/<key>/buka
        GET /kelola/unit/<key>/tutup
        POST /kelola/unit/<key>/tutup
        GET /kelola/unit/baru
        POST /kelola/unit/baru
    """,
    "role penjaga_identitas or admin": """
        POST /api/v1/cases/<case_number>/erasure
        GET /laporan/<number>/hapus
        POST /laporan/<number>/hapus
    """,
    "role operator or admin": """
        GET /api/v1/incidents
        GET /api/v1/incidents/<incident_id>
        GET /api/v1/incidents/groups
        POST /api/v1/incidents/<incident_id>/alike/cancel
        POST /api/v1/incidents/<incident_id>/alike/retry
        POST /api/v1/incidents/<incident_id>/cancel
        POST /api/v1/incidents/<incident_id>/retry
        GET /api/v1/jobs
        POST /api/v1/jobs/<job_id>/complete
        POST /api/v1/jobs/<job_id>/error
        POST /api/v1/jobs/<job_id>/fail
        POST /api/v1/jobs/fetch
        POST /api/v1/messages
        GET /api/v1/receivers
        GET /api/v1/receivers/<receiver_name>
        GET /operasi
        GET /operasi/insiden/<incident_id>/batal
        POST /operasi/insiden/<incident_id>/batal
        GET /operasi/insiden/<incident_id>/sejenis
        POST /operasi/insiden/<incident_id>/sejenis/batal
        POST /operasi/insiden/<incident_id>/sejenis/ulang
        POST /operasi/insiden/<incident_id>/ulang
        POST /operasi/kiriman/<entry_id>/ulang
        GET /operasi/kiriman
        GET /operasi/pekerjaan
    """,
    "role pengelola": """
        POST /api/v1/agencies
        GET /pengelola
        GET /pengelola/<key>
        GET /pengelola/baru
        POST /pengelola/baru
    """,
    "role perancang or admin": """
        POST /api/v1/definitions/<definition_id>/activate
        POST /api/v1/definitions/<definition_id>/answers
        POST /api/v1/definitions/<definition_id>/reject
        POST /api/v1/definitions/<definition_id>/submit
        POST /api/v1/packages
        GET /sop
        POST /sop
        GET /sop/<key>
        GET /sop/<key>/v/<int:number>
        POST /sop/<key>/v/<int:number>/ajukan
        GET /sop/<key>/v/<int:number>/banding
        GET /sop/<key>/v/<int:number>/berkas
        POST /sop/<key>/v/<int:number>/berkas
        GET /sop/<key>/v/<int:number>/berkas/<path:path>
        POST /sop/<key>/v/<int:number>/berlakukan
        GET /sop/<key>/v/<int:number>/cetak
        POST /sop/<key>/v/<int:number>/draf-baru
        POST /sop/<key>/v/<int:number>/jawaban
        GET /sop/<key>/v/<int:number>/paket.zip
        GET /sop/<key>/v/<int:number>/simulasi
        POST /sop/<key>/v/<int:number>/simulasi
        GET /sop/<key>/v/<int:number>/skenario
        POST /sop/<key>/v/<int:number>/skenario
        POST /sop/<key>/v/<int:number>/tolak
        GET /sop/<key>/v/<int:number>/ubah
        POST /sop/<key>/v/<int:number>/ubah
        GET /sop/dari-contoh
        POST /sop/dari-contoh
        GET /sop/gambar-baru
        POST /sop/gambar-baru
    """,
    "signed in": """
        GET /api/v1/calendar/changes
        GET /api/v1/calendar/hours
        GET /api/v1/cases/<case_number>
        POST /api/v1/cases/<case_number>/identity
        GET /api/v1/definitions
        GET /api/v1/definitions/<definition_id>
        GET /api/v1/files/<file_id>
        GET /api/v1/instances/<instance_id>
        GET /api/v1/instances/<instance_id>/history
        GET /api/v1/people/<person_id>/substitutions
        POST /api/v1/people/<person_id>/substitutions
        GET /api/v1/roles
        DELETE /api/v1/substitutions/<substitution_id>
        DELETE /api/v1/tokens/current
        GET /api/v1/units
        GET /api/v1/work-items
        GET /api/v1/work-items/<item_id>
        POST /api/v1/work-items/<item_id>/claim
        POST /api/v1/work-items/<item_id>/complete
        POST /api/v1/work-items/<item_id>/draft
        POST /api/v1/work-items/<item_id>/reassign
        POST /api/v1/work-items/<item_id>/release
        GET /bahasa/<code>
        GET /beranda
        GET /laporan
        GET /laporan/<number>
        GET /laporan/<number>/berkas/<file_id>
        POST /laporan/<number>/identitas
        GET /laporan/<number>/langkah
        GET /laporan/<number>/pesan/<name>
        POST /laporan/<number>/pesan/<name>
        GET /laporan/<number>/riwayat
        GET /laporan/baru
        GET /laporan/baru/<process>
        POST /laporan/baru/<process>
        GET /saya
        GET /saya/bahasa
        POST /saya/bahasa
        GET /saya/sandi
        POST /saya/sandi
        GET /saya/sesi
        POST /saya/sesi
        GET /saya/token
        POST /saya/token
        GET /saya/token/<token_id>/cabut
        POST /saya/token/<token_id>/cabut
        GET /saya/wakil
        POST /saya/wakil
        GET /tugas
        GET /tugas/<item>
        POST /tugas/<item>
        POST /tugas/<item>/alihkan
        POST /tugas/<item>/ambil
        POST /tugas/<item>/lepas
        POST /tugas/banyak
        GET /wakil/<substitution_id>/akhiri
        POST /wakil/<substitution_id>/akhiri
    """,
}
