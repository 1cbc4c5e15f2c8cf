"""Runs prepared statements by MariaDB's own C library: values and rows go in the binary protocol.

Arguments: port, password. Prints what it has got as JSON, a line for each execution.
"""

import ctypes
import json
import sys

lib = ctypes.CDLL("libmariadb.so.3")
pointer, ulong, uint = ctypes.c_void_p, ctypes.c_ulong, ctypes.c_uint


class Bind(ctypes.Structure):
    _fields_ = [
        ("length", ctypes.POINTER(ulong)),
        ("is_null", ctypes.POINTER(ctypes.c_char)),
        ("buffer", pointer),
        ("error", ctypes.POINTER(ctypes.c_char)),
        ("indicator", pointer),
        ("store_param_func", pointer),
        ("fetch_result", pointer),
        ("skip_result", pointer),
        ("buffer_length", ulong),
        ("offset", ulong),
        ("length_value", ulong),
        ("flags", uint),
        ("pack_length", uint),
        ("buffer_type", ctypes.c_int),
        ("error_value", ctypes.c_char),
        ("is_unsigned", ctypes.c_char),
        ("long_data_used", ctypes.c_char),
        ("is_null_value", ctypes.c_char),
        ("extension", pointer),
    ]


for name in ["mysql_init", "mysql_real_connect", "mysql_stmt_init"]:
    getattr(lib, name).restype = pointer
for name in ["mysql_error", "mysql_stmt_error"]:
    getattr(lib, name).restype = ctypes.c_char_p
lib.mysql_stmt_affected_rows.restype = ctypes.c_ulonglong
lib.mysql_real_connect.argtypes = [pointer] + [ctypes.c_char_p] * 4 + [uint, ctypes.c_char_p, ulong]
lib.mysql_stmt_init.argtypes = lib.mysql_close.argtypes = [pointer]
lib.mysql_stmt_prepare.argtypes = lib.mariadb_stmt_execute_direct.argtypes = [pointer, ctypes.c_char_p, ulong]
lib.mysql_stmt_bind_param.argtypes = lib.mysql_stmt_bind_result.argtypes = [pointer, pointer]
lib.mysql_stmt_attr_set.argtypes = [pointer, ctypes.c_int, pointer]
lib.mysql_stmt_send_long_data.argtypes = [pointer, uint, ctypes.c_char_p, ulong]
lib.mysql_stmt_error.argtypes = [pointer]
for name in ["execute", "fetch", "field_count", "close", "affected_rows", "reset"]:
    getattr(lib, "mysql_stmt_" + name).argtypes = [pointer]

LONG, DOUBLE, NULL, LONGLONG, BLOB, STRING = 3, 5, 6, 8, 252, 254
CURSOR, PREFETCH, PREBIND, ARRAY_SIZE = 1, 2, 200, 201


def check(code, statement):
    if code != 0:
        print(json.dumps({"error": lib.mysql_stmt_error(statement).decode()}), flush=True)
    return code == 0


def binds_of(values):
    """One Bind for each value, and what must live as long as they do."""
    binds, kept = (Bind * max(1, len(values)))(), []
    for bind, value in zip(binds, values):
        if value is None:
            bind.buffer_type = NULL
            continue
        if isinstance(value, list):
            cell, bind.buffer_type = (ctypes.c_int * len(value))(*value), LONG
        elif isinstance(value, int):
            cell, bind.buffer_type = ctypes.c_longlong(value), LONGLONG
        elif isinstance(value, float):
            cell, bind.buffer_type = ctypes.c_double(value), DOUBLE
        else:
            cell, bind.buffer_type = ctypes.create_string_buffer(value.encode()), STRING
            size = ulong(len(value.encode()))
            bind.buffer_length, bind.length = size.value, ctypes.pointer(size)
            kept.append(size)
        bind.buffer = ctypes.cast(ctypes.byref(cell), pointer)
        kept.append(cell)
    return binds, kept


