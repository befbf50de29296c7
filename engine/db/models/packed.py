"""JSON that is stored compressed: for explanations, which are long, alike, and read one at a time."""

import zlib
from typing import Any

import orjson
from sqlalchemy import JSON, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

LEVEL = 6
# What receipts of deadlines have in common; it is part of the stored form and must never change.
COMMON = (
    b'"pauses":[],"warnings":[{"kind":"year","year":2027}],"extended":{"by":"","before":"","moved":'
    b'{"day":"2026-12-25","why":"holiday","name":"Cuti Bersama Hari Raya Natal"},'
    b'{"day":"2026-03-20","why":"holiday","name":"Hari Raya Idul Fitri"}'
    b'"ends":"day","limit":"P14D","words":"14 hari","words":"60 HK","limit":"PT8WH","words":"8 jam kerja"'
    b'{"limit":"P5WD","words":"5 HK","percent":100,"start":"2026-05-04T09:21:44.123456+07:00",'
    b'"due":"2026-05-11T16:00:00+07:00","ends":"office","calendar":"id-nasional","version":"0.109-",'
    b'"zone":"Asia/Jakarta","counted":["2026-05-05","2026-05-06","2026-05-07","2026-05-08","2026-05-11"],'
    b'"days":5,"hours":[{"from":"2026-05-05","hours":"08:00-16:00"}],"skipped":['
    b'{"day":"2026-05-09","why":"weekend"},{"day":"2026-05-10","why":"weekend"}],"truncated":false,'
    b'"pauses":[],"warnings":[]}'
)


class Packed(TypeDecorator[dict[str, Any]]):
    """A JSON object as deflated bytes, a fifth of its text; nothing in it can be searched for."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(LargeBinary())

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:
        return None if value is None else pack(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else unpack(value)


def pack(value: dict[str, Any]) -> bytes:
    """The object as it is stored."""
    packer = zlib.compressobj(LEVEL, wbits=-zlib.MAX_WBITS, zdict=COMMON)
    return packer.compress(orjson.dumps(value)) + packer.flush()


def unpack(stored: bytes) -> dict[str, Any]:
    """The object again."""
    found: dict[str, Any] = orjson.loads(zlib.decompressobj(-zlib.MAX_WBITS, zdict=COMMON).decompress(stored))
    return found