def rows_of(statement):
    count = lib.mysql_stmt_field_count(statement)
    if count == 0:
        return {"affected": lib.mysql_stmt_affected_rows(statement)}
    binds = (Bind * count)()
    cells = [ctypes.create_string_buffer(1000) for _ in range(count)]
    lengths, nulls = [ulong(0) for _ in range(count)], [ctypes.c_char(0) for _ in range(count)]
    for bind, cell, length, null in zip(binds, cells, lengths, nulls):
        bind.buffer_type, bind.buffer, bind.buffer_length = STRING, ctypes.cast(ctypes.byref(cell), pointer), 1000
        bind.length, bind.is_null = ctypes.pointer(length), ctypes.pointer(null)
    check(lib.mysql_stmt_bind_result(statement, binds), statement)
    rows = []
    while lib.mysql_stmt_fetch(statement) == 0:
        rows.append(
            [
                None if null.value != b"\0" else cell.raw[: length.value].decode()
                for cell, length, null in zip(cells, lengths, nulls)
            ]
        )
    return {"rows": rows}


def run(statement, values):
    binds, kept = binds_of(values)
    if values and not check(lib.mysql_stmt_bind_param(statement, binds), statement):
        return
    if check(lib.mysql_stmt_execute(statement), statement):
        print(json.dumps(rows_of(statement)), flush=True)
    del kept


def prepared(sql, *executions, cursor=False, array=0, long_data=None):
    statement = lib.mysql_stmt_init(connection)
    if check(lib.mysql_stmt_prepare(statement, sql.encode(), len(sql.encode())), statement):
        if cursor:
            lib.mysql_stmt_attr_set(statement, CURSOR, ctypes.byref(ulong(1)))
            lib.mysql_stmt_attr_set(statement, PREFETCH, ctypes.byref(ulong(2)))
        if array > 0:
            lib.mysql_stmt_attr_set(statement, ARRAY_SIZE, ctypes.byref(uint(array)))
        for values in executions:
            if long_data is not None:
                binds, kept = binds_of(values)
                binds[0].buffer_type = BLOB
                lib.mysql_stmt_bind_param(statement, binds)
                lib.mysql_stmt_send_long_data(statement, 0, long_data, len(long_data))
                if check(lib.mysql_stmt_execute(statement), statement):
                    print(json.dumps(rows_of(statement)), flush=True)
                del kept
            else:
                run(statement, values)
    lib.mysql_stmt_close(statement)


def direct(sql, values):
    """Prepares and executes in one go, without waiting in between."""
    statement = lib.mysql_stmt_init(connection)
    binds, kept = binds_of(values)
    lib.mysql_stmt_attr_set(statement, PREBIND, ctypes.byref(uint(len(values))))
    lib.mysql_stmt_bind_param(statement, binds)
    if check(lib.mariadb_stmt_execute_direct(statement, sql.encode(), len(sql.encode())), statement):
        print(json.dumps(rows_of(statement)), flush=True)
    lib.mysql_stmt_close(statement)
    del kept


connection = lib.mysql_init(None)
if not lib.mysql_real_connect(connection, b"127.0.0.1", b"tester", sys.argv[2].encode(), b"shop", int(sys.argv[1]), None, 0):
    sys.exit("no connection")
prepared("CREATE OR REPLACE TABLE binary_rows (i INT, d DOUBLE, s VARCHAR(50), t DATETIME(3), b BLOB)", [])
prepared(
    "INSERT INTO binary_rows VALUES (?, ?, ?, '2026-11-22 03:04:05.250', NULL)",
    [1, 1.5, "one"],
    [-2, -0.25, None],
    [3, 3.0, "drei \u00e4"],
)
prepared("INSERT INTO binary_rows (i) VALUES (?)", [[10, 11, 12]], array=3)
prepared("SELECT * FROM binary_rows WHERE i < ? ORDER BY i", [5], [2])
prepared("SELECT i FROM binary_rows ORDER BY i", [], cursor=True)
prepared("UPDATE binary_rows SET b = ? WHERE i = 1", ["x"], long_data=b"long" * 5000)
prepared("SELECT LENGTH(b), SLEEP(?) FROM binary_rows WHERE i = 1", [0.02])
prepared("SELECT nothing FROM nowhere", [])
direct("SELECT ? + 1", [41])
lib.mysql_close(connection)
